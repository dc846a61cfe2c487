// SPDX-License-Identifier: GPL-2.0
/*
 * store-cut.c: deleting what is old, and counting it
 */
#include <errno.h>
#include <stddef.h>

#include "daemon/inventory/store-cut.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/inventory/store.h"

/* The parameter is a second, a day or a block; that of events is how many are kept. */
static const char events_sql[] = "DELETE FROM event WHERE id <= (SELECT max(id) FROM event) - ?";
static const char blocks_sql[] = "DELETE FROM sighting WHERE block < ?";
static const char watched_sql[] = "DELETE FROM watched WHERE day < ?";
static const char probes_sql[] = "DELETE FROM probe WHERE day < ?";
static const char blind_sql[] = "DELETE FROM blind WHERE day < ?";
static const char destinations_sql[] = "DELETE FROM destination WHERE last_seen < ?";
static const char addresses_sql[] = "DELETE FROM address WHERE last_seen < ?";
static const char hosts_sql[] = "DELETE FROM host WHERE last_seen < ?";
static const char site_sql[] = "DELETE FROM destination WHERE device IN"
			       " (SELECT id FROM device WHERE site = ?)";
static const char count_sql[] = "INSERT INTO number (key, value) VALUES (?, ?)"
				" ON CONFLICT (key) DO UPDATE SET value = value + excluded.value";

#define TABLES 4

static const struct {
	const char *name, *key;
	struct {
		const char *sql;
		int64_t unit; /* seconds of one of the parameter */
	} tables[TABLES];
} kinds[OG_CUT_COUNT] = {
	[OG_CUT_EVENTS] = {"events", "cut_events", {{events_sql, 0}}},
	[OG_CUT_SIGHTINGS] = {"sightings",
			      "cut_sightings",
			      {{blocks_sql, OG_DAY *OG_BLOCK_DAYS},
			       {watched_sql, OG_DAY},
			       {probes_sql, OG_DAY},
			       {blind_sql, OG_DAY}}},
	[OG_CUT_DESTINATIONS] = {"destinations", "cut_destinations", {{destinations_sql, 1}}},
	[OG_CUT_ADDRESSES] = {"addresses", "cut_addresses", {{addresses_sql, 1}, {hosts_sql, 1}}},
};

const char *og_cut_name(enum og_cut what)
{
	return kinds[what].name;
}

int64_t og_store_cut_total(struct og_store *store, enum og_cut what)
{
	return og_store_number(store, kinds[what].key, 0);
}

int og_store_count_cut(struct og_store *store, enum og_cut what, int64_t rows)
{
	struct og_row row;
	int err;

	if (!rows)
		return 0;
	err = og_store_row(store, count_sql, &row);
	if (err)
		return err;
	og_row_put_text(&row, kinds[what].key);
	og_row_put(&row, rows);
	return og_store_run(store, row.statement);
}

static int64_t cut_table(struct og_store *store, const char *sql, int64_t parameter)
{
	struct og_row row;
	int err = og_store_row(store, sql, &row);

	if (err)
		return err;
	og_row_put(&row, parameter);
	err = og_store_run(store, row.statement);
	return err ? err : sqlite3_changes(store->db);
}

int64_t og_store_cut(struct og_store *store, enum og_cut what, int64_t before, int64_t keep)
{
	int64_t rows, sum = 0, unit;
	size_t i;
	int err;

	for (i = 0; i < TABLES && kinds[what].tables[i].sql; i++) {
		unit = kinds[what].tables[i].unit;
		rows = cut_table(store, kinds[what].tables[i].sql, unit ? before / unit : keep);
		if (rows < 0)
			return rows;
		sum += rows;
	}
	err = og_store_count_cut(store, what, sum);
	return err ? err : sum;
}

int64_t og_store_cut_site(struct og_store *store, const char *site)
{
	struct og_row row;
	int64_t rows;
	int err = og_store_row(store, site_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	err = og_store_run(store, row.statement);
	if (err)
		return err;
	rows = sqlite3_changes(store->db);
	err = og_store_count_cut(store, OG_CUT_DESTINATIONS, rows);
	return err ? err : rows;
}
