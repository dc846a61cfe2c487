/* SPDX-License-Identifier: GPL-2.0 */
/*
 * watching.h: how long the VLANs of each site are watched
 *
 * A device that sends nothing has only then been silent when somebody listened. A VLAN is watched while
 * every port of its site that carries it is up and covered, and the daemon runs. Time is counted by
 * the steady clock between two looks, and only when both found it so; a stretch that is too long for
 * two looks is not counted, because nobody looked.
 */
#ifndef OUIGUARD_DAEMON_WATCHING_H
#define OUIGUARD_DAEMON_WATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef OG_WATCH_GAP_MS
#define OG_WATCH_GAP_MS 30000 /* longest time between two looks that is counted */
#endif
#define OG_WATCH_VLANS 256 /* of one site that are told apart; of more, all or none are watched */

struct og_manager;
struct og_loaded;

/* One VLAN of a site. */
struct og_watching_row {
	const char *site;    /* of the configuration */
	uint16_t number;     /* of the site, in rulesets */
	int vlan;	     /* 0: untagged; OG_WATCH_ALL */
	bool watched;	     /* at the last look */
	uint32_t pending_ms; /* of the day, not in the store yet */
};

/* What the manager keeps for this; zero-initialised. Free with og_watching_clear(). */
struct og_watching {
	struct og_loaded *of; /* the rows are those of this configuration */
	struct og_watching_row *rows;
	size_t count;
	int64_t day;	   /* to which what is pending belongs */
	int64_t looked_ms; /* steady time of the last look; 0: none */
	unsigned int looks;
};

/*
 * og_watching_look - look at all ports and count. Every ten seconds or so; @now is the second since
 * 1970 UTC, @steady_ms as og_clock_steady(). og_watching_write - write what is pending to the store;
 * what it does not take stays pending until the day is over.
 */
void og_watching_look(struct og_manager *m, int64_t now, int64_t steady_ms);
void og_watching_write(struct og_manager *m);

/* og_watching_now - whether @vlan of @site was watched at the last look. */
bool og_watching_now(const struct og_watching *watching, const char *site, int vlan);

void og_watching_clear(struct og_watching *watching);

#endif
