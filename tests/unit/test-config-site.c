// SPDX-License-Identifier: GPL-2.0
/*
 * test-config-site.c: what is wrong with sites/NAME.yaml
 */
#include "config-kit.h"

static const struct kit_case cases[] = {
	{"a site without ports",
	 {{"sites/north.yaml", "class: x\n"}},
	 {"sites/north.yaml:1:1: `ports` is missing; expected a list of ports such as [{name: "
	  "lan0}]"}},
	{"no port at all",
	 {{"sites/north.yaml", "ports: []\n"}},
	 {"sites/north.yaml:1:8: `ports` is an empty list; expected a list of ports such as "
	  "[{name: lan0}]"}},
	{"a port that is a word",
	 {{"sites/north.yaml", "ports: [lan0]\n"}},
	 {"sites/north.yaml:1:9: `ports` is `lan0`; expected a port such as {name: lan0}"}},
	{"a long interface name",
	 {{"sites/north.yaml", "ports: [{name: a-very-long-name0}]\n"}},
	 {"sites/north.yaml:1:16: `name` is `a-very-long-name0`; expected the name of an "
	  "interface, 15 bytes at most"}},
	{"a leading zero",
	 {{"sites/north.yaml", "ports: [{name: lan0, vlans: [020]}]\n"}},
	 {"sites/north.yaml:1:30: `vlans` is `020`; expected VLAN ids from 1 to 4094 such as [20, "
	  "30-39], or all"}},
	{"a VLAN out of range",
	 {{"sites/north.yaml", "ports: [{name: lan0, vlans: [4095]}]\n"}},
	 {"sites/north.yaml:1:30: `vlans` is `4095`; expected VLAN ids from 1 to 4094 such as [20, "
	  "30-39], or all"}},
	{"a range backwards",
	 {{"sites/north.yaml", "ports: [{name: lan0, vlans: [39-30]}]\n"}},
	 {"sites/north.yaml:1:30: `vlans` is `39-30`; expected VLAN ids from 1 to 4094 such as "
	  "[20, 30-39], or all"}},
	{"a VLAN twice",
	 {{"sites/north.yaml", "ports: [{name: lan0, vlans: [30-39, 35]}]\n"}},
	 {"sites/north.yaml:1:37: VLAN 35 is in `vlans` twice"}},
	{"a port that covers nothing",
	 {{"sites/north.yaml", "ports: [{name: lan0, untagged: false}]\n"}},
	 {"sites/north.yaml:1:9: port `lan0` has `untagged: false` and no `vlans`, so it covers "
	  "nothing; add `vlans`"}},
	{"a boolean in words",
	 {{"sites/north.yaml", "ports: [{name: lan0, untagged: off, vlans: all}]\n"}},
	 {"sites/north.yaml:1:32: `untagged` is `off`; expected true or false"}},
	{"its own uplink",
	 {{"sites/north.yaml", "ports: [{name: br0, uplink: br0}]\n"}},
	 {"sites/north.yaml:1:9: port `br0` is its own uplink; expected the bridge's port that "
	  "leads away from the site"}},
	{"something else than silence or an answer",
	 {{"sites/north.yaml", "on_block: shout\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:11: `on_block` is `shout`; expected drop or reject"}},
	{"an answer that BPF cannot give",
	 {{"ouiguard.yaml", "engine: bpf\n"},
	  {"sites/north.yaml", "on_block: reject\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:11: warning: `on_block: reject` is for the kernel module: with the "
	  "bpf "
	  "engine blocked traffic is dropped without an answer; say `engine: kmod` in "
	  "ouiguard.yaml"}},
	{"an answer of the module",
	 {{"ouiguard.yaml", "engine: kmod\n"},
	  {"sites/north.yaml", "on_block: reject\nports: [{name: lan0}]\n"}},
	 {0}},
	{"an unknown zone",
	 {{"sites/north.yaml", "timezone: Europe/Londn\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:11: `timezone` is `Europe/Londn`; expected a name of the zone "
	  "database such as Europe/London"}},
	{"a ragged prefix",
	 {{"sites/north.yaml", "internal: [10.1.2.3/16]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:12: `internal` has `10.1.2.3/16`, with bits beyond its length; "
	  "expected 10.1.0.0/16"}},
	{"everything internal",
	 {{"sites/north.yaml", "internal: [0.0.0.0/0]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:12: `internal` holds every address, so nothing would be egress; "
	  "expected the site's own prefixes"}},
	{"internal as a word",
	 {{"sites/north.yaml", "internal: all\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:11: `internal` is `all`; expected connected, or a list of prefixes "
	  "such as [10.1.0.0/16]"}},
	{"an own address with a length",
	 {{"sites/north.yaml", "own_addresses: [10.1.0.254/24]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:17: `own_addresses` is `10.1.0.254/24`; expected a list of addresses "
	  "such as [10.1.0.254]"}},
	{"never_internal outside internal",
	 {{"sites/north.yaml",
	   "internal: [10.0.0.0/8]\nnever_internal: [192.0.2.53]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:2:18: warning: 192.0.2.53 is outside of `internal` and so egress "
	  "anyway; remove it from `never_internal`, or widen `internal`"}},
	{"an unknown service",
	 {{"sites/north.yaml", "gateway_services: [dhcp, htpp]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:26: `gateway_services` is `htpp`; expected a list of dhcp, dns, ntp, "
	  "icmp, icmpv6 or PORT/PROTO such as 161/udp"}},
	{"a service with port 0",
	 {{"sites/north.yaml", "gateway_services: [0/udp]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:20: `gateway_services` is `0/udp`; expected a list of dhcp, dns, "
	  "ntp, icmp, icmpv6 or PORT/PROTO such as 161/udp"}},
	{"match without mac",
	 {{"sites/north.yaml", "match: [eui64]\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:8: `match` lacks mac, which is always matched; expected [mac] or "
	  "[mac, eui64]"}},
};

int main(void)
{
	return kit_main(cases, sizeof(cases) / sizeof(*cases));
}
