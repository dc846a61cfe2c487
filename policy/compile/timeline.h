/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timeline.h: what applies to one kind of device, phase by phase
 *
 * Where policies, their dates, new devices, exceptions and allow lists meet. Per field: the
 * strictest action, the common part of the allow lists, the lowest rate, log if any logs, and all
 * marks together. docs/semantics.md has it in words.
 */
#ifndef OUIGUARD_POLICY_TIMELINE_H
#define OUIGUARD_POLICY_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include <ouiguard/ruleset.h>
#include "policy/compile/calendar.h"
#include "policy/compile/decided.h"
#include "policy/config/config.h"
#include "policy/compile/table.h"

/* A kind of device: all that share it share their phases. */
struct og_kind {
	const struct og_conf_site *site;
	const char *vendor;
	enum og_role role;
	bool new;		    /* by the site's asset register */
	bool held;		    /* kept at log by policies that say `guard: hold` */
	const uint16_t *exceptions; /* places in the configuration, ascending: those that may apply
				       to it, of any policy and any date */
	size_t exception_count;
};

/* What a timeline is made from; borrowed. */
struct og_times {
	const struct og_config *config;
	const struct og_calendars *calendars;
	struct og_table *table; /* takes the allow lists */
	int64_t now;
	struct og_diags *diags;
	const struct og_decided *decided; /* which gates are open; NULL: none */
};

struct og_timeline {
	struct og_phase phases[OG_CLASS_PHASES];
	size_t count;
};

/*
 * og_policy_concerns - whether @policy (its place in @config) says anything about @kind at any time:
 * the site, the vendor and the role match.
 */
bool og_policy_concerns(const struct og_config *config, size_t policy, const struct og_kind *kind);

/*
 * og_timeline_phase - what @policy (its place) says about @kind at second @at, exceptions and
 * `guard: hold` aside; NULL before its first phase. A phase whose gate is shut is passed over.
 * @ret_from, unless NULL, receives since when.
 */
const struct og_conf_phase *og_timeline_phase(const struct og_times *times,
					      const struct og_kind *kind, size_t policy, int64_t at,
					      int64_t *ret_from);

/*
 * og_timeline_of - the phases of @kind, ascending: the one in force at times->now (with the second
 * at which it began) and all to come. Equal neighbours are one phase; what is only observed before
 * the first is left out.
 *
 * Returns 0; -EINVAL when marks conflict, -E2BIG for more than OG_CLASS_PHASES phases or a full
 * table, each with an error in times->diags; -ENOMEM. @ret_timeline is undefined on failure.
 */
int og_timeline_of(const struct og_times *times, const struct og_kind *kind,
		   struct og_timeline *ret_timeline);

#endif
