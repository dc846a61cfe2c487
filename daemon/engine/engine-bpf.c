// SPDX-License-Identifier: GPL-2.0
/*
 * engine-bpf.c: the BPF engine: opening, applying, taking down
 */
#include "daemon/engine/engine-bpf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bpf/tc.skel.h"

/* What libbpf would print is said in our own words, in the diagnostics. */
static int say_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

static int engine_probe(const struct og_engine_options *options, struct og_diags *diags)
{
	int r;

	(void)options;
	libbpf_set_print(say_nothing);
	r = libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SCHED_CLS, NULL);
	if (r > 0)
		r = libbpf_probe_bpf_helper(BPF_PROG_TYPE_SCHED_CLS, BPF_FUNC_ktime_get_tai_ns,
					    NULL);
	if (r > 0)
		return 0;
	if (r == -EPERM || geteuid() != 0)
		og_error(diags, NULL,
			 "BPF programs may not be loaded: the service needs CAP_BPF, "
			 "CAP_NET_ADMIN and CAP_PERFMON");
	else
		og_error(diags, NULL,
			 "this kernel cannot run the BPF engine: it needs Linux 6.1 or later with "
			 "CONFIG_BPF_SYSCALL and CONFIG_NET_CLS_ACT");
	return r < 0 ? r : -EOPNOTSUPP;
}

static void engine_close(struct og_engine *engine)
{
	struct bpf_engine *e = engine ? to_bpf(engine) : NULL;

	if (!e)
		return;
	bpf_engine_close_events(e);
	bpf_engine_let_go(e);
	if (e->prog_fd >= 0)
		close(e->prog_fd);
	if (e->ruleset_fd >= 0)
		close(e->ruleset_fd);
	tc_bpf__destroy(e->skel);
	free(e->failed);
	free(e);
}

static int engine_open(const struct og_engine_options *options, struct og_engine **ret_engine,
		       struct og_diags *diags)
{
	const char *path = options->pin_path ? options->pin_path : OG_ENGINE_PIN_PATH;
	struct bpf_engine *e = calloc(1, sizeof(*e));
	int r;

	if (!e)
		return -ENOMEM;
	libbpf_set_print(say_nothing);
	e->engine.ops = &og_engine_bpf;
	e->prog_fd = e->ruleset_fd = -1;
	e->force_clsact = options->force_clsact;
	if (strlen(path) >= sizeof(e->path)) {
		og_error(diags, NULL, "%s: the path is too long", path);
		r = -ENAMETOOLONG;
		goto fail;
	}
	snprintf(e->path, sizeof(e->path), "%s", path);
	snprintf(e->dir, sizeof(e->dir), "%s/v%u", e->path, OG_LAYOUT);
	r = bpf_engine_prepare(e, diags);
	if (r < 0)
		goto fail;
	r = bpf_engine_load(e, diags);
	if (r < 0)
		goto fail;
	bpf_engine_inherit(e);
	r = bpf_engine_open_events(e);
	if (r < 0) {
		og_error(diags, NULL, "opening the event buffer failed: %s", strerror(-r));
		goto fail;
	}
	r = bpf_engine_reconcile(e, diags);
	if (r < 0)
		goto fail;
	*ret_engine = &e->engine;
	return 0;
fail:
	engine_close(&e->engine);
	return r;
}

static int engine_apply(struct og_engine *engine, const struct og_ruleset *ruleset,
			const struct og_engine_port *ports, size_t port_count,
			struct og_diags *diags)
{
	struct bpf_engine *e = to_bpf(engine);
	int r, uncovered;

	r = og_engine_apply_check(ruleset, port_count, diags);
	if (r < 0)
		return r;
	bpf_engine_carry(e);
	r = bpf_engine_put(e, ruleset, diags);
	if (r < 0)
		return r;
	uncovered = bpf_engine_cover(e, ports, port_count, diags);
	if (uncovered < 0)
		return uncovered;
	/* A port that kept the old program must find it replaced the next time. */
	if (e->replace && uncovered == 0)
		bpf_engine_pin_program(e, diags);
	if (uncovered == 0)
		bpf_engine_unpin_others(e);
	return uncovered;
}

static int engine_set_clock(struct og_engine *engine, int64_t tai_offset)
{
	struct og_bpf_control control = {.tai_offset_ns = tai_offset * (int64_t)OG_NS_SECOND};
	uint32_t zero = 0;

	return bpf_map_update_elem(bpf_map__fd(to_bpf(engine)->skel->maps.og_control), &zero,
				   &control, BPF_ANY);
}

static int count_device(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	struct og_engine_status *status = userdata;

	(void)key;
	(void)device;
	if (known)
		status->devices_known++;
	else
		status->devices_fresh++;
	return 0;
}

static int engine_status(struct og_engine *engine, struct og_engine_status *ret_status)
{
	struct bpf_engine *e = to_bpf(engine);
	struct og_engine_status status = {
		.name = "bpf",
		.generation = bpf_engine_generation(e),
		.devices_known_max = OG_KNOWN_MAX,
		.devices_fresh_max = OG_FRESH_MAX,
		.inherited = e->inherited,
		.carried = e->carried,
	};
	int r;

	r = bpf_engine_each_device(engine, count_device, &status);
	if (r < 0)
		return r;
	r = bpf_engine_ports(e, &status.ports, &status.port_count);
	if (r < 0)
		return r;
	*ret_status = status;
	return 0;
}

static int engine_detach(struct og_engine *engine, struct og_diags *diags)
{
	struct bpf_engine *e = to_bpf(engine);
	int uncovered;

	uncovered = bpf_engine_uncover(e, diags);
	/* While something is still attached its pins are what finds it again. */
	if (uncovered < 0)
		return uncovered;
	e->inherited_generation = 0;
	bpf_engine_unpin_others(e);
	return bpf_engine_unpin_all(e, diags);
}

const struct og_engine_ops og_engine_bpf = {
	.name = "bpf",
	.probe = engine_probe,
	.open = engine_open,
	.apply = engine_apply,
	.read_counters = bpf_engine_read_counters,
	.each_device = bpf_engine_each_device,
	.read_device = bpf_engine_read_device,
	.promote = bpf_engine_promote,
	.forget = bpf_engine_forget,
	.event_fd = bpf_engine_event_fd,
	.next_events = bpf_engine_next_events,
	.set_clock = engine_set_clock,
	.status = engine_status,
	.detach = engine_detach,
	.close = engine_close,
};
