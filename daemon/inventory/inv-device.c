// SPDX-License-Identifier: GPL-2.0
/*
 * inv-device.c: what one device of the inventory has counted
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/inventory/inventory.h"
#include "daemon/inventory/store-watch.h" /* OG_BLOCK_DAYS */

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

int og_inv_add_drops(struct og_inv_device *device, int64_t at, uint64_t packets)
{
	int64_t slot = at / OG_INV_SLOT;
	struct og_inv_drops *drops = device->drops;
	uint32_t *sum;

	if (at < 0)
		return 0;
	if (!drops) {
		drops = device->drops = calloc(1, sizeof(*drops));
		if (!drops)
			return -ENOMEM;
		drops->newest = slot;
	}
	/* A clock set back by more than the ring is long begins it anew. */
	if (slot - drops->newest >= OG_INV_SLOTS || drops->newest - slot >= OG_INV_SLOTS) {
		memset(drops->packets, 0, sizeof(drops->packets));
		drops->newest = slot;
	}
	while (drops->newest < slot)
		drops->packets[++drops->newest % OG_INV_SLOTS] = 0;
	sum = &drops->packets[slot % OG_INV_SLOTS];
	*sum = packets > UINT32_MAX - *sum ? UINT32_MAX : *sum + packets;
	device->dirty |= OG_DIRTY_DROPS;
	return 0;
}

uint64_t og_inv_dropped(const struct og_inv_device *device, int64_t now)
{
	const struct og_inv_drops *drops = device->drops;
	int64_t slot, last = now / OG_INV_SLOT;
	uint64_t sum = 0;

	if (!drops)
		return 0;
	for (slot = drops->newest; slot > drops->newest - OG_INV_SLOTS; slot--)
		if (slot > last - OG_INV_SLOTS && slot <= last && slot >= 0)
			sum += drops->packets[slot % OG_INV_SLOTS];
	return sum;
}

void og_inv_see(struct og_inv_device *device, int64_t at)
{
	uint32_t day = at < 0 ? 0 : at / OG_DAY, block = day / OG_BLOCK_DAYS;

	if (device->seen_block != block) {
		device->seen_block = block;
		device->seen_days = 0;
	}
	device->seen_days |= 1U << day % OG_BLOCK_DAYS;
}

/* How many destinations of @device are more used than @dest; of equals, the later ones are. */
static size_t more_used(const struct og_inv_device *device, const struct og_inv_dest *dest)
{
	const struct og_inv_dest *other;
	size_t i, count = 0;

	for (i = 0; i < device->dest_count; i++) {
		other = &device->dests[i];
		count += other->packets > dest->packets ||
			 (other->packets == dest->packets && other->last_seen > dest->last_seen);
	}
	return count;
}

static struct og_inv_dest *longest_unseen(struct og_inv_device *device)
{
	struct og_inv_dest *dest, *oldest = NULL;
	size_t i;

	for (i = 0; i < device->dest_count; i++) {
		dest = &device->dests[i];
		if ((!oldest || dest->last_seen < oldest->last_seen) &&
		    more_used(device, dest) >= OG_INV_OFTEN)
			oldest = dest;
	}
	if (oldest)
		return oldest;
	/* Too many are equal in both: then any of the oldest goes. */
	for (i = 0; i < device->dest_count; i++)
		if (!oldest || device->dests[i].last_seen < oldest->last_seen)
			oldest = &device->dests[i];
	return oldest;
}

/*
 * How many destinations to have room for next. Most devices have few; one that has more soon has as many
 * as are kept, and thousands of arrays of a size between would be holes that nothing else fills.
 */
static size_t next_room(size_t room)
{
	return room < 4 ? room + 2 : OG_INV_DESTS;
}

struct og_inv_dest *og_inv_dest_slot(struct og_inv_device *device, int64_t last_seen)
{
	size_t room = next_room(device->dest_room);
	struct og_inv_dest *dest;

	if (device->dest_count == OG_INV_DESTS) {
		dest = longest_unseen(device);
		if (dest->last_seen >= last_seen)
			return NULL;
		device->dests_cut++;
		memset(dest, 0, sizeof(*dest));
		return dest;
	}
	if (device->dest_count == device->dest_room) {
		dest = reallocarray(device->dests, room, sizeof(*dest));
		if (!dest)
			return NULL;
		device->dests = dest;
		device->dest_room = room;
	}
	dest = &device->dests[device->dest_count++];
	memset(dest, 0, sizeof(*dest));
	return dest;
}

void og_inv_clear_dests(struct og_inv_device *device)
{
	if (!device->dests)
		return;
	free(device->dests);
	device->dests = NULL;
	device->dest_count = device->dest_room = 0;
	device->dirty |= OG_DIRTY_DESTS;
}

static struct og_inv_dest *find_dest(struct og_inv_device *device, const struct og_dest *seen)
{
	struct og_inv_dest *dest;
	size_t i;

	for (i = 0; i < device->dest_count; i++) {
		dest = &device->dests[i];
		if (!og_addr_cmp(&dest->addr, &seen->addr) && dest->port == seen->port &&
		    dest->proto == seen->proto)
			return dest;
	}
	dest = og_inv_dest_slot(device, seen->last_seen);
	if (!dest)
		return NULL;
	device->dirty |= OG_DIRTY_DESTS;
	dest->addr = seen->addr;
	dest->port = seen->port;
	dest->proto = seen->proto;
	return dest;
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
		dest = find_dest(device, seen);
		if (!dest || (dest->raw == seen->packets && dest->last_seen == seen->last_seen))
			continue;
		dest->packets +=
			since(seen->packets, dest->raw, same && seen->packets >= dest->raw);
		dest->raw = seen->packets;
		dest->last_seen = seen->last_seen;
		dest->reason = seen->reason;
		device->dirty |= OG_DIRTY_DESTS;
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

void og_inventory_take(struct og_inventory *inventory, struct og_inv_device *device,
		       const struct og_device *record, const struct og_inv_names *names,
		       int64_t now)
{
	const char *vendor = og_inventory_word(inventory, names->vendor ? names->vendor : "");
	bool same = continues(device, record);
	uint64_t dropped = since(record->dropped, device->raw.dropped, same);

	if (same && record->packets == device->raw.packets && device->role == names->role &&
	    device->vendor == vendor)
		return;
	device->dirty |= OG_DIRTY_ROW;
	device->vendor = vendor;
	if (names->port)
		device->port = og_inventory_word(inventory, names->port);
	device->role = names->role;
	/* Without memory the last hour's figure is short; the totals are not. */
	if (dropped)
		og_inv_add_drops(device, now, dropped);
	if (!names->no_dests)
		take_dests(device, record, same);
	take_counts(device, record, same);
	/* A promoted device can have an empty record: nothing was seen then. */
	if (!record->packets)
		return;
	if (!device->first_seen || (record->first_seen && record->first_seen < device->first_seen))
		device->first_seen = record->first_seen;
	if (record->last_seen > device->last_seen)
		device->last_seen = record->last_seen;
	og_inv_see(device, record->last_seen);
	device->vlan = record->vlan;
	device->evidence = record->evidence;
	device->action = record->action;
	device->reason = record->reason;
}
