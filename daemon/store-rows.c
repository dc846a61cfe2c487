// SPDX-License-Identifier: GPL-2.0
/*
 * store-rows.c: statements, numbers, sites and devices in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "store-db.h"
#include "store.h"

static const char *const sql[OG_STATEMENT_COUNT] = {
	[OG_PUT_DEVICE] =
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
		" raw_dropped=?22, raw_dropped_bytes=?23, raw_egress=?24",
	[OG_DEVICE_ID] = "SELECT id FROM device WHERE site = ? AND mac = ?",
	[OG_FORGET_DEVICE] = "DELETE FROM device WHERE site = ? AND mac = ?",
	[OG_CLEAR_DESTS] = "DELETE FROM destination WHERE device = ?",
	[OG_PUT_DEST] = "INSERT OR REPLACE INTO destination"
			" (device, hi, lo, port, proto, packets, raw, last_seen, reason)"
			" VALUES (?,?,?,?,?,?,?,?,?)",
	[OG_CLEAR_DROPS] = "DELETE FROM dropped WHERE device = ?",
	[OG_PUT_DROPS] = "INSERT INTO dropped (device, minute, packets) VALUES (?,?,?)",
	[OG_PUT_EVENT] =
		"INSERT OR REPLACE INTO event (id, at, kind, mac, site, vendor, policy, exception,"
		" interface, vlan, hi, lo, port, proto, ethertype, reason, action, evidence,"
		" dropped, packets, dropped_packets, generation)"
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	[OG_TRIM_EVENTS] = "DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?",
	[OG_LAST_EVENT] = "SELECT max(id) FROM event",
	[OG_LIST_EVENTS] =
		"SELECT * FROM (SELECT id, at, kind, mac, site, vendor, policy, exception,"
		" interface, vlan, hi, lo, port, proto, ethertype, reason, action, evidence,"
		" dropped, packets, dropped_packets, generation FROM event WHERE id > ?1"
		" AND (?2 IS NULL OR mac = ?2) AND (?3 IS NULL OR site = ?3)"
		" AND (?4 IS NULL OR kind = ?4) ORDER BY id DESC LIMIT ?5) ORDER BY id",
	[OG_GET_NUMBER] = "SELECT value FROM number WHERE key = ?",
	[OG_PUT_NUMBER] = "INSERT OR REPLACE INTO number (key, value) VALUES (?, ?)",
	[OG_PUT_SITE] = "INSERT INTO site (name, number) VALUES (?, ?)",
	[OG_CLEAR_SITES] = "DELETE FROM site",
};

sqlite3_stmt *og_store_statement(struct og_store *store, enum og_statement which)
{
	sqlite3_stmt **statement = &store->statements[which];

	if (!*statement) {
		sqlite3_prepare_v3(store->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, statement,
				   NULL);
		return *statement;
	}
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
	return *statement;
}

int og_store_run(struct og_store *store, sqlite3_stmt *statement)
{
	int err = og_store_result(store, sqlite3_step(statement));

	sqlite3_reset(statement);
	return err;
}

int64_t og_store_number(struct og_store *store, const char *key, int64_t otherwise)
{
	sqlite3_stmt *query = og_store_statement(store, OG_GET_NUMBER);
	int64_t value = otherwise;

	if (!query)
		return otherwise;
	sqlite3_bind_text(query, 1, key, -1, SQLITE_STATIC);
	if (sqlite3_step(query) == SQLITE_ROW)
		value = sqlite3_column_int64(query, 0);
	sqlite3_reset(query);
	return value;
}

int og_store_set_number(struct og_store *store, const char *key, int64_t value)
{
	sqlite3_stmt *put = og_store_statement(store, OG_PUT_NUMBER);

	if (!put)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_text(put, 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(put, 2, value);
	return og_store_run(store, put);
}

int og_store_clear_sites(struct og_store *store)
{
	sqlite3_stmt *clear = og_store_statement(store, OG_CLEAR_SITES);

	if (!clear)
		return og_store_result(store, sqlite3_errcode(store->db));
	return og_store_run(store, clear);
}

int og_store_put_site(struct og_store *store, const char *name, unsigned int number)
{
	sqlite3_stmt *put = og_store_statement(store, OG_PUT_SITE);

	if (!put)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_text(put, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(put, 2, number);
	return og_store_run(store, put);
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

static void bind_counts(sqlite3_stmt *statement, int at, const struct og_counts *counts)
{
	sqlite3_bind_int64(statement, at, counts->packets);
	sqlite3_bind_int64(statement, at + 1, counts->bytes);
	sqlite3_bind_int64(statement, at + 2, counts->passed);
	sqlite3_bind_int64(statement, at + 3, counts->dropped);
	sqlite3_bind_int64(statement, at + 4, counts->dropped_bytes);
	sqlite3_bind_int64(statement, at + 5, counts->egress);
}

static int put_row(struct og_store *store, const struct og_inv_device *device)
{
	sqlite3_stmt *put = og_store_statement(store, OG_PUT_DEVICE);

	if (!put)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_text(put, 1, device->site, -1, SQLITE_STATIC);
	sqlite3_bind_int64(put, 2, device->mac);
	sqlite3_bind_text(put, 3, device->vendor, -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 4, device->port, -1, SQLITE_STATIC);
	sqlite3_bind_int(put, 5, device->vlan);
	sqlite3_bind_int(put, 6, device->role);
	sqlite3_bind_int(put, 7, device->evidence);
	sqlite3_bind_int(put, 8, device->action);
	sqlite3_bind_int(put, 9, device->reason);
	sqlite3_bind_int64(put, 10, device->first_seen);
	sqlite3_bind_int64(put, 11, device->last_seen);
	bind_counts(put, 12, &device->total);
	sqlite3_bind_int64(put, 18, device->raw_first_seen);
	bind_counts(put, 19, &device->raw);
	return og_store_run(store, put);
}

static int clear_of(struct og_store *store, enum og_statement which, int64_t id)
{
	sqlite3_stmt *clear = og_store_statement(store, which);

	if (!clear)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_int64(clear, 1, id);
	return og_store_run(store, clear);
}

static int put_dests(struct og_store *store, int64_t id, const struct og_inv_device *device)
{
	const struct og_inv_dest *dest;
	sqlite3_stmt *put;
	size_t i;
	int err = clear_of(store, OG_CLEAR_DESTS, id);

	for (i = 0; !err && i < device->dest_count; i++) {
		dest = &device->dests[i];
		put = og_store_statement(store, OG_PUT_DEST);
		if (!put)
			return og_store_result(store, sqlite3_errcode(store->db));
		sqlite3_bind_int64(put, 1, id);
		sqlite3_bind_int64(put, 2, dest->addr.hi);
		sqlite3_bind_int64(put, 3, dest->addr.lo);
		sqlite3_bind_int(put, 4, dest->port);
		sqlite3_bind_int(put, 5, dest->proto);
		sqlite3_bind_int64(put, 6, dest->packets);
		sqlite3_bind_int64(put, 7, dest->raw);
		sqlite3_bind_int64(put, 8, dest->last_seen);
		sqlite3_bind_int(put, 9, dest->reason);
		err = og_store_run(store, put);
	}
	return err;
}

static int put_drops(struct og_store *store, int64_t id, const struct og_inv_device *device)
{
	sqlite3_stmt *put;
	size_t i;
	int err;

	if (!device->drops)
		return 0;
	err = clear_of(store, OG_CLEAR_DROPS, id);
	for (i = 0; !err && i < OG_INV_MINUTES; i++) {
		if (!device->drops->packets[i])
			continue;
		put = og_store_statement(store, OG_PUT_DROPS);
		if (!put)
			return og_store_result(store, sqlite3_errcode(store->db));
		sqlite3_bind_int64(put, 1, id);
		sqlite3_bind_int64(put, 2, device->drops->minute[i]);
		sqlite3_bind_int64(put, 3, device->drops->packets[i]);
		err = og_store_run(store, put);
	}
	return err;
}

int og_store_put_device(struct og_store *store, const struct og_inv_device *device)
{
	sqlite3_stmt *query;
	int64_t id;
	int err = put_row(store, device);

	if (err)
		return err;
	query = og_store_statement(store, OG_DEVICE_ID);
	if (!query)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_text(query, 1, device->site, -1, SQLITE_STATIC);
	sqlite3_bind_int64(query, 2, device->mac);
	if (sqlite3_step(query) != SQLITE_ROW) {
		sqlite3_reset(query);
		return -EIO;
	}
	id = sqlite3_column_int64(query, 0);
	sqlite3_reset(query);
	err = put_dests(store, id, device);
	return err ? err : put_drops(store, id, device);
}

int og_store_forget_device(struct og_store *store, const char *site, uint64_t mac)
{
	sqlite3_stmt *forget = og_store_statement(store, OG_FORGET_DEVICE);

	if (!forget)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_text(forget, 1, site, -1, SQLITE_STATIC);
	sqlite3_bind_int64(forget, 2, mac);
	return og_store_run(store, forget);
}

static void copy_text(char *to, size_t size, sqlite3_stmt *query, int column)
{
	const char *text = (const char *)sqlite3_column_text(query, column);

	snprintf(to, size, "%s", text ? text : "");
}

static void read_counts(struct og_counts *counts, sqlite3_stmt *query, int at)
{
	counts->packets = sqlite3_column_int64(query, at);
	counts->bytes = sqlite3_column_int64(query, at + 1);
	counts->passed = sqlite3_column_int64(query, at + 2);
	counts->dropped = sqlite3_column_int64(query, at + 3);
	counts->dropped_bytes = sqlite3_column_int64(query, at + 4);
	counts->egress = sqlite3_column_int64(query, at + 5);
}

static void read_device(struct og_inv_device *device, sqlite3_stmt *query)
{
	copy_text(device->vendor, sizeof(device->vendor), query, 2);
	copy_text(device->port, sizeof(device->port), query, 3);
	device->vlan = sqlite3_column_int(query, 4);
	device->role = sqlite3_column_int(query, 5);
	device->evidence = sqlite3_column_int(query, 6);
	device->action = sqlite3_column_int(query, 7);
	device->reason = sqlite3_column_int(query, 8);
	device->first_seen = sqlite3_column_int64(query, 9);
	device->last_seen = sqlite3_column_int64(query, 10);
	read_counts(&device->total, query, 11);
	device->raw_first_seen = sqlite3_column_int64(query, 17);
	read_counts(&device->raw, query, 18);
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
