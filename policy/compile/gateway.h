/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gateway.h: what the gateway is at one moment, as input to the compiler
 *
 * Filled by daemon/links.c from netlink, by a test, or read from a file by `plan` on a laptop. Pure
 * data: the same facts and the same files give the same ruleset.
 */
#ifndef OUIGUARD_POLICY_GATEWAY_H
#define OUIGUARD_POLICY_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/types.h>

struct og_gw_link {
	char name[16];
	uint32_t ifindex;
	uint32_t master; /* ifindex of its bridge or bond; 0 none */
	uint32_t link;	 /* ifindex of the device below (VLAN); 0 none */
	uint16_t type;	 /* ARPHRD_*; only ARPHRD_ETHER can be covered */
	bool up;	 /* IFF_UP */
	char kind[16];	 /* rtnl kind: "bridge", "bond", "vlan", "veth", ...; "" for hardware */
	uint16_t vlan;	 /* kind vlan: its id */
	uint64_t mac;
};

struct og_gw_addr {
	uint32_t ifindex;
	struct og_addr addr;
	uint8_t length; /* of the on-link prefix, in 128 bits: an IPv4 /24 is 120 */
};

/* A next hop of a route, with the MAC its neighbour entry gives (0: not resolved). */
struct og_gw_nexthop {
	uint32_t ifindex;
	struct og_addr addr;
	uint64_t mac;
};

struct og_gateway {
	struct og_gw_link *links;
	size_t link_count;
	struct og_gw_addr *addrs;
	size_t addr_count;
	struct og_gw_nexthop *nexthops;
	size_t nexthop_count;
};

/* og_gateway_link - the link of that name or index; NULL when there is none. */
const struct og_gw_link *og_gateway_link(const struct og_gateway *gw, const char *name);
const struct og_gw_link *og_gateway_link_index(const struct og_gateway *gw, uint32_t ifindex);

/* og_gateway_clear - free the arrays and zero the structure. */
void og_gateway_clear(struct og_gateway *gw);

#endif
