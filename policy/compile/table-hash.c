// SPDX-License-Identifier: GPL-2.0
/*
 * table-hash.c: the bucketed hash tables of a ruleset
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/ruleset.h>
#include "policy/compile/table-hash.h"

/* At two keys per bucket one seed in seven suits; the rest is for tables near their limit. */
#define SEEDS 4096

int og_pairs_add(struct og_pairs *pairs, uint64_t key, uint16_t value)
{
	if (pairs->count == pairs->room) {
		size_t room = pairs->room ? pairs->room * 2 : 64;
		struct og_pair *items = reallocarray(pairs->items, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		pairs->items = items;
		pairs->room = room;
	}
	pairs->items[pairs->count++] = (struct og_pair){.key = key, .value = value};
	return 0;
}

void og_pairs_free(struct og_pairs *pairs)
{
	free(pairs->items);
	*pairs = (struct og_pairs){0};
}

static int by_key(const void *a, const void *b)
{
	const struct og_pair *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

/* Sort, and keep one of each; -EEXIST when a key has two values. */
static int tidy(struct og_pairs *pairs)
{
	size_t kept = 0;

	if (!pairs->count)
		return 0;
	qsort(pairs->items, pairs->count, sizeof(*pairs->items), by_key);
	for (size_t i = 1; i < pairs->count; i++) {
		if (pairs->items[i].key != pairs->items[kept].key)
			pairs->items[++kept] = pairs->items[i];
		else if (pairs->items[i].value != pairs->items[kept].value)
			return -EEXIST;
	}
	pairs->count = kept + 1;
	return 0;
}

/* Place one table; false when a bucket overflows. */
static bool place(const struct og_hash_part *part, uint64_t seed)
{
	memset(part->key, 0, part->slots * sizeof(*part->key));
	memset(part->value, 0, part->slots * sizeof(*part->value));
	for (size_t i = 0; i < part->pairs->count; i++) {
		const struct og_pair *pair = &part->pairs->items[i];
		uint32_t first = (uint32_t)og_hash(pair->key, seed) * OG_BUCKET;
		uint32_t at, slot = 0;

		do {
			if (slot == OG_BUCKET)
				return false;
			at = (first + slot++) & (part->slots - 1);
		} while (part->key[at]);
		part->key[at] = pair->key;
		part->value[at] = pair->value;
	}
	return true;
}

/* A fixed sequence of well-spread seeds. */
static uint64_t nth_seed(uint64_t n)
{
	return og_hash(n + 1, 0x6f75696775617264ULL);
}

int og_hash_place(struct og_hash_part *parts, size_t count, uint64_t *ret_seed,
		  const char **ret_what)
{
	size_t failed = 0;

	for (size_t i = 0; i < count; i++) {
		*ret_what = parts[i].what;
		if (tidy(parts[i].pairs) < 0)
			return -EEXIST;
		/* Beyond this no seed can be hoped for; do not search for seconds. */
		if (parts[i].pairs->count > parts[i].slots * 5 / 16)
			return -E2BIG;
	}
	for (uint64_t n = 0; n < SEEDS; n++) {
		size_t i = 0;

		/* The table that refused the last seed first: it is the one that is hard to please. */
		if (!place(&parts[failed], nth_seed(n)))
			continue;
		while (i < count && (i == failed || place(&parts[i], nth_seed(n))))
			i++;
		if (i == count) {
			*ret_seed = nth_seed(n);
			*ret_what = NULL;
			return 0;
		}
		failed = i;
	}
	*ret_what = parts[failed].what;
	return -E2BIG;
}
