/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kit.h: what tests of the kernel module share: the engine in this namespace, clocks that stand still,
 * and what was decided about the last frame
 *
 * They run on a kernel that has the module loaded with debug=1 (tests/kmod/load.sh), as root.
 */
#ifndef OUIGUARD_TESTS_KMOD_KIT_H
#define OUIGUARD_TESTS_KMOD_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/engine/engine.h"
#include "daemon/engine/kmod-link.h"
#include "tests/bpf/kit.h"

struct kmod_kit {
	struct og_engine *engine;
	struct kmod_link link;
	int echo; /* for kmod_kit_settle() */
	uint64_t generation;
	uint64_t runs;
};

/*
 * kmod_kit_open - in a network namespace of its own, where lo is up (netns_enter). Skips the test where
 * the module is not loaded. kmod_kit_close() detaches.
 */
void kmod_kit_open(struct kmod_kit *kit);
void kmod_kit_close(struct kmod_kit *kit);

/* kmod_kit_apply - put a copy of @rs, as the next generation, into force at one port. */
void kmod_kit_apply(struct kmod_kit *kit, const struct og_ruleset *rs, uint32_t ifindex);

/* kmod_kit_clock - fix wall second and monotonic ns; 0, 0: the real clocks. */
void kmod_kit_clock(struct kmod_kit *kit, int64_t wall, uint64_t mono);

/*
 * kmod_kit_settle - wait until the module has had all frames that this process has sent: a busy kernel
 * puts their reception off.
 */
void kmod_kit_settle(struct kmod_kit *kit);

/* kmod_kit_answer - what was decided about the last frame that took the listed path. */
void kmod_kit_answer(struct kmod_kit *kit, struct bpf_kit_answer *ret_answer);

/* kmod_kit_reason - packets counted so far for a reason. */
uint64_t kmod_kit_reason(struct kmod_kit *kit, enum og_reason reason);

/* kmod_kit_port - the hook of a port as the engine tells it, its error in @ret_error if not NULL. */
enum og_engine_hook kmod_kit_port(struct kmod_kit *kit, uint32_t ifindex, int *ret_error);

#endif
