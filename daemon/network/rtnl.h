/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rtnl.h: reading messages of rtnetlink(7)
 *
 * Pure: bytes in, facts out. Every message is at @hdr and of hdr->nlmsg_len bytes, which are all there;
 * nothing else is taken for granted. libnl's own readers of links and routes do: one next hop without
 * a length has libnl 3.7 run in circles, a short RTA_VIA has it copy 4 GiB.
 *
 * All return 0, or -EINVAL for a message that is of another kind or cannot be read; outputs are then
 * untouched.
 */
#ifndef OUIGUARD_DAEMON_RTNL_H
#define OUIGUARD_DAEMON_RTNL_H

#include <linux/netlink.h>

#include "policy/compile/gateway.h"

/* og_rtnl_link - the interface of RTM_NEWLINK. */
int og_rtnl_link(struct nlmsghdr *hdr, struct og_gw_link *ret_link);

/* og_rtnl_addr - the address of RTM_NEWADDR, IPv4 or IPv6. */
int og_rtnl_addr(struct nlmsghdr *hdr, struct og_gw_addr *ret_addr);

/*
 * og_rtnl_route - the route of RTM_NEWROUTE or RTM_DELROUTE: @each is called for each of its next hops
 * that has an address, with the interface's index. With @meant only if the operator, or a routing daemon
 * of his, made the route: a router advertisement or a redirect comes from whoever sends one, and equipment
 * would make itself a router that nobody judges.
 */
int og_rtnl_route(struct nlmsghdr *hdr, bool meant,
		  void (*each)(void *userdata, uint32_t ifindex, const struct og_addr *addr),
		  void *userdata);

struct og_rtnl_neigh {
	uint32_t ifindex;    /* of a bridge's entry the port */
	uint16_t vlan;	     /* of a bridge's entry; 0: none */
	uint16_t state;	     /* NUD_* */
	uint8_t family;	     /* AF_BRIDGE: an entry of a bridge */
	uint8_t flags;	     /* NTF_* */
	uint64_t mac;	     /* 0: none of 48 bits */
	struct og_addr addr; /* zero: none */
	uint32_t age;	     /* seconds since it was last heard of */
	uint32_t confirmed;  /* seconds since it last answered; UINT32_MAX: not told */
};

/* og_rtnl_neigh - the neighbour of RTM_NEWNEIGH or RTM_DELNEIGH. */
int og_rtnl_neigh(struct nlmsghdr *hdr, struct og_rtnl_neigh *ret_neigh);

#endif
