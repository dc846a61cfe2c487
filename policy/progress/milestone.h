/* SPDX-License-Identifier: GPL-2.0 */
/*
 * milestone.h: whether a milestone of a programme is met, and when it is due
 *
 * What is counted is devices or sites of the milestone's scope. The denominator is what its asset
 * registers hold, plus what was found later, minus false positives. A site without an asset register
 * is not surveyed: it stays in the denominator and never enters the numerator; and because nobody
 * knows how many devices stand there, no milestone in devices is met while one is left.
 * docs/programmes.md has it in words.
 */
#ifndef OUIGUARD_POLICY_MILESTONE_H
#define OUIGUARD_POLICY_MILESTONE_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/config/config.h"

const char *og_measure_name(enum og_measure measure);	       /* devices, sites */
const char *og_comparator_name(enum og_comparator comparator); /* at_least, at_most, none_left */
const char *og_blocker_name(enum og_blocker code);	       /* funding, supply, ... */
int og_blocker_parse(const char *word, enum og_blocker *ret_code); /* 0 or -EINVAL */

/*
 * og_milestone_original - the date that was first set: that of the first extension, else the due
 * date. Borrowed from @milestone.
 */
const struct og_when *og_milestone_original(const struct og_conf_milestone *milestone);

/*
 * og_milestone_concerns - whether a device of @vendor (NULL: not known) and @role at a site of
 * @site_class (NULL: none is given) is in the scope of @milestone. A role that is not known is in
 * every scope: what a device is must be found out, not guessed away.
 */
bool og_milestone_concerns_site(const struct og_conf_milestone *milestone, const char *site_class);
bool og_milestone_concerns(const struct og_conf_milestone *milestone, const char *vendor,
			   enum og_role role);

/* What was counted in a milestone's scope. */
struct og_tally {
	uint64_t total;	       /* the denominator, in devices or sites as it is measured */
	uint64_t done;	       /* the numerator, at most @total */
	uint64_t sites;	       /* sites in scope, */
	uint64_t not_surveyed; /* of them without an asset register */
};

struct og_milestone_result {
	uint64_t needed;      /* how many must be done */
	unsigned int percent; /* of the total that is done, rounded down */
	bool met;
	bool overdue; /* due, and not met */
};

/* og_milestone_needed - how many of @total must be done for @milestone to be met. */
uint64_t og_milestone_needed(const struct og_conf_milestone *milestone, uint64_t total);

/* og_milestone_met - whether @tally meets @milestone. A scope without a site is not met: there is
 * nothing to show. */
bool og_milestone_met(const struct og_conf_milestone *milestone, const struct og_tally *tally);

/*
 * og_milestone_judge - @tally at second @now. @last is the last second of the due date at the site
 * in scope where that day ends last (og_when_last); at it the milestone is not yet overdue.
 */
void og_milestone_judge(const struct og_conf_milestone *milestone, const struct og_tally *tally,
			int64_t last, int64_t now, struct og_milestone_result *ret_result);

#endif
