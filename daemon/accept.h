/* SPDX-License-Identifier: GPL-2.0 */
/*
 * accept.h: the first prefixes.lock, and what the registries would make of it now
 */
#ifndef OUIGUARD_DAEMON_ACCEPT_H
#define OUIGUARD_DAEMON_ACCEPT_H

#include "policy/base/arena.h"
#include "policy/config/config.h"
#include "policy/registry/registry.h"

/*
 * og_accept_registry - give @config, which has no prefixes.lock, the prefixes that the present
 * registry has for its vendors, and write them as @dir/prefixes.lock so that a newer registry
 * changes nothing by itself. Where @dir cannot be written they are kept in @state, and taken from
 * there the next time. A warning in @diags says which.
 *
 * Returns 0; -EINVAL with errors in @diags (no registry, vendors that disagree with it); -ENOMEM.
 */
int og_accept_registry(struct og_config *config, const char *dir, const char *state,
		       struct og_diags *diags);

/*
 * og_present_lock - the prefixes that the present registries have for the vendors of @config, with
 * the date of the newest one; memory from @arena. Returns 0; -EINVAL with errors in @diags; -ENOMEM.
 * Free the registry with og_registry_free().
 */
int og_present_lock(const struct og_config *config, struct og_arena *arena,
		    struct og_registry **ret_registry, struct og_lock *ret_lock,
		    struct og_diags *diags);

#endif
