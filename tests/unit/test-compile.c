// SPDX-License-Identifier: GPL-2.0
/*
 * test-compile.c: files and gateway to ruleset (policy/compile/)
 *
 * Each test writes real configuration files, loads and compiles them, and asks the ruleset.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/decide.h>
#include "policy/compile/compile.h"
#include "policy/compile/table.h"
#include "tests/vectors/house.h"

#define LOCK                                                                     \
	"hikvision 28:57:be/24 hwdb \"Hangzhou Hikvision Digital Technology\"\n" \
	"hikvision 44:19:b6/24 hwdb \"Hangzhou Hikvision Digital Technology\"\n" \
	"dahua 70:b3:d5:12:30/36 hwdb \"Zhejiang Dahua Technology Co., Ltd.\"\n" \
	"dahua e0:50:8b/24 hwdb \"Zhejiang Dahua Technology Co., Ltd.\"\n"       \
	"dahua e0:50:8c:50/28 hwdb \"Zhejiang Dahua Technology Co., Ltd.\"\n"

#define CAMERA	0x4419b6000001
#define CAMERA2 0x4419b6000002
#define OTHER	0xe0508b000001

/* 2027-01-01, 2027-06-01 and 2028-01-01, 00:00 UTC. */
#define JANUARY 1798761600
#define JUNE	1811808000
#define LATER	1830297600

static struct og_compiled *build(struct house *house, int64_t now)
{
	return house_compile(house, now);
}

static struct house *common(void)
{
	struct house *house = house_new();

	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock", LOCK);
	house_file(house, "vendors/hikvision.yaml",
		   "title: Hikvision\nnames: [\"Hangzhou Hikvision Digital Technology\"]\n");
	house_file(house, "vendors/dahua.yaml",
		   "title: Dahua\nnames: [\"Zhejiang Dahua Technology Co., Ltd.\"]\n");
	house_file(house, "sites/office.yaml",
		   "timezone: UTC\nclass: sensitive\nports: [{name: lan0}]\n");
	house_link(house, (struct og_gw_link){.name = "lan0", .ifindex = 3, .mac = 0x020000000003});
	house_link(house, (struct og_gw_link){.name = "wan0", .ifindex = 2, .mac = 0x020000000002});
	house_addr(house, 3, "10.1.0.1", 24);
	house_addr(house, 3, "2001:db8:1::1", 64);
	house_addr(house, 2, "192.0.2.1", 24);
	return house;
}

/* Which action applies to @mac at site number @site and second @at. */
static int action_of(const struct og_compiled *c, uint64_t mac, int site, int64_t at)
{
	const struct og_ruleset *rs = c->ruleset;
	int phase = og_phase_at(rs, og_class_of(rs, mac, site, og_group_of(rs, mac)), at);

	return phase < 0 ? OG_OBSERVE : rs->phase[phase].action;
}

static const struct og_phase *phase_of(const struct og_compiled *c, uint64_t mac, int site,
				       int64_t at)
{
	const struct og_ruleset *rs = c->ruleset;
	int phase = og_phase_at(rs, og_class_of(rs, mac, site, og_group_of(rs, mac)), at);

	assert_true(phase >= 0);
	return &rs->phase[phase];
}

/* A dropped or passed TCP packet from @mac to @dst; gives the reason. */
static int reason_to(const struct og_compiled *c, uint64_t mac, uint32_t ifindex, const char *dst,
		     uint16_t port, int64_t at)
{
	struct og_facts facts = {
		.mac = mac,
		.ifindex = ifindex,
		.ethertype = OG_ETH_IPV4,
		.proto = OG_PROTO_TCP,
		.tcp_flags = 2,
		.dport = port,
		.src = og_addr_v4(ifindex == 3 ? 0x0a010064 : 0x0a020064),
		.flags = OG_F_DST | OG_F_PORTS,
	};
	struct og_verdict v = {0}, other = {0};

	facts.dst = house_address(dst);
	if (!og_addr_is_v4(&facts.dst))
		facts.ethertype = OG_ETH_IPV6;
	return og_decide(c->ruleset, &facts, at, &v, &other) ? other.reason : v.reason;
}

static bool is_internal(const struct og_compiled *c, int site, const char *text)
{
	const struct og_addr addr = house_address(text);

	return og_range_of(c->ruleset, c->ruleset->site[site].internal, &addr) != OG_NO_RANGE;
}

static void blocks_one_vendor(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2027-01-01, action: log}, "
		   "{from: 2027-06-01, action: block}]\n");
	c = build(house, JANUARY - 100);
	assert_int_equal(action_of(c, CAMERA, 1, JANUARY - 1), OG_OBSERVE);
	assert_int_equal(action_of(c, CAMERA, 1, JANUARY), OG_LOG);
	assert_int_equal(action_of(c, CAMERA, 1, JUNE - 1), OG_LOG);
	assert_int_equal(action_of(c, CAMERA, 1, JUNE), OG_BLOCK);
	assert_int_equal(action_of(c, OTHER, 1, JUNE), OG_OBSERVE);
	assert_int_equal(c->next_change, JANUARY);
	assert_int_equal(c->port_count, 1);
	assert_int_equal(c->ports[0].ifindex, 3);
	assert_string_equal(og_compiled_site(c, 1), "office");
	assert_string_equal(og_compiled_policy(c, phase_of(c, CAMERA, 1, JUNE)->policy), "cameras");
	assert_string_equal(og_compiled_group_vendor(c, og_group_of(c->ruleset, CAMERA)),
			    "hikvision");
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.1", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.77", 443, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 3, "2001:db8:1::5", 443, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.1", 443, JUNE), OG_R_GATEWAY_CLOSED);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.1", 443, JUNE), OG_R_GATEWAY_CLOSED);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.2", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA, 2, "198.51.100.1", 443, JUNE), OG_R_UNCOVERED);
	og_compiled_free(c);

	/* What has passed leaves only what is in force, with the second it began. */
	c = build(house, LATER);
	assert_int_equal(c->ruleset->header.phases_used, 1);
	assert_int_equal(phase_of(c, CAMERA, 1, LATER)->from, JUNE);
	assert_int_equal(c->next_change, 0);
	og_compiled_free(c);
	house_free(house);
}

static void same_input_same_bytes(void **state)
{
	struct house *house = common();
	struct og_compiled *a, *b;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision, dahua]\nphases: [{from: 2027-01-01, action: restrict, "
		   "allow: [{to: 192.0.2.0/24}, {to: 198.51.100.7, port: 123/udp}]}]\n");
	house_file(house, "assets/office.csv",
		   "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n");
	a = build(house, JANUARY);
	b = build(house, JANUARY);
	assert_memory_equal(a->ruleset, b->ruleset, sizeof(*a->ruleset));
	assert_int_equal(og_ruleset_verify(a->ruleset, sizeof(*a->ruleset)), 0);
	og_compiled_free(a);
	og_compiled_free(b);
	house_free(house);
}

/* What was decided is a fact: in whatever order it comes, the bytes are the same. */
static void same_decisions_same_bytes(void **state)
{
	static const char gate[] = "cameras office block 2027-01-01T00:00:00 3 quiet days";
	struct house *house = common(), *other = common();
	struct og_compiled *a, *b;

	(void)state;
	for (int i = 0; i < 2; i++)
		house_file(
			i ? other : house, "policies/cameras.yaml",
			"vendors: [hikvision, dahua]\nphases: [{from: 2027-01-01, action: block, "
			"gate: {quiet_days: 3}}]\n");
	a = build(house, JANUARY);
	assert_int_equal(action_of(a, CAMERA, 1, JUNE), OG_OBSERVE);
	assert_int_equal(a->held_count, 0);
	og_compiled_free(a);
	house_hold(house, CAMERA, "office");
	house_hold(house, CAMERA2, "office");
	house_open(house, gate);
	house_open(house, "another");
	house_hold(other, CAMERA2, "office");
	house_hold(other, CAMERA, "office");
	house_hold(other, CAMERA, "office");
	house_open(other, "another");
	house_open(other, gate);
	a = build(house, JANUARY);
	b = build(other, JANUARY);
	assert_memory_equal(a->ruleset, b->ruleset, sizeof(*a->ruleset));
	assert_int_equal(action_of(a, CAMERA + 9, 1, JUNE), OG_BLOCK);
	assert_int_equal(action_of(a, CAMERA, 1, JUNE), OG_LOG);
	assert_int_equal(phase_of(a, CAMERA, 1, JUNE)->flags, OG_PHASE_LOG | OG_PHASE_HELD);
	assert_int_equal(b->held_count, 2);
	assert_int_equal(b->held[0].mac, CAMERA < CAMERA2 ? CAMERA : CAMERA2);
	assert_int_equal(b->held[1].site, 1);
	assert_int_equal(b->decided.gate_count, 2);
	og_compiled_free(a);
	og_compiled_free(b);
	house_free(house);
	house_free(other);
}

static void new_devices_follow_their_rule(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nnew_devices: {action: block, from: 2027-01-01}\n"
		   "phases: [{from: 2026-01-01, action: log}, {from: 2027-06-01, action: "
		   "isolate}]\n");
	c = build(house, 0);
	assert_int_equal(action_of(c, CAMERA, 1, JANUARY), OG_LOG); /* no register, none is new */
	og_compiled_free(c);

	house_file(house, "assets/office.csv",
		   "mac,role,status\n"
		   "44:19:b6:00:00:01,camera,legacy\n"
		   "44:19:b6:00:00:02,camera,removed\n"
		   "44:19:b6:00:00:03,camera,legacy-unproven\n"
		   "44:19:b6:00:00:04,camera,replaced\n"
		   "44:19:b6:00:00:05,camera,false-positive\n"
		   "44:19:b6:00:00:06,phone,legacy\n"
		   "44:19:b6:00:00:07,router,legacy\n"
		   "44:19:b6:00:00:08,router,removed\n");
	c = build(house, 0);
	assert_int_equal(action_of(c, CAMERA, 1, JANUARY), OG_LOG);
	assert_int_equal(action_of(c, CAMERA, 1, JUNE), OG_ISOLATE);
	assert_int_equal(action_of(c, CAMERA2, 1, JANUARY - 1), OG_LOG);
	assert_int_equal(action_of(c, CAMERA2, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, CAMERA2, 1, JUNE), OG_BLOCK);
	assert_int_equal(action_of(c, CAMERA + 2, 1, JANUARY), OG_LOG);
	assert_int_equal(action_of(c, CAMERA + 3, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, CAMERA + 4, 1, JUNE), OG_OBSERVE);
	assert_int_equal(action_of(c, CAMERA + 5, 1, JUNE), OG_OBSERVE); /* phones are spared */
	assert_int_equal(reason_to(c, CAMERA + 6, 3, "198.51.100.1", 443, JUNE),
			 OG_R_INFRASTRUCTURE);
	assert_int_equal(action_of(c, CAMERA + 7, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, CAMERA + 8, 1, JANUARY), OG_BLOCK);
	assert_int_equal(c->router_count, 1);
	assert_true(c->routers[0].declared && c->routers[0].mac == CAMERA + 6);
	og_compiled_free(c);
	house_free(house);
}

static void next_hops_are_infrastructure(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_nexthop(house, 3, CAMERA);
	house_nexthop(house, 2, 0x000102030405);
	c = build(house, JUNE);
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.1", 443, JUNE), OG_R_INFRASTRUCTURE);
	assert_int_equal(reason_to(c, CAMERA2, 3, "198.51.100.1", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(c->router_count, 1);
	assert_false(c->routers[0].declared);
	og_compiled_free(c);
	/* Somebody on the uplink has taken another camera's address: a next hop, but none in the LAN. */
	house_nexthop(house, 2, CAMERA2);
	c = build(house, JUNE);
	assert_int_equal(reason_to(c, CAMERA2, 3, "198.51.100.1", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(c->router_count, 1);
	og_compiled_free(c);
	house_file(house, "sites/office.yaml",
		   "timezone: UTC\nports: [{name: lan0}]\nenforce_routers: true\n");
	c = build(house, JUNE);
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.1", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(c->router_count, 0);
	assert_int_equal(c->ruleset->site[1].flags, 0);
	og_compiled_free(c);
	house_file(house, "sites/office.yaml", "ports: [{name: lan0}]\non_block: reject\n");
	c = build(house, JUNE);
	assert_int_equal(c->ruleset->site[1].flags, OG_SITE_REJECT);
	og_compiled_free(c);
	house_free(house);
}

#define EXCEPTION(what)           \
	"{policy: cameras, " what \
	", owner: a, reason: b, approver: c, author: x, approved_by: y, until: 2027-06-01}\n"

static void exceptions_open_for_a_time(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision, dahua]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "exceptions/device.yaml",
		   EXCEPTION("device: \"44:19:b6:00:00:01\", from: 2027-01-01"));
	house_file(house, "exceptions/part.yaml", EXCEPTION("prefix: \"e0:50:8b:30/28\""));
	house_file(house, "exceptions/to.yaml",
		   EXCEPTION("device: \"44:19:b6:00:00:02\", to: [{to: 198.51.100.0/24}]"));
	c = build(house, 0);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.9", 443, JANUARY - 1), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.9", 443, JANUARY), OG_R_EXCEPTION);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.9", 443, JUNE - 1), OG_R_EXCEPTION);
	assert_int_equal(reason_to(c, CAMERA, 3, "192.0.2.9", 443, JUNE), OG_R_EGRESS);
	assert_string_equal(og_compiled_exception(c, phase_of(c, CAMERA, 1, JANUARY)->exception),
			    "device");
	assert_int_equal(reason_to(c, CAMERA2, 3, "192.0.2.9", 443, JANUARY), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA2, 3, "198.51.100.9", 443, JANUARY), OG_R_EXCEPTION);
	assert_int_equal(reason_to(c, CAMERA2, 3, "198.51.100.9", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(action_of(c, CAMERA2, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, 0xe0508b2fffff, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, 0xe0508b300000, 1, JANUARY), OG_OBSERVE);
	assert_int_equal(action_of(c, 0xe0508b3fffff, 1, JANUARY), OG_OBSERVE);
	assert_int_equal(action_of(c, 0xe0508b400000, 1, JANUARY), OG_BLOCK);
	assert_int_equal(action_of(c, 0xe0508b300000, 1, JUNE), OG_BLOCK);
	assert_string_equal(og_compiled_group_vendor(c, og_group_of(c->ruleset, 0xe0508b300000)),
			    "dahua");
	og_compiled_free(c);

	house_file(house, "exceptions/site.yaml", EXCEPTION("site: office, from: 2027-01-01"));
	c = build(house, 0);
	assert_int_equal(action_of(c, CAMERA + 9, 1, JANUARY - 1), OG_BLOCK);
	assert_int_equal(action_of(c, CAMERA + 9, 1, JANUARY), OG_OBSERVE);
	assert_int_equal(action_of(c, CAMERA + 9, 1, JUNE), OG_BLOCK);
	og_compiled_free(c);
	house_free(house);
}

static void a_pending_exception_changes_no_byte(void **state)
{
	struct og_compiled *without, *with;
	struct house *house = common();

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision, dahua]\nphases: [{from: 2026-01-01, action: block}]\n");
	without = build(house, JANUARY);
	house_file(house, "exceptions/one.yaml",
		   "- {policy: cameras, site: office, owner: a, reason: b, approver: c, author: x, "
		   "until: 2027-06-01}\n- {policy: cameras, prefix: \"e0:50:8b:30/28\", owner: a, "
		   "reason: b, approver: c, author: x, until: 2027-06-01}\n");
	with = build(house, JANUARY);
	assert_memory_equal(without->ruleset, with->ruleset, sizeof(*with->ruleset));
	assert_int_equal(with->exception_count, 1);
	og_compiled_free(without);
	og_compiled_free(with);
	house_free(house);
}

static void policies_merge_by_field(void **state)
{
	struct house *house = common();
	const struct og_phase *p;
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/a.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: restrict, allow: "
		   "[{to: 198.51.100.0/24}, {to: 203.0.113.5, port: 123/udp}]}]\n");
	house_file(house, "policies/b.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: restrict, allow: "
		   "[{to: 198.51.100.128/25, port: 443/tcp}, {to: 203.0.113.0/24}]}]\n");
	house_file(house, "policies/c.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: limit, rate: "
		   "128kbit, burst: 16kB, mark: 0x10/0xf0}]\n");
	house_file(house, "policies/d.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: limit, rate: "
		   "64kbit, burst: 8kB, mark: 1/0xf}]\n");
	c = build(house, JUNE);
	p = phase_of(c, CAMERA, 1, JUNE);
	assert_int_equal(p->action, OG_RESTRICT);
	assert_string_equal(og_compiled_policy(c, p->policy), "a");
	assert_int_equal(p->flags, OG_PHASE_LOG);
	assert_int_equal(p->ns_per_kib, 8192000000000 / 64000);
	assert_int_equal(p->burst_ns, 8000 * 8000000000ULL / 64000);
	assert_int_equal(p->mark, 0x11);
	assert_int_equal(p->mark_mask, 0xff);
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.200", 443, JUNE), OG_R_ALLOWED);
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.200", 80, JUNE), OG_R_NOT_ALLOWED);
	assert_int_equal(reason_to(c, CAMERA, 3, "198.51.100.1", 443, JUNE), OG_R_NOT_ALLOWED);
	assert_int_equal(reason_to(c, CAMERA, 3, "203.0.113.5", 123, JUNE), OG_R_NOT_ALLOWED);
	assert_int_equal(reason_to(c, CAMERA, 3, "203.0.113.6", 123, JUNE), OG_R_NOT_ALLOWED);
	og_compiled_free(c);
	house_free(house);
}

static void covers_bridges_and_vlans(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "sites/barn.yaml",
		   "timezone: UTC\nports: [{name: br0, uplink: up0, vlans: [20, 30-31]}, "
		   "{name: late0}]\n");
	house_link(house, (struct og_gw_link){.name = "br0", .ifindex = 10, .kind = "bridge"});
	house_link(house, (struct og_gw_link){.name = "up0", .ifindex = 11, .master = 10});
	house_link(house, (struct og_gw_link){.name = "p1", .ifindex = 12, .master = 10});
	house_link(house, (struct og_gw_link){.name = "p2", .ifindex = 13, .master = 10});
	house_link(
		house,
		(struct og_gw_link){
			.name = "br0.20", .ifindex = 14, .kind = "vlan", .vlan = 20, .link = 10});
	house_addr(house, 10, "10.2.0.1", 24);
	house_addr(house, 14, "10.2.20.1", 24);
	c = build(house, JUNE);
	/* Sites go by name: barn is 1, office 2. */
	assert_int_equal(og_site_of(c->ruleset, 12, 0), 1);
	assert_int_equal(og_site_of(c->ruleset, 13, 31), 1);
	assert_int_equal(og_site_of(c->ruleset, 13, 32), OG_SITE_NONE);
	assert_int_equal(og_site_of(c->ruleset, 11, 0), OG_SITE_NONE);
	assert_int_equal(og_site_of(c->ruleset, 10, 0), OG_SITE_NONE);
	assert_int_equal(og_site_of(c->ruleset, 3, 0), 2);
	assert_int_equal(c->port_count, 3);
	assert_int_equal(c->missing_count, 1);
	assert_string_equal(c->missing[0].name, "late0");
	assert_int_equal(reason_to(c, CAMERA, 12, "10.2.0.9", 443, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 12, "10.2.20.9", 443, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 12, "10.1.0.9", 443, JUNE), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.2.0.9", 443, JUNE), OG_R_EGRESS);
	og_compiled_free(c);
	house_free(house);
}

/* A port of a VLAN-aware bridge that the files name by itself. */
static void finds_the_prefixes_of_a_port(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "sites/barn.yaml",
		   "timezone: UTC\nports: [{name: p1, vlans: [20], untagged: false}]\n");
	house_link(house, (struct og_gw_link){.name = "br0", .ifindex = 10, .kind = "bridge"});
	house_link(house, (struct og_gw_link){.name = "p1", .ifindex = 12, .master = 10});
	house_link(
		house,
		(struct og_gw_link){
			.name = "br0.20", .ifindex = 14, .kind = "vlan", .vlan = 20, .link = 10});
	house_link(
		house,
		(struct og_gw_link){
			.name = "br0.30", .ifindex = 15, .kind = "vlan", .vlan = 30, .link = 10});
	house_addr(house, 10, "10.2.0.1", 24);
	house_addr(house, 14, "10.2.20.1", 24);
	house_addr(house, 15, "10.2.30.1", 24);
	c = build(house, JUNE);
	assert_int_equal(og_site_of(c->ruleset, 12, 20), 1);
	assert_int_equal(og_site_of(c->ruleset, 12, 0), OG_SITE_NONE);
	assert_true(is_internal(c, 1, "10.2.20.9"));
	assert_false(is_internal(c, 1, "10.2.30.9"));
	assert_false(is_internal(c, 1, "10.2.0.9"));
	assert_false(is_internal(c, 1, "10.1.0.9"));
	og_compiled_free(c);
	house_free(house);
}

static void cuts_never_internal_out(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "sites/office.yaml",
		   "timezone: UTC\nports: [{name: lan0}]\nnever_internal: [10.1.0.53]\n"
		   "own_addresses: [10.1.0.254]\n");
	c = build(house, JUNE);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.52", 53, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.53", 53, JUNE), OG_R_EGRESS);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.54", 53, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.254", 53, JUNE), OG_R_GATEWAY_CLOSED);
	og_compiled_free(c);
	house_free(house);
}

static void isolates_within_the_own_prefix(void **state)
{
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: isolate}]\n");
	house_addr(house, 3, "10.1.1.1", 24); /* its neighbour must not become one prefix with it */
	c = build(house, JUNE);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.0.9", 443, JUNE), OG_R_INTERNAL);
	assert_int_equal(reason_to(c, CAMERA, 3, "10.1.1.9", 443, JUNE), OG_R_ISOLATED);
	og_compiled_free(c);
	house_free(house);
}

static void refuses_what_cannot_be_covered(void **state)
{
	struct house *house = common();

	(void)state;
	house_file(house, "sites/office.yaml", "timezone: UTC\nports: [{name: br0}]\n");
	house_link(house, (struct og_gw_link){.name = "br0", .ifindex = 10, .kind = "bridge"});
	house_refused(house, JUNE, -EINVAL, "`br0` is a bridge");
	house_free(house);
}

/* Sites of several gateways in one directory: each covers its own, on the same interface. */
static void covers_the_sites_of_this_gateway(void **state)
{
	static const struct {
		const char *host;
		uint16_t site; /* that has lan0 */
	} cases[] = {
		{"gw-a", 1},  {"GW-A.example.org", 1}, {"gw-b.example.org", 2},
		{"gw-b", 2},  {"gw-b.example.com", 0}, {"gw", 0},
		{"gw-ab", 0},
	};
	struct house *house = common();
	struct og_compiled *c;

	(void)state;
	house_file(house, "sites/office.yaml",
		   "timezone: UTC\ngateways: [gw-b.example.org, gw-c]\nports: [{name: lan0}]\n"
		   "match: [mac, eui64]\n");
	house_file(house, "sites/barn.yaml", "gateways: [gw-a]\nports: [{name: lan0}]\n");
	house_file(house, "sites/yard.yaml", "ports: [{name: wan0}]\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		strcpy(house->gateway.host, cases[i].host);
		c = build(house, 0);
		assert_int_equal(og_site_of(c->ruleset, 3, 0), cases[i].site);
		assert_int_equal(og_site_of(c->ruleset, 2, 0), 3);
		assert_int_equal(c->elsewhere[1], cases[i].site != 1);
		assert_int_equal(c->elsewhere[2], cases[i].site != 2);
		assert_false(c->elsewhere[3]);
		assert_int_equal(c->missing_count, 0);
		assert_int_equal(c->ruleset->header.flags & OG_RULESET_EUI64, cases[i].site == 2);
		og_compiled_free(c);
	}
	house_file(house, "sites/barn.yaml", "gateways: [gw-a]\nports: [{name: lan7}]\n");
	house->gateway.host[0] = '\0'; /* not known: all of them */
	c = build(house, 0);
	assert_int_equal(og_site_of(c->ruleset, 3, 0), 2);
	assert_int_equal(c->missing_count, 1);
	assert_false(c->elsewhere[1] || c->elsewhere[2] || c->elsewhere[3]);
	og_compiled_free(c);
	house_free(house);
}

/* As much as a configuration may hold still compiles, and quickly. */
static void compiles_large_configurations(void **state)
{
	struct house *house = common();
	struct og_compiled *c;
	char name[64], text[256];
	char *rows = malloc(30000 * 40 + 64);
	size_t at;

	(void)state;
	assert_non_null(rows);
	at = (size_t)sprintf(rows, "mac,role,status\n");
	for (unsigned int i = 0; i < 29000; i++)
		at += (size_t)sprintf(rows + at, "44:19:b6:%02x:%02x:%02x,camera,legacy\n", i >> 16,
				      i >> 8 & 255, i & 255);
	house_file(house, "assets/office.csv", rows);
	free(rows);
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "sites/s%d.yaml", i);
		snprintf(text, sizeof(text), "timezone: UTC\nports: [{name: e%d}]\n", i);
		house_file(house, name, text);
		snprintf(name, sizeof(name), "policies/p%d.yaml", i);
		snprintf(text, sizeof(text),
			 "vendors: [hikvision, dahua]\nphases: [{from: 20%d-01-01, action: log}]\n",
			 30 + i);
		house_file(house, name, text);
		snprintf(name, sizeof(name), "exceptions/x%d.yaml", i);
		snprintf(text, sizeof(text),
			 "{policy: p%d, device: \"44:19:b6:00:01:%02x\", owner: a, reason: b, "
			 "approver: c, author: x, approved_by: y, until: 2029-01-01}\n",
			 i, i);
		house_file(house, name, text);
	}
	c = build(house, 0);
	assert_int_equal(og_ruleset_verify(c->ruleset, sizeof(*c->ruleset)), 0);
	assert_int_equal(c->ruleset->header.exact_used, 29000 + 60 * 60);
	assert_int_equal(c->missing_count, 60);
	og_compiled_free(c);
	house_free(house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_one_vendor),
		cmocka_unit_test(same_input_same_bytes),
		cmocka_unit_test(same_decisions_same_bytes),
		cmocka_unit_test(new_devices_follow_their_rule),
		cmocka_unit_test(next_hops_are_infrastructure),
		cmocka_unit_test(exceptions_open_for_a_time),
		cmocka_unit_test(a_pending_exception_changes_no_byte),
		cmocka_unit_test(policies_merge_by_field),
		cmocka_unit_test(covers_bridges_and_vlans),
		cmocka_unit_test(finds_the_prefixes_of_a_port),
		cmocka_unit_test(cuts_never_internal_out),
		cmocka_unit_test(isolates_within_the_own_prefix),
		cmocka_unit_test(refuses_what_cannot_be_covered),
		cmocka_unit_test(covers_the_sites_of_this_gateway),
		cmocka_unit_test(compiles_large_configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
