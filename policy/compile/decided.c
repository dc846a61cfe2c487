// SPDX-License-Identifier: GPL-2.0
/*
 * decided.c: what was decided, once, from what was seen
 */
#include <stdio.h>
#include <string.h>

#include "policy/base/action.h"
#include "policy/compile/decided.h"

char *og_gate_text(const struct og_conf_gate *gate, char buffer[OG_GATE_TEXT])
{
	if (gate->milestone)
		snprintf(buffer, OG_GATE_TEXT, "milestone %s", gate->milestone);
	else
		snprintf(buffer, OG_GATE_TEXT, "%u quiet day%s", gate->quiet_days,
			 gate->quiet_days == 1 ? "" : "s");
	return buffer;
}

char *og_gate_key(const struct og_conf_policy *policy, const struct og_conf_phase *phase,
		  const char *site, char buffer[OG_GATE_KEY])
{
	const struct og_when *from = &phase->from;
	char condition[OG_GATE_TEXT], offset[16] = "";

	if (from->has_offset)
		snprintf(offset, sizeof(offset), "%+d", from->offset);
	snprintf(buffer, OG_GATE_KEY, "%s %s %s %04d-%02d-%02dT%02d:%02d:%02d%s %s", policy->name,
		 site, og_action_name(phase->setting.action), from->year, from->month, from->day,
		 from->hour, from->minute, from->second, offset,
		 og_gate_text(&phase->gate, condition));
	return buffer;
}

bool og_gate_shut(const struct og_decided *decided, const struct og_conf_policy *policy,
		  const struct og_conf_phase *phase, const char *site)
{
	char key[OG_GATE_KEY];

	if (!og_gate_given(phase))
		return false;
	og_gate_key(policy, phase, site, key);
	for (size_t i = 0; decided && i < decided->gate_count; i++)
		if (!strcmp(decided->gates[i], key))
			return false;
	return true;
}

bool og_is_held(const struct og_decided *decided, const char *site, uint64_t mac)
{
	for (size_t i = 0; decided && i < decided->held_count; i++)
		if (decided->held[i].mac == mac && !strcmp(decided->held[i].site, site))
			return true;
	return false;
}
