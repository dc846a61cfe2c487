// SPDX-License-Identifier: GPL-2.0
/*
 * metrics.c: figures for Prometheus, from the same records that the bus carries
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/records-progress.h"
#include "daemon/bus/records.h"
#include "daemon/cleanup.h"
#include "daemon/journal.h"
#include "daemon/metrics.h"
#include "daemon/state.h"
#include "policy/base/file.h"

#define LABELS	       3   /* most labels of one metric */
#define TIMELINE_TICKS 600 /* seconds between two countings of the progress */

/* A metric that each record of a list has one sample of. */
struct metric {
	const char *name, *type, *help;
	const char *list; /* member of the record that is the list; NULL: the record itself */
	const char *key;  /* member with the value: a number, or a truth as 0 or 1 */
	const char *labels[LABELS]; /* members that become labels; the rest is NULL */
};

static const struct metric status_metrics[] = {
	{"ouiguard_enforcing", "gauge", "Whether a ruleset is in force.", NULL, "enforcing", {}},
	{"ouiguard_detached",
	 "gauge",
	 "Whether enforcement was taken down on purpose.",
	 NULL,
	 "detached",
	 {}},
	{"ouiguard_generation", "gauge", "Number of the ruleset in force.", NULL, "generation", {}},
	{"ouiguard_applied_timestamp_seconds",
	 "gauge",
	 "When the ruleset in force was applied.",
	 NULL,
	 "applied_at",
	 {}},
	{"ouiguard_start_timestamp_seconds",
	 "gauge",
	 "When the daemon started.",
	 NULL,
	 "started_at",
	 {}},
	{"ouiguard_exceptions", "gauge", "Exceptions that are at work.", NULL, "exceptions", {}},
	{"ouiguard_unattributable_packets_total",
	 "counter",
	 "Packets from addresses that tell no vendor.",
	 NULL,
	 "unattributable",
	 {}},
	{"ouiguard_uncovered_packets_total",
	 "counter",
	 "Packets of listed devices in VLANs that no site covers.",
	 NULL,
	 "uncovered",
	 {}},
	{"ouiguard_events_lost_total",
	 "counter",
	 "Events that were counted but not kept.",
	 NULL,
	 "events_lost",
	 {}},
	{"ouiguard_devices_overflow_total",
	 "counter",
	 "Devices that found no room.",
	 NULL,
	 "devices_overflow",
	 {}},
	{"ouiguard_site_devices",
	 "gauge",
	 "Devices seen at the site.",
	 "sites",
	 "devices",
	 {"site", "class"}},
	{"ouiguard_site_dropping_devices",
	 "gauge",
	 "Devices of the site of which packets were dropped in the last hour.",
	 "sites",
	 "dropping",
	 {"site", "class"}},
	{"ouiguard_phase_next_timestamp_seconds",
	 "gauge",
	 "When the next phase begins.",
	 "policies",
	 "next_at",
	 {"policy", "site", "next_action"}},
};

/* Of each programme's summary. */
static const struct metric programme_metrics[] = {
	{"ouiguard_programme_devices",
	 "gauge",
	 "Known devices without false positives.",
	 "programmes",
	 "devices",
	 {"programme"}},
	{"ouiguard_programme_gone",
	 "gauge",
	 "Of them removed, disposed of or verified absent.",
	 "programmes",
	 "gone",
	 {"programme"}},
	{"ouiguard_programme_verified_absent",
	 "gauge",
	 "Of these verified absent.",
	 "programmes",
	 "verified_absent",
	 {"programme"}},
	{"ouiguard_programme_sites",
	 "gauge",
	 "Sites where a policy applies.",
	 "programmes",
	 "sites",
	 {"programme"}},
	{"ouiguard_programme_sites_surveyed",
	 "gauge",
	 "Of them with an asset register.",
	 "programmes",
	 "sites_surveyed",
	 {"programme"}},
	{"ouiguard_programme_sites_clean",
	 "gauge",
	 "Of these with nothing left and nothing blind.",
	 "programmes",
	 "sites_clean",
	 {"programme"}},
};

static const struct metric milestone_metrics[] = {
	{"ouiguard_milestone_due_timestamp_seconds",
	 "gauge",
	 "When the milestone is due.",
	 "milestones",
	 "due_at",
	 {"programme", "name"}},
	{"ouiguard_milestone_met",
	 "gauge",
	 "Whether the milestone is met.",
	 "milestones",
	 "met",
	 {"programme", "name"}},
	{"ouiguard_milestone_overdue",
	 "gauge",
	 "Whether the milestone is overdue.",
	 "milestones",
	 "overdue",
	 {"programme", "name"}},
	{"ouiguard_milestone_counted",
	 "gauge",
	 "What the milestone counts, devices or sites.",
	 "milestones",
	 "total",
	 {"programme", "name", "measure"}},
	{"ouiguard_milestone_done",
	 "gauge",
	 "How many of them are done.",
	 "milestones",
	 "done",
	 {"programme", "name", "measure"}},
	{"ouiguard_milestone_forecast_timestamp_seconds",
	 "gauge",
	 "When the milestone would be met at the recent rate.",
	 "milestones",
	 "forecast_at",
	 {"programme", "name"}},
};

static const char *text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

/* Escaped as the format says: backslash, quote and line feed. */
static void put_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		if (*value == '\n')
			fputs("\\n", out);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static bool number_of(const json_t *value, int64_t *ret_number)
{
	if (!json_is_integer(value) && !json_is_boolean(value))
		return false;
	*ret_number = json_is_boolean(value) ? json_is_true(value) : json_integer_value(value);
	return true;
}

static void put_sample(FILE *out, const struct metric *metric, const json_t *record)
{
	int64_t number;

	if (!number_of(json_object_get(record, metric->key), &number))
		return;
	fputs(metric->name, out);
	for (size_t i = 0; i < LABELS && metric->labels[i]; i++) {
		const char *label = metric->labels[i];

		fputc(i ? ',' : '{', out);
		put_label(out, !strcmp(label, "next_action") ? "action" : label,
			  text_of(record, label));
	}
	fprintf(out, "%s %" PRId64 "\n", metric->labels[0] ? "}" : "", number);
}

/* A metric without a sample is left out with its head. */
static bool has_sample(const struct metric *metric, const json_t *record)
{
	int64_t number;

	return number_of(json_object_get(record, metric->key), &number);
}

static void put_metric(FILE *out, const struct metric *metric, const json_t *record)
{
	const json_t *list = metric->list ? json_object_get(record, metric->list) : NULL;
	bool begun = false;
	json_t *item;
	size_t i;

	if (!metric->list && has_sample(metric, record)) {
		put_head(out, metric->name, metric->type, metric->help);
		put_sample(out, metric, record);
	}
	json_array_foreach(list, i, item)
	{
		if (!has_sample(metric, item))
			continue;
		if (!begun)
			put_head(out, metric->name, metric->type, metric->help);
		begun = true;
		put_sample(out, metric, item);
	}
}

static void put_info(FILE *out, const json_t *status)
{
	put_head(out, "ouiguard_info", "gauge", "Version and engine of ouiguard.");
	fputs("ouiguard_info{", out);
	put_label(out, "version", text_of(status, "version"));
	fputc(',', out);
	put_label(out, "engine", text_of(status, "engine"));
	fputs("} 1\n", out);
	put_head(out, "ouiguard_last_reload_success", "gauge",
		 "Whether the files were taken when they were last read.");
	fprintf(out, "ouiguard_last_reload_success %d\n",
		!json_object_get(status, "last_reload_error"));
}

static void put_reasons(FILE *out, const json_t *status)
{
	json_t *reasons = json_object_get(status, "reasons"), *value;
	const char *reason;

	if (!json_object_size(reasons))
		return;
	put_head(out, "ouiguard_packets_total", "counter",
		 "Packets judged, by the verdict's reason.");
	json_object_foreach(reasons, reason, value)
	{
		fputs("ouiguard_packets_total{", out);
		put_label(out, "reason", reason);
		fprintf(out, "} %" PRId64 "\n", (int64_t)json_integer_value(value));
	}
}

static void put_ports(FILE *out, const json_t *status)
{
	json_t *ports = json_object_get(status, "ports"), *port;
	size_t i;

	if (!json_array_size(ports))
		return;
	put_head(out, "ouiguard_port_covered", "gauge",
		 "Whether every frame of the port is judged.");
	json_array_foreach(ports, i, port)
	{
		fputs("ouiguard_port_covered{", out);
		put_label(out, "port", text_of(port, "name"));
		fputc(',', out);
		put_label(out, "site", text_of(port, "site"));
		fprintf(out, "} %d\n", !strcmp(text_of(port, "state"), "covered"));
	}
}

/* The summaries and milestones of all programmes, each with the name of its programme. */
static json_t *flatten(const json_t *timeline)
{
	json_t *all = json_pack("{s:[], s:[]}", "programmes", "milestones");
	json_t *programme, *milestone, *copy, *name;
	size_t i, j;

	json_array_foreach(json_object_get(timeline, "programmes"), i, programme)
	{
		name = json_object_get(programme, "programme");
		copy = json_copy(json_object_get(programme, "summary"));
		json_object_set(copy, "programme", name);
		json_array_append_new(json_object_get(all, "programmes"), copy);
		json_array_foreach(json_object_get(programme, "milestones"), j, milestone)
		{
			copy = json_copy(milestone);
			json_object_set(copy, "programme", name);
			json_array_append_new(json_object_get(all, "milestones"), copy);
		}
	}
	return all;
}

static void put_progress(FILE *out, const json_t *timeline)
{
	OG_CLEANUP(og_json_decrefp) json_t *all = flatten(timeline);

	for (size_t i = 0; i < sizeof(programme_metrics) / sizeof(*programme_metrics); i++)
		put_metric(out, &programme_metrics[i], all);
	for (size_t i = 0; i < sizeof(milestone_metrics) / sizeof(*milestone_metrics); i++)
		put_metric(out, &milestone_metrics[i], all);
}

void og_metrics_print(FILE *out, const json_t *status, const json_t *timeline)
{
	if (status) {
		put_info(out, status);
		for (size_t i = 0; i < sizeof(status_metrics) / sizeof(*status_metrics); i++)
			put_metric(out, &status_metrics[i], status);
		put_reasons(out, status);
		put_ports(out, status);
	}
	put_progress(out, timeline);
}

/* Progress is counted device by device, which takes its time: every ten minutes will do. */
static void refresh_timeline(struct og_manager *m)
{
	OG_CLEANUP(og_json_decrefp) json_t *query = json_object();
	json_t *timeline = NULL;
	const char *wrong;

	if (m->metrics_timeline && m->ticks - m->metrics_ticks < TIMELINE_TICKS)
		return;
	m->metrics_ticks = m->ticks;
	if (og_record_timeline(m, query, &timeline, &wrong))
		return;
	json_decref(m->metrics_timeline);
	m->metrics_timeline = timeline;
}

void og_metrics_put(struct og_manager *m)
{
	const char *path = m->loaded ? m->loaded->config->metrics : NULL;
	OG_CLEANUP(og_json_decrefp) json_t *status = NULL;
	OG_CLEANUP(og_freep) char *text = NULL;
	size_t size;
	FILE *out;
	int err;

	if (!path)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	status = og_record_status(m);
	refresh_timeline(m);
	og_metrics_print(out, status, m->metrics_timeline);
	err = fclose(out) ? -ENOMEM : og_file_write(path, text, size, 0644, true);
	if (err && err != m->metrics_error)
		og_log(LOG_WARNING, "the metrics cannot be written to %s: %s", path,
		       strerror(-err));
	else if (!err && m->metrics_error)
		og_log(LOG_NOTICE, "the metrics are written to %s again", path);
	m->metrics_error = err;
}
