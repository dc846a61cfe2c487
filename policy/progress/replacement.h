/* SPDX-License-Identifier: GPL-2.0 */
/*
 * replacement.h: whether a device that stopped was replaced, or goes on under another address
 *
 * A camera's address, host name or switch port that comes back under another MAC address is either its
 * replacement or the camera in disguise; nobody but a person can tell which. It is reported, and the
 * silence of the old address is never taken for progress by itself.
 */
#ifndef OUIGUARD_POLICY_REPLACEMENT_H
#define OUIGUARD_POLICY_REPLACEMENT_H

#include <stdint.h>

/* By what one device resembles another. */
enum og_likeness {
	OG_LIKE_ADDRESS, /* an IP address */
	OG_LIKE_HOST,	 /* a host name */
	OG_LIKE_PORT,	 /* the switch port of its asset row */
	OG_LIKE_COUNT,
};

/* og_likeness_name - `address`, `host` or `port`. */
const char *og_likeness_name(enum og_likeness by);

#define OG_REPLACED_AFTER  60 /* seconds for which the old one must have been silent */
#define OG_REPLACED_WITHIN (30 * 24 * 60 * 60) /* an address that came back later means nothing */

enum og_replaced {
	OG_REPLACED_WAIT, /* it is too early to tell */
	OG_REPLACED_NO,
	OG_REPLACED_YES,
};

/* Times are seconds since 1970. */
struct og_replacement_facts {
	int64_t old_seen; /* last sign of life of the old one; 0: there never was any */
	int64_t new_seen; /* when the new one was first found to have what the old one had */
	int64_t now;
};

/*
 * og_replacement_judge - whether the new one took the old one's place. Two that both go on are no
 * replacement: they share an address, a name or a cable. Neither is one that never was there, or was
 * gone for OG_REPLACED_WITHIN: addresses are given out again.
 */
enum og_replaced og_replacement_judge(const struct og_replacement_facts *facts);

#endif
