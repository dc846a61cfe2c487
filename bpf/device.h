/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device.h: device records: finding, admitting, counting, limiting
 */
#ifndef OUIGUARD_BPF_DEVICE_H
#define OUIGUARD_BPF_DEVICE_H

#include "bpf/clock.h"
#include "bpf/event.h"
#include "bpf/maps.h"

OG_INLINE void count_reason(const struct og_bpf_scratch *s, __u32 reason)
{
	struct og_bpf_counter *counter = bpf_map_lookup_elem(&og_reasons, &reason);

	if (!counter)
		return;
	counter->packets += s->packets;
	counter->bytes += s->bytes;
}

/*
 * og_bpf_dest - note the destination of the frame in @s among the device's recent ones. Returns 1
 * when this is the first frame there that was dropped, or the first that is logged; else 0.
 */
OG_FUNC int og_bpf_dest(struct og_bpf_scratch *s, struct og_device *d)
{
	const struct og_verdict *v;
	const struct og_facts *f;
	struct og_dest *dest;
	__u32 i, told, port;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	v = &s->verdict[0];
	f = &s->facts;
	port = f->flags & OG_F_DST ? f->dport : f->ethertype;
	for (i = 0; i < OG_DESTS; i++) {
		dest = &d->dests[i];
		if (dest->packets && dest->addr.lo == f->dst.lo && dest->addr.hi == f->dst.hi &&
		    dest->port == port && dest->proto == f->proto)
			break;
	}
	if (i == OG_DESTS) {
		i = d->dest_next % OG_DESTS;
		d->dest_next = i + 1;
		dest = &d->dests[OG_BOUND(i, OG_DESTS - 1)];
		dest->addr = f->dst;
		dest->port = port;
		dest->proto = f->proto;
		dest->packets = 0;
		d->told &= ~(0x101 << i);
	}
	dest = &d->dests[OG_BOUND(i, OG_DESTS - 1)];
	__sync_fetch_and_add(&dest->packets, s->packets);
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
 * og_bpf_summary - whether a summary of the device is due, after 1 s, 1 min, 10 min, then every hour.
 * An hour of silence after it was due begins a new row. Returns 1 on one processor only.
 */
OG_FUNC int og_bpf_summary(const struct og_bpf_scratch *s, struct og_device *d)
{
	__u64 due, interval;
	__u32 step;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	due = *(volatile __u64 *)&d->summary_due;
	if (due && s->mono < due)
		return 0;
	step = d->summary_step;
	if (!due || s->mono > due + OG_BPF_HOUR)
		step = 0;
	interval = step == 0   ? OG_BPF_SECOND
		   : step == 1 ? OG_BPF_MINUTE
		   : step == 2 ? 10 * OG_BPF_MINUTE
			       : OG_BPF_HOUR;
	if (__sync_val_compare_and_swap(&d->summary_due, due, s->mono + interval) != due)
		return 0;
	d->summary_step = step < 3 ? step + 1 : 3;
	return due != 0;
}

/* Count the frame in @s into the device's record. */
OG_INLINE void record(const struct og_bpf_scratch *s, struct og_device *d)
{
	const struct og_verdict *v = &s->verdict[0];

	__sync_fetch_and_add(&d->packets, s->packets);
	__sync_fetch_and_add(&d->bytes, s->bytes);
	if (v->drop) {
		__sync_fetch_and_add(&d->dropped, s->packets);
		__sync_fetch_and_add(&d->dropped_bytes, s->bytes);
	} else {
		__sync_fetch_and_add(&d->passed, s->packets);
	}
	if (v->flags & OG_V_EGRESS)
		__sync_fetch_and_add(&d->egress, s->packets);
	d->last_seen = s->wall;
	d->ifindex = s->facts.ifindex;
	d->vlan = s->facts.vlan;
	d->class = v->class;
	d->group = v->group;
	d->evidence = v->evidence;
	d->reason = v->reason;
	d->action = v->action;
}

/* og_bpf_tell - count the frame into the device's record, then send what events it makes. */
OG_FUNC int og_bpf_tell(struct og_bpf_scratch *s, struct og_device *d, __u32 is_new)
{
	const struct og_verdict *v;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	v = &s->verdict[0];
	record(s, d);
	if (is_new) {
		d->first_seen = s->wall;
		og_bpf_emit(s, d, OG_EVENT_NEW);
	}
	if (!v->drop && !(v->flags & OG_V_EGRESS))
		return 0;
	if (og_bpf_dest(s, d))
		og_bpf_emit(s, d, v->drop ? OG_EVENT_DROP : OG_EVENT_LOG);
	if ((v->drop || v->flags & OG_V_LOG) && og_bpf_summary(s, d))
		og_bpf_emit(s, d, OG_EVENT_SUMMARY);
	return 0;
}

/* Make a record for a new device, within the port's quota; NULL when that is used up. */
OG_INLINE struct og_device *admit(struct og_bpf_scratch *s, const __u64 *key, __u32 *ret_new)
{
	static const struct og_device none;
	struct og_bpf_port *port = port_state(s->facts.ifindex);

	if (!port)
		return NULL;
	if (!take(&port->admit_tat, s->mono, OG_BPF_ADMIT_COST, OG_BPF_ADMIT_BURST)) {
		__sync_fetch_and_add(&port->refused, 1);
		return NULL;
	}
	if (bpf_map_update_elem(&og_fresh, key, &none, BPF_NOEXIST) == 0)
		*ret_new = 1;
	return bpf_map_lookup_elem(&og_fresh, key);
}

/* og_bpf_rate - apply the verdict's rate with the bucket at @tat. Returns 0. */
OG_FUNC int og_bpf_rate(struct og_bpf_scratch *s, __u64 *tat)
{
	struct og_verdict *v;
	__u64 old, next;
	int i;

	OG_NONNULL(s, 0);
	OG_NONNULL(tat, 0);
	v = &s->verdict[0];
	for (i = 0; i < OG_BPF_CAS; i++) {
		old = *(volatile __u64 *)tat;
		next = og_rate_step(old, s->mono, s->bytes, v->ns_per_kib, v->burst_ns);
		if (!next)
			goto over;
		if (__sync_val_compare_and_swap(tat, old, next) == old)
			return 0;
	}
	add_total(OG_BPF_RATE_CONFLICT, s->packets);
over:
	v->reason = OG_R_OVER_RATE;
	v->drop = 1;
	return 0;
}

/* What a device without a record leaves: a count and a bucket that its class shares. */
OG_INLINE void overflow(struct og_bpf_scratch *s)
{
	struct og_verdict *v = &s->verdict[0];
	__u32 class = v->class;
	struct og_bpf_overflow *o = bpf_map_lookup_elem(&og_overflow, &class);

	add_total(OG_BPF_OVERFLOW, s->packets);
	if (!o)
		return;
	if (!v->drop && v->ns_per_kib)
		og_bpf_rate(s, &o->tat);
	__sync_fetch_and_add(&o->packets, s->packets);
	__sync_fetch_and_add(&o->bytes, s->bytes);
	if (v->drop)
		__sync_fetch_and_add(&o->dropped, s->packets);
}

/*
 * og_bpf_account - all that follows from the verdict in s->verdict[0]: rate, counters, device
 * record, events. The verdict can become a drop here (OG_R_OVER_RATE). Returns 1 to drop, else 0.
 */
OG_FUNC int og_bpf_account(struct og_bpf_scratch *s)
{
	struct og_verdict *v;
	struct og_device *d;
	__u32 is_new = 0;
	__u64 key;

	OG_NONNULL(s, 0);
	v = &s->verdict[0];
	if (v->reason < OG_R_INFRASTRUCTURE) { /* not listed, or no site's: no record */
		if (v->reason != OG_R_UNLISTED)
			count_reason(s, v->reason);
		return 0;
	}
	key = og_exact_key(v->mac, v->site);
	d = bpf_map_lookup_elem(&og_known, &key);
	if (!d)
		d = bpf_map_lookup_elem(&og_fresh, &key);
	if (!d)
		d = admit(s, &key, &is_new);
	if (!d) {
		overflow(s);
	} else {
		if (!v->drop && v->ns_per_kib)
			og_bpf_rate(s, &d->tat);
		og_bpf_tell(s, d, is_new);
	}
	count_reason(s, v->reason);
	return v->drop;
}

#endif
