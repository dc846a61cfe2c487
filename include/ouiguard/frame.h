/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame.h: the facts of a frame, read from its first bytes
 *
 * The caller copies the head of the frame into struct og_frame; og_parse() reads nothing else. All
 * offsets go through a mask, so that no byte of a frame can lead the reader outside the buffer, and
 * the same code is accepted by the BPF verifier.
 *
 * Formats: Ethernet IEEE 802.3, tags IEEE 802.1Q, IPv4 RFC 791, IPv6 RFC 8200, modified EUI-64
 * RFC 4291 appendix A.
 */
#ifndef OUIGUARD_FRAME_H
#define OUIGUARD_FRAME_H

#include "types.h"

#define OG_FRAME_BYTES 256 /* how much of a frame is looked at; headers past it are unreadable */
#define OG_FRAME_PAD   16

/* EtherTypes: IEEE 802 numbers, as in linux/if_ether.h. */
#define OG_ETH_IPV4   0x0800
#define OG_ETH_ARP    0x0806
#define OG_ETH_8021Q  0x8100
#define OG_ETH_IPV6   0x86dd
#define OG_ETH_EAPOL  0x888e
#define OG_ETH_8021AD 0x88a8
#define OG_ETH_LLDP   0x88cc
#define OG_ETH_LLC \
	0x0004		  /* not on the wire: the field was a length (below 0x0600), LLC follows \
			      */
#define OG_ETH_STP 0x0001 /* not on the wire: LLC with the spanning tree's service access point */

/* IP protocol numbers: IANA. */
#define OG_PROTO_ICMP	 1
#define OG_PROTO_TCP	 6
#define OG_PROTO_UDP	 17
#define OG_PROTO_DCCP	 33
#define OG_PROTO_ICMPV6	 58
#define OG_PROTO_SCTP	 132
#define OG_PROTO_UDPLITE 136

#define OG_EXTENSION_HEADERS \
	8 /* IPv6 headers walked, the transport's included; more is unreadable */

struct og_frame {
	__u32 captured;	 /* bytes that are valid in bytes[], at most OG_FRAME_BYTES */
	__u32 ifindex;	 /* ingress port */
	__u16 tag_proto; /* outer tag that the driver stripped: 0x8100 or 0x88a8; 0: none */
	__u16 tag_tci;	 /* its tag control information */
	__u32 pad;
	__u8 bytes[OG_FRAME_BYTES + OG_FRAME_PAD];
};

/*
 * Enough of an untagged frame as far as TCP's flags, over IPv4 without options and over IPv6 without
 * extensions: nearly all frames tell everything in it. Multiples of 8, to be copied in words.
 */
#define OG_HEAD_IPV4 48
#define OG_HEAD_IPV6 72

OG_ASSERT(og_head_ipv4, OG_HEAD_IPV4 >= 14 + 20 + 14 && OG_HEAD_IPV4 % 8 == 0);
OG_ASSERT(og_head_ipv6, OG_HEAD_IPV6 >= 14 + 40 + 14 && OG_HEAD_IPV6 % 8 == 0);

/* og_facts.flags */
#define OG_F_DST	   0x01 /* dst (and src) are valid */
#define OG_F_PORTS	   0x02 /* dport (TCP, UDP and such) or icmp_type is valid */
#define OG_F_UNREADABLE	   0x04 /* a header is cut short, malformed, or there are too many */
#define OG_F_FRAGMENT	   0x08 /* a fragment that is not the first: no transport header */
#define OG_F_SOURCE_ROUTED 0x10 /* LSRR, SSRR, or a routing header with segments left */

struct og_facts {
	__u64 mac;   /* source MAC, 48 bits */
	__u64 dmac;  /* destination MAC */
	__u64 eui64; /* MAC in the IPv6 source's interface identifier; 0: none */
	struct og_addr src;
	struct og_addr dst;
	__u32 ifindex;
	__u16 vlan;	 /* first tag with an id other than 0; 0: untagged or priority-tagged */
	__u16 ethertype; /* after all tags; OG_ETH_LLC, OG_ETH_STP for 802.3 lengths */
	__u16 dport;
	__u8 proto;	/* transport protocol, after extension headers */
	__u8 hop_limit; /* IPv4 time to live */
	__u8 icmp_type;
	__u8 tcp_flags; /* byte 13 of the TCP header; SYN 0x02, ACK 0x10 */
	__u16 sport;
	__u8 tags;
	__u8 flags;
	__u16 pad;
};

OG_ASSERT(og_facts_size, sizeof(struct og_facts) == 80);
OG_ASSERT(og_frame_size, sizeof(struct og_frame) == 16 + OG_FRAME_BYTES + OG_FRAME_PAD);

#define OG_FRAME_MASK (OG_FRAME_BYTES - 1)

OG_INLINE __u32 og_byte(const struct og_frame *f, __u32 at)
{
	return f->bytes[OG_BOUND(at, OG_FRAME_MASK)];
}

OG_INLINE __u32 og_be16(const struct og_frame *f, __u32 at)
{
	const __u8 *p = &f->bytes[OG_BOUND(at, OG_FRAME_MASK)];

	return OG_BE16(p);
}

OG_INLINE __u64 og_be32(const struct og_frame *f, __u32 at)
{
	const __u8 *p = &f->bytes[OG_BOUND(at, OG_FRAME_MASK)];

	return OG_BE32(p);
}

OG_INLINE __u64 og_be48(const struct og_frame *f, __u32 at)
{
	return og_be32(f, at) << 16 | og_be16(f, at + 4);
}

OG_INLINE __u64 og_be64(const struct og_frame *f, __u32 at)
{
	return og_be32(f, at) << 32 | og_be32(f, at + 4);
}

/*
 * og_eui64_mac - the MAC address that an IPv6 interface identifier was made from (RFC 4291,
 * appendix A): ff:fe in the middle, universal/local bit inverted. Returns 0 when it is not of that
 * form, or was made from a locally administered or group address, which no prefix can match.
 */
OG_INLINE __u64 og_eui64_mac(__u64 iid)
{
	__u64 mac;

	if ((iid >> 24 & 0xffff) != 0xfffe)
		return 0;
	mac = ((iid >> 40) << 24 | (iid & 0xffffff)) ^ 0x020000000000ULL;
	return mac & 0x030000000000ULL ? 0 : mac;
}

/* Cannot read further: say so and end. */
OG_INLINE int og_unreadable(struct og_facts *facts)
{
	facts->flags |= OG_F_UNREADABLE;
	return 0;
}

/*
 * og_parse_transport - ports, flags and types at @at. A header that is cut short leaves
 * OG_F_PORTS unset, which matters only where a port decides.
 */
OG_INLINE int og_parse_transport(const struct og_frame *f, struct og_facts *facts, __u32 at)
{
	switch (facts->proto) {
	case OG_PROTO_TCP:
		if (at + 14 > f->captured)
			return 0;
		facts->tcp_flags = og_byte(f, at + 13);
		break;
	case OG_PROTO_UDP:
	case OG_PROTO_UDPLITE:
	case OG_PROTO_DCCP:
	case OG_PROTO_SCTP:
		if (at + 4 > f->captured)
			return 0;
		break;
	case OG_PROTO_ICMP:
	case OG_PROTO_ICMPV6:
		if (at + 1 > f->captured)
			return 0;
		facts->icmp_type = og_byte(f, at);
		facts->flags |= OG_F_PORTS;
		return 0;
	default:
		return 0;
	}
	facts->sport = og_be16(f, at);
	facts->dport = og_be16(f, at + 2);
	facts->flags |= OG_F_PORTS;
	return 0;
}

/*
 * og_parse_ipv4_options - whether an option list of @length bytes at @at asks for a source route
 * (LSRR 131, SSRR 137: RFC 791). Returns 1 if so, -1 when the list is malformed, else 0.
 */
OG_FUNC int og_parse_ipv4_options(const struct og_frame *f, __u32 at, __u32 length)
{
	__u32 end = at + length, i, type, size;

	OG_NONNULL(f, -1);
	for (i = 0; i < 40; i++) {
		if (at >= end)
			return at == end ? 0 : -1;
		type = og_byte(f, at);
		if (type == 0) /* end of options */
			return 0;
		if (type == 131 || type == 137)
			return 1;
		if (type == 1) { /* no operation */
			at++;
			continue;
		}
		if (at + 2 > end)
			return -1;
		size = og_byte(f, at + 1);
		if (size < 2)
			return -1;
		at += size;
	}
	return at == end ? 0 : -1;
}

OG_INLINE int og_parse_ipv4(const struct og_frame *f, struct og_facts *facts, __u32 at)
{
	__u32 ihl, total, fragment;
	int options;

	if (at + 20 > f->captured)
		return og_unreadable(facts);
	ihl = (og_byte(f, at) & 15) * 4;
	if (og_byte(f, at) >> 4 != 4 || ihl < 20 || at + ihl > f->captured)
		return og_unreadable(facts);
	total = og_be16(f, at + 2); /* 0: larger than 64 KiB, merged by the kernel (GRO) */
	if (total && total < ihl)
		return og_unreadable(facts);
	facts->src.hi = 0;
	facts->src.lo = OG_V4_MAPPED | og_be32(f, at + 12);
	facts->dst.hi = 0;
	facts->dst.lo = OG_V4_MAPPED | og_be32(f, at + 16);
	facts->hop_limit = og_byte(f, at + 8);
	facts->proto = og_byte(f, at + 9);
	facts->flags |= OG_F_DST;
	if (ihl > 20) {
		options = og_parse_ipv4_options(f, at + 20, ihl - 20);
		if (options < 0)
			return og_unreadable(facts);
		if (options > 0)
			facts->flags |= OG_F_SOURCE_ROUTED;
	}
	fragment = og_be16(f, at + 6) & 0x1fff;
	if (fragment) {
		facts->flags |= OG_F_FRAGMENT;
		return 0;
	}
	return og_parse_transport(f, facts, at + ihl);
}

/*
 * og_parse_extensions - walk the IPv6 extension headers from @at on; facts->proto holds the first
 * next-header value. Returns the offset of the transport header, or 0 when there is none to read.
 */
OG_FUNC int og_parse_extensions(const struct og_frame *f, struct og_facts *facts, __u32 at)
{
	__u32 i, next, size;

	OG_NONNULL(f, 0);
	OG_NONNULL(facts, 0);
	next = facts->proto;
	for (i = 0; i < OG_EXTENSION_HEADERS; i++) {
		if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60 &&
		    next != 135 && next != 139 && next != 140) {
			facts->proto = next;
			return at;
		}
		if (at + 8 > f->captured)
			break;
		if (next == 43 && og_byte(f, at + 3)) /* routing: segments left */
			facts->flags |= OG_F_SOURCE_ROUTED;
		if (next == 44 && og_be16(f, at + 2) >> 3) { /* fragment offset */
			facts->flags |= OG_F_FRAGMENT;
			facts->proto = og_byte(f, at);
			return 0;
		}
		if (next == 44)
			size = 8;
		else if (next == 51) /* authentication: in units of 4 bytes, less 2 (RFC 4302) */
			size = (og_byte(f, at + 1) + 2) * 4;
		else
			size = (og_byte(f, at + 1) + 1) * 8;
		next = og_byte(f, at);
		at += size;
		if (at > f->captured)
			break;
	}
	facts->flags |= OG_F_UNREADABLE;
	return 0;
}

OG_FUNC int og_parse_ipv6(const struct og_frame *f, struct og_facts *facts, __u32 at)
{
	int transport;

	OG_NONNULL(f, 0);
	OG_NONNULL(facts, 0);
	if (at + 40 > f->captured || og_byte(f, at) >> 4 != 6)
		return og_unreadable(facts);
	facts->src.hi = og_be64(f, at + 8);
	facts->src.lo = og_be64(f, at + 16);
	facts->dst.hi = og_be64(f, at + 24);
	facts->dst.lo = og_be64(f, at + 32);
	facts->eui64 = og_eui64_mac(facts->src.lo);
	facts->hop_limit = og_byte(f, at + 7);
	facts->proto = og_byte(f, at + 6);
	facts->flags |= OG_F_DST;
	/* Never on a wire, yet Linux routes to them; here they would pass for IPv4's addresses. */
	if (og_addr_is_v4(&facts->src) || og_addr_is_v4(&facts->dst))
		return og_unreadable(facts);
	transport = og_parse_extensions(f, facts, at + 40);
	if (transport <= 0)
		return 0;
	return og_parse_transport(f, facts, transport);
}

/*
 * og_parse_link - Ethernet header and up to two tags, the stripped one included. Returns the offset
 * of what follows, or 0 when that cannot be read.
 */
OG_INLINE int og_parse_link(const struct og_frame *f, struct og_facts *facts)
{
	__u32 at = 14, type, i;

	if (f->captured < 14)
		return og_unreadable(facts);
	facts->dmac = og_be48(f, 0);
	facts->mac = og_be48(f, 6);
	if (f->tag_proto) {
		facts->tags = 1;
		facts->vlan = f->tag_tci & 0xfff;
	}
	type = og_be16(f, 12);
	for (i = 0; i < 3; i++) {
		if (type != OG_ETH_8021Q && type != OG_ETH_8021AD)
			break;
		if (facts->tags == 2 || at + 4 > f->captured) {
			facts->ethertype = type;
			return og_unreadable(facts);
		}
		if (!facts->vlan)
			facts->vlan = og_be16(f, at) & 0xfff;
		facts->tags++;
		type = og_be16(f, at + 2);
		at += 4;
	}
	if (type < 0x0600) {
		type = OG_ETH_LLC;
		if (at + 2 <= f->captured && og_be16(f, at) == 0x4242)
			type = OG_ETH_STP;
	}
	facts->ethertype = type;
	return at;
}

/*
 * og_parse - fill @facts, which the caller has zeroed, from @f. Always returns 0: what cannot be
 * read is a fact too (OG_F_UNREADABLE).
 */
OG_INLINE int og_parse(const struct og_frame *f, struct og_facts *facts)
{
	int at;

	facts->ifindex = f->ifindex;
	at = og_parse_link(f, facts);
	if (at <= 0)
		return 0;
	if (facts->ethertype == OG_ETH_IPV4)
		return og_parse_ipv4(f, facts, at);
	if (facts->ethertype == OG_ETH_IPV6)
		return og_parse_ipv6(f, facts, at);
	return 0;
}

/*
 * og_parse_complete - whether @facts, parsed from the first bytes of a frame, are all that it has to
 * tell: only headers cut short can change when there is more of it.
 */
OG_INLINE int og_parse_complete(const struct og_facts *facts)
{
	if (facts->flags & OG_F_UNREADABLE)
		return 0;
	return facts->flags & OG_F_PORTS || !(facts->flags & OG_F_DST);
}

#endif
