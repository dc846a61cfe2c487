// SPDX-License-Identifier: GPL-2.0
/* Sightings on their way to the store, pairs that are watched, blind sources, switch ports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/inventory/blind.h"
#include "daemon/inventory/sightings.h"
#include "daemon/inventory/switch-ports.h"

#define NOW    (500000LL * 3600)
#define CAMERA 0x4419b6000001
#define OTHER  0x3c22fb000001

static struct og_sightings *sightings;

static int set_up(void **state)
{
	(void)state;
	sightings = og_sightings_new();
	return !sightings;
}

static int tear_down(void **state)
{
	(void)state;
	og_sightings_free(sightings);
	return 0;
}

static void tell(uint64_t mac, uint64_t hi, uint64_t lo, int64_t at)
{
	const struct og_addr addr = {hi, lo};

	og_sightings_addr(sightings, "hq", mac, &addr, OG_SOURCE_FRAME, at);
}

static void test_each_once_an_hour(void **state)
{
	struct og_sighting sighting;

	(void)state;
	tell(CAMERA, 0, OG_V4_MAPPED | 0x0a000001, NOW);
	tell(CAMERA, 0, OG_V4_MAPPED | 0x0a000001, NOW + 3599);
	assert_int_equal(og_sightings_waiting(sightings), 1);
	tell(CAMERA, 0, OG_V4_MAPPED | 0x0a000001, NOW + 3600);
	tell(OTHER, 0, OG_V4_MAPPED | 0x0a000001, NOW);
	og_sightings_host(sightings, "hq", CAMERA, "Gate.rest", 5, OG_SOURCE_LEASE, NOW);
	assert_int_equal(og_sightings_waiting(sightings), 4);
	assert_true(og_sightings_next(sightings, &sighting));
	assert_string_equal(sighting.site, "hq");
	assert_true(sighting.mac == CAMERA && sighting.at == NOW);
	assert_true(og_sightings_next(sightings, &sighting) && sighting.at == NOW + 3600);
	assert_true(og_sightings_next(sightings, &sighting) && sighting.mac == OTHER);
	assert_true(og_sightings_next(sightings, &sighting));
	assert_string_equal(sighting.host, "gate");
	assert_false(og_sightings_next(sightings, &sighting));
	/* It could not be written: again. */
	tell(CAMERA, 0, OG_V4_MAPPED | 0x0a000001, NOW);
	assert_int_equal(og_sightings_waiting(sightings), 0);
	og_sightings_forget(sightings);
	tell(CAMERA, 0, OG_V4_MAPPED | 0x0a000001, NOW);
	assert_int_equal(og_sightings_waiting(sightings), 1);
}

static void test_no_host_has_these(void **state)
{
	(void)state;
	tell(CAMERA, 0, 0, NOW);
	tell(CAMERA, 0, 1, NOW);
	tell(CAMERA, 0, OG_V4_MAPPED, NOW);
	tell(CAMERA, 0, OG_V4_MAPPED | 0x7f000001, NOW);
	tell(CAMERA, 0, OG_V4_MAPPED | 0xe0000001, NOW);
	tell(CAMERA, 0, OG_V4_MAPPED | 0xffffffff, NOW);
	tell(CAMERA, 0xff02000000000000, 1, NOW);
	og_sightings_host(sightings, "hq", CAMERA, "*", 1, OG_SOURCE_LEASE, NOW);
	assert_int_equal(og_sightings_waiting(sightings), 0);
	tell(CAMERA, 0xfe80000000000000, 1, NOW);
	assert_int_equal(og_sightings_waiting(sightings), 1);
}

/* What finds no room is not taken for told. */
static void test_bounded(void **state)
{
	struct og_sighting sighting;
	uint32_t i;

	(void)state;
	for (i = 0; i < OG_SIGHTINGS + 10; i++)
		tell(CAMERA, 0, OG_V4_MAPPED | (0x0a000000 + i), NOW);
	assert_int_equal(og_sightings_waiting(sightings), OG_SIGHTINGS);
	while (og_sightings_next(sightings, &sighting))
		;
	for (i = OG_SIGHTINGS; i < OG_SIGHTINGS + 10; i++)
		tell(CAMERA, 0, OG_V4_MAPPED | (0x0a000000 + i), NOW);
	assert_int_equal(og_sightings_waiting(sightings), 10);
}

static int64_t camera_seen;

static int64_t seen(void *userdata, const char *site, uint64_t mac)
{
	(void)userdata;
	return !strcmp(site, "hq") && mac == CAMERA ? camera_seen : 0;
}

static void note(void *userdata, const struct og_replacement *replacement)
{
	struct og_replacement *found = userdata;

	assert_true(!found->mac);
	*found = *replacement;
}

static struct og_replacement judged(int64_t now)
{
	struct og_replacement found = {0};

	og_sightings_judge(sightings, now, seen, note, &found);
	return found;
}

static void test_pairs(void **state)
{
	struct og_replacement found;

	(void)state;
	camera_seen = NOW - 5;
	og_sightings_watch(sightings, "hq", CAMERA, OTHER, OG_LIKE_HOST, NOW);
	og_sightings_watch(sightings, "hq", CAMERA, OTHER, OG_LIKE_HOST, NOW + 50);
	assert_true(!judged(NOW + 10).mac);
	found = judged(NOW + OG_REPLACED_AFTER);
	assert_true(found.mac == CAMERA && found.new_mac == OTHER && found.at == NOW);
	assert_string_equal(found.by, "host");
	assert_string_equal(found.site, "hq");
	/* Said once. */
	assert_true(!judged(NOW + OG_REPLACED_AFTER).mac);
	/* It goes on. */
	og_sightings_watch(sightings, "hq", CAMERA, OTHER, OG_LIKE_ADDRESS, NOW);
	camera_seen = NOW + 5;
	assert_true(!judged(NOW + 10).mac);
	camera_seen = NOW - 5;
	assert_true(!judged(NOW + OG_REPLACED_AFTER).mac);
	/* Nobody knows the old one. */
	og_sightings_watch(sightings, "elsewhere", CAMERA, OTHER, OG_LIKE_ADDRESS, NOW);
	assert_true(!judged(NOW + OG_REPLACED_AFTER).mac);
}

static void test_blind(void **state)
{
	static struct og_blind blind;
	uint64_t i;

	(void)state;
	og_blind_day(&blind, 20000);
	og_blind_note(&blind, 1, 0x020000000001);
	og_blind_note(&blind, 1, 0x020000000001);
	og_blind_note(&blind, 2, 0x020000000001);
	og_blind_note(&blind, OG_SITE_NONE, 0x020000000002);
	og_blind_note(&blind, OG_SITES, 0x020000000002);
	assert_int_equal(blind.count[1], 1);
	assert_int_equal(blind.count[2], 1);
	assert_int_equal(blind.total, 2);
	for (i = 0; i < 3 * OG_BLIND_MAX; i++)
		og_blind_note(&blind, 3, 0x020000000000 | i);
	assert_int_equal(blind.total, OG_BLIND_MAX);
	og_blind_day(&blind, 20000);
	assert_int_equal(blind.count[1], 1);
	og_blind_day(&blind, 20001);
	assert_int_equal(blind.count[1], 0);
	og_blind_note(&blind, 1, 0x020000000001);
	assert_int_equal(blind.count[1], 1);
}

static void add_mac(void *userdata, uint64_t mac)
{
	uint64_t *sum = userdata;

	*sum += mac;
}

static void test_switch_ports(void **state)
{
	struct og_conf_asset rows[] = {
		{.mac = 1, .switch_port = "sw2/17"}, {.mac = 2, .switch_port = ""},
		{.mac = 4, .switch_port = "SW2/17"}, {.mac = 8, .switch_port = "sw2/18"},
		{.mac = 16, .switch_port = ""},	     {.mac = 32, .switch_port = "sw2/17"}};
	struct og_conf_register registers[] = {
		{.site = "hq", .rows = rows, .count = 5},
		{.site = "branch", .rows = rows + 5, .count = 1},
	};
	const struct og_config config = {.registers = registers, .register_count = 2};
	struct og_switch_ports *ports = og_switch_ports_new(&config);
	uint64_t sum = 0;

	(void)state;
	assert_non_null(ports);
	og_switch_ports_each(ports, "hq", &rows[0], add_mac, &sum);
	assert_int_equal(sum, 4);
	og_switch_ports_each(ports, "hq", &rows[1], add_mac, &sum);
	og_switch_ports_each(ports, "hq", &rows[3], add_mac, &sum);
	og_switch_ports_each(ports, "branch", &rows[5], add_mac, &sum);
	og_switch_ports_each(ports, "none", &rows[0], add_mac, &sum);
	assert_int_equal(sum, 4);
	og_switch_ports_free(ports);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_once_an_hour), TEST(test_no_host_has_these),
		TEST(test_bounded),	      TEST(test_pairs),
		cmocka_unit_test(test_blind), cmocka_unit_test(test_switch_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
