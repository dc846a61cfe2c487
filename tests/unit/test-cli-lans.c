// SPDX-License-Identifier: GPL-2.0
/*
 * test-cli-lans.c: what `init --lan` refuses, and what it names instead (cli/lans.c)
 */
#include <errno.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "cli/lans.h"

#define LINK(name_, index_, master_, kind_)                                         \
	{                                                                           \
		.name = name_, .ifindex = index_, .master = master_, .kind = kind_, \
		.type = ARPHRD_ETHER                                                \
	}

static struct og_gw_link links[] = {
	{.name = "lo", .ifindex = 1, .type = ARPHRD_LOOPBACK},
	LINK("lan0", 2, 0, ""),
	LINK("eth1", 3, 4, ""),
	LINK("bond0", 4, 0, "bond"),
	LINK("br0", 5, 0, "bridge"),
	LINK("port0", 6, 5, "veth"),
	LINK("wan0", 7, 5, "veth"),
	{.name = "wg0", .ifindex = 8, .type = ARPHRD_NONE, .kind = "wireguard"},
	LINK("dummy0", 9, 0, "dummy"),
};

static const struct og_gateway gateway = {.links = links,
					  .link_count = sizeof(links) / sizeof(*links)};

static void says_what_cannot_be_covered(void **state)
{
	static const struct {
		const char *lan, *error, *instead; /* parts of them; NULL: none */
	} cases[] = {
		{"lan0", NULL, NULL},
		{"late0", NULL, NULL},
		{"bond0", NULL, NULL},
		{"port0", NULL, NULL},
		{"br0:uplink=wan0", NULL, NULL},
		{"br0:uplink=none", NULL, NULL},
		{"lo", "no Ethernet header", "here: lan0, bond0, br0"},
		{"wg0", "no Ethernet header", "here: lan0, bond0, br0"},
		{"eth1", "member of bond `bond0`", "--lan bond0"},
		{"br0", "is a bridge",
		 "--lan br0:uplink=none when this gateway routes for it, or --lan br0:uplink=PORT "
		 "with its port that leads outside; its ports: port0, wan0"},
		{"br0:uplink=lan0", "is no port of bridge", "--lan br0:uplink=none"},
		{"lan0:uplink=wan0", "is no bridge", "--lan lan0"},
	};
	char text[OG_LAN_HINT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct og_diags diags = {0};
		struct og_lans lans = {0};

		assert_int_equal(og_lans_add(&lans, cases[i].lan), 0);
		og_lans_check(&lans, &gateway, &diags);
		assert_int_equal(diags.errors, cases[i].error ? 1 : 0);
		if (cases[i].error)
			assert_non_null(strstr(diags.items[0].text, cases[i].error));
		assert_int_equal(og_lan_instead(&lans, 0, &gateway, text), !!cases[i].instead);
		if (cases[i].instead && !strstr(text, cases[i].instead))
			fail_msg("%s: %s", cases[i].lan, text);
		og_diags_free(&diags);
	}
}

static void takes_them_apart(void **state)
{
	struct og_lans lans = {0};
	char longer[65];

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[64] = '\0';
	assert_int_equal(og_lans_add(&lans, longer), -EINVAL);
	assert_int_equal(og_lans_add(&lans, longer + 1), 0);
	assert_int_equal(og_lans_add(&lans, "br0:uplink=wan0"), 0);
	assert_string_equal(lans.lan[1], "br0");
	assert_string_equal(lans.uplink[1], "wan0");
	assert_null(lans.uplink[0]);
	while (lans.count < OG_LANS)
		assert_int_equal(og_lans_add(&lans, "lan0"), 0);
	assert_int_equal(og_lans_add(&lans, "lan0"), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_cannot_be_covered),
		cmocka_unit_test(takes_them_apart),
	};

	return cmocka_run_group_tests_name("cli-lans", tests, NULL, NULL);
}
