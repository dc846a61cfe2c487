/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.h: values of the BPF maps, shared with daemon/engine/engine-bpf.c
 *
 * Records, budgets and events are the contract's (include/ouiguard/account.h); this is what only the
 * BPF engine has.
 */
#ifndef OUIGUARD_BPF_STATE_H
#define OUIGUARD_BPF_STATE_H

#include <ouiguard/account.h>

#define OG_BPF_RING (512 * 1024)

struct og_bpf_control {
	__s64 tai_offset_ns; /* TAI - UTC */
	__s64 fixed_wall;    /* tests: this second instead of the clock's; 0: the clock's */
	__u64 fixed_mono;    /* tests: with fixed_wall, this monotonic time in ns */
};

struct og_bpf_counter {
	__u64 packets;
	__u64 bytes;
};

/*
 * Where we are attached, by ifindex; for user space alone, kept here to outlive it. Versions of every
 * layout read each other's: what is here stays as it is, and more may only follow it.
 */
struct og_bpf_attached {
	__u8 hook; /* enum og_engine_hook */
	__u8 own_qdisc;
	__u16 priority; /* of the filter */
	char name[16];
};

OG_ASSERT(og_bpf_attached_size, sizeof(struct og_bpf_attached) == 20);

/* What is pinned; for user space alone. */
struct og_bpf_meta {
	__u64 object; /* FNV-1a of the object whose program is pinned and attached */
	__u32 ruleset_size;
	__u32 records; /* OG_RECORDS of what is counted */
};

enum og_bpf_total {
	OG_BPF_EVENTS_LOST,
	OG_BPF_OVERFLOW,
	OG_BPF_RATE_CONFLICT,
	OG_BPF_TOTALS,
};

/*
 * Per processor: what a stack of 512 bytes cannot hold, and the clock, read once per jiffy. After a
 * frame on the listed path, seen.verdict is the answer and seen.facts what was read: tests look here.
 */
struct og_bpf_scratch {
	struct og_frame frame;
	struct og_seen seen; /* its clocks stay from frame to frame */
	struct og_verdict other;
	__u64 runs; /* frames that came this way */
	__u64 jiffies;
};

#endif
