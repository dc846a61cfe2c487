// SPDX-License-Identifier: GPL-2.0
/*
 * addresses-write.c: what was learned, written to the store; devices that took another's place
 */
#include <string.h>

#include "daemon/addresses-write.h"
#include "daemon/bus/records.h"
#include "daemon/bus/records-address.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"
#include "policy/base/mac.h"

#define OWNERS 8 /* devices that may have had the same address before */

/* What a sighting is compared with. */
struct comparing {
	struct og_manager *m;
	const struct og_sighting *sighting;
	enum og_likeness by;
};

static void watch(void *userdata, uint64_t old_mac)
{
	const struct comparing *comparing = userdata;
	const struct og_sighting *sighting = comparing->sighting;
	struct og_replacement known = {.mac = old_mac, .new_mac = sighting->mac};

	if (old_mac == sighting->mac)
		return;
	strcpy(known.site, sighting->site);
	strcpy(known.by, og_likeness_name(comparing->by));
	if (!og_store_has_replacement(comparing->m->store, &known))
		og_sightings_watch(comparing->m->addresses->sightings, sighting->site, old_mac,
				   sighting->mac, comparing->by, sighting->at);
}

static const struct og_switch_ports *switch_ports(struct og_manager *m)
{
	struct og_addresses *addresses = m->addresses;

	if (addresses->ports_of != m->loaded) {
		og_switch_ports_free(addresses->ports);
		og_loaded_unref(addresses->ports_of);
		addresses->ports = og_switch_ports_new(m->loaded->config);
		addresses->ports_of = og_loaded_ref(m->loaded);
	}
	return addresses->ports;
}

/* Who had this before, or stands at the same switch port? */
static int compare(struct og_manager *m, const struct og_sighting *sighting,
		   const struct og_conf_asset *asset)
{
	struct comparing comparing = {.m = m, .sighting = sighting, .by = OG_LIKE_ADDRESS};
	int64_t since = sighting->at - OG_REPLACED_WITHIN;
	const struct og_switch_ports *ports;
	uint64_t owners[OWNERS];
	int count, i;

	if (sighting->host[0]) {
		comparing.by = OG_LIKE_HOST;
		count = og_store_host_owners(m->store, sighting->site, sighting->host, since,
					     owners, OWNERS);
	} else {
		count = og_store_address_owners(m->store, sighting->site, &sighting->addr, since,
						owners, OWNERS);
	}
	for (i = 0; i < count; i++)
		watch(&comparing, owners[i]);
	ports = asset ? switch_ports(m) : NULL;
	comparing.by = OG_LIKE_PORT;
	if (ports)
		og_switch_ports_each(ports, sighting->site, asset, watch, &comparing);
	return count < 0 ? count : 0;
}

static int write_one(struct og_manager *m, const struct og_sighting *sighting)
{
	const struct og_conf_asset *asset =
		og_loaded_asset(m->loaded, sighting->site, sighting->mac);
	int err = 0;

	og_manager_hold(m, sighting->site);
	if (asset || og_inventory_find(m->inventory, sighting->site, sighting->mac))
		err = sighting->host[0]
			      ? og_store_put_host(m->store, sighting->site, sighting->mac,
						  sighting->host, sighting->source, sighting->at)
			      : og_store_put_address(m->store, sighting->site, sighting->mac,
						     &sighting->addr, sighting->source,
						     sighting->at);
	return err ? err : compare(m, sighting, asset);
}

static int64_t last_seen(void *userdata, const char *site, uint64_t mac)
{
	struct og_manager *m = userdata;
	const struct og_inv_device *device;

	og_manager_hold(m, site);
	device = og_inventory_find(m->inventory, site, mac);
	return device ? device->last_seen : 0;
}

static void tell(struct og_manager *m, const struct og_replacement *replacement)
{
	char mac[OG_MAC_TEXT], new_mac[OG_MAC_TEXT];
	const char *vendor = og_record_vendor(m, replacement->new_mac);
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(replacement->mac, mac)},
		{"OUIGUARD_SITE", replacement->site},
		{"OUIGUARD_VENDOR", og_record_vendor(m, replacement->mac)},
		{"OUIGUARD_NEW_DEVICE", og_mac_format(replacement->new_mac, new_mac)},
		{"OUIGUARD_NEW_VENDOR", vendor},
		{"OUIGUARD_BY", replacement->by},
	};

	og_journal(
		LOG_WARNING, OG_MSG_REPLACED, fields, 6,
		"%s at %s is silent, and its %s is now that of %s (%s): replaced, or in disguise",
		mac, replacement->site,
		!strcmp(replacement->by, "host")   ? "host name"
		: !strcmp(replacement->by, "port") ? "switch port"
						   : replacement->by,
		new_mac, vendor ? vendor : "no listed vendor");
}

/* Who makes up addresses lets many take each other's place: not all of that is told. */
static void report(struct og_manager *m, const struct og_replacement *replacement)
{
	struct og_inv_device *device =
		og_inventory_find(m->inventory, replacement->site, replacement->mac);

	if (og_told_event(&m->told, device ? &device->told : NULL, og_clock_steady()))
		tell(m, replacement);
	og_bus_emit(m->bus, "Replacement", og_record_replacement(m, replacement));
}

static void on_replaced(void *userdata, const struct og_replacement *replacement)
{
	struct og_manager *m = userdata;

	if (og_store_put_replacement(m->store, replacement) == 1)
		report(m, replacement);
}

/* Whether more blind sources were counted since the last writing. */
static bool blind_changed(const struct og_addresses *addresses)
{
	return addresses->blind.day != addresses->blind_day ||
	       addresses->blind.total != addresses->blind_written;
}

static int write_blind(struct og_manager *m)
{
	const struct og_blind *blind = &m->addresses->blind;
	unsigned int number;
	int err = 0;

	for (number = 1; !err && number < m->compiled->site_count; number++)
		if (blind->count[number])
			err = og_store_put_blind(m->store, m->compiled->sites[number], blind->day,
						 blind->count[number]);
	return err;
}

void og_addresses_write(struct og_manager *m)
{
	struct og_sightings *sightings = m->addresses->sightings;
	struct og_sighting sighting;
	int err;

	if (!m->compiled || !m->loaded)
		return;
	if (!og_sightings_waiting(sightings) && !og_sightings_watched(sightings) &&
	    !blind_changed(m->addresses))
		return;
	err = og_store_begin(m->store);
	if (err)
		return;
	while (!err && og_sightings_next(sightings, &sighting))
		err = write_one(m, &sighting);
	if (!err)
		err = write_blind(m);
	if (!err)
		og_sightings_judge(sightings, og_clock_now(), last_seen, on_replaced, m);
	if (!err)
		err = og_store_commit(m->store);
	if (!err) {
		m->addresses->blind_day = m->addresses->blind.day;
		m->addresses->blind_written = m->addresses->blind.total;
		return;
	}
	/* What was lost is learned again. The store's trouble is told by who writes devices. */
	og_store_rollback(m->store);
	og_sightings_forget(sightings);
}
