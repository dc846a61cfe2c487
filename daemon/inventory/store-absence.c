// SPDX-License-Identifier: GPL-2.0
/*
 * store-absence.c: what stands against calling a device gone: blind sources, probes, replacements
 */
#include <errno.h>
#include <string.h>

#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-db.h"

static const char put_blind_sql[] =
	"INSERT INTO blind (site, day, gateway, sources) VALUES (?1,?2,'',?3)"
	" ON CONFLICT (site, day, gateway) DO UPDATE SET sources = max(sources, ?3)";
static const char blind_sql[] =
	"SELECT coalesce(max(sources), 0) FROM blind WHERE site = ? AND day >= ?";
static const char put_probe_sql[] =
	"INSERT INTO probe (site, mac, day, sent, answered) VALUES (?1,?2,?3,?4,?5)"
	" ON CONFLICT (site, mac, day) DO UPDATE SET sent = sent + ?4, answered = answered + ?5";
static const char each_probe_sql[] = "SELECT day, sent, answered FROM probe"
				     " WHERE site = ? AND mac = ? AND day >= ? ORDER BY day";
static const char put_replacement_sql[] =
	"INSERT OR IGNORE INTO replacement (site, mac, new_mac, by, at) VALUES (?,?,?,?,?)";
static const char has_replacement_sql[] =
	"SELECT 1 FROM replacement WHERE site = ? AND mac = ? AND new_mac = ? AND by = ?";
static const char each_replacement_sql[] =
	"SELECT site, mac, new_mac, by, at FROM replacement"
	" WHERE ?1 IS NULL OR site = ?1 ORDER BY at, site, mac, new_mac, by";

int og_store_put_blind(struct og_store *store, const char *site, int64_t day, uint32_t sources)
{
	struct og_row row;
	int err = og_store_row(store, put_blind_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, day);
	og_row_put(&row, sources);
	return og_store_run(store, row.statement);
}

int og_store_blind(struct og_store *store, const char *site, int64_t since, uint32_t *ret_sources)
{
	struct og_row row;
	int err = og_store_row(store, blind_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, since);
	err = og_store_next(store, &row);
	if (err == 1)
		*ret_sources = og_row_take(&row);
	sqlite3_reset(row.statement);
	return err == 1 ? 0 : err ? err : -EIO;
}

int og_store_put_probe(struct og_store *store, const char *site, uint64_t mac, int64_t day,
		       uint32_t sent, uint32_t answered)
{
	struct og_row row;
	int err = og_store_row(store, put_probe_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put(&row, day);
	og_row_put(&row, sent);
	og_row_put(&row, answered);
	return og_store_run(store, row.statement);
}

int og_store_each_probe(struct og_store *store, const char *site, uint64_t mac, int64_t since,
			int (*each)(void *userdata, int64_t day, uint32_t sent, uint32_t answered),
			void *userdata)
{
	struct og_row row;
	uint32_t sent, answered;
	int64_t day;
	int err = og_store_row(store, each_probe_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put(&row, since);
	while ((err = og_store_next(store, &row)) == 1) {
		day = og_row_take(&row);
		sent = og_row_take(&row);
		answered = og_row_take(&row);
		err = each(userdata, day, sent, answered);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

static void put_key(struct og_row *row, const struct og_replacement *replacement)
{
	og_row_put_text(row, replacement->site);
	og_row_put(row, replacement->mac);
	og_row_put(row, replacement->new_mac);
	og_row_put_text(row, replacement->by);
}

int og_store_put_replacement(struct og_store *store, const struct og_replacement *replacement)
{
	struct og_row row;
	int err = og_store_row(store, put_replacement_sql, &row);

	if (err)
		return err;
	put_key(&row, replacement);
	og_row_put(&row, replacement->at);
	err = og_store_run(store, row.statement);
	return err ? err : sqlite3_changes(store->db) > 0;
}

bool og_store_has_replacement(struct og_store *store, const struct og_replacement *replacement)
{
	struct og_row row;
	bool has;

	if (og_store_row(store, has_replacement_sql, &row))
		return false;
	put_key(&row, replacement);
	has = og_store_next(store, &row) == 1;
	sqlite3_reset(row.statement);
	return has;
}

int og_store_each_replacement(struct og_store *store, const char *site,
			      int (*each)(void *userdata, const struct og_replacement *replacement),
			      void *userdata)
{
	struct og_replacement replacement;
	struct og_row row;
	int err = og_store_row(store, each_replacement_sql, &row);

	if (err)
		return err;
	if (site)
		og_row_put_text(&row, site);
	while ((err = og_store_next(store, &row)) == 1) {
		og_row_take_text(&row, replacement.site, sizeof(replacement.site));
		replacement.mac = og_row_take(&row);
		replacement.new_mac = og_row_take(&row);
		og_row_take_text(&row, replacement.by, sizeof(replacement.by));
		replacement.at = og_row_take(&row);
		err = each(userdata, &replacement);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}
