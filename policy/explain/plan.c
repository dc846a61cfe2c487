// SPDX-License-Identifier: GPL-2.0
/*
 * plan.c: what a new configuration, or the passing of time, would change
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/explain/plan.h"

static bool same_name(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static uint16_t site_number(const struct og_compiled *compiled, const char *name)
{
	for (size_t i = 1; i < compiled->site_count; i++)
		if (!strcmp(compiled->sites[i], name))
			return i;
	return OG_SITE_NONE;
}

static struct og_facts facts_of(uint64_t mac, const struct og_plan_probe *probe)
{
	struct og_facts facts = {.mac = mac, .ethertype = OG_ETH_IPV4, .hop_limit = 64};

	if (!probe)
		return facts; /* :: in an IPv4 frame: a destination that nobody names */
	facts.dst = probe->dst;
	facts.flags = OG_F_DST;
	facts.proto = probe->proto;
	if (!og_addr_is_v4(&probe->dst))
		facts.ethertype = OG_ETH_IPV6;
	if (probe->port) {
		facts.flags |= OG_F_PORTS;
		facts.sport = 49152;
		facts.dport = probe->port;
		facts.tcp_flags = probe->proto == OG_PROTO_TCP ? 0x02 : 0;
	}
	return facts;
}

/* The verdict at a site, whether this gateway has a port of it or not. */
static struct og_verdict judge(const struct og_plan_side *side, const struct og_facts *facts,
			       uint16_t site, int64_t at)
{
	const struct og_ruleset *rs = side->compiled->ruleset;
	struct og_verdict v = {0};

	if (og_subject(rs, &v, facts->mac, site))
		og_judge(rs, facts, &v, og_scope(rs, facts, site), at);
	return v;
}

bool og_plan_drops(const struct og_plan_side *side, const struct og_plan_device *device,
		   const struct og_plan_probe *probe)
{
	struct og_facts facts = facts_of(device->mac, probe);
	uint16_t site = site_number(side->compiled, device->site);

	if (!probe->dst.hi && !probe->dst.lo)
		facts = (struct og_facts){.mac = device->mac, .ethertype = probe->port};
	return site != OG_SITE_NONE && judge(side, &facts, site, side->at).drop;
}

static struct og_plan_state state_of(const struct og_plan_side *side,
				     const struct og_plan_device *device,
				     const struct og_plan_probe *probes, size_t probe_count,
				     int64_t at)
{
	uint16_t site = site_number(side->compiled, device->site);
	struct og_facts facts = facts_of(device->mac, NULL);
	struct og_verdict v = judge(side, &facts, site, at);
	struct og_plan_state state = {
		.listed = v.group > OG_GROUP_LOCAL,
		.infrastructure = v.reason == OG_R_INFRASTRUCTURE,
		.action = v.action,
		.drop = v.drop,
		.reason = v.reason,
		.vendor = og_compiled_group_vendor(side->compiled, v.group),
		.policy = og_compiled_policy(side->compiled, v.policy),
		.exception = og_compiled_exception(side->compiled, v.exception),
	};

	if (v.phased)
		state.held = side->compiled->ruleset->phase[v.phase].flags & OG_PHASE_HELD;
	for (size_t i = 0; i < probe_count; i++) {
		facts = facts_of(device->mac, &probes[i]);
		if (judge(side, &facts, site, at).drop)
			state.probes_dropped |= 1ULL << i;
	}
	return state;
}

static bool differs(const struct og_plan_state *a, const struct og_plan_state *b)
{
	return a->listed != b->listed || a->infrastructure != b->infrastructure ||
	       a->action != b->action || a->drop != b->drop ||
	       a->probes_dropped != b->probes_dropped || !same_name(a->vendor, b->vendor) ||
	       !same_name(a->exception, b->exception);
}

/* The seconds after @at at which a phase of the device begins, added to @edges. */
static size_t edges_of(const struct og_plan_side *side, const struct og_plan_device *device,
		       int64_t at, int64_t *edges)
{
	const struct og_ruleset *rs = side->compiled->ruleset;
	uint16_t site = site_number(side->compiled, device->site);
	const struct og_class *class;
	size_t count = 0;

	if (site == OG_SITE_NONE)
		return 0;
	class = &rs->class[og_class_of(rs, device->mac, site, og_group_of(rs, device->mac))];
	for (uint32_t i = 0; i < class->phases; i++)
		if (rs->phase[class->phase + i].from > at)
			edges[count++] = rs->phase[class->phase + i].from;
	return count;
}

static int by_second(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct comparison {
	const struct og_plan_side *before, *after;
	const struct og_plan_probe *probes;
	size_t probe_count;
};

/* Whether @device differs between the two seconds of the sides; fills @change. */
static bool differs_at(const struct comparison *c, const struct og_plan_device *device,
		       int64_t before_at, int64_t after_at, struct og_plan_change *change)
{
	change->before = state_of(c->before, device, c->probes, c->probe_count, before_at);
	change->after = state_of(c->after, device, c->probes, c->probe_count, after_at);
	change->from = after_at;
	return differs(&change->before, &change->after);
}

/* The first difference of @device, now or later. */
static bool find_change(const struct comparison *c, const struct og_plan_device *device,
			struct og_plan_change *change)
{
	int64_t edges[2 * OG_CLASS_PHASES];
	int64_t at = c->after->at;
	size_t count;

	if (differs_at(c, device, c->before->at, at, change))
		return true;
	if (c->before->at != at)
		return false;
	count = edges_of(c->before, device, at, edges);
	count += edges_of(c->after, device, at, edges + count);
	qsort(edges, count, sizeof(*edges), by_second);
	for (size_t i = 0; i < count; i++)
		if (differs_at(c, device, edges[i], edges[i], change))
			return true;
	return false;
}

static int by_time(const void *a, const void *b)
{
	const struct og_plan_change *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->device > y->device) - (x->device < y->device);
}

int og_plan_compare(const struct og_plan_side *before, const struct og_plan_side *after,
		    const struct og_plan_device *devices, size_t device_count,
		    const struct og_plan_probe *probes, size_t probe_count,
		    struct og_plan_changes *ret_changes)
{
	const struct comparison c = {before, after, probes, probe_count};
	struct og_plan_changes changes = {0};

	if (probe_count > OG_PLAN_PROBES)
		return -EINVAL;
	changes.items = calloc(device_count + 1, sizeof(*changes.items));
	if (!changes.items)
		return -ENOMEM;
	for (size_t i = 0; i < device_count; i++) {
		struct og_plan_change *change = &changes.items[changes.count];

		change->device = i;
		changes.count += find_change(&c, &devices[i], change);
	}
	qsort(changes.items, changes.count, sizeof(*changes.items), by_time);
	*ret_changes = changes;
	return 0;
}

void og_plan_changes_free(struct og_plan_changes *changes)
{
	free(changes->items);
	*changes = (struct og_plan_changes){0};
}
