// SPDX-License-Identifier: GPL-2.0
/*
 * test-cli-sheet.c: aligned columns (cli/sheet.c), and moments as people read them (cli/moment.c)
 */
#include <errno.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cli/destination.h"
#include "cli/moment.h"
#include "cli/sheet.h"
#include "cli/yaml.h"

static const struct og_sheet_column columns[] = {
	{"name", false}, {"count", true}, {"last", false}, {}};

static char *text;
static size_t size;
static FILE *out;

static int begin(void **state)
{
	(void)state;
	out = open_memstream(&text, &size);
	return out ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	fclose(out);
	free(text);
	return 0;
}

static void assert_printed(const char *wanted)
{
	fflush(out);
	assert_string_equal(text, wanted);
}

static void columns_line_up(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	og_sheet_cell(sheet, OG_PLAIN, "a");
	og_sheet_printf(sheet, OG_BAD, "%d", 5);
	og_sheet_cell(sheet, OG_PLAIN, "x");
	og_sheet_cell(sheet, OG_PLAIN, "longer");
	og_sheet_cell(sheet, OG_PLAIN, "1234567");
	og_sheet_cell(sheet, OG_PLAIN, "");
	og_sheet_cell(sheet, OG_PLAIN, NULL);
	assert_int_equal(og_sheet_rows(sheet), 3);
	assert_int_equal(og_sheet_print(sheet, out, 1, true, false), 0);
	assert_printed(" name      count  last\n"
		       " a             5  x\n"
		       " longer  1234567  -\n"
		       " -\n");
	og_sheet_free(sheet);
}

static void titles_can_be_left_out(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	og_sheet_cell(sheet, OG_PLAIN, "a");
	og_sheet_cell(sheet, OG_PLAIN, "1");
	og_sheet_cell(sheet, OG_PLAIN, "b");
	assert_int_equal(og_sheet_print(sheet, out, 0, false, false), 0);
	assert_printed("a  1  b\n");
	og_sheet_free(sheet);
}

static void an_empty_table_has_titles_only(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	assert_int_equal(og_sheet_rows(sheet), 0);
	assert_int_equal(og_sheet_print(sheet, out, 0, true, false), 0);
	assert_printed("name  count  last\n");
	og_sheet_free(sheet);
}

static void widths_are_those_of_a_terminal(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	/* Two wide characters; a combining one; a letter of two bytes. */
	og_sheet_cell(sheet, OG_PLAIN, "\xe6\xb5\xb7\xe5\xba\xb7");
	og_sheet_cell(sheet, OG_PLAIN, "e\xcc\x81");
	og_sheet_cell(sheet, OG_PLAIN, "x");
	og_sheet_cell(sheet, OG_PLAIN, "Z\xc3\xbcrich");
	og_sheet_cell(sheet, OG_PLAIN, "10");
	og_sheet_cell(sheet, OG_PLAIN, "y");
	assert_int_equal(og_sheet_print(sheet, out, 0, false, false), 0);
	assert_printed("\xe6\xb5\xb7\xe5\xba\xb7     e\xcc\x81  x\n"
		       "Z\xc3\xbcrich  10  y\n");
	og_sheet_free(sheet);
	assert_int_equal(og_text_width("\xe6\xb5\xb7"), 2);
	assert_int_equal(og_text_width(""), 0);
}

static void nothing_reaches_the_terminal_but_text(void **state)
{
	static const char hostile[] = "a\033]0;x\007b\nc\xff"
				      "d\xe2\x80\xae"
				      "e\xc2\x9b"
				      "f\x7f";

	(void)state;
	og_text_put(hostile, OG_PLAIN, out, true);
	assert_printed("a?]0;x?b?c\xef\xbf\xbd"
		       "de?f?");
	assert_int_equal(og_text_width(hostile), 16);
}

static void colour_only_where_wanted(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	og_sheet_cell(sheet, OG_BAD, "a");
	og_sheet_cell(sheet, OG_PLAIN, "1");
	og_sheet_cell(sheet, OG_GOOD, "b");
	assert_int_equal(og_sheet_print(sheet, out, 0, false, true), 0);
	assert_printed("\033[1;31ma\033[0m  1  \033[32mb\033[0m\n");
	og_sheet_free(sheet);
}

static void notes_stand_below_their_rows(void **state)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	(void)state;
	og_sheet_note(sheet, "to no row\n");
	for (int row = 0; row < 40; row++) {
		og_sheet_printf(sheet, OG_PLAIN, "%d", row);
		og_sheet_cell(sheet, OG_PLAIN, "1");
		og_sheet_cell(sheet, OG_PLAIN, "x");
		if (row == 0 || row == 39)
			og_sheet_note(sheet, row ? "    last\n" : "    old\n");
	}
	og_sheet_note(sheet, "    newer\n    lines\n");
	assert_int_equal(og_sheet_print(sheet, out, 0, false, false), 0);
	fflush(out);
	assert_int_equal(strncmp(text, "0   1  x\n    old\n1   1  x\n", 26), 0);
	assert_string_equal(strstr(text, "39  "), "39  1  x\n    newer\n    lines\n");
	og_sheet_free(sheet);
}

static void without_memory_nothing_is_printed(void **state)
{
	(void)state;
	og_sheet_cell(NULL, OG_PLAIN, "a");
	og_sheet_note(NULL, "a");
	og_sheet_printf(NULL, OG_PLAIN, "a");
	assert_int_equal(og_sheet_rows(NULL), 0);
	assert_int_equal(og_sheet_print(NULL, out, 0, true, false), -ENOMEM);
	og_sheet_free(NULL);
	assert_printed("");
}

static void spans_have_two_units(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{0, "0 s"},	     {1, "1 s"},
		{59, "59 s"},	     {60, "1 min"},
		{61, "1 min 1 s"},   {3599, "59 min 59 s"},
		{3600, "1 h"},	     {3659, "1 h"},
		{3660, "1 h 1 min"}, {86399, "23 h 59 min"},
		{86400, "1 d"},	     {90000, "1 d 1 h"},
		{31536000, "365 d"},
	};
	char buffer[OG_MOMENT_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(og_span(cases[i].seconds, buffer), cases[i].text);
	assert_string_equal(og_ago(100, 100, buffer), "now");
	assert_string_equal(og_ago(40, 100, buffer), "1 min ago");
	assert_string_equal(og_ago(190, 100, buffer), "in 1 min 30 s");
	assert_string_equal(og_ago(INT64_MIN, 100, buffer), "unknown");
	assert_string_equal(og_ago(INT64_MAX, -100, buffer), "unknown");
}

static void moments_are_local_and_have_an_offset(void **state)
{
	char buffer[OG_MOMENT_TEXT];

	(void)state;
	assert_int_equal(setenv("TZ", "Europe/London", 1), 0);
	tzset();
	assert_string_equal(og_moment(1812358800, buffer), "2027-06-07 10:00:00 +0100");
	assert_string_equal(og_moment(0, buffer), "1970-01-01 01:00:00 +0100");
	assert_string_equal(og_moment(INT64_MAX, buffer), "@9223372036854775807");
}

static void moments_are_read(void **state)
{
	static const char *const wrong[] = {
		"",    "+",    "+5",	   "-x",	 "@",	 "@ 5",
		"@5x", "@--5", "tomorrow", "2027-13-01", "+-5m", "@99999999999999999999"};
	int64_t second = 42;

	(void)state;
	assert_int_equal(setenv("TZ", "Europe/London", 1), 0);
	tzset();
	assert_int_equal(og_moment_parse("now", 1000, &second), 0);
	assert_true(second == 1000);
	assert_int_equal(og_moment_parse("+1h30m", 1000, &second), 0);
	assert_true(second == 6400);
	assert_int_equal(og_moment_parse("-10s", 1000, &second), 0);
	assert_true(second == 990);
	assert_int_equal(og_moment_parse("@1812358800", 0, &second), 0);
	assert_true(second == 1812358800);
	assert_int_equal(og_moment_parse("2027-06-07T10:00", 0, &second), 0);
	assert_true(second == 1812358800);
	assert_int_equal(og_moment_parse("2027-06-07T10:00:00+02:00", 0, &second), 0);
	assert_true(second == 1812355200);
	second = 42;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (og_moment_parse(wrong[i], 1000, &second) != -EINVAL)
			fail_msg("taken: %s", wrong[i]);
		assert_true(second == 42);
	}
}

static void bytes_have_units(void **state)
{
	char buffer[OG_MOMENT_TEXT];

	(void)state;
	assert_string_equal(og_bytes(0, buffer), "0 B");
	assert_string_equal(og_bytes(1023, buffer), "1023 B");
	assert_string_equal(og_bytes(1536, buffer), "1.5 KiB");
	assert_string_equal(og_bytes(50LL << 20, buffer), "50 MiB");
}

static void destinations_are_split(void **state)
{
	static const struct {
		const char *text, *address, *service;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", ""},
		{"192.0.2.1:443/tcp", "192.0.2.1", "443/tcp"},
		{"192.0.2.0/24:icmp", "192.0.2.0/24", "icmp"},
		{"2001:db8::1", "2001:db8::1", ""},
		{"[2001:db8::1]", "2001:db8::1", ""},
		{"[2001:db8::/32]:53/udp", "2001:db8::/32", "53/udp"},
	};
	static const char *const wrong[] = {"",	      "[",	"[]",	    "[::1",
					    "[::1]x", "[::1]:", ":443/tcp", "192.0.2.1:"};
	struct og_destination destination;
	char longest[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(og_destination_split(cases[i].text, &destination), 0);
		assert_string_equal(destination.address, cases[i].address);
		assert_string_equal(destination.service, cases[i].service);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(og_destination_split(wrong[i], &destination), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_int_equal(og_destination_split(longest, &destination), -EINVAL);
	longest[63] = '\0';
	assert_int_equal(og_destination_split(longest, &destination), 0);
}

static void yaml_is_escaped(void **state)
{
	(void)state;
	og_yaml_member(2, "reason", "a \"b\" \\ c\n\x01 \xc3\xbc: #", out);
	og_yaml_member(2, "absent", NULL, out);
	assert_printed("  reason: \"a \\\"b\\\" \\\\ c\\x0a\\x01 \xc3\xbc: #\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(columns_line_up, begin, end),
		cmocka_unit_test_setup_teardown(titles_can_be_left_out, begin, end),
		cmocka_unit_test_setup_teardown(an_empty_table_has_titles_only, begin, end),
		cmocka_unit_test_setup_teardown(widths_are_those_of_a_terminal, begin, end),
		cmocka_unit_test_setup_teardown(nothing_reaches_the_terminal_but_text, begin, end),
		cmocka_unit_test_setup_teardown(colour_only_where_wanted, begin, end),
		cmocka_unit_test_setup_teardown(notes_stand_below_their_rows, begin, end),
		cmocka_unit_test_setup_teardown(without_memory_nothing_is_printed, begin, end),
		cmocka_unit_test(spans_have_two_units),
		cmocka_unit_test(moments_are_local_and_have_an_offset),
		cmocka_unit_test(moments_are_read),
		cmocka_unit_test(bytes_have_units),
		cmocka_unit_test(destinations_are_split),
		cmocka_unit_test_setup_teardown(yaml_is_escaped, begin, end),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("cli-sheet", tests, NULL, NULL);
}
