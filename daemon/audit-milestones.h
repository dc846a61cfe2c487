/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit-milestones.h: milestones that were moved, reached, missed, or are no longer met
 */
#ifndef OUIGUARD_DAEMON_AUDIT_MILESTONES_H
#define OUIGUARD_DAEMON_AUDIT_MILESTONES_H

#include <stdint.h>

#include "policy/config/config.h"

struct og_manager;

/*
 * og_audit_moved - note each milestone of a programme that @before and @after both have whose date is
 * another one, which is new, or which is gone. 0 or -errno of og_audit_note().
 */
int og_audit_moved(struct og_manager *m, const struct og_config *before,
		   const struct og_config *after);

/*
 * og_audit_milestones - note each milestone that was reached or missed since the last call, or is
 * no longer met, of the programmes that a policy names. To be called every few seconds: it counts
 * again only when the audit log has grown (a state, a baseline, files) or another hour has begun.
 * @now: seconds since 1970 UTC. Logs what cannot be noted; that is noted the next time.
 */
void og_audit_milestones(struct og_manager *m, int64_t now);

#endif
