// SPDX-License-Identifier: GPL-2.0
/*
 * calendar.c: the dates of policies and exceptions as seconds, by the clock of each site
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "policy/base/arena.h"
#include "policy/compile/calendar.h"

static bool same_zone(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

const struct og_calendar *og_calendar_of(const struct og_calendars *calendars,
					 const struct og_conf_site *site)
{
	for (size_t i = 0; i < calendars->count; i++)
		if (same_zone(calendars->items[i].zone, site->timezone))
			return &calendars->items[i];
	return NULL;
}

/* A moment as a second; @otherwise when it was not written. */
static int second(const struct og_when *when, const char *zone, int64_t otherwise, int64_t *ret)
{
	int64_t value = otherwise;
	int r = when->set ? og_when_utc(when, zone, &value) : 0;

	if (r == 0)
		*ret = value < OG_EVER ? OG_EVER : value;
	return r;
}

static int fill_policies(struct og_arena *arena, const struct og_config *config,
			 struct og_calendar *calendar)
{
	for (size_t p = 0; p < config->policy_count; p++) {
		const struct og_conf_policy *policy = &config->policies[p];
		int64_t *times = og_arena_array(arena, policy->phase_count + 1, sizeof(*times));

		if (!times)
			return -ENOMEM;
		calendar->phases[p] = times;
		for (size_t i = 0; i < policy->phase_count; i++)
			if (second(&policy->phases[i].from, calendar->zone, OG_EVER, &times[i]))
				return -EINVAL;
		if (second(&policy->new_devices.from, calendar->zone, OG_EVER,
			   &calendar->new_devices[p]))
			return -EINVAL;
	}
	return 0;
}

/* An exception keeps the clock of its own site, and that of the gateway when it is for every site. */
static int fill_exceptions(const struct og_config *config, struct og_calendar *calendar)
{
	for (size_t e = 0; e < config->exception_count; e++) {
		const struct og_conf_exception *exception = &config->exceptions[e];
		const struct og_conf_site *site =
			exception->site ? og_config_site(config, exception->site) : NULL;
		const char *zone = site ? site->timezone : NULL;

		/* Nobody asks for it by the clock of another site. */
		if (site && !same_zone(zone, calendar->zone))
			continue;
		if (second(&exception->from, zone, OG_EVER, &calendar->from[e]) ||
		    second(&exception->until, zone, OG_EVER, &calendar->until[e]))
			return -EINVAL;
	}
	return 0;
}

static int fill(struct og_arena *arena, const struct og_config *config,
		struct og_calendar *calendar)
{
	size_t policies = config->policy_count + 1, exceptions = config->exception_count + 1;
	int r;

	calendar->phases = og_arena_array(arena, policies, sizeof(*calendar->phases));
	calendar->new_devices = og_arena_array(arena, policies, sizeof(*calendar->new_devices));
	calendar->from = og_arena_array(arena, exceptions, sizeof(*calendar->from));
	calendar->until = og_arena_array(arena, exceptions, sizeof(*calendar->until));
	if (!calendar->phases || !calendar->new_devices || !calendar->from || !calendar->until)
		return -ENOMEM;
	r = fill_policies(arena, config, calendar);
	return r < 0 ? r : fill_exceptions(config, calendar);
}

int og_calendars_new(const struct og_config *config, struct og_calendars *ret_calendars,
		     struct og_diags *diags)
{
	struct og_calendars all = {.arena = og_arena_new()};
	int r = 0;

	if (!all.arena)
		return -ENOMEM;
	all.items = og_arena_array(all.arena, config->site_count + 1, sizeof(*all.items));
	if (!all.items)
		r = -ENOMEM;
	for (size_t i = 0; i < config->site_count && r == 0; i++) {
		const struct og_conf_site *site = &config->sites[i];

		if (og_calendar_of(&all, site))
			continue;
		all.items[all.count].zone = site->timezone;
		r = fill(all.arena, config, &all.items[all.count++]);
		if (r == -EINVAL)
			og_error(diags, &site->mark,
				 "the dates cannot be read by the clock of site `%s`; expected a "
				 "`timezone` of /usr/share/zoneinfo",
				 site->name);
	}
	if (r < 0) {
		og_calendars_free(&all);
		return r;
	}
	*ret_calendars = all;
	return 0;
}

void og_calendars_free(struct og_calendars *calendars)
{
	og_arena_free(calendars->arena);
	*calendars = (struct og_calendars){0};
}
