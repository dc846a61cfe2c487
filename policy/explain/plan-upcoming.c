// SPDX-License-Identifier: GPL-2.0
/*
 * plan-upcoming.c: the phases to come
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/explain/plan.h"

/* A class at a site, and who has it there. */
struct holder {
	uint16_t site, class;
	bool everyone;
	size_t devices;
};

struct holders {
	struct holder *items;
	size_t count;
};

static int by_class(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return x->site != y->site ? x->site - y->site : x->class - y->class;
}

/* Who has which class, each class of a site once. */
static int find_holders(const struct og_ruleset *rs, struct holders *ret_holders)
{
	size_t groups = (size_t)rs->header.sites_used * rs->header.groups_used, count = 0, kept = 0;
	struct holder *items = calloc(groups + rs->header.exact_used + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (uint16_t s = 1; s <= rs->header.sites_used; s++)
		for (uint16_t g = OG_GROUP_FIRST; g <= rs->header.groups_used; g++)
			if (rs->class_of[s][g])
				items[count++] = (struct holder){s, rs->class_of[s][g], true, 0};
	for (uint32_t i = 0; i < OG_EXACT; i++)
		if (rs->exact_key[i] & 0xffff)
			items[count++] = (struct holder){rs->exact_key[i] & 0xffff,
							 rs->exact_value[i], false, 1};
	qsort(items, count, sizeof(*items), by_class);
	for (size_t i = 1; i < count; i++) {
		if (by_class(&items[i], &items[kept])) {
			items[++kept] = items[i];
			continue;
		}
		items[kept].everyone |= items[i].everyone;
		items[kept].devices += items[i].devices;
	}
	ret_holders->items = items;
	ret_holders->count = count ? kept + 1 : 0;
	return 0;
}

static int compare_names(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Order of steps; 0 for those that are told as one. */
static int by_step(const void *a, const void *b)
{
	const struct og_plan_step *x = a, *y = b;
	int order;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	order = compare_names(x->site, y->site);
	if (!order)
		order = compare_names(x->vendor, y->vendor);
	if (!order)
		order = (int)x->role - (int)y->role;
	if (!order)
		order = (int)x->before - (int)y->before;
	if (!order)
		order = (int)x->after - (int)y->after;
	if (!order)
		order = compare_names(x->policy, y->policy);
	return order ? order : compare_names(x->exception, y->exception);
}

/* The steps of one class at one site, appended. */
static void add_steps(const struct og_compiled *compiled, const struct holder *holder, int64_t now,
		      struct og_plan_steps *steps)
{
	const struct og_ruleset *rs = compiled->ruleset;
	const struct og_class *class = &rs->class[holder->class];
	enum og_action before = OG_OBSERVE;

	for (uint32_t i = 0; i < class->phases; i++) {
		const struct og_phase *phase = &rs->phase[class->phase + i];

		if (phase->from > now)
			steps->items[steps->count++] = (struct og_plan_step){
				.at = phase->from,
				.site = og_compiled_site(compiled, holder->site),
				.vendor = og_compiled_vendor(compiled, class->vendor),
				.policy = og_compiled_policy(compiled, phase->policy),
				.exception = og_compiled_exception(compiled, phase->exception),
				.role = class->role,
				.before = before,
				.after = phase->action,
				.everyone = holder->everyone,
				.devices = holder->devices,
			};
		before = phase->action;
	}
}

/* Sort, and tell as one what differs only in who it is for. */
static void tidy(struct og_plan_steps *steps)
{
	size_t kept = 0;

	if (!steps->count)
		return;
	qsort(steps->items, steps->count, sizeof(*steps->items), by_step);
	for (size_t i = 1; i < steps->count; i++) {
		if (by_step(&steps->items[i], &steps->items[kept])) {
			steps->items[++kept] = steps->items[i];
			continue;
		}
		steps->items[kept].everyone |= steps->items[i].everyone;
		steps->items[kept].devices += steps->items[i].devices;
	}
	steps->count = kept + 1;
}

int og_plan_upcoming(const struct og_compiled *compiled, int64_t now,
		     struct og_plan_steps *ret_steps)
{
	const struct og_ruleset *rs = compiled->ruleset;
	struct og_plan_steps steps = {0};
	struct holders holders;
	size_t room = 1;
	int r = find_holders(rs, &holders);

	if (r < 0)
		return r;
	for (size_t i = 0; i < holders.count; i++)
		room += rs->class[holders.items[i].class].phases;
	steps.items = calloc(room, sizeof(*steps.items));
	if (!steps.items) {
		free(holders.items);
		return -ENOMEM;
	}
	for (size_t i = 0; i < holders.count; i++)
		add_steps(compiled, &holders.items[i], now, &steps);
	free(holders.items);
	tidy(&steps);
	*ret_steps = steps;
	return 0;
}

void og_plan_steps_free(struct og_plan_steps *steps)
{
	free(steps->items);
	*steps = (struct og_plan_steps){0};
}
