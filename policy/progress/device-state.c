// SPDX-License-Identifier: GPL-2.0
/*
 * device-state.c: the states of a device, and which may follow which
 */
#include "policy/progress/device-state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TO(state) (1u << OG_STATE_##state)

#define IN_PLACE (TO(CONFIRMED) | TO(PLANNED) | TO(ISOLATED) | TO(DISCONNECTED))

static const char *const names[] = {
	[OG_STATE_SUSPECTED] = "suspected",	  [OG_STATE_CONFIRMED] = "confirmed",
	[OG_STATE_PLANNED] = "planned",		  [OG_STATE_ISOLATED] = "isolated",
	[OG_STATE_DISCONNECTED] = "disconnected", [OG_STATE_REMOVED] = "removed",
	[OG_STATE_DISPOSED] = "disposed",	  [OG_STATE_VERIFIED_ABSENT] = "verified-absent",
	[OG_STATE_REAPPEARED] = "reappeared",	  [OG_STATE_MOVED] = "moved",
};
_Static_assert(sizeof(names) / sizeof(*names) == OG_STATE_COUNT, "a word for each state");

/*
 * Which states may follow. A device that is suspected must be confirmed before anything is claimed of
 * it, except that it may turn up elsewhere, or be one that was removed at another site. A device must
 * have been removed by somebody before it is disposed of or verified absent: the verifier must not be
 * the remover, so the remover must be known.
 */
static const unsigned int followers[] = {
	[OG_STATE_SUSPECTED] = TO(CONFIRMED) | TO(REAPPEARED) | TO(MOVED),
	[OG_STATE_CONFIRMED] = IN_PLACE | TO(REMOVED) | TO(REAPPEARED) | TO(MOVED),
	[OG_STATE_PLANNED] = IN_PLACE | TO(REMOVED) | TO(MOVED),
	[OG_STATE_ISOLATED] = IN_PLACE | TO(REMOVED) | TO(MOVED),
	[OG_STATE_DISCONNECTED] = IN_PLACE | TO(REMOVED) | TO(MOVED),
	[OG_STATE_REMOVED] = IN_PLACE | TO(DISPOSED) | TO(VERIFIED_ABSENT) | TO(REAPPEARED),
	[OG_STATE_DISPOSED] = IN_PLACE | TO(REMOVED) | TO(VERIFIED_ABSENT) | TO(REAPPEARED),
	[OG_STATE_VERIFIED_ABSENT] = IN_PLACE | TO(REMOVED) | TO(DISPOSED) | TO(REAPPEARED),
	[OG_STATE_REAPPEARED] = IN_PLACE | TO(REMOVED) | TO(MOVED),
	[OG_STATE_MOVED] = IN_PLACE | TO(REMOVED) | TO(REAPPEARED),
};
_Static_assert(sizeof(followers) / sizeof(*followers) == OG_STATE_COUNT, "a row for each state");

const char *og_state_name(enum og_device_state state)
{
	return state < OG_STATE_COUNT ? names[state] : "?";
}

int og_state_parse(const char *word, enum og_device_state *ret_state)
{
	for (unsigned int i = 0; i < OG_STATE_COUNT; i++) {
		if (!strcmp(word, names[i])) {
			*ret_state = (enum og_device_state)i;
			return 0;
		}
	}
	return -EINVAL;
}

bool og_state_gone(enum og_device_state state)
{
	return state == OG_STATE_REMOVED || state == OG_STATE_DISPOSED ||
	       state == OG_STATE_VERIFIED_ABSENT;
}

bool og_state_by_daemon(enum og_device_state state)
{
	return state == OG_STATE_REAPPEARED || state == OG_STATE_MOVED;
}

bool og_state_may(enum og_device_state from, enum og_device_state to)
{
	return from < OG_STATE_COUNT && to < OG_STATE_COUNT && from != to &&
	       (followers[from] & 1u << to);
}

const char *og_state_refusal(enum og_device_state from, enum og_device_state to, char *buffer,
			     size_t size)
{
	const char *why;

	if (og_state_may(from, to))
		return NULL;
	if (from == to)
		why = "it is in that state already";
	else if (to == OG_STATE_SUSPECTED)
		why = "what is known to be there cannot become a suspicion again; if it is none of "
		      "the "
		      "listed equipment, give it the status false-positive in the asset register";
	else if (og_state_by_daemon(to))
		why = "that state follows from frames alone, and not from this one";
	else if (from == OG_STATE_SUSPECTED)
		why = "confirm first that it is listed equipment, or give it the status "
		      "false-positive in the asset register";
	else
		why = "it must be removed first, by a person who is named";
	snprintf(buffer, size, "from %s to %s: %s", og_state_name(from), og_state_name(to), why);
	return buffer;
}

/* Height on the ladder; what stands beside it is as high as a confirmed device. */
static unsigned int height(enum og_device_state state)
{
	return og_state_by_daemon(state) ? OG_STATE_CONFIRMED : state;
}

bool og_state_needs_evidence(enum og_device_state from, enum og_device_state to)
{
	return og_state_gone(to) || height(to) < height(from);
}

void og_state_derive(const struct og_state_facts *facts, struct og_standing *ret_standing)
{
	struct og_standing standing = {.counts = true};

	if (facts->has_row) {
		standing.counts = facts->status != OG_ASSET_FALSE_POSITIVE;
		standing.unproven = facts->status == OG_ASSET_LEGACY_UNPROVEN;
	}
	if (facts->has_stored) {
		standing.state = facts->stored;
		standing.state_at = facts->stored_at;
	} else if (!facts->has_row) {
		standing.state = OG_STATE_SUSPECTED;
		standing.state_at = facts->first_seen;
	} else if (facts->status == OG_ASSET_REMOVED || facts->status == OG_ASSET_REPLACED) {
		standing.state = OG_STATE_REMOVED;
	} else {
		standing.state = OG_STATE_CONFIRMED;
	}
	if (og_state_gone(standing.state) && standing.state_at &&
	    facts->last_seen > standing.state_at) {
		standing.state = OG_STATE_REAPPEARED;
		standing.state_at = facts->last_seen;
	}
	*ret_standing = standing;
}
