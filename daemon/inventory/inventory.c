// SPDX-License-Identifier: GPL-2.0
/*
 * inventory.c: the devices seen, kept beyond the engine's records
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/ruleset.h> /* og_hash */

#include "daemon/inventory/inventory.h"

#define HEADS 65536 /* hash chains; a power of two */

struct og_inventory {
	struct og_inv_device *heads[HEADS];
	struct og_inv_device **order;
	size_t count, room;
	uint64_t refused;
};

struct og_inventory *og_inventory_new(void)
{
	return calloc(1, sizeof(struct og_inventory));
}

void og_inventory_free(struct og_inventory *inventory)
{
	size_t i;

	if (!inventory)
		return;
	for (i = 0; i < inventory->count; i++) {
		free(inventory->order[i]->drops);
		free(inventory->order[i]);
	}
	free(inventory->order);
	free(inventory);
}

static size_t head_of(const char *site, uint64_t mac)
{
	uint64_t seed = 0;

	for (; *site; site++)
		seed = seed * 31 + (unsigned char)*site;
	return og_hash(mac, seed) & (HEADS - 1);
}

struct og_inv_device *og_inventory_find(const struct og_inventory *inventory, const char *site,
					uint64_t mac)
{
	struct og_inv_device *device = inventory->heads[head_of(site, mac)];

	while (device && (device->mac != mac || strcmp(device->site, site)))
		device = device->next;
	return device;
}

static bool make_room(struct og_inventory *inventory)
{
	struct og_inv_device **order;
	size_t room = inventory->room ? inventory->room * 2 : 256;

	if (inventory->count < inventory->room)
		return true;
	order = reallocarray(inventory->order, room, sizeof(*order));
	if (!order)
		return false;
	inventory->order = order;
	inventory->room = room;
	return true;
}

struct og_inv_device *og_inventory_add(struct og_inventory *inventory, const char *site,
				       uint64_t mac, bool *ret_new)
{
	struct og_inv_device *device = og_inventory_find(inventory, site, mac);
	size_t head = head_of(site, mac);

	if (device) {
		if (ret_new)
			*ret_new = false;
		return device;
	}
	if (inventory->count == OG_INV_DEVICES || strlen(site) >= OG_INV_NAME ||
	    !make_room(inventory))
		goto refuse;
	device = calloc(1, sizeof(*device));
	if (!device)
		goto refuse;
	device->mac = mac;
	snprintf(device->site, sizeof(device->site), "%s", site);
	device->dirty = true;
	device->next = inventory->heads[head];
	inventory->heads[head] = device;
	inventory->order[inventory->count++] = device;
	if (ret_new)
		*ret_new = true;
	return device;
refuse:
	inventory->refused++;
	return NULL;
}

static void unchain(struct og_inventory *inventory, struct og_inv_device *device)
{
	struct og_inv_device **at = &inventory->heads[head_of(device->site, device->mac)];

	while (*at != device)
		at = &(*at)->next;
	*at = device->next;
}

size_t og_inventory_drop(struct og_inventory *inventory,
			 bool (*gone)(void *userdata, const struct og_inv_device *device),
			 void *userdata)
{
	struct og_inv_device *device;
	size_t i, kept = 0, before = inventory->count;

	for (i = 0; i < before; i++) {
		device = inventory->order[i];
		if (!gone(userdata, device)) {
			inventory->order[kept++] = device;
			continue;
		}
		unchain(inventory, device);
		free(device->drops);
		free(device);
	}
	inventory->count = kept;
	return before - kept;
}

/* What was counted since @before; all of @now when it does not continue @before. */
static uint64_t since(uint64_t now, uint64_t before, bool continues)
{
	return continues ? now - before : now;
}

static bool continues(const struct og_inv_device *device, const struct og_device *record)
{
	const struct og_counts *raw = &device->raw;

	return device->raw_first_seen == record->first_seen && record->packets >= raw->packets &&
	       record->bytes >= raw->bytes && record->passed >= raw->passed &&
	       record->dropped >= raw->dropped && record->dropped_bytes >= raw->dropped_bytes &&
	       record->egress >= raw->egress;
}

int og_inv_add_drops(struct og_inv_device *device, int64_t minute, uint64_t packets)
{
	size_t slot = (uint64_t)minute % OG_INV_MINUTES;

	if (!device->drops) {
		device->drops = calloc(1, sizeof(*device->drops));
		if (!device->drops)
			return -ENOMEM;
	}
	if (device->drops->minute[slot] != minute) {
		device->drops->minute[slot] = minute;
		device->drops->packets[slot] = 0;
	}
	device->drops->packets[slot] += packets;
	return 0;
}

uint64_t og_inv_dropped(const struct og_inv_device *device, int64_t now)
{
	uint64_t sum = 0;
	size_t i;

	if (!device->drops)
		return 0;
	for (i = 0; i < OG_INV_MINUTES; i++)
		if (device->drops->minute[i] > now / 60 - OG_INV_MINUTES &&
		    device->drops->minute[i] <= now / 60)
			sum += device->drops->packets[i];
	return sum;
}

static struct og_inv_dest *dest_slot(struct og_inv_device *device, const struct og_dest *seen)
{
	struct og_inv_dest *dest, *oldest = NULL;
	size_t i;

	for (i = 0; i < device->dest_count; i++) {
		dest = &device->dests[i];
		if (!og_addr_cmp(&dest->addr, &seen->addr) && dest->port == seen->port &&
		    dest->proto == seen->proto)
			return dest;
		if (!oldest || dest->last_seen < oldest->last_seen)
			oldest = dest;
	}
	if (device->dest_count < OG_INV_DESTS)
		oldest = &device->dests[device->dest_count++];
	else if (oldest->last_seen > seen->last_seen)
		return NULL;
	memset(oldest, 0, sizeof(*oldest));
	oldest->addr = seen->addr;
	oldest->port = seen->port;
	oldest->proto = seen->proto;
	return oldest;
}

static void take_dests(struct og_inv_device *device, const struct og_device *record, bool same)
{
	const struct og_dest *seen;
	struct og_inv_dest *dest;
	size_t i;

	for (i = 0; i < OG_DESTS; i++) {
		seen = &record->dests[i];
		if (!seen->packets)
			continue;
		dest = dest_slot(device, seen);
		if (!dest)
			continue;
		dest->packets +=
			since(seen->packets, dest->raw, same && seen->packets >= dest->raw);
		dest->raw = seen->packets;
		dest->last_seen = seen->last_seen;
		dest->reason = seen->reason;
	}
}

static void take_counts(struct og_inv_device *device, const struct og_device *record, bool same)
{
	struct og_counts *total = &device->total, *raw = &device->raw;

	total->packets += since(record->packets, raw->packets, same);
	total->bytes += since(record->bytes, raw->bytes, same);
	total->passed += since(record->passed, raw->passed, same);
	total->dropped += since(record->dropped, raw->dropped, same);
	total->dropped_bytes += since(record->dropped_bytes, raw->dropped_bytes, same);
	total->egress += since(record->egress, raw->egress, same);
	*raw = (struct og_counts){record->packets, record->bytes,	  record->passed,
				  record->dropped, record->dropped_bytes, record->egress};
	device->raw_first_seen = record->first_seen;
}

static void take_names(struct og_inv_device *device, const struct og_inv_names *names)
{
	snprintf(device->vendor, sizeof(device->vendor), "%s", names->vendor ? names->vendor : "");
	if (names->port)
		snprintf(device->port, sizeof(device->port), "%s", names->port);
	device->role = names->role;
}

void og_inventory_take(struct og_inv_device *device, const struct og_device *record,
		       const struct og_inv_names *names, int64_t now)
{
	bool same = continues(device, record);
	uint64_t dropped = since(record->dropped, device->raw.dropped, same);

	if (same && record->packets == device->raw.packets && device->role == names->role &&
	    !strcmp(device->vendor, names->vendor ? names->vendor : ""))
		return;
	device->dirty = true;
	take_names(device, names);
	/* Without memory the last hour's figure is short; the totals are not. */
	if (dropped)
		og_inv_add_drops(device, now / 60, dropped);
	take_dests(device, record, same);
	take_counts(device, record, same);
	/* A promoted device can have an empty record: nothing was seen then. */
	if (!record->packets)
		return;
	if (!device->first_seen || (record->first_seen && record->first_seen < device->first_seen))
		device->first_seen = record->first_seen;
	if (record->last_seen > device->last_seen)
		device->last_seen = record->last_seen;
	device->vlan = record->vlan;
	device->evidence = record->evidence;
	device->action = record->action;
	device->reason = record->reason;
}

void og_inventory_rebase(struct og_inventory *inventory)
{
	struct og_inv_device *device;
	size_t i, j;

	for (i = 0; i < inventory->count; i++) {
		device = inventory->order[i];
		memset(&device->raw, 0, sizeof(device->raw));
		device->raw_first_seen = 0;
		device->promoted = false;
		device->dirty = true;
		for (j = 0; j < device->dest_count; j++)
			device->dests[j].raw = 0;
	}
}

size_t og_inventory_count(const struct og_inventory *inventory)
{
	return inventory->count;
}

uint64_t og_inventory_refused(const struct og_inventory *inventory)
{
	return inventory->refused;
}

int og_inventory_each(const struct og_inventory *inventory,
		      int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	size_t i;
	int err;

	for (i = 0; i < inventory->count; i++) {
		err = each(userdata, inventory->order[i]);
		if (err)
			return err;
	}
	return 0;
}
