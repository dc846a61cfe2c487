/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-watch.h: on which days a device was seen, and how long its VLAN was watched
 *
 * Days are days since 1970 in UTC. A VLAN of a site is watched while every port of the site that
 * carries it is up and covered and the daemon runs.
 */
#ifndef OUIGUARD_DAEMON_STORE_WATCH_H
#define OUIGUARD_DAEMON_STORE_WATCH_H

#include <stdint.h>

#define OG_WATCH_ALL  -1 /* every VLAN of the site */
#define OG_DAY	      86400
#define OG_BLOCK_DAYS 32 /* days of one row of sightings */

struct og_store;

/*
 * og_store_add_watched - @gateway watched @vlan (0: untagged; OG_WATCH_ALL) of @site for @seconds more
 * of @day. og_store_merge_watched - it did so for @seconds in all, as it says itself. 0 or -errno.
 */
int og_store_add_watched(struct og_store *store, const char *site, int vlan, int64_t day,
			 const char *gateway, uint32_t seconds);
int og_store_merge_watched(struct og_store *store, const char *site, int vlan, int64_t day,
			   const char *gateway, uint32_t seconds);

/*
 * og_store_each_watched - call @each for every day from @since on, in order, with the seconds of the
 * gateway that watched longest, until it returns other than 0, and return that; or -errno.
 * og_store_each_watched_by - with those of @gateway alone (NULL: of any).
 * og_store_each_sighting - the same for the days on which @mac was seen.
 */
int og_store_each_watched(struct og_store *store, const char *site, int vlan, int64_t since,
			  int (*each)(void *userdata, int64_t day, uint32_t seconds),
			  void *userdata);
int og_store_each_watched_by(struct og_store *store, const char *gateway, const char *site,
			     int vlan, int64_t since,
			     int (*each)(void *userdata, int64_t day, uint32_t seconds),
			     void *userdata);
int og_store_each_sighting(struct og_store *store, const char *site, uint64_t mac, int64_t since,
			   int (*each)(void *userdata, int64_t day), void *userdata);

/* og_store_put_sightings - note the days of @days, a bit set, of @block. 0, -ENOENT, -errno. */
int og_store_put_sightings(struct og_store *store, const char *site, uint64_t mac, int64_t block,
			   uint32_t days);

#endif
