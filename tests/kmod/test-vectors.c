// SPDX-License-Identifier: GPL-2.0
/*
 * The same frames through the kernel module, the BPF program and user space, on one kernel: the corpus
 * of vectors, and random frames against random rulesets.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/model.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/random.h"
#include "tests/kmod/kit.h"
#include "tests/vectors/vectors.h"

#define FRAMES	 1500
#define RULESETS 15

static struct kmod_kit kit;
static struct kit bpf;
/* Not on a kernel that has no BPF: there the module's answers are compared with user space's alone. */
static bool with_bpf;
static int packet = -1;

static int setup(void **state)
{
	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	with_bpf = access("/sys/fs/bpf", F_OK) == 0;
	if (with_bpf)
		bpf_kit_open(&bpf);
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(packet);
	if (with_bpf)
		bpf_kit_close(&bpf);
	kmod_kit_close(&kit);
	netns_leave();
	return 0;
}

/* One frame into @ifindex; it has been judged when this returns. */
static int send_on(uint32_t ifindex, const uint8_t *wire, size_t length)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex};

	if (sendto(packet, wire, length, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -1;
	kmod_kit_settle(&kit);
	return 0;
}

/* Puts the rules of @v into force if they are not, at its time and far from any other's rate bucket. */
static void prepare(const struct vector *v, const struct og_ruleset **in_force, uint64_t mono)
{
	if (v->rs != *in_force) {
		kmod_kit_apply(&kit, v->rs, VECTOR_IFINDEX);
		if (with_bpf)
			bpf_kit_apply(&bpf, v->rs);
	}
	*in_force = v->rs;
	kmod_kit_clock(&kit, v->now, mono);
	if (with_bpf)
		bpf_kit_clock(&bpf, v->now, mono);
}

/* 1 when the verdict differs, 0 when not, -1 when the frame cannot be sent. */
static int by_module(const struct vector *v, const uint8_t *wire, size_t length)
{
	uint64_t local = kmod_kit_reason(&kit, OG_R_UNATTRIBUTABLE);
	struct bpf_kit_answer answer;

	if (v->length < 14 || !vector_arrives(wire, length) ||
	    send_on(VECTOR_IFINDEX, wire, length) < 0)
		return -1;
	kmod_kit_answer(&kit, &answer);
	local = kmod_kit_reason(&kit, OG_R_UNATTRIBUTABLE) - local;
	return vector_differs(v, answer.judged ? &answer.verdict : NULL, local, "the module");
}

static int by_bpf(const struct vector *v, const uint8_t *wire, size_t length)
{
	struct bpf_kit_answer answer;
	uint64_t local;

	if (!with_bpf)
		return -1;
	local = bpf_kit_reason(&bpf, OG_R_UNATTRIBUTABLE);
	if (v->length < 14 || bpf_kit_run(&bpf, wire, length, 0, &answer) < 0)
		return -1;
	local = bpf_kit_reason(&bpf, OG_R_UNATTRIBUTABLE) - local;
	return vector_differs(v, answer.judged ? &answer.verdict : NULL, local, "BPF");
}

static void test_vectors(void **state)
{
	unsigned int count = 0, module = 0, program = 0, bad = 0, file;
	const struct og_ruleset *in_force;
	uint8_t wire[VECTOR_WIRE];
	struct vectors vectors;
	size_t i, length;
	int a, b;

	(void)state;
	/* Not all at once: a process of User Mode Linux has 65,530 pages at most, the zero ones counted. */
	for (file = 0; vectors_load_file(&vectors, file); file++) {
		in_force = NULL;
		for (i = 0; i < vectors.count; i++) {
			const struct vector *v = &vectors.items[i];

			prepare(v, &in_force, (uint64_t)++count << 44);
			length = vector_on_wire(v, wire);
			a = by_module(v, wire, length);
			b = by_bpf(v, wire, length);
			module += a >= 0;
			program += b >= 0;
			bad += a > 0 || b > 0;
		}
		vectors_free(&vectors);
	}
	printf("# %u vectors: %u through the module, %u through BPF, %u differ\n", count, module,
	       program, bad);
	assert_int_equal(bad, 0);
	assert_true(module > count * 3 / 4);
	assert_true(!with_bpf || program > count / 2);
}

/* The module's answer against user space's, to the last byte. */
static int agrees(const struct model_answer *wanted, const struct bpf_kit_answer *answer)
{
	if (!answer->judged)
		return wanted->verdict.reason <= OG_R_UNATTRIBUTABLE;
	return memcmp(&answer->facts, &wanted->facts, sizeof(wanted->facts)) == 0 &&
	       memcmp(&answer->verdict, &wanted->verdict, sizeof(wanted->verdict)) == 0;
}

static void test_random(void **state)
{
	uint32_t ifindex = netns_veth("lan0"), peer = if_nametoindex("lan0-p"), i, judged = 0;
	struct bpf_kit_answer answer;
	struct model_answer wanted;
	uint8_t frame[RANDOM_FRAME];
	struct og_ruleset *rs = NULL;
	size_t length;

	(void)state;
	random_seed(11);
	for (i = 0; i < FRAMES; i++) {
		if (i % (FRAMES / RULESETS) == 0) {
			og_ruleset_free(rs);
			rs = random_ruleset(ifindex);
			kmod_kit_apply(&kit, rs, ifindex);
		}
		/* Apart, so that the rate does not come in. */
		kmod_kit_clock(&kit, RANDOM_NOW, (uint64_t)(i + 1) << 44);
		length = random_frame(frame);
		if (!vector_arrives(frame, length))
			continue;
		model_judge(rs, frame, length, ifindex, MODEL_STRIPPED, RANDOM_NOW, &wanted);
		assert_int_equal(send_on(peer, frame, length), 0);
		kmod_kit_answer(&kit, &answer);
		if (!agrees(&wanted, &answer)) {
			model_dump("frame", frame, length);
			model_dump("verdict of the module", &answer.verdict,
				   sizeof(answer.verdict));
			model_dump("verdict here", &wanted.verdict, sizeof(wanted.verdict));
			fail_msg("frame %u is judged differently", i);
		}
		judged += answer.judged;
	}
	printf("# %u frames, %u judged in full\n", FRAMES, judged);
	assert_true(judged > FRAMES / 3);
	og_ruleset_free(rs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_vectors), TEST(test_random)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
