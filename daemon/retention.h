/* SPDX-License-Identifier: GPL-2.0 */
/*
 * retention.h: what is older than ouiguard.yaml wants it kept is cut, and told
 */
#ifndef OUIGUARD_DAEMON_RETENTION_H
#define OUIGUARD_DAEMON_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/inventory/inventory.h"
#include "daemon/inventory/store-cut.h"

#define OG_CLASS_GUEST "guest" /* where guests are: what their devices send to is not kept */

struct og_manager;

/* What the manager keeps for this; zero-initialised. */
struct og_retention {
	const void *of; /* the configuration of the last round */
	int64_t day;	/* of the last round, since 1970 */
	unsigned int next;
	int64_t cut[OG_CUT_COUNT]; /* in this round */
};

/*
 * og_retention_step - cut one kind, if it is time: all of them are gone through once a day and after a
 * change of the files. Logs what went, when a round is over.
 */
void og_retention_step(struct og_manager *m, int64_t now);

/* og_retention_events - how many events are kept. */
int64_t og_retention_events(const struct og_manager *m);

/* og_retention_guest - whether @site is one of guests. */
bool og_retention_guest(const struct og_manager *m, const char *site);

#endif
