// SPDX-License-Identifier: GPL-2.0
/*
 * engine-dry.c: an engine that only records what it is told, for --dry-run and for tests
 */
#include "daemon/engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct dry {
	struct og_engine engine;
	uint64_t generation;
	struct og_engine_port *ports;
	size_t port_count;
};

static struct dry *to_dry(struct og_engine *engine)
{
	return (struct dry *)engine;
}

static int dry_probe(const struct og_engine_options *options, struct og_diags *diags)
{
	(void)options;
	(void)diags;
	return 0;
}

static int dry_open(const struct og_engine_options *options, struct og_engine **ret_engine,
		    struct og_diags *diags)
{
	struct dry *dry = calloc(1, sizeof(*dry));

	(void)options;
	(void)diags;
	if (!dry)
		return -ENOMEM;
	dry->engine.ops = &og_engine_dry;
	*ret_engine = &dry->engine;
	return 0;
}

static int dry_apply(struct og_engine *engine, const struct og_ruleset *ruleset,
		     const struct og_engine_port *ports, size_t port_count, struct og_diags *diags)
{
	struct dry *dry = to_dry(engine);
	struct og_engine_port *copy = NULL;
	int r;

	r = og_engine_ruleset_check(ruleset, diags);
	if (r < 0)
		return r;
	if (port_count) {
		copy = calloc(port_count, sizeof(*copy));
		if (!copy)
			return -ENOMEM;
		memcpy(copy, ports, port_count * sizeof(*copy));
	}
	free(dry->ports);
	dry->ports = copy;
	dry->port_count = port_count;
	dry->generation = ruleset->header.generation;
	return 0;
}

static int dry_read_counters(struct og_engine *engine, struct og_engine_counters *ret_counters)
{
	(void)engine;
	memset(ret_counters, 0, sizeof(*ret_counters));
	return 0;
}

static int dry_each_device(struct og_engine *engine,
			   int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				       bool known),
			   void *userdata)
{
	(void)engine;
	(void)each;
	(void)userdata;
	return 0;
}

static int dry_read_device(struct og_engine *engine, uint64_t key, struct og_device *ret_device)
{
	(void)engine;
	(void)key;
	(void)ret_device;
	return -ENOENT;
}

static int dry_key(struct og_engine *engine, uint64_t key)
{
	(void)engine;
	(void)key;
	return 0;
}

static int dry_event_fd(struct og_engine *engine)
{
	(void)engine;
	return -1;
}

static int dry_next_events(struct og_engine *engine,
			   void (*each)(void *userdata, const struct og_event *event),
			   void *userdata)
{
	(void)engine;
	(void)each;
	(void)userdata;
	return 0;
}

static int dry_set_clock(struct og_engine *engine, int64_t tai_offset)
{
	(void)engine;
	(void)tai_offset;
	return 0;
}

static int dry_status(struct og_engine *engine, struct og_engine_status *ret_status)
{
	struct dry *dry = to_dry(engine);
	struct og_engine_status status = {.name = "dry", .generation = dry->generation};
	size_t i;

	if (dry->port_count) {
		status.ports = calloc(dry->port_count, sizeof(*status.ports));
		if (!status.ports)
			return -ENOMEM;
	}
	for (i = 0; i < dry->port_count; i++) {
		status.ports[i].port = dry->ports[i];
		status.ports[i].hook = OG_HOOK_DRY;
	}
	status.port_count = dry->port_count;
	*ret_status = status;
	return 0;
}

static int dry_detach(struct og_engine *engine, struct og_diags *diags)
{
	struct dry *dry = to_dry(engine);

	(void)diags;
	free(dry->ports);
	dry->ports = NULL;
	dry->port_count = 0;
	dry->generation = 0;
	return 0;
}

static void dry_close(struct og_engine *engine)
{
	if (!engine)
		return;
	free(to_dry(engine)->ports);
	free(to_dry(engine));
}

const struct og_engine_ops og_engine_dry = {
	.name = "dry",
	.probe = dry_probe,
	.open = dry_open,
	.apply = dry_apply,
	.read_counters = dry_read_counters,
	.each_device = dry_each_device,
	.read_device = dry_read_device,
	.promote = dry_key,
	.forget = dry_key,
	.event_fd = dry_event_fd,
	.next_events = dry_next_events,
	.set_clock = dry_set_clock,
	.status = dry_status,
	.detach = dry_detach,
	.close = dry_close,
};
