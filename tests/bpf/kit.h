/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kit.h: what tests of the BPF programs share: loading them with the service's rights, a ruleset in
 * the slot, one frame through BPF_PROG_TEST_RUN and what was decided about it
 */
#ifndef OUIGUARD_TESTS_BPF_KIT_H
#define OUIGUARD_TESTS_BPF_KIT_H

#include <stddef.h>
#include <stdint.h>

#include <bpf/bpf.h>

#include "bpf/state.h"
#include "bpf/tc.skel.h"

/* What became of a frame. */
struct bpf_kit_answer {
	int drop;
	int judged; /* 1: it took the listed path, and the rest is valid */
	struct og_verdict verdict;
	struct og_facts facts;
};

struct kit {
	struct tc_bpf *skel;
	int prog;
	int cpu;
	uint64_t runs;
};

/* bpf_kit_privileged - whether BPF can be used here. */
int bpf_kit_privileged(void);

/* bpf_kit_need_root - skip the test that calls it, saying why, where BPF cannot be used. */
void bpf_kit_need_root(void);

/* bpf_kit_limit_rights - keep only what the service has: CAP_BPF, CAP_NET_ADMIN, CAP_PERFMON. */
void bpf_kit_limit_rights(void);

/* bpf_kit_open - load the program and stay on one processor. Fails the test when that does not work. */
void bpf_kit_open(struct kit *kit);
void bpf_kit_close(struct kit *kit);

/* bpf_kit_apply - put a copy of @rs into the slot. */
void bpf_kit_apply(struct kit *kit, const struct og_ruleset *rs);

/* bpf_kit_clock - fix wall second and monotonic ns; 0, 0: the real clocks. */
void bpf_kit_clock(struct kit *kit, int64_t wall, uint64_t mono);

/*
 * bpf_kit_run - one frame through BPF_PROG_TEST_RUN, as received on @ifindex (0: lo). Returns 0, or
 * -errno when this kernel refuses to run a frame like that.
 */
int bpf_kit_run(struct kit *kit, const uint8_t *frame, size_t length, uint32_t ifindex,
		struct bpf_kit_answer *ret_answer);

/* bpf_kit_answer_now - what was decided about the last frame that took the listed path. */
void bpf_kit_answer_now(struct kit *kit, struct bpf_kit_answer *ret_answer);

/* bpf_kit_reason - packets counted so far for a reason, all processors. */
uint64_t bpf_kit_reason(struct kit *kit, enum og_reason reason);

/* bpf_kit_instructions - instructions that the verifier walked when it loaded the program. */
int bpf_kit_instructions(void);

/* bpf_kit_ruleset - an empty ruleset with a valid header; free() it. */
struct og_ruleset *bpf_kit_ruleset(void);

#endif
