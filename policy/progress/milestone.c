// SPDX-License-Identifier: GPL-2.0
/*
 * milestone.c: the arithmetic of milestones
 */
#include "policy/progress/milestone.h"

#include <errno.h>
#include <string.h>

static const char *const blockers[] = {
	[OG_BLOCKER_OTHER] = "other",	  [OG_BLOCKER_FUNDING] = "funding",
	[OG_BLOCKER_SUPPLY] = "supply",	  [OG_BLOCKER_LABOUR] = "labour",
	[OG_BLOCKER_WEATHER] = "weather", [OG_BLOCKER_REVIEW] = "review",
};
_Static_assert(sizeof(blockers) / sizeof(*blockers) == OG_BLOCKER_COUNT, "a word for each code");

const char *og_measure_name(enum og_measure measure)
{
	return measure == OG_MEASURE_SITES ? "sites" : "devices";
}

const char *og_comparator_name(enum og_comparator comparator)
{
	switch (comparator) {
	case OG_AT_LEAST:
		return "at_least";
	case OG_AT_MOST:
		return "at_most";
	case OG_NONE_LEFT:
		return "none_left";
	}
	return "?";
}

const char *og_blocker_name(enum og_blocker code)
{
	return code < OG_BLOCKER_COUNT ? blockers[code] : "?";
}

int og_blocker_parse(const char *word, enum og_blocker *ret_code)
{
	for (unsigned int i = 0; i < OG_BLOCKER_COUNT; i++) {
		if (!strcmp(word, blockers[i])) {
			*ret_code = (enum og_blocker)i;
			return 0;
		}
	}
	return -EINVAL;
}

const struct og_when *og_milestone_original(const struct og_conf_milestone *milestone)
{
	return milestone->extension_count ? &milestone->extensions[0].was : &milestone->due;
}

bool og_milestone_concerns_site(const struct og_conf_milestone *milestone, const char *site_class)
{
	const char *wanted = milestone->scope.site_class;

	return !wanted || (site_class && !strcmp(site_class, wanted));
}

bool og_milestone_concerns(const struct og_conf_milestone *milestone, const char *vendor,
			   enum og_role role)
{
	const struct og_conf_scope *scope = &milestone->scope;

	if (scope->roles && role != OG_ROLE_UNKNOWN && !(scope->roles & 1u << role))
		return false;
	if (!scope->vendors.count)
		return true;
	for (size_t i = 0; vendor && i < scope->vendors.count; i++)
		if (!strcmp(scope->vendors.names[i], vendor))
			return true;
	return false;
}

uint64_t og_milestone_needed(const struct og_conf_milestone *milestone, uint64_t total)
{
	switch (milestone->comparator) {
	case OG_AT_LEAST:
		return (total * milestone->percent + 99) / 100;
	case OG_AT_MOST:
		return total - total * milestone->percent / 100;
	case OG_NONE_LEFT:
		break;
	}
	return total;
}

bool og_milestone_met(const struct og_conf_milestone *milestone, const struct og_tally *tally)
{
	if (!tally->sites)
		return false;
	if (milestone->measure == OG_MEASURE_DEVICES && tally->not_surveyed)
		return false;
	return tally->done >= og_milestone_needed(milestone, tally->total);
}

void og_milestone_judge(const struct og_conf_milestone *milestone, const struct og_tally *tally,
			int64_t last, int64_t now, struct og_milestone_result *ret_result)
{
	struct og_milestone_result result = {
		.needed = og_milestone_needed(milestone, tally->total),
		.met = og_milestone_met(milestone, tally),
	};

	if (tally->total)
		result.percent = (unsigned int)(tally->done * 100 / tally->total);
	else
		result.percent = result.met ? 100 : 0;
	result.overdue = !result.met && now > last;
	*ret_result = result;
}
