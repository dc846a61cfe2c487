// SPDX-License-Identifier: GPL-2.0
/*
 * table.c: building a ruleset, record by record
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile/table.h"
#include "policy/compile/table-hash.h"

struct og_table {
	struct og_ruleset *rs;
	struct og_pairs exact, prefix, port;
	uint32_t leaves, classes, phases, sets, ranges, services;
	const char *full;
};

struct og_table *og_table_new(void)
{
	struct og_table *table = calloc(1, sizeof(*table));
	struct og_ruleset *rs = calloc(1, sizeof(*rs));

	if (!table || !rs) {
		free(table);
		free(rs);
		return NULL;
	}
	table->rs = rs;
	table->leaves = OG_LEAF_LOCAL + 1;
	table->classes = OG_CLASS_NONE + 1;
	table->sets = OG_SET_NONE + 1;
	for (size_t i = 0; i < OG_LEAF; i++)
		rs->leaf[OG_LEAF_LOCAL][i] = OG_GROUP_LOCAL;
	for (uint64_t i = 0; i < OG_LEVEL1; i++)
		if (og_mac_is_local(i << 32) || og_mac_is_group(i << 32))
			rs->level1[i] = OG_LEAF_LOCAL;
	return table;
}

void og_table_free(struct og_table *table)
{
	if (!table)
		return;
	og_ruleset_free(table->rs);
	og_pairs_free(&table->exact);
	og_pairs_free(&table->prefix);
	og_pairs_free(&table->port);
	free(table);
}

void og_ruleset_free(struct og_ruleset *ruleset)
{
	free(ruleset);
}

struct og_ruleset *og_table_ruleset(struct og_table *table)
{
	return table->rs;
}

const char *og_table_full(const struct og_table *table)
{
	return table->full ? table->full : "services of one address range";
}

static int full(struct og_table *table, const char *what)
{
	table->full = what;
	return -E2BIG;
}

/* The leaf entry of @mac, for writing: the two shared leaves are copied out first. */
static int own_entry(struct og_table *table, uint64_t mac, uint16_t **ret_entry)
{
	uint16_t *level1 = &table->rs->level1[mac >> 32 & (OG_LEVEL1 - 1)];

	if (*level1 <= OG_LEAF_LOCAL) {
		if (table->leaves == OG_LEAVES)
			return full(table, "leaves (by the first 16 bits of listed prefixes)");
		memcpy(table->rs->leaf[table->leaves], table->rs->leaf[*level1],
		       sizeof(table->rs->leaf[0]));
		*level1 = table->leaves++;
	}
	*ret_entry = &table->rs->leaf[*level1][mac >> 24 & (OG_LEAF - 1)];
	return 0;
}

static int flag_deep(struct og_table *table, uint64_t mac)
{
	uint16_t *entry;
	int r = own_entry(table, mac, &entry);

	if (r == 0)
		*entry |= OG_ENTRY_DEEP;
	return r;
}

static int add_24(struct og_table *table, uint64_t bits, uint16_t group)
{
	uint16_t *entry;
	int r = own_entry(table, bits, &entry);

	if (r < 0)
		return r;
	if ((*entry & OG_ENTRY_GROUP) && (*entry & OG_ENTRY_GROUP) != group) {
		table->full = "a prefix of 24 bits is given twice";
		return -EEXIST;
	}
	*entry = (*entry & OG_ENTRY_DEEP) | group;
	return 0;
}

int og_table_prefix(struct og_table *table, const struct og_mac_prefix *prefix, uint16_t group)
{
	uint64_t bits = prefix->bits & og_mac_prefix_mask(prefix->length);
	int r;

	if (group < OG_GROUP_FIRST || group >= OG_GROUPS)
		return -EINVAL;
	if (prefix->length != 48 && (og_mac_is_group(bits) || og_mac_is_local(bits)))
		return -EINVAL;
	if (prefix->length == 24)
		return add_24(table, bits, group);
	if (prefix->length != 28 && prefix->length != 36 && prefix->length != 48)
		return -EINVAL;
	r = flag_deep(table, bits);
	if (r < 0)
		return r;
	if (prefix->length == 48)
		return og_pairs_add(&table->exact, og_exact_key(bits, OG_SITE_NONE), group);
	return og_pairs_add(&table->prefix, og_prefix_key(bits, prefix->length), group);
}

int og_table_exact(struct og_table *table, uint64_t mac, uint16_t site, uint16_t class)
{
	int r;

	if (mac >> 48 || site == OG_SITE_NONE || site >= OG_SITES || class == OG_CLASS_NONE ||
	    class >= table->classes)
		return -EINVAL;
	r = flag_deep(table, mac);
	if (r < 0)
		return r;
	return og_pairs_add(&table->exact, og_exact_key(mac, site), class);
}

int og_table_own_mac(struct og_table *table, uint64_t mac)
{
	return og_pairs_add(&table->prefix, og_prefix_key(mac, 48), 1);
}

int og_table_port(struct og_table *table, uint32_t ifindex, uint16_t vlan, uint16_t site)
{
	if (!ifindex || site == OG_SITE_NONE || site >= OG_SITES)
		return -EINVAL;
	if (vlan > 4094 && vlan != OG_VLAN_ALL)
		return -EINVAL;
	return og_pairs_add(&table->port, og_port_key(ifindex, vlan), site);
}

/* The phases of a class: those of another class when they are the same, else a new run. */
static int place_phases(struct og_table *table, const struct og_phase *phases, size_t count,
			uint32_t *ret_first)
{
	const struct og_ruleset *rs = table->rs;

	for (uint32_t i = 1; i < table->classes; i++) {
		const struct og_class *other = &rs->class[i];

		if (other->phases == count &&
		    !memcmp(&rs->phase[other->phase], phases, count * sizeof(*phases))) {
			*ret_first = other->phase;
			return 0;
		}
	}
	if (count > OG_PHASES - table->phases)
		return full(table, "phases");
	if (count)
		memcpy(&table->rs->phase[table->phases], phases, count * sizeof(*phases));
	*ret_first = table->phases;
	table->phases += count;
	return 0;
}

int og_table_class(struct og_table *table, const struct og_class *class,
		   const struct og_phase *phases, size_t count, uint16_t *ret_index)
{
	struct og_class new = *class;
	uint32_t first = 0;
	int r;

	if (count > OG_CLASS_PHASES)
		return full(table, "phases of one class");
	for (size_t i = 1; i < count; i++)
		if (phases[i].from <= phases[i - 1].from)
			return -EINVAL;
	if (count) {
		r = place_phases(table, phases, count, &first);
		if (r < 0)
			return r;
	}
	new.phase = first;
	new.phases = count;
	for (uint32_t i = 1; i < table->classes; i++) {
		if (!memcmp(&table->rs->class[i], &new, sizeof(new))) {
			*ret_index = i;
			return 0;
		}
	}
	if (table->classes == OG_CLASSES)
		return full(table, "classes");
	table->rs->class[table->classes] = new;
	*ret_index = table->classes++;
	return 0;
}

int og_table_services(struct og_table *table, const struct og_service_rec *services, size_t count,
		      uint32_t *ret_index)
{
	struct og_ruleset *rs = table->rs;

	if (count > OG_SERVICE_LIST)
		return full(table, "services of one list");
	for (uint32_t i = 0; count && i + count <= table->services; i++) {
		if (!memcmp(&rs->service[i], services, count * sizeof(*services))) {
			*ret_index = i;
			return 0;
		}
	}
	if (count > OG_SERVICES - table->services)
		return full(table, "services");
	if (count)
		memcpy(&rs->service[table->services], services, count * sizeof(*services));
	*ret_index = count ? table->services : 0;
	table->services += count;
	return 0;
}

static bool in_order(const struct og_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (og_addr_cmp(&ranges[i].lo, &ranges[i].hi) > 0)
			return false;
		if (i && og_addr_cmp(&ranges[i - 1].hi, &ranges[i].lo) >= 0)
			return false;
	}
	return true;
}

int og_table_set(struct og_table *table, const struct og_range *ranges, size_t count,
		 uint32_t *ret_index)
{
	struct og_ruleset *rs = table->rs;

	if (!in_order(ranges, count))
		return -EINVAL;
	if (!count) {
		*ret_index = OG_SET_NONE;
		return 0;
	}
	for (uint32_t i = 1; i < table->sets; i++) {
		if (rs->set[i].count == count &&
		    !memcmp(&rs->range[rs->set[i].first], ranges, count * sizeof(*ranges))) {
			*ret_index = i;
			return 0;
		}
	}
	if (table->sets == OG_SETS)
		return full(table, "address sets");
	if (count > OG_RANGES - table->ranges)
		return full(table, "address ranges");
	memcpy(&rs->range[table->ranges], ranges, count * sizeof(*ranges));
	rs->set[table->sets] = (struct og_set){.first = table->ranges, .count = count};
	table->ranges += count;
	*ret_index = table->sets++;
	return 0;
}

/* The highest site or group that has a class, so that a reader need not look further. */
static uint32_t last_used(const struct og_ruleset *rs, bool groups)
{
	uint32_t last = 0;

	for (uint32_t s = 0; s < OG_SITES; s++)
		for (uint32_t g = 0; g < OG_GROUPS; g++)
			if (rs->class_of[s][g] && last < (groups ? g : s))
				last = groups ? g : s;
	return last;
}

static void write_header(struct og_table *table, uint32_t flags, uint64_t seed)
{
	static const struct og_site unused;
	struct og_ruleset *rs = table->rs;
	uint32_t level1 = 0, sites = last_used(rs, false), groups = last_used(rs, true);

	for (uint32_t i = 0; i < OG_LEVEL1; i++)
		level1 += rs->level1[i] > OG_LEAF_LOCAL;
	for (uint32_t i = 0; i < OG_PORTS; i++)
		if (rs->port_value[i] > sites)
			sites = rs->port_value[i];
	for (uint32_t i = sites + 1; i < OG_SITES; i++)
		if (memcmp(&rs->site[i], &unused, sizeof(unused)))
			sites = i;
	for (uint32_t i = 0; i < OG_LEAVES; i++)
		for (uint32_t j = 0; i < table->leaves && j < OG_LEAF; j++)
			if ((rs->leaf[i][j] & OG_ENTRY_GROUP) > groups)
				groups = rs->leaf[i][j] & OG_ENTRY_GROUP;
	rs->header = (struct og_header){
		.magic = OG_MAGIC,
		.layout = OG_LAYOUT,
		.size = sizeof(*rs),
		.flags = flags,
		.seed = seed,
		.level1_used = level1,
		.leaves_used = table->leaves,
		.prefixes_used = table->prefix.count,
		.exact_used = table->exact.count,
		.ports_used = table->port.count,
		.sites_used = sites,
		.groups_used = groups,
		.classes_used = table->classes,
		.phases_used = table->phases,
		.sets_used = table->sets,
		.ranges_used = table->ranges,
		.services_used = table->services,
	};
	rs->header.checksum = og_ruleset_checksum(rs);
}

int og_table_finish(struct og_table *table, uint32_t flags, struct og_ruleset **ret_ruleset)
{
	struct og_ruleset *rs = table->rs;
	struct og_hash_part parts[] = {
		{&table->exact, rs->exact_key, rs->exact_value, OG_EXACT,
		 "single devices (asset registers, exceptions, next hops)"},
		{&table->prefix, rs->prefix_key, rs->prefix_value, OG_PREFIXES,
		 "prefixes of 28 and 36 bits"},
		{&table->port, rs->port_key, rs->port_value, OG_PORTS, "ports and VLANs"},
	};
	uint64_t seed;
	int r;

	r = og_hash_place(parts, sizeof(parts) / sizeof(parts[0]), &seed, &table->full);
	if (r < 0)
		return r;
	write_header(table, flags, seed);
	*ret_ruleset = rs;
	table->rs = NULL;
	og_table_free(table);
	return 0;
}
