/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gateway.h: what the gateway is at one moment, as input to the compiler
 *
 * Filled by daemon/network/links.c from netlink, by a test, or read from a file by `plan` on a laptop. Pure
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
	bool up;	 /* set up, and with a carrier where that can be told */
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

struct og_decided;

#define OG_GW_HOST 65 /* bytes of a host name (HOST_NAME_MAX of Linux) with its terminator */

struct og_gateway {
	struct og_gw_link *links;
	size_t link_count;
	struct og_gw_addr *addrs;
	size_t addr_count;
	struct og_gw_nexthop *nexthops;
	size_t nexthop_count;
	const struct og_decided *decided; /* decided.h; borrowed; NULL: nothing was */
	char host[OG_GW_HOST];		  /* its host name, short or full; empty: not known */
};

/* og_gateway_link - the link of that name or index; NULL when there is none. */
const struct og_gw_link *og_gateway_link(const struct og_gateway *gw, const char *name);
const struct og_gw_link *og_gateway_link_index(const struct og_gateway *gw, uint32_t ifindex);

struct og_conf_site;

/*
 * og_host_is - whether two host names can be one host's: the same, whatever the case of letters, or
 * one is short (without a dot) and the other begins with it.
 */
bool og_host_is(const char *one, const char *other);

/*
 * og_gateway_has - whether @site is on this gateway: it names no gateways, or this one among them.
 * Where the host name is not known, every site is.
 */
bool og_gateway_has(const struct og_gateway *gw, const struct og_conf_site *site);

/* og_gateway_clear - free the arrays and zero the structure. */
void og_gateway_clear(struct og_gateway *gw);

#endif
