// SPDX-License-Identifier: GPL-2.0
/*
 * bench-datapath.c: what the tc program costs per frame, over an empty program, by BPF_PROG_TEST_RUN
 * with 2,500 prefixes, loaded with exactly the service's rights
 *
 * The programs take turns in short rounds, because the machine's speed wanders; the least of each is
 * compared (medians are printed beside). Exits 1 when a path of unlisted traffic is over its budget.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/rules.h"

#define PREFIXES 2500
#define ROUNDS	 301
#define REPEAT	 20000
#define BUDGET	 8.0 /* ns over the empty program, for unlisted traffic */

struct path {
	const char *name;
	int empty; /* run the empty program */
	uint8_t frame[128];
	size_t length;
	int budget;
	int verdict;
	double ns[ROUNDS];
};

static int empty_program(void)
{
	static const struct bpf_insn code[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -1},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "empty", "GPL", code, 2, NULL);

	assert_true(fd >= 0);
	return fd;
}

static struct og_phase phase_of(enum og_action action)
{
	struct og_phase phase = {.from = 1, .action = action};

	return phase;
}

/* Two listed /24s, one blocked and one observed; the rest of PREFIXES of all lengths, for their bulk. */
static struct og_ruleset *make_ruleset(void)
{
	const struct og_phase phases[] = {phase_of(OG_BLOCK), phase_of(OG_OBSERVE)};
	struct og_table *table = og_table_new();
	const struct og_class class = {};
	struct og_mac_prefix prefix;
	struct og_ruleset *rs;
	uint16_t number;
	int i;

	srand(20);
	assert_non_null(table);
	for (i = 0; i < PREFIXES; i++) {
		prefix.bits = i < 2 ? RULES_LISTED + ((uint64_t)i << 24)
				    : ((uint64_t)(rand() & 0xfc) << 40 |
				       (uint64_t)(rand() & 0xfffffff) << 12);
		prefix.length = i < 2000 ? 24 : i < 2250 ? 28 : 36;
		prefix.bits &= og_mac_prefix_mask(prefix.length);
		if (i >= 2 && prefix.bits >> 24 == RULES_UNLISTED >> 24)
			continue;
		assert_in_range(-og_table_prefix(table, &prefix, OG_GROUP_FIRST + (i & 1)), 0,
				EEXIST);
	}
	assert_int_equal(og_table_port(table, 1, 0, RULES_SITE), 0);
	rs = og_table_ruleset(table);
	for (i = 0; i < 2; i++) {
		assert_int_equal(og_table_class(table, &class, &phases[i], 1, &number), 0);
		rs->class_of[RULES_SITE][OG_GROUP_FIRST + i] = number;
	}
	assert_int_equal(og_table_finish(table, OG_RULESET_EUI64, &rs), 0);
	return rs;
}

static size_t ipv6_frame(uint8_t *frame, uint64_t mac)
{
	size_t i;

	memset(frame, 0, 128);
	frame[0] = 2;
	for (i = 0; i < 6; i++)
		frame[6 + i] = mac >> (40 - 8 * i);
	frame[12] = 0x86;
	frame[13] = 0xdd;
	frame[14] = 0x60;
	frame[19] = 8;
	frame[20] = 17;
	frame[21] = 64;
	/* An EUI-64 source, so that the look-up is made. */
	frame[22] = 0x20;
	memcpy(frame + 30, (const uint8_t[]){0x02, 0x04, 0xf2, 0xff, 0xfe, 0, 0, 1}, 8);
	frame[38] = 0x20;
	frame[53] = 1;
	return 62;
}

static double run_once(int prog, struct path *p)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = p->frame, .data_size_in = p->length,
		    .repeat = REPEAT);
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(bpf_prog_test_run_opts(prog, &opts), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	p->verdict = opts.retval;
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / REPEAT;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int report(struct path *paths, size_t count)
{
	double least = 0, median = 0;
	int over = 0;
	size_t i;

	printf("%-32s %8s %8s %10s %10s\n", "ns per frame", "least", "median", "+ least",
	       "+ median");
	for (i = 0; i < count; i++) {
		struct path *p = &paths[i];

		qsort(p->ns, ROUNDS, sizeof(p->ns[0]), by_value);
		if (i == 0) {
			least = p->ns[0];
			median = p->ns[ROUNDS / 2];
		}
		printf("%-32s %8.1f %8.1f %+10.1f %+10.1f", p->name, p->ns[0], p->ns[ROUNDS / 2],
		       p->ns[0] - least, p->ns[ROUNDS / 2] - median);
		if (p->budget && p->ns[0] - least > BUDGET) {
			printf("  over its budget of %.0f ns", BUDGET);
			over = 1;
		}
		putchar('\n');
	}
	return over;
}

int main(void)
{
	static struct path paths[] = {
		{.name = "empty program", .empty = 1},
		{.name = "unlisted, IPv4", .budget = 1},
		{.name = "unlisted, IPv6 with EUI-64", .budget = 1},
		{.name = "unattributable, IPv4"},
		{.name = "listed, egress blocked"},
		{.name = "listed, egress observed"},
	};
	size_t count = sizeof(paths) / sizeof(paths[0]), i, round;
	struct og_ruleset *rs;
	struct kit kit;
	int empty;

	if (!bpf_kit_privileged()) {
		fprintf(stderr, "bench-datapath: needs root\n");
		return EXIT_FAILURE;
	}
	bpf_kit_limit_rights();
	bpf_kit_open(&kit);
	empty = empty_program();
	rs = make_ruleset();
	bpf_kit_apply(&kit, rs);
	paths[0].length = rules_frame(paths[0].frame, RULES_UNLISTED, 0xc6336407, 443);
	paths[1].length = rules_frame(paths[1].frame, RULES_UNLISTED, 0xc6336407, 443);
	paths[2].length = ipv6_frame(paths[2].frame, RULES_UNLISTED);
	paths[3].length = rules_frame(paths[3].frame, RULES_UNLISTED | 2ULL << 40, 0xc6336407, 443);
	paths[4].length = rules_frame(paths[4].frame, RULES_LISTED, 0xc6336407, 443);
	paths[5].length = rules_frame(paths[5].frame, RULES_LISTED + (1 << 24), 0xc6336407, 443);
	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < count; i++)
			paths[i].ns[round] = run_once(paths[i].empty ? empty : kit.prog, &paths[i]);
	/* A figure of the wrong path would be worth nothing. */
	for (i = 0; i < count; i++)
		assert_int_equal(paths[i].verdict, i == 4 ? 2 : -1);
	assert_true(bpf_kit_reason(&kit, OG_R_EGRESS) >= ROUNDS * REPEAT);
	assert_true(bpf_kit_reason(&kit, OG_R_OBSERVED) >= ROUNDS * REPEAT);
	assert_true(bpf_kit_reason(&kit, OG_R_UNATTRIBUTABLE) >= ROUNDS * REPEAT);
	og_ruleset_free(rs);
	bpf_kit_close(&kit);
	return report(paths, count);
}
