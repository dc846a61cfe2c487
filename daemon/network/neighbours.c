// SPDX-License-Identifier: GPL-2.0
/*
 * neighbours.c: whom the gateway met on its links
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <ouiguard/decide.h>

#include "daemon/cleanup.h"
#include "daemon/network/links-read.h"
#include "daemon/network/neighbours.h"
#include "daemon/network/rtnl.h"

#define STACKED 4 /* most devices that lie on each other */

struct reading {
	int (*each)(void *userdata, const struct og_neighbour *neighbour);
	void *userdata;
	int result;
};

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

int og_neighbour_parse(struct nlmsghdr *hdr, struct og_neighbour *ret_neighbour)
{
	const int useless = NUD_FAILED | NUD_INCOMPLETE | NUD_NOARP | NUD_PERMANENT;
	struct og_rtnl_neigh neigh;

	if (hdr->nlmsg_type != RTM_NEWNEIGH || og_rtnl_neigh(hdr, &neigh))
		return -EINVAL;
	/* A group's address is of no station. */
	if (neigh.state & useless || neigh.flags & NTF_SELF || !neigh.mac || neigh.mac >> 40 & 1)
		return -ENOENT;
	if (neigh.family == AF_BRIDGE)
		neigh.addr = (struct og_addr){0};
	else if (!neigh.addr.hi && !neigh.addr.lo)
		return -ENOENT;
	*ret_neighbour = (struct og_neighbour){
		.ifindex = neigh.ifindex,
		.vlan = neigh.vlan,
		.mac = neigh.mac,
		.addr = neigh.addr,
		.age = neigh.age,
		.confirmed = neigh.confirmed,
	};
	return 0;
}

static int on_message(struct nl_msg *msg, void *userdata)
{
	struct reading *reading = userdata;
	struct og_neighbour neighbour;

	if (og_neighbour_parse(nlmsg_hdr(msg), &neighbour) < 0)
		return NL_OK;
	reading->result = reading->each(reading->userdata, &neighbour);
	return reading->result ? NL_STOP : NL_OK;
}

static int dump(int family, struct reading *reading)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = nl_socket_alloc();
	struct ndmsg request = {.ndm_family = family};
	int err;

	if (!sock)
		return -ENOMEM;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, reading);
	err = nl_connect(sock, NETLINK_ROUTE);
	if (err >= 0)
		err = nl_send_simple(sock, RTM_GETNEIGH, NLM_F_DUMP, &request, sizeof(request));
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	if (reading->result)
		return reading->result;
	return err < 0 ? og_links_errno(err) : 0;
}

int og_neighbours_read(int (*each)(void *userdata, const struct og_neighbour *neighbour),
		       void *userdata)
{
	static const int families[] = {AF_INET, AF_INET6, AF_BRIDGE};
	struct reading reading = {.each = each, .userdata = userdata};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < sizeof(families) / sizeof(families[0]); i++)
		err = dump(families[i], &reading);
	return err;
}

/* The one site of all covered ports of a bridge; OG_SITE_NONE when there are several. */
static unsigned int site_of_ports(const struct og_ruleset *rs, const struct og_gateway *gw,
				  uint32_t bridge, uint16_t vlan)
{
	unsigned int found = OG_SITE_NONE, site;
	size_t i;

	for (i = 0; i < gw->link_count; i++) {
		if (gw->links[i].master != bridge)
			continue;
		site = og_site_of(rs, gw->links[i].ifindex, vlan);
		if (site && found && site != found)
			return OG_SITE_NONE;
		if (site)
			found = site;
	}
	return found;
}

unsigned int og_neighbour_site(const struct og_ruleset *rs, const struct og_gateway *gw,
			       uint32_t ifindex, uint16_t vlan)
{
	const struct og_gw_link *link;
	unsigned int depth, site;

	for (depth = 0; depth < STACKED; depth++) {
		site = og_site_of(rs, ifindex, vlan);
		if (!site)
			site = site_of_ports(rs, gw, ifindex, vlan);
		link = og_gateway_link_index(gw, ifindex);
		if (site || !link || !link->link)
			return site;
		/* A VLAN device, or one like macvlan, whose frames come in below. */
		vlan = link->vlan ? link->vlan : vlan;
		ifindex = link->link;
	}
	return OG_SITE_NONE;
}
