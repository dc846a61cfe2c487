/* SPDX-License-Identifier: GPL-2.0 */
/*
 * account.h: what an engine writes down about a judged frame, and what it tells
 *
 * Every engine keeps the same records (device.h) by the same rules: this is where the rules are. Where
 * the records live, how they are found and how an event travels is the engine's own.
 *
 * Several processors may work on one record at a time. Counters and buckets are atomic; the rest is
 * of the last frame, whichever that was.
 */
#ifndef OUIGUARD_ACCOUNT_H
#define OUIGUARD_ACCOUNT_H

#include "decide.h"
#include "device.h"

#define OG_KNOWN_MAX 16384 /* devices whose records stay until they are forgotten */
#define OG_FRESH_MAX 4096  /* new devices; the oldest make room */
#define OG_PORTS_MAX 4096  /* ports that can be covered */
#define OG_CAS_TRIES 4	   /* of compare-and-swap before giving up */
#define OG_NS_MS     1000000ULL
#define OG_NS_SECOND (1000 * OG_NS_MS)
#define OG_NS_MINUTE (60 * OG_NS_SECOND)
#define OG_NS_HOUR   (60 * OG_NS_MINUTE)

/*
 * Budgets: what one unit costs, and how much may come at once, as time. A port admits 64 new devices
 * at once and 4 a second after that: a flood then takes a quarter of an hour to turn over the new
 * ones, and the daemon promotes an honest device within seconds.
 */
#define OG_ADMIT_COST	      (250 * OG_NS_MS)
#define OG_ADMIT_BURST	      (63 * OG_ADMIT_COST)
#define OG_DEVICE_EVENT_COST  (10 * OG_NS_SECOND)
#define OG_DEVICE_EVENT_BURST (15 * OG_DEVICE_EVENT_COST)
#define OG_PORT_EVENT_COST    (20 * OG_NS_MS)
#define OG_PORT_EVENT_BURST   (511 * OG_PORT_EVENT_COST)
/* Of its own, whatever others of its port send: two events at once and two an hour. */
#define OG_OWN_TICK	   30 /* of 2^30 ns */
#define OG_OWN_EVENT_COST  1676
#define OG_OWN_EVENT_BURST OG_OWN_EVENT_COST

/* A frame that has been judged, with the clocks at that moment. */
struct og_seen {
	struct og_verdict verdict;
	struct og_facts facts;
	__u64 generation;
	__u64 mono;    /* ns of a monotonic clock */
	__s64 wall;    /* second since 1970-01-01 UTC */
	__u32 packets; /* a merged frame counts its segments */
	__u32 bytes;   /* of layer 2, without tags and checksum */
};

OG_ASSERT(og_seen_size, sizeof(struct og_seen) == 168);

/* What is kept per port. */
struct og_port_state {
	__u64 admit_tat;   /* budget for new devices */
	__u64 event_tat;   /* budget for events of all devices */
	__u64 refused;	   /* frames of devices that were not admitted */
	__u64 events_lost; /* because of the port's budget */
};

/* What is kept per class: devices that got no record share this one. */
struct og_overflow {
	__u64 tat; /* rate bucket of all of them */
	__u64 packets;
	__u64 bytes;
	__u64 dropped;
};

/*
 * og_take - take one unit of @cost ns from the budget at @tat, of which @burst ns may come at once.
 * Returns 1 when it was there, else 0. Losing the race for it as often as OG_CAS_TRIES is a no.
 */
OG_INLINE int og_take(__u64 *tat, __u64 now, __u64 cost, __u64 burst)
{
	__u64 old, next;
	int i;

	for (i = 0; i < OG_CAS_TRIES; i++) {
		old = OG_READ(tat);
		if (old > now + burst)
			return 0;
		next = (old < now ? now : old) + cost;
		if (OG_CAS(tat, old, next) == old)
			return 1;
	}
	return 0;
}

/* og_rate_apply - og_rate_charge() for a verdict that passes and has a rate. */
OG_FUNC int og_rate_apply(struct og_seen *s, __u64 *tat)
{
	struct og_verdict *v;
	__u64 old, next;
	int i;

	OG_NONNULL(s, 0);
	OG_NONNULL(tat, 0);
	v = &s->verdict;
	for (i = 0; i < OG_CAS_TRIES; i++) {
		old = OG_READ(tat);
		next = og_rate_step(old, s->mono, s->bytes, v->ns_per_kib, v->burst_ns);
		if (!next)
			break;
		if (OG_CAS(tat, old, next) == old)
			return 0;
	}
	v->reason = OG_R_OVER_RATE;
	v->drop = 1;
	return i == OG_CAS_TRIES;
}

/*
 * og_rate_charge - apply the rate of the verdict in @s, if it has one, with the bucket at @tat. A frame
 * over the rate becomes a drop. Returns 1 when it became one because too many processors fought for
 * the bucket, else 0.
 */
OG_INLINE int og_rate_charge(struct og_seen *s, __u64 *tat)
{
	if (s->verdict.drop || !s->verdict.ns_per_kib)
		return 0;
	return og_rate_apply(s, tat);
}

/* og_overflow_count - count a frame whose device has no record; its rate is to be charged before. */
OG_INLINE void og_overflow_count(const struct og_seen *s, struct og_overflow *o)
{
	OG_ADD(&o->packets, s->packets);
	OG_ADD(&o->bytes, s->bytes);
	if (s->verdict.drop)
		OG_ADD(&o->dropped, s->packets);
}

/* The port of a frame as struct og_dest has it. */
OG_INLINE __u16 og_dest_port(const struct og_facts *f)
{
	return f->flags & OG_F_DST ? f->dport : f->ethertype;
}

/* Whether @dest is the destination of the frame with @f; one that never had a packet is free. */
OG_INLINE int og_dest_is(const struct og_dest *dest, const struct og_facts *f)
{
	return dest->packets && dest->addr.lo == f->dst.lo && dest->addr.hi == f->dst.hi &&
	       dest->port == og_dest_port(f) && dest->proto == f->proto;
}

/* og_dest_find - the slot in d->dests of the frame's destination; the oldest is given up for a new one. */
OG_FUNC int og_dest_find(const struct og_facts *f, struct og_device *d)
{
	struct og_dest *dest;
	__u32 i;

	OG_NONNULL(f, 0);
	OG_NONNULL(d, 0);
	for (i = 0; i < OG_DESTS; i++)
		if (og_dest_is(&d->dests[i], f))
			return i;
	i = d->dest_next % OG_DESTS;
	d->dest_next = i + 1;
	dest = &d->dests[OG_BOUND(i, OG_DESTS - 1)];
	dest->addr = f->dst;
	dest->port = og_dest_port(f);
	dest->proto = f->proto;
	dest->packets = 0;
	d->told &= ~(0x101 << i);
	return i;
}

/*
 * og_device_dest - note the destination of the frame in @s among the device's recent ones. Returns 1
 * when this is the first frame there that was dropped, or the first that is logged; else 0.
 */
OG_INLINE int og_device_dest(const struct og_seen *s, struct og_device *d)
{
	const struct og_verdict *v = &s->verdict;
	struct og_dest *dest;
	__u32 i, told;

	/* Nearly always that of the frame before, or the newest. */
	i = OG_BOUND(d->dest_next - 1, OG_DESTS - 1);
	if (!og_dest_is(&d->dests[i], &s->facts))
		i = OG_BOUND(og_dest_find(&s->facts, d), OG_DESTS - 1);
	dest = &d->dests[i];
	OG_ADD(&dest->packets, s->packets);
	dest->last_seen = s->wall;
	dest->reason = v->reason;
	if (!v->drop && !(v->flags & OG_V_LOG))
		return 0;
	told = (v->drop ? 0x100 : 0x1) << i;
	if (d->told & told)
		return 0;
	d->told |= told;
	return 1;
}

/*
 * og_src_bit - the bit of d->src_bits that stands for @src; 0 for a link-local address, which every host
 * has beside its others. Of IPv6 the network's half counts: one host has many addresses in one network
 * (RFC 8981), several networks only when it passes on what others send.
 */
OG_INLINE __u64 og_src_bit(const struct og_addr *src)
{
	if (src->hi >> 54 == 0x3fa || (og_addr_is_v4(src) && (src->lo >> 16 & 0xffff) == 0xa9fe))
		return 0;
	return 1ULL << (og_hash(src->hi ? src->hi : src->lo, 0) >> 58);
}

/*
 * og_src_note - make the frame's source the last one of d->srcs; the oldest is given up for a new one.
 * A host that has no address yet sends from the unspecified one: that is none.
 */
OG_FUNC int og_src_note(const struct og_facts *f, struct og_device *d)
{
	__u32 i;

	OG_NONNULL(f, 0);
	OG_NONNULL(d, 0);
	if (!f->src.hi && (!f->src.lo || f->src.lo == OG_V4_MAPPED))
		return 0;
	for (i = 0; i < OG_SRCS; i++) {
		if (d->srcs[i].lo == f->src.lo && d->srcs[i].hi == f->src.hi) {
			d->src_last = i;
			return 0;
		}
	}
	i = OG_BOUND(d->src_next, OG_SRCS - 1);
	d->src_next = i + 1;
	d->src_last = i;
	d->srcs[i] = f->src;
	d->src_bits |= og_src_bit(&f->src);
	return 1;
}

/* og_device_src - note the source address of the frame in @s. Nearly always that of the frame before. */
OG_INLINE void og_device_src(const struct og_seen *s, struct og_device *d)
{
	const struct og_addr *last = &d->srcs[OG_BOUND(d->src_last, OG_SRCS - 1)];
	const struct og_facts *f = &s->facts;

	if (f->flags & OG_F_DST && (last->lo != f->src.lo || last->hi != f->src.hi))
		og_src_note(f, d);
}

/* og_summary_next - og_device_summary() once it is due, or none was ever: when the next one is. */
OG_FUNC int og_summary_next(const struct og_seen *s, struct og_device *d, __u64 due)
{
	__u64 interval;
	__u32 step;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	step = d->summary_step;
	if (!due || s->mono > due + OG_NS_HOUR)
		step = 0;
	interval = step == 0   ? OG_NS_SECOND
		   : step == 1 ? OG_NS_MINUTE
		   : step == 2 ? 10 * OG_NS_MINUTE
			       : OG_NS_HOUR;
	if (OG_CAS(&d->summary_due, due, s->mono + interval) != due)
		return 0;
	d->summary_step = step < 3 ? step + 1 : 3;
	return due != 0;
}

/*
 * og_device_summary - whether a summary of the device is due, after 1 s, 1 min, 10 min, then every
 * hour. An hour of silence after it was due begins a new row. Returns 1 on one processor only.
 */
OG_INLINE int og_device_summary(const struct og_seen *s, struct og_device *d)
{
	__u64 due = OG_READ(&d->summary_due);

	return due && s->mono < due ? 0 : og_summary_next(s, d, due);
}

/* og_device_count - count the frame in @s into the device's record. */
OG_INLINE void og_device_count(const struct og_seen *s, struct og_device *d)
{
	const struct og_verdict *v = &s->verdict;

	OG_ADD(&d->packets, s->packets);
	OG_ADD(&d->bytes, s->bytes);
	if (v->drop) {
		OG_ADD(&d->dropped, s->packets);
		OG_ADD(&d->dropped_bytes, s->bytes);
	} else {
		OG_ADD(&d->passed, s->packets);
	}
	if (v->flags & OG_V_EGRESS)
		OG_ADD(&d->egress, s->packets);
	d->last_seen = s->wall;
	d->ifindex = s->facts.ifindex;
	d->vlan = s->facts.vlan;
	d->class = v->class;
	d->group = v->group;
	d->evidence = v->evidence;
	d->reason = v->reason;
	d->action = v->action;
}

/*
 * og_device_note - count the frame into the device's record; @is_new: it is the record's first one.
 * Returns the events that it makes, as bits 1 << enum og_event_kind, to be sent in that order.
 */
OG_INLINE int og_device_note(const struct og_seen *s, struct og_device *d, __u32 is_new)
{
	const struct og_verdict *v = &s->verdict;
	int events = 0;

	og_device_count(s, d);
	og_device_src(s, d);
	if (is_new) {
		d->first_seen = s->wall;
		events |= 1 << OG_EVENT_NEW;
	}
	if (!v->drop && !(v->flags & OG_V_EGRESS))
		return events;
	if (og_device_dest(s, d) > 0)
		events |= 1 << (v->drop ? OG_EVENT_DROP : OG_EVENT_LOG);
	if ((v->drop || v->flags & OG_V_LOG) && og_device_summary(s, d) > 0)
		events |= 1 << OG_EVENT_SUMMARY;
	return events;
}

/*
 * og_event_own - whether the device has an event left that the others of its port cannot take from it:
 * who makes up addresses uses up the port's budget, and would hide what its neighbours do. Returns 1 if so.
 */
OG_INLINE int og_event_own(const struct og_seen *s, struct og_device *d)
{
	__u32 now = s->mono >> OG_OWN_TICK, tat = d->own_tat;

	if (tat > now + OG_OWN_EVENT_BURST)
		return 0;
	d->own_tat = (tat < now ? now : tat) + OG_OWN_EVENT_COST;
	return 1;
}

/*
 * og_event_take - whether the budgets of the device and of its port have an event left, or the device one
 * of its own. Returns 1 if so; 0 when it is swallowed.
 */
OG_INLINE int og_event_take(const struct og_seen *s, struct og_device *d,
			    struct og_port_state *port)
{
	if (!og_take(&d->event_tat, s->mono, OG_DEVICE_EVENT_COST, OG_DEVICE_EVENT_BURST))
		return 0;
	if (og_take(&port->event_tat, s->mono, OG_PORT_EVENT_COST, OG_PORT_EVENT_BURST) ||
	    og_event_own(s, d))
		return 1;
	OG_ADD(&port->events_lost, 1);
	return 0;
}

/* og_event_fill - the event of @kind about the frame in @s; every byte of @e is written. */
OG_INLINE void og_event_fill(struct og_event *e, const struct og_seen *s, const struct og_device *d,
			     __u32 kind)
{
	const struct og_verdict *v = &s->verdict;
	const struct og_facts *f = &s->facts;

	e->mac = v->mac;
	e->at = s->wall;
	e->generation = s->generation;
	e->dst = f->dst;
	e->packets = d->packets;
	e->bytes = d->bytes;
	e->passed = d->passed;
	e->dropped = d->dropped;
	e->ifindex = f->ifindex;
	e->site = v->site;
	e->vlan = f->vlan;
	e->class = v->class;
	e->group = v->group;
	e->policy = v->policy;
	e->exception = v->exception;
	e->ethertype = f->ethertype;
	e->dport = f->dport;
	e->proto = f->proto;
	e->kind = kind;
	e->reason = v->reason;
	e->action = v->action;
	e->evidence = v->evidence;
	e->drop = v->drop;
	e->pad = 0;
}

#endif
