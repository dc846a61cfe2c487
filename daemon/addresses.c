// SPDX-License-Identifier: GPL-2.0
/*
 * addresses.c: where addresses and host names are learned: frames, neighbour tables, leases
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h>

#include "daemon/addresses-write.h"
#include "daemon/cleanup.h"
#include "daemon/journal.h"
#include "daemon/bus/records.h"
#include "daemon/message-id.h"
#include "daemon/network/neighbours.h"
#include "daemon/state.h"
#include "policy/base/mac.h"

#define HOUR	     3600
#define DAY	     86400
#define DEFAULT_PVID 1 /* of a bridge that filters VLANs: what is untagged is in it */

struct og_addresses *og_addresses_new(void)
{
	struct og_addresses *addresses = calloc(1, sizeof(*addresses));

	if (!addresses)
		return NULL;
	addresses->sightings = og_sightings_new();
	addresses->leases = og_lease_files_new();
	if (!addresses->sightings || !addresses->leases) {
		og_addresses_free(addresses);
		return NULL;
	}
	return addresses;
}

void og_addresses_free(struct og_addresses *addresses)
{
	if (!addresses)
		return;
	og_sightings_free(addresses->sightings);
	og_lease_files_free(addresses->leases);
	og_switch_ports_free(addresses->ports);
	og_loaded_unref(addresses->ports_of);
	free(addresses);
}

static unsigned int site_number(const struct og_manager *m, const char *site)
{
	unsigned int number;

	for (number = 1; number < m->compiled->site_count; number++)
		if (!strcmp(m->compiled->sites[number], site))
			return number;
	return OG_SITE_NONE;
}

void og_addresses_record(struct og_manager *m, struct og_inv_device *device,
			 const struct og_device *record)
{
	unsigned int distinct = __builtin_popcountll(record->src_bits);
	bool router = device->role == OG_ROLE_ROUTER || record->reason == OG_R_INFRASTRUCTURE;
	bool fronts = distinct >= (router ? 2 : OG_FRONTS);
	int64_t now = og_clock_now();
	int i;

	device->sources = distinct;
	if (record->last_seen < now - HOUR || !m->compiled)
		return;
	if (fronts) {
		og_blind_day(&m->addresses->blind, now / DAY);
		og_blind_note(&m->addresses->blind, site_number(m, device->site), device->mac);
	}
	/* The addresses are those of whoever is behind it. */
	if (fronts || router)
		return;
	for (i = 0; i < OG_SRCS; i++)
		og_sightings_addr(m->addresses->sightings, device->site, device->mac,
				  &record->srcs[i], OG_SOURCE_FRAME, record->last_seen);
}

void og_addresses_answer(struct og_manager *m, const char *site, uint64_t mac,
			 const struct og_addr *addr)
{
	og_sightings_addr(m->addresses->sightings, site, mac, addr, OG_SOURCE_PROBE,
			  og_clock_now());
}

static bool is_ours(const struct og_gateway *gw, uint64_t mac)
{
	size_t i;

	for (i = 0; i < gw->link_count; i++)
		if (gw->links[i].mac == mac)
			return true;
	return false;
}

static int note_neighbour(void *userdata, const struct og_neighbour *neighbour)
{
	struct og_manager *m = userdata;
	const struct og_gateway *gw = og_links_gateway(m->links);
	const struct og_ruleset *rs = m->compiled->ruleset;
	unsigned int number = og_neighbour_site(rs, gw, neighbour->ifindex, neighbour->vlan);
	const char *site;

	if (!number && neighbour->vlan == DEFAULT_PVID)
		number = og_neighbour_site(rs, gw, neighbour->ifindex, 0);
	site = og_compiled_site(m->compiled, number);
	if (!site || neighbour->age > HOUR || is_ours(gw, neighbour->mac))
		return 0;
	og_sightings_addr(m->addresses->sightings, site, neighbour->mac, &neighbour->addr,
			  OG_SOURCE_NEIGHBOUR, og_clock_now() - neighbour->age);
	if (og_mac_is_local(neighbour->mac) && !og_loaded_asset(m->loaded, site, neighbour->mac))
		og_blind_note(&m->addresses->blind, number, neighbour->mac);
	return 0;
}

/* Routers of the site's own: next hops on its ports, whatever their make. */
static void note_nexthops(struct og_manager *m)
{
	const struct og_gateway *gw = og_links_gateway(m->links);
	const struct og_gw_nexthop *hop;
	size_t i;

	for (i = 0; i < gw->nexthop_count; i++) {
		hop = &gw->nexthops[i];
		if (hop->mac)
			og_blind_note(&m->addresses->blind,
				      og_neighbour_site(m->compiled->ruleset, gw, hop->ifindex, 0),
				      hop->mac);
	}
}

/*
 * Site numbers change with the configuration: the day's sources are then told apart anew. The store
 * keeps the highest count.
 */
static void follow_sites(struct og_manager *m)
{
	const struct og_compiled *c = m->compiled;
	uint64_t hash = c->site_count;
	const char *name;
	unsigned int i;

	for (i = 1; i < c->site_count; i++)
		for (name = c->sites[i]; *name; name++)
			hash = og_hash((unsigned char)*name, hash + i);
	if (hash != m->addresses->sites)
		m->addresses->blind.day = -1;
	m->addresses->sites = hash;
	og_blind_day(&m->addresses->blind, og_clock_now() / DAY);
}

static void read_neighbours(struct og_manager *m)
{
	int err;

	follow_sites(m);
	note_nexthops(m);
	err = og_neighbours_read(note_neighbour, m);
	if (err && err != m->addresses->neighbours_error)
		og_log(LOG_WARNING, "the neighbour tables cannot be read: %s; trying again",
		       strerror(-err));
	m->addresses->neighbours_error = err;
}

/* A listed device that is known by its lease alone: its frames do not come to the gateway. */
/* Its first frame will be no news any more. */
static void announce_leased(struct og_manager *m, struct og_inv_device *device)
{
	char mac[OG_MAC_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(device->mac, mac)},
		{"OUIGUARD_SITE", device->site},
		{"OUIGUARD_VENDOR", device->vendor[0] ? device->vendor : NULL},
	};

	if (og_told_event(&m->told, &device->told, og_clock_steady()))
		og_journal(LOG_NOTICE, OG_MSG_DEVICE_NEW, fields, 3,
			   "device %s (%s) at %s is known by its DHCP lease alone", mac,
			   device->vendor, device->site);
	og_bus_emit(m->bus, "NewDevice", og_record_device(m, device));
}

static void add_leased(struct og_manager *m, unsigned int number, uint64_t mac, int64_t now)
{
	const struct og_ruleset *rs = m->compiled->ruleset;
	uint32_t group = og_group_of(rs, mac), class;
	const char *site = m->compiled->sites[number], *vendor;
	struct og_inv_device *device;
	bool new;

	if (group < OG_GROUP_FIRST)
		return;
	og_manager_hold(m, site);
	device = og_inventory_add(m->inventory, site, mac, &new);
	if (!device)
		return;
	/* One that the daemon finds when it starts may be as old as its lease is long. */
	if (!new && (device->evidence != OG_EVIDENCE_LEASE || !m->addresses->leases_read))
		return;
	if (new) {
		class = OG_BOUND(og_class_of(rs, mac, number, group), OG_CLASSES - 1);
		vendor = og_compiled_group_vendor(m->compiled, group);
		device->vendor = og_inventory_word(m->inventory, vendor ? vendor : "");
		device->role = rs->class[class].role;
		device->evidence = OG_EVIDENCE_LEASE;
		device->first_seen = now;
	}
	device->last_seen = now;
	device->dirty |= OG_DIRTY_ROW;
	if (new)
		announce_leased(m, device);
}

/* The one site to which @addr is internal; OG_SITE_NONE when that is none or several. */
static unsigned int site_of_addr(const struct og_manager *m, const struct og_addr *addr)
{
	const struct og_ruleset *rs = m->compiled->ruleset;
	unsigned int number, found = OG_SITE_NONE;

	for (number = 1; number < m->compiled->site_count; number++) {
		if (m->compiled->elsewhere[number] ||
		    og_range_of(rs, rs->site[number].internal, addr) == OG_NO_RANGE)
			continue;
		if (found)
			return OG_SITE_NONE;
		found = number;
	}
	return found;
}

static void note_lease_at(struct og_manager *m, const char *site, const struct og_lease *lease,
			  int64_t now)
{
	struct og_sightings *sightings = m->addresses->sightings;

	og_sightings_addr(sightings, site, lease->mac, &lease->addr, OG_SOURCE_LEASE, now);
	if (lease->host)
		og_sightings_host(sightings, site, lease->mac, lease->host, lease->host_length,
				  OG_SOURCE_LEASE, now);
}

static void note_lease(void *userdata, const struct og_lease *lease)
{
	struct og_manager *m = userdata;
	unsigned int number, at = site_of_addr(m, &lease->addr);
	int64_t now = og_clock_now();
	const char *site;
	bool known = false;

	for (number = 1; number < m->compiled->site_count; number++) {
		site = m->compiled->sites[number];
		if (m->compiled->elsewhere[number] || number == at ||
		    (!og_inventory_find(m->inventory, site, lease->mac) &&
		     !og_loaded_asset(m->loaded, site, lease->mac)))
			continue;
		/* Behind a router, or a site whose addresses are not told. */
		known = true;
		if (!at)
			note_lease_at(m, site, lease, now);
	}
	if (!at)
		return;
	if (!known)
		add_leased(m, at, lease->mac, now);
	note_lease_at(m, m->compiled->sites[at], lease, now);
}

void og_addresses_collect(struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};

	if (!m->compiled || !m->loaded)
		return;
	read_neighbours(m);
	og_lease_files_read(m->addresses->leases, &m->loaded->config->leases, og_clock_now(),
			    note_lease, m, &diags);
	m->addresses->leases_read = true;
	og_log_diags(&diags);
}

uint32_t og_addresses_blind(const struct og_manager *m, unsigned int site)
{
	const struct og_blind *blind = &m->addresses->blind;

	return site < OG_SITES && blind->day == og_clock_now() / DAY ? blind->count[site] : 0;
}

void og_addresses_trouble(const struct og_manager *m, struct og_diags *diags)
{
	if (m->addresses->neighbours_error)
		og_warn(diags, NULL, "the neighbour tables cannot be read: %s",
			strerror(-m->addresses->neighbours_error));
	og_lease_files_trouble(m->addresses->leases, diags);
}
