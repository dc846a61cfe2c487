/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decide.h: the verdict on a frame
 *
 * og_decide() is the one place where a verdict is made: the BPF programs, the kernel module,
 * `explain`, `plan` and the tests all call it with a ruleset, the facts of a frame and the second.
 * docs/semantics.md tells the rules in words and in the same order.
 */
#ifndef OUIGUARD_DECIDE_H
#define OUIGUARD_DECIDE_H

#include "frame.h"
#include "reason.h"
#include "ruleset.h"

enum og_evidence {
	OG_EVIDENCE_MAC,
	OG_EVIDENCE_EUI64,
	OG_EVIDENCE_LEASE, /* of no frame: a DHCP lease, which the daemon knows of */
};

/* og_verdict.flags */
#define OG_V_LOG    0x1 /* egress that makes an event */
#define OG_V_EGRESS 0x2 /* the destination is outside, whatever the verdict */

struct og_verdict {
	__u64 mac;	  /* the subject: whose device record counts the frame */
	__u64 ns_per_kib; /* rate that egress has to keep; 0: none (og_rate_step) */
	__u64 burst_ns;
	__u32 mark; /* for egress that passes */
	__u32 mark_mask;
	__u32 phase; /* index of the phase in force, when @phased */
	__u16 class;
	__u16 group;
	__u16 site;
	__u16 policy;
	__u16 exception;
	__u8 reason;   /* enum og_reason */
	__u8 drop;     /* 1: drop, 0: pass */
	__u8 action;   /* enum og_action in force */
	__u8 evidence; /* enum og_evidence */
	__u8 flags;
	__u8 phased; /* 1: @phase is valid */
};

OG_ASSERT(og_verdict_size, sizeof(struct og_verdict) == 56);

#define OG_NO_RANGE 0xffffffff
#define OG_PORT_DNS 53

/*
 * og_entry - the leaf entry of a MAC address; 0 for nearly all traffic. Two loads; nothing else of
 * the ruleset is touched before it is other than 0.
 */
OG_INLINE __u32 og_entry(const struct og_ruleset *rs, __u64 mac)
{
	__u32 leaf = rs->level1[OG_BOUND(mac >> 32, OG_LEVEL1 - 1)];

	return rs->leaf[OG_BOUND(leaf, OG_LEAVES - 1)][OG_BOUND(mac >> 24, OG_LEAF - 1)];
}

/* One look-up in a bucketed hash table; 0 when @wanted is not there. */
#define OG_FIND(rs, table, slots, wanted)                                                   \
	({                                                                                  \
		__u64 key_ = (wanted);                                                      \
		__u32 slot_ = og_hash(key_, (rs)->header.seed) * OG_BUCKET, found_ = 0, i_; \
		for (i_ = 0; i_ < OG_BUCKET; i_++) {                                        \
			__u64 at_ = OG_BOUND(slot_ + i_, (slots)-1);                        \
			if ((rs)->table##_key[at_] == key_) {                               \
				found_ = (rs)->table##_value[at_];                          \
				break;                                                      \
			}                                                                   \
			if (!(rs)->table##_key[at_])                                        \
				break;                                                      \
		}                                                                           \
		found_;                                                                     \
	})

OG_FUNC int og_find_exact(const struct og_ruleset *rs, __u64 key)
{
	OG_NONNULL(rs, 0);
	return OG_FIND(rs, exact, OG_EXACT, key);
}

OG_FUNC int og_find_prefix(const struct og_ruleset *rs, __u64 key)
{
	OG_NONNULL(rs, 0);
	return OG_FIND(rs, prefix, OG_PREFIXES, key);
}

OG_FUNC int og_find_port_further(const struct og_ruleset *rs, __u64 key)
{
	OG_NONNULL(rs, 0);
	return OG_FIND(rs, port, OG_PORTS, key);
}

/* Every frame asks this: nearly always its bucket's first slot answers. */
OG_INLINE int og_find_port(const struct og_ruleset *rs, __u64 key)
{
	__u64 at = OG_BOUND(og_hash(key, rs->header.seed) * OG_BUCKET, OG_PORTS - 1);

	if (rs->port_key[at] == key)
		return rs->port_value[at];
	return rs->port_key[at] ? og_find_port_further(rs, key) : 0;
}

/* og_site_of - the site that covers (ifindex, VLAN); OG_SITE_NONE when none does. */
OG_INLINE int og_site_of(const struct og_ruleset *rs, __u32 ifindex, __u32 vlan)
{
	int site;

	site = og_find_port(rs, og_port_key(ifindex, vlan));
	if (!site)
		site = og_find_port(rs, og_port_key(ifindex, OG_VLAN_ALL));
	return site;
}

/* og_group_deep - og_group_of() for a MAC address whose leaf entry says OG_ENTRY_DEEP. */
OG_FUNC int og_group_deep(const struct og_ruleset *rs, __u64 mac, __u32 entry)
{
	int group;

	OG_NONNULL(rs, 0);
	group = og_find_exact(rs, og_exact_key(mac, 0));
	if (group)
		return group;
	if ((entry & OG_ENTRY_GROUP) == OG_GROUP_LOCAL)
		return OG_GROUP_LOCAL;
	group = og_find_prefix(rs, og_prefix_key(mac, 36));
	if (group)
		return group;
	group = og_find_prefix(rs, og_prefix_key(mac, 28));
	if (group)
		return group;
	return entry & OG_ENTRY_GROUP;
}

/*
 * og_group_of - the group of a MAC address by its longest listed prefix: the device itself, 36, 28,
 * then 24 bits. OG_GROUP_NONE when it is not listed, OG_GROUP_LOCAL when it cannot be.
 */
OG_INLINE int og_group_of(const struct og_ruleset *rs, __u64 mac)
{
	__u32 entry = og_entry(rs, mac);

	return entry & OG_ENTRY_DEEP ? og_group_deep(rs, mac, entry) : (int)entry;
}

/*
 * og_class_of - the class of a device: its own entry at @site, else what (site, group) gives.
 * Returns the class, OG_CLASS_NONE when no policy applies.
 */
OG_INLINE int og_class_of(const struct og_ruleset *rs, __u64 mac, __u32 site, __u32 group)
{
	int class;

	if (og_entry(rs, mac) & OG_ENTRY_DEEP) {
		class = og_find_exact(rs, og_exact_key(mac, site));
		if (class)
			return class;
	}
	return rs->class_of[OG_BOUND(site, OG_SITES - 1)][OG_BOUND(group, OG_GROUPS - 1)];
}

/* og_phase_search - og_phase_at() for a class whose first phase has begun. */
OG_FUNC int og_phase_search(const struct og_ruleset *rs, __u32 class, __s64 now)
{
	const struct og_class *c;
	__u32 end, at, step;

	OG_NONNULL(rs, -1);
	c = &rs->class[OG_BOUND(class, OG_CLASSES - 1)];
	at = c->phase;
	end = at + c->phases;
	for (step = OG_CLASS_PHASES / 2; step; step >>= 1)
		if (at + step < end && rs->phase[OG_BOUND(at + step, OG_PHASES - 1)].from <= now)
			at = OG_BOUND(at + step, OG_PHASES - 1);
	return OG_BOUND(at, OG_PHASES - 1);
}

/* og_phase_at - index of the phase of @class in force at second @now; -1 before the first. */
OG_INLINE int og_phase_at(const struct og_ruleset *rs, __u32 class, __s64 now)
{
	const struct og_class *c = &rs->class[OG_BOUND(class, OG_CLASSES - 1)];
	__u32 at = c->phase;

	if (at >= at + c->phases || rs->phase[OG_BOUND(at, OG_PHASES - 1)].from > now)
		return -1;
	return c->phases == 1 ? (int)OG_BOUND(at, OG_PHASES - 1) : og_phase_search(rs, class, now);
}

/* og_range_near - og_range_of(), inline: for og_scope(), which every IP frame needs. */
OG_INLINE __u32 og_range_near(const struct og_ruleset *rs, __u32 set, const struct og_addr *addr)
{
	const struct og_set *s;
	const struct og_range *r;
	__u64 at, end, step;

	s = &rs->set[OG_BOUND(set, OG_SETS - 1)];
	at = s->first;
	end = at + s->count;
	if (at >= end || end > OG_RANGES)
		return OG_NO_RANGE;
	/* Most sets are small: steps that cannot be taken are not tried. */
	step = end - at <= 4 ? 2 : end - at <= 16 ? 8 : end - at <= 512 ? 256 : OG_RANGES / 2;
	for (; step; step >>= 1) {
		at = OG_OPAQUE(at, addr->lo);
		if (at + step >= end)
			continue;
		r = &rs->range[OG_BOUND(at + step, OG_RANGES - 1)];
		if (og_addr_cmp(&r->lo, addr) <= 0)
			at = OG_BOUND(at + step, OG_RANGES - 1);
	}
	r = &rs->range[OG_BOUND(at, OG_RANGES - 1)];
	if (og_addr_cmp(&r->lo, addr) > 0 || og_addr_cmp(addr, &r->hi) > 0)
		return OG_NO_RANGE;
	return OG_BOUND(at, OG_RANGES - 1);
}

/* og_range_of - index of the range of @set that holds @addr, or OG_NO_RANGE. */
OG_FUNC __u32 og_range_of(const struct og_ruleset *rs, __u32 set, const struct og_addr *addr)
{
	OG_NONNULL(rs, OG_NO_RANGE);
	OG_NONNULL(addr, OG_NO_RANGE);
	return og_range_near(rs, set, addr);
}

/* og_served - whether one of @count services from @first on is what the frame asks for. */
OG_FUNC int og_served(const struct og_ruleset *rs, const struct og_facts *f, __u32 first,
		      __u32 count)
{
	const struct og_service_rec *s;
	__u32 i;

	OG_NONNULL(rs, 0);
	OG_NONNULL(f, 0);
	for (i = 0; i < OG_SERVICE_LIST; i++) {
		if (i >= count)
			return 0;
		s = &rs->service[OG_BOUND(first + i, OG_SERVICES - 1)];
		if (s->proto && s->proto != f->proto)
			continue;
		if (s->port_lo == 0 && s->port_hi == 65535)
			return 1;
		if (!(f->flags & OG_F_PORTS) || f->proto == OG_PROTO_ICMP ||
		    f->proto == OG_PROTO_ICMPV6)
			continue;
		if (f->dport >= s->port_lo && f->dport <= s->port_hi)
			return 1;
	}
	return 0;
}

/* og_range_allows - whether the range that holds the destination, with its services, lets it through. */
OG_INLINE int og_range_allows(const struct og_ruleset *rs, const struct og_facts *f, __u32 range)
{
	const struct og_range *r;

	if (range == OG_NO_RANGE)
		return 0;
	r = &rs->range[OG_BOUND(range, OG_RANGES - 1)];
	return !r->services || og_served(rs, f, r->service, r->services);
}

/* og_allowed - whether an address set, with the services of its ranges, lets the frame through. */
OG_INLINE int og_allowed(const struct og_ruleset *rs, const struct og_facts *f, __u32 set)
{
	struct og_addr dst;

	if (!set || !(f->flags & OG_F_DST))
		return 0;
	dst = f->dst;
	return og_range_allows(rs, f, og_range_of(rs, set, &dst));
}

/* og_multicast - whether an address is a group address: 224.0.0.0/4 or ff00::/8. */
OG_INLINE int og_multicast(const struct og_addr *a)
{
	if (og_addr_is_v4(a))
		return (a->lo >> 28 & 15) == 14;
	return a->hi >> 56 == 0xff;
}

/* og_v4_group - whether an IPv4 address is a group's or that of everybody on the link. */
OG_INLINE int og_v4_group(const struct og_addr *a)
{
	return og_multicast(a) || (__u32)a->lo == 0xffffffff;
}

/*
 * og_local_scope - link-local and site-local addresses: 255.255.255.255, 224.0.0.0/24 (RFC 5771),
 * 239.0.0.0/8 (RFC 2365), 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291), ff01:: to ff05::
 * (RFC 7346).
 */
OG_INLINE int og_local_scope(const struct og_addr *a)
{
	__u32 v4 = a->lo;

	if (og_addr_is_v4(a))
		return v4 == 0xffffffff || v4 >> 8 == 0xe00000 || v4 >> 24 == 239 ||
		       v4 >> 16 == 0xa9fe;
	if (a->hi >> 54 == 0x3fa) /* fe80::/10 */
		return 1;
	return a->hi >> 56 == 0xff && (a->hi >> 48 & 15) >= 1 && (a->hi >> 48 & 15) <= 5;
}

/*
 * og_routed_local - whether the frame asks the gateway to route to 169.254.0.0/16, which Linux does:
 * it is addressed to one of the gateway's MAC addresses. Other local scope is never forwarded.
 */
OG_INLINE int og_routed_local(const struct og_ruleset *rs, const struct og_facts *f)
{
	return og_addr_is_v4(&f->dst) && (f->dst.lo >> 16 & 0xffff) == 0xa9fe &&
	       og_find_prefix(rs, og_prefix_key(f->dmac, 48));
}

/* DNS: RFC 1035, port 53. */
OG_INLINE int og_is_dns(const struct og_facts *f)
{
	return (f->proto == OG_PROTO_UDP || f->proto == OG_PROTO_TCP) && f->flags & OG_F_PORTS &&
	       f->dport == OG_PORT_DNS;
}

/* DHCP from a client: RFC 2131, ports 68 to 67; RFC 8415, ports 546 to 547. */
OG_INLINE int og_is_dhcp(const struct og_facts *f)
{
	if (f->proto != OG_PROTO_UDP || !(f->flags & OG_F_PORTS))
		return 0;
	return f->ethertype == OG_ETH_IPV4 ? f->sport == 68 && f->dport == 67
					   : f->sport == 546 && f->dport == 547;
}

/* Neighbour discovery: RFC 4861; types 133 to 137 with hop limit 255. */
OG_INLINE int og_is_nd(const struct og_facts *f)
{
	return f->ethertype == OG_ETH_IPV6 && f->proto == OG_PROTO_ICMPV6 &&
	       (f->flags & OG_F_PORTS) && f->hop_limit == 255 && f->icmp_type >= 133 &&
	       f->icmp_type <= 137;
}

/* og_scope_link - the reason for a frame that is not IP: why it passes, or OG_R_ETHERTYPE. */
OG_FUNC int og_scope_link(const struct og_ruleset *rs, const struct og_facts *f)
{
	OG_NONNULL(rs, OG_R_ETHERTYPE);
	OG_NONNULL(f, OG_R_ETHERTYPE);
	if (f->ethertype == OG_ETH_ARP)
		return OG_R_ARP;
	if (f->ethertype != OG_ETH_EAPOL && f->ethertype != OG_ETH_LLDP &&
	    f->ethertype != OG_ETH_STP)
		return OG_R_ETHERTYPE;
	if (f->dmac >> 4 == 0x0180c200000ULL) /* IEEE 802.1D: 01:80:c2:00:00:00 to 0f */
		return OG_R_LINK;
	if (f->ethertype == OG_ETH_EAPOL && og_find_prefix(rs, og_prefix_key(f->dmac, 48)))
		return OG_R_LINK;
	return OG_R_ETHERTYPE;
}

/* The gateway as destination: what it offers, and replies to what it asked. */
OG_FUNC int og_scope_gateway(const struct og_ruleset *rs, const struct og_facts *f, __u32 site)
{
	const struct og_site *s;

	OG_NONNULL(rs, OG_R_GATEWAY_CLOSED);
	OG_NONNULL(f, OG_R_GATEWAY_CLOSED);
	s = &rs->site[OG_BOUND(site, OG_SITES - 1)];
	if (og_is_dhcp(f))
		return OG_R_DHCP;
	if (og_is_nd(f))
		return OG_R_ND;
	if (f->dmac >> 40 & 1) /* unicast IP in a group frame is forwarded by nobody honest */
		return OG_R_GATEWAY_CLOSED;
	if (og_served(rs, f, s->service, s->services))
		return OG_R_GATEWAY_SERVICE;
	if (f->flags & OG_F_FRAGMENT || (!(f->flags & OG_F_PORTS) && f->proto == OG_PROTO_TCP))
		return OG_R_UNREADABLE;
	if (f->proto == OG_PROTO_TCP && (f->tcp_flags & 0x12) != 0x02)
		return OG_R_GATEWAY_REPLY;
	return OG_R_GATEWAY_CLOSED;
}

/* The destination of an IP packet or another frame; the source is og_scope()'s. */
OG_INLINE int og_scope_destination(const struct og_ruleset *rs, const struct og_facts *f,
				   __u32 site)
{
	const struct og_site *s;
	struct og_addr dst;
	int local;

	if (f->flags & OG_F_UNREADABLE)
		return OG_R_UNREADABLE;
	if (f->ethertype != OG_ETH_IPV4 && f->ethertype != OG_ETH_IPV6)
		return og_scope_link(rs, f);
	if (f->flags & OG_F_SOURCE_ROUTED)
		return OG_R_SOURCE_ROUTED;
	s = &rs->site[OG_BOUND(site, OG_SITES - 1)];
	dst = f->dst;
	if (f->flags & OG_F_DST && og_range_allows(rs, f, og_range_near(rs, s->own, &dst)))
		return og_scope_gateway(rs, f, site);
	local = og_local_scope(&dst) && !og_routed_local(rs, f);
	if (!local && og_multicast(&dst))
		return OG_R_MULTICAST;
	if (!local && og_range_near(rs, s->internal, &dst) == OG_NO_RANGE)
		return OG_R_EGRESS;
	if (og_is_dhcp(f))
		return OG_R_DHCP;
	if (og_is_nd(f))
		return OG_R_ND;
	/* A resolver hears these too, the gateway's or another's, and asks outside for whoever asks. */
	if (local && og_is_dns(f))
		return OG_R_GATEWAY_CLOSED;
	return local ? OG_R_LOCAL_SCOPE : OG_R_INTERNAL;
}

/*
 * og_source_inside - whether the answers to an IP packet stay inside: its source address is on-link,
 * internal, link-local or unspecified (RFC 1122, 3.2.1.3; RFC 4291, 2.5.2). IPv4 link-local only to
 * its like: Linux routes the answers of everybody else.
 */
OG_FUNC int og_source_inside(const struct og_ruleset *rs, const struct og_facts *f, __u32 site)
{
	const struct og_site *s;
	struct og_addr src;

	OG_NONNULL(rs, 0);
	OG_NONNULL(f, 0);
	s = &rs->site[OG_BOUND(site, OG_SITES - 1)];
	src = f->src;
	if (!src.hi && (!src.lo || src.lo == OG_V4_MAPPED))
		return 1;
	if (og_local_scope(&src) && (f->ethertype == OG_ETH_IPV6 || og_local_scope(&f->dst)))
		return 1;
	return og_range_of(rs, s->onlink, &src) != OG_NO_RANGE ||
	       og_range_of(rs, s->internal, &src) != OG_NO_RANGE;
}

/*
 * og_scope - what the frame's destination is to @site: the reason why it is not egress (OG_R_ARP to
 * OG_R_GATEWAY_REPLY), or what kind of egress it is (from OG_DROP_FIRST on). The network-layer
 * destination decides, never the Ethernet one.
 */
OG_PART int og_scope(const struct og_ruleset *rs, const struct og_facts *f, __u32 site)
{
	int scope;

	OG_NONNULL(rs, OG_R_UNREADABLE);
	OG_NONNULL(f, OG_R_UNREADABLE);
	scope = og_scope_destination(rs, f, site);
	if (scope < OG_R_ND || scope > OG_R_GATEWAY_REPLY)
		return scope;
	if (f->ethertype == OG_ETH_IPV4 && og_v4_group(&f->dst))
		return scope;
	return og_source_inside(rs, f, site) ? scope : OG_R_SOURCE;
}

/* og_own_prefix - whether source and destination share one of the site's on-link prefixes. */
OG_FUNC int og_own_prefix(const struct og_ruleset *rs, const struct og_facts *f, __u32 site)
{
	struct og_addr addr;
	__u32 set, range;

	OG_NONNULL(rs, 0);
	OG_NONNULL(f, 0);
	set = rs->site[OG_BOUND(site, OG_SITES - 1)].onlink;
	addr = f->dst;
	range = og_range_of(rs, set, &addr);
	if (range == OG_NO_RANGE)
		return 0;
	addr = f->src;
	return og_range_of(rs, set, &addr) == range;
}

/* What passes because of where it goes; only isolate asks further. */
OG_INLINE int og_judge_inside(const struct og_ruleset *rs, const struct og_facts *f,
			      struct og_verdict *v, const struct og_phase *p, __u32 scope)
{
	v->reason = scope;
	if (v->action == OG_ISOLATE && scope == OG_R_INTERNAL && !og_own_prefix(rs, f, v->site) &&
	    !og_allowed(rs, f, p->allow)) {
		v->reason = OG_R_ISOLATED;
		v->drop = 1;
	}
	return 0;
}

/* Egress, by the action of the phase @p. */
OG_INLINE int og_judge_egress(const struct og_ruleset *rs, const struct og_facts *f,
			      struct og_verdict *v, const struct og_phase *p, __u32 scope)
{
	v->flags |= OG_V_EGRESS;
	if (p->flags & OG_PHASE_LOG)
		v->flags |= OG_V_LOG;
	v->mark = p->mark;
	v->mark_mask = p->mark_mask;
	v->ns_per_kib = p->ns_per_kib;
	v->burst_ns = p->burst_ns;
	v->reason = p->exception	  ? OG_R_EXCEPTION
		    : p->ns_per_kib	  ? OG_R_LIMITED
		    : v->flags & OG_V_LOG ? OG_R_LOGGED
					  : OG_R_OBSERVED;
	if (p->action < OG_RESTRICT)
		return 0;
	/* Under block and isolate only an exception fills the allow list. */
	if (p->allow && scope != OG_R_SOURCE &&
	    !(f->flags & (OG_F_UNREADABLE | OG_F_SOURCE_ROUTED)) && og_allowed(rs, f, p->allow)) {
		if (v->reason != OG_R_EXCEPTION)
			v->reason = OG_R_ALLOWED;
		return 0;
	}
	if (p->action == OG_RESTRICT && scope == OG_R_EGRESS)
		scope = OG_R_NOT_ALLOWED;
	v->reason = scope;
	v->drop = 1;
	return 0;
}

/*
 * og_judge - the verdict on a frame for one subject: v->mac, v->group and v->site are given, the
 * rest of @v is filled. @scope is og_scope()'s answer for the site.
 */
OG_INLINE int og_judge(const struct og_ruleset *rs, const struct og_facts *f, struct og_verdict *v,
		       __u32 scope, __s64 now)
{
	static const struct og_phase none; /* before the first phase: observe */
	const struct og_phase *p = &none;
	int phase;

	v->class = og_class_of(rs, v->mac, v->site, v->group);
	if (rs->class[OG_BOUND(v->class, OG_CLASSES - 1)].flags & OG_CLASS_INFRASTRUCTURE) {
		v->reason = OG_R_INFRASTRUCTURE;
		return 0;
	}
	phase = og_phase_at(rs, v->class, now);
	if (phase >= 0) {
		p = &rs->phase[OG_BOUND(phase, OG_PHASES - 1)];
		v->phase = phase;
		v->phased = 1;
	}
	v->action = p->action;
	v->policy = p->policy;
	v->exception = p->exception;
	if (scope < OG_DROP_FIRST)
		return og_judge_inside(rs, f, v, p, scope);
	return og_judge_egress(rs, f, v, p, scope);
}

/*
 * og_subject - prepare @v for judging @mac. Returns 1 when it is listed and a site covers the port;
 * otherwise 0, with the reason for passing in @v.
 */
OG_INLINE int og_subject(const struct og_ruleset *rs, struct og_verdict *v, __u64 mac, __u32 site)
{
	int group;

	group = og_group_of(rs, mac);
	v->mac = mac;
	v->group = group;
	v->site = site;
	v->reason = OG_R_UNLISTED;
	if (group == OG_GROUP_LOCAL)
		v->reason = OG_R_UNATTRIBUTABLE;
	else if (site == OG_SITE_NONE && group)
		v->reason = OG_R_UNCOVERED;
	if (site == OG_SITE_NONE)
		return 0;
	if (group > OG_GROUP_LOCAL)
		return 1;
	/* A device of no listed vendor can still have an entry of its own. */
	return og_entry(rs, mac) & OG_ENTRY_DEEP && og_find_exact(rs, og_exact_key(mac, site));
}

/* og_severity - orders verdicts, so that the strictest of two subjects wins. */
OG_INLINE __u32 og_severity(const struct og_verdict *v)
{
	return (__u32)v->drop << 8 | v->action;
}

/*
 * og_decide_behind - the verdict @v for the MAC of the IPv6 source's EUI-64; v->site is given, and
 * @scope where it is known, else -1. Returns 1 when it is listed and a site covers the port, else 0.
 */
OG_FUNC int og_decide_behind(const struct og_ruleset *rs, const struct og_facts *f,
			     struct og_verdict *v, int scope, __s64 now)
{
	OG_NONNULL(rs, 0);
	OG_NONNULL(f, 0);
	OG_NONNULL(v, 0);
	if (!og_subject(rs, v, f->eui64, v->site))
		return 0;
	v->evidence = OG_EVIDENCE_EUI64;
	if (scope < 0)
		scope = og_scope(rs, f, v->site);
	og_judge(rs, f, v, scope, now);
	return 1;
}

/*
 * og_decide - the verdict on the frame with @facts at second @now (since 1970-01-01 UTC).
 *
 * @v, zeroed by the caller, receives the verdict on the frame's source MAC; @other, zeroed too, is
 * used for the MAC of the IPv6 source's EUI-64 where the site matches by it. Returns 0 when @v
 * holds the answer, 1 when @other does (the stricter one; on a tie the device behind, which would
 * otherwise never be seen).
 *
 * The rate is not applied: when the answer does not drop and has ns_per_kib, the caller asks
 * og_rate_step() with the subject's bucket and drops with OG_R_OVER_RATE if that says so.
 */
OG_INLINE int og_decide(const struct og_ruleset *rs, const struct og_facts *f, __s64 now,
			struct og_verdict *v, struct og_verdict *other)
{
	int site, scope = -1;

	site = og_site_of(rs, f->ifindex, f->vlan);
	if (og_subject(rs, v, f->mac, site)) {
		scope = og_scope(rs, f, site);
		og_judge(rs, f, v, scope, now);
	}
	if (!f->eui64 || f->eui64 == f->mac || !(rs->header.flags & OG_RULESET_EUI64))
		return 0;
	if (!(rs->site[OG_BOUND(site, OG_SITES - 1)].flags & OG_SITE_EUI64) && site)
		return 0;
	other->site = site;
	if (!og_decide_behind(rs, f, other, scope, now)) {
		/* Listed behind a port that no site covers is worth saying; unlisted is not. */
		return other->reason == OG_R_UNCOVERED && v->reason != OG_R_UNCOVERED;
	}
	return og_severity(other) >= og_severity(v);
}

/*
 * og_rate_step - one step of a token bucket kept as a theoretical arrival time (GCRA: ITU-T I.371).
 *
 * @tat: the bucket's state, ns of a monotonic clock; @now: that clock; @bytes: of the frame.
 * Returns the new state, or 0 when the frame is over the rate (the state stays). A frame conforms
 * when the bucket is not in debt, before it is charged: a large merged packet cannot starve a small
 * burst. The caller stores the state with compare-and-swap.
 */
OG_INLINE __u64 og_rate_step(__u64 tat, __u64 now, __u32 bytes, __u64 ns_per_kib, __u64 burst_ns)
{
	if (tat > now + burst_ns)
		return 0;
	if (tat < now)
		tat = now;
	return tat + ((__u64)bytes * ns_per_kib >> 10) + 1;
}

#endif
