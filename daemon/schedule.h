/* SPDX-License-Identifier: GPL-2.0 */
/*
 * schedule.h: when which policy's phase begins at which site
 *
 * The kernel changes phases by itself; this is what the daemon announces. Pure: the second comes in
 * as an argument. Names are borrowed from the configuration.
 */
#ifndef OUIGUARD_DAEMON_SCHEDULE_H
#define OUIGUARD_DAEMON_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/compile/decided.h"
#include "policy/config/config.h"

enum og_schedule_kind {
	OG_SCHEDULE_PHASE,	    /* a phase of @policy begins at @site */
	OG_SCHEDULE_EXCEPTION,	    /* @exception begins */
	OG_SCHEDULE_EXCEPTION_ENDS, /* @exception ends */
	OG_SCHEDULE_PHASE_SOON,	    /* a phase begins in @days, at @due */
	OG_SCHEDULE_EXCEPTION_SOON, /* @exception ends in @days, at @due */
};

struct og_schedule_item {
	enum og_schedule_kind kind;
	int64_t at; /* second since 1970 UTC */
	const char *policy;
	const char *site;		   /* of a phase always; of an exception NULL: every site */
	const char *exception;		   /* NULL: a phase */
	const char *owner;		   /* of the exception; NULL: a pause */
	const struct og_conf_policy *conf; /* of a phase: whose it is, */
	const struct og_conf_phase *phase; /* and where it stands; else NULL */
	enum og_action action, previous;   /* @previous: as written, gates aside */
	unsigned int days;		   /* of a warning: 30, 7 or 1 */
	int64_t due;			   /* of a warning: what it is about */
};

struct og_schedule {
	struct og_schedule_item *items; /* ascending by @at */
	size_t count;
};

/*
 * og_schedule_make - every phase of every policy at every site it applies to, each in the site's
 * zone, every exception, and the warnings before a phase begins or an exception, other than a pause,
 * ends. Returns 0, -ENOMEM, or -EINVAL for a zone that is unknown. Free with
 * og_schedule_clear(), before the configuration.
 */
int og_schedule_make(const struct og_config *config, struct og_schedule *ret_schedule);
void og_schedule_clear(struct og_schedule *schedule);

/*
 * og_schedule_between - index of the first item with @after < at <= @until at or after index
 * @from; the count of items when there is none.
 */
size_t og_schedule_between(const struct og_schedule *schedule, size_t from, int64_t after,
			   int64_t until);

/*
 * og_schedule_is_stale - whether the warning @item says nothing at @now any more: what it warns of has
 * come, or a later warning of the same is due too. After a while without a daemon only the last counts.
 */
bool og_schedule_is_stale(const struct og_schedule_item *item, int64_t now);

/* og_schedule_waits - whether @item is of a phase whose gate is shut (decided.h). */
bool og_schedule_waits(const struct og_schedule_item *item, const struct og_decided *decided);

/*
 * The phase of (policy, site) in force at @now and the one after it; each NULL when there is none.
 * Phases whose gate is shut are passed over.
 */
const struct og_schedule_item *og_schedule_now(const struct og_schedule *schedule,
					       const struct og_decided *decided, const char *policy,
					       const char *site, int64_t now);
const struct og_schedule_item *og_schedule_next(const struct og_schedule *schedule,
						const struct og_decided *decided,
						const char *policy, const char *site, int64_t now);

#endif
