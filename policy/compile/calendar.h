/* SPDX-License-Identifier: GPL-2.0 */
/*
 * calendar.h: the dates of policies and exceptions as seconds, by the clock of each site
 */
#ifndef OUIGUARD_POLICY_CALENDAR_H
#define OUIGUARD_POLICY_CALENDAR_H

#include <stdint.h>

#include "policy/config/config.h"
#include "policy/base/diag.h"

/* When what was written without a date begins: before every clock. */
#define OG_EVER 0

/* The dates in one zone. Arrays go by the places in the configuration. */
struct og_calendar {
	const char *zone;      /* NULL: the gateway's own; owned by the configuration */
	int64_t **phases;      /* [policy][phase] */
	int64_t *new_devices;  /* [policy] */
	int64_t *from, *until; /* [exception] */
};

struct og_calendars {
	struct og_calendar *items;
	size_t count;
	void *arena;
};

/*
 * og_calendars_new - the dates of @config in the zones of its sites. Returns 0, -EINVAL with an
 * error in @diags for a zone that does not exist, -ENOMEM. Free it with og_calendars_free().
 */
int og_calendars_new(const struct og_config *config, struct og_calendars *ret_calendars,
		     struct og_diags *diags);
void og_calendars_free(struct og_calendars *calendars);

/* og_calendar_of - the dates by the clock of @site, which is one of the configuration's. */
const struct og_calendar *og_calendar_of(const struct og_calendars *calendars,
					 const struct og_conf_site *site);

#endif
