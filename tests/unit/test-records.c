// SPDX-License-Identifier: GPL-2.0
/*
 * test-records.c: what a device did, from the engine to records and the store (daemon/bus/records*.c,
 * daemon/manager-device.c), with an engine that the test plays
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/bus/records.h"
#include "daemon/state.h"
#include "daemon/inventory/store-db.h"
#include "played-kit.h"

static void test_a_device_record(void **state)
{
	json_t *array, *record;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 1);
	record = json_array_get(array, 0);
	played_expect_text(record, "mac", "44:19:b6:01:02:03");
	played_expect_text(record, "site", "hq");
	played_expect_text(record, "vendor", "hikvision");
	played_expect_text(record, "vendor_title", "Hikvision");
	played_expect_text(record, "prefix", "44:19:b6/24");
	played_expect_text(record, "role", "recorder");
	played_expect_text(record, "status", "legacy");
	played_expect_text(record, "port", "lo");
	played_expect_text(record, "action", "block");
	played_expect_text(record, "reason", "egress");
	played_expect_text(record, "evidence", "mac");
	played_expect_text(record, "last_dst", "8.8.8.8");
	played_expect_number(record, "packets", 10);
	played_expect_number(record, "dropped", 4);
	played_expect_number(record, "passed", 6);
	record = json_array_get(json_object_get(record, "destinations"), 0);
	played_expect_text(record, "addr", "8.8.8.8");
	played_expect_text(record, "proto", "udp");
	played_expect_number(record, "port", 53);
	json_decref(array);
	/* It is kept for good now. */
	assert_int_equal(played.promotions, 1);
}

static void test_filters(void **state)
{
	static const struct {
		const char *filter;
		size_t count;
	} cases[] = {
		{"{}", 2},
		{"{\"mac\": \"44-19-B6-01-02-03\"}", 1},
		{"{\"mac\": \"44:19:b6:00:00:00\"}", 0},
		{"{\"site\": \"hq\"}", 2},
		{"{\"site\": \"depot\"}", 0},
		{"{\"vendor\": \"hikvision\", \"role\": \"recorder\"}", 1},
		{"{\"listed\": true}", 2},
		{"{\"listed\": false}", 0},
	};
	json_t *array;
	size_t i;

	(void)state;
	played_device(PLAYED_MAC, 1, 1);
	played_device(PLAYED_MAC + 1, 1, 1);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		array = played_devices(cases[i].filter);
		assert_int_equal(json_array_size(array), cases[i].count);
		json_decref(array);
	}
}

static void test_events(void **state)
{
	json_t *array, *record;

	(void)state;
	played_device(PLAYED_MAC, 1, 1);
	played_event(OG_EVENT_NEW, PLAYED_MAC);
	played_event(OG_EVENT_DROP, PLAYED_MAC);
	array = played_events("{}");
	assert_int_equal(json_array_size(array), 2);
	record = json_array_get(array, 0);
	played_expect_text(record, "kind", "new");
	played_expect_number(record, "id", 1);
	record = json_array_get(array, 1);
	played_expect_text(record, "kind", "drop");
	played_expect_text(record, "verdict", "drop");
	played_expect_text(record, "policy", "cameras");
	played_expect_text(record, "dst", "8.8.8.8");
	played_expect_text(record, "proto", "udp");
	played_expect_text(record, "interface", "lo");
	played_expect_number(record, "port", 53);
	json_decref(array);
	/* The engine forgot it, as after a boot: not new to us, and no event of that kind. */
	played_event(OG_EVENT_NEW, PLAYED_MAC);
	played_event(OG_EVENT_SUMMARY, PLAYED_MAC);
	array = played_events("{\"since_id\": 2}");
	assert_int_equal(json_array_size(array), 1);
	played_expect_text(json_array_get(array, 0), "kind", "summary");
	json_decref(array);
	array = played_events("{\"kind\": \"drop\", \"max\": 5}");
	assert_int_equal(json_array_size(array), 1);
	json_decref(array);
	/* Numbers of an older ruleset's policies say nothing. */
	played_event(OG_EVENT_DROP, PLAYED_MAC);
	played.events[0].generation--;
	array = played_events("{\"since_id\": 3}");
	assert_int_equal(json_array_size(array), 1);
	assert_null(json_object_get(json_array_get(array, 0), "policy"));
	played_expect_text(json_array_get(array, 0), "vendor", "hikvision");
	json_decref(array);
}

/* A number of a site that no ruleset has: nothing to attribute it to. */
/* A list with a hole would be taken for all there is. */
static void test_events_that_cannot_be_read(void **state)
{
	json_t *object = json_object(), *array = NULL;
	const char *wrong;

	(void)state;
	assert_int_equal(
		sqlite3_exec(m->store->db, "ALTER TABLE event RENAME TO lost", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_not_equal(og_record_events(m, object, &array, &wrong), 0);
	assert_null(array);
	assert_null(wrong);
	assert_int_equal(
		sqlite3_exec(m->store->db, "ALTER TABLE lost RENAME TO event", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(og_record_events(m, object, &array, &wrong), 0);
	json_decref(array);
	json_decref(object);
}

static void test_unknown_sites_are_passed_over(void **state)
{
	json_t *array;

	(void)state;
	played_device(PLAYED_MAC, 1, 1);
	played.keys[0] = og_exact_key(PLAYED_MAC, 77);
	played_event(OG_EVENT_DROP, PLAYED_MAC);
	played.events[0].site = 77;
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	array = played_events("{}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
}

static void test_status(void **state)
{
	json_t *record, *one;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	played_device(PLAYED_MAC + 1, 10, 6);
	record = og_record_status(m);
	assert_non_null(record);
	assert_true(json_is_true(json_object_get(record, "enforcing")));
	played_expect_number(record, "unattributable", 7);
	played_expect_number(record, "events_lost", 3);
	played_expect_number(json_object_get(record, "reasons"), "egress", 12);
	one = json_array_get(json_object_get(record, "dropped_last_hour"), 0);
	played_expect_text(one, "mac", "44:19:b6:01:02:04");
	played_expect_number(one, "dropped", 6);
	one = json_array_get(json_object_get(record, "sites"), 0);
	played_expect_number(one, "devices", 2);
	played_expect_number(one, "dropping", 2);
	assert_true(json_is_true(json_object_get(one, "register")));
	assert_int_equal(json_array_size(json_object_get(record, "registers_missing")), 0);
	json_decref(record);
}

/* A site that comes before the others takes their number: counters stay with their site's name. */
static void test_sites_are_renumbered(void **state)
{
	json_t *array;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	played.records[0].packets = 15;
	played.records[0].passed = 11;
	played_put("sites/annex.yaml", "ports: [{name: lan-other}]\n");
	played_load();
	assert_int_equal(played.forgotten, 1);
	assert_string_equal(og_manager_site(m, 1), "annex");
	/* The engine begins anew under the new number. */
	played.count = 0;
	played_device(PLAYED_MAC, 2, 0);
	played.keys[0] = og_exact_key(PLAYED_MAC, 2);
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 1);
	played_expect_text(json_array_get(array, 0), "site", "hq");
	played_expect_number(json_array_get(array, 0), "packets", 17);
	json_decref(array);
}

static void test_a_flood_is_not_promoted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		played_device(PLAYED_MAC + i, 1, 1);
	og_manager_refresh(m);
	/* A minute may begin meanwhile. */
	assert_true(played.promotions >= OG_NEW_A_MINUTE &&
		    played.promotions <= 2 * OG_NEW_A_MINUTE);
	assert_int_equal(og_inventory_count(m->inventory), 1000);
	/* One of the others is still there a minute later. */
	played.promotions = 0;
	memset(played.known, true, 999);
	for (i = 0; i < 1000; i++)
		og_inventory_find(m->inventory, "hq", PLAYED_MAC + i)->promoted = i != 999;
	played.records[999].packets++;
	played.records[999].last_seen += OG_STAYS;
	og_manager_refresh(m);
	assert_int_equal(played.promotions, 1);
}

static void test_a_flood_does_not_fill_the_inventory(void **state)
{
	struct og_inv_device *device;
	int64_t now = og_clock_now();
	uint64_t mac;

	(void)state;
	for (mac = 0; mac < OG_INV_DEVICES / 10 * 9; mac++) {
		device = og_inventory_add(m->inventory, "hq", mac, NULL);
		device->first_seen = device->last_seen = now - 7200;
		/* One in a thousand stayed, another is from a moment ago. */
		if (mac % 1000 == 0)
			device->last_seen += OG_STAYS;
		else if (mac % 1000 == 1)
			device->first_seen = device->last_seen = now - 1;
	}
	og_manager_trim(m);
	assert_int_equal(og_inventory_count(m->inventory), 2 * OG_INV_DEVICES / 10 * 9 / 1000);
	og_manager_trim(m);
	assert_int_equal(og_inventory_count(m->inventory), 2 * OG_INV_DEVICES / 10 * 9 / 1000);
}

static void test_a_full_engine_is_not_asked_again(void **state)
{
	(void)state;
	played.room = 1;
	played_device(PLAYED_MAC, 1, 1);
	played_device(PLAYED_MAC + 1, 1, 1);
	og_manager_refresh(m);
	assert_true(m->known_full);
	played.room = 2;
	og_manager_refresh(m);
	assert_int_equal(played.promotions, 1);
}

/* What was seen outlives the daemon, and counts on. */
static void test_restart(void **state)
{
	struct og_diags diags = {0};
	struct og_inventory *again = og_inventory_new();
	struct og_inv_device *device;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	og_manager_flush(m);
	og_store_close(m->store);
	assert_int_equal(og_store_open(played_dir, played_dir, og_clock_now(), &m->store, &diags),
			 0);
	assert_int_equal(og_store_load_site(m->store, again, "hq", og_clock_now()), 0);
	og_inventory_free(m->inventory);
	m->inventory = again;
	assert_int_equal(og_inventory_hold(again, "hq"), 0);
	device = og_inventory_find(again, "hq", PLAYED_MAC);
	assert_non_null(device);
	og_manager_refresh(m);
	assert_int_equal(device->total.packets, 10);
	played.records[0].packets = 12;
	og_manager_refresh(m);
	assert_int_equal(device->total.packets, 12);
	assert_int_equal(og_inv_dropped(device, og_clock_now()), 4);
	og_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, played_set_up, played_tear_down)
		TEST(test_a_device_record),
		TEST(test_filters),
		TEST(test_events),
		TEST(test_events_that_cannot_be_read),
		TEST(test_unknown_sites_are_passed_over),
		TEST(test_status),
		TEST(test_sites_are_renumbered),
		TEST(test_a_flood_is_not_promoted),
		TEST(test_a_flood_does_not_fill_the_inventory),
		TEST(test_a_full_engine_is_not_asked_again),
		TEST(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
