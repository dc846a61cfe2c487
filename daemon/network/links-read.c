// SPDX-License-Identifier: GPL-2.0
/*
 * links-read.c: the gateway's facts from netlink dumps
 *
 * Each message is looked at as it passes: a router with a full table has a million routes and a handful
 * of next hops.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "daemon/cleanup.h"
#include "daemon/network/facts.h"
#include "daemon/network/links-read.h"
#include "daemon/network/links.h"
#include "daemon/network/rtnl.h"

/* Of a dump that changed while it was read; one of routes can take seconds. */
#define DUMP_TRIES  100
#define ROUTE_TRIES 5

int og_links_errno(int nlerr)
{
	switch (abs(nlerr)) {
	case NLE_SUCCESS:
		return 0;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_AGAIN:
	case NLE_DUMP_INTR:
		return -EAGAIN;
	case NLE_INTR:
		return -EINTR;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_RANGE:
		return -E2BIG;
	case NLE_EXIST:
		return -EEXIST;
	default:
		return -EIO;
	}
}

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

int og_links_open(struct nl_sock **ret_sock)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = nl_socket_alloc();
	int err;

	if (!sock)
		return -ENOMEM;
	err = nl_connect(sock, NETLINK_ROUTE);
	if (err < 0)
		return og_links_errno(err);
	*ret_sock = sock;
	sock = NULL;
	return 0;
}

struct search;

/* What a dump is read into. */
struct reading {
	struct og_gateway *gw;
	size_t last; /* next hop */
	struct search *search;
	int error;
};

/* A kind of fact: how it is asked for, and who takes each message. */
struct kind {
	int type, tries;
	void *request;
	size_t size;
	int (*take)(struct nl_msg *msg, void *userdata);
};

/* A dump that changed while it was read begins anew, with @count (NULL: nothing is counted) at zero. */
static int dump(struct nl_sock *sock, const struct kind *kind, struct reading *reading,
		size_t *count)
{
	int err, tries = kind->tries;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, kind->take, reading);
	do {
		if (count)
			*count = 0;
		err = nl_send_simple(sock, kind->type, NLM_F_DUMP, kind->request, kind->size);
		if (err >= 0)
			err = nl_recvmsgs_default(sock);
	} while (err == -NLE_DUMP_INTR && --tries);
	return err < 0 ? og_links_errno(err) : reading->error;
}

/* Room for one more behind @count; NULL without memory, and @items stay. */
static void *make_room(void *items, size_t count, size_t size)
{
	if (items && count & (count - 1))
		return items;
	return reallocarray(items, count ? 2 * count : 1, size);
}

static int take_link(struct nl_msg *msg, void *userdata)
{
	struct reading *reading = userdata;
	struct og_gateway *gw = reading->gw;
	struct og_gw_link *links = make_room(gw->links, gw->link_count, sizeof(*links));

	if (!links) {
		reading->error = -ENOMEM;
		return NL_OK;
	}
	gw->links = links;
	if (og_rtnl_link(nlmsg_hdr(msg), &links[gw->link_count]) == 0)
		gw->link_count++;
	return NL_OK;
}

static int read_links(struct nl_sock *sock, struct og_gateway *gw)
{
	struct ifinfomsg request = {.ifi_family = AF_UNSPEC};
	const struct kind kind = {RTM_GETLINK, DUMP_TRIES, &request, sizeof(request), take_link};
	struct reading reading = {.gw = gw};

	return dump(sock, &kind, &reading, &gw->link_count);
}

static int take_addr(struct nl_msg *msg, void *userdata)
{
	struct reading *reading = userdata;
	struct og_gateway *gw = reading->gw;
	struct og_gw_addr *addrs = make_room(gw->addrs, gw->addr_count, sizeof(*addrs));

	if (!addrs) {
		reading->error = -ENOMEM;
		return NL_OK;
	}
	gw->addrs = addrs;
	if (og_rtnl_addr(nlmsg_hdr(msg), &addrs[gw->addr_count]) == 0)
		gw->addr_count++;
	return NL_OK;
}

static int read_addrs(struct nl_sock *sock, struct og_gateway *gw)
{
	struct ifaddrmsg request = {.ifa_family = AF_UNSPEC};
	const struct kind kind = {RTM_GETADDR, DUMP_TRIES, &request, sizeof(request), take_addr};
	struct reading reading = {.gw = gw};

	return dump(sock, &kind, &reading, &gw->addr_count);
}

static void add_hop(void *userdata, uint32_t ifindex, const struct og_addr *addr)
{
	struct reading *reading = userdata;
	struct og_gateway *gw = reading->gw;
	size_t i;

	/* Neighbouring routes of a large table nearly always share their next hop. */
	if (reading->last < gw->nexthop_count && gw->nexthops[reading->last].ifindex == ifindex &&
	    !og_addr_cmp(&gw->nexthops[reading->last].addr, addr))
		return;
	for (i = 0; i < gw->nexthop_count; i++)
		if (gw->nexthops[i].ifindex == ifindex && !og_addr_cmp(&gw->nexthops[i].addr, addr))
			break;
	reading->last = i;
	if (i < gw->nexthop_count)
		return;
	if (gw->nexthop_count == OG_LINKS_NEXTHOPS) {
		reading->error = -E2BIG;
		return;
	}
	gw->nexthops[i] = (struct og_gw_nexthop){.ifindex = ifindex, .addr = *addr};
	gw->nexthop_count++;
}

static int take_route(struct nl_msg *msg, void *userdata)
{
	og_rtnl_route(nlmsg_hdr(msg), true, add_hop, userdata);
	return NL_OK;
}

static int read_routes(struct nl_sock *sock, struct og_gateway *gw)
{
	struct rtmsg request = {.rtm_family = AF_INET};
	const struct kind kind = {RTM_GETROUTE, ROUTE_TRIES, &request, sizeof(request), take_route};
	struct reading reading = {.gw = gw};
	int err;

	gw->nexthops = calloc(OG_LINKS_NEXTHOPS, sizeof(*gw->nexthops));
	if (!gw->nexthops)
		return -ENOMEM;
	err = dump(sock, &kind, &reading, NULL);
	if (err)
		return err;
	request.rtm_family = AF_INET6;
	return dump(sock, &kind, &reading, NULL);
}

static bool is_resolved(const struct og_rtnl_neigh *neigh)
{
	return !(neigh->state & (NUD_FAILED | NUD_INCOMPLETE | NUD_NOARP));
}

static int take_neigh(struct nl_msg *msg, void *userdata)
{
	struct reading *reading = userdata;
	struct og_gateway *gw = reading->gw;
	struct og_rtnl_neigh neigh;
	size_t i;

	if (og_rtnl_neigh(nlmsg_hdr(msg), &neigh) || !is_resolved(&neigh))
		return NL_OK;
	for (i = 0; i < gw->nexthop_count; i++)
		if (gw->nexthops[i].ifindex == neigh.ifindex &&
		    !og_addr_cmp(&gw->nexthops[i].addr, &neigh.addr))
			gw->nexthops[i].mac = neigh.mac;
	return NL_OK;
}

static int read_neighs(struct nl_sock *sock, struct og_gateway *gw)
{
	struct ndmsg request = {.ndm_family = AF_UNSPEC};
	const struct kind kind = {RTM_GETNEIGH, DUMP_TRIES, &request, sizeof(request), take_neigh};
	struct reading reading = {.gw = gw};
	size_t i;

	for (i = 0; i < gw->nexthop_count; i++)
		gw->nexthops[i].mac = 0;
	return dump(sock, &kind, &reading, NULL);
}

/* The first entry that there is of an address. */
struct search {
	struct og_addr addr;
	uint64_t mac;
};

static int look_up(struct nl_msg *msg, void *userdata)
{
	struct reading *reading = userdata;
	struct search *search = reading->search;
	struct og_rtnl_neigh neigh;

	if (!search->mac && og_rtnl_neigh(nlmsg_hdr(msg), &neigh) == 0 &&
	    !og_addr_cmp(&neigh.addr, &search->addr))
		search->mac = neigh.mac;
	return NL_OK;
}

int og_links_neighbour(const struct og_addr *addr, uint64_t *ret_mac)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;
	struct ndmsg request = {.ndm_family = AF_UNSPEC};
	const struct kind kind = {RTM_GETNEIGH, DUMP_TRIES, &request, sizeof(request), look_up};
	struct search search = {.addr = *addr};
	struct reading reading = {.search = &search};
	int err = og_links_open(&sock);

	if (!err)
		err = dump(sock, &kind, &reading, NULL);
	if (err)
		return err;
	if (!search.mac)
		return -ENOENT;
	*ret_mac = search.mac;
	return 0;
}

/* Keep what @fresh has of @kinds, and of @gw the rest. */
static void take(struct og_gateway *gw, struct og_gateway *fresh, unsigned int kinds)
{
	struct og_gateway old = *gw;

	if (kinds & OG_FACT_LINKS) {
		gw->links = fresh->links;
		gw->link_count = fresh->link_count;
		fresh->links = old.links;
	}
	if (kinds & OG_FACT_ADDRS) {
		gw->addrs = fresh->addrs;
		gw->addr_count = fresh->addr_count;
		fresh->addrs = old.addrs;
	}
	if (kinds & (OG_FACT_ROUTES | OG_FACT_NEIGHS)) {
		gw->nexthops = fresh->nexthops;
		gw->nexthop_count = fresh->nexthop_count;
		fresh->nexthops = old.nexthops;
	}
}

static int copy_nexthops(struct og_gateway *to, const struct og_gateway *from)
{
	to->nexthops = calloc(from->nexthop_count + 1, sizeof(*to->nexthops));
	if (!to->nexthops)
		return -ENOMEM;
	if (from->nexthop_count)
		memcpy(to->nexthops, from->nexthops, from->nexthop_count * sizeof(*to->nexthops));
	to->nexthop_count = from->nexthop_count;
	return 0;
}

int og_links_refresh_by(struct nl_sock *sock, struct og_gateway *gw, unsigned int kinds)
{
	OG_CLEANUP(og_gateway_clear) struct og_gateway fresh = {0};
	int err = 0;

	if (kinds & OG_FACT_LINKS)
		err = read_links(sock, &fresh);
	if (!err && kinds & OG_FACT_ADDRS)
		err = read_addrs(sock, &fresh);
	if (!err && kinds & OG_FACT_ROUTES)
		err = read_routes(sock, &fresh);
	else if (!err && kinds & OG_FACT_NEIGHS)
		err = copy_nexthops(&fresh, gw);
	if (!err && kinds & (OG_FACT_ROUTES | OG_FACT_NEIGHS))
		err = read_neighs(sock, &fresh);
	if (err)
		return err;
	if (kinds & OG_FACT_HOST && gethostname(gw->host, sizeof(gw->host)) < 0)
		gw->host[0] = '\0';
	gw->host[sizeof(gw->host) - 1] = '\0';
	og_facts_sort(&fresh);
	og_facts_carry(&fresh, gw);
	take(gw, &fresh, kinds);
	return 0;
}

int og_links_refresh(struct og_gateway *gw, unsigned int kinds)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;
	int err = og_links_open(&sock);

	return err ? err : og_links_refresh_by(sock, gw, kinds);
}

int og_links_read(struct og_gateway *ret_gateway)
{
	OG_CLEANUP(og_gateway_clear) struct og_gateway gw = {0};
	int err = og_links_refresh(&gw, OG_FACT_ALL);

	if (err)
		return err;
	*ret_gateway = gw;
	memset(&gw, 0, sizeof(gw));
	return 0;
}
