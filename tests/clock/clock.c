// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c: in place of daemon/clock.c, a clock that a test moves
 *
 * The file that OUIGUARD_CLOCK names holds a second since 1970. The daemon's clock stands at what it
 * held at the start; when a later second is written there, it runs until that one in ticks of STEP
 * seconds, as fast as the daemon can follow, with the steady clock beside it, so that the time between
 * was lived through and not leapt over. When "=SECOND" is written there, the clock is set, as an
 * administrator does, forward or back, and the steady clock knows nothing of it. The kernel's clock follows
 * when it rests, because the kernel takes wall time as TAI less an offset that the daemon gives it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/clock.h"

#define STEP	  120	/* seconds from tick to tick while it runs */
#define AT_ONCE	  50	/* ticks before the loop sees to other things */
#define LOOK_US	  20000 /* between two looks at the file while it rests */
#define SECOND_US 1000000

struct og_clock {
	sd_event *event;
	sd_event_source *timer;
	struct og_clock_calls calls;
	void *userdata;
	uint64_t ticked_us; /* monotonic time of the last tick while it rests */
	int64_t set_to;	    /* the second that the clock was set to last */
};

static int64_t second; /* 0: not read yet */
static int64_t steady_ms = 1;

static int64_t read_file(bool *set)
{
	const char *path = getenv("OUIGUARD_CLOCK");
	FILE *file = path ? fopen(path, "r") : NULL;
	long long target = 0;

	*set = false;
	if (!file)
		return second;
	*set = fscanf(file, " =%lld", &target) == 1;
	if (!*set && fscanf(file, "%lld", &target) != 1)
		target = second;
	fclose(file);
	return target;
}

int64_t og_clock_now(void)
{
	bool set;

	if (!second)
		second = read_file(&set);
	if (!second) {
		fputs("OUIGUARD_CLOCK names no file with a second in it\n", stderr);
		exit(EXIT_FAILURE);
	}
	return second;
}

int64_t og_clock_tai(void)
{
	struct timespec tai;

	clock_gettime(CLOCK_TAI, &tai);
	return tai.tv_sec - og_clock_now();
}

int64_t og_clock_steady(void)
{
	return steady_ms;
}

static void tick(struct og_clock *clock, int64_t seconds)
{
	second += seconds;
	steady_ms += seconds * 1000;
	clock->calls.tick(clock->userdata, second);
}

/* Real seconds pass as well: what waits for a tick must not wait for ever. */
static void rest(struct og_clock *clock, uint64_t now_us)
{
	if (now_us - clock->ticked_us < SECOND_US)
		return;
	clock->ticked_us = now_us;
	tick(clock, 1);
}

/* Once for each time it is written; a file with the same second says nothing new. */
static void set_clock(struct og_clock *clock, int64_t target)
{
	if (target == clock->set_to)
		return;
	clock->set_to = target;
	second = target;
	clock->calls.tai(clock->userdata, og_clock_tai());
	clock->calls.stepped(clock->userdata);
}

static int on_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	struct og_clock *clock = userdata;
	uint64_t now_us = 0;
	int64_t target, left;
	bool set;
	int i;

	(void)at;
	target = read_file(&set);
	if (set) {
		set_clock(clock, target);
		target = second;
	}
	for (i = 0; i < AT_ONCE && (left = target - second) > 0; i++) {
		tick(clock, left < STEP ? left : STEP);
		if (second >= target)
			clock->calls.tai(clock->userdata, og_clock_tai());
	}
	sd_event_now(clock->event, CLOCK_MONOTONIC, &now_us);
	/* Having run, it rests for a second like any other: the kernel's clock must not lag behind. */
	if (i)
		clock->ticked_us = now_us;
	else
		rest(clock, now_us);
	sd_event_source_set_time(source, now_us + (i ? 0 : LOOK_US));
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int og_clock_new(sd_event *event, const struct og_clock_calls *calls, void *userdata,
		 struct og_clock **ret_clock)
{
	struct og_clock *clock = calloc(1, sizeof(*clock));
	int err;

	if (!clock)
		return -ENOMEM;
	clock->event = sd_event_ref(event);
	clock->calls = *calls;
	clock->userdata = userdata;
	og_clock_now();
	err = sd_event_add_time(event, &clock->timer, CLOCK_MONOTONIC, 0, 1000, on_timer, clock);
	if (err < 0) {
		og_clock_free(clock);
		return err;
	}
	*ret_clock = clock;
	return 0;
}

void og_clock_free(struct og_clock *clock)
{
	if (!clock)
		return;
	sd_event_source_disable_unref(clock->timer);
	sd_event_unref(clock->event);
	free(clock);
}
