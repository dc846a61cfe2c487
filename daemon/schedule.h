/* SPDX-License-Identifier: GPL-2.0 */
/*
 * schedule.h: when which policy's phase begins at which site
 *
 * The kernel changes phases by itself; this is what the daemon announces. Pure: the second comes in
 * as an argument. Names are borrowed from the configuration.
 */
#ifndef OUIGUARD_DAEMON_SCHEDULE_H
#define OUIGUARD_DAEMON_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "policy/config/config.h"

enum og_schedule_kind {
	OG_SCHEDULE_PHASE,	    /* a phase of @policy begins at @site */
	OG_SCHEDULE_EXCEPTION,	    /* @exception begins */
	OG_SCHEDULE_EXCEPTION_ENDS, /* @exception ends */
};

struct og_schedule_item {
	enum og_schedule_kind kind;
	int64_t at; /* second since 1970 UTC */
	const char *policy;
	const char *site;      /* of a phase always; of an exception NULL: every site */
	const char *exception; /* NULL: a phase */
	enum og_action action, previous;
};

struct og_schedule {
	struct og_schedule_item *items; /* ascending by @at */
	size_t count;
};

/*
 * og_schedule_make - every phase of every policy at every site it applies to, each in the site's
 * zone, and every exception. Returns 0, -ENOMEM, or -EINVAL for a zone that is unknown. Free with
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

/* The phase of (policy, site) in force at @now and the one after it; each NULL when there is none. */
const struct og_schedule_item *og_schedule_now(const struct og_schedule *schedule,
					       const char *policy, const char *site, int64_t now);
const struct og_schedule_item *og_schedule_next(const struct og_schedule *schedule,
						const char *policy, const char *site, int64_t now);

#endif
