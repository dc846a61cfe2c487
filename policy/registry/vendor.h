/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vendor.h: vendors meet the registry
 *
 * A vendor's prefixes are those registered to exactly its names (folded: org-name.h) and those that
 * its file adds. The blocks of the IEEE that only hold smaller ones, and those registered as
 * "Private", are nobody's. What comes out is what prefixes.lock would hold, and what `registry
 * status` shows.
 */
#ifndef OUIGUARD_POLICY_VENDOR_H
#define OUIGUARD_POLICY_VENDOR_H

#include <stddef.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"
#include "policy/base/diag.h"
#include "policy/registry/lock.h"
#include "policy/registry/registry.h"

/* One prefix of a vendor. Strings are borrowed from the configuration and the registry. */
struct og_vendor_prefix {
	struct og_mac_prefix prefix;
	const char *name;	/* the registered name; the reason when it is manual */
	const char *registry;	/* the registry file's short name, or OG_REGISTRY_MANUAL */
	const char *subsidiary; /* its title, NULL: the vendor itself */
	const struct og_assignment *assignment; /* NULL when it is manual */
};

/* A name of the vendor's file, and what the registry has under it; no prefix: a stale spelling. */
struct og_vendor_name {
	const char *name;
	const char *subsidiary; /* its title, NULL: the vendor itself */
	struct og_mark mark;
	size_t prefix_count;
	size_t by_length[3]; /* of them, with 24, 28 and 36 bits; no registry has longer ones */
};

/* A registered name that shares a word with the vendor and is neither mapped nor `not_mapped`. */
struct og_vendor_near_miss {
	const char *name;
	char *word; /* the shared one, folded */
	size_t prefix_count;
};

struct og_vendor {
	const struct og_conf_vendor *conf;
	struct og_vendor_prefix *prefixes; /* ascending by prefix, then length */
	size_t prefix_count;
	size_t by_length[4]; /* with 24, 28, 36 and 48 bits */
	struct og_vendor_name
		*names; /* in the order of the file, the vendor's own before the others */
	size_t name_count;
	struct og_vendor_name *not_mapped; /* the file's `not_mapped`, in its order */
	size_t not_mapped_count;
	struct og_vendor_near_miss *near_misses; /* by name */
	size_t near_miss_count;
};

struct og_vendors {
	struct og_vendor *items; /* in the order of the configuration */
	size_t count;
};

/*
 * og_vendors_resolve - find the prefixes and near misses of @count @vendors in @registry (sealed).
 *
 * Errors, each with its mark: a name without letters or that stands for no firm, a name or prefix
 * that two vendors claim, a name that is both mapped and `not_mapped`, a manual prefix that no
 * vendor can have. A name given twice is a warning, a name that no registry has is none: see
 * og_vendor_name.
 *
 * Returns 0, -EINVAL with errors in @diags, or -ENOMEM. @ret_vendors is set only on 0; it borrows
 * from @vendors and @registry, is freed with og_vendors_free(), and before either.
 */
int og_vendors_resolve(const struct og_conf_vendor *vendors, size_t count,
		       const struct og_registry *registry, struct og_vendors *ret_vendors,
		       struct og_diags *diags);

/*
 * og_vendors_lock - what prefixes.lock would hold: the prefixes of all vendors, in its order, with
 * copies of all strings in @arena. Returns 0; -E2BIG when it would be more than the file may hold;
 * -ENOMEM.
 */
int og_vendors_lock(const struct og_vendors *vendors, struct og_arena *arena,
		    struct og_lock *ret_lock);

void og_vendors_free(struct og_vendors *vendors);

#endif
