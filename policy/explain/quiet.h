/* SPDX-License-Identifier: GPL-2.0 */
/*
 * quiet.h: whether anything that a phase would drop was seen of late
 *
 * For the gate `quiet_days`: what a device sent to is judged again by a ruleset in which the phase is
 * in force.
 */
#ifndef OUIGUARD_POLICY_QUIET_H
#define OUIGUARD_POLICY_QUIET_H

#include "policy/explain/plan.h"

/* Where a device has sent to. */
struct og_quiet_dest {
	struct og_plan_probe probe; /* an address of zero: no IP, @probe.port is the EtherType */
	int64_t last_seen;
};

/*
 * og_quiet_judge - whether @trial would drop nothing of what @device has sent to since second @since.
 * @dests: its destinations that are known. If not, @ret_dest (may be NULL) has the place of the first
 * that would be dropped.
 */
bool og_quiet_judge(const struct og_plan_side *trial, const struct og_plan_device *device,
		    const struct og_quiet_dest *dests, size_t dest_count, int64_t since,
		    size_t *ret_dest);

/*
 * og_quiet_cut - whether destinations seen since @since may have made room for others: @cut were
 * given up, of @room places, of which @often may be held by old ones that are used much.
 */
bool og_quiet_cut(const struct og_quiet_dest *dests, size_t dest_count, uint64_t cut, size_t room,
		  size_t often, int64_t since);

#endif
