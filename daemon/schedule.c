// SPDX-License-Identifier: GPL-2.0
/*
 * schedule.c: when which policy's phase begins at which site
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/schedule.h"

static int add(struct og_schedule *schedule, const struct og_schedule_item *item)
{
	struct og_schedule_item *items;

	/* Grown at every power of two. */
	if (!(schedule->count & (schedule->count - 1))) {
		items = reallocarray(schedule->items, schedule->count ? schedule->count * 2 : 1,
				     sizeof(*items));
		if (!items)
			return -ENOMEM;
		schedule->items = items;
	}
	schedule->items[schedule->count++] = *item;
	return 0;
}

static const unsigned int warnings[] = {30, 7, 1};

#define WARNINGS (sizeof(warnings) / sizeof(warnings[0]))
#define DAY	 86400

/* The warnings before what @item tells of, which is after @begin. */
static int add_warnings(struct og_schedule *schedule, const struct og_schedule_item *item,
			enum og_schedule_kind kind, int64_t begin)
{
	struct og_schedule_item warning = *item;
	size_t i;
	int err = 0;

	warning.kind = kind;
	warning.due = item->at;
	for (i = 0; !err && i < WARNINGS; i++) {
		warning.days = warnings[i];
		if (item->at < INT64_MIN + DAY * warnings[i])
			continue;
		warning.at = item->at - DAY * warnings[i];
		if (warning.at > begin)
			err = add(schedule, &warning);
	}
	return err;
}

bool og_schedule_is_stale(const struct og_schedule_item *item, int64_t now)
{
	size_t i;

	if (item->due <= now)
		return true;
	for (i = 0; i < WARNINGS; i++)
		if (warnings[i] < item->days && item->due - now <= DAY * warnings[i])
			return true;
	return false;
}

static int add_phases(struct og_schedule *schedule, const struct og_conf_policy *policy,
		      const struct og_conf_site *site)
{
	struct og_schedule_item item = {.kind = OG_SCHEDULE_PHASE,
					.policy = policy->name,
					.site = site->name,
					.action = OG_OBSERVE};
	size_t i;
	int err;

	for (i = 0; i < policy->phase_count; i++) {
		item.conf = policy;
		item.phase = &policy->phases[i];
		item.previous = item.action;
		item.action = policy->phases[i].setting.action;
		item.at = INT64_MIN;
		err = policy->phases[i].from.set
			      ? og_when_utc(&policy->phases[i].from, site->timezone, &item.at)
			      : 0;
		if (!err)
			err = add(schedule, &item);
		if (!err)
			err = add_warnings(schedule, &item, OG_SCHEDULE_PHASE_SOON, INT64_MIN);
		if (err)
			return err;
	}
	return 0;
}

static int add_exception(struct og_schedule *schedule, const struct og_config *config,
			 const struct og_conf_exception *exception)
{
	const struct og_conf_site *site = exception->site ? og_config_site(config, exception->site)
							  : NULL;
	const char *zone = site ? site->timezone : NULL;
	struct og_schedule_item item = {.kind = OG_SCHEDULE_EXCEPTION,
					.policy = exception->policy,
					.site = exception->site,
					.exception = exception->name,
					.owner = exception->pause ? NULL : exception->owner,
					.at = INT64_MIN};
	int64_t begin;
	int err = 0;

	if (exception->from.set)
		err = og_when_utc(&exception->from, zone, &item.at);
	if (!err)
		err = add(schedule, &item);
	begin = item.at;
	item.kind = OG_SCHEDULE_EXCEPTION_ENDS;
	if (!err)
		err = og_when_utc(&exception->until, zone, &item.at);
	if (!err)
		err = add(schedule, &item);
	if (!err && !exception->pause)
		err = add_warnings(schedule, &item, OG_SCHEDULE_EXCEPTION_SOON, begin);
	return err;
}

static int item_cmp(const void *a, const void *b)
{
	const struct og_schedule_item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	/* Phases of one policy at one site keep their order: each begins where its predecessor is. */
	return strcmp(x->policy ? x->policy : "", y->policy ? y->policy : "");
}

int og_schedule_make(const struct og_config *config, struct og_schedule *ret_schedule)
{
	struct og_schedule schedule = {0};
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < config->policy_count; i++)
		for (j = 0; !err && j < config->site_count; j++)
			if (og_policy_applies(&config->policies[i], &config->sites[j]))
				err = add_phases(&schedule, &config->policies[i],
						 &config->sites[j]);
	for (i = 0; !err && i < config->exception_count; i++)
		err = add_exception(&schedule, config, &config->exceptions[i]);
	if (err) {
		og_schedule_clear(&schedule);
		return err;
	}
	if (schedule.count > 1)
		qsort(schedule.items, schedule.count, sizeof(*schedule.items), item_cmp);
	*ret_schedule = schedule;
	return 0;
}

void og_schedule_clear(struct og_schedule *schedule)
{
	free(schedule->items);
	memset(schedule, 0, sizeof(*schedule));
}

size_t og_schedule_between(const struct og_schedule *schedule, size_t from, int64_t after,
			   int64_t until)
{
	size_t i;

	for (i = from; i < schedule->count; i++)
		if (schedule->items[i].at > after && schedule->items[i].at <= until)
			return i;
	return schedule->count;
}

static int is_phase_of(const struct og_schedule_item *item, const char *policy, const char *site)
{
	return item->kind == OG_SCHEDULE_PHASE && !strcmp(item->policy, policy) &&
	       !strcmp(item->site, site);
}

bool og_schedule_waits(const struct og_schedule_item *item, const struct og_decided *decided)
{
	return item->phase && og_gate_shut(decided, item->conf, item->phase, item->site);
}

const struct og_schedule_item *og_schedule_now(const struct og_schedule *schedule,
					       const struct og_decided *decided, const char *policy,
					       const char *site, int64_t now)
{
	const struct og_schedule_item *found = NULL;
	size_t i;

	for (i = 0; i < schedule->count && schedule->items[i].at <= now; i++)
		if (is_phase_of(&schedule->items[i], policy, site) &&
		    !og_schedule_waits(&schedule->items[i], decided))
			found = &schedule->items[i];
	return found;
}

const struct og_schedule_item *og_schedule_next(const struct og_schedule *schedule,
						const struct og_decided *decided,
						const char *policy, const char *site, int64_t now)
{
	size_t i;

	for (i = 0; i < schedule->count; i++)
		if (schedule->items[i].at > now && is_phase_of(&schedule->items[i], policy, site) &&
		    !og_schedule_waits(&schedule->items[i], decided))
			return &schedule->items[i];
	return NULL;
}
