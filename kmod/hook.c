// SPDX-License-Identifier: GPL-2.0
/*
 * hook.c: a frame's way through the module
 *
 * Nearly every frame is of no listed vendor: those pay for the look-up of the ruleset and two loads;
 * no lock is taken, nothing is allocated and nothing written for them.
 */
#include "hook.h"

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>

#include <ouiguard/decide.h>
#include "compat.h"
#include "counter.h"
#include "device.h"
#include "event.h"
#include "ports.h"
#include "reject.h"
#include "ruleset.h"

#define IPV6_SRC_IID 16 /* offset of the source's interface identifier in an IPv6 header */

static void read_clock(const struct state *state, struct og_seen *seen)
{
	if (unlikely(state->fixed_wall)) {
		seen->wall = state->fixed_wall;
		seen->mono = state->fixed_mono;
		return;
	}
	seen->wall = ktime_get_real_seconds();
	seen->mono = get_jiffies_64() * TICK_NSEC;
}

/*
 * Zero a record, in halves that compilers make a few stores of: of the whole they make a string
 * instruction, which takes longer to begin than all those stores.
 */
#define CLEAR(record)                                                                       \
	do {                                                                                \
		BUILD_BUG_ON(sizeof(*(record)) % 8);                                        \
		memset(record, 0, sizeof(*(record)) / 2);                                   \
		memset((__u8 *)(record) + sizeof(*(record)) / 2, 0, sizeof(*(record)) / 2); \
	} while (0)

static void parse(struct og_frame *frame, __u32 captured, struct og_facts *facts)
{
	frame->captured = captured;
	CLEAR(facts);
	og_parse(frame, facts);
}

/* As much of the frame as is ever looked at. 0, or -errno when there is none. */
static noinline int read_far(const struct sk_buff *skb, struct og_frame *frame,
			     struct og_facts *facts)
{
	int start = skb_mac_offset(skb);
	__u32 captured = min_t(__u32, skb->len - start, OG_FRAME_BYTES);

	if (skb_copy_bits(skb, start, frame->bytes, captured) < 0)
		return -EFAULT;
	parse(frame, captured, facts);
	return 0;
}

/* What lies at hand from the Ethernet header on. Returns how many bytes; 0: too few to bother. */
static __u32 load_near(const struct sk_buff *skb, struct og_frame *frame)
{
	__u32 near = skb_headlen(skb) - skb_mac_offset(skb);

	if (near < OG_HEAD_IPV4)
		return 0;
	memcpy(frame->bytes, skb_mac_header(skb), OG_HEAD_IPV4);
	if (near < OG_HEAD_IPV6)
		return OG_HEAD_IPV4;
	memcpy(frame->bytes + OG_HEAD_IPV4, skb_mac_header(skb) + OG_HEAD_IPV4,
	       OG_HEAD_IPV6 - OG_HEAD_IPV4);
	return OG_HEAD_IPV6;
}

/* The facts of the frame, and its tags in @frame. 0, or -errno when there is none to read. */
static int read_frame(const struct sk_buff *skb, __u32 ifindex, struct og_frame *frame,
		      struct og_facts *facts)
{
	__u32 near = load_near(skb, frame);

	frame->ifindex = ifindex;
	frame->tag_proto = 0;
	frame->tag_tci = 0;
	if (skb_vlan_tag_present(skb)) {
		frame->tag_proto = ntohs(skb->vlan_proto);
		frame->tag_tci = skb_vlan_tag_get(skb);
	}
	if (near) {
		parse(frame, near, facts);
		if (og_parse_complete(facts))
			return 0;
	}
	return read_far(skb, frame, facts);
}

static __always_inline void charge(struct state *state, struct og_seen *seen, __u64 *tat)
{
	if (og_rate_charge(seen, tat))
		count_total(state->counters, TOTAL_RATE_CONFLICT, seen->packets);
}

/* All that follows from the verdict: rate, counters, record, events. It can become a drop. */
static void account(struct port *port, struct state *state, struct og_seen *seen)
{
	const struct og_verdict *verdict = &seen->verdict;
	__u64 key = og_exact_key(verdict->mac, verdict->site);
	struct device_entry *entry;
	struct og_overflow *shared;
	unsigned int events, kind;
	bool is_new = false;

	entry = device_find(state->devices, key);
	if (!entry) {
		if (og_take(&port->state.admit_tat, seen->mono, OG_ADMIT_COST, OG_ADMIT_BURST))
			entry = device_admit(state->devices, key, &is_new);
		else
			OG_ADD(&port->state.refused, 1);
	}
	if (!entry) {
		shared = &state->overflow[verdict->class & (OG_CLASSES - 1)];
		charge(state, seen, &shared->tat);
		og_overflow_count(seen, shared);
		count_total(state->counters, TOTAL_OVERFLOW, seen->packets);
		return;
	}
	charge(state, seen, &entry->record.tat);
	events = og_device_note(seen, &entry->record, is_new);
	for (kind = OG_EVENT_NEW; events && kind <= OG_EVENT_SUMMARY; kind++)
		if (events >> kind & 1)
			event_send(state, port, &entry->record, seen, kind);
}

/* Judge the frame in full. */
static noinline unsigned int judge(struct port *port, const struct generation *generation,
				   struct sk_buff *skb)
{
	const struct og_ruleset *rules = &generation->rules;
	struct state *state = generation->state;
	struct og_verdict other __uninitialized;
	struct og_frame frame __uninitialized;
	struct og_seen seen __uninitialized;

	if (read_frame(skb, port->ifindex, &frame, &seen.facts) < 0)
		return NF_ACCEPT;
	read_clock(state, &seen);
	CLEAR(&seen.verdict);
	if (rules->header.flags & OG_RULESET_EUI64)
		CLEAR(&other);
	if (og_decide(rules, &seen.facts, seen.wall, &seen.verdict, &other))
		seen.verdict = other;
	seen.generation = rules->header.generation;
	seen.packets = max_t(__u32, skb_shinfo(skb)->gso_segs, 1);
	seen.bytes = skb->len - skb_mac_offset(skb) - 4 * (seen.facts.tags - !!frame.tag_proto);
	if (seen.verdict.reason >= OG_R_INFRASTRUCTURE) /* else not listed, or no site's */
		account(port, state, &seen);
	if (seen.verdict.reason != OG_R_UNLISTED)
		count_reason(state->counters, seen.verdict.reason, seen.packets, seen.bytes);
	if (unlikely(debug)) {
		state->last = seen;
		WRITE_ONCE(state->runs, state->runs + 1);
	}
	if (seen.verdict.drop) {
		if (rules->site[seen.verdict.site & (OG_SITES - 1)].flags & OG_SITE_REJECT &&
		    seen.verdict.reason != OG_R_OVER_RATE)
			reject_answer(state, skb, &seen);
		return NF_DROP;
	}
	if (seen.verdict.mark_mask)
		skb->mark = (skb->mark & ~seen.verdict.mark_mask) | seen.verdict.mark;
	return NF_ACCEPT;
}

/* The MAC address in the EUI-64 of a frame's IPv6 source; 0: none. */
static __u64 find_eui64(const struct sk_buff *skb)
{
	__be16 type = eth_hdr(skb)->h_proto, room;
	const __be16 *next;
	const __be64 *iid;
	__be64 copy;
	int at = 0, i;

	/* The outer tag is in the skb; one more may stand in the frame. */
	for (i = 0; i < 2 && eth_type_vlan(type); i++, at += VLAN_HLEN) {
		next = skb_header_pointer(skb, at + 2, sizeof(room), &room);
		if (!next)
			return 0;
		type = get_unaligned(next);
	}
	if (type != htons(ETH_P_IPV6))
		return 0;
	iid = skb_header_pointer(skb, at + IPV6_SRC_IID, sizeof(copy), &copy);
	return iid ? og_eui64_mac(get_unaligned_be64(iid)) : 0;
}

unsigned int hook_ingress(void *priv, struct sk_buff *skb, const struct nf_hook_state *hook)
{
	struct port *port = priv;
	const struct generation *generation = rcu_dereference(port->gateway->generation);
	const struct og_ruleset *rules;
	const struct ethhdr *ethernet;
	__u32 entry;
	__u64 mac;

	if (!generation || !skb_mac_header_was_set(skb) || skb_mac_offset(skb) > -ETH_HLEN)
		return NF_ACCEPT;
	rules = &generation->rules;
	ethernet = eth_hdr(skb);
	mac = (__u64)get_unaligned_be16(ethernet->h_source) << 32 |
	      get_unaligned_be32(ethernet->h_source + 2);
	entry = og_entry(rules, mac);
	if (entry > OG_GROUP_LOCAL)
		return judge(port, generation, skb);
	if (rules->header.flags & OG_RULESET_EUI64) {
		mac = find_eui64(skb);
		if (mac && og_entry(rules, mac))
			return judge(port, generation, skb);
	}
	if (entry)
		count_reason(generation->state->counters, OG_R_UNATTRIBUTABLE,
			     max_t(__u32, skb_shinfo(skb)->gso_segs, 1), skb->len + ETH_HLEN);
	return NF_ACCEPT;
}
