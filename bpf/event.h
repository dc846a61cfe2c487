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
OG_INLINE struct og_port_state *port_state(__u32 ifindex)
{
	static const struct og_port_state none;
	struct og_port_state *port = bpf_map_lookup_elem(&og_ports, &ifindex);

	if (port)
		return port;
	bpf_map_update_elem(&og_ports, &ifindex, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&og_ports, &ifindex);
}

/*
 * og_bpf_emit - send one event of @kind about the frame in @s. What the device's budget, the port's
 * or a full buffer swallows is counted. Returns 0.
 */
OG_FUNC int og_bpf_emit(const struct og_seen *s, struct og_device *d, __u32 kind)
{
	struct og_port_state *port;
	struct og_event *e;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	port = port_state(s->facts.ifindex);
	if (!port || !og_event_take(s, d, port))
		goto lost;
	e = bpf_ringbuf_reserve(&og_events, sizeof(*e), 0);
	if (!e)
		goto lost;
	og_event_fill(e, s, d, kind);
	bpf_ringbuf_submit(e, 0);
	return 0;
lost:
	__sync_fetch_and_add(&d->events_lost, 1);
	add_total(OG_BPF_EVENTS_LOST, 1);
	return 0;
}

/* og_bpf_emit_all - send the @events that og_device_note() told of. Returns 0. */
OG_FUNC int og_bpf_emit_all(const struct og_seen *s, struct og_device *d, __u32 events)
{
	__u32 kind;

	OG_NONNULL(s, 0);
	OG_NONNULL(d, 0);
	for (kind = OG_EVENT_NEW; kind <= OG_EVENT_SUMMARY; kind++)
		if (events >> kind & 1)
			og_bpf_emit(s, d, kind);
	return 0;
}

#endif
