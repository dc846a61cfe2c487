// SPDX-License-Identifier: GPL-2.0
/*
 * test-merge.c: new rows come into an asset register, and nothing it says is lost
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/assets/merge.h"

static struct og_lock_entry entries[] = {
	{.vendor = "hikvision", .prefix = {0xa41437000000, 24}, .registry = "x", .name = "x"},
};
static const struct og_lock lock = {.entries = entries, .count = 1, .present = true};

static struct og_conf_asset asset(uint64_t mac, enum og_role role, enum og_asset_status status,
				  char *serial, char *note)
{
	return (struct og_conf_asset){.mac = mac,
				      .role = role,
				      .status = status,
				      .installed = "",
				      .evidence = "",
				      .asset_tag = "",
				      .serial = serial,
				      .switch_port = "",
				      .location = "",
				      .note = note};
}

static void adds_keeps_and_fills(void **state)
{
	struct og_conf_asset there[] = {
		asset(0xa41437000002, OG_ROLE_CAMERA, OG_ASSET_LEGACY_UNPROVEN, "", "by hearsay"),
		asset(0xa41437000001, OG_ROLE_RECORDER, OG_ASSET_LEGACY, "S1", ""),
	};
	struct og_conf_asset brought[] = {
		asset(0xa41437000001, OG_ROLE_UNKNOWN, OG_ASSET_LEGACY_UNPROVEN, "", ""),
		asset(0xa41437000002, OG_ROLE_UNKNOWN, OG_ASSET_LEGACY, "S2", "new note"),
		asset(0xa41437000003, OG_ROLE_CAMERA, OG_ASSET_LEGACY_UNPROVEN, "S3", "n"),
		asset(0x001122000001, OG_ROLE_OTHER, OG_ASSET_LEGACY_UNPROVEN, "S4", ""),
	};
	struct og_conf_register old = {.rows = there, .count = 2};
	struct og_conf_register rows = {.rows = brought, .count = 4};
	struct og_arena *arena = og_arena_new();
	struct og_merge merge, again;

	(void)state;
	assert_int_equal(og_merge(arena, &old, &rows, &lock, false, &merge), 0);
	assert_int_equal(merge.rows.count, 3);
	assert_int_equal(merge.items[0].kind, OG_MERGE_SAME);
	assert_int_equal(merge.items[1].kind, OG_MERGE_CHANGED);
	assert_int_equal(merge.items[2].kind, OG_MERGE_ADDED);
	assert_int_equal(merge.items[3].kind, OG_MERGE_UNLISTED);
	/* In the order that the file had. */
	assert_true(merge.rows.rows[0].mac == 0xa41437000002);
	assert_int_equal(merge.rows.rows[0].status, OG_ASSET_LEGACY);
	assert_int_equal(merge.rows.rows[0].role, OG_ROLE_CAMERA);
	assert_string_equal(merge.rows.rows[0].serial, "S2");
	assert_string_equal(merge.rows.rows[0].note, "by hearsay");
	assert_string_equal(merge.items[1].before->serial, "");
	assert_string_equal(merge.rows.rows[1].serial, "S1");
	assert_int_equal(merge.rows.rows[1].status, OG_ASSET_LEGACY);
	assert_true(merge.rows.rows[2].mac == 0xa41437000003);
	/* The same once more changes nothing. */
	assert_int_equal(og_merge(arena, &merge.rows, &rows, &lock, false, &again), 0);
	assert_int_equal(again.by_kind[OG_MERGE_SAME], 3);
	assert_int_equal(again.by_kind[OG_MERGE_UNLISTED], 1);
	assert_int_equal(og_merge(arena, &merge.rows, &rows, &lock, true, &again), 0);
	assert_int_equal(again.by_kind[OG_MERGE_ADDED], 1);
	og_arena_free(arena);
}

/* Every pair of what a row says and what is brought. */
static void a_status_goes_one_way(void **state)
{
	struct og_arena *arena = og_arena_new();

	(void)state;
	for (enum og_asset_status from = 0; from < OG_ASSET_STATUS_COUNT; from++) {
		for (enum og_asset_status to = 0; to < OG_ASSET_STATUS_COUNT; to++) {
			struct og_conf_asset there =
				asset(0xa41437000001, OG_ROLE_CAMERA, from, "", "");
			struct og_conf_asset brought =
				asset(0xa41437000001, OG_ROLE_CAMERA, to, "", "");
			struct og_conf_register old = {.rows = &there, .count = 1};
			struct og_conf_register rows = {.rows = &brought, .count = 1};
			enum og_asset_status wanted = from;
			struct og_merge merge;

			if (from == OG_ASSET_LEGACY_UNPROVEN && to == OG_ASSET_LEGACY)
				wanted = to;
			if ((from == OG_ASSET_LEGACY || from == OG_ASSET_LEGACY_UNPROVEN) &&
			    (to == OG_ASSET_REMOVED || to == OG_ASSET_REPLACED))
				wanted = to;
			assert_int_equal(og_merge(arena, &old, &rows, &lock, false, &merge), 0);
			assert_int_equal(merge.rows.rows[0].status, wanted);
			assert_int_equal(merge.items[0].kind,
					 wanted == from ? OG_MERGE_SAME : OG_MERGE_CHANGED);
		}
	}
	og_arena_free(arena);
}

static void begins_without_a_register(void **state)
{
	struct og_conf_asset brought[] = {
		asset(0xa41437000001, OG_ROLE_CAMERA, OG_ASSET_FALSE_POSITIVE, "", ""),
		asset(0xa41437000002, OG_ROLE_CAMERA, OG_ASSET_REMOVED, "", ""),
		/* Made up: its prefix says nothing. */
		asset(0xa61437000003, OG_ROLE_CAMERA, OG_ASSET_LEGACY, "", ""),
	};
	struct og_conf_register rows = {.rows = brought, .count = 3};
	struct og_arena *arena = og_arena_new();
	struct og_merge merge;

	(void)state;
	assert_int_equal(og_merge(arena, NULL, &rows, &lock, false, &merge), 0);
	assert_int_equal(merge.rows.count, 2);
	assert_int_equal(og_assets_counted(&merge.rows), 1);
	assert_non_null(og_asset_find(&merge.rows, 0xa41437000002));
	assert_null(og_asset_find(&merge.rows, 0xa61437000003));
	assert_null(og_asset_find(NULL, 0xa41437000002));
	og_arena_free(arena);
}

static void refuses_too_many(void **state)
{
	struct og_conf_register rows = {.count = OG_CONF_ASSETS + 1};
	struct og_arena *arena = og_arena_new();
	struct og_merge merge = {};

	(void)state;
	rows.rows = calloc(rows.count, sizeof(*rows.rows));
	for (size_t i = 0; i < rows.count; i++)
		rows.rows[i] = asset(0xa41437000000 + i, OG_ROLE_CAMERA, OG_ASSET_LEGACY, "", "");
	assert_int_equal(og_merge(arena, NULL, &rows, &lock, false, &merge), -E2BIG);
	assert_null(merge.items);
	rows.count--;
	assert_int_equal(og_merge(arena, NULL, &rows, &lock, false, &merge), 0);
	free(rows.rows);
	og_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_keeps_and_fills),
		cmocka_unit_test(a_status_goes_one_way),
		cmocka_unit_test(begins_without_a_register),
		cmocka_unit_test(refuses_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
