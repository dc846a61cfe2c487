// SPDX-License-Identifier: GPL-2.0
/*
 * told.c: how much of what others can bring about is told in the journal
 */
#include "daemon/told.h"

/* One of @count at once, of which one comes back every @ms. */
static bool take(og_budget *budget, int64_t now, int64_t count, int64_t ms)
{
	if (*budget > now + (count - 1) * ms)
		return false;
	*budget = (*budget < now ? now : *budget) + ms;
	return true;
}

bool og_told_event(struct og_told_events *told, og_budget *device, int64_t now)
{
	if (take(&told->budget, now, OG_TOLD_EVENTS, OG_TOLD_EVENTS_MS) ||
	    (device && take(device, now, OG_TOLD_DEVICE, OG_TOLD_DEVICE_MS)))
		return true;
	told->left_out++;
	return false;
}

uint64_t og_told_left_out(struct og_told_events *told)
{
	uint64_t left_out = told->left_out;

	told->left_out = 0;
	return left_out;
}

static struct og_told_caller *caller_of(struct og_told_callers *told, uint32_t uid)
{
	struct og_told_caller *oldest = &told->callers[0], *caller;

	for (caller = told->callers; caller < told->callers + OG_TOLD_CALLERS; caller++) {
		if (caller->used && caller->uid == uid)
			return caller;
		if (oldest->used && (!caller->used || caller->at < oldest->at))
			oldest = caller;
	}
	*oldest = (struct og_told_caller){.uid = uid, .used = true};
	return oldest;
}

bool og_told_refusal(struct og_told_callers *told, uint32_t uid, int64_t now,
		     uint64_t *ret_left_out)
{
	struct og_told_caller *caller = caller_of(told, uid);

	caller->at = now;
	if (!take(&caller->budget, now, OG_TOLD_CALLER, OG_TOLD_CALLER_MS) ||
	    !take(&told->budget, now, OG_TOLD_REFUSED, OG_TOLD_REFUSED_MS)) {
		caller->left_out++;
		return false;
	}
	*ret_left_out = caller->left_out;
	caller->left_out = 0;
	return true;
}
