// SPDX-License-Identifier: GPL-2.0
/*
 * probe-frame.c: asking whether a device still answers, and reading its answer
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <ouiguard/frame.h>

#include "daemon/network/probe-frame.h"

#define ETHER_BYTES   14
#define TAG_BYTES     4
#define ETHER_LEAST   60 /* of a frame on the wire, without its checksum */
#define ARP_BYTES     28
#define ARP_REQUEST   1
#define ARP_REPLY     2
#define IPV6_BYTES    40
#define ND_BYTES      24 /* without options */
#define ND_SOLICIT    135
#define ND_ADVERTISE  136
#define ND_OPTION     8 /* bytes, and the unit of lengths of options */
#define ND_SOURCE_MAC 1
#define ND_TARGET_MAC 2
#define LINK_LOCAL    0xfe80000000000000ULL

/* ff02::1:ffXX:XXXX, to which whoever has an address that ends in XX:XXXX listens. */
#define SOLICITED_HI 0xff02000000000000ULL
#define SOLICITED_LO 0x00000001ff000000ULL

static void put16(uint8_t *to, uint16_t number)
{
	to[0] = number >> 8;
	to[1] = number;
}

static void put_mac(uint8_t *to, uint64_t mac)
{
	int i;

	for (i = 0; i < 6; i++)
		to[i] = mac >> (40 - 8 * i);
}

static uint64_t get_mac(const uint8_t *from)
{
	return (uint64_t)OG_BE32(from) << 16 | OG_BE16(from + 4);
}

static void put_addr(uint8_t *to, const struct og_addr *addr)
{
	int i;

	for (i = 0; i < 8; i++) {
		to[i] = addr->hi >> (56 - 8 * i);
		to[8 + i] = addr->lo >> (56 - 8 * i);
	}
}

static struct og_addr get_addr(const uint8_t *from)
{
	struct og_addr addr = {
		.hi = (uint64_t)OG_BE32(from) << 32 | OG_BE32(from + 4),
		.lo = (uint64_t)OG_BE32(from + 8) << 32 | OG_BE32(from + 12),
	};

	return addr;
}

/* The Ethernet header and a tag. Returns their length. */
static size_t put_ether(uint8_t *frame, const struct og_probe *probe, uint64_t to, uint16_t type)
{
	size_t at = 12;

	put_mac(frame, to);
	put_mac(frame + 6, probe->mac);
	if (probe->vlan) {
		put16(frame + at, OG_ETH_8021Q);
		put16(frame + at + 2, probe->vlan);
		at += TAG_BYTES;
	}
	put16(frame + at, type);
	return at + 2;
}

static size_t build_arp(const struct og_probe *probe, uint8_t *frame)
{
	static const uint8_t head[] = {0, 1, 0x08, 0x00, 6, 4, 0, ARP_REQUEST};
	size_t at = put_ether(frame, probe, 0xffffffffffff, OG_ETH_ARP);
	uint32_t from = probe->from.lo, target = probe->target.lo;

	memcpy(frame + at, head, sizeof(head));
	put_mac(frame + at + 8, probe->mac);
	put16(frame + at + 14, from >> 16);
	put16(frame + at + 16, from);
	put16(frame + at + 24, target >> 16);
	put16(frame + at + 26, target);
	return at + ARP_BYTES;
}

/* Of ICMPv6: the pseudo header (RFC 8200, 8.1) and @length bytes behind the IPv6 header. */
static uint16_t checksum(const uint8_t *ip, size_t length)
{
	uint32_t sum = length + OG_PROTO_ICMPV6;
	size_t i;

	for (i = 8; i < IPV6_BYTES + length; i += 2)
		sum += OG_BE16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~((sum & 0xffff) + (sum >> 16));
}

static size_t build_nd(const struct og_probe *probe, uint8_t *frame)
{
	const struct og_addr group = {SOLICITED_HI, SOLICITED_LO | (probe->target.lo & 0xffffff)};
	uint64_t to = 0x333300000000 | (group.lo & 0xffffffff);
	size_t at = put_ether(frame, probe, to, OG_ETH_IPV6);
	bool own = probe->from.hi || probe->from.lo;
	size_t length = ND_BYTES + (own ? ND_OPTION : 0);
	uint8_t *ip = frame + at, *nd = ip + IPV6_BYTES;

	ip[0] = 0x60;
	put16(ip + 4, length);
	ip[6] = OG_PROTO_ICMPV6;
	ip[7] = 255;
	put_addr(ip + 8, &probe->from);
	put_addr(ip + 24, &group);
	nd[0] = ND_SOLICIT;
	put_addr(nd + 8, &probe->target);
	/* One without an own address must not say its MAC (RFC 4861, 7.2.2): all are answered. */
	if (own) {
		nd[ND_BYTES] = ND_SOURCE_MAC;
		nd[ND_BYTES + 1] = 1;
		put_mac(nd + ND_BYTES + 2, probe->mac);
	}
	put16(nd + 2, checksum(ip, length));
	return at + IPV6_BYTES + length;
}

size_t og_probe_build(const struct og_probe *probe, uint8_t frame[OG_PROBE_BYTES])
{
	size_t length;

	memset(frame, 0, OG_PROBE_BYTES);
	length = og_addr_is_v4(&probe->target) ? build_arp(probe, frame) : build_nd(probe, frame);
	return length < ETHER_LEAST ? ETHER_LEAST : length;
}

static int read_arp(const uint8_t *arp, size_t size, uint64_t *ret_mac, struct og_addr *ret_addr)
{
	static const uint8_t head[] = {0, 1, 0x08, 0x00, 6, 4, 0, ARP_REPLY};

	if (size < ARP_BYTES || memcmp(arp, head, sizeof(head)) != 0)
		return -EINVAL;
	*ret_mac = get_mac(arp + 8);
	*ret_addr = og_addr_v4(OG_BE32(arp + 14));
	return 0;
}

/* Who answers is in an option; without one (RFC 4861, 4.4) it is whoever sent the frame. */
static int read_nd(const uint8_t *ip, size_t size, uint64_t from, uint64_t *ret_mac,
		   struct og_addr *ret_addr)
{
	const uint8_t *nd = ip + IPV6_BYTES;
	size_t length, at, step;

	if (size < IPV6_BYTES + ND_BYTES || ip[0] >> 4 != 6 || ip[6] != OG_PROTO_ICMPV6 ||
	    ip[7] != 255 || nd[0] != ND_ADVERTISE)
		return -EINVAL;
	length = OG_BE16(ip + 4);
	if (length < ND_BYTES || length > size - IPV6_BYTES)
		return -EINVAL;
	for (at = ND_BYTES; at + ND_OPTION <= length; at += step) {
		step = nd[at + 1] * ND_OPTION;
		if (!step)
			return -EINVAL;
		if (nd[at] == ND_TARGET_MAC)
			from = get_mac(nd + at + 2);
	}
	*ret_mac = from;
	*ret_addr = get_addr(nd + 8);
	return 0;
}

int og_probe_answer(const uint8_t *frame, size_t size, uint64_t *ret_mac, struct og_addr *ret_addr)
{
	struct og_addr addr;
	size_t at = ETHER_BYTES;
	uint64_t mac;
	int err = -EINVAL;

	if (size >= ETHER_BYTES + TAG_BYTES && OG_BE16(frame + 12) == OG_ETH_8021Q)
		at += TAG_BYTES;
	if (size < at)
		return -EINVAL;
	if (OG_BE16(frame + at - 2) == OG_ETH_ARP)
		err = read_arp(frame + at, size - at, &mac, &addr);
	else if (OG_BE16(frame + at - 2) == OG_ETH_IPV6)
		err = read_nd(frame + at, size - at, get_mac(frame + 6), &mac, &addr);
	/* No station has a group's address, or none. */
	if (err || !mac || mac >> 40 & 1)
		return -EINVAL;
	*ret_mac = mac;
	*ret_addr = addr;
	return 0;
}

struct og_addr og_probe_link_local(uint64_t mac)
{
	const struct og_addr addr = {
		.hi = LINK_LOCAL,
		.lo = (mac >> 24 ^ 0x020000) << 40 | 0xfffe000000 | (mac & 0xffffff),
	};

	return addr;
}
