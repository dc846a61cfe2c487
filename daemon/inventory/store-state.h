/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-state.h: the states of devices and their history, which is only ever added to
 */
#ifndef OUIGUARD_DAEMON_STORE_STATE_H
#define OUIGUARD_DAEMON_STORE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/progress/device-state.h"

struct og_store;

/* One step. Texts are borrowed, and never NULL. */
struct og_state_change {
	int64_t id; /* ascending in the order in which this gateway learned of them */
	const char *site;
	uint64_t mac;
	int64_t at; /* second */
	enum og_device_state state, previous;
	bool has_previous; /* false: nothing was entered before, and it is derived */
	const char *actor;
	const char *evidence;
	const char *gateway; /* whose export brought it; "": entered here */
	bool third_party;
};

/*
 * og_store_put_state - add @change to the history and make it the state of its device, which must be
 * in the database, unless a later one is known. @change->id is not looked at. Returns 1; 0 when the
 * same change is known already; -ENOENT without such a device; -errno. Once the transaction around
 * it is committed it outlives everything but the disk.
 */
int og_store_put_state(struct og_store *store, const struct og_state_change *change);

/* og_store_put_third_party - whether the device belongs to somebody else. 0 or -errno. */
int og_store_put_third_party(struct og_store *store, const char *site, uint64_t mac,
			     bool third_party);

/*
 * og_store_each_state - call @each for the steps of @mac at @site, or with @site NULL of all devices,
 * by site, MAC and time, until it returns other than 0, and return that; or -errno. The change is
 * valid during the call.
 */
int og_store_each_state(struct og_store *store, const char *site, uint64_t mac,
			int (*each)(void *userdata, const struct og_state_change *change),
			void *userdata);

/* og_store_each_place - call @each for the sites in the database where @mac was seen, by name. */
int og_store_each_place(struct og_store *store, uint64_t mac,
			int (*each)(void *userdata, const char *site, int64_t last_seen,
				    const char *state),
			void *userdata);

#endif
