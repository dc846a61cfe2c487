// SPDX-License-Identifier: GPL-2.0
/*
 * near-miss.c: registered names that share a vendor's word and are not mapped to it
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/registry/near-miss.h"

#define PREFIX_LETTERS 5 /* a word this long may also begin a longer one */

/* Places, trades and legal forms: words that tell no firm from another. Sorted, for bsearch. */
static const char *const generic[] = {
	"ag",
	"and",
	"asia",
	"automation",
	"beijing",
	"bv",
	"camera",
	"cameras",
	"chengdu",
	"china",
	"chongqing",
	"cloud",
	"co",
	"communication",
	"communications",
	"company",
	"computer",
	"computing",
	"corp",
	"corporation",
	"device",
	"devices",
	"digital",
	"dongguan",
	"electric",
	"electronic",
	"electronics",
	"europe",
	"for",
	"fujian",
	"gmbh",
	"group",
	"guangdong",
	"guangzhou",
	"hangzhou",
	"hong",
	"hongkong",
	"hubei",
	"hunan",
	"inc",
	"incorporated",
	"india",
	"industrial",
	"industries",
	"industry",
	"information",
	"intelligence",
	"intelligent",
	"international",
	"internet",
	"jiangsu",
	"kong",
	"limited",
	"llc",
	"ltd",
	"mobile",
	"nanjing",
	"network",
	"networks",
	"ningbo",
	"of",
	"private",
	"pte",
	"pty",
	"pvt",
	"qingdao",
	"sa",
	"science",
	"security",
	"service",
	"services",
	"shandong",
	"shanghai",
	"shenzhen",
	"sichuan",
	"smart",
	"software",
	"solution",
	"solutions",
	"suzhou",
	"system",
	"systems",
	"tech",
	"technologies",
	"technology",
	"technologyco",
	"telecom",
	"telecommunication",
	"telecommunications",
	"the",
	"tianjin",
	"trading",
	"uk",
	"usa",
	"video",
	"wireless",
	"wuhan",
	"xiamen",
	"zhejiang",
};

static int compare_generic(const void *key, const void *item)
{
	return strcmp(key, *(const char *const *)item);
}

static bool is_distinctive(const char *word)
{
	size_t length = strlen(word);

	return length >= 3 && strspn(word, "0123456789") != length &&
	       !bsearch(word, generic, sizeof(generic) / sizeof(generic[0]), sizeof(generic[0]),
			compare_generic);
}

/* The word at *@pos, moving *@pos behind it. False at the end; a word too long is cut. */
static bool next_word(const char **pos, char word[OG_WORD_BYTES])
{
	size_t length, kept;

	while (**pos == ' ')
		(*pos)++;
	length = strcspn(*pos, " ");
	kept = length < OG_WORD_BYTES ? length : OG_WORD_BYTES - 1;
	memcpy(word, *pos, kept);
	word[kept] = '\0';
	*pos += length;
	return length > 0;
}

static int add(struct og_words *words, const char *word)
{
	char(*items)[OG_WORD_BYTES];

	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->items[i], word))
			return 0;
	items = reallocarray(words->items, words->count + 1, sizeof(*items));
	if (!items)
		return -ENOMEM;
	words->items = items;
	memcpy(items[words->count++], word, strlen(word) + 1);
	return 0;
}

int og_words_add(struct og_words *words, const char *folded, const char *id)
{
	char word[OG_WORD_BYTES];
	const char *at = folded;

	while (next_word(&at, word))
		if (!strcmp(word, id))
			return add(words, word);
	at = folded;
	while (next_word(&at, word))
		if (is_distinctive(word))
			return add(words, word);
	return 0;
}

/* Whether the text at @at, up to the next space, is @item or, when that is long, begins with it. */
static bool word_matches(const char *at, const char *item)
{
	size_t length = 0;

	while (item[length] && at[length] == item[length])
		length++;
	/* A word that was cut when it was added can only begin another. */
	return !item[length] &&
	       (at[length] == '\0' || at[length] == ' ' || length >= PREFIX_LETTERS);
}

const char *og_words_match(const struct og_words *words, const char *folded)
{
	/* A registry has 50,000 names, and every vendor looks at each: nothing is copied here. */
	for (bool start = true; *folded; start = *folded++ == ' ') {
		for (size_t i = 0; start && i < words->count; i++)
			if (word_matches(folded, words->items[i]))
				return words->items[i];
	}
	return NULL;
}

void og_words_free(struct og_words *words)
{
	free(words->items);
	*words = (struct og_words){0};
}
