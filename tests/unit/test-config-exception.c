// SPDX-License-Identifier: GPL-2.0
/*
 * test-config-exception.c: what is wrong with exceptions/NAME.yaml
 */
#include "config-kit.h"

#define PAUSE "owner: A, reason: B, approver: C, author: x, pause: true, until: 2027-05-02"

static const struct kit_case cases[] = {
	{"a device of nobody",
	 {{"exceptions/x.yaml", "policy: cams\ndevice: 00:11:33:00:00:01\nowner: A\nreason: "
				"B\napprover: C\nauthor: x\napproved_by: y\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:1:1: warning: 00:11:33:00:00:01 is in no prefix of policy `cams`, so "
	  "this exception changes nothing; expected a listed device or prefix"}},
	{"prefixes around, inside and beside the listed one",
	 {{"prefixes.lock",
	   "acme 00:11:22:d0/28 hwdb \"Acme Ltd.\"\nzeta 00:11:33/24 hwdb \"Zeta Inc.\"\n"},
	  {"exceptions/x.yaml", "- {policy: cams, prefix: '00:11:22/24', owner: A, reason: B, "
				"approver: C, author: x, approved_by: y, until: 2027-05-01}\n"
				"- {policy: cams, prefix: '00:11:22:d1:20/36', owner: A, reason: "
				"B, approver: C, author: x, approved_by: y, until: 2027-05-01}\n"
				"- {policy: cams, prefix: '00:11:22:e0/28', owner: A, reason: B, "
				"approver: C, author: x, approved_by: y, until: 2027-05-01}\n"
				"- {policy: cams, device: '00:11:22:df:ff:ff', owner: A, reason: "
				"B, approver: C, author: x, approved_by: y, until: 2027-05-01}\n"}},
	 {"exceptions/x.yaml:3:3: warning: 00:11:22:e0/28 is in no prefix of policy `cams`, so "
	  "this exception changes nothing; expected a listed device or prefix"}},

	{"an exception without most of it",
	 {{"exceptions/x.yaml", "device: 00:11:22:00:00:01\n"}},
	 {"exceptions/x.yaml:1:1: `policy` is missing; expected the name of the policy that it is "
	  "an exception from",
	  "exceptions/x.yaml:1:1: `owner` is missing; expected who needs the exception",
	  "exceptions/x.yaml:1:1: `reason` is missing; expected why it is needed",
	  "exceptions/x.yaml:1:1: `approver` is missing; expected who answers for it",
	  "exceptions/x.yaml:1:1: `author` is missing; expected the login name of who wrote it",
	  "exceptions/x.yaml:1:1: `until` is missing; expected a date such as 2027-06-07; every "
	  "exception has an end"}},
	{"one that nobody has approved",
	 {{"exceptions/x.yaml", "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: B\n"
				"approver: C\nauthor: x\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:1:1: warning: exception `x` waits for approval and lets nothing "
	  "through: another login than its author's, `x`, approves it with `ouiguard exception "
	  "approve x`"}},
	{"one that its author approved",
	 {{"exceptions/x.yaml", "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: B\n"
				"approver: C\nauthor: x\nuntil: 2027-05-01\napproved_by: x\n"}},
	 {"exceptions/x.yaml:8:14: `approved_by` is the author, `x`; expected another login, or no "
	  "such line until another one approves"}},
	{"one that its author approved, written in another way",
	 {{"exceptions/x.yaml",
	   "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: B\n"
	   "approver: C\nauthor: ann\nuntil: 2027-05-01\napproved_by: ' Ann '\n"}},
	 {"exceptions/x.yaml:8:14: `approved_by` is the author, `ann`; expected another login, or "
	  "no such line until another one approves"}},
	{"one that somebody approved whose name begins alike",
	 {{"exceptions/x.yaml",
	   "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: B\n"
	   "approver: C\nauthor: ann\nuntil: 2027-05-01\napproved_by: anna\n"}},
	 {NULL}},
	{"what is wrong with one that waits is told too",
	 {{"exceptions/x.yaml", "policy: cam\ndevice: 00:11:22:00:00:01\nowner: A\nreason: B\n"
				"approver: C\nauthor: x\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:1:1: warning: exception `x` waits for approval and lets nothing "
	  "through: another login than its author's, `x`, approves it with `ouiguard exception "
	  "approve x`",
	  "exceptions/x.yaml:1:9: there is no policy `cam`; did you mean `cams`?"}},
	{"pauses: of a device, to a destination, without a beginning, too long, of a day",
	 {{"exceptions/a.yaml", "{policy: cams, device: '00:11:22:00:00:01', site: north, " PAUSE
				", from: 2027-05-01}\n"},
	  {"exceptions/b.yaml",
	   "{policy: cams, site: north, to: [192.0.2.1], " PAUSE ", from: 2027-05-01}\n"},
	  {"exceptions/c.yaml", "{policy: cams, site: north, " PAUSE "}\n"},
	  {"exceptions/d.yaml",
	   "{policy: cams, site: north, " PAUSE ", from: 2027-04-30T23:59:59}\n"},
	  {"exceptions/e.yaml", "{policy: cams, site: north, " PAUSE ", from: 2027-05-01}\n"},
	  {"sites/north.yaml", "timezone: UTC\nports: [{name: lan1}]\n"}},
	 {"exceptions/a.yaml:1:1: `pause` is for a whole site; expected `site`, and none of "
	  "`device`, `prefix` and `to`",
	  "exceptions/b.yaml:1:1: `pause` is for a whole site; expected `site`, and none of "
	  "`device`, `prefix` and `to`",
	  "exceptions/c.yaml:1:1: a pause without `from`; expected the moment it begins, for it "
	  "lasts 24 hours at most",
	  "exceptions/d.yaml:1:1: a pause of more than 24 hours; expected a shorter one, or an "
	  "exception that another login approves"}},
	{"pauses in a row, and with days between them",
	 {{"exceptions/a.yaml", "- {policy: cams, site: north, from: 2027-05-01, " PAUSE "}\n"
				"- {policy: cams, site: north, owner: A, reason: B, approver: C, "
				"author: x, pause: true, "
				"from: 2027-05-02T12:00, until: 2027-05-03}\n"
				"- {policy: cams, site: north, owner: A, reason: B, approver: C, "
				"author: x, pause: true, "
				"from: 2027-05-04T01:00, until: 2027-05-05}\n"},
	  {"sites/north.yaml", "timezone: UTC\nports: [{name: lan1}]\n"}},
	 {"exceptions/a.yaml:2:3: warning: this pause follows on `a#1` within a day; what goes on "
	  "for longer is an exception that another login approves"}},
	{"an exception from no policy",
	 {{"exceptions/x.yaml", "policy: cam\ndevice: 00:11:22:00:00:01\nowner: A\nreason: "
				"B\napprover: C\nauthor: x\napproved_by: y\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:1:9: there is no policy `cam`; did you mean `cams`?"}},
	{"an exception of nothing",
	 {{"exceptions/x.yaml", "policy: cams\nowner: A\nreason: B\napprover: C\nauthor: "
				"x\napproved_by: y\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:1:1: none of `device`, `prefix` and `site` is given; expected at "
	  "least one"}},
	{"until before from",
	 {{"exceptions/x.yaml",
	   "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: "
	   "B\napprover: C\nauthor: x\napproved_by: y\nuntil: 2027-05-01\nfrom: 2027-06-01\n"}},
	 {"exceptions/x.yaml:1:1: `until` is not after `from`; expected a later date"}},
	{"device and prefix",
	 {{"exceptions/x.yaml",
	   "policy: cams\ndevice: 00:11:22:00:00:01\nowner: A\nreason: "
	   "B\napprover: C\nauthor: x\napproved_by: y\nuntil: 2027-05-01\nprefix: 00:11:22/24\n"}},
	 {"exceptions/x.yaml:9:9: both `device` and `prefix` are given; expected one of them"}},
	{"a device that is a group",
	 {{"exceptions/x.yaml", "policy: cams\ndevice: 01:00:5e:00:00:01\nowner: A\nreason: "
				"B\napprover: C\nauthor: x\napproved_by: y\nuntil: 2027-05-01\n"}},
	 {"exceptions/x.yaml:2:9: `device` is `01:00:5e:00:00:01`; expected the MAC address of one "
	  "device such as a4:14:37:00:12:34"}},
	{"an exception for no site",
	 {{"exceptions/x.yaml", "-\n  policy: cams\n  device: 00:11:22:00:00:01\n  owner: A\n  "
				"reason: B\n  approver: C\n  author: x\n  approved_by: y\n  until: "
				"2027-05-01\n  site: south\n"}},
	 {"exceptions/x.yaml:10:9: there is no site `south`; expected a file sites/south.yaml"}},
};

int main(void)
{
	return kit_main(cases, sizeof(cases) / sizeof(*cases));
}
