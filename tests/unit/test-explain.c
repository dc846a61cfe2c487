// SPDX-License-Identifier: GPL-2.0
/*
 * test-explain.c: verdicts in words (policy/explain*.c)
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/compile/calendar.h"
#include "policy/explain/explain.h"
#include "policy/registry/lock.h"
#include "tests/vectors/house.h"

#define CAMERA 0x4419b6000001
#define JUNE   1811808000 /* 2027-06-01 00:00 UTC */

struct scene {
	struct house *house;
	struct og_config *config;
	struct og_compiled *compiled;
};

static void set_up(struct scene *s)
{
	s->house = house_new();
	house_file(s->house, "ouiguard.yaml", "engine: auto\n");
	house_file(s->house, "prefixes.lock",
		   "hikvision 44:19:b6/24 hwdb \"Hangzhou Hikvision Digital Technology\"\n");
	house_file(s->house, "vendors/hikvision.yaml",
		   "title: Hikvision\nnames: [\"Hangzhou Hikvision Digital Technology\"]\n");
	house_file(s->house, "programmes/removal.yaml",
		   "title: Removal\nauthority: Office\nequipment: cameras\nsources: [{date: "
		   "2022-11-24, title: Statement, url: \"https://example.org\"}]\nvendors: "
		   "[hikvision]\n");
	house_file(s->house, "policies/cameras.yaml",
		   "programme: removal\nphases: [{from: 2027-01-01, action: restrict, allow: "
		   "[{to: 198.51.100.0/24, port: 123/udp}]}, {from: 2027-06-07T10:00, action: "
		   "block}]\n");
	house_file(s->house, "sites/office.yaml",
		   "timezone: UTC\nports: [{name: lan0, vlans: [20], untagged: false}]\n"
		   "never_internal: [10.1.0.53]\n");
	house_file(s->house, "assets/office.csv",
		   "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n"
		   "44:19:b6:00:00:03,router,legacy\n");
	house_file(s->house, "exceptions/mast.yaml",
		   "{policy: cameras, device: \"44:19:b6:00:00:05\", owner: a, reason: b, "
		   "approver: c, author: x, approved_by: y, until: 2028-01-01}\n");
	house_file(s->house, "exceptions/waits.yaml",
		   "{policy: cameras, prefix: \"44:19:b6:00:00/36\", owner: a, reason: b, "
		   "approver: c, "
		   "author: x, until: 2028-01-01}\n");
}

static void open_scene(struct scene *s)
{
	s->config = house_config(s->house);
	s->compiled = house_compile(s->house, 0);
}

static void close_scene(struct scene *s)
{
	og_compiled_free(s->compiled);
	og_config_free(s->config);
	house_free(s->house);
}

static struct og_explanation *ask(struct scene *s, uint64_t mac, const char *dst, uint8_t proto,
				  uint16_t port, int64_t at)
{
	struct og_query query = {.mac = mac, .proto = proto, .port = port, .at = at};
	struct og_explanation *e = NULL;

	if (dst) {
		query.has_dst = true;
		query.dst = house_address(dst);
	}
	assert_int_equal(og_explain(s->config, s->compiled, NULL, &query, &e), 0);
	return e;
}

static bool tells(const struct og_explanation *e, const char *text)
{
	for (size_t i = 0; i < e->step_count; i++)
		if (strstr(e->steps[i], text))
			return true;
	for (size_t i = 0; i < e->step_count; i++)
		print_message("# %s\n", e->steps[i]);
	return false;
}

static void names_every_step(void **state)
{
	struct scene s;
	struct og_explanation *e;

	(void)state;
	set_up(&s);
	house_link(s.house, (struct og_gw_link){.name = "lan0", .ifindex = 3});
	house_link(s.house,
		   (struct og_gw_link){
			   .name = "lan0.20", .ifindex = 4, .link = 3, .vlan = 20, .kind = "vlan"});
	house_addr(s.house, 4, "10.1.0.1", 24);
	open_scene(&s);

	e = ask(&s, CAMERA, "198.51.100.9", IPPROTO_TCP, 443, JUNE);
	assert_string_equal(e->answer, "drop");
	assert_string_equal(e->reason, "not-allowed");
	assert_string_equal(e->mac, "44:19:b6:00:00:01");
	assert_string_equal(e->prefix, "44:19:b6/24");
	assert_string_equal(e->registry, "hwdb");
	assert_string_equal(e->vendor, "hikvision");
	assert_string_equal(e->site, "office");
	assert_string_equal(e->policy, "cameras");
	assert_string_equal(e->programme, "removal");
	assert_string_equal(e->action, "restrict");
	assert_string_equal(e->role, "camera");
	assert_null(e->exception);
	assert_true(e->phased);
	assert_int_equal(e->phase, 1798761600);
	assert_int_equal(e->next, JUNE + 6 * 86400 + 36000);
	assert_string_equal(e->next_action, "block");
	assert_true(tells(e, "44:19:b6/24 (24 bits)"));
	assert_true(tells(e, "registered to Hangzhou Hikvision"));
	assert_true(tells(e, "at port lan0, VLAN 20"));
	assert_true(tells(e, "line 2 has it as camera, legacy"));
	assert_true(tells(e, "Policy cameras of programme removal: restrict since 2027-01-01"));
	assert_true(tells(e, "Next: block from 2027-06-07T10:00:00"));
	assert_true(tells(e, "198.51.100.0/24 holds it, but not for this protocol and port"));
	assert_true(tells(e, "Verdict: drop (not-allowed"));
	og_explanation_free(e);

	e = ask(&s, CAMERA, "198.51.100.9", IPPROTO_UDP, 123, JUNE);
	assert_string_equal(e->reason, "allowed");
	og_explanation_free(e);
	e = ask(&s, CAMERA, "10.1.0.9", IPPROTO_TCP, 80, JUNE);
	assert_string_equal(e->reason, "internal");
	assert_true(tells(e, "10.1.0.9 is in 10.1.0.0-10.1.0.52, internal to the site"));
	og_explanation_free(e);
	e = ask(&s, CAMERA, "10.1.0.53", IPPROTO_UDP, 53, JUNE);
	assert_string_equal(e->answer, "drop");
	assert_true(tells(e, "is in never_internal"));
	og_explanation_free(e);
	e = ask(&s, CAMERA, "10.1.0.1", IPPROTO_UDP, 67, JUNE);
	assert_string_equal(e->reason, "dhcp");
	og_explanation_free(e);
	e = ask(&s, CAMERA, NULL, 0, 0, JUNE + 30 * 86400);
	assert_string_equal(e->reason, "egress");
	assert_int_equal(e->next, 0);
	og_explanation_free(e);
	close_scene(&s);
}

static void explains_who_is_not_judged(void **state)
{
	struct scene s;
	struct og_explanation *e;

	(void)state;
	set_up(&s);
	open_scene(&s); /* no port of the site here */
	e = ask(&s, 0x000102030405, NULL, 0, 0, JUNE);
	assert_string_equal(e->reason, "unlisted");
	assert_null(e->prefix);
	assert_null(e->vendor);
	assert_true(tells(e, "no listed prefix"));
	og_explanation_free(e);
	e = ask(&s, 0x4619b6000001, NULL, 0, 0, JUNE);
	assert_string_equal(e->reason, "unattributable");
	assert_true(tells(e, "locally administered"));
	og_explanation_free(e);
	e = ask(&s, CAMERA + 2, NULL, 0, 0, JUNE);
	assert_string_equal(e->reason, "infrastructure");
	assert_true(tells(e, "declares a router"));
	assert_true(tells(e, "no port of it"));
	og_explanation_free(e);
	e = ask(&s, CAMERA + 4, "192.0.2.1", IPPROTO_TCP, 80, JUNE);
	assert_string_equal(e->reason, "exception");
	assert_string_equal(e->exception, "mast");
	assert_true(tells(e, "Exception: mast"));
	assert_true(tells(e, "Exception waits: pending, lets nothing through until another login "
			     "than x approves it"));
	assert_true(tells(e, "not in it, so it is new"));
	og_explanation_free(e);
	close_scene(&s);
}

static void asks_for_a_site(void **state)
{
	struct og_query query = {.mac = CAMERA, .at = JUNE};
	struct og_explanation *e = NULL;
	struct scene s;

	(void)state;
	set_up(&s);
	house_file(s.house, "sites/barn.yaml", "timezone: UTC\nports: [{name: lan1}]\n");
	open_scene(&s);
	assert_int_equal(og_explain(s.config, s.compiled, NULL, &query, &e), -EINVAL);
	query.site = "cellar";
	assert_int_equal(og_explain(s.config, s.compiled, NULL, &query, &e), -ENOENT);
	assert_null(e);
	query.site = "barn";
	assert_int_equal(og_explain(s.config, s.compiled, NULL, &query, &e), 0);
	assert_string_equal(e->site, "barn");
	assert_true(tells(e, "the site has none"));
	og_explanation_free(e);
	close_scene(&s);
}

/* The cases of tests/vectors/eui64.vec, which every engine runs. */
static void judges_who_is_behind(void **state)
{
	static const struct {
		uint64_t mac;
		const char *src, *dst, *verdict, *reason, *evidence, *subject;
	} cases[] = {
#define A6  "2001:db8:1::4619:b6ff:fe00:1"
#define B6  "2001:db8:1::e250:8cff:fe50:1"
#define OUT "2001:db8:9::9"
#define CAM "44:19:b6:00:00:01"
		{0x000102030405, A6, OUT, "drop", "egress", "eui64", CAM},
		{0x000102030405, A6, "2001:db8:1::7", "pass", "internal", "eui64", CAM},
		{0x000102030405, B6, OUT, "pass", "logged", "eui64", "e0:50:8c:50:00:01"},
		{0x000102030405, "2001:db8:1::4419:b6ff:fe00:1", OUT, "pass", "unlisted", "mac",
		 "00:01:02:03:04:05"},
		{0x4419b6000077, A6, OUT, "drop", "egress", "eui64", CAM},
		{0x4419b6000077, "2001:db8:1::9", OUT, "pass", "infrastructure", "mac",
		 "44:19:b6:00:00:77"},
		{0x4419b6000001, B6, OUT, "drop", "egress", "mac", CAM},
		{0xe0508c500009, A6, OUT, "drop", "egress", "eui64", CAM},
		{0x4419b6000002, A6, OUT, "drop", "egress", "eui64", CAM},
		{0x4419b6000001, A6, OUT, "drop", "egress", "mac", CAM},
		{0x4619b6000001, A6, OUT, "drop", "egress", "eui64", CAM},
		{0, A6, OUT, "drop", "egress", "eui64", CAM},
		{0, A6, NULL, "drop", "egress", "eui64", CAM},
		{0, "fe80::4619:b6ff:fe00:1", OUT, "drop", "egress", "eui64", CAM},
		{0, B6, OUT, "pass", "logged", "eui64", "e0:50:8c:50:00:01"},
	};
	struct og_query query = {.at = JUNE, .has_src = true};
	struct og_explanation *e;
	struct scene s = {.house = house_new()};

	(void)state;
	house_file(s.house, "ouiguard.yaml", "engine: auto\n");
	house_file(s.house, "prefixes.lock",
		   "alpha 44:19:b6/24 csv \"Alpha\"\nbeta e0:50:8c:50/28 csv \"Beta\"\n");
	house_file(s.house, "vendors/alpha.yaml", "title: Alpha\nnames: [Alpha]\n");
	house_file(s.house, "vendors/beta.yaml", "title: Beta\nnames: [Beta]\n");
	house_file(s.house, "sites/office.yaml",
		   "timezone: UTC\nports: [{name: lan0}]\nmatch: [mac, eui64]\n");
	house_file(s.house, "assets/office.csv",
		   "mac,role,status\n44:19:b6:00:00:77,router,legacy\n");
	house_file(s.house, "policies/all.yaml",
		   "vendors: [alpha]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(s.house, "policies/some.yaml",
		   "vendors: [beta]\nphases: [{from: 2026-01-01, action: log}]\n");
	house_link(s.house, (struct og_gw_link){.name = "lan0", .ifindex = 3});
	house_addr(s.house, 3, "2001:db8:1::1", 64);
	open_scene(&s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		query.mac = cases[i].mac;
		query.src = house_address(cases[i].src);
		query.has_dst = cases[i].dst;
		if (cases[i].dst)
			query.dst = house_address(cases[i].dst);
		assert_int_equal(og_explain(s.config, s.compiled, NULL, &query, &e), 0);
		assert_string_equal(e->answer, cases[i].verdict);
		assert_string_equal(e->reason, cases[i].reason);
		assert_string_equal(e->evidence, cases[i].evidence);
		assert_string_equal(e->mac, cases[i].subject);
		if (!strcmp(cases[i].evidence, "eui64"))
			assert_true(tells(e, "(EUI-64)"));
		og_explanation_free(e);
	}
	og_compiled_free(s.compiled);
	og_config_free(s.config);

	/* A site that does not match by it. */
	house_file(s.house, "sites/office.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	open_scene(&s);
	query.mac = 0;
	query.src = house_address(A6);
	assert_int_equal(og_explain(s.config, s.compiled, NULL, &query, &e), 0);
	assert_string_equal(e->reason, "unlisted");
	assert_string_equal(e->mac, CAM);
	assert_null(e->vendor);
	assert_true(tells(e, "which the site does not look at"));
	og_explanation_free(e);
	close_scene(&s);
}

/* A prefix that the registries list and nobody has accepted is seen, and nothing more. */
static void what_nobody_accepted_is_observed(void **state)
{
	static const char text[] = "hikvision 44:19:b7/24 hwdb \"Hangzhou Hikvision\"\n";
	struct og_diags diags = {0};
	struct og_explanation *e;
	struct scene s;

	(void)state;
	set_up(&s);
	/* An exception for a part of it lists nothing either. */
	house_file(s.house, "exceptions/part.yaml",
		   "{policy: cameras, prefix: \"44:19:b7:00:00/36\", owner: a, reason: b, "
		   "approver: c, author: x, approved_by: y, until: 2028-01-01}\n");
	house_file(s.house, "assets/office.csv",
		   "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n"
		   "44:19:b7:00:00:01,recorder,legacy\n");
	s.config = house_config(s.house);
	assert_int_equal(og_lock_parse(text, strlen(text), "news", s.config->arena,
				       &s.config->unaccepted, &diags),
			 0);
	assert_int_equal(og_compile(s.config, &s.house->gateway, 0, &s.compiled, &diags), 0);
	for (uint64_t mac = 0x4419b7000000; mac < 0x4419b7000003; mac++) {
		e = ask(&s, mac, "192.0.2.1", 0, 0, JUNE + 30 * 86400);
		assert_string_equal(e->answer, "pass");
		assert_string_equal(e->action, "observe");
		assert_string_equal(e->vendor, "hikvision");
		assert_string_equal(e->prefix, "44:19:b7/24");
		assert_null(e->policy);
		assert_non_null(strstr(e->steps[0], "is not in prefixes.lock: it is observed"));
		og_explanation_free(e);
	}
	/* What is accepted is judged as ever. */
	e = ask(&s, CAMERA, "192.0.2.1", 0, 0, JUNE + 30 * 86400);
	assert_string_equal(e->answer, "drop");
	og_explanation_free(e);
	og_diags_free(&diags);
	close_scene(&s);
}

static void tells_of_guards_and_gates(void **state)
{
	struct og_explanation *e;
	struct scene s;

	(void)state;
	set_up(&s);
	house_file(
		s.house, "policies/cameras.yaml",
		"vendors: [hikvision]\nphases:\n  - {from: 2027-01-01, action: restrict, allow: "
		"[192.0.2.0/24]}\n  - {from: 2027-06-07T10:00, action: block, gate: {quiet_days: "
		"14}}\n  - {from: 2028-01-01, action: isolate, gate: {quiet_days: 7}}\n");
	house_link(s.house, (struct og_gw_link){.name = "lan0", .ifindex = 3});
	house_hold(s.house, 0x4419b6000077, "office");
	house_hold(s.house, CAMERA, "office");
	open_scene(&s);
	e = ask(&s, CAMERA, "198.51.100.9", IPPROTO_TCP, 443, JUNE + 10 * 86400);
	assert_string_equal(e->action, "restrict");
	assert_false(e->held);
	assert_true(
		tells(e, "Policy cameras: block would be in force since 2027-06-07T10:00:00+00:00, "
			 "but waits for its gate: 14 quiet days"));
	for (size_t i = 0; i < e->step_count; i++)
		assert_null(strstr(e->steps[i], "isolate"));
	og_explanation_free(e);
	e = ask(&s, 0x4419b6000077, "198.51.100.9", IPPROTO_TCP, 443, JUNE);
	assert_string_equal(e->action, "log");
	assert_string_equal(e->answer, "pass");
	assert_true(e->held);
	assert_true(tells(e, "Held: the device fronts several addresses"));
	assert_true(tells(e, "restrict since 2027-01-01T00:00:00+00:00; held at log"));
	og_explanation_free(e);
	close_scene(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_every_step),
		cmocka_unit_test(explains_who_is_not_judged),
		cmocka_unit_test(asks_for_a_site),
		cmocka_unit_test(judges_who_is_behind),
		cmocka_unit_test(what_nobody_accepted_is_observed),
		cmocka_unit_test(tells_of_guards_and_gates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
