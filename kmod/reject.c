// SPDX-License-Identifier: GPL-2.0
#include "reject.h"

#include <linux/etherdevice.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "counter.h"

/* A hundred answers a second for the whole namespace, 64 of them at once. */
#define COST  (10 * OG_NS_MS)
#define BURST (63 * COST)

/* Whether the frame may be answered: RFC 1122, 3.2.2 and RFC 4443, 2.4 (e). */
static bool answerable(const struct sk_buff *skb, const struct og_seen *seen)
{
	const struct og_facts *facts = &seen->facts;

	if (facts->flags & (OG_F_UNREADABLE | OG_F_FRAGMENT) || !(facts->flags & OG_F_DST))
		return false;
	/* A second tag is not in the skb's metadata, and the answer would go without it. */
	if (facts->tags > !!skb_vlan_tag_present(skb))
		return false;
	if (!is_valid_ether_addr(eth_hdr(skb)->h_source) ||
	    is_multicast_ether_addr(eth_hdr(skb)->h_dest))
		return false;
	if (og_multicast(&facts->dst) || og_multicast(&facts->src))
		return false;
	if (facts->proto == OG_PROTO_ICMP)
		return facts->icmp_type == ICMP_ECHO;
	if (facts->proto == OG_PROTO_ICMPV6)
		return facts->icmp_type == ICMPV6_ECHO_REQUEST;
	return true;
}

static struct sk_buff *make_answer(struct net *net, struct sk_buff *skb,
				   const struct og_facts *facts)
{
	bool tcp = facts->proto == OG_PROTO_TCP;

	if (IS_ENABLED(CONFIG_NF_REJECT_IPV4) && facts->ethertype == OG_ETH_IPV4)
		return tcp ? nf_reject_skb_v4_tcp_reset(net, skb, skb->dev, NF_NETDEV_INGRESS)
			   : nf_reject_skb_v4_unreach(net, skb, skb->dev, NF_NETDEV_INGRESS,
						      ICMP_PKT_FILTERED);
	if (IS_ENABLED(CONFIG_NF_REJECT_IPV6) && facts->ethertype == OG_ETH_IPV6)
		return tcp ? nf_reject_skb_v6_tcp_reset(net, skb, skb->dev, NF_NETDEV_INGRESS)
			   : nf_reject_skb_v6_unreach(net, skb, skb->dev, NF_NETDEV_INGRESS,
						      ICMPV6_ADM_PROHIBITED);
	return NULL;
}

void reject_answer(struct state *state, struct sk_buff *skb, const struct og_seen *seen)
{
	struct sk_buff *answer;

	if (!answerable(skb, seen) || !og_take(&state->reject_tat, seen->mono, COST, BURST))
		return;
	answer = make_answer(state->net, skb, &seen->facts);
	if (!answer)
		return;
	if (skb_vlan_tag_present(skb))
		__vlan_hwaccel_put_tag(answer, skb->vlan_proto, skb_vlan_tag_get(skb));
	/* Making it can have moved the old frame's head. */
	if (dev_hard_header(answer, answer->dev, seen->facts.ethertype, eth_hdr(skb)->h_source,
			    eth_hdr(skb)->h_dest, answer->len) < 0) {
		kfree_skb(answer);
		return;
	}
	count_total(state->counters, TOTAL_REJECTED, 1);
	dev_queue_xmit(answer);
}
