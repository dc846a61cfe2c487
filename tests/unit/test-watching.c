// SPDX-License-Identifier: GPL-2.0
/*
 * test-watching.c: watched time, and what is cut (daemon/watching.c, daemon/retention.c,
 * daemon/inventory/store-cut.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/inventory/store-watch.h"
#include "played-kit.h"

#define DAY   20000
#define NOON  (DAY * OG_DAY + OG_DAY / 2)
#define START 5000000 /* ms of the steady clock */

static uint32_t seconds[8]; /* by day from DAY on */

static int note(void *userdata, int64_t day, uint32_t watched)
{
	(void)userdata;
	assert_true(day >= DAY && day < DAY + 8);
	seconds[day - DAY] = watched;
	return 0;
}

static void expect(int vlan, int64_t day, uint32_t wanted)
{
	memset(seconds, 0, sizeof(seconds));
	og_watching_write(m);
	assert_int_equal(og_store_each_watched(m->store, "hq", vlan, DAY, note, NULL), 0);
	assert_int_equal(seconds[day - DAY], wanted);
}

/* The loopback interface is no port that can be covered: the ruleset is told that it is. */
static int set_up(void **state)
{
	static struct og_compiled_port port = {
		.ifindex = PLAYED_IFINDEX, .name = "lan-none", .site = PLAYED_SITE};
	int err = played_set_up(state);

	m->compiled->ports = &port;
	m->compiled->port_count = 1;
	played.covered = true;
	og_watching_look(m, NOON, START);
	return err;
}

static int tear_down(void **state)
{
	m->compiled->port_count = 0;
	return played_tear_down(state);
}

static void test_time_between_two_looks(void **state)
{
	(void)state;
	og_watching_look(m, NOON + 10, START + 10000);
	og_watching_look(m, NOON + 20, START + 20500);
	expect(0, DAY, 20);
	/* Half a second stayed pending. */
	og_watching_look(m, NOON + 30, START + 30000);
	expect(0, DAY, 30);
	assert_true(og_watching_now(&m->watching, "hq", 0));
	assert_false(og_watching_now(&m->watching, "hq", 20));
	assert_false(og_watching_now(&m->watching, "depot", 0));
	expect(20, DAY, 0);
}

static void test_a_port_that_is_not_covered(void **state)
{
	(void)state;
	og_watching_look(m, NOON + 10, START + 10000);
	played.covered = false;
	/* It went at some time within these ten seconds. */
	og_watching_look(m, NOON + 20, START + 20000);
	og_watching_look(m, NOON + 30, START + 30000);
	assert_false(og_watching_now(&m->watching, "hq", 0));
	played.covered = true;
	og_watching_look(m, NOON + 40, START + 40000);
	og_watching_look(m, NOON + 50, START + 50000);
	expect(0, DAY, 20);
}

/* Not by the wall clock, which may leap, and not over a time in which nobody looked. */
static void test_leaps(void **state)
{
	(void)state;
	og_watching_look(m, NOON + 2 * OG_DAY, START + 10000);
	expect(0, DAY + 2, 10);
	expect(0, DAY, 0);
	og_watching_look(m, NOON, START + 20000);
	expect(0, DAY, 10);
	/* Set back by a year: the day of then is watched for ten seconds, not for a year. */
	og_watching_look(m, NOON - 365 * OG_DAY, START + 30000);
	expect(0, DAY, 10);
	og_watching_look(m, NOON, START + 40000);
	expect(0, DAY, 20);
	/* Stopped for an hour. */
	og_watching_look(m, NOON + 3600, START + 3640000);
	expect(0, DAY, 20);
}

static void test_midnight(void **state)
{
	(void)state;
	og_watching_look(m, NOON + OG_DAY / 2 - 1, START + 10000);
	og_watching_look(m, NOON + OG_DAY / 2 + 9, START + 20000);
	expect(0, DAY, 10);
	expect(0, DAY + 1, 10);
}

static void test_a_detached_gateway(void **state)
{
	(void)state;
	m->detached = true;
	og_watching_look(m, NOON + 10, START + 10000);
	og_watching_look(m, NOON + 20, START + 20000);
	expect(0, DAY, 0);
}

static void expect_cut(enum og_cut what, int64_t wanted)
{
	assert_int_equal(og_store_cut_total(m->store, what), wanted);
}

static void round_of_cuts(int64_t now)
{
	for (int i = 0; i < OG_CUT_COUNT + 1; i++)
		og_retention_step(m, now);
}

static void test_what_is_old_is_cut_and_counted(void **state)
{
	int64_t today = og_clock_now() / OG_DAY;
	struct og_inv_device *device;
	json_t *array;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	device = og_inventory_find(m->inventory, "hq", PLAYED_MAC);
	og_inv_dest_slot(device, 1)->last_seen = (today - 500) * OG_DAY;
	assert_int_equal(og_manager_flush(m), 0);
	assert_int_equal(og_store_put_sightings(m->store, "hq", PLAYED_MAC, 1, 7), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, today - 900, "gw", 9), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, today - 700, "gw", 9), 0);
	round_of_cuts(og_clock_now());
	expect_cut(OG_CUT_DESTINATIONS, 1);
	expect_cut(OG_CUT_SIGHTINGS, 2);
	expect_cut(OG_CUT_ADDRESSES, 0);
	assert_int_equal(device->dest_count, 1);
	/* Once a day. */
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, today - 900, "gw", 9), 0);
	round_of_cuts(og_clock_now());
	expect_cut(OG_CUT_SIGHTINGS, 2);
	round_of_cuts(og_clock_now() + OG_DAY);
	expect_cut(OG_CUT_SIGHTINGS, 3);
	array = played_devices("{}");
	assert_int_equal(json_array_size(json_object_get(json_array_get(array, 0), "destinations")),
			 1);
	json_decref(array);
}

static void test_guests(void **state)
{
	json_t *array;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	assert_int_equal(og_manager_flush(m), 0);
	played_put("sites/hq.yaml", "class: guest\nports: [{name: lan-none}]\n");
	played_load();
	round_of_cuts(og_clock_now());
	expect_cut(OG_CUT_DESTINATIONS, 1);
	played_device(PLAYED_MAC + 1, 10, 4);
	played_event(OG_EVENT_DROP, PLAYED_MAC);
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 2);
	assert_null(json_object_get(json_array_get(array, 0), "destinations"));
	assert_null(json_object_get(json_array_get(array, 1), "destinations"));
	json_decref(array);
	array = played_events("{\"kind\": \"drop\"}");
	assert_int_equal(json_array_size(array), 1);
	assert_null(json_object_get(json_array_get(array, 0), "dst"));
	json_decref(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_time_between_two_looks),
		TEST(test_a_port_that_is_not_covered),
		TEST(test_leaps),
		TEST(test_midnight),
		TEST(test_a_detached_gateway),
		cmocka_unit_test_setup_teardown(test_what_is_old_is_cut_and_counted, played_set_up,
						played_tear_down),
		cmocka_unit_test_setup_teardown(test_guests, played_set_up, played_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
