// SPDX-License-Identifier: GPL-2.0
/*
 * lock-diff.c: what a newer prefixes.lock would change
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/registry/lock.h"
#include "policy/registry/lock-diff.h"
#include "policy/base/mac.h"

static void add(struct og_lock_changes *changes, enum og_lock_change_kind kind,
		const struct og_lock_entry *before, const struct og_lock_entry *after)
{
	changes->items[changes->count++] = (struct og_lock_change){kind, before, after};
	changes->by_kind[kind]++;
}

static void compare(struct og_lock_changes *changes, const struct og_lock_entry *before,
		    const struct og_lock_entry *after)
{
	if (strcmp(before->vendor, after->vendor) != 0)
		add(changes, OG_LOCK_VENDOR, before, after);
	else if (strcmp(before->name, after->name) != 0 ||
		 strcmp(before->registry, after->registry) != 0)
		add(changes, OG_LOCK_TEXT, before, after);
}

int og_lock_diff(const struct og_lock *before, const struct og_lock *after,
		 struct og_lock_changes *ret_changes)
{
	const struct og_lock_entry *b = before->entries, *b_end = b + before->count;
	const struct og_lock_entry *a = after->entries, *a_end = a + after->count;
	struct og_lock_changes changes = {0};

	changes.items =
		reallocarray(NULL, before->count + after->count + 1, sizeof(*changes.items));
	if (!changes.items)
		return -ENOMEM;
	while (b < b_end || a < a_end) {
		int order = b == b_end	 ? 1
			    : a == a_end ? -1
					 : og_mac_prefix_cmp(&b->prefix, &a->prefix);

		if (order < 0)
			add(&changes, OG_LOCK_REMOVED, b++, NULL);
		else if (order > 0)
			add(&changes, OG_LOCK_ADDED, NULL, a++);
		else
			compare(&changes, b++, a++);
	}
	*ret_changes = changes;
	return 0;
}

/* Whether an entry of @lock, of @prefix itself or a wider one, holds all of it. */
static bool holds(const struct og_lock *lock, const struct og_mac_prefix *prefix)
{
	static const uint8_t lengths[] = {24, 28, 36, 48};

	for (size_t i = 0; i < sizeof(lengths) && lengths[i] <= prefix->length; i++) {
		const struct og_mac_prefix around = {prefix->bits & og_mac_prefix_mask(lengths[i]),
						     lengths[i]};

		if (og_lock_exact(lock, &around))
			return true;
	}
	return false;
}

int og_lock_unaccepted(const struct og_lock *accepted, const struct og_lock *present,
		       struct og_arena *arena, struct og_lock *ret_unaccepted)
{
	struct og_lock unaccepted = {.present = true, .date = present->date};

	unaccepted.entries = og_arena_array(arena, present->count + 1, sizeof(*unaccepted.entries));
	if (!unaccepted.entries)
		return -ENOMEM;
	for (size_t i = 0; i < present->count; i++) {
		const struct og_lock_entry *from = &present->entries[i];
		struct og_lock_entry *to = &unaccepted.entries[unaccepted.count];

		if (holds(accepted, &from->prefix))
			continue;
		*to = *from;
		to->vendor = og_arena_strdup(arena, from->vendor);
		to->registry = og_arena_strdup(arena, from->registry);
		to->name = og_arena_strdup(arena, from->name);
		if (!to->vendor || !to->registry || !to->name)
			return -ENOMEM;
		unaccepted.count++;
	}
	*ret_unaccepted = unaccepted;
	return 0;
}

void og_lock_changes_free(struct og_lock_changes *changes)
{
	free(changes->items);
	*changes = (struct og_lock_changes){0};
}
