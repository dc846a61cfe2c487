/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine-kmod.h: the inside of the module's engine, shared by its engine-kmod-*.c
 *
 * The module keeps everything: this process has nothing but its connections, one for requests and one
 * that is a member of the events' group.
 */
#ifndef OUIGUARD_DAEMON_ENGINE_KMOD_H
#define OUIGUARD_DAEMON_ENGINE_KMOD_H

#include "daemon/engine/engine.h"
#include "daemon/engine/kmod-link.h"

struct kmod_engine {
	struct og_engine engine;
	struct kmod_link control;
	struct kmod_link events;
	int waiting_fd; /* eventfd: readable while the module may hold events from before */
	int poll_fd;	/* epoll: of both */
	void (*each_event)(void *userdata, const struct og_event *event);
	void *each_event_data;
	int event_count;
};

/* engine-kmod-events.c */

/* kmod_engine_open_events - join the group; what waits in the module is handed out first. */
int kmod_engine_open_events(struct kmod_engine *e);
/* kmod_engine_listen - what the socket of e->events receives is handed out as events. */
void kmod_engine_listen(struct kmod_engine *e);
void kmod_engine_close_events(struct kmod_engine *e);
int kmod_engine_event_fd(struct og_engine *engine);
int kmod_engine_next_events(struct og_engine *engine,
			    void (*each)(void *userdata, const struct og_event *event),
			    void *userdata);

/* engine-kmod-read.c: the ops of these names */
int kmod_engine_read_counters(struct og_engine *engine, struct og_engine_counters *ret_counters);
int kmod_engine_each_device(struct og_engine *engine,
			    int (*each)(void *userdata, uint64_t key,
					const struct og_device *device, bool known),
			    void *userdata);
int kmod_engine_read_device(struct og_engine *engine, uint64_t key, struct og_device *ret_device);
int kmod_engine_promote(struct og_engine *engine, uint64_t key);
int kmod_engine_forget(struct og_engine *engine, uint64_t key);
int kmod_engine_status(struct og_engine *engine, struct og_engine_status *ret_status);

/* What GET_STATUS says beside the counts of devices. */
struct kmod_state {
	uint64_t generation;
	uint64_t checksum;
	uint32_t layout;
	uint32_t size;
	struct og_engine_status devices; /* its counts only */
};

/* kmod_engine_state - ask the module how it is. */
int kmod_engine_state(struct kmod_link *link, struct kmod_state *ret_state);

/* kmod_engine_ports - the ports and whether they are covered. @ret_ports is malloced. */
int kmod_engine_ports(struct kmod_link *link, struct og_engine_port_status **ret_ports,
		      size_t *ret_count);

static inline struct kmod_engine *to_kmod(struct og_engine *engine)
{
	return (struct kmod_engine *)engine;
}

#endif
