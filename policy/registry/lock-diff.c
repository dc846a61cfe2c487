// SPDX-License-Identifier: GPL-2.0
/*
 * lock-diff.c: what a newer prefixes.lock would change
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

void og_lock_changes_free(struct og_lock_changes *changes)
{
	free(changes->items);
	*changes = (struct og_lock_changes){0};
}
