/* SPDX-License-Identifier: GPL-2.0 */
/*
 * told.h: how much of what others can bring about is told in the journal
 *
 * Whoever sends frames or calls the daemon decides how often there is something to tell. All devices
 * together have a budget, so that nobody can push what others say out of the journal; beyond it each
 * device has a little of its own, so that nobody can hide another device behind a flood. Refused
 * callers have a budget each, by user, and one together. What is left out is counted, and that is told.
 * Inventory, events, counters and signals have all of it whatever is told. Pure.
 */
#ifndef OUIGUARD_DAEMON_TOLD_H
#define OUIGUARD_DAEMON_TOLD_H

#include <stdbool.h>
#include <stdint.h>

/* How many at once, and after how many milliseconds there is one more. */
#define OG_TOLD_EVENTS	   1024 /* entries about what devices send */
#define OG_TOLD_EVENTS_MS  200
#define OG_TOLD_DEVICE	   2 /* of one device, beyond these */
#define OG_TOLD_DEVICE_MS  (1800 * 1000)
#define OG_TOLD_REFUSED	   256 /* entries about callers that were refused */
#define OG_TOLD_REFUSED_MS 1000
#define OG_TOLD_CALLER	   64 /* of one user */
#define OG_TOLD_CALLER_MS  10000
#define OG_TOLD_CALLERS \
	32 /* users that are remembered; the one that was refused longest ago makes room */

/* When a budget is full again, in milliseconds of og_clock_steady(). Zero is a full one. */
typedef int64_t og_budget;

/* Both begin as zeroes. */
struct og_told_events {
	og_budget budget;
	uint64_t left_out; /* since og_told_left_out() */
};

struct og_told_callers {
	og_budget budget;
	struct og_told_caller {
		uint32_t uid;
		og_budget budget;
		uint64_t left_out; /* since the last that was told */
		int64_t at;
		bool used;
	} callers[OG_TOLD_CALLERS];
};

/*
 * og_told_event - whether to tell of an event of the device with the budget @device (NULL: it has none)
 * at @now, a millisecond of og_clock_steady(). What is not told is counted.
 */
bool og_told_event(struct og_told_events *told, og_budget *device, int64_t now);

/* og_told_left_out - how many events were not told since this was asked last. */
uint64_t og_told_left_out(struct og_told_events *told);

/*
 * og_told_refusal - whether to tell that a call of user @uid was refused at @now; if so, @ret_left_out is
 * how many of that user's were not told before it.
 */
bool og_told_refusal(struct og_told_callers *told, uint32_t uid, int64_t now,
		     uint64_t *ret_left_out);

#endif
