// SPDX-License-Identifier: GPL-2.0
/*
 * test-inventory.c: what the inventory makes of an engine's records (daemon/inventory/inventory.c, inv-device.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/reason.h>
#include "daemon/inventory/inventory.h"

#define NOW 1800000000

static struct og_inventory *inventory;
static const struct og_inv_names names = {.site = "hq", .vendor = "acme", .port = "lan0"};

static int set_up(void **state)
{
	(void)state;
	inventory = og_inventory_new();
	return inventory ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	og_inventory_free(inventory);
	return 0;
}

static struct og_device record(uint64_t packets, uint64_t dropped)
{
	struct og_device r = {
		.packets = packets,
		.bytes = packets * 100,
		.passed = packets - dropped,
		.dropped = dropped,
		.dropped_bytes = dropped * 100,
		.egress = dropped,
		.first_seen = NOW - 100,
		.last_seen = NOW - 1,
		.vlan = 20,
		.reason = OG_R_EGRESS,
	};

	return r;
}

static struct og_inv_device *add(uint64_t mac)
{
	struct og_inv_device *device = og_inventory_add(inventory, "hq", mac, NULL);

	assert_non_null(device);
	return device;
}

static void test_differences_add_up(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);

	(void)state;
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 10);
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 10);
	r = record(25, 9);
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 25);
	assert_int_equal(device->total.bytes, 2500);
	assert_int_equal(device->total.passed, 16);
	assert_int_equal(device->total.dropped, 9);
	assert_int_equal(device->total.dropped_bytes, 900);
	assert_int_equal(device->total.egress, 9);
	assert_string_equal(device->vendor, "acme");
	assert_string_equal(device->port, "lan0");
	assert_int_equal(device->vlan, 20);
}

/* The engine lost the record and made a new one: it counts on top of what was. */
static void test_a_lost_record_counts_whole(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);

	(void)state;
	og_inventory_take(inventory, device, &r, &names, NOW);
	r = record(3, 1);
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 13);
	assert_int_equal(device->total.dropped, 5);
	/* A successor that has already counted further than its predecessor. */
	r = record(50, 1);
	r.first_seen = NOW - 5;
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 63);
	assert_int_equal(device->first_seen, NOW - 100);
	assert_int_equal(device->last_seen, NOW - 1);
}

/* After a change of site numbers the engine's records begin anew. */
static void test_rebase(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);

	(void)state;
	og_inventory_take(inventory, device, &r, &names, NOW);
	device->promoted = true;
	og_inventory_rebase(inventory);
	assert_false(device->promoted);
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->total.packets, 20);
}

static void test_an_empty_record_is_not_a_sighting(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = {0};

	(void)state;
	device->last_seen = 7;
	device->first_seen = 5;
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(device->first_seen, 5);
	assert_int_equal(device->last_seen, 7);
}

static void test_drops_of_the_last_hour(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);

	(void)state;
	og_inventory_take(inventory, device, &r, &names, NOW);
	assert_int_equal(og_inv_dropped(device, NOW), 4);
	r = record(20, 9);
	og_inventory_take(inventory, device, &r, &names, NOW + 59 * 60);
	assert_int_equal(og_inv_dropped(device, NOW + 59 * 60), 9);
	assert_int_equal(og_inv_dropped(device, NOW + 60 * 60), 5);
	/* The same slot an hour later does not keep the old minute's packets. */
	r = record(21, 10);
	og_inventory_take(inventory, device, &r, &names, NOW + 60 * 60);
	assert_int_equal(og_inv_dropped(device, NOW + 60 * 60), 6);
	assert_int_equal(og_inv_dropped(device, NOW + 3 * 3600), 0);
	/* Nor does a clock set back see the future. */
	assert_int_equal(og_inv_dropped(device, NOW - 7200), 0);
}

static void test_destinations(void **state)
{
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);
	int i;

	(void)state;
	for (i = 0; i < 3 * OG_DESTS; i++) {
		r.packets++;
		r.dests[i % OG_DESTS] = (struct og_dest){
			.addr = og_addr_v4(0x08080800 + i), .packets = 2, .last_seen = NOW + i};
		og_inventory_take(inventory, device, &r, &names, NOW);
	}
	assert_int_equal(device->dest_count, OG_INV_DESTS);
	for (i = 0; i < OG_INV_DESTS; i++) {
		/* The newest stay. */
		assert_true(device->dests[i].last_seen >= NOW + 3 * OG_DESTS - OG_INV_DESTS);
		assert_int_equal(device->dests[i].packets, 2);
	}
	/* More packets to one of them are added once. */
	r.packets++;
	r.dests[0].packets = 5;
	og_inventory_take(inventory, device, &r, &names, NOW);
	og_inventory_take(inventory, device, &r, &names, NOW);
	for (i = 0; i < OG_INV_DESTS; i++)
		if (!og_addr_cmp(&device->dests[i].addr, &r.dests[0].addr))
			assert_int_equal(device->dests[i].packets, 5);
}

static int count(void *userdata, struct og_inv_device *device)
{
	(void)device;
	++*(size_t *)userdata;
	return 0;
}

static void test_bounded_and_distinct_by_site(void **state)
{
	size_t seen = 0;
	bool new;
	uint64_t mac;

	(void)state;
	assert_ptr_not_equal(og_inventory_add(inventory, "hq", 7, &new),
			     og_inventory_add(inventory, "depot", 7, NULL));
	assert_true(new);
	assert_ptr_equal(og_inventory_add(inventory, "hq", 7, &new),
			 og_inventory_find(inventory, "hq", 7));
	assert_false(new);
	assert_null(og_inventory_find(inventory, "annex", 7));
	for (mac = 100; og_inventory_count(inventory) < OG_INV_DEVICES; mac++)
		add(mac);
	assert_null(og_inventory_add(inventory, "hq", mac, NULL));
	assert_int_equal(og_inventory_refused(inventory), 1);
	assert_int_equal(og_inventory_each(inventory, count, &seen), 0);
	assert_int_equal(seen, OG_INV_DEVICES);
}

static bool is_odd(void *userdata, const struct og_inv_device *device)
{
	(void)userdata;
	return device->mac & 1;
}

static void test_dropping(void **state)
{
	uint64_t mac;

	(void)state;
	for (mac = 0; mac < 200; mac++)
		assert_int_equal(og_inv_add_drops(add(mac), 60, 1), 0);
	assert_int_equal(og_inventory_drop(inventory, is_odd, NULL), 100);
	assert_int_equal(og_inventory_count(inventory), 100);
	for (mac = 0; mac < 200; mac++)
		assert_int_equal(!og_inventory_find(inventory, "hq", mac), mac & 1);
	assert_int_equal(og_inventory_drop(inventory, is_odd, NULL), 0);
	add(7);
	assert_int_equal(og_inventory_count(inventory), 101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_differences_add_up),
		TEST(test_a_lost_record_counts_whole),
		TEST(test_rebase),
		TEST(test_an_empty_record_is_not_a_sighting),
		TEST(test_drops_of_the_last_hour),
		TEST(test_destinations),
		TEST(test_dropping),
		TEST(test_bounded_and_distinct_by_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
