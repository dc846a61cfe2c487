/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock.h: the daemon's second hand
 *
 * One tick at the start of every second of the wall clock carries everything that happens by time;
 * an idle daemon wakes up no oftener. Steps of the wall clock are told at once. A change of
 * CLOCK_TAI - CLOCK_REALTIME, which nothing announces and which would move phases by 37 s, is looked
 * for at each tick.
 */
#ifndef OUIGUARD_DAEMON_CLOCK_H
#define OUIGUARD_DAEMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#include <systemd/sd-event.h>

struct og_clock;

struct og_clock_calls {
	void (*tick)(void *userdata, int64_t now);   /* second since 1970 UTC */
	void (*stepped)(void *userdata);	     /* the wall clock was set */
	void (*tai)(void *userdata, int64_t offset); /* TAI - UTC became @offset seconds */
};

/*
 * og_clock_new - start ticking in @event; @calls is copied. Returns 0 or -errno. Free with
 * og_clock_free(), NULL is allowed.
 */
int og_clock_new(sd_event *event, const struct og_clock_calls *calls, void *userdata,
		 struct og_clock **ret_clock);
void og_clock_free(struct og_clock *clock);

/* og_clock_now - the second since 1970 UTC. og_clock_tai - TAI - UTC now, in whole seconds. */
int64_t og_clock_now(void);
int64_t og_clock_tai(void);

/* og_clock_steady - milliseconds that passed, whatever is done to the wall clock; since when is open. */
int64_t og_clock_steady(void);

/* og_clock_delay - microseconds from @now until just after the next full second. Pure. */
uint64_t og_clock_delay(const struct timespec *now);

/* og_clock_offset - @tai - @real, read one after the other, in whole seconds. Pure. */
int64_t og_clock_offset(const struct timespec *tai, const struct timespec *real);

#endif
