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

/* The most used stay whatever their age; what gives way is counted. */
static void test_destinations_that_are_used_often(void **state)
{
	struct og_inv_device *device = add(1);
	size_t often = 0;
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		struct og_inv_dest *dest = og_inv_dest_slot(device, NOW + i);

		assert_non_null(dest);
		*dest = (struct og_inv_dest){
			.addr = og_addr_v4(i), .last_seen = NOW + i, .packets = i < 5 ? 1000 : 1};
	}
	assert_int_equal(device->dest_count, OG_INV_DESTS);
	assert_int_equal(device->dests_cut, 40 - OG_INV_DESTS);
	for (i = 0; i < OG_INV_DESTS; i++)
		often += device->dests[i].packets == 1000;
	assert_int_equal(often, 5);
	/* One that is older than all that could give way is not taken. */
	assert_null(og_inv_dest_slot(device, NOW + 5));
	assert_int_equal(device->dests_cut, 40 - OG_INV_DESTS);
	og_inv_clear_dests(device);
	assert_int_equal(device->dest_count, 0);
}

static void test_guests_have_no_destinations(void **state)
{
	struct og_inv_names guest = names;
	struct og_inv_device *device = add(1);
	struct og_device r = record(10, 4);

	(void)state;
	guest.no_dests = true;
	r.dests[0] = (struct og_dest){.addr = og_addr_v4(1), .packets = 2, .last_seen = NOW - 1};
	og_inventory_take(inventory, device, &r, &guest, NOW);
	assert_int_equal(device->dest_count, 0);
	assert_int_equal(device->total.packets, 10);
}

static void test_days_of_sightings(void **state)
{
	struct og_inv_device *device = add(1);

	(void)state;
	og_inv_see(device, 20000 * 86400LL);
	og_inv_see(device, 20001 * 86400LL + 5);
	assert_int_equal(device->seen_block, 625);
	assert_int_equal(device->seen_days, 3);
	/* A block is written before the next one begins; its days are not those of the next. */
	og_inv_see(device, 20032 * 86400LL);
	assert_int_equal(device->seen_block, 626);
	assert_int_equal(device->seen_days, 1);
}

static int note_mac(void *userdata, struct og_inv_device *device)
{
	char *text = userdata;

	sprintf(text + strlen(text), "%s/%d ", device->site, (int)device->mac);
	return 0;
}

static int release_depot(void *userdata, const char *site)
{
	sprintf((char *)userdata + strlen(userdata), "%s ", site);
	if (!strcmp(site, "depot"))
		og_inventory_release(inventory, site);
	return 0;
}

static void test_sites_are_held_and_released(void **state)
{
	char text[256] = "";

	(void)state;
	assert_false(og_inventory_held(inventory, "hq"));
	add(9);
	add(3);
	assert_false(og_inventory_held(inventory, "hq"));
	assert_int_equal(og_inventory_hold(inventory, "hq"), 0);
	assert_int_equal(og_inventory_hold(inventory, "depot"), 0);
	assert_int_equal(og_inventory_hold(inventory, "annex"), 0);
	og_inventory_add(inventory, "depot", 5, NULL);
	/* In the order of names and addresses, not of their coming. */
	og_inventory_each(inventory, note_mac, text);
	assert_string_equal(text, "depot/5 hq/3 hq/9 ");
	text[0] = '\0';
	og_inventory_each_at(inventory, "hq", 4, note_mac, text);
	assert_string_equal(text, "hq/9 ");
	text[0] = '\0';
	og_inventory_each_site(inventory, release_depot, text);
	assert_string_equal(text, "annex depot hq ");
	assert_false(og_inventory_held(inventory, "depot"));
	assert_true(og_inventory_held(inventory, "hq"));
	assert_null(og_inventory_find(inventory, "depot", 5));
	assert_int_equal(og_inventory_count(inventory), 2);
	og_inventory_release(inventory, "nowhere");
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
		TEST(test_destinations_that_are_used_often),
		TEST(test_guests_have_no_destinations),
		TEST(test_days_of_sightings),
		TEST(test_sites_are_held_and_released),
		TEST(test_dropping),
		TEST(test_bounded_and_distinct_by_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
