// SPDX-License-Identifier: GPL-2.0
/*
 * test-check.c: what only all files together, the gateway or the clock can tell
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/config/check.h"

#define CANNOT(line, text)                                                                      \
	"sites/north.yaml:" #line ":5: warning: " text " is or holds addresses of local scope " \
	"(link-local, local multicast, broadcast), which always pass: `never_internal` cannot " \
	"close them; name the routable addresses of the relay"
#define NEED_NOT(line, text)                                                                      \
	"sites/north.yaml:" #line ":5: warning: " text " is multicast beyond local scope, which " \
	"is egress anyway; remove it from `never_internal`"

static const struct kit_case cases[] = {
	{"untagged twice",
	 {{"sites/south.yaml", "ports: [{name: lan0, vlans: [20]}]\n"}},
	 {"sites/south.yaml:1:9: untagged frames of `lan0` belong to site `north` already "
	  "(sites/north.yaml:3); expected `vlans`, and `untagged: false` in all entries of `lan0` "
	  "but one"}},
	{"a VLAN in two sites",
	 {{"sites/north.yaml", "ports: [{name: lan0, vlans: 20-29}]\n"},
	  {"sites/south.yaml", "ports: [{name: lan0, untagged: false, vlans: 25}]\n"}},
	 {"sites/south.yaml:1:9: VLAN 25 of `lan0` belongs to site `north` already "
	  "(sites/north.yaml:1); expected each VLAN in one place"}},
	{"a VLAN device beside all VLANs",
	 {{"sites/north.yaml", "ports:\n  - {name: lan0, vlans: all}\n  - {name: lan0.20}\n"}},
	 {"sites/north.yaml:3:5: `lan0.20` is VLAN 20 of `lan0`, which site `north` covers already "
	  "(sites/north.yaml:2); remove one of the two"}},
	{"an uplink as a port",
	 {{"sites/north.yaml", "ports:\n  - {name: br0, uplink: wan0}\n  - {name: wan0}\n"}},
	 {"sites/north.yaml:3:5: `wan0` is the uplink of `br0` (sites/north.yaml:2), which leads "
	  "away from the site; remove it from `ports`"}},
	{"a bridge with two uplinks",
	 {{"sites/north.yaml", "ports:\n  - {name: br0, uplink: wan0}\n  - {name: br0, uplink: "
			       "wan1, vlans: 20, untagged: false}\n"}},
	 {"sites/north.yaml:3:5: `br0` has uplink `wan1` here and `wan0` in another entry "
	  "(sites/north.yaml:2); expected the same"}},
	{"sites that share one gateway",
	 {{"sites/north.yaml", "gateways: [gw-n, gw-m]\nports: [{name: lan0}]\n"},
	  {"sites/south.yaml",
	   "gateways: [gw-s, GW-M.example.org]\nports:\n  - {name: lan0}\n  - {name: lan1}\n"},
	  {"sites/west.yaml", "ports: [{name: lan1}]\n"}},
	 {"sites/south.yaml:3:5: untagged frames of `lan0` belong to site `north` already "
	  "(sites/north.yaml:2); expected `vlans`, and `untagged: false` in all entries of `lan0` "
	  "but one",
	  "sites/west.yaml:1:9: untagged frames of `lan1` belong to site `south` already "
	  "(sites/south.yaml:4); expected `vlans`, and `untagged: false` in all entries of `lan1` "
	  "but one"}},
	{"relays that cannot be closed",
	 {{"sites/north.yaml",
	   "ports: [{name: lan0}]\nnever_internal:\n  - 169.254.1.1\n  - 'fe80::/64'\n"
	   "  - 224.0.0.0/4\n  - 'ff15::7'\n  - 232.0.0.1\n  - 'ff0e::1'\n  - 10.1.0.53\n"
	   "  - 'fd00::53'\n  - 255.255.255.255\n  - 224.0.1.0\n  - 'fec0::1'\n"}},
	 {CANNOT(3, "169.254.1.1"), CANNOT(4, "fe80::/64"), CANNOT(5, "224.0.0.0/4"),
	  CANNOT(6, "ff15::7"), NEED_NOT(7, "232.0.0.1"), NEED_NOT(8, "ff0e::1"),
	  CANNOT(11, "255.255.255.255"), NEED_NOT(12, "224.0.1.0")}},
};

static void says_what_overlaps(void **state)
{
	(void)state;
	kit_run(cases, sizeof(cases) / sizeof(*cases));
}

/* Neither two sites that share a trunk by VLAN nor VLAN devices of other VLANs overlap. */
static void takes_what_is_apart(void **state)
{
	static const struct kit_case apart[] = {
		{"a trunk of two sites",
		 {{"sites/north.yaml", "ports: [{name: lan0, vlans: 20-29}]\n"},
		  {"sites/south.yaml", "ports:\n  - {name: lan0, untagged: false, vlans: 30-39}\n"
				       "  - {name: lan0.50}\n"}},
		 {0}},
		{"sites of other gateways",
		 {{"sites/north.yaml", "gateways: [gw-n]\nports:\n  - {name: lan0}\n"
				       "  - {name: br0, uplink: wan0}\n"},
		  {"sites/south.yaml", "gateways: [gw-s.example.org]\nports:\n  - {name: lan0}\n"
				       "  - {name: lan0.20}\n  - {name: wan0}\n"
				       "  - {name: br0, uplink: eth9}\n"},
		  {"sites/west.yaml", "gateways: [GW-W, gw-s.example.com]\n"
				      "ports: [{name: lan0, vlans: 20}]\n"}},
		 {0}},
		{"marks of other bits",
		 {{"policies/cams.yaml", "programme: cleanup\nphases:\n"
					 "  - {from: 2027-01-04, action: log, mark: 0x10/0xf0}\n"},
		  {"policies/other.yaml", "vendors: [acme]\nphases:\n"
					  "  - {from: 2027-01-04, action: log, mark: 1/0xf}\n"}},
		 {0}},
		{"marks at other times",
		 {{"policies/cams.yaml", "programme: cleanup\nphases:\n"
					 "  - {from: 2027-01-04, action: log, mark: 1}\n"
					 "  - {from: 2027-02-01, action: log}\n"},
		  {"policies/other.yaml", "vendors: [acme]\nphases:\n"
					  "  - {from: 2027-02-01, action: log, mark: 2}\n"}},
		 {0}},
		{"marks of other vendors",
		 {{"policies/cams.yaml", "programme: cleanup\nphases:\n"
					 "  - {from: 2027-01-04, action: log, mark: 1}\n"},
		  {"policies/other.yaml", "vendors: [zeta]\nphases:\n"
					  "  - {from: 2027-02-01, action: log, mark: 2}\n"}},
		 {0}},
	};

	(void)state;
	kit_run(apart, sizeof(apart) / sizeof(*apart));
}

static struct og_config *load(const struct kit_file *files, char **ret_dir)
{
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	*ret_dir = kit_make(files);
	if (og_config_load(*ret_dir, NULL, &config, &diags))
		fail_msg("%s", diags.items[0].text);
	og_diags_free(&diags);
	return config;
}

static void expect(const struct og_diags *diags, const char *dir, const char *const *says,
		   size_t count)
{
	for (size_t i = 0; i < diags->count; i++) {
		char *text = kit_text(&diags->items[i], dir);

		if (i >= count)
			fail_msg("not expected: %s", text);
		assert_string_equal(text, says[i]);
		free(text);
	}
	assert_int_equal(diags->count, count);
}

#define LINK(name_, index_, master_, kind_)                                         \
	{                                                                           \
		.name = name_, .ifindex = index_, .master = master_, .kind = kind_, \
		.type = ARPHRD_ETHER                                                \
	}

static void knows_the_gateway(void **state)
{
	static const struct kit_file files[] = {{"sites/north.yaml",
						 "ports:\n"
						 "  - {name: lan0, vlans: 20}\n"
						 "  - {name: late0}\n"
						 "  - {name: wg0}\n"
						 "  - {name: eth1}\n"
						 "  - {name: br0}\n"
						 "  - {name: br1, uplink: wan1}\n"
						 "  - {name: eth3}\n"
						 "  - {name: lan2, uplink: wan0}\n"
						 "  - {name: br2, uplink: eth5}\n"
						 "  - {name: br3, uplink: eth8}\n"
						 "  - {name: br4, uplink: late1}\n"
						 "  - {name: br5, uplink: none}\n"
						 "  - {name: br6, uplink: none}\n"
						 "  - {name: eth9}\n"
						 "  - {name: cams}\n"
						 "  - {name: doors}\n"},
						{0}};
	static const char *const says[] = {
		"sites/north.yaml:3:5: warning: there is no interface `late0` yet; it is covered "
		"as "
		"soon as it appears",
		"sites/north.yaml:4:5: `wg0` has no Ethernet header (PPP, WireGuard and tunnels "
		"have none), so its frames carry no MAC address; expected the interface that the "
		"devices are connected to",
		"sites/north.yaml:5:5: `eth1` is a member of bond `bond0`, which gets its frames; "
		"expected `bond0` instead",
		"sites/north.yaml:6:5: `br0` is a bridge; expected its `uplink` (`uplink: none` "
		"when "
		"it has no port that leads outside), or its ports instead of it (eth2)",
		"sites/north.yaml:8:5: `eth3` is a port of bridge `br1`, which covers it already "
		"(sites/north.yaml:7); remove one of the two",
		"sites/north.yaml:9:5: `lan2` is no bridge, so it has no `uplink`; remove `uplink`",
		"sites/north.yaml:10:5: `eth5` is no port of bridge `br2`; expected as `uplink` "
		"one "
		"of its ports (eth6, eth7)",
		"sites/north.yaml:11:5: warning: bridge `br3` has no port but its uplink yet, so "
		"nothing is covered",
		"sites/north.yaml:12:5: warning: there is no interface `late1`, the uplink of "
		"`br4`, yet",
		"sites/north.yaml:14:5: warning: bridge `br6` has no port yet, so nothing is "
		"covered",
		"sites/north.yaml:15:5: `eth9` is a port of bridge `br5`, which covers it already "
		"(sites/north.yaml:13); remove one of the two",
		"sites/north.yaml:16:5: `cams` is VLAN 20 of `lan0`, which covers it already "
		"(sites/north.yaml:2); remove one of the two",
	};
	struct og_gw_link links[] = {
		LINK("lan0", 1, 0, ""),
		LINK("wg0", 2, 0, "wireguard"),
		LINK("bond0", 3, 0, "bond"),
		LINK("eth1", 4, 3, ""),
		LINK("br0", 5, 0, "bridge"),
		LINK("eth2", 6, 5, ""),
		LINK("br1", 7, 0, "bridge"),
		LINK("wan1", 8, 7, ""),
		LINK("eth3", 9, 7, ""),
		LINK("lan2", 10, 0, ""),
		LINK("br2", 11, 0, "bridge"),
		LINK("eth5", 12, 0, ""),
		LINK("eth6", 13, 11, ""),
		LINK("eth7", 14, 11, ""),
		LINK("br3", 15, 0, "bridge"),
		LINK("eth8", 16, 15, ""),
		LINK("br4", 17, 0, "bridge"),
		LINK("br5", 18, 0, "bridge"),
		LINK("eth9", 19, 18, ""),
		LINK("br6", 20, 0, "bridge"),
		{.name = "cams",
		 .ifindex = 21,
		 .link = 1,
		 .kind = "vlan",
		 .vlan = 20,
		 .type = ARPHRD_ETHER},
		{.name = "doors",
		 .ifindex = 22,
		 .link = 1,
		 .kind = "vlan",
		 .vlan = 21,
		 .type = ARPHRD_ETHER},
	};
	struct og_gateway gw = {.links = links, .link_count = sizeof(links) / sizeof(*links)};
	struct og_diags diags = {0};
	char *dir;
	struct og_config *config = load(files, &dir);

	(void)state;
	links[1].type = ARPHRD_NONE;
	og_config_check_gateway(config, &gw, &diags);
	og_diags_sort(&diags);
	expect(&diags, dir, says, sizeof(says) / sizeof(*says));
	assert_int_equal(diags.errors, 8);
	og_diags_free(&diags);
	og_config_free(config);
	kit_remove(dir);
}

static void warns_of_bad_times(void **state)
{
	/* 2027-01-04 is a Monday, 2027-01-09 a Saturday; July is an hour ahead in London. */
	static const struct kit_file files[] = {{"policies/cams.yaml",
						 "programme: cleanup\n"
						 "phases:\n"
						 "  - {from: 2026-12-01, action: block}\n"
						 "  - {from: 2027-01-02T03:00, action: log}\n"
						 "  - {from: 2027-01-04T10:00, action: block}\n"
						 "  - {from: 2027-01-06T10:00, action: block}\n"
						 "  - {from: 2027-01-07, action: block}\n"
						 "  - {from: 2027-01-09T10:00, action: block}\n"
						 "  - {from: '2027-07-05T21:30Z', action: block}\n"
						 "  - {from: 2027-07-06T21:59, action: block}\n"
						 "  - {from: 2027-07-07T06:00, action: block}\n"},
						{0}};
	static const char *const says[] = {
		"policies/cams.yaml:5:5: warning: `block` starts within a day at site `north` "
		"(2027-01-04T10:00:00+00:00); a working hour finds somebody to answer for it",
		"policies/cams.yaml:7:5: warning: `block` starts at night at site `north` "
		"(2027-01-07T00:00:00+00:00); a working hour finds somebody to answer for it",
		"policies/cams.yaml:8:5: warning: `block` starts at a weekend at site `north` "
		"(2027-01-09T10:00:00+00:00); a working hour finds somebody to answer for it",
		"policies/cams.yaml:9:5: warning: `block` starts at night at site `north` "
		"(2027-07-05T22:30:00+01:00); a working hour finds somebody to answer for it",
	};
	struct og_diags diags = {0};
	char *dir;
	struct og_config *config = load(files, &dir);

	(void)state;
	/* 2027-01-03T12:00Z */
	og_config_warn_times(config, 1798977600, &diags);
	expect(&diags, dir, says, sizeof(says) / sizeof(*says));
	assert_int_equal(diags.errors, 0);
	og_diags_free(&diags);
	og_config_free(config);
	kit_remove(dir);
}

static void warns_of_a_missing_lock(void **state)
{
	static const struct kit_file without[] = {{"prefixes.lock", NULL}, {0}};
	static const struct kit_file with[] = {{0}};
	static const char *const says[] = {
		"warning: there is no prefixes.lock yet; `ouiguard registry accept` writes it from "
		"the present registry"};
	struct og_diags diags = {0};
	char *dir;
	struct og_config *config = load(with, &dir);

	(void)state;
	og_config_warn_lock(config, &diags);
	expect(&diags, dir, says, 0);
	og_config_free(config);
	kit_remove(dir);
	config = load(without, &dir);
	og_config_warn_lock(config, &diags);
	expect(&diags, dir, says, 1);
	og_diags_free(&diags);
	og_config_free(config);
	kit_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_overlaps),	   cmocka_unit_test(takes_what_is_apart),
		cmocka_unit_test(knows_the_gateway),	   cmocka_unit_test(warns_of_bad_times),
		cmocka_unit_test(warns_of_a_missing_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
