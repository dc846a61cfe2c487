/* SPDX-License-Identifier: GPL-2.0 */
/* model.h: what the same headers say in user space, to compare the BPF program with */
#ifndef OUIGUARD_TESTS_BPF_MODEL_H
#define OUIGUARD_TESTS_BPF_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "tests/bpf/kit.h"

struct model_answer {
	struct og_facts facts;
	struct og_verdict verdict;
};

enum model_tags {
	MODEL_AS_IT_IS, /* every tag is in the frame */
	MODEL_STRIPPED, /* the outer tag, if any, is taken out, as the kernel does on reception */
};

/* model_judge - the verdict on a frame received on @ifindex, but for the rate. */
void model_judge(const struct og_ruleset *rs, const uint8_t *bytes, size_t length, uint32_t ifindex,
		 enum model_tags tags, int64_t now, struct model_answer *ret_answer);

/*
 * model_agrees - whether the BPF program came to the same answer, to the last byte. A frame that it did
 * not judge in full must be one that it need not. Prints both when they differ.
 */
int model_agrees(const struct model_answer *wanted, const struct bpf_kit_answer *answer);

/* model_dump - print bytes as comments. */
void model_dump(const char *what, const void *bytes, size_t length);

#endif
