/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h: telling the daemon; events wait here while it is away
 */
#ifndef OUIGUARD_KMOD_EVENT_H
#define OUIGUARD_KMOD_EVENT_H

#include <ouiguard/account.h>
#include "gateway.h"
#include "ports.h"

/* events_new - an empty queue; NULL without memory. events_free() takes NULL. */
struct events *events_new(void);
void events_free(struct events *events);

/*
 * event_send - send one event of @kind about @seen to the group, or keep it while the group has no
 * member. What the budgets or a full queue swallow is counted. In softirq.
 */
void event_send(struct state *state, struct port *port, struct og_device *device,
		const struct og_seen *seen, unsigned int kind);

/* events_take - hand out the oldest event that waits: 1, or 0 when there is none. */
int events_take(struct events *events, struct og_event *ret_event);

#endif
