// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c: the daemon's second hand
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "daemon/clock.h"

#define AFTER_US 2000	      /* a tick comes this much after the full second */
#define NEVER	 9000000000LL /* the year 2255, near the end of the kernel's own clock */

struct og_clock {
	sd_event *event;
	sd_event_source *timer, *step;
	struct og_clock_calls calls;
	void *userdata;
	int64_t tai;
	int fd;
};

int64_t og_clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

int64_t og_clock_offset(const struct timespec *tai, const struct timespec *real)
{
	int64_t ns = (tai->tv_sec - real->tv_sec) * 1000000000LL + tai->tv_nsec - real->tv_nsec;

	/* Rounded: some time passes between the two readings. */
	return (ns + (ns < 0 ? -500000000LL : 500000000LL)) / 1000000000LL;
}

int64_t og_clock_tai(void)
{
	struct timespec tai, real;

	clock_gettime(CLOCK_TAI, &tai);
	clock_gettime(CLOCK_REALTIME, &real);
	return og_clock_offset(&tai, &real);
}

int64_t og_clock_steady(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

uint64_t og_clock_delay(const struct timespec *now)
{
	return 1000000 - now->tv_nsec / 1000 + AFTER_US;
}

/*
 * By the monotonic clock, so that a wall clock set back by a year does not stop the ticks. Not by
 * sd_event_now(), the time before the tick's work: the next one would come too early, and once more.
 */
static void arm_tick(struct og_clock *clock)
{
	struct timespec now, steady;

	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_MONOTONIC, &steady);
	sd_event_source_set_time(clock->timer, steady.tv_sec * 1000000ULL + steady.tv_nsec / 1000 +
						       og_clock_delay(&now));
	sd_event_source_set_enabled(clock->timer, SD_EVENT_ONESHOT);
}

static void check_tai(struct og_clock *clock)
{
	int64_t tai = og_clock_tai();

	if (tai == clock->tai)
		return;
	clock->tai = tai;
	clock->calls.tai(clock->userdata, tai);
}

static int on_tick(sd_event_source *source, uint64_t at, void *userdata)
{
	struct og_clock *clock = userdata;

	(void)source;
	(void)at;
	check_tai(clock);
	clock->calls.tick(clock->userdata, og_clock_now());
	arm_tick(clock);
	return 0;
}

/* A timer that never expires and is cancelled when the wall clock is set. */
static int arm_step(struct og_clock *clock)
{
	const struct itimerspec never = {.it_value.tv_sec = NEVER};

	if (timerfd_settime(clock->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) <
	    0)
		return -errno;
	return 0;
}

static int on_step(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct og_clock *clock = userdata;
	uint64_t expirations;
	bool stepped = read(fd, &expirations, sizeof(expirations)) < 0 && errno == ECANCELED;

	(void)source;
	(void)events;
	arm_step(clock);
	if (!stepped)
		return 0;
	check_tai(clock);
	clock->calls.stepped(clock->userdata);
	arm_tick(clock);
	return 0;
}

static int add_sources(struct og_clock *clock)
{
	int err;

	clock->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (clock->fd < 0)
		return -errno;
	err = arm_step(clock);
	if (!err)
		err = sd_event_add_io(clock->event, &clock->step, clock->fd, EPOLLIN, on_step,
				      clock);
	if (err >= 0)
		err = sd_event_add_time(clock->event, &clock->timer, CLOCK_MONOTONIC, 0, 1000,
					on_tick, clock);
	if (err < 0)
		return err;
	arm_tick(clock);
	return 0;
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
	clock->tai = og_clock_tai();
	clock->fd = -1;
	err = add_sources(clock);
	if (err) {
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
	sd_event_source_disable_unref(clock->step);
	if (clock->fd >= 0)
		close(clock->fd);
	sd_event_unref(clock->event);
	free(clock);
}
