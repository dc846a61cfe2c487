/* SPDX-License-Identifier: GPL-2.0 */
/*
 * accept.h: the first prefixes.lock
 */
#ifndef OUIGUARD_DAEMON_ACCEPT_H
#define OUIGUARD_DAEMON_ACCEPT_H

#include "policy/config/config.h"

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

#endif
