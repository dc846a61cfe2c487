/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-registers.h: what the files of other gateways say of their sites
 *
 * An export brings the rows of a site's asset register, and after them the site itself: only then do
 * they count, so that a register is never taken for whole when half of it has come. Rows that a later
 * export does not bring any more do not count.
 */
#ifndef OUIGUARD_DAEMON_STORE_REGISTERS_H
#define OUIGUARD_DAEMON_STORE_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/inventory/inventory.h"
#include "policy/base/action.h"

#define OG_FAR_TEXT 128 /* bytes of an owner or a zone with the terminator */

struct og_store;

/* A site of another gateway; texts are "" where there is none. */
struct og_far_site {
	char name[OG_INV_SITE], gateway[OG_INV_SITE], site_class[OG_INV_SITE];
	char owner[OG_FAR_TEXT], zone[OG_FAR_TEXT];
	int64_t at;	     /* second of the export that brought it */
	bool surveyed;	     /* it has an asset register */
	int64_t baseline_at; /* as in struct og_frozen (store-progress.h) */
	uint64_t frozen;
	uint32_t blind; /* sources without an attributable address, of late */
};

struct og_far_asset {
	uint64_t mac;
	enum og_role role;
	enum og_asset_status status;
};

/*
 * og_store_put_far_asset, _put_far_site - keep what an export of second @at says, unless a later one
 * has come. 0 or -errno; they belong between og_store_begin() and og_store_commit().
 */
int og_store_put_far_asset(struct og_store *store, const char *site, int64_t at,
			   const struct og_far_asset *asset);
int og_store_put_far_site(struct og_store *store, const struct og_far_site *site);

/* og_store_next_far_site - the first one after @after, by name. 0, -ENOENT, -errno. */
int og_store_next_far_site(struct og_store *store, const char *after, struct og_far_site *ret_site);

/*
 * og_store_each_far_asset - call @each for the rows of @site by MAC, until it returns other than 0, and
 * return that; or -errno.
 */
int og_store_each_far_asset(struct og_store *store, const struct og_far_site *site,
			    int (*each)(void *userdata, const struct og_far_asset *asset),
			    void *userdata);

#endif
