// SPDX-License-Identifier: GPL-2.0
/*
 * history.c: sums by day
 */
#include "policy/progress/history.h"

#include <stdlib.h>

#include "policy/progress/progress.h"

#define DAY 86400

struct og_history {
	int64_t now;
	int64_t base;  /* day of days[0] */
	int64_t first; /* day of the first dated change; today when there is none */
	struct og_history_day days[OG_PROGRESS_DAYS];
};

struct og_history *og_history_new(int64_t now)
{
	struct og_history *history = calloc(1, sizeof(*history));

	if (!history)
		return NULL;
	history->now = now;
	history->first = now / DAY;
	history->base = now / DAY - OG_PROGRESS_DAYS + 1;
	return history;
}

void og_history_free(struct og_history *history)
{
	free(history);
}

int64_t og_history_day(const struct og_history *history, int64_t at)
{
	if (at > history->now)
		at = history->now;
	return at / DAY < history->base ? history->base : at / DAY;
}

void og_history_add(struct og_history *history, int64_t at, int total, int done, int third)
{
	int64_t number = og_history_day(history, at);
	struct og_history_day *day = &history->days[number - history->base];

	if (at > history->now)
		at = history->now;
	if (at > 0 && number < history->first)
		history->first = number;
	if (at > day->last_at)
		day->last_at = at;
	day->total += total;
	day->done += done;
	day->third += third;
}

size_t og_history_days(const struct og_history *history)
{
	return (size_t)(history->now / DAY - history->first) + 1;
}

void og_history_each(const struct og_history *history,
		     void (*each)(void *userdata, int64_t at, const struct og_history_day *sums),
		     void *userdata)
{
	struct og_history_day sums = {0};
	int64_t today = history->now / DAY;

	for (int64_t number = history->base; number <= today; number++) {
		const struct og_history_day *day = &history->days[number - history->base];

		sums.total += day->total;
		sums.done += day->done;
		sums.third += day->third;
		if (day->last_at)
			sums.last_at = day->last_at;
		if (number >= history->first)
			each(userdata, number == today ? history->now : number * DAY + DAY - 1,
			     &sums);
	}
}

size_t og_history_weeks(const struct og_history *history, int64_t *weeks, size_t most)
{
	int64_t today = history->now / DAY;
	size_t count = (size_t)(today - history->first) / 7;

	if (count > most)
		count = most;
	for (size_t i = 0; i < count; i++) {
		int64_t from = today - 7 * (int64_t)(count - i);

		weeks[i] = 0;
		for (int64_t number = from; number < from + 7; number++)
			weeks[i] += history->days[number - history->base].done;
	}
	return count;
}
