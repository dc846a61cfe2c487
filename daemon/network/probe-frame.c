// SPDX-License-Identifier: GPL-2.0
/*
 * probe-frame.c: frames that ask whether a device still answers
 */
#include <stdbool.h>
#include <string.h>

#include <ouiguard/frame.h>

#include "daemon/network/probe-frame.h"

#define TAG_BYTES     4
#define ETHER_LEAST   60 /* of a frame on the wire, without its checksum */
#define ARP_BYTES     28
#define ARP_REQUEST   1
#define IPV6_BYTES    40
#define ND_BYTES      24 /* without options */
#define ND_SOLICIT    135
#define ND_OPTION     8 /* bytes, and the unit of lengths of options */
#define ND_SOURCE_MAC 1
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

static void put_addr(uint8_t *to, const struct og_addr *addr)
{
	int i;

	for (i = 0; i < 8; i++) {
		to[i] = addr->hi >> (56 - 8 * i);
		to[8 + i] = addr->lo >> (56 - 8 * i);
	}
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

struct og_addr og_probe_link_local(uint64_t mac)
{
	const struct og_addr addr = {
		.hi = LINK_LOCAL,
		.lo = (mac >> 24 ^ 0x020000) << 40 | 0xfffe000000 | (mac & 0xffffff),
	};

	return addr;
}
