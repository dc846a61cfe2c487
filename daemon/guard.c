// SPDX-License-Identifier: GPL-2.0
/*
 * guard.c: who is held at log because nobody declared it; gates.c has the gates
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/guard-work.h"
#include "daemon/inventory/store-decided.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"
#include "policy/base/mac.h"
#include "policy/compile/timeline.h"

#define HELD OG_GUARD_HELD

struct og_guard *og_guard_new(void)
{
	return calloc(1, sizeof(struct og_guard));
}

void og_guard_free(struct og_guard *guard)
{
	size_t i;

	if (!guard)
		return;
	for (i = 0; i < guard->view.held_count; i++)
		free((void *)guard->held[i].site);
	for (i = 0; i < guard->view.gate_count; i++)
		free(guard->gates[i]);
	og_guard_forget_shut(guard);
	free(guard->held);
	free(guard->gates);
	free(guard->copy);
	free(guard);
}

const struct og_decided *og_guard_decided(const struct og_guard *guard)
{
	return &guard->view;
}

static int add_held(struct og_guard *guard, const char *site, uint64_t mac)
{
	struct og_held *held = reallocarray(guard->held, guard->view.held_count + 1, sizeof(*held));
	char *name = strdup(site);

	if (held)
		guard->view.held = guard->held = held;
	if (!held || !name) {
		free(name);
		return -ENOMEM;
	}
	held[guard->view.held_count++] = (struct og_held){.mac = mac, .site = name};
	return 0;
}

static void drop_held(struct og_guard *guard, size_t i)
{
	free((void *)guard->held[i].site);
	guard->held[i] = guard->held[--guard->view.held_count];
}

/* `SITE MAC`, as the store knows it. */
static void key_of(const char *site, uint64_t mac, char key[OG_STORE_KEY])
{
	char text[OG_MAC_TEXT];

	snprintf(key, OG_STORE_KEY, "%s %s", site, og_mac_format(mac, text));
}

int og_guard_take_held(void *userdata, const char *key, int64_t at)
{
	char site[OG_CONF_NAME], text[OG_MAC_TEXT];
	uint64_t mac;

	(void)at;
	if (sscanf(key, "%63s %17s", site, text) != 2 || og_mac_parse(text, &mac))
		return 0;
	return add_held(userdata, site, mac);
}

void og_guard_open(struct og_manager *m)
{
	int err = og_store_each_decided(m->store, HELD, og_guard_take_held, m->guard);

	if (!err)
		err = og_guard_open_gates(m);
	if (err)
		og_log_id(LOG_ERR, OG_MSG_STORE,
			  "what was decided cannot be read: %s; gates of phases may be shut that "
			  "were open, and undeclared routers be enforced",
			  strerror(-err));
	og_guard_take_copy(m);
	og_guard_keep_copy(m);
}

void og_guard_record(struct og_manager *m, struct og_inv_device *device,
		     const struct og_device *record)
{
	/* What the dry engine does, it does to nobody. */
	if (device->enforced || m->ops == &og_engine_dry ||
	    (record->action < OG_LIMIT && !record->dropped))
		return;
	device->enforced = true;
	device->dirty |= OG_DIRTY_ROW;
}

/* The records that wait in the engine, also those that another process left. */
static int note_record(void *userdata, uint64_t key, const struct og_device *record, bool known)
{
	struct og_manager *m = userdata;
	const char *site = og_manager_site(m, key & 0xffff);
	struct og_inv_device *device;

	(void)known;
	if (!site)
		return 0;
	og_manager_hold(m, site);
	device = og_inventory_find(m->inventory, site, key >> 16);
	if (!device)
		return 0;
	device->sources = __builtin_popcountll(record->src_bits);
	og_guard_record(m, device, record);
	return 0;
}

struct holding {
	struct og_manager *m;
	const struct og_loaded *loaded;
};

/* Whether a policy that guards is about the device. */
static bool is_guarded(const struct og_config *config, const struct og_inv_device *device,
		       const char *vendor)
{
	const struct og_kind kind = {
		.site = og_config_site(config, device->site),
		.vendor = vendor,
		.role = OG_ROLE_UNKNOWN,
	};
	size_t i;

	for (i = 0; kind.site && i < config->policy_count; i++)
		if (config->policies[i].hold && og_policy_concerns(config, i, &kind))
			return true;
	return false;
}

static void tell_held(const struct og_inv_device *device)
{
	char mac[OG_MAC_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(device->mac, mac)},
		{"OUIGUARD_SITE", device->site},
		{"OUIGUARD_VENDOR", device->vendor[0] ? device->vendor : NULL},
	};

	og_journal(LOG_WARNING, OG_MSG_HELD, fields, 3,
		   "%s at %s sends from %u addresses or more and is held at log as an undeclared "
		   "router: give it a row in the asset register, whatever it is",
		   mac, device->site, device->sources);
}

struct past {
	struct og_manager *m;
	uint64_t mac;
};

static int was_enforced_at(void *userdata, const char *site)
{
	const struct past *past = userdata;
	const struct og_inv_device *device = og_inventory_find(past->m->inventory, site, past->mac);

	return device && device->enforced;
}

/* Wherever that was: a device does not get out by moving to another site either. */
static bool was_enforced(struct og_manager *m, uint64_t mac)
{
	struct past past = {m, mac};

	return og_inventory_each_site(m->inventory, was_enforced_at, &past) != 0;
}

static int hold_one(void *userdata, struct og_inv_device *device)
{
	const struct holding *h = userdata;
	struct og_guard *guard = h->m->guard;
	const struct og_lock_entry *listed;
	char key[OG_STORE_KEY];

	if (device->sources < OG_HOLD_SOURCES || guard->view.held_count == OG_HOLD_MAX ||
	    og_is_held(&guard->view, device->site, device->mac) ||
	    og_loaded_asset(h->loaded, device->site, device->mac) ||
	    was_enforced(h->m, device->mac))
		return 0;
	listed = og_loaded_prefix(h->loaded, device->mac);
	if (!listed || !is_guarded(h->loaded->config, device, listed->vendor))
		return 0;
	key_of(device->site, device->mac, key);
	if (add_held(guard, device->site, device->mac))
		return -ENOMEM;
	og_store_put_decided(h->m->store, HELD, key, og_clock_now());
	tell_held(device);
	og_audit_tell(h->m, OG_AUDIT_GUARD, key, "held at log: sends from %u addresses or more",
		      device->sources);
	return 0;
}

static void tell_released(const struct og_held *held)
{
	char mac[OG_MAC_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(held->mac, mac)},
		{"OUIGUARD_SITE", held->site},
	};

	og_journal(LOG_NOTICE, OG_MSG_HELD, fields, 2,
		   "%s at %s is no longer held: it has an asset row", mac, held->site);
}

/* Devices that the register says something about now. */
static void release(struct og_manager *m, const struct og_loaded *loaded)
{
	struct og_guard *guard = m->guard;
	char key[OG_STORE_KEY];
	size_t i = 0;

	while (i < guard->view.held_count) {
		if (!og_loaded_asset(loaded, guard->held[i].site, guard->held[i].mac)) {
			i++;
			continue;
		}
		key_of(guard->held[i].site, guard->held[i].mac, key);
		og_store_drop_decided(m->store, HELD, key);
		tell_released(&guard->held[i]);
		og_audit_tell(m, OG_AUDIT_GUARD, key, "no longer held: it has an asset row");
		drop_held(guard, i);
	}
}

void og_guard_hold(struct og_manager *m, const struct og_loaded *loaded)
{
	struct holding holding = {m, loaded};

	if (m->ops->each_device(m->engine, note_record, m))
		og_log(LOG_WARNING, "the engine's records cannot be read: nobody new is held");
	else
		og_inventory_each(m->inventory, hold_one, &holding);
	release(m, loaded);
	og_guard_keep_copy(m);
}

void og_guard_tick(struct og_manager *m, int64_t now)
{
	struct og_guard *guard = m->guard;
	struct og_inv_device *device;
	size_t i;

	if (guard->day == now / 86400)
		return;
	guard->day = now / 86400;
	for (i = 0; i < guard->view.held_count; i++) {
		device = og_inventory_find(m->inventory, guard->held[i].site, guard->held[i].mac);
		if (device)
			tell_held(device);
	}
	if (og_guard_gates(m, now))
		og_manager_recompile(m, "a gate has opened");
}

static void set_held(const struct og_manager *m, json_t *record)
{
	const struct og_compiled *c = m->compiled;
	json_t *array = json_array();
	char mac[OG_MAC_TEXT];
	size_t i;

	for (i = 0; c && i < c->held_count; i++)
		json_array_append_new(array, json_pack("{s:s, s:s*}", "mac",
						       og_mac_format(c->held[i].mac, mac), "site",
						       og_compiled_site(c, c->held[i].site)));
	json_object_set_new(record, "held", array);
	json_object_set_new(record, "gates_open",
			    og_record_strings(m->guard->gates, m->guard->view.gate_count));
}

void og_guard_status(const struct og_manager *m, json_t *record)
{
	set_held(m, record);
	og_guard_status_gates(m, record);
}
