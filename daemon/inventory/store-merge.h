/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-merge.h: what another gateway saw
 *
 * Each gateway's counts of a device are kept apart, so that an export can be merged twice and a later
 * one takes the place of an earlier one. Writes belong between og_store_begin() and og_store_commit().
 */
#ifndef OUIGUARD_DAEMON_STORE_MERGE_H
#define OUIGUARD_DAEMON_STORE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/inventory/inventory.h"
#include "daemon/inventory/store-state.h"

struct og_store;

/*
 * og_store_merge_device - @gateway saw @device, and counted its totals. The device is made when it is
 * not there; it has been seen since the earlier and until the later of all; what it is (vendor, port,
 * VLAN, ...) is by who saw it last, but for devices that this gateway has seen itself. 0 or -errno.
 * og_store_merged - what the other gateways counted of a device in all; zero: nothing.
 */
int og_store_merge_device(struct og_store *store, const struct og_inv_device *device,
			  const char *gateway);
int og_store_merged(struct og_store *store, const char *site, uint64_t mac,
		    struct og_counts *ret_counts);

/* og_store_put_gateway - data of @name up to second @at came at second @now. 0 or -errno. */
int og_store_put_gateway(struct og_store *store, const char *name, int64_t at, int64_t now);

/*
 * What this gateway saw itself, for an export: devices after @mac at @site by site and MAC; the blocks
 * of days on which one was seen; watched time of @gateway after @vlan and @day at @site; steps after
 * @id. Each until @each returns other than 0, which is returned; or -errno.
 */
int og_store_own_devices(struct og_store *store, const char *site, uint64_t mac,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata);
int og_store_own_blocks(struct og_store *store, const char *site, uint64_t mac,
			int (*each)(void *userdata, int64_t block, uint32_t days), void *userdata);
int og_store_own_watched(struct og_store *store, const char *gateway, const char *site, int vlan,
			 int64_t day,
			 int (*each)(void *userdata, const char *site, int vlan, int64_t day,
				     uint32_t seconds),
			 void *userdata);
int og_store_own_states(struct og_store *store, int64_t id,
			int (*each)(void *userdata, const struct og_state_change *change),
			void *userdata);

#endif
