/* SPDX-License-Identifier: GPL-2.0 */
/*
 * head.h: the facts of an skb's frame
 *
 * Nearly all frames tell everything in their first bytes. Those are copied straight from the packet;
 * more of it comes through a helper, and only when the headers go on.
 */
#ifndef OUIGUARD_BPF_HEAD_H
#define OUIGUARD_BPF_HEAD_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "bpf/state.h"

#define ETH_HEADER 14

/* Copy the bytes from @from up to @to of the packet at @data; both are multiples of 8. */
#define COPY_HEAD(frame, data, from, to)                                                          \
	do {                                                                                      \
		__u64 *to_ = (__u64 *)(frame)->bytes;                                             \
		const __u64 *from_ = (data);                                                      \
		int i_;                                                                           \
		_Pragma("unroll") for (i_ = (from) / 8; i_ < (to) / 8; i_++) to_[i_] = from_[i_]; \
	} while (0)

/* Read what lies at hand, without a call. Returns how many bytes; 0 when it is too few to bother. */
OG_INLINE __u32 load_near(const struct __sk_buff *skb, struct og_frame *frame)
{
	const void *data = (const void *)(long)skb->data, *end = (const void *)(long)skb->data_end;

	if (data + OG_HEAD_IPV4 > end)
		return 0;
	COPY_HEAD(frame, data, 0, OG_HEAD_IPV4);
	if (data + OG_HEAD_IPV6 > end)
		return OG_HEAD_IPV4;
	COPY_HEAD(frame, data, OG_HEAD_IPV4, OG_HEAD_IPV6);
	return OG_HEAD_IPV6;
}

OG_INLINE void parse(struct og_frame *frame, struct og_facts *facts, __u32 captured)
{
	frame->captured = captured;
	__builtin_memset(facts, 0, sizeof(*facts));
	og_parse(frame, facts);
}

/* read_far - read as much of the frame as is ever looked at. Returns 0, or -1 when there is none. */
static __attribute__((noinline)) int read_far(struct __sk_buff *skb, struct og_bpf_scratch *s)
{
	__u32 length = skb->len;

	if (length > OG_FRAME_BYTES)
		length = OG_FRAME_BYTES;
	if (length < ETH_HEADER || bpf_skb_load_bytes(skb, 0, s->frame.bytes, length) < 0)
		return -1;
	parse(&s->frame, &s->seen.facts, length);
	return 0;
}

/* Fill s->frame and s->seen.facts. Returns 0, or -1 when there is no frame to read. */
OG_INLINE int read_frame(struct __sk_buff *skb, struct og_bpf_scratch *s)
{
	__u32 near;

	s->frame.ifindex = skb->ifindex;
	s->frame.tag_proto = skb->vlan_present ? bpf_ntohs(skb->vlan_proto) : 0;
	s->frame.tag_tci = skb->vlan_tci;
	near = load_near(skb, &s->frame);
	if (near) {
		parse(&s->frame, &s->seen.facts, near);
		if (near == skb->len || og_parse_complete(&s->seen.facts))
			return 0;
	}
	return read_far(skb, s);
}

#endif
