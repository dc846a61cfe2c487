// SPDX-License-Identifier: GPL-2.0
#include "event.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "counter.h"
#include "netlink.h"

#define WAITING 2048 /* events; a power of two */

struct events {
	spinlock_t lock;
	__u32 first;
	__u32 count;
	struct og_event event[WAITING];
};

struct events *events_new(void)
{
	struct events *events = kvzalloc(sizeof(*events), GFP_KERNEL_ACCOUNT);

	if (events)
		spin_lock_init(&events->lock);
	return events;
}

void events_free(struct events *events)
{
	kvfree(events);
}

static bool keep(struct events *events, const struct og_event *event)
{
	bool room;

	spin_lock_bh(&events->lock);
	room = events->count < WAITING;
	if (room)
		events->event[(events->first + events->count++) % WAITING] = *event;
	spin_unlock_bh(&events->lock);
	return room;
}

int events_take(struct events *events, struct og_event *ret_event)
{
	int taken;

	spin_lock_bh(&events->lock);
	taken = events->count > 0;
	if (taken) {
		*ret_event = events->event[events->first];
		events->first = (events->first + 1) % WAITING;
		events->count--;
	}
	spin_unlock_bh(&events->lock);
	return taken;
}

void event_send(struct state *state, struct port *port, struct og_device *device,
		const struct og_seen *seen, unsigned int kind)
{
	struct og_event event;
	int r;

	if (!og_event_take(seen, device, &port->state))
		goto lost;
	og_event_fill(&event, seen, device, kind);
	r = netlink_publish(state->net, &event);
	if (r == 0 || (r == -ESRCH && keep(state->events, &event)))
		return;
lost:
	/* Of one device, and at most as exact as the rest of its record. */
	device->events_lost++;
	count_total(state->counters, TOTAL_EVENTS_LOST, 1);
}
