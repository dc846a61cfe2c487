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

#include "daemon/attach.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/vectors/vectors.h"

#define PIN NETNS_BPFFS "/tcx"

/* One frame as on the wire, all tags in it. */
struct wire {
	uint8_t bytes[VECTOR_BYTES + 4];
	size_t length;
};

static void put_on_wire(const struct vector *v, struct wire *wire)
{
	memcpy(wire->bytes, v->bytes, v->length);
	wire->length = v->length;
	if (!v->tag_proto || v->length < 12)
		return;
	memmove(wire->bytes + 16, wire->bytes + 12, v->length - 12);
	wire->bytes[12] = v->tag_proto >> 8;
	wire->bytes[13] = v->tag_proto;
	wire->bytes[14] = v->tag_tci >> 8;
	wire->bytes[15] = v->tag_tci;
	wire->length += 4;
}

/* Compare what came out with what must; complains and returns 1 when they differ. */
static int differs(const struct vector *v, const struct bpf_kit_answer *answer, uint64_t local,
		   const char *how)
{
	const struct og_verdict *got = &answer->verdict;
	int reason = answer->judged ? got->reason : local ? OG_R_UNATTRIBUTABLE : OG_R_UNLISTED;
	int drop = answer->judged ? got->drop : 0;

	/* Mark and rate are those of frames that pass. */
	if (reason == v->reason && drop == v->drop &&
	    (!answer->judged || v->evidence < 0 || got->evidence == v->evidence) &&
	    (!answer->judged || drop ||
	     (got->mark == v->mark && got->mark_mask == v->mark_mask &&
	      got->ns_per_kib == v->ns_per_kib)))
		return 0;
	print_message("# %s, %s: drop %d, reason %d; expected %d, %d\n", v->name, how, drop, reason,
		      v->drop, v->reason);
	return 1;
}

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
	return differs(v, &answer, local, "by TEST_RUN");
}

static int is_tagged(const struct wire *wire)
{
	uint16_t type = wire->bytes[12] << 8 | wire->bytes[13];

	return type == OG_ETH_8021Q || type == OG_ETH_8021AD;
}

static int by_reception(struct kit *kit, int packet, const struct vector *v,
			const struct wire *wire)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = VECTOR_IFINDEX};
	uint64_t local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE);
	struct bpf_kit_answer answer;

	/* The kernel itself drops what ends before the EtherType behind its outer tag, or earlier. */
	if (v->length < 14 || (is_tagged(wire) && wire->length < 20))
		return -1;
	if (sendto(packet, wire->bytes, wire->length, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	bpf_kit_answer_now(kit, &answer);
	local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE) - local;
	return differs(v, &answer, local, "as received");
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
		put_on_wire(v, &wire);
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
