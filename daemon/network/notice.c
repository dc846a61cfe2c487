// SPDX-License-Identifier: GPL-2.0
/*
 * notice.c: what a notification of rtnetlink(7) says has to be read again
 */
#include <string.h>

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "daemon/network/facts.h"
#include "daemon/network/links-read.h"
#include "daemon/network/notice.h"
#include "daemon/network/rtnl.h"

/* A port that appears, is renamed or joins a bridge must be covered before it forwards. */
static void read_link(const struct og_gateway *gw, struct nlmsghdr *hdr, struct og_notice *notice)
{
	const struct ifinfomsg *info = nlmsg_data(hdr);
	const struct og_gw_link *known = og_gateway_link_index(gw, info->ifi_index);
	struct nlattr *name = nlmsg_find_attr(hdr, sizeof(*info), IFLA_IFNAME);
	struct nlattr *master = nlmsg_find_attr(hdr, sizeof(*info), IFLA_MASTER);
	uint32_t above = master && nla_len(master) == sizeof(above) ? nla_get_u32(master) : 0;
	char text[sizeof(known->name)] = "";

	if (name)
		nla_strlcpy(text, name, sizeof(text));
	notice->kinds = OG_FACT_LINKS;
	notice->urgent = hdr->nlmsg_type == RTM_NEWLINK &&
			 (!known || above != known->master || (name && strcmp(text, known->name)));
	/* Gone and back with the same index before it is looked at, it still lost its programs. */
	notice->lost = hdr->nlmsg_type == RTM_DELLINK && info->ifi_family == AF_UNSPEC;
}

/* Of the neighbours only the next hops matter, and a busy LAN has thousands of others. */
static void read_neigh(const struct og_gateway *gw, struct nlmsghdr *hdr, struct og_notice *notice)
{
	struct og_rtnl_neigh neigh;

	if (og_rtnl_neigh(hdr, &neigh) == 0 && og_facts_nexthop(gw, neigh.ifindex, &neigh.addr))
		notice->kinds = OG_FACT_NEIGHS;
}

struct unknown {
	const struct og_gateway *gw;
	bool found;
};

static void look_for_unknown(void *userdata, uint32_t ifindex, const struct og_addr *addr)
{
	struct unknown *unknown = userdata;

	if (!og_facts_nexthop(unknown->gw, ifindex, addr))
		unknown->found = true;
}

/*
 * A new route matters when its next hop is not known yet. A deleted one, or one that replaces another
 * and comes as a new one, matters when it was the last of its next hop, which only a dump can tell.
 */
static void read_route(const struct og_gateway *gw, struct nlmsghdr *hdr, struct og_notice *notice)
{
	struct unknown unknown = {.gw = gw};

	if (og_rtnl_route(hdr, false, look_for_unknown, &unknown))
		return;
	notice->kinds = OG_FACT_ROUTES;
	notice->gone = !unknown.found || hdr->nlmsg_type != RTM_NEWROUTE;
}

struct og_notice og_notice_read(const struct og_gateway *gw, struct nlmsghdr *hdr)
{
	struct og_notice notice = {0};

	switch (hdr->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (nlmsg_valid_hdr(hdr, sizeof(struct ifinfomsg)))
			read_link(gw, hdr, &notice);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		notice.kinds = OG_FACT_ADDRS;
		break;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		read_route(gw, hdr, &notice);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		read_neigh(gw, hdr, &notice);
		break;
	}
	return notice;
}
