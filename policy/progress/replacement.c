// SPDX-License-Identifier: GPL-2.0
/*
 * replacement.c: whether a device that stopped was replaced
 */
#include "policy/progress/replacement.h"

const char *og_likeness_name(enum og_likeness by)
{
	static const char *const names[OG_LIKE_COUNT] = {
		[OG_LIKE_ADDRESS] = "address", [OG_LIKE_HOST] = "host", [OG_LIKE_PORT] = "port"};

	return names[by];
}

enum og_replaced og_replacement_judge(const struct og_replacement_facts *facts)
{
	if (!facts->old_seen || facts->old_seen > facts->new_seen ||
	    facts->new_seen - facts->old_seen > OG_REPLACED_WITHIN)
		return OG_REPLACED_NO;
	/* A clock that was set back: what was to come has not come. */
	if (facts->now < facts->new_seen || facts->now - facts->new_seen < OG_REPLACED_AFTER)
		return OG_REPLACED_WAIT;
	return OG_REPLACED_YES;
}
