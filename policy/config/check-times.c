// SPDX-License-Identifier: GPL-2.0
/*
 * check-times.c: phases that would start to enforce when nobody is there to see it
 */
#include <stdio.h>
#include <string.h>

#include "policy/config/check.h"

#define DAY	  86400
#define NIGHT	  22
#define MORNING	  6
#define DAYS_WEEK 7

/* The hour and the day of the week (0: Sunday) at @second by the clock of @zone. */
static void local_clock(int64_t second, const char *zone, int *ret_hour, int *ret_weekday)
{
	/* Sakamoto's rule: January and February count with the year before. */
	static const int shifts[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
	char text[40];
	int year = 1970, month = 1, day = 1, hour = 0;

	og_when_format(second, zone, text, sizeof(text));
	if (sscanf(text, "%d-%d-%dT%d", &year, &month, &day, &hour) != 4)
		return;
	year -= month < 3;
	*ret_hour = hour;
	*ret_weekday =
		(year + year / 4 - year / 100 + year / 400 + shifts[month - 1] + day) % DAYS_WEEK;
}

/* What is wrong with a start at @second; NULL when nothing is. */
static const char *complaint(int64_t second, int64_t now, const char *zone)
{
	int hour = 12, weekday = 1;

	local_clock(second, zone, &hour, &weekday);
	if (second - now < DAY)
		return "within a day";
	if (hour >= NIGHT || hour < MORNING)
		return "at night";
	if (weekday == 0 || weekday == 6)
		return "at a weekend";
	return NULL;
}

static void check_phase(const struct og_config *config, const struct og_conf_policy *policy,
			const struct og_conf_phase *phase, int64_t now, struct og_diags *diags)
{
	if (phase->setting.action < OG_LIMIT || !phase->from.set)
		return;
	for (size_t i = 0; i < config->site_count; i++) {
		const struct og_conf_site *site = &config->sites[i];
		const char *what;
		char text[40];
		int64_t second;

		if (!og_policy_applies(policy, site) ||
		    og_when_utc(&phase->from, site->timezone, &second) || second <= now)
			continue;
		what = complaint(second, now, site->timezone);
		if (!what)
			continue;
		og_warn(diags, &phase->mark,
			"`%s` starts %s at site `%s` (%s); a working hour finds somebody to answer "
			"for it",
			og_action_name(phase->setting.action), what, site->name,
			og_when_format(second, site->timezone, text, sizeof(text)));
		return;
	}
}

void og_config_warn_times(const struct og_config *config, int64_t now, struct og_diags *diags)
{
	for (size_t i = 0; i < config->policy_count; i++) {
		const struct og_conf_policy *policy = &config->policies[i];

		for (size_t j = 0; j < policy->phase_count; j++)
			check_phase(config, policy, &policy->phases[j], now, diags);
		if (policy->has_new_devices)
			check_phase(config, policy, &policy->new_devices, now, diags);
	}
}
