/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device.h: what an engine keeps per device and tells about it
 *
 * A device is (site, MAC). Its record is keyed by og_exact_key(mac, site); the key's site is never
 * OG_SITE_NONE. Seconds are since 1970-01-01 UTC; bytes are of layer 2 without tags and checksum.
 */
#ifndef OUIGUARD_DEVICE_H
#define OUIGUARD_DEVICE_H

#include "types.h"

/*
 * Counted up, and OG_LAYOUT with it, whenever struct og_device or a total changes its size or meaning:
 * only what a version with the same number has counted can be carried over.
 */
#ifndef OG_RECORDS
#define OG_RECORDS 1
#endif

#define OG_DESTS 8 /* recent destinations kept per device */
#ifndef OG_SRCS
#define OG_SRCS 4 /* recent source addresses kept per device */
#endif

struct og_dest {
	struct og_addr addr;
	__u64 packets;
	__u32 last_seen; /* second */
	__u16 port;	 /* destination port; of frames other than IP the EtherType */
	__u8 proto;
	__u8 reason; /* enum og_reason of the last frame to it */
};

struct og_device {
	__u64 packets; /* wire packets: a merged packet counts its segments */
	__u64 bytes;
	__u64 passed;  /* packets */
	__u64 dropped; /* packets */
	__u64 dropped_bytes;
	__u64 egress; /* packets with a destination outside, passed or not */
	__s64 first_seen;
	__s64 last_seen;
	__u64 tat;	    /* rate bucket: og_rate_step() */
	__u64 event_tat;    /* event budget, same kind of bucket */
	__u64 summary_due;  /* monotonic ns of the next summary; 0: none pending */
	__u32 summary_step; /* index of the interval: 1 s, 1 min, 10 min, 1 h */
	__u32 events_lost;  /* events of this device that its budget or a full buffer swallowed */
	__u32 ifindex;	    /* port of the last frame */
	__u16 vlan;
	__u16 class;
	__u16 group;
	__u8 evidence;
	__u8 reason;	/* of the last frame */
	__u8 action;	/* in force at the last frame */
	__u8 dest_next; /* slot of dests[] to reuse next */
	__u16 told;	/* dests[] that had their event: bit i for logged, bit 8 + i for dropped */
	__u64 src_bits; /* which sources there ever were, by a hash: og_srcs_distinct() */
	__u16 src_next; /* slot of srcs[] to reuse next */
	__u16 src_last; /* slot of the last frame's */
	__u32 own_tat;	/* events beyond the port's budget: when it is full again, in OG_OWN_TICK */
	struct og_addr srcs[OG_SRCS]; /* zero: free */
	struct og_dest dests[OG_DESTS];
};

OG_ASSERT(og_dest_size, sizeof(struct og_dest) == 32);
OG_ASSERT(og_device_size, sizeof(struct og_device) == 128 + 16 * OG_SRCS + 32 * OG_DESTS);

/* Kinds of event. */
enum og_event_kind {
	OG_EVENT_NEW,	  /* first frame of a device that the engine has no record of */
	OG_EVENT_DROP,	  /* first dropped frame of a device to a destination */
	OG_EVENT_LOG,	  /* first logged egress of a device to a destination */
	OG_EVENT_SUMMARY, /* what has come since, at growing intervals */
};

/* One event, as it stands in the ring buffer or a netlink message. */
struct og_event {
	__u64 mac;
	__s64 at; /* second */
	__u64 generation;
	struct og_addr dst; /* zero when the frame has none */
	__u64 packets;	    /* of the device's record, at the event */
	__u64 bytes;
	__u64 passed;
	__u64 dropped;
	__u32 ifindex;
	__u16 site;
	__u16 vlan;
	__u16 class;
	__u16 group;
	__u16 policy;
	__u16 exception;
	__u16 ethertype;
	__u16 dport;
	__u8 proto;
	__u8 kind;
	__u8 reason;
	__u8 action;
	__u8 evidence;
	__u8 drop;
	__u16 pad;
};

OG_ASSERT(og_event_size, sizeof(struct og_event) == 104);

#endif
