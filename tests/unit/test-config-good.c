// SPDX-License-Identifier: GPL-2.0
/*
 * test-config-good.c: a configuration that uses every key, compared field by field
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/base/address.h"
#include "policy/config/config-port.h"

static const struct kit_file files[] = {
	{"ouiguard.yaml", "engine: bpf\n"
			  "hook: tc\n"
			  "registry: [/srv/oui.csv]\n"
			  "leases: [/var/lib/misc/dnsmasq.leases, /var/lib/kea/kea-leases4.csv]\n"
			  "retention: {sightings: 900d}\nabsence: {silent: 3}\n"},
	{"sites/whitehall.yaml", "class: sensitive\n"
				 "owner: >\n"
				 "  Facilities,\n"
				 "  Whitehall\n"
				 "timezone: Europe/London\n"
				 "gateways: [gw-a, gw-b]\n"
				 "ports:\n"
				 "  - {name: lan1, vlans: [20, 30-39]}\n"
				 "  - {name: br0, uplink: wan0, vlans: all}\n"
				 "  - {name: lan2, untagged: false, vlans: 7}\n"
				 "own_addresses: [10.1.0.254, '2001:db8::fe']\n"
				 "internal: [10.1.0.0/16, '2001:db8::/48', '::/1']\n"
				 "never_internal: [10.1.0.53]\n"
				 "gateway_services: [dns, 161/udp, 8000-8010/tcp, esp]\n"
				 "match: [mac, eui64]\n"
				 "enforce_routers: true\n"
				 "probe: false\n"
				 "on_block: drop\n"},
	{"policies/doors.yaml",
	 "vendors: [zeta, acme]\n"
	 "applies_to: {sites: [whitehall]}\n"
	 "roles: {only: [camera, router]}\n"
	 "new_devices: {from: 2027-02-01, action: isolate, mark: 7}\n"
	 "phases:\n"
	 "  - {from: 2026-12-01, action: observe}\n"
	 "  - {from: 2027-01-01T08:30:15, action: log, mark: 0x10/0xff}\n"
	 "  - {from: '2027-02-01T10:00+01:00', action: limit, rate: 64kbit, burst: 16KiB}\n"
	 "  - {from: 2027-03-01T10:00Z, action: limit, rate: 1gbit}\n"
	 "  - from: 2027-04-01\n"
	 "    action: restrict\n"
	 "    allow:\n"
	 "      - 10.0.0.0/8\n"
	 "      - {to: 192.0.2.123, port: 123/udp}\n"
	 "      - {to: '::/0', port: icmpv6}\n"
	 "  - {from: 2027-05-01, action: block}\n"},
	{"policies/rest.yaml", "programme: cleanup\n"
			       "applies_to: {class: sensitive}\n"
			       "roles: {except: []}\n"
			       "phases: [{from: 2027-05-01, action: log}]\n"},
	{"exceptions/one.yaml", "policy: cams\n"
				"device: 00-11-22-00-00-01\n"
				"site: north\n"
				"to: [192.0.2.0/24, {to: 198.51.100.1, port: 443/tcp}]\n"
				"owner: Ann\n"
				"reason: The supplier is late\n"
				"approver: Bob\nauthor: ann\napproved_by: bob\n"
				"from: 2027-01-01\n"
				"until: 2027-02-01T12:00\n"},
	{"exceptions/two.yaml", "- {policy: cams, prefix: '00:11:22:d0/28', owner: A, reason: B, "
				"approver: C, author: x, approved_by: y, until: 2027-02-01}\n"
				"- {policy: doors, site: whitehall, owner: A, reason: B, "
				"approver: C, author: x, approved_by: y, until: 2027-02-01}\n"},
	{"assets/whitehall.csv", "mac,role,status,installed,evidence,asset_tag,serial,switch_port,"
				 "location,note\n"
				 "00:11:22:00:00:01,camera,legacy,2019-05-30,invoice,T1,S1,sw1/7,"
				 "Gate,old\n"},
	{"programmes/cleanup.yaml",
	 "title: Clean-up\n"
	 "authority: The ministry\n"
	 "equipment: cameras\n"
	 "sources: [{date: 2022-11, title: Statement, url: 'https://example.org/'},\n"
	 "          {date: 2023, title: Letter}]\n"
	 "vendors: [acme]\n"
	 "milestones:\n"
	 "  - {name: most, due: 2024-10-31, measure: sites, at_least: 70%}\n"
	 "  - {name: few, due: 2025-01-31, measure: devices, at_most: 5%}\n"
	 "  - {name: all, due: 2025-04-30, measure: devices, none_left: true}\n"},
	{"vendors/acme.yaml", "title: Acme\n"
			      "parent: Acme Holding\n"
			      "names: [Acme Ltd., 'Acme (UK) Ltd.']\n"
			      "subsidiaries: [{title: Roadrun, names: [Roadrun Inc.]}]\n"
			      "prefixes: [{prefix: '70:b3:d5:12:30:00/36', reason: measured},\n"
			      "  {prefix: 02-1A-2B-3C-4D-5E, reason: made up},\n"
			      "  {prefix: '00:11:22:33:44:55/48', reason: no prefix of its own}]\n"
			      "not_mapped: [Acme Bakery]\n"},
	{"sites/north.yaml", "ports: [{name: lan0}]\n"},
	{0},
};

static struct og_config *config;

static int setup(void **state)
{
	struct og_diags diags = {0};
	char *dir = kit_make(files);
	int ret = og_config_load(dir, NULL, &config, &diags);

	(void)state;
	og_diags_print(&diags, stderr);
	assert_int_equal(ret, 0);
	assert_int_equal(diags.count, 0);
	og_diags_free(&diags);
	/* What was read owns all its strings: the files may go. */
	kit_remove(dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	og_config_free(config);
	return 0;
}

static void expect_range(const struct og_addr *lo, const struct og_addr *hi, const char *text)
{
	char buffer[OG_PREFIX_TEXT];

	assert_string_equal(og_prefix_format(lo, hi, buffer), text);
}

static void main_file(void **state)
{
	(void)state;
	assert_int_equal(config->engine, OG_ENGINE_BPF);
	assert_int_equal(config->hook, OG_HOOK_TC);
	assert_int_equal(config->registry.count, 1);
	assert_string_equal(config->registry.names[0], "/srv/oui.csv");
	assert_int_equal(config->registry.marks[0].line, 3);
	assert_int_equal(config->registry.marks[0].column, 12);
	assert_int_equal(config->leases.count, 2);
	assert_int_equal(config->retention.sightings, 900);
	assert_int_equal(config->retention.events, 100000);
	assert_int_equal(config->absence.days, 30);
	assert_int_equal(config->absence.silent, 3);
	assert_string_equal(config->leases.names[1], "/var/lib/kea/kea-leases4.csv");
	assert_true(config->lock.present);
	assert_int_equal(config->lock.count, 2);
}

static void site_ports(void **state)
{
	const struct og_conf_site *site = og_config_site(config, "whitehall");

	(void)state;
	assert_int_equal(site->port_count, 3);
	assert_string_equal(site->ports[0].name, "lan1");
	assert_null(site->ports[0].uplink);
	assert_true(site->ports[0].untagged);
	assert_false(site->ports[0].vlans_all);
	for (unsigned int id = 1; id < 4095; id++)
		assert_int_equal(og_port_vlan(&site->ports[0], id),
				 id == 20 || (id >= 30 && id <= 39));
	assert_int_equal(site->ports[0].mark.line, 8);
	assert_int_equal(site->ports[0].mark.column, 5);
	assert_string_equal(site->ports[1].uplink, "wan0");
	assert_true(site->ports[1].vlans_all);
	assert_false(site->ports[2].untagged);
	assert_true(og_port_vlan(&site->ports[2], 7));
}

static void site_rest(void **state)
{
	const struct og_conf_site *site = og_config_site(config, "whitehall");
	const struct og_cidr *internal = site->internal.items;

	(void)state;
	assert_string_equal(site->class, "sensitive");
	assert_string_equal(site->owner, "Facilities, Whitehall");
	assert_string_equal(site->timezone, "Europe/London");
	assert_int_equal(site->gateways.count, 2);
	assert_string_equal(site->gateways.names[1], "gw-b");
	assert_int_equal(site->own_addresses.count, 2);
	expect_range(&site->own_addresses.items[1].lo, &site->own_addresses.items[1].hi,
		     "2001:db8::fe");
	assert_false(site->internal_connected);
	/* An IPv6 prefix that reaches over the IPv4 addresses does not hold them. */
	assert_int_equal(site->internal.count, 4);
	expect_range(&internal[0].lo, &internal[0].hi, "10.1.0.0/16");
	expect_range(&internal[1].lo, &internal[1].hi, "2001:db8::/48");
	expect_range(&internal[2].lo, &internal[2].hi, "::-::fffe:ffff:ffff");
	expect_range(&internal[3].lo, &internal[3].hi,
		     "::1:0:0:0-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_int_equal(site->never_internal.count, 1);
	assert_int_equal(site->gateway_service_count, 5);
	assert_int_equal(site->gateway_services[1].proto, IPPROTO_TCP);
	assert_int_equal(site->gateway_services[1].port_lo, 53);
	assert_int_equal(site->gateway_services[3].port_hi, 8010);
	assert_int_equal(site->gateway_services[4].proto, IPPROTO_ESP);
	assert_true(site->match_eui64);
	assert_true(site->enforce_routers);
	assert_false(site->probe);
	assert_false(site->reject);
	assert_string_equal(site->mark.file + strlen(site->mark.file) - 20, "sites/whitehall.yaml");
}

static void policy_scope(void **state)
{
	const struct og_conf_policy *doors = og_config_policy(config, "doors");
	const struct og_conf_policy *rest = og_config_policy(config, "rest");
	const struct og_conf_site *whitehall = og_config_site(config, "whitehall");
	const struct og_conf_site *north = og_config_site(config, "north");

	(void)state;
	assert_null(doors->programme);
	assert_int_equal(doors->vendors.count, 2);
	assert_string_equal(doors->vendors.names[0], "zeta");
	assert_ptr_equal(og_policy_vendors(config, doors), &doors->vendors);
	assert_int_equal(doors->roles, 1 << OG_ROLE_CAMERA | 1 << OG_ROLE_ROUTER);
	assert_true(doors->roles_given);
	assert_true(og_policy_applies(doors, whitehall));
	assert_false(og_policy_applies(doors, north));
	assert_string_equal(rest->programme, "cleanup");
	assert_string_equal(og_policy_vendors(config, rest)->names[0], "acme");
	assert_int_equal(rest->roles, (1 << OG_ROLE_COUNT) - 1);
	assert_true(og_policy_applies(rest, whitehall));
	assert_false(og_policy_applies(rest, north));
	assert_true(og_policy_applies(og_config_policy(config, "cams"), north));
}

static void policy_phases(void **state)
{
	const struct og_conf_policy *policy = og_config_policy(config, "doors");
	const struct og_conf_phase *phases = policy->phases;

	(void)state;
	assert_true(policy->has_new_devices);
	assert_int_equal(policy->new_devices.setting.action, OG_ISOLATE);
	assert_int_equal(policy->new_devices.setting.mark, 7);
	assert_int_equal(policy->new_devices.setting.mark_mask, 0xffffffff);
	assert_true(policy->new_devices.from.set);
	assert_int_equal(policy->phase_count, 6);
	assert_int_equal(phases[0].setting.action, OG_OBSERVE);
	assert_false(phases[0].setting.has_mark);
	assert_int_equal(phases[1].setting.action, OG_LOG);
	assert_int_equal(phases[1].from.second, 15);
	assert_true(phases[1].setting.has_mark);
	assert_int_equal(phases[1].setting.mark, 0x10);
	assert_int_equal(phases[1].setting.mark_mask, 0xff);
	assert_int_equal(phases[2].setting.action, OG_LIMIT);
	assert_int_equal(phases[2].setting.rate, 64000);
	assert_int_equal(phases[2].setting.burst, 16384);
	assert_int_equal(phases[2].from.offset, 3600);
	/* Without a burst: a tenth of a second. */
	assert_int_equal(phases[3].setting.burst, 12500000);
	assert_true(phases[3].from.has_offset);
	assert_int_equal(phases[5].setting.action, OG_BLOCK);
	assert_int_equal(phases[5].mark.line, 16);
}

static void policy_allow(void **state)
{
	const struct og_allows *allow = &og_config_policy(config, "doors")->phases[4].allow;

	(void)state;
	assert_int_equal(allow->count, 4);
	expect_range(&allow->items[0].to.lo, &allow->items[0].to.hi, "10.0.0.0/8");
	assert_int_equal(allow->items[0].service.proto, 0);
	assert_int_equal(allow->items[0].service.port_hi, 65535);
	expect_range(&allow->items[1].to.lo, &allow->items[1].to.hi, "192.0.2.123");
	assert_int_equal(allow->items[1].service.proto, IPPROTO_UDP);
	assert_int_equal(allow->items[1].service.port_lo, 123);
	assert_int_equal(allow->items[3].service.proto, IPPROTO_ICMPV6);
	assert_int_equal(og_config_policy(config, "doors")->phases[3].allow.count, 0);
}

static void exceptions(void **state)
{
	const struct og_conf_exception *e = config->exceptions;

	(void)state;
	assert_int_equal(config->exception_count, 3);
	assert_string_equal(e[0].name, "one");
	assert_string_equal(e[0].policy, "cams");
	assert_true(e[0].has_mac);
	assert_int_equal(e[0].mac.bits, 0x001122000001);
	assert_int_equal(e[0].mac.length, 48);
	assert_string_equal(e[0].site, "north");
	assert_int_equal(e[0].to.count, 2);
	assert_int_equal(e[0].to.items[1].service.port_lo, 443);
	assert_string_equal(e[0].owner, "Ann");
	assert_string_equal(e[0].reason, "The supplier is late");
	assert_string_equal(e[0].approver, "Bob");
	assert_string_equal(e[0].author, "ann");
	assert_string_equal(e[0].approved_by, "bob");
	assert_true(e[0].from.set);
	assert_int_equal(e[0].until.hour, 12);
	assert_string_equal(e[1].name, "two#1");
	assert_int_equal(e[1].mac.bits, 0x001122d00000);
	assert_int_equal(e[1].mac.length, 28);
	assert_null(e[1].site);
	assert_false(e[1].from.set);
	assert_int_equal(e[1].to.count, 0);
	assert_string_equal(e[2].name, "two#2");
	assert_false(e[2].has_mac);
	assert_string_equal(e[2].site, "whitehall");
}

static void registers(void **state)
{
	const struct og_conf_register *assets = og_config_register(config, "whitehall");
	const struct og_conf_asset *row = assets->rows;

	(void)state;
	assert_int_equal(config->register_count, 1);
	assert_int_equal(assets->count, 1);
	assert_int_equal(row->mac, 0x001122000001);
	assert_int_equal(row->role, OG_ROLE_CAMERA);
	assert_int_equal(row->status, OG_ASSET_LEGACY);
	assert_string_equal(row->installed, "2019-05-30");
	assert_string_equal(row->evidence, "invoice");
	assert_string_equal(row->asset_tag, "T1");
	assert_string_equal(row->serial, "S1");
	assert_string_equal(row->switch_port, "sw1/7");
	assert_string_equal(row->location, "Gate");
	assert_string_equal(row->note, "old");
	assert_null(og_config_register(config, "north"));
}

static void programme(void **state)
{
	const struct og_conf_programme *p = og_config_programme(config, "cleanup");

	(void)state;
	assert_string_equal(p->title, "Clean-up");
	assert_string_equal(p->authority, "The ministry");
	assert_string_equal(p->equipment, "cameras");
	assert_int_equal(p->source_count, 2);
	assert_string_equal(p->sources[0].date, "2022-11");
	assert_string_equal(p->sources[0].title, "Statement");
	assert_string_equal(p->sources[0].url, "https://example.org/");
	assert_null(p->sources[1].url);
	assert_int_equal(p->milestone_count, 3);
	assert_string_equal(p->milestones[0].name, "most");
	assert_int_equal(p->milestones[0].due.day, 31);
	assert_int_equal(p->milestones[0].measure, OG_MEASURE_SITES);
	assert_int_equal(p->milestones[0].comparator, OG_AT_LEAST);
	assert_int_equal(p->milestones[0].percent, 70);
	assert_int_equal(p->milestones[1].measure, OG_MEASURE_DEVICES);
	assert_int_equal(p->milestones[1].comparator, OG_AT_MOST);
	assert_int_equal(p->milestones[2].comparator, OG_NONE_LEFT);
}

static void vendor(void **state)
{
	const struct og_conf_vendor *v = og_config_vendor(config, "acme");

	(void)state;
	assert_int_equal(config->vendor_count, 2);
	assert_string_equal(v->title, "Acme");
	assert_string_equal(v->parent, "Acme Holding");
	assert_int_equal(v->names.count, 2);
	assert_string_equal(v->names.names[1], "Acme (UK) Ltd.");
	assert_int_equal(v->subsidiary_count, 1);
	assert_string_equal(v->subsidiaries[0].title, "Roadrun");
	assert_string_equal(v->subsidiaries[0].names.names[0], "Roadrun Inc.");
	assert_int_equal(v->prefix_count, 3);
	assert_int_equal(v->prefixes[0].prefix.bits, 0x70b3d5123000);
	assert_int_equal(v->prefixes[0].prefix.length, 36);
	assert_string_equal(v->prefixes[0].reason, "measured");
	assert_int_equal(v->prefixes[1].prefix.bits, 0x021a2b3c4d5e);
	assert_int_equal(v->prefixes[1].prefix.length, 48);
	assert_int_equal(v->prefixes[2].prefix.bits, 0x001122334455);
	assert_int_equal(v->prefixes[2].prefix.length, 48);
	assert_string_equal(v->near_misses.names[0], "Acme Bakery");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(main_file),	 cmocka_unit_test(site_ports),
		cmocka_unit_test(site_rest),	 cmocka_unit_test(policy_scope),
		cmocka_unit_test(policy_phases), cmocka_unit_test(policy_allow),
		cmocka_unit_test(exceptions),	 cmocka_unit_test(registers),
		cmocka_unit_test(programme),	 cmocka_unit_test(vendor),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
