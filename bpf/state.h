/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.h: values of the BPF maps, shared with daemon/engine-bpf.c
 *
 * Device records and events are the contract's (include/ouiguard/device.h); this is what only the
 * BPF engine has.
 */
#ifndef OUIGUARD_BPF_STATE_H
#define OUIGUARD_BPF_STATE_H

#include <ouiguard/decide.h>
#include <ouiguard/device.h>

#define OG_BPF_KNOWN  16384
#define OG_BPF_FRESH  4096
#define OG_BPF_PORTS  4096
#define OG_BPF_RING   (512 * 1024)
#define OG_BPF_CAS    4 /* tries of compare-and-swap before giving up */
#define OG_BPF_MS     1000000ULL
#define OG_BPF_SECOND (1000 * OG_BPF_MS)
#define OG_BPF_MINUTE (60 * OG_BPF_SECOND)
#define OG_BPF_HOUR   (60 * OG_BPF_MINUTE)

/*
 * Budgets: what one unit costs, and how much may come at once, as time. A port admits 64 new devices
 * at once and 4 a second after that: a flood then takes a quarter of an hour to turn over `fresh`,
 * and the daemon promotes an honest device within seconds.
 */
#define OG_BPF_ADMIT_COST	  (250 * OG_BPF_MS)
#define OG_BPF_ADMIT_BURST	  (63 * OG_BPF_ADMIT_COST)
#define OG_BPF_DEVICE_EVENT_COST  (10 * OG_BPF_SECOND)
#define OG_BPF_DEVICE_EVENT_BURST (15 * OG_BPF_DEVICE_EVENT_COST)
#define OG_BPF_PORT_EVENT_COST	  (20 * OG_BPF_MS)
#define OG_BPF_PORT_EVENT_BURST	  (511 * OG_BPF_PORT_EVENT_COST)

struct og_bpf_control {
	__s64 tai_offset_ns; /* TAI - UTC */
	__s64 fixed_wall;    /* tests: this second instead of the clock's; 0: the clock's */
	__u64 fixed_mono;    /* tests: with fixed_wall, this monotonic time in ns */
};

struct og_bpf_counter {
	__u64 packets;
	__u64 bytes;
};

/* Per port. */
struct og_bpf_port {
	__u64 admit_tat;   /* budget for new devices */
	__u64 event_tat;   /* budget for events of all devices */
	__u64 refused;	   /* frames of devices that were not admitted */
	__u64 events_lost; /* because of the port's budget */
};

/* Per class: devices that got no record share this one. */
struct og_bpf_overflow {
	__u64 tat; /* rate bucket of all of them */
	__u64 packets;
	__u64 bytes;
	__u64 dropped;
};

/* Where we are attached, by ifindex; for user space alone, kept here to outlive it. */
struct og_bpf_attached {
	__u8 hook; /* enum og_engine_hook */
	__u8 own_qdisc;
	__u16 priority; /* of the filter */
	char name[16];
};

/* What is pinned; for user space alone. */
struct og_bpf_meta {
	__u64 object; /* FNV-1a of the object whose program is pinned and attached */
	__u64 ruleset_size;
};

enum og_bpf_total {
	OG_BPF_EVENTS_LOST,
	OG_BPF_OVERFLOW,
	OG_BPF_RATE_CONFLICT,
	OG_BPF_TOTALS,
};

/*
 * Per processor: what a stack of 512 bytes cannot hold, and the clock, read once per jiffy. After a
 * frame on the listed path, verdict[0] is the answer and facts what was read: tests look here.
 */
struct og_bpf_scratch {
	struct og_frame frame;
	struct og_facts facts;
	struct og_verdict verdict[2];
	__u64 runs; /* frames that came this way */
	__u64 generation;
	__u64 jiffies;
	__u64 mono;
	__s64 wall;
	__u32 packets; /* of this frame: a merged one counts its segments */
	__u32 bytes;
};

#endif
