/* SPDX-License-Identifier: GPL-2.0 */
/*
 * presence.h: since when no device of a site is present, day by day
 *
 * A site counts as done while it is surveyed and nothing in scope is present. Devices come and go;
 * what counts is how it stood at the end of each day.
 */
#ifndef OUIGUARD_POLICY_PRESENCE_H
#define OUIGUARD_POLICY_PRESENCE_H

#include <stddef.h>
#include <stdint.h>

#include "policy/progress/history.h"

struct og_presence_event {
	int64_t at;
	uint64_t scopes; /* bits of the milestones whose scope the device is in */
	int change;	 /* +1: it is present from then on, -1: no longer */
};

/* The events of one site; zeroed: none. */
struct og_presence {
	struct og_presence_event *events;
	size_t count, room;
};

/* og_presence_add - note one. 0 or -ENOMEM. og_presence_clear - forget all and free their memory. */
int og_presence_add(struct og_presence *presence, int64_t at, uint64_t scopes, int change);
void og_presence_clear(struct og_presence *presence);

/* og_presence_sort - bring them into the order of time, after the last og_presence_add(). */
void og_presence_sort(struct og_presence *presence);

/*
 * og_presence_tell - add to @history when the site became done, and when it no longer was, for the
 * milestone of bit @scope; @surveyed_at: from when on it was surveyed, 0: always.
 */
void og_presence_tell(const struct og_presence *presence, unsigned int scope, int64_t surveyed_at,
		      struct og_history *history);

#endif
