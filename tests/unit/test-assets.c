// SPDX-License-Identifier: GPL-2.0
/*
 * test-assets.c: asset registers: what is read, what is refused, what is written
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/config/assets.h"

static const struct kit_case cases[] = {
	{"an unknown column",
	 {{"assets/north.csv", "mac,serail\n00:11:22:00:00:01,x\n"}},
	 {"assets/north.csv:1:5: unknown column `serail`; did you mean `serial`?"}},
	{"no mac column",
	 {{"assets/north.csv", "role,status\ncamera,legacy\n"}},
	 {"assets/north.csv:1:1: no column `mac`; expected a first line such as "
	  "mac,role,status,location"}},
	{"a bad row",
	 {{"assets/north.csv", "mac,role,status,installed\n00:11:22:00:00:01,camera,legacy,2021-02-"
			       "30\n00:11:22:00:00,cam,old,\n"}},
	 {"assets/north.csv:2:33: `installed` is `2021-02-30`; expected a date such as 2021-05-30, "
	  "or nothing",
	  "assets/north.csv:3:1: `mac` is `00:11:22:00:00`; expected the address of a device such "
	  "as a4:14:37:00:12:34",
	  "assets/north.csv:3:16: `role` is `cam`; expected camera, recorder, router, phone, "
	  "life-safety, other or unknown",
	  "assets/north.csv:3:20: `status` is `old`; expected legacy, legacy-unproven, removed, "
	  "replaced or false-positive"}},
	{"a row too short",
	 {{"assets/north.csv", "mac,role,status\n00:11:22:00:00:01,camera\n"}},
	 {"assets/north.csv:2:1: 2 fields; expected 3 as in the first line"}},
	{"a device twice",
	 {{"assets/north.csv", "mac,role\n00:11:22:00:00:01,camera\n0011.2200.0001,recorder\n"}},
	 {"assets/north.csv:3:1: 00:11:22:00:00:01 is here twice; the other row is in line 2"}},
	{"an open quote",
	 {{"assets/north.csv", "mac,note\n00:11:22:00:00:01,\"never closed\n"}},
	 {"assets/north.csv:2:19: the quote that opens here is never closed"}},
	{"semicolons",
	 {{"assets/north.csv", "mac;role\n00:11:22:00:00:01;camera\n"}},
	 {"assets/north.csv:1:1: semicolons between the columns; expected commas (save it as CSV "
	  "with commas)"}},
	{"a register of no site",
	 {{"assets/south.csv", "mac\n00:11:22:00:00:01\n"}},
	 {"assets/south.csv:1:1: there is no site `south`; expected a file sites/south.yaml"}},
};

static void says_what_is_wrong(void **state)
{
	(void)state;
	kit_run(cases, sizeof(cases) / sizeof(*cases));
}

/* Columns in another order, quotes, CRLF, a line break within quotes, three spellings of MACs. */
static const char text[] = "\xef\xbb\xbfnote,mac,status,role,location\r\n"
			   "\"says \"\"no, never\"\"\",00:11:22:00:00:01,legacy,camera,Gate\r\n"
			   "\"two\nlines\",00-11-22-00-00-0A,removed,recorder,\r\n"
			   "\r\n"
			   ",0011.2200.000b,,,";

static void check_rows(const struct og_conf_register *assets)
{
	assert_int_equal(assets->count, 3);
	assert_int_equal(assets->rows[0].mac, 0x001122000001);
	assert_int_equal(assets->rows[0].role, OG_ROLE_CAMERA);
	assert_int_equal(assets->rows[0].status, OG_ASSET_LEGACY);
	assert_string_equal(assets->rows[0].note, "says \"no, never\"");
	assert_string_equal(assets->rows[0].location, "Gate");
	assert_string_equal(assets->rows[0].serial, "");
	assert_int_equal(assets->rows[1].mac, 0x00112200000a);
	assert_int_equal(assets->rows[1].status, OG_ASSET_REMOVED);
	assert_string_equal(assets->rows[1].note, "two lines");
	assert_int_equal(assets->rows[2].mac, 0x00112200000b);
	assert_int_equal(assets->rows[2].role, OG_ROLE_UNKNOWN);
	assert_int_equal(assets->rows[2].status, OG_ASSET_LEGACY_UNPROVEN);
}

static void parse(const char *data, size_t size, struct og_arena *arena,
		  struct og_conf_register *ret_assets)
{
	struct og_diags diags = {0};
	struct og_reader reader = {.arena = arena, .diags = &diags};

	assert_int_equal(og_assets_parse(&reader, data, size, "f", ret_assets), 0);
	if (diags.count)
		fail_msg("%s", diags.items[0].text);
}

static void reads_what_spreadsheets_write(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_conf_register assets = {0};

	(void)state;
	parse(text, sizeof(text) - 1, arena, &assets);
	check_rows(&assets);
	assert_int_equal(assets.rows[0].mark.line, 2);
	assert_int_equal(assets.rows[2].mark.line, 6);
	og_arena_free(arena);
}

static void reads_what_it_writes(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_conf_register before = {0}, after = {0};
	char *written = NULL, *again = NULL;
	size_t size = 0, size_again = 0;
	FILE *out = open_memstream(&written, &size);

	(void)state;
	parse(text, sizeof(text) - 1, arena, &before);
	assert_int_equal(og_assets_write(&before, out), 0);
	fclose(out);
	parse(written, size, arena, &after);
	check_rows(&after);
	out = open_memstream(&again, &size_again);
	assert_int_equal(og_assets_write(&after, out), 0);
	fclose(out);
	assert_string_equal(written, again);
	free(written);
	free(again);
	og_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(reads_what_spreadsheets_write),
		cmocka_unit_test(reads_what_it_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
