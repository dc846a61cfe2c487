// SPDX-License-Identifier: GPL-2.0
/*
 * exception-record.c: an exception as a record
 */
#include "ipc/exception-record.h"

#include <stdio.h>

#include "policy/config/config.h"

struct period {
	int64_t from, until;
	const char *state; /* pending, upcoming, active, ended */
};

static struct period period_of(const struct og_config *config,
			       const struct og_conf_exception *exception, int64_t now)
{
	const struct og_conf_site *site = exception->site ? og_config_site(config, exception->site)
							  : NULL;
	const char *zone = site ? site->timezone : NULL;
	struct period period = {.from = INT64_MIN, .until = INT64_MIN};

	if (exception->from.set)
		og_when_utc(&exception->from, zone, &period.from);
	og_when_utc(&exception->until, zone, &period.until);
	period.state = period.until <= now		    ? "ended"
		       : og_exception_is_pending(exception) ? "pending"
		       : period.from > now		    ? "upcoming"
							    : "active";
	return period;
}

json_t *og_exception_record(const struct og_config *config, const struct og_conf_exception *e,
			    int64_t now)
{
	struct period period = period_of(config, e, now);
	char prefix[OG_MAC_PREFIX_TEXT], mac[OG_MAC_TEXT], to[OG_ALLOW_TEXT];
	json_t *record, *list = json_array();

	for (size_t i = 0; i < e->to.count; i++)
		json_array_append_new(list, json_string(og_allow_format(&e->to.items[i], to)));
	record = json_pack("{s:s, s:s, s:s*, s:s, s:s, s:s, s:s, s:s*, s:b, s:s, s:I, s:o}", "name",
			   e->name, "policy", e->policy, "site", e->site, "owner", e->owner,
			   "reason", e->reason, "approver", e->approver, "author", e->author,
			   "approved_by", e->approved_by, "pause", e->pause, "state", period.state,
			   "until_at", (json_int_t)period.until, "to", list);
	if (!record)
		return NULL;
	if (e->has_mac && e->mac.length == 48)
		json_object_set_new(record, "device", json_string(og_mac_format(e->mac.bits, mac)));
	else if (e->has_mac)
		json_object_set_new(record, "prefix",
				    json_string(og_mac_prefix_format(&e->mac, prefix)));
	if (e->from.set)
		json_object_set_new(record, "from_at", json_integer(period.from));
	return record;
}
