// SPDX-License-Identifier: GPL-2.0
/*
 * engine-kmod-read.c: what the module has seen: counters, devices, ports
 */
#include "daemon/engine/engine-kmod.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int take_counters(void *userdata, struct nlattr **attributes)
{
	struct og_engine_counters *counters = userdata;
	struct og_counter reasons[OG_R_COUNT];
	int r, i;

	r = kmod_link_copy(attributes[OG_A_REASONS], reasons, sizeof(reasons));
	if (r < 0)
		return r;
	for (i = 0; i < OG_R_COUNT; i++) {
		counters->reasons[i].packets = reasons[i].packets;
		counters->reasons[i].bytes = reasons[i].bytes;
	}
	counters->events_lost = kmod_link_u64(attributes[OG_A_EVENTS_LOST]);
	counters->overflow = kmod_link_u64(attributes[OG_A_OVERFLOW]);
	counters->rate_conflict = kmod_link_u64(attributes[OG_A_RATE_CONFLICT]);
	return 0;
}

int kmod_engine_read_counters(struct og_engine *engine, struct og_engine_counters *ret_counters)
{
	struct kmod_link *link = &to_kmod(engine)->control;
	struct og_engine_counters counters = {};
	int r;

	r = kmod_link_call(link, kmod_link_request(link, OG_CMD_GET_COUNTERS, 0), take_counters,
			   &counters);
	if (r == 0)
		*ret_counters = counters;
	return r;
}

struct visit {
	int (*each)(void *userdata, uint64_t key, const struct og_device *device, bool known);
	void *userdata;
};

static int visit_device(void *userdata, struct nlattr **attributes)
{
	struct visit *visit = userdata;
	struct og_device device;
	int r;

	r = kmod_link_copy(attributes[OG_A_DEVICE], &device, sizeof(device));
	if (r < 0)
		return r;
	return visit->each(visit->userdata, kmod_link_u64(attributes[OG_A_KEY]), &device,
			   attributes[OG_A_PROMOTED]);
}

int kmod_engine_each_device(struct og_engine *engine,
			    int (*each)(void *userdata, uint64_t key,
					const struct og_device *device, bool known),
			    void *userdata)
{
	struct kmod_link *link = &to_kmod(engine)->control;
	struct visit visit = {each, userdata};

	return kmod_link_call(link, kmod_link_request(link, OG_CMD_GET_DEVICES, NLM_F_DUMP),
			      visit_device, &visit);
}

/* A request about one device. */
static struct nl_msg *about(struct kmod_link *link, enum og_command command, uint64_t key)
{
	struct nl_msg *message = kmod_link_request(link, command, 0);

	if (message && nla_put_u64(message, OG_A_KEY, key) < 0) {
		nlmsg_free(message);
		message = NULL;
	}
	return message;
}

static int take_device(void *userdata, struct nlattr **attributes)
{
	return kmod_link_copy(attributes[OG_A_DEVICE], userdata, sizeof(struct og_device));
}

int kmod_engine_read_device(struct og_engine *engine, uint64_t key, struct og_device *ret_device)
{
	struct kmod_link *link = &to_kmod(engine)->control;

	return kmod_link_call(link, about(link, OG_CMD_GET_DEVICE, key), take_device, ret_device);
}

int kmod_engine_promote(struct og_engine *engine, uint64_t key)
{
	struct kmod_link *link = &to_kmod(engine)->control;

	return kmod_link_call(link, about(link, OG_CMD_PROMOTE, key), NULL, NULL);
}

int kmod_engine_forget(struct og_engine *engine, uint64_t key)
{
	struct kmod_link *link = &to_kmod(engine)->control;

	return kmod_link_call(link, about(link, OG_CMD_FORGET, key), NULL, NULL);
}

static int take_state(void *userdata, struct nlattr **attributes)
{
	struct kmod_state *state = userdata;

	state->generation = kmod_link_u64(attributes[OG_A_GENERATION]);
	state->checksum = kmod_link_u64(attributes[OG_A_CHECKSUM]);
	state->layout = kmod_link_u32(attributes[OG_A_LAYOUT]);
	state->size = kmod_link_u32(attributes[OG_A_SIZE]);
	state->devices.devices_known = kmod_link_u32(attributes[OG_A_KNOWN]);
	state->devices.devices_known_max = kmod_link_u32(attributes[OG_A_KNOWN_MAX]);
	state->devices.devices_fresh = kmod_link_u32(attributes[OG_A_FRESH]);
	state->devices.devices_fresh_max = kmod_link_u32(attributes[OG_A_FRESH_MAX]);
	return 0;
}

int kmod_engine_state(struct kmod_link *link, struct kmod_state *ret_state)
{
	struct kmod_state state = {};
	int r;

	r = kmod_link_call(link, kmod_link_request(link, OG_CMD_GET_STATUS, 0), take_state, &state);
	if (r == 0)
		*ret_state = state;
	return r;
}

struct list {
	struct og_engine_port_status *ports;
	size_t count, room;
};

static int take_port(void *userdata, struct nlattr **attributes)
{
	struct og_engine_port_status *port, *more;
	struct list *list = userdata;

	if (list->count == list->room) {
		more = realloc(list->ports, (2 * list->room + 8) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->ports = more;
		list->room = 2 * list->room + 8;
	}
	port = &list->ports[list->count++];
	memset(port, 0, sizeof(*port));
	port->port.ifindex = kmod_link_u32(attributes[OG_A_PORT]);
	port->error = (int32_t)kmod_link_u32(attributes[OG_A_ERROR]);
	port->hook = port->error ? OG_HOOK_NONE : OG_HOOK_NETFILTER;
	if (attributes[OG_A_NAME])
		nla_strlcpy(port->port.name, attributes[OG_A_NAME], sizeof(port->port.name));
	return 0;
}

int kmod_engine_ports(struct kmod_link *link, struct og_engine_port_status **ret_ports,
		      size_t *ret_count)
{
	struct list list = {};
	int r;

	r = kmod_link_call(link, kmod_link_request(link, OG_CMD_GET_PORTS, NLM_F_DUMP), take_port,
			   &list);
	if (r < 0) {
		free(list.ports);
		return r;
	}
	*ret_ports = list.ports;
	*ret_count = list.count;
	return 0;
}

int kmod_engine_status(struct og_engine *engine, struct og_engine_status *ret_status)
{
	struct kmod_link *link = &to_kmod(engine)->control;
	struct og_engine_status status;
	struct kmod_state state;
	int r;

	r = kmod_engine_state(link, &state);
	if (r < 0)
		return r;
	status = state.devices;
	status.name = "kmod";
	status.generation = state.generation;
	r = kmod_engine_ports(link, &status.ports, &status.port_count);
	if (r == 0)
		*ret_status = status;
	return r;
}
