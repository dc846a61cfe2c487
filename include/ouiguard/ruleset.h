/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ruleset.h: the compiled, immutable ruleset that an engine enforces
 *
 * One block of bytes without pointers: policy/compile/compile.c writes it, the BPF programs, the kernel
 * module and user space read the same bytes. Every table has a power-of-two size and is indexed
 * through a mask, so that even a hostile block cannot lead a reader outside it.
 *
 * How a frame finds its phase (decide.h):
 *
 *   source MAC --level1, leaf--> entry: 0 (unlisted), or a group, or OG_ENTRY_DEEP
 *   OG_ENTRY_DEEP --exact, prefix--> class of this very device, or group of a /36 or /28
 *   (ifindex, VLAN) --port--> site
 *   (site, group) --class_of--> class --class, wall clock--> phase: action, allow list, rate, mark
 *
 * A group is a set of prefixes that are always treated alike: those of one vendor, less those that
 * an exception names. A class is a set of devices that share one timeline. Sites, roles, exceptions
 * and whether a device is legacy or new exist only as classes once compiled.
 */
#ifndef OUIGUARD_RULESET_H
#define OUIGUARD_RULESET_H

#include "types.h"

#define OG_MAGIC 0x4f554947 /* "OUIG" */
/*
 * Counted up whenever a record or a reason changes its meaning, or a BPF map its kind or size: a
 * version with another number begins beside the old one's maps and modules, not with them. A test
 * builds such a version.
 */
#ifndef OG_LAYOUT
#define OG_LAYOUT 2
#endif

/* Table sizes; all powers of two. */
#define OG_LEVEL1	65536  /* by the first 16 bits of a MAC address */
#define OG_LEAVES	16384  /* the whole IEEE registry needs 12,761 */
#define OG_LEAF		256    /* by the third byte */
#define OG_PREFIXES	65536  /* slots for 28- and 36-bit prefixes and the gateway's MACs */
#define OG_EXACT	131072 /* slots for single devices */
#define OG_PORTS	16384  /* slots for (ifindex, VLAN) */
#define OG_SITES	256
#define OG_GROUPS	512
#define OG_CLASSES	8192
#define OG_PHASES	16384
#define OG_CLASS_PHASES 64 /* most phases of one class */
#define OG_SETS		4096
#define OG_RANGES	16384
#define OG_SERVICES	4096
#define OG_SERVICE_LIST 32 /* most services of one list */
#define OG_BUCKET	8  /* slots per bucket of every hash table */

/* Leaf entries. Bit 15: go on to the exact and prefix tables; the rest is the /24's own group. */
#define OG_ENTRY_DEEP  0x8000
#define OG_ENTRY_GROUP 0x7fff
/* Group 0: not listed. Group 1: source addresses that never match a prefix (local, group bit). */
#define OG_GROUP_NONE  0
#define OG_GROUP_LOCAL 1
#define OG_GROUP_FIRST 2
/* Leaf 0 is empty; leaf 1 holds OG_GROUP_LOCAL everywhere. */
#define OG_LEAF_EMPTY 0
#define OG_LEAF_LOCAL 1

#define OG_SITE_NONE  0	     /* not covered; sites count from 1 */
#define OG_CLASS_NONE 0	     /* listed, but no policy applies: observed */
#define OG_SET_NONE   0	     /* the empty set */
#define OG_VLAN_ALL   0xffff /* in a port key: every VLAN, and untagged frames */

/* Actions, from the mildest to the strictest; where policies meet the strictest wins. */
enum og_action {
	OG_OBSERVE,
	OG_LOG,
	OG_LIMIT,
	OG_RESTRICT,
	OG_BLOCK,
	OG_ISOLATE,
	OG_ACTION_COUNT,
};

/* og_header.flags */
#define OG_RULESET_EUI64 0x1 /* some site matches by EUI-64: look at unlisted IPv6 sources too */

struct og_header {
	__u32 magic;
	__u32 layout;
	__u32 size; /* sizeof(struct og_ruleset) */
	__u32 flags;
	__u64 generation; /* set by whoever applies the ruleset; 0 as compiled */
	__u64 checksum;	  /* FNV-1a, 64 bits, of everything after the header */
	__u64 seed;	  /* of the hash tables */
	__u32 level1_used, leaves_used, prefixes_used, exact_used;
	__u32 ports_used, sites_used, groups_used, classes_used;
	__u32 phases_used, sets_used, ranges_used, services_used;
};

/* og_site.flags */
#define OG_SITE_EUI64  0x1 /* match holds eui64 */
#define OG_SITE_REJECT 0x2 /* on_block: reject */

struct og_site {
	__u32 internal; /* set: destinations that are not egress; never_internal is cut out */
	__u32 onlink;	/* set: the on-link prefixes of the site's ports, one range each */
	__u32 own; /* set: addresses at which the gateway answers; with services: only for those */
	__u32 service;	/* first of the gateway services */
	__u16 services; /* how many; 0: none */
	__u16 flags;
	__u32 pad;
};

/* og_class.flags */
#define OG_CLASS_INFRASTRUCTURE 0x1 /* never judged by its prefix */

struct og_class {
	__u32 phase;  /* first of its phases, ascending by from */
	__u16 phases; /* how many; 0: observed for ever */
	__u16 flags;
	__u16 vendor; /* as numbered by the compiler; for events only */
	__u16 role;   /* enum og_role of policy/base/action.h; for events only */
	__u32 pad;
};

/* og_phase.flags */
#define OG_PHASE_LOG  0x1 /* egress makes an event, whatever the action */
#define OG_PHASE_HELD 0x2 /* a policy is held at log for a device that fronts others; to be told */

struct og_phase {
	__s64 from;	  /* second since 1970-01-01 UTC at which it begins; 0: from ever on */
	__u64 ns_per_kib; /* rate: nanoseconds that 1024 bytes take; 0: no limit */
	__u64 burst_ns;	  /* burst, as the time it takes at that rate */
	__u32 mark;
	__u32 mark_mask; /* bits of the packet mark to set; 0: leave the mark alone */
	__u32 allow;	 /* set: what restrict lets through, and exceptions to block and isolate */
	__u16 policy;	 /* which policy decided, from 1; 0 none; for events only */
	__u16 exception; /* which exception is at work, from 1; 0 none */
	__u8 action;	 /* enum og_action */
	__u8 flags;
	__u16 pad[3];
};

/* A sorted run of disjoint ranges. */
struct og_set {
	__u32 first;
	__u32 count;
};

struct og_range {
	struct og_addr lo;
	struct og_addr hi; /* included */
	__u32 service;	   /* first of the services it is open for */
	__u32 services;	   /* how many; 0: all traffic */
};

struct og_service_rec {
	__u8 proto; /* IANA protocol number; 0: any */
	__u8 pad;
	__u16 port_lo; /* destination ports, both included; 0 to 65535: any, also without ports */
	__u16 port_hi;
	__u16 pad2;
};

/*
 * Hash tables: buckets of OG_BUCKET slots, keys and values apart. The bucket is og_hash(key, seed).
 * It is filled from its first slot on: key 0 is an empty slot, and ends a search. The compiler picks a
 * seed under which no bucket overflows; such a seed is found easily up to two keys per bucket (a
 * quarter of the slots), hardly ever above.
 *
 *   exact:  key MAC << 16 | site -> class; with site 0 -> group (a device listed by itself)
 *   prefix: key length << 48 | prefix bits, left-aligned in 48 -> group; length 48: the gateway's
 *           own MAC addresses -> 1
 *   port:   key ifindex << 16 | VLAN id (0: untagged; OG_VLAN_ALL) -> site
 */
struct og_ruleset {
	struct og_header header;
	__u16 level1[OG_LEVEL1];
	__u16 leaf[OG_LEAVES][OG_LEAF];
	__u64 prefix_key[OG_PREFIXES];
	__u64 exact_key[OG_EXACT];
	__u64 port_key[OG_PORTS];
	__u16 prefix_value[OG_PREFIXES];
	__u16 exact_value[OG_EXACT];
	__u16 port_value[OG_PORTS];
	__u16 class_of[OG_SITES][OG_GROUPS];
	struct og_site site[OG_SITES];
	struct og_class class[OG_CLASSES];
	struct og_phase phase[OG_PHASES];
	struct og_set set[OG_SETS];
	struct og_range range[OG_RANGES];
	struct og_service_rec service[OG_SERVICES];
};

OG_ASSERT(og_header_size, sizeof(struct og_header) == 88);
OG_ASSERT(og_site_size, sizeof(struct og_site) == 24);
OG_ASSERT(og_class_size, sizeof(struct og_class) == 16);
OG_ASSERT(og_phase_size, sizeof(struct og_phase) == 48);
OG_ASSERT(og_range_size, sizeof(struct og_range) == 40);
OG_ASSERT(og_service_size, sizeof(struct og_service_rec) == 8);
OG_ASSERT(og_ruleset_size,
	  sizeof(struct og_ruleset) % 8 == 0 && sizeof(struct og_ruleset) < 16 * 1024 * 1024);

/*
 * og_hash - the bucket hash: the finaliser of MurmurHash3 (public domain) over key and seed. It
 * spreads; it need not resist an adversary, because only the operator's files fill the tables.
 */
OG_INLINE __u64 og_hash(__u64 key, __u64 seed)
{
	key ^= seed;
	key ^= key >> 33;
	key *= 0xff51afd7ed558ccdULL;
	key ^= key >> 33;
	key *= 0xc4ceb9fe1a85ec53ULL;
	key ^= key >> 33;
	return key;
}

/* Keys of the three hash tables. @mac and @bits are 48-bit numbers, @vlan 0 to 4094 or ..._ALL. */
OG_INLINE __u64 og_exact_key(__u64 mac, __u32 site)
{
	return mac << 16 | site;
}

OG_INLINE __u64 og_prefix_key(__u64 bits, __u32 length)
{
	return (__u64)length << 48 |
	       (bits & (0xffffffffffffULL << (48 - length)) & 0xffffffffffffULL);
}

OG_INLINE __u64 og_port_key(__u32 ifindex, __u32 vlan)
{
	return (__u64)ifindex << 16 | vlan;
}

#endif
