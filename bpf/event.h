/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h: telling the daemon, within budgets
 */
#ifndef OUIGUARD_BPF_EVENT_H
#define OUIGUARD_BPF_EVENT_H

#include "bpf/maps.h"

OG_INLINE void add_total(__u32 which, __u64 n)
{
	__u64 *total = bpf_map_lookup_elem(&og_totals, &which);

	if (total)
		*total += n;
}

/* The state of a port, made when a frame comes before the daemon has made it. */
OG_INLINE struct og_bpf_port *port_state(__u32 ifindex)
{
	static const struct og_bpf_port none;
	struct og_bpf_port *port = bpf_map_lookup_elem(&og_ports, &ifindex);

	if (port)
		return port;
	bpf_map_update_elem(&og_ports, &ifindex, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&og_ports, &ifindex);
}

/*
 * Take one unit of @cost ns from a budget: 1 when it was there, else 0. Losing the race for it as
 * often as OG_BPF_CAS times counts as a no.
 */
OG_INLINE int take(__u64 *tat, __u64 now, __u64 cost, __u64 burst)
{
	__u64 old, next;
	int i;

	for (i = 0; i < OG_BPF_CAS; i++) {
		old = *(volatile __u64 *)tat;
		if (old > now + burst)
			return 0;
		next = (old < now ? now : old) + cost;
		if (__sync_val_compare_and_swap(tat, old, next) == old)
			return 1;
	}
	return 0;
}

OG_INLINE void fill_event(struct og_event *e, const struct og_bpf_scratch *s,
			  const struct og_device *d, __u32 kind)
{
	const struct og_verdict *v = &s->verdict[0];
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

/*
 * og_bpf_emit - send one event of @kind about the frame in @s. What the device's budget, the port's
 * or a full buffer swallows is counted. Returns 0.
 */
OG_FUNC int og_bpf_emit(struct og_bpf_scratch *s, struct og_device *d, __u32 kind)
{
	struct og_bpf_port *port;
	struct og_event *e;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	if (!take(&d->event_tat, s->mono, OG_BPF_DEVICE_EVENT_COST, OG_BPF_DEVICE_EVENT_BURST))
		goto lost;
	port = port_state(s->facts.ifindex);
	if (!port)
		goto lost;
	if (!take(&port->event_tat, s->mono, OG_BPF_PORT_EVENT_COST, OG_BPF_PORT_EVENT_BURST)) {
		__sync_fetch_and_add(&port->events_lost, 1);
		goto lost;
	}
	e = bpf_ringbuf_reserve(&og_events, sizeof(*e), 0);
	if (!e)
		goto lost;
	fill_event(e, s, d, kind);
	bpf_ringbuf_submit(e, 0);
	return 0;
lost:
	__sync_fetch_and_add(&d->events_lost, 1);
	add_total(OG_BPF_EVENTS_LOST, 1);
	return 0;
}

#endif
