/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lock.h: prefixes.lock, the accepted prefixes
 *
 * A text file of one line for each prefix, `vendor prefix/len registry "name"`, strictly ascending
 * by prefix and then length, so that two of them can be compared with any diff. Empty lines mean
 * nothing, and neither do lines that begin with `#`, except `# newest registry: 2026-01-31`, the day
 * (UTC) of the newest registry in it. docs/prefixes.lock.md is the administrator's page of it.
 * The structures are in config.h.
 */
#ifndef OUIGUARD_POLICY_LOCK_H
#define OUIGUARD_POLICY_LOCK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"
#include "policy/base/diag.h"

#define OG_LOCK_ENTRIES	 65536		    /* prefixes in one file */
#define OG_LOCK_BYTES	 (16 * 1024 * 1024) /* of one file */
#define OG_LOCK_LINE	 1024		    /* bytes of one line */
#define OG_LOCK_REGISTRY 64		    /* bytes of a registry's short name */
#define OG_LOCK_TITLE	 512		    /* bytes of a registered name */

#define OG_REGISTRY_MANUAL "manual" /* a prefix of the vendor's own file, not of a registry */

/*
 * og_lock_parse - read the @length bytes at @data as a prefixes.lock. @file names it in diagnostics
 * and marks, and must live as long as the result. Each error is added to @diags with its line and
 * column; after too many the rest of the file is left unread, and a diagnostic says so.
 *
 * Returns 0 when there was no error, -EINVAL, or -ENOMEM. On 0 @ret_lock is set (with `present`);
 * what it holds belongs to @arena. Whether its vendors exist is not checked here.
 */
int og_lock_parse(const char *data, size_t length, const char *file, struct og_arena *arena,
		  struct og_lock *ret_lock, struct og_diags *diags);

/*
 * og_lock_sort - bring @lock's entries into the order of the file. Two entries for one prefix stay
 * beside each other, in the order they had. Returns 0 or -ENOMEM.
 */
int og_lock_sort(struct og_lock *lock);

/*
 * og_lock_exact - the entry of the sorted @lock for exactly @prefix, or NULL. og_lock_find - the one
 * with the longest prefix that covers @mac, or NULL; as for every engine, a group address is covered
 * by none and a locally administered one only by an entry for itself.
 */
const struct og_lock_entry *og_lock_exact(const struct og_lock *lock,
					  const struct og_mac_prefix *prefix);
const struct og_lock_entry *og_lock_find(const struct og_lock *lock, uint64_t mac);

/*
 * og_lock_write - write @lock, which must be sorted and hold each prefix once, to @out as
 * og_lock_parse() reads it: the same entries always give the same bytes. Returns 0; -EINVAL, with
 * nothing written, when an entry could not be read back (order, vendor, length of a name or line); -EIO
 * when @out fails. Flushing and closing @out stay the caller's.
 */
int og_lock_write(const struct og_lock *lock, FILE *out);

#endif
