// SPDX-License-Identifier: GPL-2.0
/*
 * timeline.c: what applies to one kind of device, phase by phase
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile/ranges.h"
#include "policy/compile/timeline.h"

/* The state at one second, while policies are merged into it. */
struct merge {
	const struct og_times *times;
	const struct og_kind *kind;
	const struct og_calendar *calendar;
	int64_t at;
	struct og_phase phase;
	uint64_t rate, burst;
	size_t marked_by; /* place of a policy that set a mark */
	bool narrowed;	  /* @allow is what is let through; else everything is */
	struct og_ranges allow;
};

static bool has_name(const struct og_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], name))
			return true;
	return false;
}

bool og_policy_concerns(const struct og_config *config, size_t policy, const struct og_kind *kind)
{
	const struct og_conf_policy *p = &config->policies[policy];
	const struct og_names *vendors = og_policy_vendors(config, p);

	return kind->vendor && vendors && (p->roles >> kind->role & 1) &&
	       og_policy_applies(p, kind->site) && has_name(vendors, kind->vendor);
}

const struct og_conf_phase *og_timeline_phase(const struct og_times *times,
					      const struct og_kind *kind, size_t policy, int64_t at,
					      int64_t *ret_from)
{
	const struct og_calendar *calendar = og_calendar_of(times->calendars, kind->site);
	const struct og_conf_policy *p = &times->config->policies[policy];
	const struct og_conf_phase *found = NULL;
	int64_t from = OG_EVER;

	if (kind->new && p->has_new_devices && calendar->new_devices[policy] <= at) {
		found = &p->new_devices;
		from = calendar->new_devices[policy];
	} else {
		for (size_t i = 0; i < p->phase_count; i++) {
			if (calendar->phases[policy][i] > at)
				break;
			if (og_gate_shut(times->decided, p, &p->phases[i], kind->site->name))
				continue;
			found = &p->phases[i];
			from = calendar->phases[policy][i];
		}
	}
	if (found && ret_from)
		*ret_from = from;
	return found;
}

/* Is exception number @e (its place) one from @policy, and in force at the merge's second? */
static bool at_work(const struct merge *m, size_t e, size_t policy)
{
	const struct og_config *config = m->times->config;

	return m->calendar->from[e] <= m->at && m->at < m->calendar->until[e] &&
	       !strcmp(config->exceptions[e].policy, config->policies[policy].name);
}

static void note_exception(struct merge *m, size_t e)
{
	if (!m->phase.exception || e + 1 < m->phase.exception)
		m->phase.exception = e + 1;
}

/* Is all of the policy excepted? */
static bool is_lifted(struct merge *m, size_t policy)
{
	for (size_t i = 0; i < m->kind->exception_count; i++) {
		size_t e = m->kind->exceptions[i];

		if (!m->times->config->exceptions[e].to.count && at_work(m, e, policy)) {
			note_exception(m, e);
			return true;
		}
	}
	return false;
}

static int take_mark(struct merge *m, size_t policy, const struct og_conf_phase *phase)
{
	const struct og_config *config = m->times->config;
	uint32_t common = m->phase.mark_mask & phase->setting.mark_mask;

	if (!phase->setting.has_mark)
		return 0;
	if ((m->phase.mark ^ phase->setting.mark) & common) {
		og_error(m->times->diags, &phase->mark,
			 "policies `%s` and `%s` set different packet marks for vendor `%s` at "
			 "site `%s`; expected equal marks, or masks of different bits",
			 config->policies[m->marked_by].name, config->policies[policy].name,
			 m->kind->vendor, m->kind->site->name);
		return -EINVAL;
	}
	m->phase.mark |= phase->setting.mark & phase->setting.mark_mask;
	m->phase.mark_mask |= phase->setting.mark_mask;
	m->marked_by = policy;
	return 0;
}

static void take_rate(struct merge *m, const struct og_setting *setting)
{
	if (m->rate &&
	    (setting->rate > m->rate || (setting->rate == m->rate && setting->burst >= m->burst)))
		return;
	m->rate = setting->rate;
	m->burst = setting->burst;
}

/* Let through what @mine lets through and what the other policies do. @mine is used up. */
static int narrow(struct merge *m, struct og_ranges *mine)
{
	struct og_ranges common = {0};
	int r = 0;

	if (m->narrowed) {
		r = og_ranges_intersect(&m->allow, mine, &common);
		og_ranges_clear(mine);
	} else {
		common = *mine;
	}
	og_ranges_clear(&m->allow);
	m->allow = common;
	m->narrowed = true;
	return r;
}

/* What a policy that restricts or blocks still lets through: its list, and exceptions' lists. */
static int take_allow(struct merge *m, size_t policy, const struct og_conf_phase *phase)
{
	struct og_ranges mine = {0};
	int r = 0;

	if (phase->setting.action == OG_RESTRICT)
		r = og_ranges_add_allows(&mine, &phase->allow);
	for (size_t i = 0; i < m->kind->exception_count && r == 0; i++) {
		size_t e = m->kind->exceptions[i];

		if (!at_work(m, e, policy))
			continue;
		r = og_ranges_add_allows(&mine, &m->times->config->exceptions[e].to);
		note_exception(m, e);
	}
	if (r == 0)
		return narrow(m, &mine);
	og_ranges_clear(&mine);
	return r;
}

/* Merge what @policy says at the second. */
static int take_policy(struct merge *m, size_t policy)
{
	const struct og_conf_phase *phase =
		og_timeline_phase(m->times, m->kind, policy, m->at, NULL);
	enum og_action action = phase ? phase->setting.action : OG_OBSERVE;
	bool held = m->kind->held && m->times->config->policies[policy].hold && action > OG_LOG;
	int r;

	if (!phase || (action > OG_OBSERVE && is_lifted(m, policy)))
		return 0;
	if (held) {
		action = OG_LOG;
		m->phase.flags |= OG_PHASE_HELD;
	}
	if (!m->phase.policy || action > m->phase.action) {
		m->phase.policy = policy + 1;
		m->phase.action = action;
	}
	if (action >= OG_LOG)
		m->phase.flags |= OG_PHASE_LOG;
	/* What goes with a stricter action is not for a device that is held. */
	if (held)
		return 0;
	if (action == OG_LIMIT)
		take_rate(m, &phase->setting);
	r = take_mark(m, policy, phase);
	if (r == 0 && action >= OG_RESTRICT)
		r = take_allow(m, policy, phase);
	return r;
}

static uint64_t saturate(unsigned __int128 value)
{
	return value > UINT64_MAX / 2 ? UINT64_MAX / 2 : (uint64_t)value;
}

static int finish_phase(struct merge *m)
{
	struct og_phase *phase = &m->phase;

	if (m->rate) {
		/* 1024 bytes are 8192 bits. */
		phase->ns_per_kib = saturate((unsigned __int128)8192 * 1000000000 / m->rate);
		phase->ns_per_kib += !phase->ns_per_kib;
		phase->burst_ns = saturate((unsigned __int128)m->burst * 8000000000 / m->rate);
	}
	phase->from = m->at;
	return m->narrowed ? og_ranges_store(&m->allow, m->times->table, &phase->allow) : 0;
}

/* The state of @kind at second @at. */
static int state_at(const struct og_times *times, const struct og_calendar *calendar,
		    const struct og_kind *kind, int64_t at, struct og_phase *ret_phase)
{
	struct merge m = {.times = times, .kind = kind, .calendar = calendar, .at = at};
	int r = 0;

	for (size_t p = 0; p < times->config->policy_count && r == 0; p++)
		if (og_policy_concerns(times->config, p, kind))
			r = take_policy(&m, p);
	if (r == 0)
		r = finish_phase(&m);
	og_ranges_clear(&m.allow);
	if (r == 0)
		*ret_phase = m.phase;
	return r;
}

static int by_second(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* All seconds at which anything may change for @kind, sorted; the first is OG_EVER. */
static int edges_of(const struct og_times *times, const struct og_calendar *calendar,
		    const struct og_kind *kind, int64_t **ret_edges, size_t *ret_count)
{
	const struct og_config *config = times->config;
	size_t room = 1 + 2 * kind->exception_count, count = 0, kept = 0;
	int64_t *edges;

	for (size_t p = 0; p < config->policy_count; p++)
		room += config->policies[p].phase_count + 1;
	edges = calloc(room, sizeof(*edges));
	if (!edges)
		return -ENOMEM;
	edges[count++] = OG_EVER;
	for (size_t p = 0; p < config->policy_count; p++) {
		if (!og_policy_concerns(config, p, kind))
			continue;
		for (size_t i = 0; i < config->policies[p].phase_count; i++)
			edges[count++] = calendar->phases[p][i];
		edges[count++] = calendar->new_devices[p];
	}
	for (size_t i = 0; i < kind->exception_count; i++) {
		edges[count++] = calendar->from[kind->exceptions[i]];
		edges[count++] = calendar->until[kind->exceptions[i]];
	}
	qsort(edges, count, sizeof(*edges), by_second);
	for (size_t i = 1; i < count; i++)
		if (edges[i] != edges[kept])
			edges[++kept] = edges[i];
	*ret_edges = edges;
	*ret_count = kept + 1;
	return 0;
}

static bool same_state(const struct og_phase *a, const struct og_phase *b)
{
	struct og_phase copy = *a;

	copy.from = b->from;
	return !memcmp(&copy, b, sizeof(copy));
}

static int add_phase(const struct og_times *times, const struct og_kind *kind,
		     struct og_timeline *timeline, const struct og_phase *phase)
{
	static const struct og_phase observed;
	const struct og_phase *last = timeline->count ? &timeline->phases[timeline->count - 1]
						      : &observed;

	if (same_state(last, phase))
		return 0;
	/* What has passed only tells since when the present holds. */
	if (phase->from <= times->now) {
		timeline->count = 0;
		if (same_state(&observed, phase))
			return 0;
	}
	if (timeline->count == OG_CLASS_PHASES) {
		og_error(times->diags, &kind->site->mark,
			 "site `%s` has more than %d changes ahead for vendor `%s`; remove phases "
			 "or exceptions",
			 kind->site->name, OG_CLASS_PHASES, kind->vendor);
		return -E2BIG;
	}
	timeline->phases[timeline->count++] = *phase;
	return 0;
}

int og_timeline_of(const struct og_times *times, const struct og_kind *kind,
		   struct og_timeline *ret_timeline)
{
	const struct og_calendar *calendar = og_calendar_of(times->calendars, kind->site);
	int64_t *edges = NULL;
	size_t count = 0;
	int r;

	ret_timeline->count = 0;
	r = edges_of(times, calendar, kind, &edges, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct og_phase phase;

		r = state_at(times, calendar, kind, edges[i], &phase);
		if (r == -E2BIG)
			og_error(
				times->diags, &kind->site->mark,
				"the allow lists for vendor `%s` at site `%s` do not fit: too many "
				"%s",
				kind->vendor, kind->site->name, og_table_full(times->table));
		if (r == 0)
			r = add_phase(times, kind, ret_timeline, &phase);
	}
	free(edges);
	return r;
}
