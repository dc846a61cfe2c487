// SPDX-License-Identifier: GPL-2.0
/*
 * merge.c: new rows into an asset register, without losing what it says
 */
#include "policy/assets/merge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/config/assets.h"
#include "policy/registry/lock.h"

const struct og_conf_asset *og_asset_find(const struct og_conf_register *assets, uint64_t mac)
{
	for (size_t i = 0; assets && i < assets->count; i++)
		if (assets->rows[i].mac == mac)
			return &assets->rows[i];
	return NULL;
}

size_t og_assets_counted(const struct og_conf_register *assets)
{
	size_t count = 0;

	for (size_t i = 0; i < assets->count; i++)
		count += assets->rows[i].status != OG_ASSET_FALSE_POSITIVE;
	return count;
}

static bool is_legacy(enum og_asset_status status)
{
	return status == OG_ASSET_LEGACY || status == OG_ASSET_LEGACY_UNPROVEN;
}

static bool status_may(enum og_asset_status from, enum og_asset_status to)
{
	if (from == OG_ASSET_LEGACY_UNPROVEN && to == OG_ASSET_LEGACY)
		return true;
	return is_legacy(from) && (to == OG_ASSET_REMOVED || to == OG_ASSET_REPLACED);
}

/* What @brought says goes into @row. Returns whether that changes it. */
static bool update(struct og_conf_asset *row, const struct og_conf_asset *brought)
{
	struct og_conf_asset from = *brought;
	bool changed = false;

	if (from.role != OG_ROLE_UNKNOWN && from.role != row->role) {
		row->role = from.role;
		changed = true;
	}
	if (status_may(row->status, from.status)) {
		row->status = from.status;
		changed = true;
	}
	for (enum og_asset_column c = OG_COLUMN_INSTALLED; c < OG_ASSET_COLUMNS; c++) {
		char **text = og_asset_text(row, c), *other = *og_asset_text(&from, c);

		if (!*other || !strcmp(*text, other) || (c == OG_COLUMN_NOTE && **text))
			continue;
		*text = other;
		changed = true;
	}
	return changed;
}

/* The rows of the result by MAC, to be looked up. */
struct index {
	struct og_conf_asset **rows;
	size_t count;
};

static int by_mac(const void *a, const void *b)
{
	const struct og_conf_asset *x = *(struct og_conf_asset *const *)a;
	const struct og_conf_asset *y = *(struct og_conf_asset *const *)b;

	return x->mac < y->mac ? -1 : x->mac > y->mac;
}

static struct og_conf_asset *look_up(const struct index *index, uint64_t mac)
{
	const struct og_conf_asset wanted = {.mac = mac}, *key = &wanted;
	struct og_conf_asset **found;

	if (!index->count)
		return NULL;
	found = bsearch(&key, index->rows, index->count, sizeof(struct og_conf_asset *), by_mac);
	return found ? *found : NULL;
}

static int start(struct og_arena *arena, const struct og_conf_register *assets, size_t brought,
		 struct og_merge *merge, struct index *index)
{
	size_t count = assets ? assets->count : 0;

	merge->rows.rows = og_arena_array(arena, count + brought + 1, sizeof(*merge->rows.rows));
	merge->items = og_arena_array(arena, brought + 1, sizeof(*merge->items));
	index->rows = og_arena_array(arena, count + 1, sizeof(struct og_conf_asset *));
	if (!merge->rows.rows || !merge->items || !index->rows)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		merge->rows.rows[i] = assets->rows[i];
		index->rows[i] = &merge->rows.rows[i];
	}
	merge->rows.count = index->count = count;
	if (count)
		qsort(index->rows, count, sizeof(struct og_conf_asset *), by_mac);
	return 0;
}

static void bring(struct og_merge *merge, const struct index *index,
		  const struct og_conf_register *assets, const struct og_conf_asset *brought,
		  bool listed)
{
	struct og_merge_item *item = &merge->items[merge->item_count++];
	struct og_conf_asset *row = look_up(index, brought->mac);

	item->mac = brought->mac;
	if (row) {
		item->before = &assets->rows[row - merge->rows.rows];
		item->after = row;
		item->kind = update(row, brought) ? OG_MERGE_CHANGED : OG_MERGE_SAME;
	} else if (listed) {
		row = &merge->rows.rows[merge->rows.count++];
		*row = *brought;
		item->after = row;
		item->kind = OG_MERGE_ADDED;
	} else {
		item->kind = OG_MERGE_UNLISTED;
	}
	merge->by_kind[item->kind]++;
}

int og_merge(struct og_arena *arena, const struct og_conf_register *assets,
	     const struct og_conf_register *rows, const struct og_lock *lock, bool unlisted,
	     struct og_merge *ret_merge)
{
	struct og_merge merge = {0};
	struct index index;
	int ret = start(arena, assets, rows->count, &merge, &index);

	if (ret)
		return ret;
	for (size_t i = 0; i < rows->count; i++)
		bring(&merge, &index, assets, &rows->rows[i],
		      unlisted || og_lock_find(lock, rows->rows[i].mac));
	if (merge.rows.count > OG_CONF_ASSETS)
		return -E2BIG;
	*ret_merge = merge;
	return 0;
}
