// SPDX-License-Identifier: GPL-2.0
/*
 * engine-bpf-read.c: what the programs have seen: counters, devices, events
 */
#include "daemon/engine/engine-bpf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "bpf/tc.skel.h"

#define BATCH 1024

/* Add up one per-processor element of @words 64-bit numbers. */
static int sum_cpus(int fd, uint32_t key, uint64_t *ret_sums, size_t words)
{
	int cpus = libbpf_num_possible_cpus(), cpu, r;
	uint64_t *values;
	size_t i;

	if (cpus < 0)
		return cpus;
	values = calloc(cpus * words, sizeof(*values));
	if (!values)
		return -ENOMEM;
	r = bpf_map_lookup_elem(fd, &key, values);
	if (r == 0) {
		memset(ret_sums, 0, words * sizeof(*ret_sums));
		for (cpu = 0; cpu < cpus; cpu++)
			for (i = 0; i < words; i++)
				ret_sums[i] += values[cpu * words + i];
	}
	free(values);
	return r;
}

int bpf_engine_read_counters(struct og_engine *engine, struct og_engine_counters *ret_counters)
{
	struct tc_bpf *skel = to_bpf(engine)->skel;
	struct og_engine_counters counters = {};
	uint64_t sums[2] = {}, totals[OG_BPF_TOTALS] = {};
	uint32_t i;
	int r;

	for (i = 0; i < OG_R_COUNT; i++) {
		r = sum_cpus(bpf_map__fd(skel->maps.og_reasons), i, sums, 2);
		if (r < 0)
			return r;
		counters.reasons[i].packets = sums[0];
		counters.reasons[i].bytes = sums[1];
	}
	for (i = 0; i < OG_BPF_TOTALS; i++) {
		r = sum_cpus(bpf_map__fd(skel->maps.og_totals), i, &totals[i], 1);
		if (r < 0)
			return r;
	}
	counters.events_lost = totals[OG_BPF_EVENTS_LOST];
	counters.overflow = totals[OG_BPF_OVERFLOW];
	counters.rate_conflict = totals[OG_BPF_RATE_CONFLICT];
	*ret_counters = counters;
	return 0;
}

struct batch {
	uint64_t *keys;
	struct og_device *devices;
};

static void free_batch(struct batch *batch)
{
	free(batch->keys);
	free(batch->devices);
}

/* Walk one map in batches; 0, what @each returned, or -errno. */
int bpf_engine_each_of(int fd, bool known,
		       int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				   bool known),
		       void *userdata)
{
	struct batch batch __attribute__((cleanup(free_batch))) = {
		calloc(BATCH, sizeof(uint64_t)), calloc(BATCH, sizeof(struct og_device))};
	uint32_t place, count, i;
	bool first = true;
	int r, done;

	if (!batch.keys || !batch.devices)
		return -ENOMEM;
	do {
		count = BATCH;
		r = bpf_map_lookup_batch(fd, first ? NULL : &place, &place, batch.keys,
					 batch.devices, &count, NULL);
		if (r < 0 && r != -ENOENT)
			return r;
		first = false;
		for (i = 0; i < count; i++) {
			done = each(userdata, batch.keys[i], &batch.devices[i], known);
			if (done)
				return done;
		}
	} while (r == 0);
	return 0;
}

int bpf_engine_each_device(struct og_engine *engine,
			   int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				       bool known),
			   void *userdata)
{
	struct tc_bpf *skel = to_bpf(engine)->skel;
	int r;

	/* Fresh first: one promoted meanwhile then comes twice rather than never. */
	r = bpf_engine_each_of(bpf_map__fd(skel->maps.og_fresh), false, each, userdata);
	return r ? r : bpf_engine_each_of(bpf_map__fd(skel->maps.og_known), true, each, userdata);
}

int bpf_engine_read_device(struct og_engine *engine, uint64_t key, struct og_device *ret_device)
{
	struct tc_bpf *skel = to_bpf(engine)->skel;
	struct og_device device;
	int r;

	r = bpf_map_lookup_elem(bpf_map__fd(skel->maps.og_known), &key, &device);
	if (r == -ENOENT)
		r = bpf_map_lookup_elem(bpf_map__fd(skel->maps.og_fresh), &key, &device);
	if (r == 0)
		*ret_device = device;
	return r;
}

/*
 * Frames that are counted between the copy and the deletion stay uncounted: some microseconds' worth,
 * once in a device's life. The ruleset, not the record, decides about them.
 */
int bpf_engine_promote(struct og_engine *engine, uint64_t key)
{
	struct tc_bpf *skel = to_bpf(engine)->skel;
	int known = bpf_map__fd(skel->maps.og_known), fresh = bpf_map__fd(skel->maps.og_fresh);
	struct og_device device = {};
	int r;

	bpf_map_lookup_elem(fresh, &key, &device);
	r = bpf_map_update_elem(known, &key, &device, BPF_NOEXIST);
	if (r == -E2BIG)
		return -ENOSPC;
	if (r < 0 && r != -EEXIST)
		return r;
	bpf_map_delete_elem(fresh, &key);
	return 0;
}

int bpf_engine_forget(struct og_engine *engine, uint64_t key)
{
	struct tc_bpf *skel = to_bpf(engine)->skel;

	bpf_map_delete_elem(bpf_map__fd(skel->maps.og_fresh), &key);
	bpf_map_delete_elem(bpf_map__fd(skel->maps.og_known), &key);
	return 0;
}

int bpf_engine_event(void *context, void *data, size_t size)
{
	struct bpf_engine *e = context;

	if (size >= sizeof(struct og_event) && e->each_event)
		e->each_event(e->each_event_data, data);
	return 0;
}

int bpf_engine_open_events(struct bpf_engine *e)
{
	e->ring = ring_buffer__new(bpf_map__fd(e->skel->maps.og_events), bpf_engine_event, e, NULL);
	return e->ring ? 0 : -errno;
}

void bpf_engine_close_events(struct bpf_engine *e)
{
	ring_buffer__free(e->ring);
	e->ring = NULL;
}

int bpf_engine_event_fd(struct og_engine *engine)
{
	return ring_buffer__epoll_fd(to_bpf(engine)->ring);
}

int bpf_engine_next_events(struct og_engine *engine,
			   void (*each)(void *userdata, const struct og_event *event),
			   void *userdata)
{
	struct bpf_engine *e = to_bpf(engine);
	int r;

	e->each_event = each;
	e->each_event_data = userdata;
	r = ring_buffer__consume(e->ring);
	e->each_event = NULL;
	return r;
}
