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
	{"an extension that says nothing",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones:\n"
	   "  - name: all\n    due: 2025-04-30\n    measure: sites\n    at_least: 100%\n"
	   "    extensions: [{was: 2024-10-31, code: money}]\n"}},
	 {"programmes/cleanup.yaml:9:18: `decided` is missing; expected the date of the decision, "
	  "such as 2024-09-01",
	  "programmes/cleanup.yaml:9:18: `reason` is missing; expected why the date was moved",
	  "programmes/cleanup.yaml:9:42: `code` is `money`; expected funding, supply, labour, "
	  "weather, review or other"}},
	{"extensions out of order, and one that moves nothing",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones:\n"
	   "  - name: all\n    due: 2025-04-30\n    measure: sites\n    at_least: 100%\n"
	   "    extensions:\n"
	   "      - {was: 2024-10-31, decided: 2024-09-01, reason: x}\n"
	   "      - {was: 2024-10-31, decided: 2024-09-01, reason: x}\n"
	   "      - {was: 2025-04-30, decided: 2024-09-01, reason: x, code: supply}\n"}},
	 {"programmes/cleanup.yaml:10:9: `was` is not before that of the next extension; expected "
	  "extensions in their order, each with the date that held until it was decided",
	  "programmes/cleanup.yaml:12:9: `was` is not before the milestone's `due`; expected "
	  "extensions in their order, each with the date that held until it was decided"}},
	{"a scope of another vendor",
	 {{"programmes/cleanup.yaml",
	   "milestones:\n"
	   "  - {name: all, due: 2025-04-30, measure: sites, none_left: true, scope: {vendors: "
	   "[acme, zeta]}}\n"
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\n"}},
	 {"programmes/cleanup.yaml:2:91: `zeta` is not among the programme's `vendors`; expected "
	  "one of them"}},
	{"a scope of an unknown role, and of none",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones:\n"
	   "  - {name: a, due: 2025-04-30, measure: sites, none_left: true, scope: {roles: "
	   "[camera, drone]}}\n"
	   "  - {name: b, due: 2025-04-30, measure: sites, none_left: true, scope: {roles: "
	   "[], klass: x}}\n"}},
	 {"programmes/cleanup.yaml:5:89: `roles` is `drone`; expected a list of camera, recorder, "
	  "router, phone, life-safety, other",
	  "programmes/cleanup.yaml:6:80: `roles` is an empty list; expected a list of camera, "
	  "recorder, router, phone, life-safety, other",
	  "programmes/cleanup.yaml:6:84: unknown key `klass`; did you mean `class`?"}},
	{"a verifier, a scope and extensions as they should be",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones:\n"
	   "  - name: all\n    due: 2025-04-30\n    measure: sites\n    at_most: 0%\n"
	   "    verifier: Estates\n    scope: {class: sensitive, vendors: [acme], roles: "
	   "[camera]}\n"
	   "    extensions:\n"
	   "      - {was: 2023-10-31, decided: 2023-09-01, reason: x, code: review}\n"
	   "      - {was: 2024-10-31, decided: 2024-09-01, reason: y}\n"}},
	 {NULL}},
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
