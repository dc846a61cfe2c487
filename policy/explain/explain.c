// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c: the verdict on a device's traffic
 *
 * Facts as a frame would have them, og_decide() on them, and the names of the numbers it gives;
 * explain-steps.c puts the way there into words.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/arena.h"
#include "policy/explain/explain-work.h"
#include "policy/explain/reason.h"
#include "policy/registry/lock.h"

/* A port and VLAN of the site; false when this gateway has none. */
static bool find_port(const struct og_compiled *compiled, uint16_t site, struct og_facts *facts)
{
	for (size_t i = 0; i < compiled->port_count; i++) {
		if (compiled->ports[i].site != site)
			continue;
		for (uint16_t vlan = 0; vlan <= 4094; vlan++) {
			if (og_site_of(compiled->ruleset, compiled->ports[i].ifindex, vlan) != site)
				continue;
			facts->ifindex = compiled->ports[i].ifindex;
			facts->vlan = vlan;
			return true;
		}
	}
	return false;
}

/*
 * A copy of the ruleset in which the site has a port, for a site whose own ports are on another
 * gateway or not there yet.
 */
static int lend_port(struct og_explaining *x, uint16_t site)
{
	struct og_ruleset *copy = malloc(sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	memcpy(copy, x->rs, sizeof(*copy));
	for (uint32_t ifindex = UINT32_MAX; ifindex > UINT32_MAX - OG_PORTS; ifindex--) {
		uint64_t key = og_port_key(ifindex, 0);
		uint32_t first = (uint32_t)og_hash(key, copy->header.seed) * OG_BUCKET;

		for (uint32_t i = 0; i < OG_BUCKET; i++) {
			uint32_t at = (first + i) & (OG_PORTS - 1);

			if (copy->port_key[at])
				continue;
			copy->port_key[at] = key;
			copy->port_value[at] = site;
			x->facts.ifindex = ifindex;
			x->lent = copy;
			x->rs = copy;
			return 0;
		}
	}
	free(copy);
	return -ENOMEM;
}

/* The facts that a frame as asked for would have. */
static void make_facts(struct og_explaining *x)
{
	const struct og_query *q = x->query;
	struct og_facts *f = &x->facts;

	f->mac = q->mac;
	f->ethertype = OG_ETH_IPV4;
	f->hop_limit = 64;
	f->proto = q->proto;
	if (q->has_src) {
		f->src = q->src;
		f->eui64 = og_addr_eui64(&q->src);
		if (!og_addr_is_v4(&q->src))
			f->ethertype = OG_ETH_IPV6;
	}
	if (!q->has_dst)
		return; /* :: as a destination is nobody's: plain egress */
	f->dst = q->dst;
	f->flags |= OG_F_DST;
	if (!og_addr_is_v4(&q->dst))
		f->ethertype = OG_ETH_IPV6;
	if (q->proto == OG_PROTO_ICMP || q->proto == OG_PROTO_ICMPV6) {
		f->icmp_type = q->proto == OG_PROTO_ICMP ? 8 : 128; /* echo request */
		f->flags |= OG_F_PORTS;
	} else if (q->port) {
		f->dport = q->port;
		f->sport = 49152;
		if (q->proto == OG_PROTO_UDP && (q->port == 67 || q->port == 547))
			f->sport = q->port == 67 ? 68 : 546; /* as a DHCP client sends */
		if (q->proto == OG_PROTO_TCP)
			f->tcp_flags = 0x02; /* the segment that opens a connection */
		f->flags |= OG_F_PORTS;
	}
}

static int find_site(struct og_explaining *x)
{
	const struct og_config *c = x->config;
	const char *name = x->query->site;

	if (!name && c->site_count != 1)
		return -EINVAL;
	x->site = name ? og_config_site(c, name) : &c->sites[0];
	return x->site ? 0 : -ENOENT;
}

static const struct og_conf_asset *find_row(const struct og_explaining *x)
{
	for (size_t i = 0; x->assets && i < x->assets->count; i++)
		if (x->assets->rows[i].mac == x->subject)
			return &x->assets->rows[i];
	return NULL;
}

static void decide(struct og_explaining *x)
{
	struct og_verdict other = {0};

	x->subject = x->query->mac ? x->query->mac : x->facts.eui64;
	if (!og_decide(x->rs, &x->facts, x->query->at, &x->out->verdict, &other))
		return;
	x->out->verdict = other;
	x->subject = other.mac;
}

/* Only the address inside the source is known, and the site does not look at it. */
static bool looks_past(const struct og_explaining *x)
{
	return !x->query->mac && x->out->verdict.evidence != OG_EVIDENCE_EUI64;
}

/* The next phase of the device's class. */
static void find_next(struct og_explaining *x)
{
	const struct og_class *class = &x->rs->class[x->out->verdict.class];

	if (x->out->verdict.reason == OG_R_UNLISTED)
		return;
	for (uint32_t i = class->phase; i < (uint32_t) class->phase + class->phases; i++) {
		if (x->rs->phase[i].from <= x->query->at)
			continue;
		x->out->next = x->rs->phase[i].from;
		x->out->next_action = og_action_name(x->rs->phase[i].action);
		return;
	}
}

static int fill_names(struct og_explaining *x)
{
	struct og_explanation *out = x->out;
	const struct og_verdict *v = &out->verdict;
	const struct og_conf_policy *policy = NULL;
	char mac[OG_MAC_TEXT], prefix[OG_MAC_PREFIX_TEXT];

	out->answer = v->drop ? "drop" : "pass";
	out->reason = og_reason_name(v->reason);
	out->action = og_action_name(v->action);
	out->mac = og_arena_strdup(x->arena, og_mac_format(x->subject, mac));
	out->evidence = og_evidence_name(v->evidence);
	out->site = x->site->name;
	if (x->listed) {
		og_mac_prefix_format(&x->listed->prefix, prefix);
		out->prefix = og_arena_strdup(x->arena, prefix);
		out->registry = x->listed->registry;
		out->name = x->listed->name;
		out->vendor = x->listed->vendor;
		out->role = og_role_name(x->row ? x->row->role : OG_ROLE_UNKNOWN);
	}
	out->policy = og_compiled_policy(x->compiled, v->policy);
	out->exception = og_compiled_exception(x->compiled, v->exception);
	if (out->policy)
		policy = og_config_policy(x->config, out->policy);
	if (policy)
		out->programme = policy->programme;
	out->phased = v->phased;
	if (v->phased) {
		out->phase = x->rs->phase[v->phase].from;
		out->held = x->rs->phase[v->phase].flags & OG_PHASE_HELD;
	}
	find_next(x);
	return out->mac && (!x->listed || out->prefix) ? 0 : -ENOMEM;
}

/* Strings that were borrowed from the configuration become the explanation's own. */
static int own_strings(struct og_explaining *x)
{
	struct og_explanation *out = x->out;
	const char **borrowed[] = {&out->registry, &out->name,	    &out->vendor,   &out->site,
				   &out->policy,   &out->programme, &out->exception};

	for (size_t i = 0; i < sizeof(borrowed) / sizeof(*borrowed); i++) {
		if (!*borrowed[i])
			continue;
		*borrowed[i] = og_arena_strdup(x->arena, *borrowed[i]);
		if (!*borrowed[i])
			return -ENOMEM;
	}
	return 0;
}

static int explain(struct og_explaining *x)
{
	int r = find_site(x);

	if (r < 0)
		return r;
	x->number = x->site - x->config->sites + 1;
	x->assets = og_config_register(x->config, x->site->name);
	x->zone = x->query->clock ? x->query->clock : x->site->timezone;
	make_facts(x);
	x->covered = find_port(x->compiled, x->number, &x->facts);
	if (!x->covered)
		r = lend_port(x, x->number);
	if (r < 0)
		return r;
	decide(x);
	if (!looks_past(x)) {
		x->row = find_row(x);
		x->listed = og_lock_find(&x->config->lock, x->subject);
		x->unaccepted = !x->listed;
		if (x->unaccepted)
			x->listed = og_lock_find(&x->config->unaccepted, x->subject);
	}
	r = fill_names(x);
	if (r == 0)
		r = og_explain_steps(x);
	if (r == 0)
		r = own_strings(x);
	return r;
}

int og_explain(const struct og_config *config, const struct og_compiled *compiled,
	       const struct og_registry *registry, const struct og_query *query,
	       struct og_explanation **ret_explanation)
{
	struct og_explaining x = {
		.config = config,
		.compiled = compiled,
		.registry = registry,
		.query = query,
		.rs = compiled->ruleset,
		.arena = og_arena_new(),
	};
	int r = -ENOMEM;

	if (x.arena)
		x.out = og_arena_alloc(x.arena, sizeof(*x.out));
	if (x.out) {
		x.out->arena = x.arena;
		r = explain(&x);
	}
	free(x.lent);
	if (r == 0)
		*ret_explanation = x.out;
	else
		og_arena_free(x.arena);
	return r;
}

void og_explanation_free(struct og_explanation *explanation)
{
	if (explanation)
		og_arena_free(explanation->arena);
}
