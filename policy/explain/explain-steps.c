// SPDX-License-Identifier: GPL-2.0
/*
 * explain-steps.c: the way to a verdict in words
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/base/address.h"
#include "policy/compile/calendar.h"
#include "policy/explain/explain-work.h"
#include "policy/explain/reason.h"
#include "policy/base/service.h"
#include "policy/compile/timeline.h"

#define STEPS (OG_CONF_POLICIES + 32)

/* Add a sentence. */
static int __attribute__((format(printf, 2, 3)))
step(struct og_explaining *x, const char *format, ...)
{
	char text[1024];
	va_list args;

	if (x->out->step_count == STEPS)
		return 0;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	x->out->steps[x->out->step_count] = og_arena_strdup(x->arena, text);
	if (!x->out->steps[x->out->step_count])
		return -ENOMEM;
	x->out->step_count++;
	return 0;
}

/* A second as text, or `the beginning`. */
static const char *moment(const struct og_explaining *x, int64_t second, char buffer[64])
{
	if (second == OG_EVER)
		return "the beginning";
	return og_when_format(second, x->zone, buffer, 64);
}

static int tell_registry(struct og_explaining *x)
{
	const struct og_assignment *now = x->registry ? og_registry_lookup(x->registry, x->subject)
						      : NULL;
	char text[OG_MAC_PREFIX_TEXT];

	if (!x->registry)
		return 0;
	if (!now)
		return step(x, "Registry today: no block holds this address.");
	return step(x, "Registry today: %s %s, registered to %s, in %s%s.",
		    og_registry_kind_name(now->kind), og_mac_prefix_format(&now->prefix, text),
		    now->name, now->source->name,
		    now->parent ? "; it only holds smaller blocks" : "");
}

/* The MAC address in an IPv6 source, and what becomes of it. */
static int tell_source(struct og_explaining *x)
{
	char source[OG_ADDR_TEXT], inner[OG_MAC_TEXT], outer[OG_MAC_TEXT];
	const struct og_facts *f = &x->facts;

	if (!f->eui64 || f->eui64 == f->mac)
		return 0;
	og_addr_format(&x->query->src, source);
	og_mac_format(f->eui64, inner);
	og_mac_format(f->mac, outer);
	if (!x->site->match_eui64)
		return step(x,
			    "Source: %s was made from %s, which the site does not look at (`match: "
			    "[mac, eui64]` would).",
			    source, inner);
	if (!f->mac)
		return step(x,
			    "Source: %s was made from %s (EUI-64), so the device is recognised "
			    "behind a router, too.",
			    source, inner);
	return step(x,
		    "Source: %s was made from %s (EUI-64); it is judged beside the frame's %s, and "
		    "%s.",
		    source, inner, outer,
		    x->out->verdict.evidence == OG_EVIDENCE_EUI64 ? "decides"
								  : "the frame's decides");
}

static int tell_prefix(struct og_explaining *x)
{
	const struct og_lock_entry *listed = x->listed;
	const struct og_conf_vendor *vendor;
	char text[OG_MAC_PREFIX_TEXT];
	int r;

	if (!listed && (og_mac_is_group(x->subject) || og_mac_is_local(x->subject)))
		return step(x, "Prefix: %s is a %s address, which no vendor's prefix matches.",
			    x->out->mac,
			    og_mac_is_group(x->subject) ? "group" : "locally administered");
	if (!listed) {
		r = step(x, "Prefix: no listed prefix holds %s.", x->out->mac);
		return r ? r : tell_registry(x);
	}
	if (x->unaccepted)
		r = step(x,
			 "Prefix: %s of %s, registered to %s, is not in prefixes.lock: it is "
			 "observed, and nothing is enforced on it until `ouiguard registry "
			 "accept`.",
			 og_mac_prefix_format(&listed->prefix, text), listed->registry,
			 listed->name);
	else if (listed->prefix.length == 48)
		r = step(x, "Prefix: prefixes.lock lists the device %s by itself; %s: %s.",
			 x->out->mac, listed->registry, listed->name);
	else
		r = step(x,
			 "Prefix: %s (%u bits) of prefixes.lock is the longest that holds %s; "
			 "accepted "
			 "from %s, registered to %s.",
			 og_mac_prefix_format(&listed->prefix, text), listed->prefix.length,
			 x->out->mac, listed->registry, listed->name);
	if (r == 0)
		r = tell_registry(x);
	vendor = og_config_vendor(x->config, listed->vendor);
	if (r == 0)
		r = step(x, "Vendor: %s (%s).", listed->vendor, vendor ? vendor->title : "");
	return r;
}

static int tell_site(struct og_explaining *x)
{
	const char *name = x->site->name, *port = NULL;
	size_t ports = 0;

	for (size_t i = 0; i < x->compiled->port_count; i++) {
		if (x->compiled->ports[i].site != x->number)
			continue;
		ports++;
		port = x->compiled->ports[i].name;
	}
	if (x->compiled->elsewhere[x->number])
		return step(x,
			    "Site: %s; it is of other gateways (%s%s), so this is what applies "
			    "there.",
			    x->site->name, x->site->gateways.names[0],
			    x->site->gateways.count > 1 ? " and more" : "");
	if (!x->covered)
		return step(x,
			    "Site: %s; this gateway has no port of it, so this is what would "
			    "apply there.",
			    name);
	/* The verdict is the same at each of them. */
	if (ports > 1 && x->facts.vlan)
		return step(x, "Site: %s, VLAN %u of one of its %zu ports.", name, x->facts.vlan,
			    ports);
	if (ports > 1)
		return step(x, "Site: %s, at one of its %zu ports.", name, ports);
	if (x->facts.vlan)
		return step(x, "Site: %s, at port %s, VLAN %u.", name, port, x->facts.vlan);
	return step(x, "Site: %s, at port %s.", name, port);
}

static int tell_row(struct og_explaining *x)
{
	const struct og_conf_asset *row = x->row;

	if (!x->assets)
		return step(x, "Asset register: the site has none, so no device is new there.");
	if (!row)
		return step(x, "Asset register: the device is not in it, so it is new.");
	return step(x, "Asset register: line %u has it as %s, %s%s.", row->mark.line,
		    og_role_name(row->role), og_asset_status_name(row->status),
		    row->status == OG_ASSET_REMOVED || row->status == OG_ASSET_REPLACED
			    ? "; so it is judged as new"
			    : "");
}

static int tell_infrastructure(struct og_explaining *x)
{
	bool declared = x->row && x->row->role == OG_ROLE_ROUTER;

	return step(x,
		    "Infrastructure: %s, and the site does not say `enforce_routers`, so it is not "
		    "judged by its prefix.",
		    declared ? "the asset register declares a router"
			     : "the address is that of a next hop in the gateway's routes");
}

/* Phases of @policy that would be in force, but for their gate. */
static int tell_gates(struct og_explaining *x, const struct og_conf_policy *policy,
		      const int64_t *begin)
{
	char text[OG_GATE_TEXT], since[64];
	int r = 0;

	for (size_t i = 0; i < policy->phase_count && r == 0; i++) {
		const struct og_conf_phase *phase = &policy->phases[i];

		if (begin[i] <= x->query->at &&
		    og_gate_shut(&x->compiled->decided, policy, phase, x->site->name))
			r = step(x,
				 "Policy %s: %s would be in force since %s, but waits for its "
				 "gate: %s.",
				 policy->name, og_action_name(phase->setting.action),
				 moment(x, begin[i], since), og_gate_text(&phase->gate, text));
	}
	return r;
}

/* One policy that concerns the device: its programme, and its phase. */
static int tell_policy(struct og_explaining *x, size_t place, const struct og_times *times,
		       const struct og_kind *kind)
{
	const struct og_conf_policy *policy = &x->config->policies[place];
	const char *of = policy->programme ? " of programme " : "";
	const char *programme = policy->programme ? policy->programme : "";
	const struct og_conf_phase *phase;
	char since[64];
	int64_t from;
	int r;

	phase = og_timeline_phase(times, kind, place, x->query->at, &from);
	if (!phase)
		r = step(x, "Policy %s%s%s: applies; its first phase has not begun.", policy->name,
			 of, programme);
	else
		r = step(x, "Policy %s%s%s: %s since %s%s%s.", policy->name, of, programme,
			 og_action_name(phase->setting.action), moment(x, from, since),
			 phase == &policy->new_devices ? ", by its rule for new devices" : "",
			 kind->held && policy->hold && phase->setting.action > OG_LOG
				 ? "; held at log"
				 : "");
	if (r == 0 && !(kind->new &&phase == &policy->new_devices))
		r = tell_gates(x, policy,
			       og_calendar_of(times->calendars, kind->site)->phases[place]);
	return r;
}

/* Exceptions of this device from @policy that nobody has approved. */
static int tell_pending(struct og_explaining *x, const struct og_conf_policy *policy)
{
	int r = 0;

	for (size_t i = 0; i < x->config->pending_count && r == 0; i++) {
		const struct og_conf_exception *e = &x->config->pending[i];

		if (strcmp(e->policy, policy->name) ||
		    (e->site && strcmp(e->site, x->site->name)) ||
		    (e->has_mac && !og_mac_prefix_covers(&e->mac, x->subject)))
			continue;
		r = step(x,
			 "Exception %s: pending, lets nothing through until another login than %s "
			 "approves it (ouiguard exception approve %s).",
			 e->name, e->author, e->name);
	}
	return r;
}

static int tell_policies(struct og_explaining *x)
{
	bool present = x->row && (x->row->status == OG_ASSET_LEGACY ||
				  x->row->status == OG_ASSET_LEGACY_UNPROVEN);
	struct og_kind kind = {
		.site = x->site,
		.vendor = x->listed->vendor,
		.role = x->row ? x->row->role : OG_ROLE_UNKNOWN,
		.new = x->assets && !present,
		.held = !x->row &&og_is_held(&x->compiled->decided, x->site->name, x->subject),
	};
	struct og_times times = {.config = x->config, .decided = &x->compiled->decided};
	struct og_calendars calendars;
	struct og_diags diags = {0};
	size_t found = 0;
	int r;

	if (x->row && x->row->status == OG_ASSET_FALSE_POSITIVE)
		return step(x, "Policy: none; a false positive is only observed.");
	r = og_calendars_new(x->config, &calendars, &diags);
	og_diags_free(&diags);
	if (r < 0)
		return -ENOMEM; /* the zones were there when the ruleset was compiled */
	times.calendars = &calendars;
	if (kind.held)
		r = step(x, "Held: the device fronts several addresses, and no row of the asset "
			    "register says what it is.");
	for (size_t p = 0; p < x->config->policy_count && r == 0; p++) {
		if (!og_policy_concerns(x->config, p, &kind))
			continue;
		r = tell_policy(x, p, &times, &kind);
		if (r == 0)
			r = tell_pending(x, &x->config->policies[p]);
		found++;
	}
	if (r == 0 && !found)
		r = step(x, "Policy: none concerns vendor %s, role %s at site %s.", kind.vendor,
			 og_role_name(kind.role), x->site->name);
	og_calendars_free(&calendars);
	return r;
}

static int tell_phase(struct og_explaining *x)
{
	const struct og_verdict *v = &x->out->verdict;
	char since[64], next[64];
	int r = 0;

	if (x->out->exception)
		r = step(x, "Exception: %s is at work.", x->out->exception);
	if (r == 0 && !v->phased)
		r = step(x, "Action: observe; no phase is in force.");
	else if (r == 0)
		r = step(x, "Action: %s since %s%s%s.", x->out->action,
			 moment(x, x->out->phase, since),
			 x->out->policy ? ", decided by policy " : "",
			 x->out->policy ? x->out->policy : "");
	if (r == 0 && x->out->next)
		r = step(x, "Next: %s from %s.", x->out->next_action,
			 moment(x, x->out->next, next));
	return r;
}

/* What the destination is to the site. */
static int tell_destination(struct og_explaining *x)
{
	char text[OG_ADDR_TEXT], range_text[OG_PREFIX_TEXT];
	const struct og_site *site = &x->rs->site[x->number];
	int scope = og_scope(x->rs, &x->facts, x->number);
	struct og_addr dst = x->facts.dst;
	const struct og_range *range;
	uint32_t at;

	if (!x->query->has_dst)
		return step(x, "Destination: any outside that no rule names.");
	og_addr_format(&dst, text);
	if (og_allowed(x->rs, &x->facts, site->own))
		return step(x, "Destination: %s is the gateway's own: %s.", text,
			    og_reason_text(scope));
	at = og_range_of(x->rs, site->internal, &dst);
	if (at != OG_NO_RANGE && scope < OG_DROP_FIRST) {
		range = &x->rs->range[at];
		return step(x, "Destination: %s is in %s, internal to the site.", text,
			    og_prefix_format(&range->lo, &range->hi, range_text));
	}
	for (size_t i = 0; i < x->site->never_internal.count; i++) {
		const struct og_cidr *never = &x->site->never_internal.items[i];

		if (og_addr_cmp(&never->lo, &dst) <= 0 && og_addr_cmp(&dst, &never->hi) <= 0)
			return step(x, "Destination: %s is in never_internal, so it is egress.",
				    text);
	}
	return step(x, "Destination: %s: %s.", text, og_reason_text(scope));
}

static int tell_allow(struct og_explaining *x)
{
	const struct og_verdict *v = &x->out->verdict;
	char text[OG_PREFIX_TEXT];
	const struct og_range *range;
	struct og_addr dst = x->facts.dst;
	uint32_t set, at;

	if (!v->phased || !x->query->has_dst || !(v->flags & OG_V_EGRESS))
		return 0;
	set = x->rs->phase[v->phase].allow;
	if (v->action < OG_RESTRICT || (!set && v->action != OG_RESTRICT))
		return 0;
	at = set ? og_range_of(x->rs, set, &dst) : OG_NO_RANGE;
	if (at == OG_NO_RANGE)
		return step(x, "Allowed destinations: none of them holds this one.");
	range = &x->rs->range[at];
	og_prefix_format(&range->lo, &range->hi, text);
	return step(x, "Allowed destinations: %s holds it%s.", text,
		    !range->services ? ""
		    : v->drop	     ? ", but not for this protocol and port"
				     : ", for this protocol and port");
}

static int tell_verdict(struct og_explaining *x)
{
	const struct og_verdict *v = &x->out->verdict;

	return step(x, "Verdict: %s (%s: %s)%s.", x->out->answer, x->out->reason,
		    og_reason_text(v->reason),
		    !v->drop && v->ns_per_kib ? "; what is above the rate is dropped" : "");
}

int og_explain_steps(struct og_explaining *x)
{
	bool infrastructure = x->out->verdict.reason == OG_R_INFRASTRUCTURE;
	int r;

	x->out->steps = og_arena_array(x->arena, STEPS, sizeof(*x->out->steps));
	if (!x->out->steps)
		return -ENOMEM;
	r = tell_source(x);
	if (r == 0 && (x->query->mac || x->out->verdict.evidence == OG_EVIDENCE_EUI64))
		r = tell_prefix(x);
	if (r == 0 && x->listed)
		r = tell_site(x);
	if (r == 0 && x->listed)
		r = tell_row(x);
	if (r == 0 && infrastructure)
		r = tell_infrastructure(x);
	if (r == 0 && x->listed && !infrastructure) {
		if (!x->unaccepted)
			r = tell_policies(x);
		if (r == 0)
			r = tell_phase(x);
		if (r == 0)
			r = tell_destination(x);
		if (r == 0)
			r = tell_allow(x);
	}
	return r ? r : tell_verdict(x);
}
