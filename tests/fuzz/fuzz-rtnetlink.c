// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-rtnetlink.c: notifications and dumps of rtnetlink(7): links, addresses, routes, neighbours
 */
#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "daemon/network/facts.h"
#include "daemon/network/links-read.h"
#include "daemon/network/neighbours.h"
#include "daemon/network/notice.h"
#include "tests/fuzz/netlink.h"

static void check_notice(const struct og_gateway *gw, struct nlmsghdr *hdr)
{
	struct og_notice notice = og_notice_read(gw, hdr);

	check(!(notice.kinds & ~(OG_FACT_ALL & ~OG_FACT_HOST)));
	check(notice.kinds == OG_FACT_LINKS || (!notice.urgent && !notice.lost));
	check(notice.kinds == OG_FACT_ROUTES || !notice.gone);
}

static void check_neighbour(struct nlmsghdr *hdr)
{
	struct og_neighbour neighbour = {0};

	if (og_neighbour_parse(hdr, &neighbour))
		check(!neighbour.mac);
	else
		check(neighbour.mac && neighbour.mac >> 48 == 0 && !(neighbour.mac >> 40 & 1));
}

/* Every message of every datagram, in memory of exactly its size, as one that is followed. */
static void follow(const struct og_gateway *gw, const uint8_t *data, size_t size)
{
	unsigned char *datagram;
	struct nlmsghdr *at, *copy;
	size_t bytes;
	int left;

	heard = data;
	heard_left = size;
	while ((datagram = next_datagram(&bytes))) {
		left = bytes;
		for (at = (struct nlmsghdr *)datagram; nlmsg_ok(at, left);
		     at = nlmsg_next(at, &left)) {
			copy = (struct nlmsghdr *)copy_of((uint8_t *)at, at->nlmsg_len);
			check_notice(gw, copy);
			check_neighbour(copy);
			free(copy);
		}
		free(datagram);
	}
}

static void check_facts(const struct og_gateway *gw)
{
	size_t i;

	for (i = 0; i < gw->link_count; i++) {
		check(memchr(gw->links[i].name, 0, sizeof(gw->links[i].name)) != NULL);
		check(memchr(gw->links[i].kind, 0, sizeof(gw->links[i].kind)) != NULL);
		check(gw->links[i].mac >> 48 == 0);
	}
	for (i = 0; i < gw->addr_count; i++)
		check(gw->addrs[i].length <= 128);
	for (i = 0; i < gw->nexthop_count; i++)
		check(gw->nexthops[i].mac >> 48 == 0);
	check(og_facts_equal(gw, gw));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_gateway gw = {0}, before;
	struct nl_sock *sock;
	int err;

	if (!size)
		return 0;
	sock = netlink_of(data + 1, size - 1);
	before = gw;
	err = og_links_refresh_by(sock, &gw, data[0] & OG_FACT_ALL);
	nl_socket_free(sock);
	check(!err || !memcmp(&gw, &before, sizeof(gw)));
	check_facts(&gw);
	follow(&gw, data + 1, size - 1);
	og_gateway_clear(&gw);
	return 0;
}
