// SPDX-License-Identifier: GPL-2.0
/*
 * test-offload.c: which ports hardware may forward for (daemon/network/offload.c)
 */
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/network/offload.h"

#define LINK(name_, index_, master_, below_, type_)                                                \
	{                                                                                          \
		.name = name_, .ifindex = index_, .master = master_, .link = below_, .type = type_ \
	}

static char net[64];

static bool feature(const char *name, const char *wanted)
{
	return !strcmp(wanted, "hw-tc-offload") && (!strcmp(name, "lan3") || !strcmp(name, "wan0"));
}

static int make_net(void **state)
{
	char command[512];

	(void)state;
	strcpy(net, "/tmp/test-offload-XXXXXX");
	assert_non_null(mkdtemp(net));
	snprintf(command, sizeof(command),
		 "cd %s && mkdir lan1 lan2 lan3 eth1 eth2 wan0 other && "
		 "for i in 1:lan1 2:lan2 3:lan3 4:eth1 5:eth2 9:wan0 77:other; do "
		 "echo ${i%%%%:*} >${i#*:}/ifindex; done && "
		 "for i in lan1 eth1 eth2 wan0 other; do echo 00deadbeef >$i/phys_switch_id; done "
		 "&& "
		 ": >lan2/phys_switch_id",
		 net);
	assert_int_equal(system(command), 0);
	return 0;
}

static int remove_net(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", net);
	return system(command);
}

static void warns_of_what_covers(void **state)
{
	struct og_gw_link links[] = {
		LINK("lan1", 1, 0, 0, ARPHRD_ETHER), /* a switch port, twice covered */
		LINK("lan2", 2, 0, 0, ARPHRD_ETHER), /* nothing in its file */
		LINK("lan3", 3, 0, 0, ARPHRD_ETHER), /* offloads flows */
		LINK("eth1", 4, 6, 0, ARPHRD_ETHER), /* a member of bond0 */
		LINK("eth2", 5, 0, 0, ARPHRD_ETHER), /* below eth2.20 */
		LINK("bond0", 6, 0, 0, ARPHRD_ETHER), LINK("eth2.20", 7, 0, 5, ARPHRD_ETHER),
		LINK("other", 8, 0, 0, ARPHRD_ETHER), /* of that name in another namespace */
		LINK("wan0", 9, 0, 0, ARPHRD_ETHER),  /* not covered */
	};
	struct og_compiled_port ports[] = {{1, "lan1", 1},  {1, "lan1", 2},  {2, "lan2", 1},
					   {3, "lan3", 1},  {6, "bond0", 1}, {7, "eth2.20", 1},
					   {8, "other", 1}, {99, "gone", 1}};
	const struct og_gateway gateway = {.links = links,
					   .link_count = sizeof(links) / sizeof(*links)};
	const struct og_compiled compiled = {.ports = ports,
					     .port_count = sizeof(ports) / sizeof(*ports)};
	const struct og_offload_source source = {net, feature};
	static const char *const says[] = {
		"lan1 is a port of a switch chip (00deadbeef): what the chip forwards between its "
		"ports by itself is not seen here",
		"lan3 has hw-tc-offload on: flows that are offloaded to it are not seen here; "
		"\"ethtool -K lan3 hw-tc-offload off\" ends that",
		"eth1 is a port of a switch chip",
		"eth2 is a port of a switch chip",
	};
	struct og_diags diags = {0};
	size_t i;

	(void)state;
	og_offload_warn(&compiled, &gateway, &source, &diags);
	assert_int_equal(diags.count, sizeof(says) / sizeof(*says));
	assert_int_equal(diags.errors, 0);
	for (i = 0; i < diags.count; i++)
		assert_ptr_equal(strstr(diags.items[i].text, says[i]), diags.items[i].text);
	og_diags_free(&diags);
}

/* The loopback interface has a feature that says so, always on. */
static void asks_the_kernel(void **state)
{
	(void)state;
	assert_true(og_offload_feature("lo", "loopback"));
	assert_false(og_offload_feature("lo", "hw-tc-offload"));
	assert_false(og_offload_feature("lo", "no-such-feature"));
	assert_false(og_offload_feature("og-no-such0", "loopback"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(warns_of_what_covers, make_net, remove_net),
		cmocka_unit_test(asks_the_kernel),
	};

	return cmocka_run_group_tests_name("offload", tests, NULL, NULL);
}
