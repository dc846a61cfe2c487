/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-progress.h: what the timeline and the reports read of the database
 *
 * All of it is read row by row, in an order that lets it be met with the devices as they go by, so
 * that reports need no memory for devices. Days are days since 1970 in UTC.
 */
#ifndef OUIGUARD_DAEMON_STORE_PROGRESS_H
#define OUIGUARD_DAEMON_STORE_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/inventory/store.h"
#include "policy/progress/device-state.h"
#include "policy/progress/progress.h"

#define OG_STORE_TOP 20 /* destinations of og_store_top_destinations() */

struct og_steps;

/*
 * og_steps_new - begin to read the histories of all devices; one at a time on a store. 0 or -errno.
 * og_steps_free - NULL is allowed.
 *
 * og_steps_of - the history of @mac at @site. Devices must be asked for by site and then MAC,
 * ascending, each once. *@ret_steps is valid until the next call. 0 or -errno.
 */
int og_steps_new(struct og_store *store, struct og_steps **ret_steps);
void og_steps_free(struct og_steps *steps);
int og_steps_of(struct og_steps *steps, const char *site, uint64_t mac,
		const struct og_state_step **ret_steps, size_t *ret_count);

/* The freezing of a site's baseline. */
struct og_frozen {
	int64_t first_at; /* when it was frozen first; 0: never */
	uint64_t devices; /* in it, when it was frozen last */
};

/* og_store_frozen - of @site. 0, also when it never was; -errno. */
int og_store_frozen(struct og_store *store, const char *site, struct og_frozen *ret_frozen);

/*
 * og_store_watched_days - call @each for every day from @since on, and every VLAN (-1: all of them),
 * on which any one gateway watched @site for OG_WATCHED_ENOUGH seconds, by day, until it returns
 * other than 0, and return that; or -errno.
 */
int og_store_watched_days(struct og_store *store, const char *site, int64_t since,
			  int (*each)(void *userdata, int vlan, int64_t day), void *userdata);

/* og_store_site_gateway - the gateway whose export brought @site; "": none. 0 or -errno. */
int og_store_site_gateway(struct og_store *store, const char *site, char *ret_gateway, size_t size);

/* og_store_each_gateway - call @each for every gateway whose export came in, as above. */
int og_store_each_gateway(struct og_store *store,
			  int (*each)(void *userdata, const char *name, int64_t last_data_at),
			  void *userdata);

struct og_top_destination {
	struct og_addr addr;
	uint16_t port;
	uint8_t proto;
	uint64_t packets, devices;
};

/*
 * og_store_top_destinations - the OG_STORE_TOP destinations to which devices of @vendors sent most,
 * as they are kept (inventory.h), into @ret_top. Returns how many, or -errno.
 */
int og_store_top_destinations(struct og_store *store, const struct og_names *vendors,
			      struct og_top_destination ret_top[OG_STORE_TOP]);

#endif
