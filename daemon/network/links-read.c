// SPDX-License-Identifier: GPL-2.0
/*
 * links-read.c: the gateway's facts from netlink dumps
 *
 * Links, addresses and neighbours come as caches of libnl. Routes do not: a router with a full
 * table has a million of them and a handful of next hops, so each is looked at as it passes.
 */
#include <errno.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/if.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vlan.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

#include "daemon/cleanup.h"
#include "daemon/network/facts.h"
#include "daemon/network/links-read.h"
#include "daemon/network/links.h"

#define DUMP_TRIES 5 /* of a dump that changed while it was read */

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

static void free_cache(struct nl_cache **cache)
{
	nl_cache_free(*cache);
}

static int open_socket(struct nl_sock **ret_sock)
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

static uint64_t mac_of(const struct nl_addr *addr)
{
	const uint8_t *bytes;
	uint64_t mac = 0;
	int i;

	if (!addr || nl_addr_get_len(addr) != 6)
		return 0;
	bytes = nl_addr_get_binary_addr(addr);
	for (i = 0; i < 6; i++)
		mac = mac << 8 | bytes[i];
	return mac;
}

int og_links_addr(const struct nl_addr *from, struct og_addr *ret_addr)
{
	const uint8_t *bytes;
	struct og_addr addr = {0, OG_V4_MAPPED};
	unsigned int i, length;

	if (!from)
		return -EINVAL;
	bytes = nl_addr_get_binary_addr(from);
	length = nl_addr_get_len(from);
	if (length == 16 && nl_addr_get_family(from) == AF_INET6) {
		addr.lo = 0;
		for (i = 0; i < 8; i++) {
			addr.hi = addr.hi << 8 | bytes[i];
			addr.lo = addr.lo << 8 | bytes[i + 8];
		}
	} else if (length == 4 && nl_addr_get_family(from) == AF_INET) {
		addr = og_addr_v4((uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 |
				  bytes[3]);
	} else {
		return -EINVAL;
	}
	*ret_addr = addr;
	return 0;
}

/* The device below is an index of this namespace only for devices stacked on another. */
static bool is_stacked(const char *kind)
{
	return !strcmp(kind, "vlan") || !strcmp(kind, "macvlan") || !strcmp(kind, "macvtap") ||
	       !strcmp(kind, "ipvlan");
}

static void fill_link(struct og_gw_link *to, struct rtnl_link *from)
{
	const char *name = rtnl_link_get_name(from), *kind = rtnl_link_get_type(from);

	snprintf(to->name, sizeof(to->name), "%s", name ? name : "");
	snprintf(to->kind, sizeof(to->kind), "%s", kind ? kind : "");
	to->ifindex = rtnl_link_get_ifindex(from);
	to->master = rtnl_link_get_master(from);
	to->type = rtnl_link_get_arptype(from);
	to->up = (rtnl_link_get_flags(from) & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
	if (is_stacked(to->kind))
		to->link = rtnl_link_get_link(from);
	if (rtnl_link_is_vlan(from))
		to->vlan = rtnl_link_vlan_get_id(from);
	if (to->type == ARPHRD_ETHER)
		to->mac = mac_of(rtnl_link_get_addr(from));
}

static int read_links(struct nl_sock *sock, struct og_gateway *gw)
{
	OG_CLEANUP(free_cache) struct nl_cache *cache = NULL;
	struct nl_object *object;
	int err;

	err = rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache);
	if (err < 0)
		return og_links_errno(err);
	gw->links = calloc(nl_cache_nitems(cache) + 1, sizeof(*gw->links));
	if (!gw->links)
		return -ENOMEM;
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object))
		fill_link(&gw->links[gw->link_count++], (struct rtnl_link *)object);
	return 0;
}

static int read_addrs(struct nl_sock *sock, struct og_gateway *gw)
{
	OG_CLEANUP(free_cache) struct nl_cache *cache = NULL;
	struct nl_object *object;
	struct rtnl_addr *from;
	struct og_gw_addr *to;
	int err;

	err = rtnl_addr_alloc_cache(sock, &cache);
	if (err < 0)
		return og_links_errno(err);
	gw->addrs = calloc(nl_cache_nitems(cache) + 1, sizeof(*gw->addrs));
	if (!gw->addrs)
		return -ENOMEM;
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
		from = (struct rtnl_addr *)object;
		to = &gw->addrs[gw->addr_count];
		if (og_links_addr(rtnl_addr_get_local(from), &to->addr) < 0)
			continue;
		to->ifindex = rtnl_addr_get_ifindex(from);
		/* With a peer the prefix is the peer's: our own address stands alone. */
		to->length = 128;
		if (!rtnl_addr_get_peer(from))
			to->length =
				rtnl_addr_get_prefixlen(from) + (og_addr_is_v4(&to->addr) ? 96 : 0);
		gw->addr_count++;
	}
	return 0;
}

struct hops {
	struct og_gw_nexthop *items;
	size_t count, last;
	int error;
};

static void add_hop(struct hops *hops, uint32_t ifindex, const struct og_addr *addr)
{
	size_t i;

	/* Neighbouring routes of a large table nearly always share their next hop. */
	if (hops->last < hops->count && hops->items[hops->last].ifindex == ifindex &&
	    !og_addr_cmp(&hops->items[hops->last].addr, addr))
		return;
	for (i = 0; i < hops->count; i++)
		if (hops->items[i].ifindex == ifindex && !og_addr_cmp(&hops->items[i].addr, addr))
			break;
	hops->last = i;
	if (i < hops->count)
		return;
	if (hops->count == OG_LINKS_NEXTHOPS) {
		hops->error = -E2BIG;
		return;
	}
	hops->items[hops->count].ifindex = ifindex;
	hops->items[hops->count].addr = *addr;
	hops->count++;
}

static void each_hop(struct rtnl_nexthop *hop, void *arg)
{
	struct nl_addr *gateway = rtnl_route_nh_get_gateway(hop);
	struct og_addr addr;

	if (!gateway)
		gateway = rtnl_route_nh_get_via(hop);
	if (og_links_addr(gateway, &addr) == 0)
		add_hop(arg, rtnl_route_nh_get_ifindex(hop), &addr);
}

/*
 * Whether the operator, or a routing daemon of his, made the route. A router advertisement or a
 * redirect comes from whoever sends one: equipment would make itself a router that nobody judges.
 */
static bool is_meant(struct rtnl_route *route)
{
	uint8_t protocol = rtnl_route_get_protocol(route);

	return !(rtnl_route_get_flags(route) & RTM_F_CLONED) && protocol != RTPROT_RA &&
	       protocol != RTPROT_REDIRECT;
}

static int each_route(struct nl_msg *msg, void *arg)
{
	struct rtnl_route *route = NULL;

	/* A route of a kind that libnl does not know has no next hop that matters here. */
	if (rtnl_route_parse(nlmsg_hdr(msg), &route) < 0 || !route)
		return NL_OK;
	if (is_meant(route))
		rtnl_route_foreach_nexthop(route, each_hop, arg);
	rtnl_route_put(route);
	return NL_OK;
}

static int dump_routes(struct nl_sock *sock, int family)
{
	struct rtmsg request = {.rtm_family = family};
	int err, tries = DUMP_TRIES;

	do {
		err = nl_send_simple(sock, RTM_GETROUTE, NLM_F_DUMP, &request, sizeof(request));
		if (err >= 0)
			err = nl_recvmsgs_default(sock);
	} while (err == -NLE_DUMP_INTR && --tries);
	return og_links_errno(err < 0 ? err : 0);
}

static int read_routes(struct nl_sock *sock, struct og_gateway *gw)
{
	struct hops hops = {0};
	int err;

	hops.items = calloc(OG_LINKS_NEXTHOPS, sizeof(*hops.items));
	if (!hops.items)
		return -ENOMEM;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, each_route, &hops);
	err = dump_routes(sock, AF_INET);
	if (!err)
		err = dump_routes(sock, AF_INET6);
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_DEFAULT, NULL, NULL);
	gw->nexthops = hops.items;
	gw->nexthop_count = hops.count;
	return err ? err : hops.error;
}

static int read_neighs(struct nl_sock *sock, struct og_gateway *gw)
{
	OG_CLEANUP(free_cache) struct nl_cache *cache = NULL;
	struct nl_object *object;
	struct rtnl_neigh *neigh;
	struct og_addr addr;
	size_t i;
	int err;

	err = rtnl_neigh_alloc_cache(sock, &cache);
	if (err < 0)
		return og_links_errno(err);
	for (i = 0; i < gw->nexthop_count; i++)
		gw->nexthops[i].mac = 0;
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
		neigh = (struct rtnl_neigh *)object;
		if (rtnl_neigh_get_state(neigh) & (NUD_FAILED | NUD_INCOMPLETE | NUD_NOARP) ||
		    og_links_addr(rtnl_neigh_get_dst(neigh), &addr) < 0)
			continue;
		for (i = 0; i < gw->nexthop_count; i++)
			if (gw->nexthops[i].ifindex == (uint32_t)rtnl_neigh_get_ifindex(neigh) &&
			    !og_addr_cmp(&gw->nexthops[i].addr, &addr))
				gw->nexthops[i].mac = mac_of(rtnl_neigh_get_lladdr(neigh));
	}
	return 0;
}

int og_links_neighbour(const struct og_addr *addr, uint64_t *ret_mac)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;
	OG_CLEANUP(free_cache) struct nl_cache *cache = NULL;
	struct nl_object *object;
	struct og_addr found;
	uint64_t mac = 0;
	int err = open_socket(&sock);

	if (err)
		return err;
	err = rtnl_neigh_alloc_cache(sock, &cache);
	if (err < 0)
		return og_links_errno(err);
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object))
		if (og_links_addr(rtnl_neigh_get_dst((struct rtnl_neigh *)object), &found) == 0 &&
		    !og_addr_cmp(&found, addr) && !mac)
			mac = mac_of(rtnl_neigh_get_lladdr((struct rtnl_neigh *)object));
	if (!mac)
		return -ENOENT;
	*ret_mac = mac;
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

int og_links_refresh(struct og_gateway *gw, unsigned int kinds)
{
	OG_CLEANUP(og_gateway_clear) struct og_gateway fresh = {0};
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;
	int err;

	err = open_socket(&sock);
	if (!err && kinds & OG_FACT_LINKS)
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
