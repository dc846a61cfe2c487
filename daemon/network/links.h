/* SPDX-License-Identifier: GPL-2.0 */
/*
 * links.h: what the gateway is, from netlink
 *
 * Links, addresses, next hops of routes and their neighbours' MACs, once or followed as they change.
 */
#ifndef OUIGUARD_DAEMON_LINKS_H
#define OUIGUARD_DAEMON_LINKS_H

#include <systemd/sd-event.h>

#include "policy/compile/gateway.h"

#define OG_LINKS_DEBOUNCE_US 20000    /* changes that come together are looked at together */
#define OG_LINKS_LATEST_US   200000   /* but never later than this after the first */
#define OG_LINKS_NEXTHOPS    4096     /* next hops that are followed; more is an error */
#define OG_LINKS_GONE_US     30000000 /* deleted routes, on a gateway with a very large table */

/*
 * og_links_read - read the gateway's facts once, sorted as og_facts_sort() does. Returns 0, or
 * -errno of netlink (-E2BIG: more than OG_LINKS_NEXTHOPS next hops). Free @ret_gateway with
 * og_gateway_clear(); it is untouched on failure.
 */
int og_links_read(struct og_gateway *ret_gateway);

/*
 * og_links_neighbour - the MAC address that the gateway's neighbour table has for @addr. Returns 0,
 * -ENOENT when it has none, or -errno of netlink.
 */
int og_links_neighbour(const struct og_addr *addr, uint64_t *ret_mac);

struct og_links;

/*
 * og_links_watch - read the facts and follow them. @changed is called from the event loop, with
 * @userdata, after the facts have changed; a change of nothing that struct og_gateway holds does
 * not call it. @broken is called with -errno when a re-reading failed; it is tried again by itself.
 * Returns 0 or -errno. Free with og_links_free(), NULL is allowed.
 */
int og_links_watch(sd_event *event, void (*changed)(void *userdata),
		   void (*broken)(int error, void *userdata), void *userdata,
		   struct og_links **ret_links);
void og_links_free(struct og_links *links);

/*
 * og_links_tick - every second: whether the host was renamed. The kernel would tell it by /proc/sys, which
 * the service does not see.
 */
void og_links_tick(struct og_links *links);

/* og_links_gateway - the facts as last read; they belong to @links and last until it calls back. */
const struct og_gateway *og_links_gateway(const struct og_links *links);

#endif
