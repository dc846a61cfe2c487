// SPDX-License-Identifier: GPL-2.0
/*
 * records-standing.c: how far the removal of a device has come, as members of its record, and asked
 * for on the bus
 */
#include <errno.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/standing.h"
#include "daemon/state.h"
#include "policy/base/mac.h"

/* Counting days costs a query: not for what was seen within the days of silence. */
static void set_silence(struct og_manager *m, const struct og_inv_device *device,
			enum og_device_state state, json_t *record)
{
	unsigned int days = m->loaded ? m->loaded->config->absence.silent : OG_SILENT_DAYS;
	struct og_watch_count count;
	int64_t since = device->last_seen / OG_DAY + 1;

	if (!device->last_seen || og_state_gone(state) || og_clock_now() / OG_DAY - since < days)
		return;
	if (og_standing_count(m, device, since, &count))
		return;
	og_set_number(record, "watched_days_silent", count.watched);
	/* The count begins after the last frame, so it has none of its own. */
	count.last_day = since - 1;
	if (og_silent(state, &count, days))
		json_object_set_new(record, "silent", json_true());
}

void og_record_standing(struct og_manager *m, const struct og_inv_device *device, json_t *record)
{
	char actor[OG_AUDIT_WORDS];
	struct og_standing standing;
	int64_t at;

	og_standing_of(m, device, &standing);
	og_set_text(record, "state", og_state_name(standing.state));
	if (standing.state_at)
		og_set_number(record, "state_at", standing.state_at);
	if (device->state && !og_standing_step(m, device, standing.state, actor, &at))
		og_set_text(record, "state_by", actor);
	if (standing.unproven)
		json_object_set_new(record, "unproven", json_true());
	if (device->third_party)
		json_object_set_new(record, "third_party", json_true());
	set_silence(m, device, standing.state, record);
}

/* One line of text. */
static bool is_line(json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || strlen(text) >= OG_EVIDENCE_TEXT)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool read_member(struct og_standing_request *request, const char *key, json_t *value)
{
	const char *text = json_string_value(value);

	if (!strcmp(key, "third_party")) {
		request->has_third_party = true;
		request->third_party = json_is_true(value);
		return json_is_boolean(value);
	}
	if (!text)
		return false;
	if (!strcmp(key, "site")) {
		request->site = text;
		return true;
	}
	if (!strcmp(key, "mac"))
		return !og_mac_parse(text, &request->mac);
	if (!strcmp(key, "state")) {
		request->has_state = true;
		return !og_state_parse(text, &request->state);
	}
	if (!strcmp(key, "evidence")) {
		request->evidence = text;
		return is_line(value);
	}
	return !strcmp(key, "replacement") && !og_mac_parse(text, &request->replacement);
}

int og_record_set_device(struct og_manager *m, json_t *object, json_t **ret_record,
			 const char **ret_wrong, char *refusal)
{
	struct og_standing_request request = {0};
	struct og_inv_device *device;
	const char *key;
	json_t *value;
	int err;

	json_object_foreach(object, key, value)
	{
		*ret_wrong = key;
		if (!read_member(&request, key, value))
			return -EINVAL;
	}
	*ret_wrong = !request.site				      ? "site"
		     : !json_object_get(object, "mac")		      ? "mac"
		     : !request.has_state && !request.has_third_party ? "state"
								      : NULL;
	if (*ret_wrong)
		return -EINVAL;
	og_manager_refresh(m);
	err = og_standing_set(m, &request, refusal, &device);
	if (!err)
		*ret_record = og_record_device(m, device);
	return err;
}
