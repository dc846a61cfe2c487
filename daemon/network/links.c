// SPDX-License-Identifier: GPL-2.0
/*
 * links.c: following the gateway's facts
 *
 * Notifications only say what has to be read again: a dump cannot be out of step with the kernel,
 * whatever was lost on the way. Facts that are equal to the last ones go no further.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "daemon/cleanup.h"
#include "daemon/network/facts.h"
#include "daemon/network/links-read.h"
#include "daemon/network/links.h"
#include "daemon/network/notice.h"

#define RECEIVE_BYTES	 (1024 * 1024)
#define DUMP_SLOW_US	 20000	/* from here on deleted routes wait for OG_LINKS_GONE_US */
#define MESSAGES_AT_ONCE 1024	/* then others have their turn: a full table may come for minutes */
#define RETRY_US	 500000 /* after a re-reading that failed */

struct og_links {
	struct og_gateway gw;
	struct nl_sock *sock;
	sd_event *event;
	sd_event_source *io, *timer, *gone_timer;
	unsigned int dirty; /* OG_FACT_* to read again */
	bool urgent;	    /* they are looked at without delay */
	bool lost;	    /* an interface went: the same facts may be another one's */
	uint64_t first_us;  /* when the first of them became dirty; 0: none is */
	uint64_t routes_us; /* what the last dump of the routes took */
	void (*changed)(void *userdata);
	void (*broken)(int error, void *userdata);
	void *userdata;
};

static uint64_t now_us(struct og_links *links)
{
	uint64_t now = 0;

	sd_event_now(links->event, CLOCK_MONOTONIC, &now);
	return now;
}

static void arm(sd_event_source *timer, uint64_t at)
{
	sd_event_source_set_time(timer, at);
	sd_event_source_set_enabled(timer, SD_EVENT_ONESHOT);
}

/*
 * Read @kinds again, @delay microseconds from now: each further change puts it off, but not beyond
 * OG_LINKS_LATEST_US after the first. What must be looked at without delay is put off by nothing.
 */
static void mark_dirty(struct og_links *links, unsigned int kinds, uint64_t delay)
{
	uint64_t now = now_us(links), at = now + delay;

	if (!links->dirty) {
		links->first_us = now;
		links->urgent = false;
	}
	links->dirty |= kinds;
	if (links->urgent)
		return;
	links->urgent = !delay;
	if (at > links->first_us + OG_LINKS_LATEST_US)
		at = links->first_us + OG_LINKS_LATEST_US;
	arm(links->timer, at);
}

/* A slow dump of the routes is made rarely. */
static void read_routes_later(struct og_links *links)
{
	int enabled = SD_EVENT_OFF;

	sd_event_source_get_enabled(links->gone_timer, &enabled);
	if (enabled == SD_EVENT_OFF)
		arm(links->gone_timer, now_us(links) + OG_LINKS_GONE_US);
}

static int on_message(struct nl_msg *msg, void *userdata)
{
	struct og_links *links = userdata;
	struct og_notice notice = og_notice_read(&links->gw, nlmsg_hdr(msg));

	links->lost = links->lost || notice.lost;
	if (notice.gone && links->routes_us >= DUMP_SLOW_US)
		read_routes_later(links);
	else if (notice.kinds)
		mark_dirty(links, notice.kinds, notice.urgent ? 0 : OG_LINKS_DEBOUNCE_US);
	return NL_OK;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct og_links *links = userdata;
	unsigned int turns = MESSAGES_AT_ONCE;
	int err;

	(void)source;
	(void)fd;
	(void)events;
	do
		err = nl_recvmsgs_default(links->sock);
	while (err >= 0 && --turns);
	/* Lost notifications (ENOBUFS, which libnl calls NLE_NOMEM), or a message it cannot read. */
	if (err < 0 && err != -NLE_AGAIN)
		mark_dirty(links, OG_FACT_ALL, OG_LINKS_DEBOUNCE_US);
	return 0;
}

static int copy(struct og_gateway *to, const struct og_gateway *from)
{
	*to = *from;
	to->links = calloc(from->link_count + 1, sizeof(*to->links));
	to->addrs = calloc(from->addr_count + 1, sizeof(*to->addrs));
	to->nexthops = calloc(from->nexthop_count + 1, sizeof(*to->nexthops));
	if (!to->links || !to->addrs || !to->nexthops) {
		og_gateway_clear(to);
		return -ENOMEM;
	}
	if (from->link_count)
		memcpy(to->links, from->links, from->link_count * sizeof(*to->links));
	if (from->addr_count)
		memcpy(to->addrs, from->addrs, from->addr_count * sizeof(*to->addrs));
	if (from->nexthop_count)
		memcpy(to->nexthops, from->nexthops, from->nexthop_count * sizeof(*to->nexthops));
	return 0;
}

/* Read what is dirty. Returns 1 when the facts changed, 0 when not, -errno. */
static int refresh(struct og_links *links)
{
	OG_CLEANUP(og_gateway_clear) struct og_gateway before = {0};
	uint64_t start, end;
	bool lost = links->lost;
	int err;

	err = copy(&before, &links->gw);
	if (err)
		return err;
	sd_event_now(links->event, CLOCK_MONOTONIC, &start);
	err = og_links_refresh(&links->gw, links->dirty | OG_FACT_HOST);
	if (err)
		return err;
	if (links->dirty & OG_FACT_ROUTES) {
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC, &now);
		end = now.tv_sec * 1000000ULL + now.tv_nsec / 1000;
		links->routes_us = end > start ? end - start : 0;
	}
	links->dirty = 0;
	links->lost = false;
	return lost || !og_facts_equal(&before, &links->gw);
}

static int on_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	struct og_links *links = userdata;
	int changed = refresh(links);

	(void)source;
	(void)at;
	if (changed < 0) {
		arm(links->timer, now_us(links) + RETRY_US);
		links->broken(changed, links->userdata);
	} else if (changed) {
		links->changed(links->userdata);
	}
	return 0;
}

static int on_gone_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	(void)source;
	(void)at;
	mark_dirty(userdata, OG_FACT_ROUTES, 0);
	return 0;
}

static int subscribe(struct og_links *links)
{
	int err;

	links->sock = nl_socket_alloc();
	if (!links->sock)
		return -ENOMEM;
	nl_socket_disable_seq_check(links->sock);
	nl_socket_modify_cb(links->sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, links);
	err = nl_connect(links->sock, NETLINK_ROUTE);
	if (err >= 0)
		err = nl_socket_set_nonblocking(links->sock);
	if (err >= 0)
		err = nl_socket_add_memberships(links->sock, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
						RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE,
						RTNLGRP_IPV6_ROUTE, RTNLGRP_NEIGH, 0);
	if (err < 0)
		return og_links_errno(err);
	/* A smaller buffer works too: what is lost is read again. */
	nl_socket_set_buffer_size(links->sock, RECEIVE_BYTES, 0);
	return 0;
}

static int add_sources(struct og_links *links)
{
	int err;

	err = sd_event_add_io(links->event, &links->io, nl_socket_get_fd(links->sock), EPOLLIN,
			      on_io, links);
	if (err >= 0)
		err = sd_event_add_time(links->event, &links->timer, CLOCK_MONOTONIC, 0, 1,
					on_timer, links);
	if (err >= 0)
		err = sd_event_add_time(links->event, &links->gone_timer, CLOCK_MONOTONIC, 0, 0,
					on_gone_timer, links);
	if (err < 0)
		return err;
	sd_event_source_set_enabled(links->timer, SD_EVENT_OFF);
	sd_event_source_set_enabled(links->gone_timer, SD_EVENT_OFF);
	return 0;
}

int og_links_watch(sd_event *event, void (*changed)(void *userdata),
		   void (*broken)(int error, void *userdata), void *userdata,
		   struct og_links **ret_links)
{
	struct og_links *links = calloc(1, sizeof(*links));
	int err;

	if (!links)
		return -ENOMEM;
	links->event = sd_event_ref(event);
	links->changed = changed;
	links->broken = broken;
	links->userdata = userdata;
	/* Subscribe first: what changes while the facts are read is then read again. */
	err = subscribe(links);
	if (!err)
		err = add_sources(links);
	if (!err)
		err = og_links_refresh(&links->gw, OG_FACT_ALL);
	if (err) {
		og_links_free(links);
		return err;
	}
	*ret_links = links;
	return 0;
}

void og_links_tick(struct og_links *links)
{
	char host[OG_GW_HOST];

	if (gethostname(host, sizeof(host)) == 0 && strncmp(host, links->gw.host, sizeof(host) - 1))
		mark_dirty(links, OG_FACT_HOST, 0);
}

void og_links_free(struct og_links *links)
{
	if (!links)
		return;
	sd_event_source_disable_unref(links->io);
	sd_event_source_disable_unref(links->timer);
	sd_event_source_disable_unref(links->gone_timer);
	nl_socket_free(links->sock);
	og_gateway_clear(&links->gw);
	sd_event_unref(links->event);
	free(links);
}

const struct og_gateway *og_links_gateway(const struct og_links *links)
{
	return &links->gw;
}
