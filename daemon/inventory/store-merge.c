// SPDX-License-Identifier: GPL-2.0
/*
 * store-merge.c: what other gateways saw, in the database; and what goes into an export
 */
#include <errno.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-merge.h"

static const char device_sql[] =
	"INSERT INTO device (site, mac, vendor, port, vlan, role, evidence, action, reason,"
	" first_seen, last_seen, third_party, gateway, packets, bytes, passed, dropped,"
	" dropped_bytes, egress, raw_first_seen, raw_packets, raw_bytes, raw_passed, raw_dropped,"
	" raw_dropped_bytes, raw_egress)"
	" VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,0,0,0,0,0,0,0,0,0,0,0,0,0)"
	" ON CONFLICT (site, mac) DO UPDATE SET"
	" first_seen = CASE WHEN first_seen = 0 THEN ?10 WHEN ?10 = 0 THEN first_seen"
	"  ELSE min(first_seen, ?10) END,"
	" last_seen = max(last_seen, ?11), third_party = max(third_party, ?12)";
/* What the device is; not for one that was seen here. */
static const char newer_sql[] =
	"UPDATE device SET vendor = ?3, port = ?4, vlan = ?5, role = ?6, evidence = ?7, action = "
	"?8,"
	" reason = ?9, gateway = ?10 WHERE site = ?1 AND mac = ?2 AND gateway != ''"
	" AND last_seen <= ?11";
static const char counts_sql[] =
	"INSERT INTO merged (site, mac, gateway, first_seen, last_seen, packets, bytes, passed,"
	" dropped, dropped_bytes, egress) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
	" ON CONFLICT (site, mac, gateway) DO UPDATE SET first_seen = excluded.first_seen,"
	" last_seen = excluded.last_seen, packets = excluded.packets, bytes = excluded.bytes,"
	" passed = excluded.passed, dropped = excluded.dropped,"
	" dropped_bytes = excluded.dropped_bytes, egress = excluded.egress"
	" WHERE excluded.last_seen >= last_seen AND excluded.packets >= packets";

#define SUMS "sum(packets), sum(bytes), sum(passed), sum(dropped), sum(dropped_bytes), sum(egress)"

/* The totals of a device that was never seen here are those of the others. */
static const char totals_sql[] =
	"UPDATE device SET (packets, bytes, passed, dropped, dropped_bytes, egress) ="
	" (SELECT " SUMS " FROM merged WHERE site = ?1 AND mac = ?2)"
	" WHERE site = ?1 AND mac = ?2 AND gateway != ''";
static const char merged_sql[] = "SELECT " SUMS " FROM merged WHERE site = ? AND mac = ?";
static const char put_gateway_sql[] =
	"INSERT INTO gateway (name, last_data_at, merged_at) VALUES (?,?,?) ON CONFLICT (name) DO"
	" UPDATE SET last_data_at = max(last_data_at, excluded.last_data_at),"
	" merged_at = excluded.merged_at";
static const char own_devices_sql[] =
	"SELECT site, mac, vendor, port, vlan, role, evidence, action, reason, first_seen,"
	" last_seen, third_party, packets, bytes, passed, dropped, dropped_bytes, egress"
	" FROM device WHERE gateway = '' AND (site, mac) > (?, ?) ORDER BY site, mac";
static const char own_blocks_sql[] = "SELECT block, days FROM sighting WHERE device ="
				     " (SELECT id FROM device WHERE site = ? AND mac = ?)"
				     " ORDER BY block";
static const char own_watched_sql[] =
	"SELECT site, vlan, day, seconds FROM watched WHERE gateway = ?1"
	" AND (site, vlan, day) > (?2, ?3, ?4) ORDER BY site, vlan, day";
static const char own_states_sql[] =
	"SELECT id, site, mac, at, state, previous, actor, evidence, third_party"
	" FROM state_change WHERE gateway = '' AND id > ? ORDER BY id";

static void put_counts(struct og_row *row, const struct og_counts *counts)
{
	og_row_put(row, counts->packets);
	og_row_put(row, counts->bytes);
	og_row_put(row, counts->passed);
	og_row_put(row, counts->dropped);
	og_row_put(row, counts->dropped_bytes);
	og_row_put(row, counts->egress);
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

static void put_what(struct og_row *row, const struct og_inv_device *device)
{
	og_row_put_text(row, device->site);
	og_row_put(row, device->mac);
	og_row_put_text(row, device->vendor);
	og_row_put_text(row, device->port);
	og_row_put(row, device->vlan);
	og_row_put(row, device->role);
	og_row_put(row, device->evidence);
	og_row_put(row, device->action);
	og_row_put(row, device->reason);
}

static int put_device(struct og_store *store, const struct og_inv_device *device,
		      const char *gateway)
{
	struct og_row row;
	int err = og_store_row(store, newer_sql, &row);

	if (err)
		return err;
	put_what(&row, device);
	og_row_put_text(&row, gateway);
	og_row_put(&row, device->last_seen);
	err = og_store_run(store, row.statement);
	if (!err)
		err = og_store_row(store, device_sql, &row);
	if (err)
		return err;
	put_what(&row, device);
	og_row_put(&row, device->first_seen);
	og_row_put(&row, device->last_seen);
	og_row_put(&row, device->third_party);
	og_row_put_text(&row, gateway);
	return og_store_run(store, row.statement);
}

static int put_totals(struct og_store *store, const struct og_inv_device *device)
{
	struct og_row row;
	int err = og_store_row(store, totals_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, device->site);
	og_row_put(&row, device->mac);
	return og_store_run(store, row.statement);
}

int og_store_merge_device(struct og_store *store, const struct og_inv_device *device,
			  const char *gateway)
{
	struct og_row row;
	int err = put_device(store, device, gateway);

	if (!err)
		err = og_store_row(store, counts_sql, &row);
	if (err)
		return err;
	og_row_put_text(&row, device->site);
	og_row_put(&row, device->mac);
	og_row_put_text(&row, gateway);
	og_row_put(&row, device->first_seen);
	og_row_put(&row, device->last_seen);
	put_counts(&row, &device->total);
	err = og_store_run(store, row.statement);
	return err ? err : put_totals(store, device);
}

int og_store_merged(struct og_store *store, const char *site, uint64_t mac,
		    struct og_counts *ret_counts)
{
	struct og_row row;
	int err = og_store_row(store, merged_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	err = og_store_next(store, &row);
	if (err == 1)
		take_counts(&row, ret_counts);
	sqlite3_reset(row.statement);
	return err < 0 ? err : 0;
}

int og_store_put_gateway(struct og_store *store, const char *name, int64_t at, int64_t now)
{
	struct og_row row;
	int err = og_store_row(store, put_gateway_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, name);
	og_row_put(&row, at);
	og_row_put(&row, now);
	return og_store_run(store, row.statement);
}

static void read_own(struct og_inv_device *device, struct og_row *row)
{
	*device = (struct og_inv_device){0};
	device->site = og_row_text(row);
	device->mac = og_row_take(row);
	device->vendor = og_row_text(row);
	device->port = og_row_text(row);
	device->vlan = og_row_take(row);
	device->role = og_row_take(row);
	device->evidence = og_row_take(row);
	device->action = og_row_take(row);
	device->reason = og_row_take(row);
	device->first_seen = og_row_take(row);
	device->last_seen = og_row_take(row);
	device->third_party = og_row_take(row);
	take_counts(row, &device->total);
}

int og_store_own_devices(struct og_store *store, const char *site, uint64_t mac,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	struct og_inv_device device;
	struct og_row row;
	int err = og_store_row(store, own_devices_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	while ((err = og_store_next(store, &row)) == 1) {
		read_own(&device, &row);
		err = each(userdata, &device);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_own_blocks(struct og_store *store, const char *site, uint64_t mac,
			int (*each)(void *userdata, int64_t block, uint32_t days), void *userdata)
{
	struct og_row row;
	int64_t block;
	int err = og_store_row(store, own_blocks_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	while ((err = og_store_next(store, &row)) == 1) {
		block = og_row_take(&row);
		err = each(userdata, block, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_own_watched(struct og_store *store, const char *gateway, const char *site, int vlan,
			 int64_t day,
			 int (*each)(void *userdata, const char *site, int vlan, int64_t day,
				     uint32_t seconds),
			 void *userdata)
{
	struct og_row row;
	int err = og_store_row(store, own_watched_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, gateway);
	og_row_put_text(&row, site);
	og_row_put(&row, vlan);
	og_row_put(&row, day);
	while ((err = og_store_next(store, &row)) == 1) {
		site = og_row_text(&row);
		vlan = og_row_take(&row);
		day = og_row_take(&row);
		err = each(userdata, site, vlan, day, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

static void read_own_change(struct og_state_change *change, struct og_row *row)
{
	*change = (struct og_state_change){.gateway = ""};
	change->id = og_row_take(row);
	change->site = og_row_text(row);
	change->mac = og_row_take(row);
	change->at = og_row_take(row);
	og_state_parse(og_row_text(row), &change->state);
	change->has_previous = og_state_parse(og_row_text(row), &change->previous) == 0;
	change->actor = og_row_text(row);
	change->evidence = og_row_text(row);
	change->third_party = og_row_take(row);
}

int og_store_own_states(struct og_store *store, int64_t id,
			int (*each)(void *userdata, const struct og_state_change *change),
			void *userdata)
{
	struct og_state_change change;
	struct og_row row;
	int err = og_store_row(store, own_states_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	while ((err = og_store_next(store, &row)) == 1) {
		read_own_change(&change, &row);
		err = each(userdata, &change);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}
