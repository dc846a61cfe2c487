// SPDX-License-Identifier: GPL-2.0
/*
 * The BPF program against the same headers compiled for user space: random frames, random rulesets.
 * Facts, verdict and reason must be the same to the last byte.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/model.h"
#include "tests/bpf/random.h"

#define FRAMES	 100000
#define RULESETS (getenv("OUIGUARD_VM") ? 75 : 150)
#define LOOPBACK 1

/* What a run has met: a run that never drops proves little. */
struct tally {
	unsigned int frames, judged, refused, reasons[OG_R_COUNT];
};

/* Whether this kernel may refuse to run the frame: newer ones want a whole IP header behind it. */
static int may_refuse(const uint8_t *frame, size_t length)
{
	unsigned int type = frame[12] << 8 | frame[13];

	return (type == OG_ETH_IPV4 && length < 34) || (type == OG_ETH_IPV6 && length < 54);
}

static int same(struct kit *kit, const struct og_ruleset *rs, const uint8_t *frame, size_t length,
		int64_t now, struct tally *tally)
{
	uint64_t local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE);
	struct bpf_kit_answer answer;
	struct model_answer wanted;
	int r;

	r = bpf_kit_run(kit, frame, length, 0, &answer);
	if (r < 0) {
		tally->refused++;
		return r == -EINVAL && may_refuse(frame, length);
	}
	model_judge(rs, frame, length, LOOPBACK, MODEL_AS_IT_IS, now, &wanted);
	tally->frames++;
	tally->judged += answer.judged;
	tally->reasons[wanted.verdict.reason]++;
	local = bpf_kit_reason(kit, OG_R_UNATTRIBUTABLE) - local;
	return local == (wanted.verdict.reason == OG_R_UNATTRIBUTABLE) &&
	       answer.drop == wanted.verdict.drop && model_agrees(&wanted, &answer);
}

static void report(const struct tally *t)
{
	static const char *const words[] = {
#define WORD(symbol, word, text) word,
		OG_REASONS(WORD)
#undef WORD
	};
	int i;

	printf("# %u frames, %u judged in full, %u that the kernel does not run\n#", t->frames,
	       t->judged, t->refused);
	for (i = 0; i < OG_R_COUNT; i++)
		printf(" %s %u", words[i], t->reasons[i]);
	putchar('\n');
}

static void test_differential(void **state)
{
	unsigned int frames = getenv("OUIGUARD_VM") ? FRAMES / 10 : FRAMES, i;
	const char *seed = getenv("OUIGUARD_SEED");
	uint8_t frame[RANDOM_FRAME];
	struct og_ruleset *rs = NULL;
	struct tally tally = {};
	struct kit kit;
	size_t length;
	int64_t now = RANDOM_NOW;

	(void)state;
	if (!bpf_kit_privileged()) {
		print_message("needs root\n");
		skip();
	}
	random_seed(seed ? strtoull(seed, NULL, 0) : 1);
	bpf_kit_open(&kit);
	for (i = 0; tally.frames < frames; i++) {
		if (i % (frames / RULESETS) == 0) {
			og_ruleset_free(rs);
			rs = random_ruleset(LOOPBACK);
			bpf_kit_apply(&kit, rs);
		}
		if (i % 50 == 0) {
			now = RANDOM_NOW - 10 + random_below(200);
			bpf_kit_clock(&kit, now, 1000000000ULL * (i + 1));
		}
		length = random_frame(frame);
		if (!same(&kit, rs, frame, length, now, &tally)) {
			model_dump("frame", frame, length);
			fail_msg("frame %u is judged differently", i);
		}
	}
	report(&tally);
	for (i = 0; i < OG_R_COUNT; i++) /* the bucket's is not og_decide()'s */
		if (i != OG_R_OVER_RATE && !tally.reasons[i])
			fail_msg("no frame had reason %u", i);
	assert_true(tally.judged > frames / 3);
	og_ruleset_free(rs);
	bpf_kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_differential)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
