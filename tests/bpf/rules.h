/* SPDX-License-Identifier: GPL-2.0 */
/* rules.h: small rulesets and frames for tests that are not about the rules */
#ifndef OUIGUARD_TESTS_BPF_RULES_H
#define OUIGUARD_TESTS_BPF_RULES_H

#include <stddef.h>
#include <stdint.h>

#include <ouiguard/ruleset.h>

#define RULES_LISTED   0xac1203000000ULL /* a /24 of group OG_GROUP_FIRST */
#define RULES_UNLISTED 0x0004f2000000ULL
#define RULES_SITE     1

/*
 * rules_at - everything of RULES_LISTED has @phase (from the beginning of time) at @ifindex, untagged,
 * where only 10.0.0.0/8 is internal; generation @generation. og_ruleset_free() it.
 */
struct og_ruleset *rules_at(uint32_t ifindex, const struct og_phase *phase, uint64_t generation);

/* rules_block - the same with a plain block. */
struct og_ruleset *rules_block(uint32_t ifindex, uint64_t generation);

/*
 * rules_frame - a UDP frame of @mac to IPv4 address @dst (a number) and @port; @frame holds 128 bytes,
 * of which 60 are used. Returns 60.
 */
size_t rules_frame(uint8_t *frame, uint64_t mac, uint32_t dst, uint16_t port);

#endif
