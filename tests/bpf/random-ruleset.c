// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/random.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/random-pool.h"

#define SITES	5
#define GROUPS	6
#define CLASSES 12
#define SETS	8

struct made {
	struct og_table *table;
	uint32_t sets[SETS];
	uint16_t classes[CLASSES];
};

static void services(struct made *m, uint32_t *ret_first, uint32_t *ret_count)
{
	struct og_service_rec list[4] = {};
	uint32_t count = random_below(4), i;

	for (i = 0; i < count; i++) {
		list[i].proto = random_below(4) ? pool_proto() : 0;
		list[i].port_lo = random_below(3) ? pool_port() : 0;
		list[i].port_hi = random_below(3) ? list[i].port_lo : 65535;
	}
	*ret_first = 0;
	*ret_count = count;
	if (count)
		assert_int_equal(og_table_services(m->table, list, count, ret_first), 0);
}

static int by_lo(const void *a, const void *b)
{
	return og_addr_cmp(&((const struct og_range *)a)->lo, &((const struct og_range *)b)->lo);
}

static struct og_addr any_addr(void)
{
	return random_below(2) ? og_addr_v4(pool_v4()) : pool_v6();
}

static uint32_t make_set(struct made *m)
{
	struct og_range ranges[24] = {}, kept[24];
	uint32_t count = random_below(24), i, n = 0, set;
	struct og_addr swap;

	for (i = 0; i < count; i++) {
		ranges[i].lo = any_addr();
		ranges[i].hi = random_below(3) ? any_addr() : ranges[i].lo;
		if (og_addr_cmp(&ranges[i].lo, &ranges[i].hi) > 0) {
			swap = ranges[i].lo;
			ranges[i].lo = ranges[i].hi;
			ranges[i].hi = swap;
		}
		services(m, &ranges[i].service, &ranges[i].services);
	}
	qsort(ranges, count, sizeof(ranges[0]), by_lo);
	for (i = 0; i < count; i++)
		if (n == 0 || og_addr_cmp(&ranges[i].lo, &kept[n - 1].hi) > 0)
			kept[n++] = ranges[i];
	assert_int_equal(og_table_set(m->table, kept, n, &set), 0);
	return set;
}

static uint16_t make_class(struct made *m)
{
	struct og_class class = {.flags = random_below(10) == 0 ? OG_CLASS_INFRASTRUCTURE : 0};
	struct og_phase phases[64] = {};
	uint32_t count = random_below(8) ? random_below(6) : random_below(64), i;
	int64_t from = RANDOM_NOW - random_below(4) * 50;
	uint16_t number;

	for (i = 0; i < count; i++) {
		phases[i].from = from;
		from += 1 + random_below(60);
		phases[i].action = random_below(2) ? OG_RESTRICT + random_below(3)
						   : random_below(OG_ACTION_COUNT);
		phases[i].flags = random_below(3) == 0 ? OG_PHASE_LOG : 0;
		phases[i].policy = random_below(20);
		phases[i].exception = random_below(8) == 0 ? 1 + random_below(9) : 0;
		if (phases[i].action == OG_RESTRICT)
			phases[i].allow = m->sets[random_below(SETS)];
		if (phases[i].action == OG_LIMIT || random_below(9) == 0) {
			/* So wide that no frame is over it. */
			phases[i].ns_per_kib = 1 + random_below(9);
			phases[i].burst_ns = 1ULL << 50;
		}
		if (random_below(5) == 0) {
			phases[i].mark_mask = 0xff;
			phases[i].mark = random_below(256);
		}
	}
	assert_int_equal(og_table_class(m->table, &class, phases, count, &number), 0);
	return number;
}

static void make_sites(struct made *m, uint32_t ifindex)
{
	struct og_ruleset *rs = og_table_ruleset(m->table);
	uint32_t site, group, first, count, i;

	for (site = 1; site < SITES; site++) {
		services(m, &first, &count);
		rs->site[site].internal = m->sets[random_below(SETS)];
		rs->site[site].onlink = m->sets[random_below(SETS)];
		rs->site[site].own = m->sets[random_below(SETS)];
		rs->site[site].service = first;
		rs->site[site].services = count;
		rs->site[site].flags = random_below(3) ? OG_SITE_EUI64 : 0;
		for (group = OG_GROUP_FIRST; group < OG_GROUP_FIRST + GROUPS; group++)
			rs->class_of[site][group] =
				random_below(4) ? m->classes[random_below(CLASSES)] : 0;
	}
	/* One port, so one site for each VLAN; sometimes one for all others. */
	if (random_below(4))
		og_table_port(m->table, ifindex, 0, 1 + random_below(SITES - 1));
	for (i = 0; i < 3; i++)
		og_table_port(m->table, ifindex, 5 + 5 * i * (i + 1) / 2 * 3, 1 + i);
	if (random_below(2))
		og_table_port(m->table, ifindex, OG_VLAN_ALL, 4);
}

/* Two values for one key are an error at the end: remember what was given. */
static int given(uint64_t *keys, uint32_t *count, uint64_t key)
{
	uint32_t i;

	for (i = 0; i < *count; i++)
		if (keys[i] == key)
			return 1;
	keys[(*count)++] = key;
	return 0;
}

static void make_devices(struct made *m)
{
	static const uint8_t lengths[] = {24, 24, 28, 36, 36, 48};
	struct og_mac_prefix prefix;
	uint32_t i, count = 0, site;
	uint64_t keys[64], mac;

	for (i = 0; i < 16; i++) {
		prefix.length = lengths[random_below(6)];
		prefix.bits = pool_mac() & og_mac_prefix_mask(prefix.length);
		if (og_mac_is_group(prefix.bits) ||
		    (og_mac_is_local(prefix.bits) && prefix.length < 48) ||
		    given(keys, &count, prefix.bits << 8 | prefix.length))
			continue;
		assert_in_range(
			-og_table_prefix(m->table, &prefix, OG_GROUP_FIRST + random_below(GROUPS)),
			0, EEXIST);
	}
	for (i = 0, count = 0; i < 12; i++) {
		mac = pool_mac();
		site = 1 + random_below(SITES - 1);
		if (!given(keys, &count, mac << 16 | site))
			assert_int_equal(og_table_exact(m->table, mac, site,
							m->classes[random_below(CLASSES)]),
					 0);
	}
	for (i = 0, count = 0; i < 2; i++) {
		mac = pool_mac();
		if (!given(keys, &count, mac))
			assert_int_equal(og_table_own_mac(m->table, mac), 0);
	}
}

struct og_ruleset *random_ruleset(uint32_t ifindex)
{
	struct made m = {.table = og_table_new()};
	struct og_ruleset *rs;
	int i, r;

	assert_non_null(m.table);
	for (i = 0; i < SETS; i++)
		m.sets[i] = make_set(&m);
	for (i = 0; i < CLASSES; i++)
		m.classes[i] = make_class(&m);
	make_sites(&m, ifindex);
	make_devices(&m);
	r = og_table_finish(m.table, random_below(4) ? OG_RULESET_EUI64 : 0, &rs);
	if (r < 0)
		fail_msg("no ruleset: %d, %s", r, og_table_full(m.table));
	return rs;
}
