// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "daemon/inventory/event.h"

static const char *const kinds[] = {
	[OG_EVENT_NEW] = "new",
	[OG_EVENT_DROP] = "drop",
	[OG_EVENT_LOG] = "log",
	[OG_EVENT_SUMMARY] = "summary",
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

const char *og_event_kind_name(unsigned int kind)
{
	return kind < KINDS ? kinds[kind] : "unknown";
}

int og_event_kind_parse(const char *word, int *ret_kind)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		if (strcmp(word, kinds[i]))
			continue;
		*ret_kind = i;
		return 0;
	}
	return -EINVAL;
}

bool og_event_matches(const struct og_event_filter *filter, const struct og_seen_event *event)
{
	return event->id > filter->since_id && (!filter->has_mac || event->mac == filter->mac) &&
	       (filter->kind < 0 || event->kind == filter->kind) &&
	       (!filter->site[0] || !strcmp(filter->site, event->site));
}
