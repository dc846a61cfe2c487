// SPDX-License-Identifier: GPL-2.0
/*
 * The corpus through the BPF program: each frame by BPF_PROG_TEST_RUN, with all tags in the frame, and
 * each as really received (on the loopback device), with the outer tag in metadata. What one way cannot
 * carry, the other does.
 */
#include <errno.h>
#include <linux/if_packet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/engine/attach.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/vectors/vectors.h"

#define PIN NETNS_BPFFS "/tcx"

struct wire {
	uint8_t bytes[VECTOR_WIRE];
	size_t length;
};

/* 1 when the verdict differs, 0 when not, -1 when this kernel does not run such a frame. */
static int by_test_run(struct kit *kit, const struct vector *v, const struct wire *wire)
{
	uint64_t local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE);
	struct bpf_kit_answer answer;

	if (v->length < 14 || bpf_kit_run(kit, wire->bytes, wire->length, 0, &answer) < 0)
		return -1;
	if (answer.drop != v->drop) {
		print_message("# %s: returned %s\n", v->name, answer.drop ? "drop" : "pass");
		return 1;
	}
	local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE) - local;
	return vector_differs(v, answer.judged ? &answer.verdict : NULL, local, "by TEST_RUN");
}

static int by_reception(struct kit *kit, int packet, const struct vector *v,
			const struct wire *wire)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = VECTOR_IFINDEX};
	uint64_t local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE);
	struct bpf_kit_answer answer;

	if (v->length < 14 || !vector_arrives(wire->bytes, wire->length))
		return -1;
	if (sendto(packet, wire->bytes, wire->length, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	bpf_kit_answer_now(kit, &answer);
	local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE) - local;
	return vector_differs(v, answer.judged ? &answer.verdict : NULL, local, "as received");
}

static void test_vectors(void **state)
{
	unsigned int tested = 0, received = 0, neither = 0, bad = 0;
	const struct og_ruleset *in_force = NULL;
	struct og_bpf_attached attached = {};
	struct vectors vectors;
	struct wire wire;
	struct kit kit;
	int packet, a, b;
	size_t i;

	(void)state;
	if (!bpf_kit_privileged()) {
		print_message("needs root\n");
		skip();
	}
	vectors_load(&vectors);
	netns_enter();
	bpf_kit_open(&kit);
	if (og_attach_tcx(kit.prog, VECTOR_IFINDEX, PIN) != 0)
		assert_int_equal(og_attach_clsact(kit.prog, VECTOR_IFINDEX, &attached), 0);
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	for (i = 0; i < vectors.count; i++) {
		const struct vector *v = &vectors.items[i];

		if (v->rs != in_force)
			bpf_kit_apply(&kit, v->rs);
		in_force = v->rs;
		/* Far apart, so that no rate bucket remembers the vector before. */
		bpf_kit_clock(&kit, v->now, (i + 1) << 44);
		wire.length = vector_on_wire(v, wire.bytes);
		a = by_test_run(&kit, v, &wire);
		bpf_kit_clock(&kit, v->now, (i + 1) << 44 | 1ULL << 43);
		b = by_reception(&kit, packet, v, &wire);
		tested += a >= 0;
		received += b >= 0;
		if (a < 0 && b < 0) {
			assert_in_range(v->length, 0, 13);
			neither++;
		}
		bad += a > 0 || b > 0;
	}
	printf("# %zu vectors: %u by TEST_RUN, %u received, %u shorter than an Ethernet header, %u "
	       "differ\n",
	       vectors.count, tested, received, neither, bad);
	assert_int_equal(bad, 0);
	assert_true(tested + received > vectors.count);
	close(packet);
	unlink(PIN);
	bpf_kit_close(&kit);
	netns_leave();
	vectors_free(&vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
