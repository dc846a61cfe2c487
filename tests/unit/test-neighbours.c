// SPDX-License-Identifier: GPL-2.0
/* Whom the gateway met, read in a network namespace; and at which site that was. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <ouiguard/decide.h>

#include "daemon/network/links.h"
#include "daemon/network/neighbours.h"
#include "policy/compile/table.h"

#define EXPECT(condition)                                              \
	do {                                                           \
		if (!(condition)) {                                    \
			printf("line %d: %s\n", __LINE__, #condition); \
			fflush(stdout);                                \
			_exit(1);                                      \
		}                                                      \
	} while (0)

struct met {
	struct og_neighbour items[32];
	int count, stop_at;
};

static int note(void *userdata, const struct og_neighbour *neighbour)
{
	struct met *met = userdata;

	EXPECT(met->count < 32);
	met->items[met->count++] = *neighbour;
	return met->count == met->stop_at ? -42 : 0;
}

static const struct og_neighbour *find(const struct met *met, uint64_t mac, uint64_t lo)
{
	int i;

	for (i = 0; i < met->count; i++)
		if (met->items[i].mac == mac && met->items[i].addr.lo == lo)
			return &met->items[i];
	return NULL;
}

/* lan0 (of br0) and lan1 of site 1, lan2 with VLAN 20 of site 2, lan3 of site 3 (of br1 with lan4, site 1). */
static void check_sites(const struct og_gateway *gw)
{
	struct og_table *table = og_table_new();
	struct og_ruleset *rs;
	uint32_t index[6];
	int i;

	for (i = 0; i < 5; i++) {
		char name[8];

		snprintf(name, sizeof(name), "lan%d", i);
		index[i] = og_gateway_link(gw, name)->ifindex;
	}
	EXPECT(table);
	EXPECT(!og_table_port(table, index[0], 0, 1) && !og_table_port(table, index[1], 0, 1) &&
	       !og_table_port(table, index[2], 20, 2) && !og_table_port(table, index[3], 0, 3) &&
	       !og_table_port(table, index[4], 0, 1));
	EXPECT(!og_table_finish(table, 0, &rs));
	EXPECT(og_neighbour_site(rs, gw, index[0], 0) == 1);
	EXPECT(og_neighbour_site(rs, gw, og_gateway_link(gw, "br0")->ifindex, 0) == 1);
	EXPECT(og_neighbour_site(rs, gw, index[2], 0) == OG_SITE_NONE);
	EXPECT(og_neighbour_site(rs, gw, index[2], 20) == 2);
	/* Not every kernel has the module for a VLAN device. */
	if (og_gateway_link(gw, "lan2.20"))
		EXPECT(og_neighbour_site(rs, gw, og_gateway_link(gw, "lan2.20")->ifindex, 0) == 2);
	EXPECT(og_neighbour_site(rs, gw, og_gateway_link(gw, "br1")->ifindex, 0) == OG_SITE_NONE);
	EXPECT(og_neighbour_site(rs, gw, index[3], 0) == 3);
	EXPECT(og_neighbour_site(rs, gw, 9999, 0) == OG_SITE_NONE);
	og_ruleset_free(rs);
}

static void body(void)
{
	struct og_gateway gw = {0};
	struct met met = {0};
	const struct og_neighbour *found;

	EXPECT(!system(
		"ip link set lo up; ip link add br0 type bridge; ip link add br1 type bridge;"
		"for i in 0 1 2 3 4; do ip link add lan$i type veth peer far$i; ip link set lan$i "
		"up;"
		"ip link set far$i up; done; ip link set lan0 master br0; ip link set br0 up;"
		"ip link set lan3 master br1; ip link set lan4 master br1; ip link set br1 up;"
		"ip link add link lan2 name lan2.20 type vlan id 20 2>&-;"
		"ip addr add 10.1.0.1/24 dev br0;"
		"ip neigh add 10.1.0.9 lladdr 44:19:b6:00:00:01 dev br0 nud reachable;"
		"ip neigh add 10.1.0.8 lladdr 44:19:b6:00:00:02 dev br0 nud stale;"
		"ip neigh add 10.1.0.7 lladdr 44:19:b6:00:00:03 dev br0 nud permanent;"
		"ip neigh add 10.1.0.6 dev br0 nud failed;"
		"ip neigh add fd00::9 lladdr 44:19:b6:00:00:01 dev br0 nud reachable;"
		"bridge fdb add 44:19:b6:00:00:04 dev lan0 master dynamic"));
	EXPECT(!og_neighbours_read(note, &met));
	EXPECT(!og_links_read(&gw));
	found = find(&met, 0x4419b6000001, og_addr_v4(0x0a010009).lo);
	EXPECT(found && found->ifindex == og_gateway_link(&gw, "br0")->ifindex);
	EXPECT(found->age < 120);
	EXPECT(find(&met, 0x4419b6000002, og_addr_v4(0x0a010008).lo));
	EXPECT(!find(&met, 0x4419b6000003, og_addr_v4(0x0a010007).lo));
	found = find(&met, 0x4419b6000001, 9);
	EXPECT(found && found->addr.hi == 0xfd00000000000000);
	found = find(&met, 0x4419b6000004, 0);
	EXPECT(found && found->ifindex == og_gateway_link(&gw, "lan0")->ifindex);
	met = (struct met){.stop_at = 1};
	EXPECT(og_neighbours_read(note, &met) == -42 && met.count == 1);
	check_sites(&gw);
	og_gateway_clear(&gw);
}

static void test_in_namespace(void **state)
{
	int status;
	pid_t child;

	(void)state;
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (unshare((geteuid() ? CLONE_NEWUSER : 0) | CLONE_NEWNET))
			_exit(77);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_namespace)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
