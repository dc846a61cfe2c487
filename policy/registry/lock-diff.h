/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lock-diff.h: what a newer prefixes.lock would change
 */
#ifndef OUIGUARD_POLICY_LOCK_DIFF_H
#define OUIGUARD_POLICY_LOCK_DIFF_H

#include <stddef.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"

enum og_lock_change_kind {
	OG_LOCK_ADDED,	 /* the prefix becomes listed */
	OG_LOCK_REMOVED, /* the prefix is no longer listed */
	OG_LOCK_VENDOR,	 /* it goes from one vendor to another */
	OG_LOCK_TEXT, /* only the registered name or the registry file differs: no verdict changes
		       */
};

/* One change; @before is NULL for an added prefix, @after for a removed one. Both are borrowed. */
struct og_lock_change {
	enum og_lock_change_kind kind;
	const struct og_lock_entry *before;
	const struct og_lock_entry *after;
};

struct og_lock_changes {
	struct og_lock_change *items; /* ascending by prefix, then length */
	size_t count;
	size_t by_kind[OG_LOCK_TEXT + 1];
};

/*
 * og_lock_diff - what leads from @before to @after, both sorted as og_lock_parse() gives them.
 * Returns 0 or -ENOMEM; free the result with og_lock_changes_free() and before either lock.
 */
int og_lock_diff(const struct og_lock *before, const struct og_lock *after,
		 struct og_lock_changes *ret_changes);

/*
 * og_lock_unaccepted - the entries of @present that list what @accepted lists under no prefix at all,
 * into @ret_unaccepted, as copies from @arena. A block inside an accepted one is not among them: the
 * accepted one decides about it. Both are sorted, and so is the result. Returns 0 or -ENOMEM.
 */
int og_lock_unaccepted(const struct og_lock *accepted, const struct og_lock *present,
		       struct og_arena *arena, struct og_lock *ret_unaccepted);

void og_lock_changes_free(struct og_lock_changes *changes);

#endif
