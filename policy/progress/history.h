/* SPDX-License-Identifier: GPL-2.0 */
/*
 * history.h: what changed on which day
 *
 * Three running sums by days of UTC: how many there are, how many of them are done, and a third one
 * whose meaning is its owner's. Kept as what each day added, so that things can be told in any order.
 */
#ifndef OUIGUARD_POLICY_HISTORY_H
#define OUIGUARD_POLICY_HISTORY_H

#include <stddef.h>
#include <stdint.h>

struct og_history_day {
	int64_t last_at; /* last change of the day */
	int32_t total, done, third;
};

struct og_history;

/*
 * og_history_new - a history up to second @now. NULL without memory. og_history_free - NULL is
 * allowed.
 */
struct og_history *og_history_new(int64_t now);
void og_history_free(struct og_history *history);

/*
 * og_history_add - at second @at the sums change by so much. @at 0: always so; it, and what lies
 * farther back than a history goes, belongs to the first day. What lies after now belongs to today.
 */
void og_history_add(struct og_history *history, int64_t at, int total, int done, int third);

/* og_history_day - the day since 1970 to which @at belongs. */
int64_t og_history_day(const struct og_history *history, int64_t at);

/*
 * og_history_each - call @each for every day from the one of the first dated change to today, with
 * its last second (for today, now) and the sums at its end; @last_at is the last change so far, 0:
 * not known.
 */
void og_history_each(const struct og_history *history,
		     void (*each)(void *userdata, int64_t at, const struct og_history_day *sums),
		     void *userdata);

/* og_history_days - for how many days og_history_each() calls; at least 1. */
size_t og_history_days(const struct og_history *history);

/*
 * og_history_weeks - what was done in each of the last whole weeks, the last ending with yesterday, the
 * newest last; @most at most, and none from before the first dated change. Returns how many.
 */
size_t og_history_weeks(const struct og_history *history, int64_t *weeks, size_t most);

#endif
