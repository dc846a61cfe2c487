// SPDX-License-Identifier: GPL-2.0
/*
 * store-rows.c: numbers, sites and devices in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

static const char put_device_sql[] =
	"INSERT INTO device (site, mac, vendor, port, vlan, role, evidence, action, reason,"
	" first_seen, last_seen, packets, bytes, passed, dropped, dropped_bytes, egress,"
	" raw_first_seen, raw_packets, raw_bytes, raw_passed, raw_dropped,"
	" raw_dropped_bytes, raw_egress)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,"
	"?21,?22,?23,?24)"
	" ON CONFLICT (site, mac) DO UPDATE SET vendor=?3, port=?4, vlan=?5, role=?6,"
	" evidence=?7, action=?8, reason=?9, first_seen=?10, last_seen=?11, packets=?12,"
	" bytes=?13, passed=?14, dropped=?15, dropped_bytes=?16, egress=?17,"
	" raw_first_seen=?18, raw_packets=?19, raw_bytes=?20, raw_passed=?21,"
	" raw_dropped=?22, raw_dropped_bytes=?23, raw_egress=?24";
static const char device_id_sql[] = "SELECT id FROM device WHERE site = ? AND mac = ?";
static const char forget_device_sql[] = "DELETE FROM device WHERE site = ? AND mac = ?";
static const char clear_dests_sql[] = "DELETE FROM destination WHERE device = ?";
static const char put_dest_sql[] = "INSERT OR REPLACE INTO destination"
				   " (device, hi, lo, port, proto, packets, raw, last_seen, reason)"
				   " VALUES (?,?,?,?,?,?,?,?,?)";
static const char clear_drops_sql[] = "DELETE FROM dropped WHERE device = ?";
static const char put_drops_sql[] = "INSERT INTO dropped (device, minute, packets) VALUES (?,?,?)";
static const char get_number_sql[] = "SELECT value FROM number WHERE key = ?";
static const char put_number_sql[] = "INSERT OR REPLACE INTO number (key, value) VALUES (?, ?)";
static const char put_site_sql[] = "INSERT INTO site (name, number) VALUES (?, ?)";
static const char clear_sites_sql[] = "DELETE FROM site";

int64_t og_store_number(struct og_store *store, const char *key, int64_t otherwise)
{
	int64_t value = otherwise;
	struct og_row row;

	if (og_store_row(store, get_number_sql, &row))
		return otherwise;
	og_row_put_text(&row, key);
	if (og_store_next(store, &row) == 1)
		value = og_row_take(&row);
	sqlite3_reset(row.statement);
	return value;
}

int og_store_set_number(struct og_store *store, const char *key, int64_t value)
{
	struct og_row row;
	int err = og_store_row(store, put_number_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, key);
	og_row_put(&row, value);
	return og_store_run(store, row.statement);
}

int og_store_clear_sites(struct og_store *store)
{
	struct og_row row;
	int err = og_store_row(store, clear_sites_sql, &row);

	if (err)
		return err;
	return og_store_run(store, row.statement);
}

int og_store_put_site(struct og_store *store, const char *name, unsigned int number)
{
	struct og_row row;
	int err = og_store_row(store, put_site_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, name);
	og_row_put(&row, number);
	return og_store_run(store, row.statement);
}

int og_store_each_site(struct og_store *store,
		       void (*each)(void *userdata, const char *name, unsigned int number),
		       void *userdata)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	int rc;

	rc = sqlite3_prepare_v2(store->db, "SELECT name, number FROM site ORDER BY number", -1,
				&query, NULL);
	if (rc != SQLITE_OK)
		return og_store_errno(rc);
	while ((rc = sqlite3_step(query)) == SQLITE_ROW)
		if (sqlite3_column_text(query, 0))
			each(userdata, (const char *)sqlite3_column_text(query, 0),
			     sqlite3_column_int(query, 1));
	return og_store_errno(rc);
}

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

static int put_minute(struct og_store *store, int64_t id, int64_t minute, uint64_t packets)
{
	struct og_row row;
	int err = og_store_row(store, put_drops_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	og_row_put(&row, minute);
	og_row_put(&row, packets);
	return og_store_run(store, row.statement);
}

static int put_drops(struct og_store *store, int64_t id, const struct og_inv_device *device)
{
	const struct og_inv_drops *drops = device->drops;
	size_t i;
	int err;

	if (!drops)
		return 0;
	err = clear_of(store, clear_drops_sql, id);
	for (i = 0; !err && i < OG_INV_MINUTES; i++)
		if (drops->packets[i])
			err = put_minute(store, id, drops->minute[i], drops->packets[i]);
	return err;
}

int og_store_put_device(struct og_store *store, const struct og_inv_device *device)
{
	struct og_row row;
	int64_t id;
	int err = put_row(store, device);

	if (!err)
		err = og_store_row(store, device_id_sql, &row);
	if (err)
		return err;
	og_row_put_text(&row, device->site);
	og_row_put(&row, device->mac);
	if (sqlite3_step(row.statement) != SQLITE_ROW) {
		sqlite3_reset(row.statement);
		return -EIO;
	}
	id = sqlite3_column_int64(row.statement, 0);
	sqlite3_reset(row.statement);
	err = put_dests(store, id, device);
	return err ? err : put_drops(store, id, device);
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

/* What stands after site and MAC. */
static void read_device(struct og_inv_device *device, sqlite3_stmt *query)
{
	struct og_row row = {.statement = query, .at = 2};

	og_row_take_text(&row, device->vendor, sizeof(device->vendor));
	og_row_take_text(&row, device->port, sizeof(device->port));
	device->vlan = og_row_take(&row);
	device->role = og_row_take(&row);
	device->evidence = og_row_take(&row);
	device->action = og_row_take(&row);
	device->reason = og_row_take(&row);
	device->first_seen = og_row_take(&row);
	device->last_seen = og_row_take(&row);
	take_counts(&row, &device->total);
	device->raw_first_seen = og_row_take(&row);
	take_counts(&row, &device->raw);
	device->dirty = false;
}

static int load_devices(struct og_store *store, struct og_inventory *inventory)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	struct og_inv_device *device;
	const char *site;
	int rc;

	rc = sqlite3_prepare_v2(store->db,
				"SELECT site, mac, vendor, port, vlan, role, evidence, action,"
				" reason, first_seen, last_seen, packets, bytes, passed, dropped,"
				" dropped_bytes, egress, raw_first_seen, raw_packets, raw_bytes,"
				" raw_passed, raw_dropped, raw_dropped_bytes, raw_egress"
				" FROM device ORDER BY id",
				-1, &query, NULL);
	if (rc != SQLITE_OK)
		return og_store_errno(rc);
	while ((rc = sqlite3_step(query)) == SQLITE_ROW) {
		site = (const char *)sqlite3_column_text(query, 0);
		device = og_inventory_add(inventory, site ? site : "",
					  sqlite3_column_int64(query, 1) & 0xffffffffffffULL, NULL);
		if (device)
			read_device(device, query);
	}
	return og_store_errno(rc);
}

static int load_dests(struct og_store *store, struct og_inventory *inventory)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	struct og_inv_device *device;
	struct og_inv_dest *dest;
	const char *site;
	int rc;

	rc = sqlite3_prepare_v2(store->db,
				"SELECT site, mac, hi, lo, d.port, proto, d.packets, raw,"
				" d.last_seen, d.reason FROM destination d JOIN device ON"
				" device.id = d.device ORDER BY d.device, d.last_seen",
				-1, &query, NULL);
	if (rc != SQLITE_OK)
		return og_store_errno(rc);
	while ((rc = sqlite3_step(query)) == SQLITE_ROW) {
		site = (const char *)sqlite3_column_text(query, 0);
		device = og_inventory_find(inventory, site ? site : "",
					   sqlite3_column_int64(query, 1));
		if (!device || device->dest_count == OG_INV_DESTS)
			continue;
		dest = &device->dests[device->dest_count++];
		dest->addr.hi = sqlite3_column_int64(query, 2);
		dest->addr.lo = sqlite3_column_int64(query, 3);
		dest->port = sqlite3_column_int(query, 4);
		dest->proto = sqlite3_column_int(query, 5);
		dest->packets = sqlite3_column_int64(query, 6);
		dest->raw = sqlite3_column_int64(query, 7);
		dest->last_seen = sqlite3_column_int64(query, 8);
		dest->reason = sqlite3_column_int(query, 9);
	}
	return og_store_errno(rc);
}

static int load_drops(struct og_store *store, struct og_inventory *inventory, int64_t now)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	struct og_inv_device *device;
	const char *site;
	int rc;

	rc = sqlite3_prepare_v2(store->db,
				"SELECT site, mac, minute, x.packets FROM dropped x JOIN device ON"
				" device.id = x.device WHERE minute > ?",
				-1, &query, NULL);
	if (rc != SQLITE_OK)
		return og_store_errno(rc);
	sqlite3_bind_int64(query, 1, now / 60 - OG_INV_MINUTES);
	while ((rc = sqlite3_step(query)) == SQLITE_ROW) {
		site = (const char *)sqlite3_column_text(query, 0);
		device = og_inventory_find(inventory, site ? site : "",
					   sqlite3_column_int64(query, 1));
		if (device && og_inv_add_drops(device, sqlite3_column_int64(query, 2),
					       sqlite3_column_int64(query, 3)))
			return -ENOMEM;
	}
	return og_store_errno(rc);
}

int og_store_load(struct og_store *store, struct og_inventory *inventory, int64_t now)
{
	int err = load_devices(store, inventory);

	if (!err)
		err = load_dests(store, inventory);
	return err ? err : load_drops(store, inventory, now);
}
