// SPDX-License-Identifier: GPL-2.0
/*
 * test-config-policy.c: what is wrong with policies/NAME.yaml
 */
#include "config-kit.h"

static const struct kit_case cases[] = {
	{"no such programme",
	 {{"policies/cams.yaml",
	   "programme: cleanupp\nphases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:1:12: there is no programme `cleanupp`; did you mean `cleanup`?"}},
	{"no such vendor",
	 {{"policies/cams.yaml",
	   "vendors: [acme, qqqq]\nphases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:1:17: there is no vendor `qqqq`; expected a file vendors/qqqq.yaml"}},
	{"no such site",
	 {{"policies/cams.yaml", "programme: cleanup\napplies_to: {sites: [nort]}\nphases: [{from: "
				 "2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:2:22: there is no site `nort`; did you mean `north`?"}},
	{"a class of no site",
	 {{"policies/cams.yaml", "programme: cleanup\napplies_to: {class: sensitve}\nphases: "
				 "[{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:2:13: warning: no site has `class: sensitve` (did you mean "
	  "`sensitive`?), so policy `cams` applies nowhere"}},
	{"neither programme nor vendors",
	 {{"policies/cams.yaml", "phases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:1:1: neither `programme` nor `vendors` is given; expected "
	  "`programme: NAME` or `vendors: [NAME, ...]`"}},
	{"both programme and vendors",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nvendors: [acme]\nphases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:1:1: both `programme` and `vendors` are given; expected `programme: "
	  "NAME` or `vendors: [NAME, ...]`"}},
	{"no phases",
	 {{"policies/cams.yaml", "programme: cleanup\n"}},
	 {"policies/cams.yaml:1:1: neither `phases` nor `new_devices` is given; expected phases "
	  "such as [{from: 2027-06-07T10:00, action: log}]"}},
	{"a guard of another kind",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nguard: on\nphases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:2:8: `guard` is `on`; expected hold or off"}},
	{"gates: of nothing, of two things, of too many days, of a rule for new devices",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n"
	   "  - {from: 2027-01-04, action: log, gate: {}}\n"
	   "  - {from: 2027-01-05, action: log, gate: {milestone: all, quiet_days: 3}}\n"
	   "  - {from: 2027-01-06, action: log, gate: {quiet_days: 366}}\n"
	   "  - {from: 2027-01-07, action: log, gate: {quiet_days: 0}}\n"
	   "  - {from: 2027-01-08, action: log, gate: soon}\n"},
	  {"policies/doors.yaml",
	   "programme: cleanup\nnew_devices: {action: block, gate: {quiet_days: 3}}\n"},
	  {"assets/north.csv", "mac,role,status\n"}},
	 {"policies/cams.yaml:3:43: `gate` holds nothing; expected {milestone: NAME} or "
	  "{quiet_days: DAYS}",
	  "policies/cams.yaml:4:43: `gate` holds both milestone and quiet_days; expected "
	  "{milestone: NAME} or {quiet_days: DAYS}",
	  "policies/cams.yaml:5:56: `quiet_days` is `366`; expected a number of days from 1 to 365",
	  "policies/cams.yaml:6:56: `quiet_days` is `0`; expected a number of days from 1 to 365",
	  "policies/cams.yaml:7:43: `gate` is `soon`; expected {milestone: NAME} or {quiet_days: "
	  "DAYS}",
	  "policies/doors.yaml:2:36: `gate` goes with a phase, not with `new_devices`; remove it"}},
	{"gates: quiet days of guests",
	 {{"sites/south.yaml", "class: guest\nports: [{name: lan1}]\n"},
	  {"policies/cams.yaml", "programme: cleanup\nphases: [{from: 2027-01-04, action: log, "
				 "gate: {quiet_days: 3}}]\n"}},
	 {"policies/cams.yaml:2:48: warning: site `south` is of class `guest`, where destinations "
	  "are not kept, so this gate never opens there"}},
	{"gates: milestones that are not there",
	 {{"programmes/cleanup.yaml",
	   "title: Clean-up\nauthority: The ministry\nvendors: [acme]\nmilestones: [{name: most, "
	   "due: 2027-01-01, measure: sites, at_least: 70%}]\n"},
	  {"policies/cams.yaml", "programme: cleanup\nphases: [{from: 2027-01-04, action: log, "
				 "gate: {milestone: mst}}]\n"},
	  {"policies/doors.yaml",
	   "vendors: [acme]\nphases: [{from: 2027-01-04, action: log, gate: {milestone: most}}]\n"},
	  {"policies/gates.yaml", "programme: cleanup\nphases: [{from: 2027-01-04, action: log, "
				  "gate: {milestone: most}}]\n"}},
	 {"policies/cams.yaml:2:48: there is no milestone `mst` in programme `cleanup`; did you "
	  "mean "
	  "`most`?",
	  "policies/doors.yaml:2:48: a milestone is one of a programme, and policy `doors` names "
	  "none; expected `programme` in place of `vendors`, or {quiet_days: DAYS}"}},
	{"dates that do not ascend",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-06-01, action: "
				 "log}\n  - {from: 2027-01-01, action: block}\n"}},
	 {"policies/cams.yaml:4:5: this phase starts before the one in line 3; expected ascending "
	  "dates"}},
	{"the same moment twice, once with an offset",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-06-01T10:00, action: log}\n  - {from: "
	   "'2027-06-01T10:00+01:00', action: block}\n"}},
	 {"policies/cams.yaml:4:5: this phase starts at the same moment as the one in line 3; "
	  "expected ascending dates"}},
	{"no day of the calendar",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases: [{from: 2027-02-29, action: log}]\n"}},
	 {"policies/cams.yaml:2:17: `from` is `2027-02-29`; expected a date such as 2027-06-07 or "
	  "2027-06-07T10:00"}},
	{"a phase without a date",
	 {{"policies/cams.yaml", "programme: cleanup\nphases: [{action: log}]\n"}},
	 {"policies/cams.yaml:2:10: `from` is missing; expected a date such as 2027-06-07 or "
	  "2027-06-07T10:00"}},
	{"an unknown action",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: deny}\n"}},
	 {"policies/cams.yaml:3:32: `action` is `deny`; expected observe, log, limit, restrict, "
	  "block or isolate"}},
	{"limit without a rate",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: limit}\n"}},
	 {"policies/cams.yaml:3:5: `action: limit` needs `rate`; add one such as `rate: 64kbit`"}},
	{"a rate without its unit",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: limit, rate: 64}\n"}},
	 {"policies/cams.yaml:3:45: `rate` is `64`; expected a rate from 1kbit to 100gbit such as "
	  "64kbit"}},
	{"a burst below one frame",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: "
				 "limit, rate: 64kbit, burst: 100B}\n"}},
	 {"policies/cams.yaml:3:60: `burst` is `100B`; expected a size from 1600B to 64MB such as "
	  "16kB"}},
	{"an absurd rate",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: "
				 "limit, rate: 900000gbit}\n"}},
	 {"policies/cams.yaml:3:45: `rate` is `900000gbit`; expected a rate from 1kbit to 100gbit "
	  "such as 64kbit"}},
	{"block with a rate",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: block, rate: 64kbit}\n"}},
	 {"policies/cams.yaml:3:45: `rate` goes with `action: limit`, not with `block`; remove "
	  "one"}},
	{"restrict without allow",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: restrict}\n"}},
	 {"policies/cams.yaml:3:5: `action: restrict` needs `allow`; add the destinations that "
	  "stay open, or use `action: block`"}},
	{"restrict with an empty list",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: restrict, allow: []}\n"}},
	 {"policies/cams.yaml:3:49: `allow` is an empty list; expected a list such as [{to: "
	  "10.1.0.0/16}, {to: 192.0.2.123, port: 123/udp}]"}},
	{"block with allow",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: "
				 "block, allow: [10.0.0.0/8]}\n"}},
	 {"policies/cams.yaml:3:46: `allow` goes with `action: restrict`, not with `block`; remove "
	  "one"}},
	{"an allowed port without protocol",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: "
				 "restrict, allow: [{to: 10.0.0.0/8, port: 123}]}\n"}},
	 {"policies/cams.yaml:3:73: `port` is `123`; expected PORT/PROTO such as 123/udp or "
	  "8000-8010/tcp, or a protocol such as icmp"}},
	{"an allowed name",
	 {{"policies/cams.yaml", "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: "
				 "restrict, allow: [{to: ntp.example.org}]}\n"}},
	 {"policies/cams.yaml:3:55: `to` is `ntp.example.org`; expected a prefix such as "
	  "10.1.0.0/16 or an address"}},
	{"a mark beyond its mask",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: log, mark: 0x100/0xff}\n"}},
	 {"policies/cams.yaml:3:43: `mark` is `0x100/0xff`, with bits that its mask leaves out; "
	  "expected a number or NUMBER/MASK such as 0x10/0xff"}},
	{"a mark that is no number",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: log, mark: blue}\n"}},
	 {"policies/cams.yaml:3:43: `mark` is `blue`; expected a number or NUMBER/MASK such as "
	  "0x10/0xff"}},
	{"marks that conflict",
	 {{"policies/cams.yaml",
	   "programme: cleanup\nphases:\n  - {from: 2027-01-04, action: log, mark: 1}\n"},
	  {"policies/other.yaml",
	   "vendors: [acme]\nphases:\n  - {from: 2027-05-01, action: log, mark: 2/0xf}\n"}},
	 {"policies/other.yaml:3:5: `mark` differs from that of policy `cams` "
	  "(policies/cams.yaml:3), which applies to the same devices of site `north` at the same "
	  "time; expected equal marks, or masks without a common bit"}},
	{"an unknown role",
	 {{"policies/cams.yaml", "programme: cleanup\nroles: {except: [fax]}\nphases: [{from: "
				 "2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:2:18: `except` is `fax`; expected a list of camera, recorder, "
	  "router, phone, life-safety, other, unknown"}},
	{"roles in two ways",
	 {{"policies/cams.yaml", "programme: cleanup\nroles: {only: [camera], except: "
				 "[phone]}\nphases: [{from: 2027-01-04, action: log}]\n"}},
	 {"policies/cams.yaml:2:8: `roles` holds both only and except; expected {only: [ROLE, "
	  "...]} or {except: [ROLE, ...]}"}},
	{"new devices without a register",
	 {{"policies/cams.yaml", "programme: cleanup\nnew_devices: {action: block}\n"}},
	 {"policies/cams.yaml:2:14: warning: site `north` has no asset register, so `new_devices` "
	  "does nothing there; `ouiguard baseline freeze` writes assets/north.csv"}},
};

int main(void)
{
	return kit_main(cases, sizeof(cases) / sizeof(*cases));
}
