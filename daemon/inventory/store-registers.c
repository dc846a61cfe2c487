// SPDX-License-Identifier: GPL-2.0
/*
 * store-registers.c: what the files of other gateways say of their sites, in the database
 */
#include "daemon/inventory/store-registers.h"

#include <errno.h>

#include "daemon/inventory/store-db.h"

static const char put_asset_sql[] =
	"INSERT INTO merged_asset (site, mac, at, role, status) VALUES (?,?,?,?,?)"
	" ON CONFLICT (site, mac) DO UPDATE SET at = excluded.at, role = excluded.role,"
	" status = excluded.status WHERE excluded.at >= at";
static const char put_site_sql[] =
	"INSERT INTO merged_site (name, gateway, at, class, owner, zone, surveyed, baseline_at,"
	" frozen, blind) VALUES (?,?,?,?,?,?,?,?,?,?)"
	" ON CONFLICT (name) DO UPDATE SET gateway = excluded.gateway, at = excluded.at,"
	" class = excluded.class, owner = excluded.owner, zone = excluded.zone,"
	" surveyed = excluded.surveyed, baseline_at = excluded.baseline_at,"
	" frozen = excluded.frozen, blind = excluded.blind WHERE excluded.at >= at";
static const char drop_assets_sql[] = "DELETE FROM merged_asset WHERE site = ?1"
				      " AND at < (SELECT at FROM merged_site WHERE name = ?1)";
static const char next_site_sql[] =
	"SELECT name, gateway, at, class, owner, zone, surveyed, baseline_at, frozen, blind"
	" FROM merged_site WHERE name > ? ORDER BY name LIMIT 1";
static const char each_asset_sql[] =
	"SELECT mac, role, status FROM merged_asset WHERE site = ? AND at = ? ORDER BY mac";

int og_store_put_far_asset(struct og_store *store, const char *site, int64_t at,
			   const struct og_far_asset *asset)
{
	struct og_row row;
	int err = og_store_row(store, put_asset_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, asset->mac);
	og_row_put(&row, at);
	og_row_put_text(&row, og_role_name(asset->role));
	og_row_put_text(&row, og_asset_status_name(asset->status));
	return og_store_run(store, row.statement);
}

static int drop_old_assets(struct og_store *store, const char *site)
{
	struct og_row row;
	int err = og_store_row(store, drop_assets_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	return og_store_run(store, row.statement);
}

int og_store_put_far_site(struct og_store *store, const struct og_far_site *site)
{
	struct og_row row;
	int err = og_store_row(store, put_site_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site->name);
	og_row_put_text(&row, site->gateway);
	og_row_put(&row, site->at);
	og_row_put_text(&row, site->site_class);
	og_row_put_text(&row, site->owner);
	og_row_put_text(&row, site->zone);
	og_row_put(&row, site->surveyed);
	og_row_put(&row, site->baseline_at);
	og_row_put(&row, site->frozen);
	og_row_put(&row, site->blind);
	err = og_store_run(store, row.statement);
	return err ? err : drop_old_assets(store, site->name);
}

int og_store_next_far_site(struct og_store *store, const char *after, struct og_far_site *ret_site)
{
	struct og_row row;
	int err = og_store_row(store, next_site_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, after);
	err = og_store_next(store, &row);
	if (err == 1) {
		og_row_take_text(&row, ret_site->name, sizeof(ret_site->name));
		og_row_take_text(&row, ret_site->gateway, sizeof(ret_site->gateway));
		ret_site->at = og_row_take(&row);
		og_row_take_text(&row, ret_site->site_class, sizeof(ret_site->site_class));
		og_row_take_text(&row, ret_site->owner, sizeof(ret_site->owner));
		og_row_take_text(&row, ret_site->zone, sizeof(ret_site->zone));
		ret_site->surveyed = og_row_take(&row);
		ret_site->baseline_at = og_row_take(&row);
		ret_site->frozen = og_row_take(&row);
		ret_site->blind = og_row_take(&row);
	}
	sqlite3_reset(row.statement);
	return err == 1 ? 0 : err ? err : -ENOENT;
}

int og_store_each_far_asset(struct og_store *store, const struct og_far_site *site,
			    int (*each)(void *userdata, const struct og_far_asset *asset),
			    void *userdata)
{
	struct og_far_asset asset;
	struct og_row row;
	char word[32];
	int err = og_store_row(store, each_asset_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site->name);
	og_row_put(&row, site->at);
	while ((err = og_store_next(store, &row)) == 1) {
		asset = (struct og_far_asset){.mac = og_row_take(&row)};
		og_row_take_text(&row, word, sizeof(word));
		og_role_parse(word, &asset.role);
		og_row_take_text(&row, word, sizeof(word));
		og_asset_status_parse(word, &asset.status);
		err = each(userdata, &asset);
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}
