/* SPDX-License-Identifier: GPL-2.0 */
/*
 * neighbours.h: whom the gateway met on its links, from netlink
 *
 * The neighbour tables say which MAC address has which IP address; a bridge's table, which MAC
 * addresses are behind which of its ports, also of hosts that never spoke to the gateway itself.
 */
#ifndef OUIGUARD_DAEMON_NEIGHBOURS_H
#define OUIGUARD_DAEMON_NEIGHBOURS_H

#include <stdint.h>

#include <linux/netlink.h>

#include <ouiguard/ruleset.h>
#include "policy/compile/gateway.h"

struct og_neighbour {
	uint32_t ifindex;    /* the interface with the gateway's address; of a bridge the port */
	uint16_t vlan;	     /* of a bridge's entry; 0: none */
	uint64_t mac;	     /* of one station */
	struct og_addr addr; /* zero for an entry of a bridge */
	uint32_t age;	     /* seconds since it was last heard of */
	uint32_t
		confirmed; /* seconds since it last answered, or proved in another way that it can */
};

/*
 * og_neighbours_read - call @each for every neighbour that answered, and for every station that a bridge
 * learned, until it returns other than 0, and return that; or -errno of netlink. Permanent entries,
 * which somebody wrote down, are left out.
 */
int og_neighbours_read(int (*each)(void *userdata, const struct og_neighbour *neighbour),
		       void *userdata);

/*
 * og_neighbour_parse - read one message of a dump (struct ndmsg of rtnetlink(7)), of hdr->nlmsg_len bytes
 * that are all there. Returns 0; -EINVAL when it is none; -ENOENT for an entry that is left out.
 */
int og_neighbour_parse(struct nlmsghdr *hdr, struct og_neighbour *ret_neighbour);

/*
 * og_neighbour_site - the number of the site at (@ifindex, @vlan): of the port itself, of the ports of
 * the bridge that it is, or of what the VLAN device lies on. OG_SITE_NONE when no site is there, or
 * when the bridge's ports are of several.
 */
unsigned int og_neighbour_site(const struct og_ruleset *rs, const struct og_gateway *gw,
			       uint32_t ifindex, uint16_t vlan);

#endif
