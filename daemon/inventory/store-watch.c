// SPDX-License-Identifier: GPL-2.0
/*
 * store-watch.c: sightings and watched time in the database
 */
#include <errno.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-watch.h"

/* A day that was lived twice, because the clock was set back, has no more seconds for that. */
static const char add_watched_sql[] =
	"INSERT INTO watched (site, vlan, day, gateway, seconds) VALUES (?,?,?,?,min(86400, ?))"
	" ON CONFLICT (site, vlan, day, gateway) DO UPDATE SET"
	" seconds = min(86400, seconds + excluded.seconds)";
static const char merge_watched_sql[] =
	"INSERT INTO watched (site, vlan, day, gateway, seconds) VALUES (?,?,?,?,min(86400, ?))"
	" ON CONFLICT (site, vlan, day, gateway) DO UPDATE SET"
	" seconds = max(seconds, excluded.seconds)";
static const char watched_sql[] = "SELECT day, max(seconds) FROM watched"
				  " WHERE site = ? AND vlan IN (?, -1) AND day >= ?"
				  " GROUP BY day ORDER BY day";
static const char watched_by_sql[] = "SELECT day, max(seconds) FROM watched"
				     " WHERE site = ? AND vlan IN (?, -1) AND day >= ?"
				     " AND gateway = ? GROUP BY day ORDER BY day";
static const char sightings_sql[] = "SELECT block, days FROM sighting WHERE block >= ? AND device ="
				    " (SELECT id FROM device WHERE site = ? AND mac = ?)"
				    " ORDER BY block";
static const char put_sightings_sql[] = "INSERT INTO sighting (device, block, days) VALUES (?,?,?)"
					" ON CONFLICT (device, block) DO UPDATE SET"
					" days = days | excluded.days"
					" WHERE days | excluded.days != days";

static int put_watched(struct og_store *store, const char *sql, const char *site, int vlan,
		       int64_t day, const char *gateway, uint32_t seconds)
{
	struct og_row row;
	int err = og_store_row(store, sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, vlan);
	og_row_put(&row, day);
	og_row_put_text(&row, gateway);
	og_row_put(&row, seconds);
	return og_store_run(store, row.statement);
}

int og_store_add_watched(struct og_store *store, const char *site, int vlan, int64_t day,
			 const char *gateway, uint32_t seconds)
{
	return put_watched(store, add_watched_sql, site, vlan, day, gateway, seconds);
}

int og_store_merge_watched(struct og_store *store, const char *site, int vlan, int64_t day,
			   const char *gateway, uint32_t seconds)
{
	return put_watched(store, merge_watched_sql, site, vlan, day, gateway, seconds);
}

int og_store_each_watched(struct og_store *store, const char *site, int vlan, int64_t since,
			  int (*each)(void *userdata, int64_t day, uint32_t seconds),
			  void *userdata)
{
	return og_store_each_watched_by(store, NULL, site, vlan, since, each, userdata);
}

int og_store_each_watched_by(struct og_store *store, const char *gateway, const char *site,
			     int vlan, int64_t since,
			     int (*each)(void *userdata, int64_t day, uint32_t seconds),
			     void *userdata)
{
	struct og_row row;
	int64_t day;
	int err = og_store_row(store, gateway ? watched_by_sql : watched_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, vlan);
	og_row_put(&row, since);
	if (gateway)
		og_row_put_text(&row, gateway);
	while ((err = og_store_next(store, &row)) == 1) {
		day = og_row_take(&row);
		err = each(userdata, day, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

static int each_bit(int64_t block, uint32_t days, int64_t since,
		    int (*each)(void *userdata, int64_t day), void *userdata)
{
	int64_t day = block * OG_BLOCK_DAYS;
	int err = 0;

	for (; !err && days; days >>= 1, day++)
		if (days & 1 && day >= since)
			err = each(userdata, day);
	return err;
}

int og_store_each_sighting(struct og_store *store, const char *site, uint64_t mac, int64_t since,
			   int (*each)(void *userdata, int64_t day), void *userdata)
{
	struct og_row row;
	int64_t block;
	int err = og_store_row(store, sightings_sql, &row);

	if (err)
		return err;
	og_row_put(&row, since / OG_BLOCK_DAYS);
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	while ((err = og_store_next(store, &row)) == 1) {
		block = og_row_take(&row);
		err = each_bit(block, og_row_take(&row), since, each, userdata);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_put_sightings_of(struct og_store *store, int64_t id, int64_t block, uint32_t days)
{
	struct og_row row;
	int err = og_store_row(store, put_sightings_sql, &row);

	if (err)
		return err;
	og_row_put(&row, id);
	og_row_put(&row, block);
	og_row_put(&row, days);
	return og_store_run(store, row.statement);
}

int og_store_put_sightings(struct og_store *store, const char *site, uint64_t mac, int64_t block,
			   uint32_t days)
{
	int64_t id;
	int err = og_store_device_id(store, site, mac, &id);

	return err ? err : og_store_put_sightings_of(store, id, block, days);
}
