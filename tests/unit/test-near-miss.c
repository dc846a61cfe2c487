// SPDX-License-Identifier: GPL-2.0
/*
 * test-near-miss.c: which word tells a firm, and which names share it (policy/registry/near-miss.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/registry/near-miss.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void finds_the_distinctive_word(void **state)
{
	static const struct {
		const char *folded, *id, *word;
	} cases[] = {
		{"hangzhou hikvision digital technology co ltd", "hikvision", "hikvision"},
		{"hangzhou ezviz software co ltd", "hikvision", "ezviz"},
		{"zhejiang dahua technologyco ltd", "dahua", "dahua"},
		{"huawei device co ltd", "huawei", "huawei"},
		{"shanghai zte technologies co ltd", "zte", "zte"},
		/* a misspelt place, before the vendor's own word */
		{"shenzheng sensetime technology co ltd", "sensetime", "sensetime"},
		{"shenzheng sensetime technology co ltd", "other", "shenzheng"},
		{"beijing kuangshi technology co ltd", "megvii", "kuangshi"},
		{"3 42 co ab ltd", "x", NULL},
		{"2n technology", "x", NULL},
		{"", "x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_words words = {0};

		assert_int_equal(og_words_add(&words, cases[i].folded, cases[i].id), 0);
		/* Once only, however often it comes. */
		assert_int_equal(og_words_add(&words, cases[i].folded, cases[i].id), 0);
		assert_int_equal(words.count, cases[i].word ? 1 : 0);
		if (cases[i].word)
			assert_string_equal(words.items[0], cases[i].word);
		og_words_free(&words);
	}
}

static void matches_whole_words_and_long_beginnings(void **state)
{
	static const struct {
		const char *folded, *word;
	} cases[] = {
		{"prama hikvision india private limited", "hikvision"},
		{"hikvision", "hikvision"},
		{"hikvisionrobotics ltd", "hikvision"},
		{"shanghai zte technologies", "zte"},
		{"ztec instruments inc", NULL},
		{"aztek sa", NULL},
		{"prehikvision ltd", NULL},
		{"hikvisio ltd", NULL},
		{"hangzhou technology co ltd", NULL},
		{"", NULL},
	};
	struct og_words words = {0};

	(void)state;
	assert_int_equal(og_words_add(&words, "hikvision", "hikvision"), 0);
	assert_int_equal(og_words_add(&words, "zte corporation", "zte"), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *word = og_words_match(&words, cases[i].folded);

		if (cases[i].word)
			assert_string_equal(word, cases[i].word);
		else
			assert_null(word);
	}
	og_words_free(&words);
}

static void takes_words_of_any_length(void **state)
{
	struct og_words words = {0};
	char name[200];

	(void)state;
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(og_words_add(&words, name, "id"), 0);
	assert_int_equal(strlen(words.items[0]), OG_WORD_BYTES - 1);
	assert_non_null(og_words_match(&words, name));
	og_words_free(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_distinctive_word),
		cmocka_unit_test(matches_whole_words_and_long_beginnings),
		cmocka_unit_test(takes_words_of_any_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
