// SPDX-License-Identifier: GPL-2.0
/*
 * records-timeline.c: milestones and phases as records
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/bus/records-progress.h"
#include "daemon/cleanup.h"
#include "daemon/progress.h"
#include "daemon/state.h"

#define DAY 86400

json_t *og_record_summary(const struct og_progress_result *result)
{
	const struct og_progress_counts *c = &result->whole;
	json_t *record = json_object();

	og_set_number(record, "devices", c->devices);
	og_set_number(record, "baseline", c->baseline);
	og_set_number(record, "found_later", c->found_later);
	og_set_number(record, "false_positive", c->false_positive);
	og_set_number(record, "suspected", c->states[OG_STATE_SUSPECTED]);
	og_set_number(record, "confirmed", c->states[OG_STATE_CONFIRMED]);
	og_set_number(record, "unproven", c->unproven);
	og_set_number(record, "planned", c->states[OG_STATE_PLANNED]);
	og_set_number(record, "isolated", c->states[OG_STATE_ISOLATED]);
	og_set_number(record, "disconnected", c->states[OG_STATE_DISCONNECTED]);
	og_set_number(record, "removed", c->states[OG_STATE_REMOVED]);
	og_set_number(record, "disposed", c->states[OG_STATE_DISPOSED]);
	og_set_number(record, "verified_absent", c->verified_absent);
	og_set_number(record, "gone", c->gone);
	og_set_number(record, "present", c->present);
	og_set_number(record, "silent", c->silent);
	og_set_number(record, "reappeared", c->states[OG_STATE_REAPPEARED]);
	og_set_number(record, "moved", c->states[OG_STATE_MOVED]);
	og_set_number(record, "excepted", c->excepted);
	og_set_number(record, "third_party", c->third_party);
	og_set_number(record, "blind", result->blind);
	og_set_number(record, "sites", result->site_count);
	og_set_number(record, "sites_surveyed", result->sites_surveyed);
	og_set_number(record, "sites_clean", result->sites_clean);
	og_set_number(record, "sites_blind", result->sites_blind);
	og_set_number(record, "overdue", result->overdue);
	return record;
}

/* The date as it is written in the file: which second it is depends on the site. */
static void set_date(json_t *record, const char *key, const struct og_when *when)
{
	char text[16];

	snprintf(text, sizeof(text), "%04d-%02d-%02d", when->year, when->month, when->day);
	og_set_text(record, key, text);
}

/* Where the original date, the last of the extensions and the due date lie, each at the day's end. */
static json_t *record_extensions(const struct og_conf_milestone *conf)
{
	json_t *array = json_array(), *record;

	for (size_t i = 0; i < conf->extension_count; i++) {
		const struct og_conf_extension *extension = &conf->extensions[i];
		int64_t was = 0, decided = 0;

		og_when_last(&extension->was, NULL, &was);
		og_when_utc(&extension->decided, NULL, &decided);
		record = json_object();
		set_date(record, "was", &extension->was);
		og_set_number(record, "was_at", was);
		og_set_number(record, "decided_at", decided);
		og_set_text(record, "reason", extension->reason);
		og_set_text(record, "code", og_blocker_name(extension->code));
		json_array_append_new(array, record);
	}
	return array;
}

static void set_day(json_t *record, const char *key, int64_t days, int64_t now)
{
	if (days >= 0)
		og_set_number(record, key, now + days * DAY);
}

static json_t *record_milestone(const struct og_progress_milestone *m, int64_t now)
{
	const struct og_conf_milestone *conf = m->conf;
	json_t *record = json_object();

	og_set_text(record, "name", conf->name);
	set_date(record, "due", &conf->due);
	og_set_number(record, "due_at", m->due_at);
	set_date(record, "original_due", og_milestone_original(conf));
	og_set_number(record, "original_due_at", m->original_due_at);
	json_object_set_new(record, "extensions", record_extensions(conf));
	og_set_text(record, "measure", og_measure_name(conf->measure));
	og_set_text(record, "comparator", og_comparator_name(conf->comparator));
	og_set_number(record, "wanted_percent",
		      conf->comparator == OG_NONE_LEFT ? 100 : conf->percent);
	og_set_number(record, "total", m->tally.total);
	og_set_number(record, "needed", m->result.needed);
	og_set_number(record, "done", m->tally.done);
	og_set_number(record, "percent", m->result.percent);
	og_set_number(record, "not_surveyed", m->tally.not_surveyed);
	json_object_set_new(record, "met", json_boolean(m->result.met));
	if (m->met_at)
		og_set_number(record, "met_at", m->met_at);
	json_object_set_new(record, "overdue", json_boolean(m->result.overdue));
	og_set_text(record, "forecast", og_forecast_name(m->forecast.word));
	set_day(record, "forecast_at", m->forecast.days, now);
	set_day(record, "forecast_early_at", m->forecast.early, now);
	set_day(record, "forecast_late_at", m->forecast.late, now);
	og_set_text(record, "verifier", conf->verifier);
	return record;
}

json_t *og_record_milestones(const struct og_progress_result *result, int64_t now)
{
	json_t *array = json_array();

	for (size_t i = 0; i < result->milestone_count; i++)
		json_array_append_new(array, record_milestone(&result->milestones[i], now));
	return array;
}

/* What the phase waits for, and whether it still does. */
static void set_gate(json_t *record, const struct og_manager *m,
		     const struct og_schedule_item *item)
{
	char text[OG_GATE_TEXT];

	if (!og_gate_given(item->phase))
		return;
	og_set_text(record, "gate", og_gate_text(&item->phase->gate, text));
	json_object_set_new(record, "held",
			    json_boolean(og_schedule_waits(item, og_guard_decided(m->guard))));
}

json_t *og_record_phases(const struct og_manager *m, const struct og_conf_programme *programme,
			 const char *site)
{
	const struct og_schedule *schedule = &m->loaded->schedule;
	const struct og_config *config = m->loaded->config;
	json_t *array = json_array(), *record;

	for (size_t i = 0; i < schedule->count; i++) {
		const struct og_schedule_item *item = &schedule->items[i];
		const struct og_conf_policy *policy;

		if (item->kind != OG_SCHEDULE_PHASE || (site && strcmp(item->site, site)))
			continue;
		policy = og_config_policy(config, item->policy);
		if (!policy || (programme &&
				(!policy->programme || strcmp(policy->programme, programme->name))))
			continue;
		record = json_object();
		og_set_text(record, "policy", item->policy);
		og_set_text(record, "site", item->site);
		og_set_text(record, "programme", policy->programme);
		og_set_text(record, "action", og_action_name(item->action));
		if (item->at != INT64_MIN)
			og_set_number(record, "from_at", item->at);
		set_gate(record, m, item);
		json_array_append_new(array, record);
	}
	return array;
}

bool og_programme_used(const struct og_config *config, const struct og_conf_programme *programme)
{
	for (size_t i = 0; i < config->policy_count; i++)
		if (config->policies[i].programme &&
		    !strcmp(config->policies[i].programme, programme->name))
			return true;
	return false;
}

/* A programme with its milestones and how far it is. */
static int add_programme(struct og_manager *m, const struct og_gathering *gathering, json_t *array)
{
	const struct og_progress_result *result;
	struct og_progress *progress = NULL;
	json_t *record;
	int err = og_progress_gather(m, gathering, &progress, &result);

	if (err)
		return err;
	/* One of another gateway is known by what came with its export. */
	if (gathering->site && !result->site_count &&
	    !og_config_site(m->loaded->config, gathering->site)) {
		og_progress_free(progress);
		return -ENOENT;
	}
	record = json_object();
	og_set_text(record, "programme", gathering->programme->name);
	og_set_text(record, "title", gathering->programme->title);
	og_set_text(record, "authority", gathering->programme->authority);
	json_object_set_new(record, "summary", og_record_summary(result));
	json_object_set_new(record, "milestones", og_record_milestones(result, gathering->now));
	og_progress_free(progress);
	return json_array_append_new(array, record) ? -ENOMEM : 0;
}

int og_timeline_at(struct og_manager *m, const struct og_conf_programme *programme,
		   const char *site, int64_t now, json_t **ret_record)
{
	OG_CLEANUP(og_json_decrefp) json_t *record = json_object();
	const struct og_config *config = m->loaded->config;
	json_t *programmes = json_array();
	int err = 0;

	if (!record || json_object_set_new(record, "programmes", programmes))
		return -ENOMEM;
	og_set_number(record, "at", now);
	og_set_text(record, "site", site);
	for (size_t i = 0; i < config->programme_count && !err; i++) {
		const struct og_gathering gathering = {
			.programme = &config->programmes[i], .site = site, .now = now};

		if (programme ? programme == gathering.programme
			      : og_programme_used(config, gathering.programme))
			err = add_programme(m, &gathering, programmes);
	}
	if (err)
		return err;
	json_object_set_new(record, "phases", og_record_phases(m, programme, site));
	*ret_record = json_incref(record);
	return 0;
}

int og_record_timeline(struct og_manager *m, json_t *query, json_t **ret_record,
		       const char **ret_wrong)
{
	const struct og_conf_programme *programme = NULL;
	const char *key, *name, *site;
	json_t *value;

	*ret_wrong = NULL;
	json_object_foreach(query, key, value)
	{
		if ((strcmp(key, "programme") && strcmp(key, "site")) || !json_is_string(value))
			*ret_wrong = key;
	}
	if (*ret_wrong)
		return -EINVAL;
	if (!m->loaded)
		return -ENODATA;
	name = json_string_value(json_object_get(query, "programme"));
	site = json_string_value(json_object_get(query, "site"));
	if (name)
		programme = og_config_programme(m->loaded->config, name);
	if (name && !programme)
		return -ENOENT;
	og_manager_refresh(m);
	return og_timeline_at(m, programme, site, og_clock_now(), ret_record);
}
