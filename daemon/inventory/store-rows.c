// SPDX-License-Identifier: GPL-2.0
/*
 * store-rows.c: numbers, and sites of the ruleset, in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

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
