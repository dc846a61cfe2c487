/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device.h: device records: finding, admitting, counting, limiting
 */
#ifndef OUIGUARD_BPF_DEVICE_H
#define OUIGUARD_BPF_DEVICE_H

#include "bpf/clock.h"
#include "bpf/event.h"
#include "bpf/maps.h"

OG_INLINE void count_reason(const struct og_seen *s)
{
	__u32 reason = s->verdict.reason;
	struct og_bpf_counter *counter = bpf_map_lookup_elem(&og_reasons, &reason);

	if (!counter)
		return;
	counter->packets += s->packets;
	counter->bytes += s->bytes;
}

/* Make a record for a new device, within the port's quota; NULL when that is used up. */
OG_INLINE struct og_device *admit(const struct og_seen *s, const __u64 *key, __u32 *ret_new)
{
	static const struct og_device none;
	struct og_port_state *port = port_state(s->facts.ifindex);

	if (!port)
		return NULL;
	if (!og_take(&port->admit_tat, s->mono, OG_ADMIT_COST, OG_ADMIT_BURST)) {
		OG_ADD(&port->refused, 1);
		return NULL;
	}
	if (bpf_map_update_elem(&og_fresh, key, &none, BPF_NOEXIST) == 0)
		*ret_new = 1;
	return bpf_map_lookup_elem(&og_fresh, key);
}

/* og_rate_charge(), counting conflicts. */
OG_INLINE void charge(struct og_seen *s, __u64 *tat)
{
	if (og_rate_charge(s, tat) > 0)
		add_total(OG_BPF_RATE_CONFLICT, s->packets);
}

/* What a device without a record leaves: a count and a bucket that its class shares. */
OG_INLINE void overflow(struct og_seen *s)
{
	__u32 class = s->verdict.class;
	struct og_overflow *o = bpf_map_lookup_elem(&og_overflow, &class);

	add_total(OG_BPF_OVERFLOW, s->packets);
	if (!o)
		return;
	charge(s, &o->tat);
	og_overflow_count(s, o);
}

/* Count the frame into the device's record, then send what events it makes. */
OG_INLINE void tell(struct og_seen *s, struct og_device *d, __u32 is_new)
{
	int events;

	charge(s, &d->tat);
	events = og_device_note(s, d, is_new);
	if (events)
		og_bpf_emit_all(s, d, events);
}

/*
 * account - all that follows from the verdict in @s: rate, counters, device record, events.
 * The verdict can become a drop here (OG_R_OVER_RATE). Returns 1 to drop, else 0.
 */
OG_INLINE int account(struct og_seen *s)
{
	struct og_verdict *v = &s->verdict;
	struct og_device *d;
	__u32 is_new = 0;
	__u64 key;

	if (v->reason < OG_R_INFRASTRUCTURE) { /* not listed, or no site's: no record */
		if (v->reason != OG_R_UNLISTED)
			count_reason(s);
		return 0;
	}
	key = og_exact_key(v->mac, v->site);
	d = bpf_map_lookup_elem(&og_known, &key);
	if (!d)
		d = bpf_map_lookup_elem(&og_fresh, &key);
	if (!d)
		d = admit(s, &key, &is_new);
	if (d)
		tell(s, d, is_new);
	else
		overflow(s);
	count_reason(s);
	return v->drop;
}

#endif
