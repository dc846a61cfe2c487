/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device-state.h: how far the removal of a device has come
 *
 * A device climbs a ladder: suspected, confirmed, planned, isolated, disconnected, removed, disposed,
 * verified-absent. Beside it stand `reappeared` (a frame after it was removed) and `moved` (seen at
 * another site), which the daemon enters by itself; from both a device is judged as a new one.
 * Silence is no state: it is worked out (absence.h), and a silent device keeps the state it has.
 *
 * Going up takes away what must still be done, so it is bound to the ladder. Going down adds to it,
 * and is always possible: a step that was entered by mistake must not stay. docs/states.md has the
 * rules in words.
 */
#ifndef OUIGUARD_POLICY_DEVICE_STATE_H
#define OUIGUARD_POLICY_DEVICE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/base/action.h"

/* The numbers are written to the store: new ones come last. */
enum og_device_state {
	OG_STATE_SUSPECTED,
	OG_STATE_CONFIRMED,
	OG_STATE_PLANNED,
	OG_STATE_ISOLATED,
	OG_STATE_DISCONNECTED,
	OG_STATE_REMOVED,
	OG_STATE_DISPOSED,
	OG_STATE_VERIFIED_ABSENT,
	OG_STATE_REAPPEARED,
	OG_STATE_MOVED,
	OG_STATE_COUNT,
};

/* og_state_name - the word for @state; never NULL. og_state_parse - 0, or -EINVAL. */
const char *og_state_name(enum og_device_state state);
int og_state_parse(const char *word, enum og_device_state *ret_state);

/* og_state_gone - whether a device in @state counts as gone: removed, disposed, verified-absent. */
bool og_state_gone(enum og_device_state state);

/* og_state_by_daemon - whether only the daemon enters @state, never a person. */
bool og_state_by_daemon(enum og_device_state state);

/* og_state_may - whether a device may go from @from to @to. */
bool og_state_may(enum og_device_state from, enum og_device_state to);

/*
 * og_state_refusal - why @from to @to is refused and what to do instead, in words for the one who
 * asked, into @buffer. Returns @buffer; NULL when og_state_may() allows it.
 */
const char *og_state_refusal(enum og_device_state from, enum og_device_state to, char *buffer,
			     size_t size);

/*
 * og_state_needs_evidence - whether @from to @to wants a text that says by what it is known: for
 * every step to a state that counts as gone, and for every step down.
 */
bool og_state_needs_evidence(enum og_device_state from, enum og_device_state to);

/* What is known of a device, to derive its state. */
struct og_state_facts {
	bool has_row; /* the site's asset register has a row for it */
	enum og_asset_status status;
	bool has_stored; /* a state was entered, */
	enum og_device_state stored;
	int64_t stored_at;	       /* at this second */
	int64_t first_seen, last_seen; /* of its frames; 0: never */
};

/* Where a device stands. */
struct og_standing {
	enum og_device_state state;
	int64_t state_at; /* since when; 0: not known */
	bool counts;	  /* belongs to the denominator: it is no false positive */
	bool unproven;	  /* its row has no proof of the date of installation */
};

/*
 * og_state_derive - where a device stands by its row and what was entered. What was entered comes
 * first. Without that a row that is removed or replaced says removed, any other confirmed, and no row
 * suspected. A frame after the second at which it was said to be gone makes it reappeared, whether
 * or not the daemon has entered that yet.
 */
void og_state_derive(const struct og_state_facts *facts, struct og_standing *ret_standing);

#endif
