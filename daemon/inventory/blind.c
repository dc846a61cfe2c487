// SPDX-License-Identifier: GPL-2.0
/*
 * blind.c: sources of a day that no MAC address can be attributed to
 */
#include <string.h>

#include "daemon/inventory/blind.h"

#define PLACES (2 * OG_BLIND_MAX) /* a power of two, at most half of them taken */

void og_blind_day(struct og_blind *blind, int64_t day)
{
	if (blind->day == day)
		return;
	memset(blind, 0, sizeof(*blind));
	blind->day = day;
}

void og_blind_note(struct og_blind *blind, unsigned int site, uint64_t mac)
{
	uint64_t key = og_exact_key(mac, site);
	size_t at = og_hash(key, 0) & (PLACES - 1);

	if (site == OG_SITE_NONE || site >= OG_SITES)
		return;
	for (; blind->seen[at]; at = (at + 1) & (PLACES - 1))
		if (blind->seen[at] == key)
			return;
	if (blind->total == OG_BLIND_MAX)
		return;
	blind->seen[at] = key;
	blind->total++;
	blind->count[site]++;
}
