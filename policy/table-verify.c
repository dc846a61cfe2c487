// SPDX-License-Identifier: GPL-2.0
/*
 * table-verify.c: whether bytes are a whole and sane ruleset
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "table.h"

#define FNV_OFFSET 0xcbf29ce484222325ULL
#define FNV_PRIME  0x100000001b3ULL

uint64_t og_ruleset_checksum(const struct og_ruleset *ruleset)
{
	const unsigned char *at = (const unsigned char *)ruleset + sizeof(ruleset->header);
	const unsigned char *end = (const unsigned char *)ruleset + sizeof(*ruleset);
	uint64_t hash = FNV_OFFSET, eight = 1, word;

	for (int i = 0; i < 8; i++)
		eight *= FNV_PRIME;
	/* Most of a ruleset is zero, and eight zero bytes are one multiplication. */
	for (; at < end; at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		if (!word) {
			hash *= eight;
			continue;
		}
		for (size_t i = 0; i < sizeof(word); i++)
			hash = (hash ^ at[i]) * FNV_PRIME;
	}
	return hash;
}

static bool leaves_sane(const struct og_ruleset *rs)
{
	if (rs->header.leaves_used > OG_LEAVES)
		return false;
	for (uint32_t i = 0; i < OG_LEVEL1; i++)
		if (rs->level1[i] >= rs->header.leaves_used)
			return false;
	for (uint32_t i = 0; i < OG_LEAVES; i++)
		for (uint32_t j = 0; j < OG_LEAF; j++)
			if ((rs->leaf[i][j] & OG_ENTRY_GROUP) >= OG_GROUPS)
				return false;
	return true;
}

/* Values of a hash table: none in an empty slot, else below @bound. */
static bool values_sane(const __u64 *key, const __u16 *value, uint32_t slots, uint32_t bound)
{
	for (uint32_t i = 0; i < slots; i++)
		if (key[i] ? !value[i] || value[i] >= bound : value[i])
			return false;
	return true;
}

static bool hashes_sane(const struct og_ruleset *rs)
{
	for (uint32_t i = 0; i < OG_EXACT; i++) {
		uint32_t bound = rs->exact_key[i] & 0xffff ? OG_CLASSES : OG_GROUPS;

		if (!values_sane(&rs->exact_key[i], &rs->exact_value[i], 1, bound))
			return false;
		if ((rs->exact_key[i] & 0xffff) >= OG_SITES)
			return false;
	}
	return values_sane(rs->prefix_key, rs->prefix_value, OG_PREFIXES, OG_GROUPS) &&
	       values_sane(rs->port_key, rs->port_value, OG_PORTS, OG_SITES);
}

static bool run_fits(uint64_t first, uint64_t count, uint64_t used, uint64_t room)
{
	return used <= room && first <= used && count <= used - first;
}

static bool phase_sane(const struct og_phase *phase)
{
	return phase->action < OG_ACTION_COUNT && phase->allow < OG_SETS;
}

static bool classes_sane(const struct og_ruleset *rs)
{
	for (uint32_t s = 0; s < OG_SITES; s++)
		for (uint32_t g = 0; g < OG_GROUPS; g++)
			if (rs->class_of[s][g] >= OG_CLASSES)
				return false;
	if (rs->class[OG_CLASS_NONE].phases)
		return false;
	for (uint32_t i = 0; i < OG_CLASSES; i++) {
		const struct og_class *class = &rs->class[i];

		if (class->phases > OG_CLASS_PHASES ||
		    !run_fits(class->phase, class->phases, rs->header.phases_used, OG_PHASES))
			return false;
		for (uint32_t p = 1; p < class->phases; p++)
			if (rs->phase[class->phase + p].from <=
			    rs->phase[class->phase + p - 1].from)
				return false;
	}
	for (uint32_t i = 0; i < OG_PHASES; i++)
		if (!phase_sane(&rs->phase[i]))
			return false;
	return true;
}

static bool set_sane(const struct og_ruleset *rs, const struct og_set *set)
{
	const struct og_range *range = &rs->range[set->first & (OG_RANGES - 1)];

	if (!run_fits(set->first, set->count, rs->header.ranges_used, OG_RANGES))
		return false;
	for (uint32_t i = 0; i < set->count; i++, range++) {
		if (og_addr_cmp(&range->lo, &range->hi) > 0)
			return false;
		if (i && og_addr_cmp(&range[-1].hi, &range->lo) >= 0)
			return false;
		if (range->services > OG_SERVICE_LIST ||
		    !run_fits(range->service, range->services, rs->header.services_used,
			      OG_SERVICES))
			return false;
	}
	return true;
}

static bool sites_sane(const struct og_ruleset *rs)
{
	for (uint32_t i = 0; i < OG_SITES; i++) {
		const struct og_site *site = &rs->site[i];

		if (site->internal >= OG_SETS || site->onlink >= OG_SETS || site->own >= OG_SETS ||
		    site->services > OG_SERVICE_LIST ||
		    !run_fits(site->service, site->services, rs->header.services_used, OG_SERVICES))
			return false;
	}
	if (rs->set[OG_SET_NONE].count)
		return false;
	for (uint32_t i = 0; i < OG_SETS; i++)
		if (!set_sane(rs, &rs->set[i]))
			return false;
	return true;
}

int og_ruleset_verify(const void *data, size_t size)
{
	const struct og_ruleset *rs = data;

	if (size != sizeof(*rs))
		return -EMSGSIZE;
	if (rs->header.magic != OG_MAGIC)
		return -EPROTO;
	if (rs->header.layout != OG_LAYOUT)
		return -EPROTONOSUPPORT;
	if (rs->header.size != sizeof(*rs))
		return -EMSGSIZE;
	if (rs->header.checksum != og_ruleset_checksum(rs))
		return -EBADMSG;
	if (!leaves_sane(rs) || !hashes_sane(rs) || !classes_sane(rs) || !sites_sane(rs))
		return -ERANGE;
	return 0;
}
