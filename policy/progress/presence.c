// SPDX-License-Identifier: GPL-2.0
/*
 * presence.c: since when no device of a site is present
 */
#include "policy/progress/presence.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int og_presence_add(struct og_presence *presence, int64_t at, uint64_t scopes, int change)
{
	if (presence->count == presence->room) {
		size_t room = presence->room ? presence->room * 2 : 64;
		struct og_presence_event *events =
			reallocarray(presence->events, room, sizeof(*events));

		if (!events)
			return -ENOMEM;
		presence->events = events;
		presence->room = room;
	}
	presence->events[presence->count++] =
		(struct og_presence_event){.at = at, .scopes = scopes, .change = change};
	return 0;
}

void og_presence_clear(struct og_presence *presence)
{
	free(presence->events);
	*presence = (struct og_presence){0};
}

static int by_time(const void *a, const void *b)
{
	const struct og_presence_event *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

void og_presence_sort(struct og_presence *presence)
{
	if (presence->count)
		qsort(presence->events, presence->count, sizeof(*presence->events), by_time);
}

void og_presence_tell(const struct og_presence *presence, unsigned int scope, int64_t surveyed_at,
		      struct og_history *history)
{
	int64_t surveyed = og_history_day(history, surveyed_at), present = 0;
	bool was = false;
	size_t i = 0;

	/* Up to the end of the day on which it was surveyed, then day by day. */
	for (int64_t day = surveyed, at = surveyed_at;;) {
		for (;
		     i < presence->count && og_history_day(history, presence->events[i].at) <= day;
		     i++) {
			if (!(presence->events[i].scopes >> scope & 1))
				continue;
			present += presence->events[i].change;
			if (presence->events[i].at > at)
				at = presence->events[i].at;
		}
		if (was != !present) {
			was = !present;
			og_history_add(history, at, 0, was ? 1 : -1, 0);
		}
		if (i == presence->count)
			return;
		day = og_history_day(history, presence->events[i].at);
	}
}
