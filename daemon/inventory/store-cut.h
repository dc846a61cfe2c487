/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-cut.h: what is old is cut, and counted
 *
 * The history of states, the audit log, baselines and replacements are never cut.
 */
#ifndef OUIGUARD_DAEMON_STORE_CUT_H
#define OUIGUARD_DAEMON_STORE_CUT_H

#include <stdint.h>

struct og_store;

enum og_cut {
	OG_CUT_EVENTS,
	OG_CUT_SIGHTINGS, /* blocks of days, watched days, probes, blind sources */
	OG_CUT_DESTINATIONS,
	OG_CUT_ADDRESSES, /* and host names */
	OG_CUT_COUNT,
};

/* og_cut_name - "events", "sightings", "destinations", "addresses". */
const char *og_cut_name(enum og_cut what);

/*
 * og_store_cut - delete what of @what is from before second @before; of events, all but the newest
 * @keep. What went is added to og_store_cut_total(). Returns how many rows, or -errno.
 */
int64_t og_store_cut(struct og_store *store, enum og_cut what, int64_t before, int64_t keep);
int64_t og_store_cut_total(struct og_store *store, enum og_cut what);

/* og_store_cut_site - delete the destinations of all devices of @site; they count as cut, too. */
int64_t og_store_cut_site(struct og_store *store, const char *site);

/* og_store_count_cut - @rows more of @what went otherwise. 0 or -errno. */
int og_store_count_cut(struct og_store *store, enum og_cut what, int64_t rows);

#endif
