// SPDX-License-Identifier: GPL-2.0
/*
 * tc.bpf.c: the program at a port's ingress, through tcx or clsact
 *
 * Nearly every frame is of no listed vendor: those pay for one look-up of the ruleset and two loads,
 * and go on to whatever program or filter comes next (-1 is TCX_NEXT, and TC_ACT_UNSPEC where there
 * is no tcx).
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bpf/device.h"
#include "bpf/head.h"

#define NEXT	     (-1)
#define IPV6_SRC_IID 16 /* offset of the source's interface identifier in an IPv6 header */

/* The first bytes of an untagged IPv6 frame, as far as the source's interface identifier. */
#define EUI64_BYTES (ETH_HEADER + IPV6_SRC_IID + 8)

OG_INLINE const struct og_ruleset *find_ruleset(void)
{
	__u32 zero = 0;
	void *map = bpf_map_lookup_elem(&og_slot, &zero);

	return map ? bpf_map_lookup_elem(map, &zero) : NULL;
}

OG_INLINE __u64 load48(const void *p)
{
	return (__u64)bpf_ntohl(*(const __u32 *)p) << 16 | bpf_ntohs(*(const __u16 *)(p + 4));
}

OG_INLINE __u64 load64(const void *p)
{
	return (__u64)bpf_ntohl(*(const __u32 *)p) << 32 | bpf_ntohl(*(const __u32 *)(p + 4));
}

/* Judge the frame in full. */
static __attribute__((noinline)) int judge(struct __sk_buff *skb, const struct og_ruleset *rs)
{
	struct og_bpf_scratch *s;
	__u32 zero = 0;

	s = bpf_map_lookup_elem(&og_scratch, &zero);
	if (!s)
		return NEXT;
	if (read_frame(skb, s) < 0)
		return NEXT;
	__builtin_memset(&s->seen.verdict, 0, sizeof(s->seen.verdict));
	__builtin_memset(&s->other, 0, sizeof(s->other));
	read_clock(s);
	if (og_decide(rs, &s->seen.facts, s->seen.wall, &s->seen.verdict, &s->other) > 0)
		s->seen.verdict = s->other;
	s->runs++;
	s->seen.generation = rs->header.generation;
	s->seen.packets = skb->gso_segs ? skb->gso_segs : 1;
	s->seen.bytes = skb->len - 4 * (s->seen.facts.tags - !!s->frame.tag_proto);
	if (account(&s->seen) > 0)
		return TC_ACT_SHOT;
	if (s->seen.verdict.mark_mask)
		skb->mark = (skb->mark & ~s->seen.verdict.mark_mask) | s->seen.verdict.mark;
	return NEXT;
}

/* The EUI-64 of a frame's IPv6 source, where tags or a short linear part make it harder to find. */
static __attribute__((noinline)) __u64 find_eui64(struct __sk_buff *skb)
{
	__u32 at = ETH_HEADER - 2, i;
	__u64 iid = 0;
	__u16 type = 0;

	for (i = 0; i < 3; i++, at += 4) {
		if (bpf_skb_load_bytes(skb, at, &type, sizeof(type)) < 0)
			return 0;
		if (type != bpf_htons(OG_ETH_8021Q) && type != bpf_htons(OG_ETH_8021AD))
			break;
	}
	if (type != bpf_htons(OG_ETH_IPV6) ||
	    bpf_skb_load_bytes(skb, at + 2 + IPV6_SRC_IID, &iid, sizeof(iid)) < 0)
		return 0;
	return og_eui64_mac(bpf_be64_to_cpu(iid));
}

/* Where the frame starts too short for direct reading. */
static __attribute__((noinline)) __u64 find_mac(struct __sk_buff *skb)
{
	__u8 mac[8] = {};

	if (bpf_skb_load_bytes(skb, 6, mac, 6) < 0)
		return 0;
	return load48(mac);
}

static __attribute__((noinline)) int unattributable(struct __sk_buff *skb)
{
	__u32 reason = OG_R_UNATTRIBUTABLE;
	struct og_bpf_counter *counter = bpf_map_lookup_elem(&og_reasons, &reason);

	if (counter) {
		counter->packets += skb->gso_segs ? skb->gso_segs : 1;
		counter->bytes += skb->len;
	}
	return NEXT;
}

SEC("tc")
int og_ingress(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	const struct og_ruleset *rs = find_ruleset();
	__u64 mac, eui64 = 0;
	__u32 entry;
	__u16 type;

	if (!rs)
		return NEXT;
	if (data + EUI64_BYTES <= end) {
		mac = load48(data + 6);
		type = *(const __u16 *)(data + 12);
		if (type == bpf_htons(OG_ETH_IPV6))
			eui64 = og_eui64_mac(load64(data + ETH_HEADER + IPV6_SRC_IID));
	} else if (data + ETH_HEADER <= end) {
		mac = load48(data + 6);
		type = bpf_htons(OG_ETH_8021Q); /* look again */
	} else {
		mac = find_mac(skb);
		type = bpf_htons(OG_ETH_8021Q);
	}
	entry = og_entry(rs, mac);
	if (entry > OG_GROUP_LOCAL)
		return judge(skb, rs);
	if (rs->header.flags & OG_RULESET_EUI64) {
		if (type == bpf_htons(OG_ETH_8021Q) || type == bpf_htons(OG_ETH_8021AD))
			eui64 = find_eui64(skb);
		if (eui64 && og_entry(rs, eui64))
			return judge(skb, rs);
	}
	return entry ? unattributable(skb) : NEXT;
}

char LICENSE[] SEC("license") = "GPL";
