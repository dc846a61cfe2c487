// SPDX-License-Identifier: GPL-2.0
/* Addresses, host names, probes, blind sources and replacements in the store. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store.h"

#define NOW    1800000000
#define CAMERA 0x4419b6000001
#define OTHER  0x3c22fb000001

static struct og_store *store;

/* A directory that is none: the store is in memory then, which is enough here. */
static int set_up(void **state)
{
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_store_open("/dev/null/none", "/dev/null/none", NOW, &store, &diags), 0);
	og_diags_free(&diags);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	og_store_close(store);
	return 0;
}

static void put(const char *site, uint64_t mac, uint32_t v4, enum og_source source, int64_t at)
{
	const struct og_addr addr = og_addr_v4(v4);

	assert_int_equal(og_store_put_address(store, site, mac, &addr, source, at), 0);
}

struct seen {
	struct og_addr addrs[32];
	char hosts[32][OG_HOST_TEXT];
	int64_t at[32];
	int count, stop_at;
};

static int note_addr(void *userdata, const struct og_addr *addr, int64_t last_seen)
{
	struct seen *seen = userdata;

	seen->addrs[seen->count] = *addr;
	seen->at[seen->count++] = last_seen;
	return seen->count == seen->stop_at ? 42 : 0;
}

static int note_host(void *userdata, const char *host, int64_t last_seen)
{
	struct seen *seen = userdata;

	strcpy(seen->hosts[seen->count], host);
	seen->at[seen->count++] = last_seen;
	return 0;
}

static void test_addresses(void **state)
{
	struct og_addr addr = og_addr_v4(2);
	struct seen seen = {0};
	uint64_t macs[4];

	(void)state;
	put("hq", CAMERA, 1, OG_SOURCE_FRAME, NOW);
	put("hq", CAMERA, 2, OG_SOURCE_LEASE, NOW + 5);
	put("hq", CAMERA, 1, OG_SOURCE_NEIGHBOUR, NOW + 9);
	put("hq", CAMERA, 1, OG_SOURCE_FRAME, NOW - 100); /* told late: changes nothing */
	put("hq", OTHER, 2, OG_SOURCE_LEASE, NOW + 7);
	put("branch", OTHER, 2, OG_SOURCE_LEASE, NOW);
	assert_int_equal(og_store_each_address(store, "hq", CAMERA, note_addr, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.addrs[0].lo, og_addr_v4(1).lo);
	assert_int_equal(seen.at[0], NOW + 9);
	assert_int_equal(seen.addrs[1].lo, og_addr_v4(2).lo);
	seen = (struct seen){.stop_at = 1};
	assert_int_equal(og_store_each_address(store, "hq", CAMERA, note_addr, &seen), 42);
	assert_int_equal(og_store_address_owners(store, "hq", &addr, 0, macs, 4), 2);
	assert_true(macs[0] == OTHER && macs[1] == CAMERA);
	assert_int_equal(og_store_address_owners(store, "hq", &addr, NOW + 6, macs, 4), 1);
	assert_int_equal(og_store_address_owners(store, "hq", &addr, 0, macs, 1), 1);
	assert_int_equal(og_store_address_owners(store, "none", &addr, 0, macs, 4), 0);
}

/* A device that makes addresses up keeps its place small, and pushes nobody else out. */
static void test_bounds(void **state)
{
	struct seen seen = {0};
	char name[32];
	uint32_t i;

	(void)state;
	put("hq", OTHER, 7, OG_SOURCE_FRAME, NOW - 1000);
	for (i = 0; i < 500; i++) {
		put("hq", CAMERA, 1000 + i, OG_SOURCE_FRAME, NOW + i);
		snprintf(name, sizeof(name), "cam%u", i);
		assert_int_equal(
			og_store_put_host(store, "hq", CAMERA, name, OG_SOURCE_LEASE, NOW + i), 0);
	}
	assert_int_equal(og_store_each_address(store, "hq", CAMERA, note_addr, &seen), 0);
	assert_int_equal(seen.count, OG_STORE_ADDRESSES);
	for (i = 0; i < OG_STORE_ADDRESSES; i++)
		assert_int_equal(seen.addrs[i].lo, og_addr_v4(1499 - i).lo);
	seen = (struct seen){0};
	assert_int_equal(og_store_each_host(store, "hq", CAMERA, note_host, &seen), 0);
	assert_int_equal(seen.count, OG_STORE_HOSTS);
	assert_string_equal(seen.hosts[0], "cam499");
	seen = (struct seen){0};
	assert_int_equal(og_store_each_address(store, "hq", OTHER, note_addr, &seen), 0);
	assert_int_equal(seen.count, 1);
}

static void test_hosts(void **state)
{
	struct seen seen = {0};
	uint64_t macs[4];

	(void)state;
	assert_int_equal(og_store_put_host(store, "hq", CAMERA, "gate", OG_SOURCE_LEASE, NOW), 0);
	assert_int_equal(og_store_put_host(store, "hq", CAMERA, "gate", OG_SOURCE_LEASE, NOW + 3),
			 0);
	assert_int_equal(og_store_put_host(store, "hq", OTHER, "gate", OG_SOURCE_LEASE, NOW + 1),
			 0);
	assert_int_equal(og_store_each_host(store, "hq", CAMERA, note_host, &seen), 0);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.at[0], NOW + 3);
	assert_int_equal(og_store_host_owners(store, "hq", "gate", NOW, macs, 4), 2);
	assert_true(macs[0] == CAMERA && macs[1] == OTHER);
}

static void test_blind(void **state)
{
	uint32_t sources = 7;

	(void)state;
	assert_int_equal(og_store_blind(store, "hq", 0, &sources), 0);
	assert_int_equal(sources, 0);
	assert_int_equal(og_store_put_blind(store, "hq", 20000, 5), 0);
	assert_int_equal(og_store_put_blind(store, "hq", 20000, 3), 0);
	assert_int_equal(og_store_put_blind(store, "hq", 20001, 1), 0);
	assert_int_equal(og_store_put_blind(store, "branch", 20001, 9), 0);
	assert_int_equal(og_store_blind(store, "hq", 20000, &sources), 0);
	assert_int_equal(sources, 5);
	assert_int_equal(og_store_blind(store, "hq", 20001, &sources), 0);
	assert_int_equal(sources, 1);
}

struct probes {
	int64_t day[4];
	uint32_t sent[4], answered[4];
	int count;
};

static int note_probe(void *userdata, int64_t day, uint32_t sent, uint32_t answered)
{
	struct probes *probes = userdata;

	probes->day[probes->count] = day;
	probes->sent[probes->count] = sent;
	probes->answered[probes->count++] = answered;
	return 0;
}

static void test_probes(void **state)
{
	struct probes probes = {0};

	(void)state;
	assert_int_equal(og_store_put_probe(store, "hq", CAMERA, 20001, 2, 0), 0);
	assert_int_equal(og_store_put_probe(store, "hq", CAMERA, 20000, 2, 0), 0);
	assert_int_equal(og_store_put_probe(store, "hq", CAMERA, 20001, 2, 1), 0);
	assert_int_equal(og_store_put_probe(store, "hq", OTHER, 20001, 2, 2), 0);
	assert_int_equal(og_store_each_probe(store, "hq", CAMERA, 20000, note_probe, &probes), 0);
	assert_int_equal(probes.count, 2);
	assert_int_equal(probes.day[0], 20000);
	assert_int_equal(probes.sent[1], 4);
	assert_int_equal(probes.answered[1], 1);
}

static int note_replacement(void *userdata, const struct og_replacement *replacement)
{
	struct og_replacement *found = userdata;

	while (found->mac)
		found++;
	*found = *replacement;
	return 0;
}

static void test_replacements(void **state)
{
	struct og_replacement one = {
		.site = "hq", .mac = CAMERA, .new_mac = OTHER, .by = "address", .at = NOW};
	struct og_replacement found[4] = {0};

	(void)state;
	assert_false(og_store_has_replacement(store, &one));
	assert_int_equal(og_store_put_replacement(store, &one), 1);
	assert_int_equal(og_store_put_replacement(store, &one), 0);
	assert_true(og_store_has_replacement(store, &one));
	strcpy(one.by, "host");
	one.at = NOW - 1;
	assert_int_equal(og_store_put_replacement(store, &one), 1);
	strcpy(one.site, "branch");
	assert_int_equal(og_store_put_replacement(store, &one), 1);
	assert_int_equal(og_store_each_replacement(store, "hq", note_replacement, found), 0);
	assert_string_equal(found[0].by, "host");
	assert_string_equal(found[1].by, "address");
	assert_true(found[1].mac == CAMERA && found[1].new_mac == OTHER && found[1].at == NOW);
	assert_true(!found[2].mac);
	memset(found, 0, sizeof(found));
	assert_int_equal(og_store_each_replacement(store, NULL, note_replacement, found), 0);
	assert_true(found[2].mac);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_addresses), TEST(test_bounds), TEST(test_hosts),
		TEST(test_blind),     TEST(test_probes), TEST(test_replacements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
