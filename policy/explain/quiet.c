// SPDX-License-Identifier: GPL-2.0
/*
 * quiet.c: whether anything that a phase would drop was seen of late
 */
#include "policy/explain/quiet.h"

bool og_quiet_judge(const struct og_plan_side *trial, const struct og_plan_device *device,
		    const struct og_quiet_dest *dests, size_t dest_count, int64_t since,
		    size_t *ret_dest)
{
	for (size_t i = 0; i < dest_count; i++) {
		if (dests[i].last_seen < since || !og_plan_drops(trial, device, &dests[i].probe))
			continue;
		if (ret_dest)
			*ret_dest = i;
		return false;
	}
	return true;
}

bool og_quiet_cut(const struct og_quiet_dest *dests, size_t dest_count, uint64_t cut, size_t room,
		  size_t often, int64_t since)
{
	size_t recent = 0;

	for (size_t i = 0; i < dest_count; i++)
		recent += dests[i].last_seen >= since;
	/* The oldest goes first: while an old one is left that may go, no younger one went. */
	return cut && recent >= room - often;
}
