/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit-exceptions.h: exceptions that were added, approved, changed or revoked
 */
#ifndef OUIGUARD_DAEMON_AUDIT_EXCEPTIONS_H
#define OUIGUARD_DAEMON_AUDIT_EXCEPTIONS_H

#include <stdint.h>

#include "policy/config/config.h"

struct og_manager;

/*
 * og_audit_exceptions - note each exception in which @after differs from @before (NULL: there was no
 * configuration), beside the changes of their files. @now: seconds since 1970 UTC. 0 or -errno of
 * og_audit_note().
 */
int og_audit_exceptions(struct og_manager *m, const struct og_config *before,
			const struct og_config *after, int64_t now);

#endif
