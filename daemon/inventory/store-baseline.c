// SPDX-License-Identifier: GPL-2.0
/*
 * store-baseline.c: when the asset register of a site was frozen, by whom and with what in it
 */
#include "daemon/inventory/store-baseline.h"

#include <errno.h>
#include <string.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

static const char put[] =
	"INSERT INTO baseline (site, at, actor, devices, digest) VALUES (?, ?, ?, ?, ?)";
static const char last[] = "SELECT at, actor, devices, digest FROM baseline WHERE site = ?"
			   " ORDER BY at DESC LIMIT 1";

int og_store_last_baseline(struct og_store *store, const char *site,
			   struct og_baseline *ret_baseline)
{
	struct og_baseline baseline;
	char digest[OG_DIGEST_TEXT];
	struct og_row row;
	int err = og_store_row(store, last, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	err = og_store_next(store, &row);
	if (err <= 0)
		return err ? err : -ENOENT;
	baseline.at = og_row_take(&row);
	og_row_take_text(&row, baseline.actor, sizeof(baseline.actor));
	baseline.devices = (uint64_t)og_row_take(&row);
	og_row_take_text(&row, digest, sizeof(digest));
	err = og_digest_parse(digest, &baseline.digest);
	sqlite3_reset(row.statement);
	if (!err)
		*ret_baseline = baseline;
	return err;
}

int og_store_put_baseline(struct og_store *store, const char *site, struct og_baseline *baseline)
{
	struct og_baseline before;
	char digest[OG_DIGEST_TEXT];
	struct og_row row;
	int err = og_store_last_baseline(store, site, &before);

	if (!err && baseline->at <= before.at)
		baseline->at = before.at + 1;
	if (err && err != -ENOENT)
		return err;
	err = og_store_row(store, put, &row);
	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, baseline->at);
	og_row_put_text(&row, baseline->actor);
	og_row_put(&row, (int64_t)baseline->devices);
	og_row_put_text(&row, og_digest_format(&baseline->digest, digest));
	return og_store_run(store, row.statement);
}
