// SPDX-License-Identifier: GPL-2.0
/*
 * rtnl.c: reading messages of rtnetlink(7)
 */
#include <errno.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "daemon/network/rtnl.h"

#define USER_HZ 100 /* the unit of times in struct nda_cacheinfo, on every architecture */

static uint32_t number_of(struct nlattr *attribute)
{
	uint32_t number = 0;

	if (attribute && nla_len(attribute) == sizeof(number))
		memcpy(&number, nla_data(attribute), sizeof(number));
	return number;
}

static uint16_t short_of(struct nlattr *attribute)
{
	uint16_t number = 0;

	if (attribute && nla_len(attribute) == sizeof(number))
		memcpy(&number, nla_data(attribute), sizeof(number));
	return number;
}

static uint64_t mac_of(struct nlattr *attribute)
{
	const uint8_t *bytes;
	uint64_t mac = 0;
	int i;

	if (!attribute || nla_len(attribute) != 6)
		return 0;
	bytes = nla_data(attribute);
	for (i = 0; i < 6; i++)
		mac = mac << 8 | bytes[i];
	return mac;
}

static int addr_of_bytes(const uint8_t *bytes, int length, struct og_addr *ret_addr)
{
	if (length == 4) {
		*ret_addr = og_addr_v4(OG_BE32(bytes));
	} else if (length == 16) {
		ret_addr->hi = (uint64_t)OG_BE32(bytes) << 32 | OG_BE32(bytes + 4);
		ret_addr->lo = (uint64_t)OG_BE32(bytes + 8) << 32 | OG_BE32(bytes + 12);
	} else {
		return -EINVAL;
	}
	return 0;
}

static int addr_of(struct nlattr *attribute, struct og_addr *ret_addr)
{
	if (!attribute)
		return -EINVAL;
	return addr_of_bytes(nla_data(attribute), nla_len(attribute), ret_addr);
}

static void text_of(struct nlattr *attribute, char *to, size_t size)
{
	if (attribute)
		nla_strlcpy(to, attribute, size);
}

/* The device below is an index of this namespace only for devices stacked on another. */
static bool is_stacked(const char *kind)
{
	return !strcmp(kind, "vlan") || !strcmp(kind, "macvlan") || !strcmp(kind, "macvtap") ||
	       !strcmp(kind, "ipvlan");
}

static void read_kind(struct nlattr *attribute, struct og_gw_link *link)
{
	struct nlattr *info[IFLA_INFO_MAX + 1], *data[IFLA_VLAN_MAX + 1];

	if (!attribute || nla_parse_nested(info, IFLA_INFO_MAX, attribute, NULL) < 0)
		return;
	text_of(info[IFLA_INFO_KIND], link->kind, sizeof(link->kind));
	if (!strcmp(link->kind, "vlan") && info[IFLA_INFO_DATA] &&
	    nla_parse_nested(data, IFLA_VLAN_MAX, info[IFLA_INFO_DATA], NULL) >= 0)
		link->vlan = short_of(data[IFLA_VLAN_ID]);
}

int og_rtnl_link(struct nlmsghdr *hdr, struct og_gw_link *ret_link)
{
	struct nlattr *attributes[IFLA_MAX + 1];
	const struct ifinfomsg *info;
	struct og_gw_link link = {0};

	if (hdr->nlmsg_type != RTM_NEWLINK ||
	    nlmsg_parse(hdr, sizeof(*info), attributes, IFLA_MAX, NULL) < 0)
		return -EINVAL;
	info = nlmsg_data(hdr);
	link.ifindex = info->ifi_index;
	link.type = info->ifi_type;
	link.up = (info->ifi_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	link.master = number_of(attributes[IFLA_MASTER]);
	text_of(attributes[IFLA_IFNAME], link.name, sizeof(link.name));
	read_kind(attributes[IFLA_LINKINFO], &link);
	if (is_stacked(link.kind))
		link.link = number_of(attributes[IFLA_LINK]);
	if (link.type == ARPHRD_ETHER)
		link.mac = mac_of(attributes[IFLA_ADDRESS]);
	*ret_link = link;
	return 0;
}

int og_rtnl_addr(struct nlmsghdr *hdr, struct og_gw_addr *ret_addr)
{
	struct nlattr *attributes[IFA_MAX + 1], *own, *peer;
	const struct ifaddrmsg *info;
	struct og_gw_addr addr = {0};
	struct og_addr other;
	int length;

	if (hdr->nlmsg_type != RTM_NEWADDR ||
	    nlmsg_parse(hdr, sizeof(*info), attributes, IFA_MAX, NULL) < 0)
		return -EINVAL;
	info = nlmsg_data(hdr);
	/* IPv6 has IFA_LOCAL only where there is a peer, whose address is then IFA_ADDRESS. */
	peer = attributes[IFA_ADDRESS];
	own = attributes[IFA_LOCAL] ? attributes[IFA_LOCAL] : peer;
	if (addr_of(own, &addr.addr) < 0)
		return -EINVAL;
	addr.ifindex = info->ifa_index;
	length = info->ifa_prefixlen + (og_addr_is_v4(&addr.addr) ? 96 : 0);
	/* With a peer the prefix is the peer's: our own address stands alone. */
	if (length > 128 || (addr_of(peer, &other) == 0 && og_addr_cmp(&other, &addr.addr)))
		length = 128;
	addr.length = length;
	*ret_addr = addr;
	return 0;
}

struct hops {
	void (*each)(void *userdata, uint32_t ifindex, const struct og_addr *addr);
	void *userdata;
};

/* One next hop, by the attributes of the route or of its place in a list. */
static void take_hop(const struct hops *hops, struct nlattr **attributes, uint32_t ifindex)
{
	struct nlattr *via = attributes[RTA_VIA];
	struct og_addr addr;
	int err;

	/* A gateway of another family is struct rtvia: 16 bits of the family, then the address. */
	if (via && nla_len(via) > 2)
		err = addr_of_bytes((uint8_t *)nla_data(via) + 2, nla_len(via) - 2, &addr);
	else
		err = addr_of(attributes[RTA_GATEWAY], &addr);
	if (!err)
		hops->each(hops->userdata, ifindex, &addr);
}

/* A list of struct rtnexthop, each with attributes of its own. */
static void take_list(const struct hops *hops, struct nlattr *list)
{
	struct nlattr *attributes[RTA_MAX + 1];
	struct rtnexthop *hop = nla_data(list);
	int left = nla_len(list);

	while (left >= (int)sizeof(*hop) && RTNH_OK(hop, left)) {
		if (nla_parse(attributes, RTA_MAX, (struct nlattr *)RTNH_DATA(hop),
			      hop->rtnh_len - (int)sizeof(*hop), NULL) >= 0)
			take_hop(hops, attributes, hop->rtnh_ifindex);
		left -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
}

/* Of a router advertisement or a redirect, or a copy in a cache. */
static bool is_learned(const struct rtmsg *route)
{
	return route->rtm_flags & RTM_F_CLONED || route->rtm_protocol == RTPROT_RA ||
	       route->rtm_protocol == RTPROT_REDIRECT;
}

int og_rtnl_route(struct nlmsghdr *hdr, bool meant,
		  void (*each)(void *userdata, uint32_t ifindex, const struct og_addr *addr),
		  void *userdata)
{
	const struct hops hops = {each, userdata};
	struct nlattr *attributes[RTA_MAX + 1];
	const struct rtmsg *route = nlmsg_data(hdr);

	if ((hdr->nlmsg_type != RTM_NEWROUTE && hdr->nlmsg_type != RTM_DELROUTE) ||
	    nlmsg_parse(hdr, sizeof(*route), attributes, RTA_MAX, NULL) < 0)
		return -EINVAL;
	if (meant && is_learned(route))
		return 0;
	if (attributes[RTA_MULTIPATH])
		take_list(&hops, attributes[RTA_MULTIPATH]);
	else
		take_hop(&hops, attributes, number_of(attributes[RTA_OIF]));
	return 0;
}

static void read_times(struct nlattr *attribute, struct og_rtnl_neigh *neigh)
{
	struct nda_cacheinfo info;
	uint32_t age;

	neigh->confirmed = UINT32_MAX;
	if (!attribute || nla_len(attribute) < (int)sizeof(info))
		return;
	memcpy(&info, nla_data(attribute), sizeof(info));
	/* A new entry counts as confirmed a minute ago. */
	age = info.ndm_confirmed < info.ndm_updated ? info.ndm_confirmed : info.ndm_updated;
	neigh->age = age / USER_HZ;
	neigh->confirmed = info.ndm_confirmed / USER_HZ;
}

int og_rtnl_neigh(struct nlmsghdr *hdr, struct og_rtnl_neigh *ret_neigh)
{
	struct nlattr *attributes[NDA_MAX + 1];
	struct og_rtnl_neigh neigh = {0};
	const struct ndmsg *ndm;

	if ((hdr->nlmsg_type != RTM_NEWNEIGH && hdr->nlmsg_type != RTM_DELNEIGH) ||
	    nlmsg_parse(hdr, sizeof(*ndm), attributes, NDA_MAX, NULL) < 0)
		return -EINVAL;
	ndm = nlmsg_data(hdr);
	neigh.ifindex = ndm->ndm_ifindex;
	neigh.family = ndm->ndm_family;
	neigh.state = ndm->ndm_state;
	neigh.flags = ndm->ndm_flags;
	neigh.vlan = short_of(attributes[NDA_VLAN]);
	neigh.mac = mac_of(attributes[NDA_LLADDR]);
	read_times(attributes[NDA_CACHEINFO], &neigh);
	addr_of(attributes[NDA_DST], &neigh.addr);
	*ret_neigh = neigh;
	return 0;
}
