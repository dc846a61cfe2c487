/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verify.h: whether bytes are a whole and sane ruleset
 *
 * For what came out of a file or through a socket. The look-ups of decide.h stay inside a ruleset even
 * without this; a damaged one could still misjudge.
 */
#ifndef OUIGUARD_VERIFY_H
#define OUIGUARD_VERIFY_H

#include "ruleset.h"

#define OG_FNV_OFFSET 0xcbf29ce484222325ULL
#define OG_FNV_PRIME  0x100000001b3ULL

/*  symbol		what is wrong, for an administrator */
#define OG_FAULTS(X)                                                                            \
	X(OG_FAULT_NONE, "nothing is wrong with the ruleset")                                   \
	X(OG_FAULT_SIZE, "the ruleset has another size than this version's")                    \
	X(OG_FAULT_MAGIC, "these bytes are no ruleset")                                         \
	X(OG_FAULT_LAYOUT, "the ruleset is of another layout: compile it with this version")    \
	X(OG_FAULT_CHECKSUM, "the ruleset is damaged: its checksum is wrong")                   \
	X(OG_FAULT_LEAVES, "the ruleset's table of prefixes has an index out of bounds")        \
	X(OG_FAULT_HASHES, "the ruleset's table of devices or ports has a value out of bounds") \
	X(OG_FAULT_CLASSES, "the ruleset has a class or phase out of bounds or out of order")   \
	X(OG_FAULT_SITES, "the ruleset has a site or address set out of bounds or out of order")

#define OG_FAULT_SYMBOL(symbol, text) symbol,
enum og_fault { OG_FAULTS(OG_FAULT_SYMBOL) OG_FAULT_COUNT };
#undef OG_FAULT_SYMBOL

/* og_checksum - FNV-1a, 64 bits, over everything after the header. */
OG_INLINE __u64 og_checksum(const struct og_ruleset *rs)
{
	const __u64 *word = (const __u64 *)((const __u8 *)rs + sizeof(rs->header));
	const __u64 *end = (const __u64 *)((const __u8 *)rs + sizeof(*rs));
	__u64 hash = OG_FNV_OFFSET, eight = 1;
	const __u8 *byte;
	__u32 i;

	for (i = 0; i < 8; i++)
		eight *= OG_FNV_PRIME;
	/* Most of a ruleset is zero, and eight zero bytes are one multiplication. */
	for (; word < end; word++) {
		byte = (const __u8 *)word;
		if (!*word) {
			hash *= eight;
			continue;
		}
		for (i = 0; i < sizeof(*word); i++)
			hash = (hash ^ byte[i]) * OG_FNV_PRIME;
	}
	return hash;
}

OG_INLINE int og_leaves_sane(const struct og_ruleset *rs)
{
	__u32 i, j;

	if (rs->header.leaves_used > OG_LEAVES)
		return 0;
	for (i = 0; i < OG_LEVEL1; i++)
		if (rs->level1[i] >= rs->header.leaves_used)
			return 0;
	/* No other leaf can be reached. */
	for (i = 0; i < rs->header.leaves_used; i++)
		for (j = 0; j < OG_LEAF; j++)
			if ((rs->leaf[i][j] & OG_ENTRY_GROUP) >= OG_GROUPS)
				return 0;
	return 1;
}

/* Values of a hash table: none in an empty slot, else below @bound. */
OG_INLINE int og_values_sane(const __u64 *key, const __u16 *value, __u32 slots, __u32 bound)
{
	__u32 i;

	for (i = 0; i < slots; i++)
		if (key[i] ? !value[i] || value[i] >= bound : value[i])
			return 0;
	return 1;
}

/* Whether no bucket has a key behind an empty slot, where no look-up would find it. */
OG_INLINE int og_buckets_sane(const __u64 *key, __u32 slots)
{
	__u32 i;

	for (i = 0; i < slots; i++)
		if (i % OG_BUCKET && key[i] && !key[i - 1])
			return 0;
	return 1;
}

OG_INLINE int og_hashes_sane(const struct og_ruleset *rs)
{
	__u32 i, bound;

	for (i = 0; i < OG_EXACT; i++) {
		bound = rs->exact_key[i] & 0xffff ? OG_CLASSES : OG_GROUPS;
		if (!og_values_sane(&rs->exact_key[i], &rs->exact_value[i], 1, bound))
			return 0;
		if ((rs->exact_key[i] & 0xffff) >= OG_SITES)
			return 0;
	}
	return og_buckets_sane(rs->exact_key, OG_EXACT) &&
	       og_buckets_sane(rs->prefix_key, OG_PREFIXES) &&
	       og_buckets_sane(rs->port_key, OG_PORTS) &&
	       og_values_sane(rs->prefix_key, rs->prefix_value, OG_PREFIXES, OG_GROUPS) &&
	       og_values_sane(rs->port_key, rs->port_value, OG_PORTS, OG_SITES);
}

OG_INLINE int og_run_fits(__u64 first, __u64 count, __u64 used, __u64 room)
{
	return used <= room && first <= used && count <= used - first;
}

OG_INLINE int og_phase_sane(const struct og_phase *phase)
{
	return phase->action < OG_ACTION_COUNT && phase->allow < OG_SETS;
}

OG_INLINE int og_classes_sane(const struct og_ruleset *rs)
{
	const struct og_class *class;
	__u32 s, g, i, p;

	for (s = 0; s < OG_SITES; s++)
		for (g = 0; g < OG_GROUPS; g++)
			if (rs->class_of[s][g] >= OG_CLASSES)
				return 0;
	if (rs->class[OG_CLASS_NONE].phases)
		return 0;
	for (i = 0; i < OG_CLASSES; i++) {
		class = &rs->class[i];
		if (class->phases > OG_CLASS_PHASES ||
		    !og_run_fits(class->phase, class->phases, rs->header.phases_used, OG_PHASES))
			return 0;
		for (p = 1; p < class->phases; p++)
			if (rs->phase[class->phase + p].from <=
			    rs->phase[class->phase + p - 1].from)
				return 0;
	}
	for (i = 0; i < OG_PHASES; i++)
		if (!og_phase_sane(&rs->phase[i]))
			return 0;
	return 1;
}

OG_INLINE int og_set_sane(const struct og_ruleset *rs, const struct og_set *set)
{
	const struct og_range *range = &rs->range[set->first & (OG_RANGES - 1)];
	__u32 i;

	if (!og_run_fits(set->first, set->count, rs->header.ranges_used, OG_RANGES))
		return 0;
	for (i = 0; i < set->count; i++, range++) {
		if (og_addr_cmp(&range->lo, &range->hi) > 0)
			return 0;
		if (i && og_addr_cmp(&range[-1].hi, &range->lo) >= 0)
			return 0;
		if (range->services > OG_SERVICE_LIST ||
		    !og_run_fits(range->service, range->services, rs->header.services_used,
				 OG_SERVICES))
			return 0;
	}
	return 1;
}

OG_INLINE int og_sites_sane(const struct og_ruleset *rs)
{
	const struct og_site *site;
	__u32 i;

	for (i = 0; i < OG_SITES; i++) {
		site = &rs->site[i];
		if (site->internal >= OG_SETS || site->onlink >= OG_SETS || site->own >= OG_SETS ||
		    site->services > OG_SERVICE_LIST ||
		    !og_run_fits(site->service, site->services, rs->header.services_used,
				 OG_SERVICES))
			return 0;
	}
	if (rs->set[OG_SET_NONE].count)
		return 0;
	for (i = 0; i < OG_SETS; i++)
		if (!og_set_sane(rs, &rs->set[i]))
			return 0;
	return 1;
}

/*
 * og_verify - what is wrong with the @size bytes at @rs, aligned to 8: OG_FAULT_NONE, or the first
 * fault found.
 */
OG_INLINE enum og_fault og_verify(const struct og_ruleset *rs, __u64 size)
{
	if (size != sizeof(*rs))
		return OG_FAULT_SIZE;
	if (rs->header.magic != OG_MAGIC)
		return OG_FAULT_MAGIC;
	if (rs->header.layout != OG_LAYOUT)
		return OG_FAULT_LAYOUT;
	if (rs->header.size != sizeof(*rs))
		return OG_FAULT_SIZE;
	if (rs->header.checksum != og_checksum(rs))
		return OG_FAULT_CHECKSUM;
	if (!og_leaves_sane(rs))
		return OG_FAULT_LEAVES;
	if (!og_hashes_sane(rs))
		return OG_FAULT_HASHES;
	if (!og_classes_sane(rs))
		return OG_FAULT_CLASSES;
	if (!og_sites_sane(rs))
		return OG_FAULT_SITES;
	return OG_FAULT_NONE;
}

#endif
