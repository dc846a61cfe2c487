/* SPDX-License-Identifier: GPL-2.0 */
/*
 * registry.h: who has which block of MAC addresses, from several files at once
 *
 * Two formats are read: systemd's 20-OUI.hwdb, and the csv files of the IEEE (oui, mam, oui36, iab),
 * which Debian has in ieee-data. Where files disagree about a prefix, the assignment of the newest
 * file wins; of two files of the same second, the one that was added first; within one file, the
 * line that comes first. docs/registry.md says where the date of a file comes from.
 *
 * A file is taken whole or not at all: half a registry would quietly unlist equipment.
 */
#ifndef OUIGUARD_POLICY_REGISTRY_H
#define OUIGUARD_POLICY_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/base/diag.h"
#include "policy/base/mac.h"

#define OG_REGISTRY_BYTES   (64 * 1024 * 1024) /* of one file */
#define OG_REGISTRY_NAME    64		       /* bytes of a file's short name */
#define OG_REGISTRY_SOURCES 64		       /* files */
#define OG_REGISTRY_ENTRIES 1000000	       /* assignments of all files */

struct og_registry;

enum og_registry_kind {
	OG_REGISTRY_MA_L, /* 24 bits */
	OG_REGISTRY_MA_M, /* 28 bits */
	OG_REGISTRY_MA_S, /* 36 bits */
	OG_REGISTRY_IAB,  /* 36 bits, the predecessor of MA-S */
};

/* A file that was read. Strings belong to the registry. */
struct og_registry_source {
	const char *path;
	const char *name; /* the short one: the path's last part, odd characters as `_` */
	int64_t date;	  /* seconds since 1970-01-01 UTC */
	size_t entries;	  /* assignments in it */
	size_t winning;	  /* of them, how many no newer file has */
};

/* One assignment. Strings belong to the registry. */
struct og_assignment {
	struct og_mac_prefix prefix; /* 24, 28 or 36 bits */
	const char *name;	     /* the registered organisation, cleaned: org-name.h */
	const struct og_registry_source *source;
	enum og_registry_kind kind;
	bool parent; /* a block of the IEEE itself that holds smaller ones: nobody's equipment */
	bool hidden; /* registered as "Private": the organisation is not published */
};

/* og_registry_kind_name - "MA-L", "MA-M", "MA-S", "IAB"; never NULL. */
const char *og_registry_kind_name(enum og_registry_kind kind);

/* og_registry_new - an empty registry, or NULL. og_registry_free - with all it owns; NULL is allowed. */
struct og_registry *og_registry_new(void);
void og_registry_free(struct og_registry *registry);

/*
 * og_registry_add - read the @length bytes at @data, the content of the file @path (which gives the
 * format, `.hwdb` or `.csv`, and the short name), as of @date (seconds since 1970-01-01 UTC). The
 * bytes are not needed afterwards. Errors and warnings go to @diags, with @path and their line.
 *
 * Returns 0; -EINVAL when the file is damaged or not a registry (nothing of it was taken, and the
 * registry is as before); -ENOMEM.
 */
int og_registry_add(struct og_registry *registry, const char *path, const char *data, size_t length,
		    int64_t date, struct og_diags *diags);

/*
 * og_registry_seal - merge what was added. Nothing can be looked up before, or added afterwards
 * (-EBUSY). Returns 0 or -ENOMEM.
 */
int og_registry_seal(struct og_registry *registry);

/*
 * og_registry_load - read all of @paths and seal the result. A directory means the registry files
 * in it: 20-OUI.hwdb, oui.csv, mam.csv, oui36.csv, iab.csv; in an unpacked package they may stand
 * where it would install them. A path that does not exist is a warning,
 * for the default names both places and not every gateway has ieee-data; a damaged, foreign, too
 * large or unreadable file is an error, and the others are still read.
 *
 * Returns 0 when at least one file was read (look at @diags for what was not), -ENOENT with an
 * error in @diags when none was, -ENOMEM. @ret_registry is set only on 0.
 */
int og_registry_load(char *const *paths, size_t count, struct og_registry **ret_registry,
		     struct og_diags *diags);

/*
 * og_registry_lookup - the assignment with the longest prefix that covers @mac, or NULL. It may be a
 * parent. og_registry_find - the one of exactly this prefix, or NULL.
 */
const struct og_assignment *og_registry_lookup(const struct og_registry *registry, uint64_t mac);
const struct og_assignment *og_registry_find(const struct og_registry *registry,
					     const struct og_mac_prefix *prefix);

/* og_registry_assignments - all of them, ascending by prefix, then length. */
const struct og_assignment *og_registry_assignments(const struct og_registry *registry,
						    size_t *ret_count);

/* og_registry_sources - the files that were read, in the order they were added. */
const struct og_registry_source *og_registry_sources(const struct og_registry *registry,
						     size_t *ret_count);

/* og_registry_count - how many assignments have a prefix of @length bits. */
size_t og_registry_count(const struct og_registry *registry, unsigned int length);

/* og_registry_date - the date of the newest file; INT64_MIN when there is none. */
int64_t og_registry_date(const struct og_registry *registry);

#endif
