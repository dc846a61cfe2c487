// SPDX-License-Identifier: GPL-2.0
/*
 * records-report.c: the report of a programme as a record
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/bus/records-progress.h"
#include "daemon/cleanup.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-progress.h"
#include "daemon/progress.h"
#include "daemon/snapshot.h"
#include "daemon/state.h"
#include "ipc/exception-record.h"
#include "ipc/version.h"
#include "policy/base/mac.h"

#define DAY    86400
#define LISTED 1000 /* most reappearances and replacements in a report, the newest */
#define SILENT DAY  /* seconds without data after which another gateway is silent */

/* A report while it is made. */
struct report {
	struct og_manager *m;
	const struct og_conf_programme *programme;
	const struct og_config *config;
	int64_t now, since;
	int64_t cutoff; /* of the latest data in it */
	int64_t silent; /* gateways */
	json_t *record;
	json_t *reappeared, *replacements, *gateways;
};

static void set_mac(json_t *record, const char *key, uint64_t mac)
{
	char text[OG_MAC_TEXT];

	og_set_text(record, key, og_mac_format(mac, text));
}

/* Appends to a list that keeps the newest: what comes is ever later. */
static int append(json_t *list, json_t *record)
{
	if (json_array_append_new(list, record))
		return -ENOMEM;
	if (json_array_size(list) > LISTED)
		json_array_remove(list, 0);
	return 0;
}

static int note_reappeared(void *userdata, const struct og_reappearance *told)
{
	struct report *r = userdata;
	json_t *record;

	if (told->at < r->since)
		return 0;
	record = json_object();
	set_mac(record, "mac", told->mac);
	og_set_text(record, "site", told->site);
	og_set_text(record, "vendor", told->vendor);
	if (told->removed_at)
		og_set_number(record, "removed_at", told->removed_at);
	og_set_number(record, "at", told->at);
	return append(r->reappeared, record);
}

static const char *vendor_of(const struct report *r, uint64_t mac)
{
	const struct og_lock_entry *entry = og_loaded_prefix(r->m->loaded, mac);

	return entry ? entry->vendor : NULL;
}

static bool is_about(const struct report *r, const char *vendor)
{
	const struct og_names *names = &r->programme->vendors;

	for (size_t i = 0; vendor && i < names->count; i++)
		if (!strcmp(names->names[i], vendor))
			return true;
	return false;
}

static int note_replacement(void *userdata, const struct og_replacement *told)
{
	struct report *r = userdata;
	const char *vendor = vendor_of(r, told->mac);
	json_t *record;

	if (told->at < r->since || !is_about(r, vendor))
		return 0;
	record = json_object();
	og_set_text(record, "site", told->site);
	set_mac(record, "mac", told->mac);
	set_mac(record, "new_mac", told->new_mac);
	og_set_text(record, "by", told->by);
	og_set_number(record, "at", told->at);
	og_set_text(record, "vendor", vendor);
	og_set_text(record, "new_vendor", vendor_of(r, told->new_mac));
	return append(r->replacements, record);
}

static json_t *record_gateway(const char *name, int64_t last_data_at, bool silent)
{
	json_t *record = json_object();

	og_set_text(record, "gateway", name);
	if (last_data_at)
		og_set_number(record, "last_data_at", last_data_at);
	json_object_set_new(record, "silent", json_boolean(silent));
	return record;
}

static int note_gateway(void *userdata, const char *name, int64_t last_data_at)
{
	struct report *r = userdata;
	bool silent = r->now - last_data_at > SILENT;

	r->silent += silent;
	if (last_data_at > r->cutoff)
		r->cutoff = last_data_at;
	return json_array_append_new(r->gateways, record_gateway(name, last_data_at, silent))
		       ? -ENOMEM
		       : 0;
}

static json_t *record_site(const struct og_progress_row *row)
{
	const struct og_progress_counts *c = &row->counts;
	json_t *record = json_object();

	og_set_text(record, "site", row->site.name);
	og_set_text(record, "class", row->site.site_class);
	og_set_text(record, "owner", row->site.owner);
	og_set_text(record, "gateway", row->site.gateway);
	json_object_set_new(record, "surveyed", json_boolean(row->site.surveyed));
	if (row->site.baseline_at)
		og_set_number(record, "baseline_at", row->site.baseline_at);
	og_set_number(record, "devices", c->devices);
	og_set_number(record, "gone", c->gone);
	og_set_number(record, "verified_absent", c->verified_absent);
	og_set_number(record, "present", c->present);
	og_set_number(record, "excepted", c->excepted);
	og_set_number(record, "reappeared", c->states[OG_STATE_REAPPEARED]);
	og_set_number(record, "blind", row->site.blind);
	og_set_number(record, "watched_days", row->site.watched_days);
	if (c->last_seen)
		og_set_number(record, "last_seen", c->last_seen);
	json_object_set_new(record, "clean", json_boolean(row->clean));
	return record;
}

static void set_sites(const struct report *r, const struct og_progress_result *result)
{
	json_t *array = json_array();

	for (size_t i = 0; i < result->site_count; i++)
		json_array_append_new(array, record_site(&result->sites[i]));
	json_object_set_new(r->record, "sites", array);
}

static void set_vendors(const struct report *r, const struct og_progress_result *result)
{
	const struct og_names *names = &r->programme->vendors;
	json_t *array = json_array(), *record;

	for (size_t i = 0; i < names->count; i++) {
		const struct og_conf_vendor *vendor = og_config_vendor(r->config, names->names[i]);
		const struct og_progress_counts *c = &result->vendors[i];

		record = json_object();
		og_set_text(record, "vendor", names->names[i]);
		if (vendor)
			og_set_text(record, "title", vendor->title);
		og_set_number(record, "devices", c->devices);
		og_set_number(record, "present", c->present);
		og_set_number(record, "gone", c->gone);
		og_set_number(record, "verified_absent", c->verified_absent);
		og_set_number(record, "dropped", c->dropped);
		json_array_append_new(array, record);
	}
	json_object_set_new(r->record, "vendors", array);
}

static void set_burn_down(const struct report *r, const struct og_progress_result *result)
{
	json_t *array = json_array(), *record;

	for (size_t i = 0; i < result->point_count; i++) {
		const struct og_progress_point *point = &result->points[i];

		if (point->at < r->since)
			continue;
		record = json_object();
		og_set_number(record, "at", point->at);
		og_set_number(record, "total", point->total);
		og_set_number(record, "present", point->total - point->gone);
		og_set_number(record, "gone", point->gone);
		og_set_number(record, "verified_absent", point->verified_absent);
		json_array_append_new(array, record);
	}
	json_object_set_new(r->record, "burn_down", array);
}

static void add_exceptions(const struct report *r, const struct og_conf_exception *items,
			   size_t count, json_t *array)
{
	for (size_t i = 0; i < count; i++) {
		const struct og_conf_policy *policy = og_config_policy(r->config, items[i].policy);

		if (policy && policy->programme && !strcmp(policy->programme, r->programme->name))
			json_array_append_new(array,
					      og_exception_record(r->config, &items[i], r->now));
	}
}

static void set_exceptions(const struct report *r)
{
	json_t *array = json_array();

	add_exceptions(r, r->config->exceptions, r->config->exception_count, array);
	add_exceptions(r, r->config->pending, r->config->pending_count, array);
	json_object_set_new(r->record, "exceptions", array);
}

static int set_destinations(const struct report *r)
{
	struct og_top_destination top[OG_STORE_TOP];
	json_t *array = json_array(), *record;
	int count = og_store_top_destinations(r->m->store, &r->programme->vendors, top);

	for (int i = 0; i < count; i++) {
		record = json_object();
		og_set_addr(record, "addr", &top[i].addr);
		if (top[i].port)
			og_set_number(record, "port", top[i].port);
		og_set_proto(record, top[i].proto);
		og_set_number(record, "packets", top[i].packets);
		og_set_number(record, "devices", top[i].devices);
		json_array_append_new(array, record);
	}
	json_object_set_new(r->record, "destinations", array);
	return count < 0 ? count : 0;
}

/* The files that decide, as they came into force: by the path where they belong. */
static int note_file(void *userdata, const struct og_snapshot_change *change)
{
	const struct report *r = userdata;
	const struct og_manager_options *options = &r->m->options;
	const char *rest = strchr(change->path, '/');
	char path[PATH_MAX], text[OG_DIGEST_TEXT];
	struct og_digest digest;
	json_t *record;

	if (!rest || !change->after)
		return 0;
	snprintf(path, sizeof(path), "%s%s",
		 strncmp(change->path, "data/", 5) ? options->config : options->data, rest);
	og_digest_data(change->after, change->after_size, &digest);
	record = json_object();
	og_set_text(record, "path", path);
	og_set_text(record, "sha256", og_digest_format(&digest, text));
	return json_array_append_new(json_object_get(r->record, "files"), record) ? -ENOMEM : 0;
}

static int set_files(const struct report *r)
{
	char there[PATH_MAX];

	if (json_object_set_new(r->record, "files", json_array()))
		return -ENOMEM;
	if (snprintf(there, sizeof(there), "%s/last-good", r->m->options.state) >=
	    (int)sizeof(there))
		return -ENAMETOOLONG;
	if (!og_snapshot_there(r->m->options.state))
		return 0;
	return og_snapshot_compare("/nonexistent", there, note_file, (void *)r);
}

static void set_registries(const struct report *r)
{
	const struct og_news *news = &r->m->loaded->news;
	json_t *array = json_array(), *record;
	char text[OG_DIGEST_TEXT];
	struct og_digest digest;

	for (size_t i = 0; i < news->source_count; i++) {
		record = json_object();
		og_set_text(record, "path", news->sources[i].path);
		og_set_number(record, "date_at", news->sources[i].date);
		if (!og_digest_file(news->sources[i].path, &digest))
			og_set_text(record, "sha256", og_digest_format(&digest, text));
		json_array_append_new(array, record);
	}
	json_object_set_new(r->record, "registries", array);
}

static int set_audit(const struct report *r)
{
	char text[OG_DIGEST_TEXT];
	struct og_audit_head head;
	int err = og_store_audit_head(r->m->store, &head);
	json_t *record;

	if (err)
		return err;
	record = json_object();
	og_set_text(record, "head", og_digest_format(&head.hash, text));
	og_set_number(record, "entries", head.entries);
	if (head.at)
		og_set_number(record, "head_at", head.at);
	json_object_set_new(r->record, "audit", record);
	return 0;
}

/*
 * This gateway and the others. Of this one all is known up to now while it enforces, for no frame is
 * an answer too; else up to the last frame, @last_seen.
 */
static int set_gateways(struct report *r, int64_t last_seen)
{
	const struct og_gateway *own = r->m->links ? og_links_gateway(r->m->links) : NULL;
	const char *name = own && own->host[0] ? own->host : "this";

	og_set_text(r->record, "gateway", name);
	if (note_gateway(r, name, og_manager_enforcing(r->m) ? r->now : last_seen))
		return -ENOMEM;
	return og_store_each_gateway(r->m->store, note_gateway, r);
}

static void set_head(const struct report *r)
{
	og_set_text(r->record, "programme", r->programme->name);
	og_set_text(r->record, "title", r->programme->title);
	og_set_text(r->record, "authority", r->programme->authority);
	og_set_text(r->record, "equipment", r->programme->equipment);
	og_set_text(r->record, "version", OG_VERSION);
	og_set_number(r->record, "generation", og_manager_generation(r->m));
	json_object_set_new(r->record, "enforcing", json_boolean(og_manager_effective(r->m)));
	og_set_number(r->record, "generated_at", r->now);
	json_object_set_new(r->record, "files", og_record_files(r->config));
	json_object_set_new(r->record, "registries", og_record_registries(r->m->loaded));
	if (r->since)
		og_set_number(r->record, "since_at", r->since);
}

static void set_result(const struct report *r, const struct og_progress_result *result)
{
	json_t *summary = og_record_summary(result);

	og_set_number(summary, "gateways_silent", r->silent);
	json_object_set_new(r->record, "summary", summary);
	json_object_set_new(r->record, "milestones", og_record_milestones(result, r->now));
	json_object_set_new(r->record, "phases", og_record_phases(r->m, r->programme, NULL));
	set_sites(r, result);
	set_vendors(r, result);
	set_burn_down(r, result);
	set_exceptions(r);
	set_registries(r);
	og_set_number(r->record, "cutoff_at", r->cutoff);
}

static int fill(struct report *r)
{
	const struct og_gathering gathering = {.programme = r->programme,
					       .now = r->now,
					       .reappeared = note_reappeared,
					       .userdata = r};
	const struct og_progress_result *result;
	struct og_progress *progress = NULL;
	int err;

	set_head(r);
	err = og_store_each_replacement(r->m->store, NULL, note_replacement, r);
	if (!err)
		err = set_destinations(r);
	if (!err)
		err = set_audit(r);
	if (!err)
		err = set_files(r);
	if (!err)
		err = og_progress_gather(r->m, &gathering, &progress, &result);
	if (err)
		return err;
	err = set_gateways(r, result->whole.last_seen);
	set_result(r, result);
	og_progress_free(progress);
	return err;
}

int og_report_at(struct og_manager *m, const struct og_conf_programme *programme, int64_t since,
		 int64_t now, json_t **ret_record)
{
	OG_CLEANUP(og_json_decrefp) json_t *record = json_object();
	struct report r = {.m = m,
			   .programme = programme,
			   .config = m->loaded->config,
			   .now = now,
			   .since = since,
			   .record = record,
			   .reappeared = json_array(),
			   .replacements = json_array(),
			   .gateways = json_array()};
	int err;

	json_object_set_new(record, "reappeared", r.reappeared);
	json_object_set_new(record, "replacements", r.replacements);
	json_object_set_new(record, "gateways", r.gateways);
	if (!json_object_get(record, "gateways"))
		return -ENOMEM;
	err = fill(&r);
	if (err)
		return err;
	*ret_record = json_incref(record);
	return 0;
}

/* The one that is asked for, or the only one that policies name. */
static int find_programme(const struct og_config *config, const char *name,
			  const struct og_conf_programme **ret_programme)
{
	const struct og_conf_programme *found = NULL;

	if (name) {
		found = og_config_programme(config, name);
		if (!found)
			return -ENOENT;
	}
	for (size_t i = 0; !name && i < config->programme_count; i++) {
		if (!og_programme_used(config, &config->programmes[i]))
			continue;
		if (found)
			return -EDESTADDRREQ;
		found = &config->programmes[i];
	}
	if (!found)
		return -EDESTADDRREQ;
	*ret_programme = found;
	return 0;
}

int og_record_report(struct og_manager *m, json_t *query, json_t **ret_record,
		     const char **ret_wrong)
{
	json_t *name = json_object_get(query, "programme");
	json_t *since = json_object_get(query, "since_at"), *value;
	const struct og_conf_programme *programme = NULL;
	const char *key;
	int err;

	*ret_wrong = NULL;
	json_object_foreach(query, key, value)
	{
		if (value != name && value != since)
			*ret_wrong = key;
	}
	if (name && !json_is_string(name))
		*ret_wrong = "programme";
	if (since && (!json_is_integer(since) || json_integer_value(since) < 0))
		*ret_wrong = "since_at";
	if (*ret_wrong)
		return -EINVAL;
	if (!m->loaded)
		return -ENODATA;
	err = find_programme(m->loaded->config, json_string_value(name), &programme);
	if (err)
		return err;
	og_manager_refresh(m);
	/* Top destinations and histories are read from the store. */
	og_manager_flush(m);
	return og_report_at(m, programme, json_integer_value(since), og_clock_now(), ret_record);
}
