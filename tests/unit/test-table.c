// SPDX-License-Identifier: GPL-2.0
/*
 * test-table.c: building and verifying a ruleset (policy/compile/table.c, table-hash.c, table-verify.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/decide.h>
#include "policy/compile/table.h"

#define MAC(text) mac_of(text)

static uint64_t mac_of(const char *text)
{
	uint64_t mac;

	assert_int_equal(og_mac_parse(text, &mac), 0);
	return mac;
}

static int add(struct og_table *table, const char *text, uint16_t group)
{
	struct og_mac_prefix prefix;

	assert_int_equal(og_mac_prefix_parse(text, &prefix), 0);
	return og_table_prefix(table, &prefix, group);
}

static struct og_ruleset *finish(struct og_table *table)
{
	struct og_ruleset *rs = NULL;

	assert_int_equal(og_table_finish(table, 0, &rs), 0);
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), 0);
	return rs;
}

static void finds_the_longest_prefix(void **state)
{
	struct og_table *table = og_table_new();
	struct og_ruleset *rs;

	(void)state;
	assert_int_equal(add(table, "44:19:b6/24", 2), 0);
	assert_int_equal(add(table, "44:19:b6:50/28", 3), 0);
	assert_int_equal(add(table, "44:19:b6:51:20/36", 4), 0);
	assert_int_equal(add(table, "44:19:b6:51:23:45/48", 5), 0);
	assert_int_equal(add(table, "70:b3:d5:12:30/36", 6), 0);
	rs = finish(table);

	assert_int_equal(og_group_of(rs, MAC("44:19:b6:00:00:00")), 2);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:4f:ff:ff")), 2);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:50:00:00")), 3);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:5f:ff:ff")), 3);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:60:00:00")), 2);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:51:1f:ff")), 3);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:51:20:00")), 4);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:51:2f:ff")), 4);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:51:30:00")), 3);
	assert_int_equal(og_group_of(rs, MAC("44:19:b6:51:23:45")), 5);
	assert_int_equal(og_group_of(rs, MAC("44:19:b5:ff:ff:ff")), OG_GROUP_NONE);
	assert_int_equal(og_group_of(rs, MAC("44:19:b7:00:00:00")), OG_GROUP_NONE);
	assert_int_equal(og_group_of(rs, MAC("70:b3:d5:12:2f:ff")), OG_GROUP_NONE);
	assert_int_equal(og_group_of(rs, MAC("70:b3:d5:12:30:00")), 6);
	assert_int_equal(og_group_of(rs, MAC("70:b3:d5:12:40:00")), OG_GROUP_NONE);
	assert_int_equal(rs->header.level1_used, 2);
	assert_int_equal(rs->header.leaves_used, 4);
	assert_int_equal(rs->header.groups_used, 2);
	og_ruleset_free(rs);
}

static void keeps_local_and_group_sources_apart(void **state)
{
	struct og_table *table = og_table_new();
	struct og_ruleset *rs;

	(void)state;
	assert_int_equal(add(table, "46:19:b6/24", 2), -EINVAL);
	assert_int_equal(add(table, "45:19:b6/24", 2), -EINVAL);
	assert_int_equal(add(table, "46:19:b6:00:00:01/48", 2), 0);
	rs = finish(table);
	assert_int_equal(og_group_of(rs, MAC("46:19:b6:00:00:01")), 2);
	assert_int_equal(og_group_of(rs, MAC("46:19:b6:00:00:02")), OG_GROUP_LOCAL);
	assert_int_equal(og_group_of(rs, MAC("46:19:b7:00:00:01")), OG_GROUP_LOCAL);
	for (uint64_t first = 0; first < 256; first++) {
		int group = og_group_of(rs, first << 40 | 0x123456);

		assert_int_equal(group, first & 3 ? OG_GROUP_LOCAL : OG_GROUP_NONE);
	}
	og_ruleset_free(rs);
}

static void finds_exact_devices_and_ports(void **state)
{
	struct og_table *table = og_table_new();
	const struct og_class camera = {.vendor = 1}, phone = {.vendor = 1, .role = 4};
	const struct og_phase block = {.from = 10, .action = OG_BLOCK};
	struct og_ruleset *rs;
	uint16_t a, b, again;

	(void)state;
	assert_int_equal(og_table_class(table, &camera, &block, 1, &a), 0);
	assert_int_equal(og_table_class(table, &phone, &block, 1, &b), 0);
	assert_int_equal(og_table_class(table, &camera, &block, 1, &again), 0);
	assert_int_equal(a, again);
	assert_int_not_equal(a, b);
	assert_int_equal(og_table_exact(table, MAC("44:19:b6:00:00:01"), 3, a), 0);
	assert_int_equal(og_table_exact(table, MAC("44:19:b6:00:00:01"), 4, b), 0);
	assert_int_equal(og_table_exact(table, MAC("44:19:b6:00:00:01"), 0, b), -EINVAL);
	assert_int_equal(og_table_exact(table, MAC("44:19:b6:00:00:01"), 4, 0), -EINVAL);
	assert_int_equal(og_table_port(table, 7, 0, 3), 0);
	assert_int_equal(og_table_port(table, 7, 20, 4), 0);
	assert_int_equal(og_table_port(table, 8, OG_VLAN_ALL, 3), 0);
	assert_int_equal(og_table_port(table, 8, 30, 4), 0);
	assert_int_equal(og_table_port(table, 8, 4095, 4), -EINVAL);
	assert_int_equal(og_table_port(table, 0, 1, 4), -EINVAL);
	og_table_ruleset(table)->class_of[3][2] = b;
	rs = finish(table);

	assert_int_equal(og_class_of(rs, MAC("44:19:b6:00:00:01"), 3, 2), a);
	assert_int_equal(og_class_of(rs, MAC("44:19:b6:00:00:01"), 4, 2), b);
	assert_int_equal(og_class_of(rs, MAC("44:19:b6:00:00:01"), 5, 2), OG_CLASS_NONE);
	assert_int_equal(og_class_of(rs, MAC("44:19:b6:00:00:02"), 3, 2), b);
	assert_int_equal(rs->class[a].phase, rs->class[b].phase); /* one run of phases for both */
	assert_int_equal(og_site_of(rs, 7, 0), 3);
	assert_int_equal(og_site_of(rs, 7, 20), 4);
	assert_int_equal(og_site_of(rs, 7, 21), OG_SITE_NONE);
	assert_int_equal(og_site_of(rs, 8, 0), 3);
	assert_int_equal(og_site_of(rs, 8, 30), 4);
	assert_int_equal(og_site_of(rs, 8, 4094), 3);
	assert_int_equal(og_site_of(rs, 9, 0), OG_SITE_NONE);
	og_ruleset_free(rs);
}

static void refuses_records_out_of_order(void **state)
{
	struct og_table *table = og_table_new();
	const struct og_class class = {0};
	const struct og_phase phases[] = {{.from = 10}, {.from = 10}};
	struct og_range ranges[2] = {
		{.lo = og_addr_v4(10), .hi = og_addr_v4(20)},
		{.lo = og_addr_v4(20), .hi = og_addr_v4(30)},
	};
	uint32_t set = 99, again;
	uint16_t index = 99;

	(void)state;
	assert_int_equal(og_table_class(table, &class, phases, 2, &index), -EINVAL);
	assert_int_equal(index, 99);
	assert_int_equal(og_table_set(table, ranges, 2, &set), -EINVAL);
	ranges[1].lo = og_addr_v4(31);
	assert_int_equal(og_table_set(table, ranges, 2, &set), -EINVAL);
	assert_int_equal(set, 99);
	ranges[1].lo = og_addr_v4(21);
	assert_int_equal(og_table_set(table, ranges, 2, &set), 0);
	assert_int_equal(og_table_set(table, ranges, 2, &again), 0);
	assert_int_equal(set, again);
	assert_int_equal(og_table_set(table, ranges, 0, &set), 0);
	assert_int_equal(set, OG_SET_NONE);
	og_table_free(table);
}

static void says_which_table_is_full(void **state)
{
	struct og_table *table = og_table_new();
	struct og_class class = {0};
	struct og_phase phases[OG_CLASS_PHASES + 1] = {0};
	struct og_ruleset *rs = NULL;
	uint16_t index;
	int r = 0;

	(void)state;
	for (int i = 0; i <= OG_CLASS_PHASES; i++)
		phases[i].from = i;
	assert_int_equal(og_table_class(table, &class, phases, OG_CLASS_PHASES, &index), 0);
	assert_int_equal(og_table_class(table, &class, phases, OG_CLASS_PHASES + 1, &index),
			 -E2BIG);
	assert_string_equal(og_table_full(table), "phases of one class");
	/* One prefix per first-level entry: 16,384 leaves, two of them taken from the start. */
	for (uint64_t i = 0; r == 0; i++) {
		const struct og_mac_prefix p = {((i & 63) << 10 | i >> 6) << 32, 24};

		r = og_table_prefix(table, &p, 2);
		if (r < 0)
			assert_int_equal(i, OG_LEAVES - 2);
	}
	assert_int_equal(r, -E2BIG);
	assert_non_null(strstr(og_table_full(table), "leaves"));
	for (uint32_t i = 0; i < OG_PORTS / 2; i++)
		assert_int_equal(og_table_port(table, 1 + i, 0, 1), 0);
	assert_int_equal(og_table_finish(table, 0, &rs), -E2BIG);
	assert_null(rs);
	assert_string_equal(og_table_full(table), "ports and VLANs");
	og_table_free(table);
}

static void refuses_two_values_of_one_key(void **state)
{
	struct og_table *table = og_table_new();
	struct og_ruleset *rs = NULL;

	(void)state;
	assert_int_equal(add(table, "44:19:b6/24", 2), 0);
	assert_int_equal(add(table, "44:19:b6/24", 2), 0);
	assert_int_equal(add(table, "44:19:b6/24", 3), -EEXIST);
	assert_int_equal(og_table_port(table, 7, 0, 3), 0);
	assert_int_equal(og_table_port(table, 7, 0, 3), 0);
	assert_int_equal(og_table_port(table, 7, 0, 4), 0);
	assert_int_equal(og_table_finish(table, 0, &rs), -EEXIST);
	assert_string_equal(og_table_full(table), "ports and VLANs");
	og_table_free(table);
}

/* As many single devices as a configuration may list, and all gateway addresses of a large one. */
static void holds_the_largest_register(void **state)
{
	struct og_table *table = og_table_new();
	const struct og_class class = {.vendor = 1};
	struct og_ruleset *rs;
	uint16_t index;

	(void)state;
	assert_int_equal(og_table_class(table, &class, NULL, 0, &index), 0);
	for (uint64_t i = 0; i < 30000; i++)
		assert_int_equal(og_table_exact(table, 0x4419b6000000 + i * 37, 1, index), 0);
	for (uint64_t i = 0; i < 1000; i++)
		assert_int_equal(og_table_own_mac(table, 0x020000000000 + i), 0);
	rs = finish(table);
	assert_int_equal(rs->header.exact_used, 30000);
	for (uint64_t i = 0; i < 30000; i++)
		assert_int_equal(og_class_of(rs, 0x4419b6000000 + i * 37, 1, 0), index);
	assert_int_equal(og_find_prefix(rs, og_prefix_key(0x020000000000 + 999, 48)), 1);
	assert_int_equal(og_find_prefix(rs, og_prefix_key(0x020000000000 + 1000, 48)), 0);
	og_ruleset_free(rs);
}

static void same_records_same_bytes(void **state)
{
	static const char *const prefixes[] = {"44:19:b6:50/28", "44:19:b6/24",
					       "00:50:c2:12:30/36"};
	struct og_ruleset *rs[2];

	(void)state;
	for (int run = 0; run < 2; run++) {
		struct og_table *table = og_table_new();

		assert_int_equal(add(table, "c0:56:e3/24", 2), 0);
		for (int i = 0; i < 3; i++)
			assert_int_equal(add(table, prefixes[i], 2 + i), 0);
		rs[run] = finish(table);
	}
	assert_memory_equal(rs[0], rs[1], sizeof(*rs[0]));
	og_ruleset_free(rs[0]);
	og_ruleset_free(rs[1]);
}

/* FNV-1a as its definition has it, byte by byte. */
static uint64_t fnv(const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t hash = 0xcbf29ce484222325;

	while (size--)
		hash = (hash ^ *p++) * 0x100000001b3;
	return hash;
}

static void verifies(void **state)
{
	struct og_table *table = og_table_new();
	const struct og_class class = {.vendor = 1};
	const struct og_phase phase = {.from = 1, .action = OG_BLOCK};
	const struct og_range range = {.lo = og_addr_v4(1), .hi = og_addr_v4(9)};
	struct og_ruleset *rs;
	uint16_t index;
	uint32_t set;

	(void)state;
	assert_int_equal(add(table, "44:19:b6:50/28", 2), 0);
	assert_int_equal(og_table_class(table, &class, &phase, 1, &index), 0);
	assert_int_equal(og_table_set(table, &range, 1, &set), 0);
	rs = finish(table);
	assert_true(rs->header.checksum ==
		    fnv((char *)rs + sizeof(rs->header), sizeof(*rs) - sizeof(rs->header)));
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs) - 1), -EMSGSIZE);
	rs->header.magic++;
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), -EPROTO);
	rs->header.magic--;
	rs->header.layout++;
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), -EPROTONOSUPPORT);
	rs->header.layout--;
	rs->service[OG_SERVICES - 1].port_hi ^= 0x100;
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), -EBADMSG);
	rs->service[OG_SERVICES - 1].port_hi ^= 0x100;
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), 0);

	/* Every field that holds an index, out of bounds, under a checksum that is right. */
#define BREAKS(field, value)                                                   \
	do {                                                                   \
		__typeof__(field) kept = field;                                \
		field = value;                                                 \
		rs->header.checksum = og_ruleset_checksum(rs);                 \
		assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), -ERANGE); \
		field = kept;                                                  \
	} while (0)
	BREAKS(rs->level1[5], 3);
	BREAKS(rs->leaf[2][7], OG_GROUPS);
	BREAKS(rs->class_of[3][9], OG_CLASSES);
	BREAKS(rs->class[index].phase, 1);
	BREAKS(rs->class[index].phases, 2);
	BREAKS(rs->class[0].phases, 1);
	BREAKS(rs->phase[0].action, OG_ACTION_COUNT);
	BREAKS(rs->phase[0].allow, OG_SETS);
	BREAKS(rs->set[set].first, 1);
	BREAKS(rs->set[set].count, 2);
	BREAKS(rs->range[0].services, 1);
	BREAKS(rs->range[0].lo.lo, OG_V4_MAPPED | 10);
	BREAKS(rs->site[9].internal, OG_SETS);
	BREAKS(rs->site[9].onlink, OG_SETS);
	BREAKS(rs->site[9].own, OG_SETS);
	BREAKS(rs->site[9].services, 1);
	BREAKS(rs->site[9].service, 1);
	BREAKS(rs->exact_value[12], 1);
	BREAKS(rs->exact_key[12], 1);
	BREAKS(rs->port_value[12], 1);
	BREAKS(rs->prefix_value[12], 1);
	BREAKS(rs->header.leaves_used, OG_LEAVES + 1);
	BREAKS(rs->header.phases_used, OG_PHASES + 1);
#undef BREAKS
	og_ruleset_free(rs);
}

/* A search ends at an empty slot: a key behind one would never be found. */
static void refuses_gaps_in_buckets(void **state)
{
	struct og_table *table = og_table_new();
	struct og_ruleset *rs;
	uint32_t slot = 0;

	(void)state;
	assert_int_equal(add(table, "44:19:b6:50/28", 2), 0);
	rs = finish(table);
	while (!rs->prefix_key[slot])
		slot++;
	assert_int_equal(slot % OG_BUCKET, 0);
	rs->prefix_key[slot + 1] = rs->prefix_key[slot];
	rs->prefix_value[slot + 1] = rs->prefix_value[slot];
	rs->header.checksum = og_ruleset_checksum(rs);
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), 0);
	rs->prefix_key[slot] = 0;
	rs->prefix_value[slot] = 0;
	rs->header.checksum = og_ruleset_checksum(rs);
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), -ERANGE);
	og_ruleset_free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_longest_prefix),
		cmocka_unit_test(keeps_local_and_group_sources_apart),
		cmocka_unit_test(finds_exact_devices_and_ports),
		cmocka_unit_test(refuses_records_out_of_order),
		cmocka_unit_test(says_which_table_is_full),
		cmocka_unit_test(refuses_two_values_of_one_key),
		cmocka_unit_test(holds_the_largest_register),
		cmocka_unit_test(same_records_same_bytes),
		cmocka_unit_test(verifies),
		cmocka_unit_test(refuses_gaps_in_buckets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
