/* SPDX-License-Identifier: GPL-2.0 */
/*
 * merge.h: new rows into an asset register, without losing what it says
 */
#ifndef OUIGUARD_POLICY_MERGE_H
#define OUIGUARD_POLICY_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"

/* What becomes of one row that is brought. */
enum og_merge_kind {
	OG_MERGE_ADDED,	   /* the device had no row */
	OG_MERGE_CHANGED,  /* its row says something else now */
	OG_MERGE_SAME,	   /* its row says all of it already */
	OG_MERGE_UNLISTED, /* left out: no vendor's prefix covers it, and it has no row */
};

/* One of them; the rows are borrowed from the register, the brought rows and the result. */
struct og_merge_item {
	enum og_merge_kind kind;
	uint64_t mac;
	const struct og_conf_asset *before; /* NULL: there was none */
	const struct og_conf_asset *after;  /* NULL: there is none */
};

struct og_merge {
	struct og_conf_register rows; /* those that were there, in their order, then the added */
	struct og_merge_item *items;  /* one for each brought row, in its order */
	size_t item_count;
	size_t by_kind[OG_MERGE_UNLISTED + 1];
};

/*
 * og_merge - bring @rows, each device once, into @assets (NULL: there is no register yet). No row is
 * lost. What a brought row leaves empty stays as it was; its role, unless unknown, and its texts
 * replace what was there, but for a note, which is only filled in. A status changes from
 * legacy-unproven to legacy where the brought row proves it, and from either to removed or replaced;
 * nothing makes a device legacy again that was removed, replaced or a false positive.
 *
 * Devices that @lock lists nowhere are left out unless they have a row; @unlisted takes them too.
 * Memory comes from @arena. Returns 0, -E2BIG when there would be more than OG_CONF_ASSETS rows, or
 * -ENOMEM.
 */
int og_merge(struct og_arena *arena, const struct og_conf_register *assets,
	     const struct og_conf_register *rows, const struct og_lock *lock, bool unlisted,
	     struct og_merge *ret_merge);

/*
 * og_asset_find - the row of @mac, or NULL. og_assets_counted - how many rows count as equipment
 * there is or was: all but the false positives.
 */
const struct og_conf_asset *og_asset_find(const struct og_conf_register *assets, uint64_t mac);
size_t og_assets_counted(const struct og_conf_register *assets);

#endif
