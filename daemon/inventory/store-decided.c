// SPDX-License-Identifier: GPL-2.0
/*
 * store-decided.c: what was decided, in the database: numbers under keys of their own
 */
#include <stdio.h>
#include <string.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-decided.h"
#include "daemon/inventory/store.h"

static const char each_sql[] = "SELECT key, value FROM number WHERE key >= ? AND key < ?"
			       " ORDER BY key";
static const char drop_sql[] = "DELETE FROM number WHERE key = ?";

/* `KIND KEY`; a blank is below every other character that a key may have after the kind. */
static void full_key(char *buffer, size_t size, const char *kind, const char *key)
{
	snprintf(buffer, size, "%s %s", kind, key);
}

int og_store_put_decided(struct og_store *store, const char *kind, const char *key, int64_t at)
{
	char full[OG_STORE_KEY + 16];

	full_key(full, sizeof(full), kind, key);
	return og_store_set_number(store, full, at);
}

int og_store_drop_decided(struct og_store *store, const char *kind, const char *key)
{
	char full[OG_STORE_KEY + 16];
	struct og_row row;
	int err = og_store_row(store, drop_sql, &row);

	if (err)
		return err;
	full_key(full, sizeof(full), kind, key);
	og_row_put_text(&row, full);
	return og_store_run(store, row.statement);
}

int og_store_each_decided(struct og_store *store, const char *kind,
			  int (*each)(void *userdata, const char *key, int64_t at), void *userdata)
{
	char from[16], to[16];
	struct og_row row;
	const char *key;
	int err = og_store_row(store, each_sql, &row);

	if (err)
		return err;
	snprintf(from, sizeof(from), "%s ", kind);
	snprintf(to, sizeof(to), "%s!", kind);
	og_row_put_text(&row, from);
	og_row_put_text(&row, to);
	while ((err = og_store_next(store, &row)) == 1) {
		key = og_row_text(&row) + strlen(from);
		err = each(userdata, key, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}
