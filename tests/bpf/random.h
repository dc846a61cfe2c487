/* SPDX-License-Identifier: GPL-2.0 */
/*
 * random.h: random rulesets, and random frames that are likely to meet something in them
 *
 * The same seed gives the same run. Everything is drawn from small pools of addresses, so that the
 * interesting cases (neighbours of a prefix, the edges of a range) are frequent.
 */
#ifndef OUIGUARD_TESTS_BPF_RANDOM_H
#define OUIGUARD_TESTS_BPF_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include <ouiguard/ruleset.h>

#define RANDOM_FRAME 512	/* most bytes of a frame */
#define RANDOM_NOW   1700000000 /* phases begin around this second */

void random_seed(uint64_t seed);

/* random_below - a number from 0 to @limit - 1. */
uint32_t random_below(uint32_t limit);

/* random_ruleset - with ports at @ifindex only. og_ruleset_free() it. */
struct og_ruleset *random_ruleset(uint32_t ifindex);

/* random_frame - fill @frame (RANDOM_FRAME bytes), return how many were used (at least 14). */
size_t random_frame(uint8_t *frame);

#endif
