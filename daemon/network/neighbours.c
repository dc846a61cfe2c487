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

#define USER_HZ 100 /* the unit of times in struct nda_cacheinfo, on every architecture */
#define STACKED 4   /* most devices that lie on each other */

struct reading {
	int (*each)(void *userdata, const struct og_neighbour *neighbour);
	void *userdata;
	int result;
};

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

/* The 48 bits of a station's address; 0 for another's. */
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
	return mac >> 40 & 1 ? 0 : mac;
}

static int addr_of(struct nlattr *attribute, struct og_addr *ret_addr)
{
	const uint8_t *bytes;

	if (!attribute)
		return -EINVAL;
	bytes = nla_data(attribute);
	if (nla_len(attribute) == 4) {
		*ret_addr = og_addr_v4(OG_BE32(bytes));
		return 0;
	}
	if (nla_len(attribute) != 16)
		return -EINVAL;
	ret_addr->hi = (uint64_t)OG_BE32(bytes) << 32 | OG_BE32(bytes + 4);
	ret_addr->lo = (uint64_t)OG_BE32(bytes + 8) << 32 | OG_BE32(bytes + 12);
	return 0;
}

static void read_times(struct nlattr *attribute, struct og_neighbour *neighbour)
{
	struct nda_cacheinfo info;
	uint32_t age;

	neighbour->confirmed = UINT32_MAX;
	if (!attribute || nla_len(attribute) < (int)sizeof(info))
		return;
	memcpy(&info, nla_data(attribute), sizeof(info));
	/* A new entry counts as confirmed a minute ago. */
	age = info.ndm_confirmed < info.ndm_updated ? info.ndm_confirmed : info.ndm_updated;
	neighbour->age = age / USER_HZ;
	neighbour->confirmed = info.ndm_confirmed / USER_HZ;
}

static int on_message(struct nl_msg *msg, void *userdata)
{
	const int useless = NUD_FAILED | NUD_INCOMPLETE | NUD_NOARP | NUD_PERMANENT;
	struct nlattr *attributes[NDA_MAX + 1];
	struct og_neighbour neighbour = {0};
	struct reading *reading = userdata;
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	const struct ndmsg *ndm;

	if (hdr->nlmsg_type != RTM_NEWNEIGH ||
	    nlmsg_parse(hdr, sizeof(*ndm), attributes, NDA_MAX, NULL) < 0)
		return NL_OK;
	ndm = nlmsg_data(hdr);
	if (ndm->ndm_state & useless || ndm->ndm_flags & NTF_SELF)
		return NL_OK;
	neighbour.ifindex = ndm->ndm_ifindex;
	neighbour.mac = mac_of(attributes[NDA_LLADDR]);
	read_times(attributes[NDA_CACHEINFO], &neighbour);
	if (attributes[NDA_VLAN] && nla_len(attributes[NDA_VLAN]) == 2)
		neighbour.vlan = nla_get_u16(attributes[NDA_VLAN]);
	if (!neighbour.mac ||
	    (ndm->ndm_family != AF_BRIDGE && addr_of(attributes[NDA_DST], &neighbour.addr)))
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
