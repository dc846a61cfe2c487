// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-events.c: records of the ring buffer, and of devices, as an engine hands them to the daemon
 *
 * The input is a row of steps, each a byte and what belongs to it.
 */
#include <ouiguard/decide.h>

#include "daemon/engine/engine-bpf.h"
#include "tests/fuzz/played.h"

struct input {
	const uint8_t *data;
	size_t left;
};

/* The next @length bytes, or what is left of them, then zeroes. Returns how many there were. */
static size_t take(struct input *in, void *to, size_t length)
{
	size_t there = length < in->left ? length : in->left;

	memset(to, 0, length);
	memcpy(to, in->data, there);
	in->data += there;
	in->left -= there;
	return there;
}

static void note_event(void *userdata, const struct og_event *event)
{
	(void)userdata;
	played.events[played.event_count++] = *event;
	if (played.event_count == sizeof(played.events) / sizeof(played.events[0]))
		og_manager_drain(m);
}

/* A record of the ring buffer, in memory of exactly its size. */
static void step_ring(struct input *in)
{
	struct bpf_engine e = {.each_event = note_event};
	uint8_t length, *bytes;

	take(in, &length, sizeof(length));
	bytes = calloc(1, length + 1);
	check(bytes != NULL);
	length = take(in, bytes, length);
	bytes = realloc(bytes, length ? length : 1);
	check(bpf_engine_event(&e, bytes, length) == 0);
	free(bytes);
}

static void step_device(struct input *in)
{
	struct og_device record;
	uint64_t key;

	take(in, &key, sizeof(key));
	take(in, &record, sizeof(record));
	if (played.count == PLAYED_RECORDS)
		return;
	played.keys[played.count] = key;
	played.known[played.count] = key >> 63;
	played.records[played.count++] = record;
}

static void check_lists(void)
{
	const struct og_seen_event *seen;
	size_t i;

	for (i = 0; i < m->pending_count; i++) {
		seen = &m->pending[i];
		check(seen->site[0] && memchr(seen->site, 0, sizeof(seen->site)));
		check_text(og_record_event(seen));
	}
	og_manager_collect(m);
	check(og_manager_flush(m) == 0);
	check_text(played_devices("{}"));
	check_text(played_events("{}"));
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	play();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	uint8_t step;

	play_anew();
	while (take(&in, &step, 1)) {
		switch (step % 4) {
		case 0:
			step_ring(&in);
			break;
		case 1:
			step_device(&in);
			break;
		case 2:
			og_manager_drain(m);
			break;
		case 3:
			og_manager_collect(m);
			break;
		}
	}
	og_manager_drain(m);
	check_lists();
	return 0;
}
