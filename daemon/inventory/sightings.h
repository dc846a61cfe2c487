/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sightings.h: who was seen with which address or host name, on its way to the store
 *
 * The same is told again and again: what was told within the hour goes no further. The rest waits
 * in a queue of bounded length; what finds no room is told again later, because it was not noted.
 * Besides, two devices that share something are watched until it is clear whether one took the
 * other's place (policy/progress/replacement.h). Pure but for memory: no log, no clock, no store.
 */
#ifndef OUIGUARD_DAEMON_SIGHTINGS_H
#define OUIGUARD_DAEMON_SIGHTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/inventory/store-addresses.h"
#include "policy/progress/replacement.h"

#define OG_SIGHTINGS  1024 /* most that wait */
#define OG_CANDIDATES 512  /* most pairs of devices that are watched */
#define OG_SITE_TEXT  64   /* bytes of a site's name with its terminator */

struct og_sighting {
	char site[OG_SITE_TEXT];
	char host[OG_HOST_TEXT]; /* "": none */
	uint64_t mac;
	struct og_addr addr; /* zero: none */
	enum og_source source;
	int64_t at; /* second since 1970 */
};

struct og_sightings;

/* og_sightings_new - or NULL. og_sightings_free - NULL is allowed. */
struct og_sightings *og_sightings_new(void);
void og_sightings_free(struct og_sightings *sightings);

/*
 * og_sightings_addr - note that @mac at @site had @addr at second @at; an address that says nothing
 * about who has it (unspecified, loopback, a group's) is passed over. og_sightings_host - that it
 * called itself @host, of @length bytes that need no terminator; what is no host name is passed over.
 */
void og_sightings_addr(struct og_sightings *sightings, const char *site, uint64_t mac,
		       const struct og_addr *addr, enum og_source source, int64_t at);
void og_sightings_host(struct og_sightings *sightings, const char *site, uint64_t mac,
		       const char *host, size_t length, enum og_source source, int64_t at);

/* og_sightings_next - take the oldest that waits. Returns false when there is none. */
bool og_sightings_next(struct og_sightings *sightings, struct og_sighting *ret_sighting);

/* og_sightings_forget - what waits and what was told is told anew: it could not be written. */
void og_sightings_forget(struct og_sightings *sightings);

/* og_sightings_waiting - how many wait. og_sightings_watched - how many pairs are watched. */
size_t og_sightings_waiting(const struct og_sightings *sightings);
size_t og_sightings_watched(const struct og_sightings *sightings);

/*
 * og_sightings_watch - watch whether device @new_mac takes the place of @mac, whose likeness @by it
 * has since second @at. A pair that is watched already, and one without room, is passed over.
 */
void og_sightings_watch(struct og_sightings *sightings, const char *site, uint64_t mac,
			uint64_t new_mac, enum og_likeness by, int64_t at);

/*
 * og_sightings_judge - judge all pairs that are watched, at second @now. @seen gives the last sign of
 * life of a device, 0 for one that is not known; @replaced is called for each that was replaced. Pairs
 * about which all is said are forgotten.
 */
void og_sightings_judge(struct og_sightings *sightings, int64_t now,
			int64_t (*seen)(void *userdata, const char *site, uint64_t mac),
			void (*replaced)(void *userdata, const struct og_replacement *replacement),
			void *userdata);

#endif
