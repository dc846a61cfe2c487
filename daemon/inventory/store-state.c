// SPDX-License-Identifier: GPL-2.0
/*
 * store-state.c: the states of devices in the database, and their history
 */
#include <errno.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-state.h"

static const char put_change_sql[] =
	"INSERT OR IGNORE INTO state_change (site, mac, at, state, previous, actor, evidence,"
	" verifier, third_party, gateway) VALUES (?,?,?,?,?,?,?,'',?,?)";
/* What is at the same second is as late: entered later, it is meant to count. */
static const char put_state_sql[] = "UPDATE device SET state = ?3, state_at = ?4"
				    " WHERE site = ?1 AND mac = ?2 AND state_at <= ?4";
static const char put_third_party_sql[] =
	"UPDATE device SET third_party = ?3 WHERE site = ?1 AND mac = ?2";
static const char places_sql[] =
	"SELECT site, last_seen, state FROM device WHERE mac = ? ORDER BY site";

#define CHANGES                                                                                 \
	"SELECT id, site, mac, at, state, previous, actor, evidence, gateway, third_party FROM" \
	" state_change"

static const char changes_of_sql[] = CHANGES " WHERE site = ? AND mac = ? ORDER BY at, id";
static const char changes_sql[] = CHANGES " ORDER BY site, mac, at, id";

static int put_change(struct og_store *store, const struct og_state_change *change)
{
	struct og_row row;
	int err = og_store_row(store, put_change_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, change->site);
	og_row_put(&row, change->mac);
	og_row_put(&row, change->at);
	og_row_put_text(&row, og_state_name(change->state));
	og_row_put_text(&row, change->has_previous ? og_state_name(change->previous) : "");
	og_row_put_text(&row, change->actor);
	og_row_put_text(&row, change->evidence);
	og_row_put(&row, change->third_party);
	og_row_put_text(&row, change->gateway);
	err = og_store_run(store, row.statement);
	return err ? err : sqlite3_changes(store->db);
}

static int put_state(struct og_store *store, const struct og_state_change *change)
{
	struct og_row row;
	int err = og_store_row(store, put_state_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, change->site);
	og_row_put(&row, change->mac);
	og_row_put_text(&row, og_state_name(change->state));
	og_row_put(&row, change->at);
	return og_store_run(store, row.statement);
}

int og_store_put_state(struct og_store *store, const struct og_state_change *change)
{
	int64_t id;
	int err = og_store_device_id(store, change->site, change->mac, &id);

	if (!err)
		err = put_change(store, change);
	if (err <= 0)
		return err;
	err = put_state(store, change);
	return err ? err : 1;
}

int og_store_put_third_party(struct og_store *store, const char *site, uint64_t mac,
			     bool third_party)
{
	struct og_row row;
	int err = og_store_row(store, put_third_party_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put(&row, third_party);
	return og_store_run(store, row.statement);
}

static void read_change(struct og_state_change *change, struct og_row *row)
{
	*change = (struct og_state_change){0};
	change->id = og_row_take(row);
	change->site = og_row_text(row);
	change->mac = og_row_take(row);
	change->at = og_row_take(row);
	og_state_parse(og_row_text(row), &change->state);
	change->has_previous = og_state_parse(og_row_text(row), &change->previous) == 0;
	change->actor = og_row_text(row);
	change->evidence = og_row_text(row);
	change->gateway = og_row_text(row);
	change->third_party = og_row_take(row);
}

int og_store_each_state(struct og_store *store, const char *site, uint64_t mac,
			int (*each)(void *userdata, const struct og_state_change *change),
			void *userdata)
{
	struct og_state_change change;
	struct og_row row;
	int err = og_store_row(store, site ? changes_of_sql : changes_sql, &row);

	if (err)
		return err;
	if (site) {
		og_row_put_text(&row, site);
		og_row_put(&row, mac);
	}
	while ((err = og_store_next(store, &row)) == 1) {
		read_change(&change, &row);
		err = each(userdata, &change);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_each_place(struct og_store *store, uint64_t mac,
			int (*each)(void *userdata, const char *site, int64_t last_seen,
				    const char *state),
			void *userdata)
{
	struct og_row row;
	const char *site;
	int64_t last_seen;
	int err = og_store_row(store, places_sql, &row);

	if (err)
		return err;
	og_row_put(&row, mac);
	while ((err = og_store_next(store, &row)) == 1) {
		site = og_row_text(&row);
		last_seen = og_row_take(&row);
		err = each(userdata, site, last_seen, og_row_text(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}
