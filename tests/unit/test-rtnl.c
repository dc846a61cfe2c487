// SPDX-License-Identifier: GPL-2.0
/*
 * test-rtnl.c: messages of rtnetlink, right and wrong ones (daemon/network/rtnl.c, notice.c)
 */
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "daemon/network/links-read.h"
#include "daemon/network/notice.h"
#include "daemon/network/rtnl.h"

static struct nl_msg *begin(int type, const void *head, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, 0);

	assert_non_null(msg);
	assert_int_equal(nlmsg_append(msg, (void *)head, size, NLMSG_ALIGNTO), 0);
	return msg;
}

static void put(struct nl_msg *msg, int type, const void *bytes, int size)
{
	assert_int_equal(nla_put(msg, type, size, bytes), 0);
}

static void put_u32(struct nl_msg *msg, int type, uint32_t number)
{
	put(msg, type, &number, sizeof(number));
}

static struct nl_msg *vlan_link(void)
{
	const struct ifinfomsg info = {
		.ifi_index = 7, .ifi_type = ARPHRD_ETHER, .ifi_flags = IFF_UP | IFF_RUNNING};
	struct nl_msg *msg = begin(RTM_NEWLINK, &info, sizeof(info));
	const uint16_t id = 20;
	struct nlattr *outer, *inner;

	put(msg, IFLA_IFNAME, "lan0.20", 8);
	put(msg, IFLA_ADDRESS, "\x02\x00\x00\x00\x00\x07", 6);
	put_u32(msg, IFLA_LINK, 3);
	put_u32(msg, IFLA_MASTER, 4);
	outer = nla_nest_start(msg, IFLA_LINKINFO);
	put(msg, IFLA_INFO_KIND, "vlan", 5);
	inner = nla_nest_start(msg, IFLA_INFO_DATA);
	put(msg, IFLA_VLAN_ID, &id, sizeof(id));
	nla_nest_end(msg, inner);
	nla_nest_end(msg, outer);
	return msg;
}

static void test_a_link(void **state)
{
	struct nl_msg *msg = vlan_link();
	struct og_gw_link link;

	(void)state;
	assert_int_equal(og_rtnl_link(nlmsg_hdr(msg), &link), 0);
	assert_string_equal(link.name, "lan0.20");
	assert_string_equal(link.kind, "vlan");
	assert_int_equal(link.ifindex, 7);
	assert_int_equal(link.link, 3);
	assert_int_equal(link.master, 4);
	assert_int_equal(link.vlan, 20);
	assert_true(link.up);
	assert_true(link.mac == 0x020000000007);
	/* Cut short, it is none. */
	nlmsg_hdr(msg)->nlmsg_len = NLMSG_HDRLEN + 4;
	assert_true(og_rtnl_link(nlmsg_hdr(msg), &link) < 0);
	nlmsg_free(msg);
}

/* A name that does not end, and numbers that are too short or too long. */
static void test_a_link_of_wrong_sizes(void **state)
{
	const struct ifinfomsg info = {.ifi_index = 7, .ifi_type = ARPHRD_ETHER};
	struct nl_msg *msg = begin(RTM_NEWLINK, &info, sizeof(info));
	struct og_gateway gw = {0};
	struct og_gw_link link;

	(void)state;
	put(msg, IFLA_IFNAME, "abcdefghijklmnopqrstuvwxyz", 26);
	put(msg, IFLA_MASTER, "\x01", 1);
	put(msg, IFLA_ADDRESS, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
	assert_int_equal(og_rtnl_link(nlmsg_hdr(msg), &link), 0);
	assert_string_equal(link.name, "abcdefghijklmno");
	assert_int_equal(link.master, 0);
	assert_true(link.mac == 0);
	assert_int_equal(og_notice_read(&gw, nlmsg_hdr(msg)).kinds, OG_FACT_LINKS);
	nlmsg_free(msg);
}

static void expect_addr(int prefix, const char *local, const char *address, int size, int length)
{
	const struct ifaddrmsg info = {.ifa_index = 5, .ifa_prefixlen = prefix};
	struct nl_msg *msg = begin(RTM_NEWADDR, &info, sizeof(info));
	struct og_gw_addr addr;

	if (local)
		put(msg, IFA_LOCAL, local, size);
	put(msg, IFA_ADDRESS, address, size);
	if (length < 0) {
		assert_true(og_rtnl_addr(nlmsg_hdr(msg), &addr) < 0);
	} else {
		assert_int_equal(og_rtnl_addr(nlmsg_hdr(msg), &addr), 0);
		assert_int_equal(addr.ifindex, 5);
		assert_int_equal(addr.length, length);
		assert_int_equal(addr.addr.lo & 0xff, 1);
	}
	nlmsg_free(msg);
}

static void test_addresses(void **state)
{
	(void)state;
	expect_addr(24, "\x0a\x01\x00\x01", "\x0a\x01\x00\x01", 4, 120);
	expect_addr(64, NULL, "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01",
		    16, 64);
	/* With a peer the prefix is the peer's. */
	expect_addr(24, "\x0a\x01\x00\x01", "\x0a\x01\x00\x02", 4, 128);
	expect_addr(255, "\x0a\x01\x00\x01", "\x0a\x01\x00\x01", 4, 128);
	expect_addr(24, "\x0a\x01\x00", "\x0a\x01\x00", 3, -1);
}

struct seen {
	unsigned int count;
	uint32_t ifindex;
	struct og_addr addr;
};

static void note(void *userdata, uint32_t ifindex, const struct og_addr *addr)
{
	struct seen *seen = userdata;

	seen->count++;
	seen->ifindex = ifindex;
	seen->addr = *addr;
}

static struct nl_msg *route(int protocol)
{
	const struct rtmsg head = {.rtm_family = AF_INET, .rtm_protocol = protocol};

	return begin(RTM_NEWROUTE, &head, sizeof(head));
}

/* The message's hops, then it is freed. */
static struct seen hops_of(struct nl_msg *msg, bool meant)
{
	struct seen seen = {0};

	assert_int_equal(og_rtnl_route(nlmsg_hdr(msg), meant, note, &seen), 0);
	nlmsg_free(msg);
	return seen;
}

static void test_routes(void **state)
{
	struct nl_msg *msg = route(RTPROT_STATIC);
	struct seen seen;

	(void)state;
	put(msg, RTA_GATEWAY, "\x0a\x01\x00\x09", 4);
	put_u32(msg, RTA_OIF, 3);
	seen = hops_of(msg, true);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.ifindex, 3);
	assert_true(seen.addr.lo == og_addr_v4(0x0a010009).lo);
	/* One that an advertisement made is nobody's. */
	msg = route(RTPROT_RA);
	put(msg, RTA_GATEWAY, "\x0a\x01\x00\x09", 4);
	assert_int_equal(hops_of(msg, true).count, 0);
	/* IPv4 by a router of IPv6. */
	msg = route(RTPROT_STATIC);
	put(msg, RTA_VIA, "\x0a\x00\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x05", 18);
	seen = hops_of(msg, true);
	assert_int_equal(seen.count, 1);
	assert_true(seen.addr.hi == 0xfe80000000000000 && seen.addr.lo == 5);
	msg = route(RTPROT_STATIC);
	put(msg, RTA_VIA, "\x0a", 1);
	assert_int_equal(hops_of(msg, true).count, 0);
}

/* Two next hops of 16 bytes; the second says that it has @length. */
static struct seen listed(uint16_t length)
{
	struct {
		struct rtnexthop hop;
		struct nlattr head;
		uint8_t addr[4];
	} list[2] = {
		{{.rtnh_len = 16, .rtnh_ifindex = 3}, {8, RTA_GATEWAY}, {10, 1, 0, 7}},
		{{.rtnh_len = length, .rtnh_ifindex = 4}, {8, RTA_GATEWAY}, {10, 1, 0, 8}},
	};
	struct nl_msg *msg = route(RTPROT_STATIC);

	put(msg, RTA_MULTIPATH, list, sizeof(list));
	return hops_of(msg, true);
}

static void test_lists_of_hops(void **state)
{
	static const uint16_t wrong[] = {0, 1, 7, 17, 1000, 65535};
	size_t i;

	(void)state;
	assert_int_equal(listed(16).count, 2);
	assert_int_equal(listed(16).ifindex, 4);
	/* One without an address counts for nothing; after one of a wrong length nothing follows. */
	assert_int_equal(listed(8).count, 1);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(listed(wrong[i]).count, 1);
}

static void test_neighbours(void **state)
{
	const struct ndmsg head = {
		.ndm_family = AF_INET, .ndm_ifindex = 3, .ndm_state = NUD_REACHABLE};
	struct nl_msg *msg = begin(RTM_NEWNEIGH, &head, sizeof(head));
	struct og_gw_nexthop hop = {.ifindex = 3, .addr = og_addr_v4(0x0a010009)};
	struct og_gateway gw = {.nexthops = &hop, .nexthop_count = 1};
	struct og_rtnl_neigh neigh;

	(void)state;
	put(msg, NDA_LLADDR, "\x02\x00\x00\x00\x00\x07", 6);
	put(msg, NDA_CACHEINFO, "\x01", 1);
	assert_int_equal(og_rtnl_neigh(nlmsg_hdr(msg), &neigh), 0);
	assert_true(neigh.mac == 0x020000000007);
	assert_int_equal(neigh.age, 0);
	/* Without an address it is not the next hop's. */
	assert_int_equal(og_notice_read(&gw, nlmsg_hdr(msg)).kinds, 0);
	put(msg, NDA_DST, "\x0a\x01\x00\x09", 4);
	assert_int_equal(og_notice_read(&gw, nlmsg_hdr(msg)).kinds, OG_FACT_NEIGHS);
	hop.ifindex = 4;
	assert_int_equal(og_notice_read(&gw, nlmsg_hdr(msg)).kinds, 0);
	nlmsg_free(msg);
}

static void test_notices(void **state)
{
	struct og_gw_link known = {.name = "lan0.20", .ifindex = 7, .master = 4};
	struct og_gateway gw = {.links = &known, .link_count = 1};
	struct nl_msg *msg = vlan_link();
	struct og_notice notice = og_notice_read(&gw, nlmsg_hdr(msg));

	(void)state;
	assert_int_equal(notice.kinds, OG_FACT_LINKS);
	assert_false(notice.urgent);
	/* Renamed, moved into another bridge, or new: it must be covered at once. */
	strcpy(known.name, "lan1");
	assert_true(og_notice_read(&gw, nlmsg_hdr(msg)).urgent);
	strcpy(known.name, "lan0.20");
	known.master = 0;
	assert_true(og_notice_read(&gw, nlmsg_hdr(msg)).urgent);
	gw.link_count = 0;
	assert_true(og_notice_read(&gw, nlmsg_hdr(msg)).urgent);
	nlmsg_hdr(msg)->nlmsg_type = RTM_DELLINK;
	notice = og_notice_read(&gw, nlmsg_hdr(msg));
	assert_true(notice.lost && !notice.urgent);
	nlmsg_free(msg);
	msg = route(RTPROT_STATIC);
	put(msg, RTA_GATEWAY, "\x0a\x01\x00\x09", 4);
	notice = og_notice_read(&gw, nlmsg_hdr(msg));
	assert_int_equal(notice.kinds, OG_FACT_ROUTES);
	assert_false(notice.gone);
	nlmsg_hdr(msg)->nlmsg_type = RTM_DELROUTE;
	assert_true(og_notice_read(&gw, nlmsg_hdr(msg)).gone);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_link),	      cmocka_unit_test(test_a_link_of_wrong_sizes),
		cmocka_unit_test(test_addresses),     cmocka_unit_test(test_routes),
		cmocka_unit_test(test_lists_of_hops), cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_notices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
