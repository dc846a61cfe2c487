/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit-chain.h: entries of the audit log, and the chain of digests that holds them together
 *
 * The canonical text of an entry is one line of JSON (docs/audit.md). Its hash is the SHA-256 of the
 * hash before it as text, a space, and that line: so whoever has the lines can verify the chain with
 * sha256sum(1). The first entry follows a hash of zeros. Nothing here logs or reads a clock.
 */
#ifndef OUIGUARD_IPC_AUDIT_CHAIN_H
#define OUIGUARD_IPC_AUDIT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/base/digest.h"

#define OG_AUDIT_WORDS 256	   /* most bytes of actor, kind and subject each */
#define OG_AUDIT_TEXT  (64 * 1024) /* most bytes of an entry's text */

/* The kind of entries about the log itself, and the subjects of those that tell of a gap. */
#define OG_AUDIT_LOG  "log"
#define OG_AUDIT_ANEW "anew" /* it begins again; the log before it is elsewhere */
#define OG_AUDIT_CUT  "cut"  /* it lost its end */

/* An entry. Its texts are UTF-8 and belong to whoever made it. */
struct og_audit_entry {
	int64_t id; /* 1, 2, 3, ... */
	int64_t at; /* seconds since 1970 UTC */
	const char *actor, *kind, *subject, *text;
	struct og_digest previous, hash;
};

/*
 * og_audit_tidy - a copy of @text as an entry may hold it: UTF-8, without control characters but line
 * feeds and tabs, and of @limit bytes at most; what is more is cut, and how much is told in its last
 * line. The caller frees it; NULL without memory.
 */
char *og_audit_tidy(const char *text, size_t limit);

/* og_audit_canonical - the canonical text of @entry. The caller frees it; NULL without memory. */
char *og_audit_canonical(const struct og_audit_entry *entry);

/* og_audit_hash - the hash of a canonical text that follows @previous. */
void og_audit_hash(const struct og_digest *previous, const char *canonical, size_t size,
		   struct og_digest *ret_hash);

/* og_audit_seal - set entry->hash from all its other members. 0 or -ENOMEM. */
int og_audit_seal(struct og_audit_entry *entry);

/* What can be wrong with an entry where it stands. */
enum og_audit_fault {
	OG_AUDIT_WELL,
	OG_AUDIT_MISPLACED, /* its number does not follow that of the entry before it */
	OG_AUDIT_UNLINKED,  /* it names another hash than that of the entry before it */
	OG_AUDIT_EDITED,    /* its hash is not that of its content */
	OG_AUDIT_GAP, /* it is as it was written, and tells that entries before it are missing */
};

/* A verification on its way. Zero-initialise it; then it expects the first entry. */
struct og_audit_check {
	struct og_digest wanted; /* with @wants: a hash that must be in the chain */
	bool wants, found;
	int64_t entries;       /* how many were seen */
	size_t faults;	       /* of them all */
	size_t gaps;	       /* of the faults: those that the log tells itself */
	int64_t last_id;       /* of the entry seen last, 0: none */
	int64_t head_at;       /* when it was written */
	struct og_digest head; /* its hash */
};

/*
 * og_audit_check_next - verify @entry, which follows those verified before. After a fault it goes on
 * from the hash that the entry bears, so that one edit is one fault. Returns 0 with what is wrong in
 * *@ret_fault, or -ENOMEM.
 */
int og_audit_check_next(struct og_audit_check *check, const struct og_audit_entry *entry,
			enum og_audit_fault *ret_fault);

/*
 * og_audit_check_head - whether the wanted hash, if there is one, was found. It is not when entries
 * were cut off the end, or when the whole chain was written anew.
 */
bool og_audit_check_head(const struct og_audit_check *check);

/* og_audit_fault_words - what @fault means, in words that follow "entry N ". Never NULL. */
const char *og_audit_fault_words(enum og_audit_fault fault);

#endif
