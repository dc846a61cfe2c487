/* SPDX-License-Identifier: GPL-2.0 */
/*
 * played-kit.h: a manager with an engine that the test plays
 *
 * The gateway has the site hq, where vendor hikvision is blocked; its register has one recorder. What
 * goes wrong fails the test that runs.
 */
#ifndef OUIGUARD_TESTS_PLAYED_KIT_H
#define OUIGUARD_TESTS_PLAYED_KIT_H

#include "daemon/bus/records.h"
#include "daemon/state.h"

#define PLAYED_MAC     0x4419b6010203
#define PLAYED_SITE    1
#define PLAYED_IFINDEX 1 /* lo is everywhere */
#define PLAYED_RECORDS 1200

/* What the engine has to tell. */
struct played {
	uint64_t keys[PLAYED_RECORDS];
	struct og_device records[PLAYED_RECORDS];
	bool known[PLAYED_RECORDS];
	size_t count, promotions, forgotten, room;
	struct og_event events[16];
	size_t event_count;
	bool covered; /* whether it says that it covers PLAYED_IFINDEX */
};

extern struct played played;
extern struct og_manager *m;
extern char played_dir[64]; /* of the configuration and the store */

int played_set_up(void **state);
int played_tear_down(void **state);

/* played_put - write a file of the configuration. played_load - read it and put it into force. */
void played_put(const char *name, const char *text);
void played_load(void);

/* played_device - one more record, seen this second. played_event - one more event. */
struct og_device *played_device(uint64_t mac, uint64_t packets, uint64_t dropped);
void played_event(enum og_event_kind kind, uint64_t mac);

/* played_devices, played_events - the list that a filter, as JSON, wants. */
json_t *played_devices(const char *filter);
json_t *played_events(const char *filter);

void played_expect_text(json_t *record, const char *key, const char *wanted);
void played_expect_number(json_t *record, const char *key, int64_t wanted);

#endif
