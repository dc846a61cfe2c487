/* SPDX-License-Identifier: GPL-2.0 */
/*
 * near-miss.h: registered names that share a vendor's word and are not mapped to it
 *
 * A registered name never matches a vendor by a part of it. But a person should see the names that
 * come close: a new spelling, a new subsidiary, or another firm, which then goes to `not_mapped`.
 * The word that makes a name close is the distinctive one: see og_words_add(). docs/vendors.md
 * tells administrators the same.
 */
#ifndef OUIGUARD_POLICY_NEAR_MISS_H
#define OUIGUARD_POLICY_NEAR_MISS_H

#include <stdbool.h>
#include <stddef.h>

#define OG_WORD_BYTES 64

/* The distinctive words of one vendor. Zero-initialise; free with og_words_free(). */
struct og_words {
	char (*items)[OG_WORD_BYTES];
	size_t count;
};

/*
 * og_words_add - add the distinctive word of @folded, a name as og_org_fold() gives it, to @words:
 * @id, the vendor's own word, when the name holds it; else the first word of three letters or more
 * that is no place, trade or legal form (Hangzhou, Technology, Limited) and no number. A name of
 * nothing else has none. Returns 0 or -ENOMEM.
 */
int og_words_add(struct og_words *words, const char *folded, const char *id);

/*
 * og_words_match - the word of @words that @folded holds as a word of its own, or that a word of it
 * begins with when it has five letters or more; NULL when there is none.
 */
const char *og_words_match(const struct og_words *words, const char *folded);

void og_words_free(struct og_words *words);

#endif
