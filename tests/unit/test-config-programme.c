// SPDX-License-Identifier: GPL-2.0
/*
 * test-config-programme.c: what is wrong with programmes/NAME.yaml and vendors/NAME.yaml
 */
#include "config-kit.h"

static const struct kit_case cases[] = {
	{"a milestone without a comparator",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones: [{name: all, "
	   "due: 2025-04-30, measure: sites}]\n"}},
	 {"programmes/cleanup.yaml:4:14: none of at_least, at_most and none_left is given; "
	  "expected one"}},
	{"a share above all",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones: [{name: all, "
	   "due: 2025-04-30, measure: sites, at_least: 101%}]\n"}},
	 {"programmes/cleanup.yaml:4:69: `at_least` is `101%`; expected a share such as 70%"}},
	{"a programme of an unknown vendor",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme, zetta]\n"}},
	 {"programmes/cleanup.yaml:3:17: there is no vendor `zetta`; did you mean `zeta`?"}},
	{"a vendor without names",
	 {{"vendors/acme.yaml", "title: Acme\n"}},
	 {"vendors/acme.yaml:1:1: none of `names`, `subsidiaries` and `prefixes` is given; "
	  "expected at least one"}},
	{"a prefix with stray bits",
	 {{"vendors/acme.yaml",
	   "title: Acme\nnames: [Acme]\nprefixes: [{prefix: '70:b3:d5:12:3f/36', reason: x}]\n"}},
	 {"vendors/acme.yaml:3:21: `prefix` is `70:b3:d5:12:3f/36`, with bits set beyond its "
	  "length; clear them"}},
	{"a local prefix",
	 {{"vendors/acme.yaml",
	   "title: Acme\nnames: [Acme]\nprefixes: [{prefix: '02:11:22/24', reason: x}]\n"}},
	 {"vendors/acme.yaml:3:21: `prefix` is `02:11:22/24`, which is locally administered; such "
	  "addresses never match a prefix"}},
	{"a group address as a device",
	 {{"vendors/acme.yaml",
	   "title: Acme\nprefixes:\n  - {prefix: '01:11:22:33:44:55', reason: x}\n"
	   "  - {prefix: '00:00:00:00:00:00', reason: x}\n"
	   "  - {prefix: '00:11:22:33:44', reason: x}\n"}},
	 {"vendors/acme.yaml:3:14: `prefix` is `01:11:22:33:44:55`, an address that no device has",
	  "vendors/acme.yaml:4:14: `prefix` is `00:00:00:00:00:00`, an address that no device has",
	  "vendors/acme.yaml:5:14: `prefix` is `00:11:22:33:44`; expected a MAC prefix of 24, 28 "
	  "or 36 bits such as 70:b3:d5:12:30/36, or one device such as 70:b3:d5:12:30:01"}},
	{"a name twice",
	 {{"vendors/acme.yaml", "title: Acme\nnames: [Acme, Acme]\n"}},
	 {"vendors/acme.yaml:2:15: `Acme` is in `names` twice"}},
};

int main(void)
{
	return kit_main(cases, sizeof(cases) / sizeof(*cases));
}
