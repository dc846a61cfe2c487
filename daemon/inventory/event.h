/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h: an engine's event with names in place of numbers, as it is kept, sent and logged
 */
#ifndef OUIGUARD_DAEMON_EVENT_H
#define OUIGUARD_DAEMON_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include <ouiguard/device.h>

#define OG_EVENT_NAME 80    /* bytes of a name with its terminator; longer ones are cut */
#define OG_EVENTS_MAX 10000 /* most events of one listing */

/* Names are "" where there is none. The rest is as in struct og_event. */
struct og_seen_event {
	int64_t id; /* ascending, from 1 */
	int64_t at;
	uint64_t mac;
	uint64_t generation;
	struct og_addr dst; /* zero: none */
	uint64_t packets, dropped;
	uint16_t vlan, ethertype, dport;
	uint8_t proto, kind, reason, action, evidence;
	bool drop;
	char site[OG_EVENT_NAME], vendor[OG_EVENT_NAME], policy[OG_EVENT_NAME];
	char exception[OG_EVENT_NAME], interface[16];
};

/* Which events are wanted; what is zero or empty does not matter. */
struct og_event_filter {
	int64_t since_id; /* only later ones */
	int64_t max;	  /* the newest so many */
	uint64_t mac;
	bool has_mac;
	int kind; /* enum og_event_kind; -1: any */
	char site[OG_EVENT_NAME];
};

/* og_event_kind_name - "new", "drop", "log", "summary"; never NULL. */
const char *og_event_kind_name(unsigned int kind);

/* og_event_kind_parse - 0, or -EINVAL with the output untouched. */
int og_event_kind_parse(const char *word, int *ret_kind);

/* og_event_matches - whether @event is one that @filter wants (max apart). */
bool og_event_matches(const struct og_event_filter *filter, const struct og_seen_event *event);

#endif
