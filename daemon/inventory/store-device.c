// SPDX-License-Identifier: GPL-2.0
/*
 * store-device.c: devices in the database, with their destinations, drops and sightings
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"
#include "policy/progress/device-state.h"

#define MAC 0xffffffffffffULL

static const char put_device_sql[] =
	"INSERT INTO device (site, mac, vendor, port, vlan, role, evidence, action, reason,"
	" first_seen, last_seen, packets, bytes, passed, dropped, dropped_bytes, egress,"
	" raw_first_seen, raw_packets, raw_bytes, raw_passed, raw_dropped,"
	" raw_dropped_bytes, raw_egress, cut_destinations, enforced)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,"
	"?21,?22,?23,?24,?25,?26)"
	" ON CONFLICT (site, mac) DO UPDATE SET vendor=?3, port=?4, vlan=?5, role=?6,"
	" evidence=?7, action=?8, reason=?9, first_seen=?10, last_seen=?11, packets=?12,"
	" bytes=?13, passed=?14, dropped=?15, dropped_bytes=?16, egress=?17,"
	" raw_first_seen=?18, raw_packets=?19, raw_bytes=?20, raw_passed=?21,"
	" raw_dropped=?22, raw_dropped_bytes=?23, raw_egress=?24, cut_destinations=?25,"
	" enforced=?26, gateway=''";
static const char device_id_sql[] = "SELECT id FROM device WHERE site = ? AND mac = ?";
static const char forget_device_sql[] = "DELETE FROM device WHERE site = ? AND mac = ?";
static const char clear_dests_sql[] = "DELETE FROM destination WHERE device = ?";
static const char put_dest_sql[] = "INSERT OR REPLACE INTO destination"
				   " (device, hi, lo, port, proto, packets, raw, last_seen, reason)"
				   " VALUES (?,?,?,?,?,?,?,?,?)";
static const char clear_drops_sql[] = "DELETE FROM dropped WHERE device = ?";
static const char put_drops_sql[] = "INSERT INTO dropped (device, minute, packets) VALUES (?,?,?)";

#define COLUMNS                                                                                   \
	"SELECT id, site, mac, vendor, port, vlan, role, evidence, action, reason, first_seen,"   \
	" last_seen, packets, bytes, passed, dropped, dropped_bytes, egress, raw_first_seen,"     \
	" raw_packets, raw_bytes, raw_passed, raw_dropped, raw_dropped_bytes, raw_egress, state," \
	" state_at, third_party, cut_destinations, gateway, enforced FROM device"

static const char devices_sql[] = COLUMNS " WHERE site = ? AND mac >= ? ORDER BY mac";
static const char next_site_sql[] = "SELECT min(site) FROM device WHERE site > ?";
static const char dests_sql[] = "SELECT hi, lo, port, proto, packets, raw, last_seen, reason"
				" FROM destination WHERE device = ? ORDER BY last_seen";
static const char drops_sql[] = "SELECT minute, packets FROM dropped WHERE device = ?"
				" AND minute > ? ORDER BY minute";

static void put_counts(struct og_row *row, const struct og_counts *counts)
{
	og_row_put(row, counts->packets);
	og_row_put(row, counts->bytes);
	og_row_put(row, counts->passed);
	og_row_put(row, counts->dropped);
	og_row_put(row, counts->dropped_bytes);
	og_row_put(row, counts->egress);
}

static int put_row(struct og_store *store, const struct og_inv_device *device)
{
	struct og_row row;
	int err = og_store_row(store, put_device_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, device->site);
	og_row_put(&row, device->mac);
	og_row_put_text(&row, device->vendor);
	og_row_put_text(&row, device->port);
	og_row_put(&row, device->vlan);
	og_row_put(&row, device->role);
	og_row_put(&row, device->evidence);
	og_row_put(&row, device->action);
	og_row_put(&row, device->reason);
	og_row_put(&row, device->first_seen);
	og_row_put(&row, device->last_seen);
	put_counts(&row, &device->total);
	og_row_put(&row, device->raw_first_seen);
	put_counts(&row, &device->raw);
	og_row_put(&row, device->dests_cut);
	og_row_put(&row, device->enforced);
	return og_store_run(store, row.statement);
}

static int clear_of(struct og_store *store, const char *sql, int64_t id)
{
	struct og_row row;
	int err = og_store_row(store, sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	return og_store_run(store, row.statement);
}

static int put_dest(struct og_store *store, int64_t id, const struct og_inv_dest *dest)
{
	struct og_row row;
	int err = og_store_row(store, put_dest_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	og_row_put(&row, dest->addr.hi);
	og_row_put(&row, dest->addr.lo);
	og_row_put(&row, dest->port);
	og_row_put(&row, dest->proto);
	og_row_put(&row, dest->packets);
	og_row_put(&row, dest->raw);
	og_row_put(&row, dest->last_seen);
	og_row_put(&row, dest->reason);
	return og_store_run(store, row.statement);
}

static int put_dests(struct og_store *store, int64_t id, const struct og_inv_device *device)
{
	int err = clear_of(store, clear_dests_sql, id);
	size_t i;

	for (i = 0; !err && i < device->dest_count; i++)
		err = put_dest(store, id, &device->dests[i]);
	return err;
}

static int put_slot(struct og_store *store, int64_t id, int64_t slot, uint32_t packets)
{
	struct og_row row;
	int err = og_store_row(store, put_drops_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	og_row_put(&row, slot * OG_INV_SLOT / 60);
	og_row_put(&row, packets);
	return og_store_run(store, row.statement);
}

static int put_drops(struct og_store *store, int64_t id, const struct og_inv_device *device)
{
	const struct og_inv_drops *drops = device->drops;
	int err = clear_of(store, clear_drops_sql, id);
	int64_t slot, oldest;

	if (!drops)
		return err;
	oldest = drops->newest < OG_INV_SLOTS ? 0 : drops->newest - OG_INV_SLOTS + 1;
	for (slot = oldest; !err && slot <= drops->newest; slot++)
		if (drops->packets[slot % OG_INV_SLOTS])
			err = put_slot(store, id, slot, drops->packets[slot % OG_INV_SLOTS]);
	return err;
}

int og_store_device_id(struct og_store *store, const char *site, uint64_t mac, int64_t *ret_id)
{
	struct og_row row;
	int err = og_store_row(store, device_id_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	err = og_store_next(store, &row);
	if (err != 1)
		return err ? err : -ENOENT;
	*ret_id = og_row_take(&row);
	sqlite3_reset(row.statement);
	return 0;
}

int og_store_put_device(struct og_store *store, const struct og_inv_device *device)
{
	int64_t id;
	int err = put_row(store, device);

	if (!err)
		err = og_store_device_id(store, device->site, device->mac, &id);
	if (!err && device->seen_days)
		err = og_store_put_sightings_of(store, id, device->seen_block, device->seen_days);
	if (!err && device->dirty & OG_DIRTY_DESTS)
		err = put_dests(store, id, device);
	if (!err && device->dirty & OG_DIRTY_DROPS)
		err = put_drops(store, id, device);
	return err;
}

int og_store_forget_device(struct og_store *store, const char *site, uint64_t mac)
{
	struct og_row row;
	int err = og_store_row(store, forget_device_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	return og_store_run(store, row.statement);
}

static void take_counts(struct og_row *row, struct og_counts *counts)
{
	counts->packets = og_row_take(row);
	counts->bytes = og_row_take(row);
	counts->passed = og_row_take(row);
	counts->dropped = og_row_take(row);
	counts->dropped_bytes = og_row_take(row);
	counts->egress = og_row_take(row);
}

/* A word that a later version wrote is no state that this one knows. */
static uint8_t state_of(const char *word)
{
	enum og_device_state state;

	return og_state_parse(word, &state) ? 0 : state + 1;
}

/* What stands after vendor and port, which have been taken. */
static void read_device(struct og_inv_device *device, struct og_row *row)
{
	device->vlan = og_row_take(row);
	device->role = og_row_take(row);
	device->evidence = og_row_take(row);
	device->action = og_row_take(row);
	device->reason = og_row_take(row);
	device->first_seen = og_row_take(row);
	device->last_seen = og_row_take(row);
	take_counts(row, &device->total);
	device->raw_first_seen = og_row_take(row);
	take_counts(row, &device->raw);
	device->state = state_of(og_row_text(row));
	device->state_at = og_row_take(row);
	device->third_party = og_row_take(row);
	device->dests_cut = og_row_take(row);
	device->merged = *og_row_text(row) != '\0';
	device->enforced = og_row_take(row);
}

static int load_dests(struct og_store *store, int64_t id, struct og_inv_device *device)
{
	struct og_inv_dest *dest, read;
	struct og_row row;
	int err = og_store_row(store, dests_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	while ((err = og_store_next(store, &row)) == 1) {
		read.addr.hi = og_row_take(&row);
		read.addr.lo = og_row_take(&row);
		read.port = og_row_take(&row);
		read.proto = og_row_take(&row);
		read.packets = og_row_take(&row);
		read.raw = og_row_take(&row);
		read.last_seen = og_row_take(&row);
		read.reason = og_row_take(&row);
		dest = og_inv_dest_slot(device, read.last_seen);
		if (dest)
			*dest = read;
	}
	return err;
}

static int load_drops(struct og_store *store, int64_t id, int64_t now, struct og_inv_device *device)
{
	struct og_row row;
	int64_t minute;
	int failed = 0, err = og_store_row(store, drops_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	og_row_put(&row, now / 60 - OG_INV_SLOTS * OG_INV_SLOT / 60);
	while ((err = og_store_next(store, &row)) == 1) {
		minute = og_row_take(&row);
		if (minute <= now / 60 && og_inv_add_drops(device, minute * 60, og_row_take(&row)))
			failed = -ENOMEM;
	}
	return err ? err : failed;
}

struct loading {
	struct og_inventory *inventory;
	int64_t now;
};

/* The columns after id, site and MAC into the inventory's device, if there is room for one. */
static int load_one(struct og_store *store, struct loading *loading, const char *site, int64_t id,
		    uint64_t mac, struct og_row *row)
{
	struct og_inv_device *device;
	bool new;
	int err;

	device = og_inventory_add(loading->inventory, site, mac, &new);
	/* What was added before its site was read is newer. */
	if (!device || !new)
		return 0;
	device->vendor = og_inventory_word(loading->inventory, og_row_text(row));
	device->port = og_inventory_word(loading->inventory, og_row_text(row));
	read_device(device, row);
	/* What others counted is in a table of its own; this gateway has counted nothing yet. */
	if (device->merged)
		device->total = (struct og_counts){0};
	device->merged = false;
	err = load_dests(store, id, device);
	if (!err)
		err = load_drops(store, id, loading->now, device);
	device->dirty = 0;
	return err;
}

int og_store_load_site(struct og_store *store, struct og_inventory *inventory, const char *site,
		       int64_t now)
{
	struct loading loading = {.inventory = inventory, .now = now};
	struct og_row row;
	int64_t id;
	int err = og_store_row(store, devices_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, 0);
	while ((err = og_store_next(store, &row)) == 1) {
		id = og_row_take(&row);
		og_row_text(&row);
		err = load_one(store, &loading, site, id, og_row_take(&row) & MAC, &row);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_each_device(struct og_store *store, const char *site, uint64_t from, bool dests,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	struct og_inv_device device;
	struct og_row row;
	int64_t id;
	int err = og_store_row(store, devices_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, from);
	while ((err = og_store_next(store, &row)) == 1) {
		device = (struct og_inv_device){.site = site};
		id = og_row_take(&row);
		og_row_text(&row);
		device.mac = og_row_take(&row) & MAC;
		device.vendor = og_row_text(&row);
		device.port = og_row_text(&row);
		read_device(&device, &row);
		err = dests ? load_dests(store, id, &device) : 0;
		if (!err)
			err = each(userdata, &device);
		og_inv_clear_dests(&device);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_next_site(struct og_store *store, const char *after, char *ret_site, size_t size)
{
	struct og_row row;
	const char *name;
	int err = og_store_row(store, next_site_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, after);
	err = og_store_next(store, &row);
	if (err != 1)
		return err ? err : -ENOENT;
	name = og_row_text(&row);
	err = !*name ? -ENOENT : strlen(name) >= size ? -ENAMETOOLONG : 0;
	if (!err)
		memcpy(ret_site, name, strlen(name) + 1);
	sqlite3_reset(row.statement);
	return err;
}
