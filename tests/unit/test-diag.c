// SPDX-License-Identifier: GPL-2.0
/*
 * test-diag.c: order, form and safety of diagnostics (policy/base/diag.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/diag.h"

static void starts_empty_and_ends_empty(void **state)
{
	struct og_diags diags = {0};

	(void)state;
	og_diags_sort(&diags);
	og_diags_free(&diags);
	og_error(&diags, NULL, "one");
	og_diags_free(&diags);
	assert_int_equal(diags.count, 0);
	assert_int_equal(diags.errors, 0);
	assert_null(diags.items);
}

static void counts_errors_apart_from_warnings(void **state)
{
	struct og_diags diags = {0};

	(void)state;
	for (int i = 0; i < 100; i++) {
		og_error(&diags, NULL, "error %d", i);
		og_warn(&diags, NULL, "warning %d", i);
	}
	assert_int_equal(diags.count, 200);
	assert_int_equal(diags.errors, 100);
	assert_int_equal(diags.out_of_memory, 0);
	assert_string_equal(diags.items[199].text, "warning 99");
	og_diags_free(&diags);
}

static void writes_what_is_known_of_the_place(void **state)
{
	static const struct {
		struct og_mark mark;
		const char *text;
	} cases[] = {
		{{"a.yaml", 3, 7}, "a.yaml:3:7: wrong"},
		{{"a.yaml", 3, 0}, "a.yaml:3: wrong"},
		{{"a.yaml", 0, 7}, "a.yaml: wrong"},
		{{NULL, 3, 7}, "wrong"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct og_diags diags = {0};

		og_error(&diags, &cases[i].mark, "wrong");
		og_diag_text(&diags.items[0], text, sizeof(text));
		assert_string_equal(text, cases[i].text);
		og_diags_free(&diags);
	}
}

static void cuts_to_the_buffer(void **state)
{
	struct og_mark mark = {"file", 1, 2};
	struct og_diags diags = {0};
	char text[12];

	(void)state;
	og_warn(&diags, &mark, "much longer than that");
	og_diag_text(&diags.items[0], text, sizeof(text));
	assert_string_equal(text, "file:1:2: w");
	og_diags_free(&diags);
}

static void sorts_by_place_and_keeps_the_order_within(void **state)
{
	static const struct og_mark marks[] = {
		{"b", 1, 1}, {"a", 2, 1}, {"a", 1, 2}, {"a", 1, 1}, {"a", 1, 1}, {NULL, 0, 0},
	};
	static const char expected[] = "5\na:1:1: 3\na:1:1: 4\na:1:2: 2\na:2:1: 1\nb:1:1: 0\n";
	struct og_diags diags = {0};
	char *printed = NULL;
	size_t size = 0;
	FILE *out;

	(void)state;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		og_error(&diags, &marks[i], "%zu", i);
	og_diags_sort(&diags);
	out = open_memstream(&printed, &size);
	assert_non_null(out);
	og_diags_print(&diags, out);
	fclose(out);
	assert_string_equal(printed, expected);
	free(printed);
	og_diags_free(&diags);
}

static void owns_copies_of_its_strings(void **state)
{
	char file[] = "file", argument[] = "argument";
	struct og_mark mark = {file, 1, 1};
	struct og_diags diags = {0};

	(void)state;
	og_error(&diags, &mark, "%s", argument);
	memset(file, 'x', 4);
	memset(argument, 'x', 4);
	assert_string_equal(diags.items[0].file, "file");
	assert_string_equal(diags.items[0].text, "argument");
	og_diags_free(&diags);
}

static void lets_no_control_character_through(void **state)
{
	struct og_mark mark = {"a\033[2J.yaml", 1, 1};
	struct og_diags diags = {0};

	(void)state;
	og_error(&diags, &mark, "\"%s\"", "\033[31m\r\n\t\x7f\xc2\x9b\xc3\xa9\xe2\x80\xae\xff\xc3");
	assert_string_equal(diags.items[0].text, "\"?[31m??????\xc3\xa9?????\"");
	assert_string_equal(diags.items[0].file, "a?[2J.yaml");
	og_diags_free(&diags);
}

static void cuts_between_characters(void **state)
{
	struct og_diags diags = {0};
	char buffer[8];
	size_t size;

	(void)state;
	og_error(&diags, NULL, "x\xc3\xa9\xe2\x82\xac");
	for (size = 1; size <= sizeof(buffer); size++) {
		og_diag_text(&diags.items[0], buffer, size);
		assert_int_equal(strlen(buffer), size < 2 ? 0 : size < 4 ? 1 : size < 7 ? 3 : 6);
	}
	og_diags_free(&diags);
}

static void gives_the_errors_alone(void **state)
{
	struct og_mark mark = {"a.yaml", 2, 3};
	struct og_diags diags = {0};
	char *text = og_diags_errors(&diags, 100);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	og_warn(&diags, NULL, "mild");
	og_error(&diags, &mark, "wrong");
	og_warn(&diags, NULL, "mild");
	og_error(&diags, NULL, "worse");
	text = og_diags_errors(&diags, 100);
	assert_string_equal(text, "a.yaml:2:3: wrong\nworse");
	free(text);
	text = og_diags_errors(&diags, 17);
	assert_string_equal(text, "a.yaml:2:3: wrong");
	free(text);
	og_diags_free(&diags);
}

static void says_when_memory_ran_out(void **state)
{
	struct og_diags diags = {.out_of_memory = 1};
	char *printed = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&printed, &size);

	(void)state;
	assert_non_null(out);
	og_diags_print(&diags, out);
	fclose(out);
	assert_string_equal(printed, "out of memory: more is wrong than is shown\n");
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty_and_ends_empty),
		cmocka_unit_test(counts_errors_apart_from_warnings),
		cmocka_unit_test(writes_what_is_known_of_the_place),
		cmocka_unit_test(cuts_to_the_buffer),
		cmocka_unit_test(sorts_by_place_and_keeps_the_order_within),
		cmocka_unit_test(owns_copies_of_its_strings),
		cmocka_unit_test(lets_no_control_character_through),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(gives_the_errors_alone),
		cmocka_unit_test(says_when_memory_ran_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
