// SPDX-License-Identifier: GPL-2.0
/*
 * records-export.c: what this gateway saw, as records for another one (docs/inventory.md)
 *
 * Devices, watched time, steps, and what the files say of each site, in this order, page by page. Each record but the first has a
 * `cursor`, from which the next page goes on.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-merge.h"
#include "daemon/inventory/store-progress.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/progress.h"
#include "daemon/state.h"
#include "policy/base/action.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"

#define FULL 1

/* Where a page begins. */
struct cursor {
	enum { DEVICES, WATCHED, STATES, SITES } kind;
	char site[OG_INV_SITE];
	uint64_t mac;
	int vlan;
	int64_t day, id;
	bool past; /* @site itself has been given, after its rows */
};

struct export
{
	struct og_manager *m;
	struct cursor from;
	json_t *array;
	size_t max;
};

static int add(struct export *export, json_t *record)
{
	if (!record || json_array_append_new(export->array, record))
		return -ENOMEM;
	return json_array_size(export->array) >= export->max ? FULL : 0;
}

static int add_block(void *userdata, int64_t block, uint32_t days)
{
	json_t *record = json_object();

	og_set_number(record, "block", block);
	og_set_number(record, "days", days);
	return json_array_append_new(userdata, record) ? -ENOMEM : 0;
}

static void set_counts(json_t *record, const struct og_counts *counts)
{
	og_set_number(record, "packets", counts->packets);
	og_set_number(record, "bytes", counts->bytes);
	og_set_number(record, "passed", counts->passed);
	og_set_number(record, "dropped", counts->dropped);
	og_set_number(record, "dropped_bytes", counts->dropped_bytes);
	og_set_number(record, "egress", counts->egress);
}

static void set_key(json_t *record, const char *kind, const char *site, uint64_t mac)
{
	char text[OG_MAC_TEXT];

	og_set_text(record, "kind", kind);
	og_set_text(record, "site", site);
	og_set_text(record, "mac", og_mac_format(mac, text));
}

static int add_device(void *userdata, struct og_inv_device *device)
{
	struct export *export = userdata;
	json_t *record = json_object(), *blocks = json_array();
	char mac[OG_MAC_TEXT];
	int err;

	set_key(record, "device", device->site, device->mac);
	og_set_text(record, "vendor", device->vendor);
	og_set_text(record, "port", device->port);
	og_set_number(record, "vlan", device->vlan);
	og_set_text(record, "role", og_role_name(device->role));
	og_set_text(record, "evidence", og_evidence_name(device->evidence));
	og_set_text(record, "action", og_action_name(device->action));
	og_set_text(record, "reason", og_reason_name(device->reason));
	og_set_number(record, "first_seen", device->first_seen);
	og_set_number(record, "last_seen", device->last_seen);
	set_counts(record, &device->total);
	if (device->third_party)
		json_object_set_new(record, "third_party", json_true());
	err = og_store_own_blocks(export->m->store, device->site, device->mac, add_block, blocks);
	if (json_array_size(blocks))
		json_object_set(record, "sightings", blocks);
	json_decref(blocks);
	json_object_set_new(
		record, "cursor",
		json_sprintf("device/%s/%s", device->site, og_mac_format(device->mac, mac)));
	if (err) {
		json_decref(record);
		return err;
	}
	return add(export, record);
}

static int add_watched(void *userdata, const char *site, int vlan, int64_t day, uint32_t seconds)
{
	json_t *record = json_object();

	og_set_text(record, "kind", "watched");
	og_set_text(record, "site", site);
	og_set_number(record, "vlan", vlan);
	og_set_number(record, "day", day);
	og_set_number(record, "seconds", seconds);
	json_object_set_new(record, "cursor",
			    json_sprintf("watched/%s/%d/%" PRId64, site, vlan, day));
	return add(userdata, record);
}

static int add_state(void *userdata, const struct og_state_change *change)
{
	json_t *record = json_object();

	set_key(record, "state", change->site, change->mac);
	og_set_number(record, "at", change->at);
	og_set_text(record, "state", og_state_name(change->state));
	if (change->has_previous)
		og_set_text(record, "previous", og_state_name(change->previous));
	og_set_text(record, "actor", change->actor);
	og_set_text(record, "evidence", change->evidence);
	if (change->third_party)
		json_object_set_new(record, "third_party", json_true());
	json_object_set_new(record, "cursor", json_sprintf("state/%" PRId64, change->id));
	return add(userdata, record);
}

static int add_asset(struct export *export, const char *site, const struct og_conf_asset *row)
{
	json_t *record = json_object();
	char mac[OG_MAC_TEXT];

	set_key(record, "asset", site, row->mac);
	og_set_text(record, "role", og_role_name(row->role));
	og_set_text(record, "status", og_asset_status_name(row->status));
	json_object_set_new(record, "cursor",
			    json_sprintf("asset/%s/%s", site, og_mac_format(row->mac, mac)));
	return add(export, record);
}

static int add_site(struct export *export, const struct og_conf_site *site, bool surveyed)
{
	struct og_store *store = export->m->store;
	json_t *record = json_object();
	struct og_frozen frozen;
	uint32_t blind = 0;
	int err = og_store_frozen(store, site->name, &frozen);

	if (!err)
		err = og_store_blind(store, site->name, og_clock_now() / OG_DAY - OG_RECENT_DAYS,
				     &blind);
	og_set_text(record, "kind", "site");
	og_set_text(record, "site", site->name);
	og_set_text(record, "class", site->class);
	og_set_text(record, "owner", site->owner);
	og_set_text(record, "timezone", site->timezone);
	json_object_set_new(record, "register", json_boolean(surveyed));
	if (!err && frozen.first_at) {
		og_set_number(record, "baseline_at", frozen.first_at);
		og_set_number(record, "baseline_devices", frozen.devices);
	}
	og_set_number(record, "blind", blind);
	json_object_set_new(record, "cursor", json_sprintf("site/%s", site->name));
	if (err) {
		json_decref(record);
		return err;
	}
	return add(export, record);
}

/* The rows of the register of a site from the cursor on, and then the site: it makes them count. */
static int add_register(struct export *export, const struct og_conf_site *site)
{
	const struct og_loaded *loaded = export->m->loaded;
	const struct cursor *from = &export->from;
	uint64_t after = strcmp(site->name, from->site) ? 0 : from->mac;
	bool surveyed = false;
	int err = 0;

	for (size_t i = 0; i < loaded->register_count; i++) {
		const struct og_loaded_register *rows = &loaded->registers[i];

		if (strcmp(rows->site, site->name))
			continue;
		surveyed = true;
		for (size_t j = 0; j < rows->count && !err; j++)
			if (rows->rows[j]->mac > after)
				err = add_asset(export, site->name, rows->rows[j]);
	}
	return err ? err : add_site(export, site, surveyed);
}

/* The sites that this gateway covers. */
static int add_sites(struct export *export)
{
	const struct og_manager *m = export->m;
	const struct cursor *from = &export->from;
	int err = 0;

	for (size_t i = 0; m->loaded && i < m->loaded->config->site_count && !err; i++) {
		const struct og_conf_site *site = &m->loaded->config->sites[i];
		int order = strcmp(site->name, from->site);

		if (order < 0 || (order == 0 && from->past) ||
		    (m->compiled && m->compiled->elsewhere[i + 1]))
			continue;
		err = add_register(export, site);
	}
	return err;
}

/* Names of sites have no slash. */
static int read_cursor(const char *text, struct cursor *cursor)
{
	char mac[OG_MAC_TEXT] = "";
	int end = 0;

	if (sscanf(text, "device/%63[^/]/%17s%n", cursor->site, mac, &end) == 2 && !text[end])
		return og_mac_parse(mac, &cursor->mac);
	cursor->kind = WATCHED;
	if (sscanf(text, "watched/%63[^/]/%d/%" SCNd64 "%n", cursor->site, &cursor->vlan,
		   &cursor->day, &end) == 3 &&
	    !text[end])
		return 0;
	cursor->kind = STATES;
	if (sscanf(text, "state/%" SCNd64 "%n", &cursor->id, &end) == 1 && !text[end])
		return 0;
	cursor->kind = SITES;
	if (sscanf(text, "asset/%63[^/]/%17s%n", cursor->site, mac, &end) == 2 && !text[end])
		return og_mac_parse(mac, &cursor->mac);
	cursor->past = true;
	if (sscanf(text, "site/%63[^/]%n", cursor->site, &end) == 1 && !text[end])
		return 0;
	return -EINVAL;
}

static json_t *make_header(struct og_manager *m)
{
	json_t *record = json_object();

	og_set_text(record, "kind", OG_EXPORT_KIND);
	og_set_number(record, "version", OG_EXPORT_VERSION);
	og_set_text(record, "gateway", og_links_gateway(m->links)->host);
	og_set_number(record, "at", og_clock_now());
	return record;
}

static const char *read_query(json_t *query, struct export *export)
{
	json_t *max, *value;
	const char *key;

	json_object_foreach(query, key, value)
	{
		if (strcmp(key, "after") && strcmp(key, "max"))
			return key;
	}
	value = json_object_get(query, "after");
	max = json_object_get(query, "max");
	if (value &&
	    (!json_is_string(value) || read_cursor(json_string_value(value), &export->from)))
		return "after";
	if (max && (!json_is_integer(max) || json_integer_value(max) < 1))
		return "max";
	export->max = OG_EXPORT_PAGE;
	if (max && json_integer_value(max) < OG_EXPORT_PAGE)
		export->max = json_integer_value(max);
	return NULL;
}

static int add_page(struct export *export)
{
	const char *gateway = og_links_gateway(export->m->links)->host;
	struct og_store *store = export->m->store;
	struct cursor *from = &export->from;
	int err = 0;

	if (from->kind == DEVICES) {
		err = og_store_own_devices(store, from->site, from->mac, add_device, export);
		*from = (struct cursor){.kind = WATCHED, .vlan = OG_WATCH_ALL};
	}
	if (!err && from->kind == WATCHED) {
		err = og_store_own_watched(store, gateway, from->site, from->vlan, from->day,
					   add_watched, export);
		*from = (struct cursor){.kind = STATES};
	}
	if (!err && from->kind == STATES) {
		err = og_store_own_states(store, from->id, add_state, export);
		*from = (struct cursor){.kind = SITES};
	}
	return err ? err : add_sites(export);
}

int og_record_export(struct og_manager *m, json_t *query, json_t **ret_array,
		     const char **ret_wrong)
{
	struct export export = {.m = m};
	int err;

	*ret_wrong = read_query(query, &export);
	if (*ret_wrong)
		return -EINVAL;
	export.array = json_array();
	if (!export.array)
		return -ENOMEM;
	err = 0;
	if (!json_object_get(query, "after")) {
		og_manager_refresh(m);
		og_watching_write(m);
		err = og_manager_flush(m);
		if (!err)
			err = json_array_append_new(export.array, make_header(m)) ? -ENOMEM : 0;
		export.max++;
	}
	if (!err)
		err = add_page(&export);
	if (err < 0) {
		json_decref(export.array);
		return err;
	}
	*ret_array = export.array;
	return 0;
}
