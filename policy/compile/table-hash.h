/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table-hash.h: the bucketed hash tables of a ruleset
 *
 * Keys are gathered first and placed at the end, all tables under one seed: a bucket has OG_BUCKET
 * slots and never overflows into another, so that a look-up reads one bucket only.
 */
#ifndef OUIGUARD_POLICY_TABLE_HASH_H
#define OUIGUARD_POLICY_TABLE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct og_pair {
	uint64_t key;
	uint16_t value;
};

struct og_pairs {
	struct og_pair *items;
	size_t count, room;
};

/* og_pairs_add - append a pair; 0 or -ENOMEM. og_pairs_free - free them and empty the list. */
int og_pairs_add(struct og_pairs *pairs, uint64_t key, uint16_t value);
void og_pairs_free(struct og_pairs *pairs);

/* One table: where its pairs come from and where they go; @slots is a power of two. */
struct og_hash_part {
	struct og_pairs *pairs;
	__u64 *key;
	__u16 *value;
	uint32_t slots;
	const char *what; /* for the administrator */
};

/*
 * og_hash_place - sort each part's pairs, drop repeated ones, and place them under the first seed of
 * a fixed sequence that suits all. Returns 0 with @ret_seed; -EEXIST for two values of one key,
 * -E2BIG when no seed fits; @ret_what then says of which table.
 */
int og_hash_place(struct og_hash_part *parts, size_t count, uint64_t *ret_seed,
		  const char **ret_what);

#endif
