// SPDX-License-Identifier: GPL-2.0
/*
 * absence.c: silence in watched days, and the conditions of verified absence
 */
#include "policy/progress/absence.h"

#include <stdio.h>

#include "policy/base/person.h"

static bool given(const char *text)
{
	return text && *text;
}

void og_watch_add(struct og_watch_count *count, const struct og_watch_day *day)
{
	if (day->frames || day->answered) {
		count->watched = 0;
		count->probed = 0;
		count->last_day = day->day;
		return;
	}
	if (day->seconds < OG_WATCHED_ENOUGH)
		return;
	count->watched++;
	count->probed += day->probes > 0;
}

bool og_silent(enum og_device_state state, const struct og_watch_count *count, unsigned int days)
{
	return !og_state_gone(state) && count->last_day != INT64_MIN && count->watched >= days;
}

unsigned int og_absence_judge(const struct og_absence *facts)
{
	bool paper = given(facts->serial) && given(facts->disposal);
	bool lacks[OG_LACK_COUNT] = {
		[OG_LACK_REMOVED] = !og_state_gone(facts->state) || !given(facts->remover),
		[OG_LACK_WATCHED] = facts->count.watched < facts->days_wanted,
		[OG_LACK_PROBED] = facts->count.probed < facts->days_wanted,
		[OG_LACK_BLIND] = facts->site_blind,
		[OG_LACK_ROW] = !facts->has_row,
		[OG_LACK_PROOF] = facts->has_row && !paper && !facts->has_replacement,
		[OG_LACK_CHECKED] = facts->has_replacement &&
				    (!facts->replacement_checked || facts->replacement_listed),
		[OG_LACK_VERIFIER] = !given(facts->verifier),
		[OG_LACK_OTHER] = given(facts->verifier) && given(facts->remover) &&
				  og_same_person(facts->verifier, facts->remover),
	};
	unsigned int found = 0;

	for (unsigned int i = 0; i < OG_LACK_COUNT; i++)
		found |= (unsigned int)lacks[i] << i;
	return found;
}

static const char *removed_text(const struct og_absence *facts)
{
	if (!og_state_gone(facts->state))
		return "it is not removed: set it to removed when it has been";
	return "nobody is named as its remover: set it back to disconnected, then to removed";
}

static const char *checked_text(const struct og_absence *facts)
{
	return facts->replacement_listed ? "its replacement is itself of a listed vendor"
					 : "the vendor of its replacement was not checked: give "
					   "the replacement's address";
}

const char *og_absence_text(enum og_absence_lack lack, const struct og_absence *facts, char *buffer,
			    size_t size)
{
	static const char *const texts[OG_LACK_COUNT] = {
		[OG_LACK_BLIND] = "the site has sources without an attributable address, behind "
				  "which it could be: declare or remove them",
		[OG_LACK_ROW] = "the site's asset register has no row for it: add one",
		[OG_LACK_PROOF] = "its asset row has no serial with evidence of disposal, and no "
				  "replacement is named",
		[OG_LACK_VERIFIER] = "no verifier is named",
		[OG_LACK_OTHER] =
			"the verifier is the one who removed it: another person must verify",
	};

	switch (lack) {
	case OG_LACK_REMOVED:
		snprintf(buffer, size, "%s", removed_text(facts));
		break;
	case OG_LACK_WATCHED:
		snprintf(buffer, size,
			 "%u of %u watched days without a frame of it on its VLAN: wait, with its "
			 "port up and covered",
			 facts->count.watched, facts->days_wanted);
		break;
	case OG_LACK_PROBED:
		snprintf(
			buffer, size,
			"probed without an answer on %u of %u watched days: let the site be probed",
			facts->count.probed, facts->days_wanted);
		break;
	case OG_LACK_CHECKED:
		snprintf(buffer, size, "%s", checked_text(facts));
		break;
	default:
		snprintf(buffer, size, "%s", lack < OG_LACK_COUNT ? texts[lack] : "?");
	}
	return buffer;
}
