/* SPDX-License-Identifier: GPL-2.0 */
/*
 * blind.h: sources of a day that no MAC address can be attributed to
 *
 * A made-up (locally administered) MAC address says nothing of whose equipment it is, and neither does
 * that of a router of what is behind it. A site that has such sources may have listed equipment that
 * nobody can see. Pure but for memory: no log, no clock.
 */
#ifndef OUIGUARD_DAEMON_BLIND_H
#define OUIGUARD_DAEMON_BLIND_H

#include <stdint.h>

#include <ouiguard/ruleset.h> /* OG_SITES */

#define OG_BLIND_MAX 8192 /* sources told apart in a day; more are not counted */

/* By number of the site in the ruleset in force. Zeroed: none. */
struct og_blind {
	int64_t day; /* since 1970, in UTC */
	uint64_t seen[2 * OG_BLIND_MAX];
	uint32_t total;
	uint32_t count[OG_SITES];
};

/* og_blind_day - begin a new @day, unless it is the same. */
void og_blind_day(struct og_blind *blind, int64_t day);

/* og_blind_note - there is such a source, @mac, at @site; it is counted once a day. */
void og_blind_note(struct og_blind *blind, unsigned int site, uint64_t mac);

#endif
