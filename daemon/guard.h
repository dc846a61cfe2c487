/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard.h: what is decided once, from what was seen: who is held, and which gates open
 *
 * `guard: hold` keeps a router that nobody declared at `log`, `gate:` lets a phase wait. Both make a
 * verdict milder than the files alone would, and never stricter; docs/policies.md has the rules. What
 * was decided is kept in the store and given to every compilation with the gateway's facts.
 */
#ifndef OUIGUARD_DAEMON_GUARD_H
#define OUIGUARD_DAEMON_GUARD_H

#include <stdint.h>

#include <jansson.h>

#include "daemon/inventory/inventory.h"
#include "policy/compile/decided.h"

#define OG_HOLD_MAX 256 /* devices that are held at once */

struct og_guard;
struct og_loaded;
struct og_manager;

/* og_guard_new - or NULL. og_guard_free - NULL is allowed. */
struct og_guard *og_guard_new(void);
void og_guard_free(struct og_guard *guard);

/* og_guard_open - after the store is open: read what was decided. Logs what is wrong. */
void og_guard_open(struct og_manager *m);

/* og_guard_decided - what was decided; borrowed, until the next call of one of these functions. */
const struct og_decided *og_guard_decided(const struct og_guard *guard);

/* og_guard_record - note what the engine's @record of @device says of being enforced. */
void og_guard_record(struct og_manager *m, struct og_inv_device *device,
		     const struct og_device *record);

/*
 * og_guard_hold - before @loaded is put into force: whom to hold, and whom no longer. The engine is
 * open. Logs and notes each.
 */
void og_guard_hold(struct og_manager *m, const struct og_loaded *loaded);

/*
 * og_guard_gates - open the gates whose condition is met, by the configuration in force at @now.
 * Returns how many; whoever calls recompiles then. og_guard_tick - the same once a day, with the
 * recompilation, and the daily word about who is held.
 */
size_t og_guard_gates(struct og_manager *m, int64_t now);
void og_guard_tick(struct og_manager *m, int64_t now);

/* og_guard_record_status - the members `held` and `gates` of the status record. */
void og_guard_status(const struct og_manager *m, json_t *record);

#endif
