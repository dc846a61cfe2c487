/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decided.h: what was decided, once, from what was seen
 *
 * Two things about a verdict cannot stand in a file: which device fronts others without being declared
 * (`guard: hold`), and whether the condition of a phase was met (`gate:`). The daemon decides both at an
 * apply or a day's begin and keeps them in its store; for the compiler they are facts of the gateway,
 * like next hops, so that the same files, facts and second give the same bytes.
 */
#ifndef OUIGUARD_POLICY_DECIDED_H
#define OUIGUARD_POLICY_DECIDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/config/config.h"

/* A device that is kept at `log` until the asset register says what it is. */
struct og_held {
	uint64_t mac;
	const char *site;
};

/* Owned by whoever filled it. */
struct og_decided {
	const struct og_held *held;
	size_t held_count;
	const char *const *gates; /* keys of those that are open: og_gate_key() */
	size_t gate_count;
};

/* Distinct sources, addresses or IPv6 networks, from which on a device surely fronts others. */
#define OG_HOLD_SOURCES 8

#define OG_GATE_TEXT 96	 /* bytes of a gate's condition with its terminator */
#define OG_GATE_KEY  384 /* bytes of a gate's key with its terminator */

/* og_gate_given - whether @phase has a gate. */
static inline bool og_gate_given(const struct og_conf_phase *phase)
{
	return phase->gate.milestone || phase->gate.quiet_days;
}

/*
 * og_gate_text - the condition in words: `milestone all`, `14 quiet days`. og_gate_key - by what
 * an open gate is known: policy, site, action, date and condition, so that a phase whose date, action
 * or condition is edited has another gate, which is shut. Both return @buffer.
 */
char *og_gate_text(const struct og_conf_gate *gate, char buffer[OG_GATE_TEXT]);
char *og_gate_key(const struct og_conf_policy *policy, const struct og_conf_phase *phase,
		  const char *site, char buffer[OG_GATE_KEY]);

/*
 * og_gate_shut - whether @phase of @policy waits for its gate at @site; never without a gate. Without
 * @decided (NULL) all gates are shut.
 */
bool og_gate_shut(const struct og_decided *decided, const struct og_conf_policy *policy,
		  const struct og_conf_phase *phase, const char *site);

/* og_is_held - whether @mac is among those held at @site. */
bool og_is_held(const struct og_decided *decided, const char *site, uint64_t mac);

#endif
