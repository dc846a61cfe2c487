// SPDX-License-Identifier: GPL-2.0
/*
 * check-marks.c: whether two policies set different packet marks for one device at one time
 *
 * Where policies meet, the strictest action, the lowest rate and the common allow list win; of two
 * marks none is the better one. Marks of disjoint bits go together.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/config/check.h"

/* From when to when a mark is set. */
struct span {
	int64_t from, until;
	const struct og_conf_policy *policy;
	const struct og_conf_phase *phase;
};

struct spans {
	struct span *items;
	size_t count;
};

static bool has_mark(const struct og_conf_policy *policy)
{
	if (policy->has_new_devices && policy->new_devices.setting.has_mark)
		return true;
	for (size_t i = 0; i < policy->phase_count; i++)
		if (policy->phases[i].setting.has_mark)
			return true;
	return false;
}

static int64_t second(const struct og_when *when, const char *zone)
{
	int64_t value = INT64_MIN;

	if (when->set && og_when_utc(when, zone, &value))
		return INT64_MIN;
	return value;
}

/* When @policy sets marks, by the clock of @zone. */
static int find_spans(const struct og_conf_policy *policy, const char *zone,
		      struct spans *ret_spans)
{
	struct spans spans = {calloc(policy->phase_count + 1, sizeof(*spans.items)), 0};

	if (!spans.items)
		return -ENOMEM;
	for (size_t i = 0; i < policy->phase_count; i++) {
		const struct og_conf_phase *phase = &policy->phases[i];
		bool last = i + 1 == policy->phase_count;

		if (phase->setting.has_mark)
			spans.items[spans.count++] = (struct span){
				second(&phase->from, zone),
				last ? INT64_MAX : second(&phase[1].from, zone), policy, phase};
	}
	if (policy->has_new_devices && policy->new_devices.setting.has_mark)
		spans.items[spans.count++] = (struct span){second(&policy->new_devices.from, zone),
							   INT64_MAX, policy, &policy->new_devices};
	*ret_spans = spans;
	return 0;
}

static bool differ(const struct og_setting *a, const struct og_setting *b)
{
	return (a->mark ^ b->mark) & a->mark_mask & b->mark_mask;
}

/* Whether @x is the rule for new devices where @y is a phase that only others follow. */
static bool apart(const struct span *x, const struct span *y)
{
	return x->phase == &x->policy->new_devices && y->phase != &y->policy->new_devices &&
	       y->policy->has_new_devices && !y->policy->new_devices.from.set;
}

/* The first pair of spans that meet with different marks. */
static bool conflict(const struct spans *a, const struct spans *b, struct span *ret_first,
		     struct span *ret_second)
{
	for (size_t i = 0; i < a->count; i++) {
		for (size_t j = 0; j < b->count; j++) {
			const struct span *x = &a->items[i], *y = &b->items[j];

			if (x->from >= y->until || y->from >= x->until || apart(x, y) ||
			    apart(y, x) || !differ(&x->phase->setting, &y->phase->setting))
				continue;
			*ret_first = *x;
			*ret_second = *y;
			return true;
		}
	}
	return false;
}

static bool share_vendor(const struct og_config *config, const struct og_conf_policy *a,
			 const struct og_conf_policy *b)
{
	const struct og_names *x = og_policy_vendors(config, a), *y = og_policy_vendors(config, b);

	for (size_t i = 0; i < x->count; i++)
		for (size_t j = 0; j < y->count; j++)
			if (!strcmp(x->names[i], y->names[j]))
				return true;
	return false;
}

static int check_pair(const struct og_config *config, struct og_diags *diags,
		      const struct og_conf_policy *a, const struct og_conf_policy *b)
{
	const char *zone = "";
	struct span first, other;
	struct spans x, y;
	bool found;

	for (size_t i = 0; i < config->site_count; i++) {
		const struct og_conf_site *site = &config->sites[i];

		if (!og_policy_applies(a, site) || !og_policy_applies(b, site))
			continue;
		/* Most sites share the zone of the one before, and its answer. */
		if (zone == site->timezone ||
		    (zone && site->timezone && !strcmp(zone, site->timezone)))
			continue;
		zone = site->timezone;
		if (find_spans(a, zone, &x))
			return -ENOMEM;
		if (find_spans(b, zone, &y)) {
			free(x.items);
			return -ENOMEM;
		}
		found = conflict(&x, &y, &first, &other);
		free(x.items);
		free(y.items);
		if (!found)
			continue;
		og_error(diags, &other.phase->mark,
			 "`mark` differs from that of policy `%s` (%s:%u), which applies to the "
			 "same devices of site `%s` at the same time; expected equal marks, or "
			 "masks without a common bit",
			 a->name, first.phase->mark.file, first.phase->mark.line, site->name);
		return 0;
	}
	return 0;
}

int og_check_marks(const struct og_config *config, struct og_diags *diags)
{
	for (size_t i = 0; i < config->policy_count; i++) {
		const struct og_conf_policy *a = &config->policies[i];

		if (!has_mark(a))
			continue;
		for (size_t j = i + 1; j < config->policy_count; j++) {
			const struct og_conf_policy *b = &config->policies[j];
			int ret;

			if (!(a->roles & b->roles) || !has_mark(b) || !share_vendor(config, a, b))
				continue;
			ret = check_pair(config, diags, a, b);
			if (ret)
				return ret;
		}
	}
	return 0;
}
