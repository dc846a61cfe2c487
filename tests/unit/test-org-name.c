// SPDX-License-Identifier: GPL-2.0
/*
 * test-org-name.c: names as they are kept and compared (policy/registry/org-name.c, policy/base/utf8.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/registry/org-name.h"
#include "policy/base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void folds_spellings_of_one_firm_together(void **state)
{
	static const struct {
		const char *name, *folded;
	} cases[] = {
		{"Zhejiang Uniview Technologies Co.,Ltd.", "zhejiang uniview technologies co ltd"},
		{"Zhejiang Uniview Technologies Co., Ltd.", "zhejiang uniview technologies co ltd"},
		{"ZHEJIANG UNIVIEW TECHNOLOGIES CO LTD", "zhejiang uniview technologies co ltd"},
		{"Hytera Communications Co .,ltd", "hytera communications co ltd"},
		/* en space, no-break space, ideographic space, full-width comma, zero width space */
		{"Alibaba (Beijing)\xe2\x80\x82Software", "alibaba beijing software"},
		{"Alibaba\xc2\xa0(Beijing) Software", "alibaba beijing software"},
		{"Alibaba\xe3\x80\x80"
		 "Beijing\xef\xbc\x8cSoft\xe2\x80\x8b"
		 "ware",
		 "alibaba beijing software"},
		/* full-width letters */
		{"\xef\xbc\xba\xef\xbc\xb4\xef\xbc\xa5", "zte"},
		{"\xe2\x80\x9cQuoted\xe2\x80\x9d \xe2\x80\x93 dash\xc2\xae", "quoted dash"},
		/* Latin-1, Latin Extended-A, Greek, Cyrillic */
		{"\xc3\x84\xc3\x96\xc3\x9c \xc3\x9f", "\xc3\xa4\xc3\xb6\xc3\xbc \xc3\x9f"},
		{"\xc5\xa0koda \xc5\x81\xc3\xb3"
		 "d\xc5\xba",
		 "\xc5\xa1koda \xc5\x82\xc3\xb3"
		 "d\xc5\xba"},
		{"\xc5\xb8", "\xc3\xbf"},
		{"\xce\xa9\xce\x91", "\xcf\x89\xce\xb1"},
		{"\xd0\x97\xd0\x90\xd0\x9e \xd0\x81", "\xd0\xb7\xd0\xb0\xd0\xbe \xd1\x91"},
		/* what has no case stays */
		{"\xe6\xb5\xb7\xe5\xba\xb7\xe5\xa8\x81\xe8\xa7\x86",
		 "\xe6\xb5\xb7\xe5\xba\xb7\xe5\xa8\x81\xe8\xa7\x86"},
		{"  .,- ", ""},
		{"", ""},
	};
	char folded[OG_ORG_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(og_org_fold(cases[i].name, folded), strlen(cases[i].folded));
		assert_string_equal(folded, cases[i].folded);
	}
}

static void keeps_different_names_apart(void **state)
{
	static const char *const names[] = {
		"Zhejiang Dahua Technology Co., Ltd.",	 "ZHEJIANG DAHUA TECHNOLOGYCO.,LTD",
		"Shanghai Dahua Scale Factory",		 "Zhejiang Dahua Technology",
		"Zhejiang Dahua Technology Co., Ltd. 2", "Zhejiang-Da-hua Technology Co., Ltd.",
	};
	char one[OG_ORG_NAME], other[OG_ORG_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		for (size_t j = 0; j < i; j++) {
			og_org_fold(names[i], one);
			og_org_fold(names[j], other);
			assert_string_not_equal(one, other);
		}
	}
}

static void cleans_what_a_file_gives(void **state)
{
	static const struct {
		const char *data, *name;
		bool damaged;
	} cases[] = {
		{"plain", "plain", false},
		{"  a\t\tb\r\n c  ", "a b c", false},
		{"\xe2\x80\x82 a\xe2\x80\x82"
		 "b \xc2\xa0",
		 "a\xe2\x80\x82"
		 "b",
		 false},
		{"a\xe2\x80\x8b"
		 "b\xe2\x80\xae"
		 "c\xef\xbb\xbf",
		 "abc", false},
		{"a\x1b[2Jb", "a\xef\xbf\xbd[2Jb", true},
		{"a\xff", "a\xef\xbf\xbd", true},
		{"a\xc2\x9b", "a\xef\xbf\xbd", true},
		{" \t ", "", false},
	};
	char name[OG_ORG_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool damaged = !cases[i].damaged;

		assert_int_equal(og_org_clean(cases[i].data, strlen(cases[i].data), name, &damaged),
				 strlen(cases[i].name));
		assert_string_equal(name, cases[i].name);
		assert_int_equal(damaged, cases[i].damaged);
	}
}

static void bounds_the_length(void **state)
{
	char data[300], name[OG_ORG_NAME];
	bool damaged;

	(void)state;
	memset(data, 'A', sizeof(data));
	data[299] = '\0';
	assert_int_equal(og_org_clean(data, 255, name, &damaged), 255);
	assert_int_equal(og_org_clean(data, 256, name, &damaged), -E2BIG);
	assert_int_equal(og_org_fold(data, name), -E2BIG);
	data[255] = '\0';
	assert_int_equal(og_org_fold(data, name), 255);
	/* A character of two bytes that only half fits. */
	memcpy(data + 254, "\xc3\xa9", 3);
	assert_int_equal(og_org_fold(data, name), -E2BIG);
	/* One byte of a name may become three. */
	memset(data, '\xff', 86);
	assert_int_equal(og_org_clean(data, 85, name, &damaged), 255);
	assert_int_equal(og_org_clean(data, 86, name, &damaged), -E2BIG);
}

/* Each character survives encoding and decoding; each other sequence is bad and moves one byte. */
static void reads_every_character_and_no_other(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xc3",
		"\xe2\x82",
		"\xf0\x9f\x98",
		"\xc3(",
		"\xe2(\xa1",
		"\xe2\x82(",
	};
	char buffer[4];

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		const char *at = buffer;
		size_t count;

		if (c == 0xd800)
			c = 0xe000;
		count = og_utf8_put(c, buffer);
		assert_int_equal(og_utf8_next(&at, buffer + count), c);
		assert_ptr_equal(at, buffer + count);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		const char *at = bad[i];

		assert_int_equal(og_utf8_next(&at, bad[i] + strlen(bad[i])), OG_UTF8_BAD);
		assert_ptr_equal(at, bad[i] + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds_spellings_of_one_firm_together),
		cmocka_unit_test(keeps_different_names_apart),
		cmocka_unit_test(cleans_what_a_file_gives),
		cmocka_unit_test(bounds_the_length),
		cmocka_unit_test(reads_every_character_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
