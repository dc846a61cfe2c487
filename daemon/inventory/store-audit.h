/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-audit.h: the audit log in the database
 *
 * Entries are only ever added: triggers refuse the rest, and the chain (ipc/audit-chain.h) shows what
 * somebody changed who went round them.
 */
#ifndef OUIGUARD_DAEMON_STORE_AUDIT_H
#define OUIGUARD_DAEMON_STORE_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/inventory/store.h"
#include "ipc/audit-chain.h"

/* The last entry of the log; all zeros when it has none. */
struct og_audit_head {
	int64_t entries; /* its number */
	int64_t at;	 /* seconds since 1970 UTC */
	struct og_digest hash;
};

/*
 * og_store_put_audit - give @entry, of which time and texts are set, the next number and its place in
 * the chain, and add it to the log. It is committed when this returns, or with the transaction that
 * is open. 0 or -errno.
 */
int og_store_put_audit(struct og_store *store, struct og_audit_entry *entry);

/* og_store_audit_head - the last entry. 0 or -errno. */
int og_store_audit_head(struct og_store *store, struct og_audit_head *ret_head);

/* og_store_has_audit - whether the log has an entry of that hash: 1 or 0, or -errno. */
int og_store_has_audit(struct og_store *store, const struct og_digest *hash);

/*
 * og_store_list_audit - call @each for at most @max entries with a higher number than @after, in
 * their order, until it returns other than 0, and return that; or -errno. A column that holds what
 * no entry can (somebody edited it) gives a text, or a number or hash of zero, which no hash fits.
 */
int og_store_list_audit(struct og_store *store, int64_t after, int64_t max,
			int (*each)(void *userdata, const struct og_audit_entry *entry),
			void *userdata);

/* og_store_is_lasting - whether what is written outlives the daemon: a copy and memory do not. */
bool og_store_is_lasting(const struct og_store *store);

/* og_store_in_transaction - whether one is open. */
bool og_store_in_transaction(const struct og_store *store);

#endif
