// SPDX-License-Identifier: GPL-2.0
/*
 * records.c: the status record
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "ipc/version.h"
#include "policy/base/action.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"
#include "daemon/network/links.h"
#include "daemon/network/offload.h"
#include "daemon/bus/records-audit.h"
#include "daemon/baseline.h"
#include "daemon/bus/records.h"
#include "daemon/state.h"

#define TOP 100 /* devices in dropped_last_hour */

void og_set_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(object, key, json_string(text));
}

void og_set_number(json_t *object, const char *key, int64_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

json_t *og_record_strings(char *const *strings, size_t count)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(array, json_string(strings[i]));
	return array;
}

json_t *og_record_diags(const struct og_diags *diags)
{
	json_t *array = json_array();
	struct og_diag plain;
	char text[1024];
	size_t i;

	for (i = 0; i < diags->count; i++) {
		/* Without the word "warning": the list says that already. */
		plain = diags->items[i];
		if (plain.severity == OG_WARNING)
			plain.severity = OG_ERROR;
		og_diag_text(&plain, text, sizeof(text));
		json_array_append_new(array, json_string(text));
	}
	return array;
}

json_t *og_record_phase(const struct og_schedule_item *item)
{
	json_t *record = json_object();

	og_set_text(record, "site", item->site);
	og_set_text(record, "policy", item->policy);
	og_set_text(record, "action", og_action_name(item->action));
	og_set_text(record, "previous_action", og_action_name(item->previous));
	og_set_number(record, "at", item->at);
	return record;
}

static void set_hook(json_t *record, const struct og_engine_port_status *status)
{
	char text[128], id[16];

	og_set_number(record, "ifindex", status->port.ifindex);
	if (status->hook == OG_HOOK_NONE) {
		og_set_text(record, "state", "failed");
		snprintf(text, sizeof(text), "%s", strerror(-status->error));
		og_set_text(record, "error", status->error ? text : "not attached");
		return;
	}
	og_set_text(record, "state", "covered");
	og_set_text(record, "hook", og_engine_hook_name(status->hook));
	json_object_set_new(record, "head", json_boolean(!status->ahead));
	if (status->ahead) {
		snprintf(id, sizeof(id), "%" PRIu32, status->ahead);
		json_object_set_new(record, "before", json_pack("[s]", id));
	}
}

static json_t *record_port(const struct og_manager *m, const struct og_compiled_port *port,
			   const struct og_engine_status *status)
{
	json_t *record = json_object();
	size_t i;

	og_set_text(record, "name", port->name);
	og_set_text(record, "site", og_compiled_site(m->compiled, port->site));
	for (i = 0; i < status->port_count; i++)
		if (status->ports[i].port.ifindex == port->ifindex)
			set_hook(record, &status->ports[i]);
	if (!json_object_get(record, "state"))
		og_set_text(record, "state", "failed");
	return record;
}

/* Ports that an earlier process left, while there is no configuration to name their sites. */
static void add_left_ports(json_t *array, const struct og_engine_status *status)
{
	json_t *record;
	size_t i;

	for (i = 0; i < status->port_count; i++) {
		record = json_object();
		og_set_text(record, "name", status->ports[i].port.name);
		set_hook(record, &status->ports[i]);
		json_array_append_new(array, record);
	}
}

static void set_ports(json_t *record, const struct og_manager *m,
		      const struct og_engine_status *status)
{
	json_t *array = json_array(), *port;
	size_t i;

	if (!m->compiled) {
		add_left_ports(array, status);
	} else {
		for (i = 0; i < m->compiled->port_count; i++)
			json_array_append_new(array,
					      record_port(m, &m->compiled->ports[i], status));
		for (i = 0; i < m->compiled->missing_count; i++) {
			port = json_object();
			og_set_text(port, "name", m->compiled->missing[i].name);
			og_set_text(port, "site",
				    og_compiled_site(m->compiled, m->compiled->missing[i].site));
			og_set_text(port, "state", "missing");
			json_array_append_new(array, port);
		}
	}
	json_object_set_new(record, "ports", array);
}

static void set_maps(json_t *record, const struct og_manager *m,
		     const struct og_engine_status *status)
{
	json_t *maps = json_object();
	const struct og_header *h;

	og_set_number(maps, "devices_known", status->devices_known);
	og_set_number(maps, "devices_known_max", status->devices_known_max);
	og_set_number(maps, "devices_fresh", status->devices_fresh);
	og_set_number(maps, "devices_fresh_max", status->devices_fresh_max);
	if (m->compiled) {
		h = &m->compiled->ruleset->header;
		og_set_number(maps, "leaves", h->leaves_used);
		og_set_number(maps, "leaves_max", OG_LEAVES);
		og_set_number(maps, "prefixes", h->prefixes_used);
		og_set_number(maps, "exact", h->exact_used);
		og_set_number(maps, "classes", h->classes_used);
		og_set_number(maps, "phases", h->phases_used);
		og_set_number(maps, "ranges", h->ranges_used);
	}
	json_object_set_new(record, "maps", maps);
}

static void set_counters(json_t *record, const struct og_manager *m)
{
	struct og_engine_counters counters;
	json_t *reasons;
	unsigned int i;

	if (!m->engine || m->ops->read_counters(m->engine, &counters) < 0)
		return;
	reasons = json_object();
	for (i = 0; i < OG_R_COUNT; i++)
		if (counters.reasons[i].packets)
			og_set_number(reasons, og_reason_name(i), counters.reasons[i].packets);
	json_object_set_new(record, "reasons", reasons);
	og_set_number(record, "unattributable", counters.reasons[OG_R_UNATTRIBUTABLE].packets);
	og_set_number(record, "uncovered", counters.reasons[OG_R_UNCOVERED].packets);
	og_set_number(record, "events_lost", counters.events_lost + m->pending_lost);
	og_set_number(record, "devices_overflow",
		      counters.overflow + og_inventory_refused(m->inventory));
}

struct tally {
	const char *site;
	int64_t now;
	size_t devices, dropping;
};

static int tally_device(void *userdata, struct og_inv_device *device)
{
	struct tally *tally = userdata;

	if (strcmp(device->site, tally->site) || !device->last_seen)
		return 0;
	tally->devices++;
	tally->dropping += og_inv_dropped(device, tally->now) > 0;
	return 0;
}

/* Today's sources of whom nobody can tell whose equipment they are. */
static void set_blind(json_t *site, const struct og_manager *m, unsigned int number)
{
	if (m->compiled && og_addresses_blind(m, number))
		og_set_number(site, "blind", og_addresses_blind(m, number));
}

static void set_sites(json_t *record, struct og_manager *m, int64_t now)
{
	json_t *array = json_array(), *missing = json_array(), *elsewhere = json_array(), *site;
	const struct og_config *config = m->loaded->config;
	size_t i;

	for (i = 0; i < config->site_count; i++) {
		struct tally tally = {.site = config->sites[i].name, .now = now};
		bool has = og_config_register(config, tally.site);

		og_inventory_each(m->inventory, tally_device, &tally);
		if (m->compiled && m->compiled->elsewhere[i + 1])
			json_array_append_new(elsewhere, json_string(tally.site));
		site = json_object();
		og_set_text(site, "site", tally.site);
		og_set_text(site, "class", config->sites[i].class);
		json_object_set_new(site, "register", json_boolean(has));
		og_set_number(site, "devices", tally.devices);
		og_set_number(site, "dropping", tally.dropping);
		og_baseline_set(m, tally.site, site);
		set_blind(site, m, i + 1);
		json_array_append_new(array, site);
		if (!has && !(m->compiled && m->compiled->elsewhere[i + 1]))
			json_array_append_new(missing, json_string(tally.site));
	}
	json_object_set_new(record, "sites", array);
	json_object_set_new(record, "registers_missing", missing);
	json_object_set_new(record, "sites_elsewhere", elsewhere);
}

/* Until when @exception is at work at @site; 0 when it is not. */
static int64_t at_work_until(const struct og_conf_exception *exception,
			     const struct og_conf_site *site, int64_t now)
{
	int64_t from = INT64_MIN, until;

	if (exception->site && strcmp(exception->site, site->name))
		return 0;
	if (exception->from.set && og_when_utc(&exception->from, site->timezone, &from))
		return 0;
	if (og_when_utc(&exception->until, site->timezone, &until))
		return 0;
	return from <= now && now < until ? until : 0;
}

/* An exception of everything at a site, to everywhere, leaves nothing of the policy there. */
static void set_pause(json_t *record, const struct og_config *config, const char *policy,
		      const struct og_conf_site *site, int64_t now)
{
	const struct og_conf_exception *exception, *longest = NULL;
	int64_t until, end = 0;
	size_t i;

	for (i = 0; i < config->exception_count; i++) {
		exception = &config->exceptions[i];
		if (exception->has_mac || exception->to.count || strcmp(exception->policy, policy))
			continue;
		until = at_work_until(exception, site, now);
		if (until > end) {
			end = until;
			longest = exception;
		}
	}
	if (!longest)
		return;
	og_set_number(record, "paused_until_at", end);
	og_set_text(record, "paused_by", longest->name);
}

static void set_exceptions(json_t *record, const struct og_config *config, int64_t now)
{
	size_t i, j, count = 0;

	for (i = 0; i < config->exception_count; i++)
		for (j = 0; j < config->site_count; j++)
			if (at_work_until(&config->exceptions[i], &config->sites[j], now)) {
				count++;
				break;
			}
	og_set_number(record, "exceptions", count);
}

/* Exceptions that end within a month, the next first; a pause, which always does, aside. */
static void set_ending(json_t *record, const struct og_schedule *schedule, int64_t now)
{
	json_t *array = json_array(), *one;
	const struct og_schedule_item *item;
	size_t i;

	for (i = 0; i < schedule->count; i++) {
		item = &schedule->items[i];
		if (item->kind != OG_SCHEDULE_EXCEPTION_ENDS || item->at <= now ||
		    item->at - now > 30 * 86400 || !item->owner)
			continue;
		one = json_object();
		og_set_text(one, "exception", item->exception);
		og_set_text(one, "policy", item->policy);
		og_set_text(one, "site", item->site);
		og_set_text(one, "owner", item->owner);
		og_set_number(one, "until_at", item->at);
		json_array_append_new(array, one);
	}
	json_object_set_new(record, "exceptions_ending", array);
}

static json_t *record_policy(const struct og_manager *m, const char *policy,
			     const struct og_conf_site *at, int64_t now)
{
	const struct og_schedule *schedule = &m->loaded->schedule;
	const char *site = at->name;
	const struct og_decided *decided = og_guard_decided(m->guard);
	const struct og_schedule_item *item = og_schedule_now(schedule, decided, policy, site, now);
	const struct og_schedule_item *next =
		og_schedule_next(schedule, decided, policy, site, now);
	json_t *record = json_object();

	og_set_text(record, "policy", policy);
	og_set_text(record, "site", site);
	og_set_text(record, "action", og_action_name(item ? item->action : OG_OBSERVE));
	if (item && item->at != INT64_MIN)
		og_set_number(record, "since_at", item->at);
	if (next) {
		og_set_text(record, "next_action", og_action_name(next->action));
		og_set_number(record, "next_at", next->at);
	}
	set_pause(record, m->loaded->config, policy, at, now);
	return record;
}

static void set_policies(json_t *record, const struct og_manager *m, int64_t now)
{
	const struct og_config *config = m->loaded->config;
	json_t *array = json_array();
	size_t i, j;

	for (i = 0; i < config->policy_count; i++)
		for (j = 0; j < config->site_count; j++)
			if (og_policy_applies(&config->policies[i], &config->sites[j]))
				json_array_append_new(array,
						      record_policy(m, config->policies[i].name,
								    &config->sites[j], now));
	json_object_set_new(record, "policies", array);
}

struct dropper {
	const struct og_inv_device *device;
	uint64_t dropped;
};

struct droppers {
	struct dropper top[TOP];
	size_t count;
	int64_t now;
};

/* Keeps the TOP of them, the most dropped first. */
static int note_dropper(void *userdata, struct og_inv_device *device)
{
	struct droppers *droppers = userdata;
	struct dropper new = {device, og_inv_dropped(device, droppers->now)};
	size_t i;

	if (!new.dropped)
		return 0;
	for (i = droppers->count; i > 0 && droppers->top[i - 1].dropped < new.dropped; i--)
		if (i < TOP)
			droppers->top[i] = droppers->top[i - 1];
	if (i < TOP)
		droppers->top[i] = new;
	if (droppers->count < TOP)
		droppers->count++;
	return 0;
}

static void set_dropped(json_t *record, const struct og_manager *m, int64_t now)
{
	struct droppers droppers = {.now = now};
	json_t *array = json_array(), *one;
	char mac[OG_MAC_TEXT];
	size_t i;

	og_inventory_each(m->inventory, note_dropper, &droppers);
	for (i = 0; i < droppers.count; i++) {
		one = json_object();
		og_set_text(one, "mac", og_mac_format(droppers.top[i].device->mac, mac));
		og_set_text(one, "site", droppers.top[i].device->site);
		og_set_text(one, "vendor", droppers.top[i].device->vendor);
		og_set_number(one, "dropped", droppers.top[i].dropped);
		og_set_number(one, "last_seen", droppers.top[i].device->last_seen);
		json_array_append_new(array, one);
	}
	json_object_set_new(record, "dropped_last_hour", array);
}

static void set_infrastructure(json_t *record, const struct og_compiled *compiled)
{
	json_t *array = json_array();
	char mac[OG_MAC_TEXT];
	size_t i;

	for (i = 0; i < compiled->router_count; i++)
		if (!i || compiled->routers[i].mac != compiled->routers[i - 1].mac)
			json_array_append_new(
				array, json_string(og_mac_format(compiled->routers[i].mac, mac)));
	json_object_set_new(record, "infrastructure", array);
}

static void add_trouble(json_t *array, const struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	json_t *found;

	og_addresses_trouble(m, &diags);
	og_probes_trouble(m, &diags);
	found = og_record_diags(&diags);
	json_array_extend(array, found);
	json_decref(found);
}

static void add_offload(json_t *array, const struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	json_t *found;

	if (!m->compiled || !m->links)
		return;
	og_offload_warn(m->compiled, og_links_gateway(m->links), &og_offload_kernel, &diags);
	found = og_record_diags(&diags);
	json_array_extend(array, found);
	json_decref(found);
}

static void set_warnings(json_t *record, const struct og_manager *m, int64_t now)
{
	json_t *array = m->warnings ? json_copy(m->warnings) : json_array();
	const char *trouble = og_store_trouble(m->store);

	if (m->stale && m->compiled)
		json_array_append_new(array, json_string("what is in force is not what the files "
							 "say: \"ouiguard reload\" takes them"));
	if (!m->compiled && og_manager_enforcing(m))
		json_array_append_new(array,
				      json_string("what is in force was left by an earlier "
						  "start; there is no usable configuration"));
	if (trouble)
		json_array_append_new(array, json_string(trouble));
	if (m->audit.faults)
		json_array_append_new(array, json_string("the audit log is not as it was written: "
							 "\"ouiguard audit verify\" tells where"));
	if (m->known_full)
		json_array_append_new(array,
				      json_string("the engine can keep the records of no more "
						  "devices"));
	add_trouble(array, m);
	if (m->loaded)
		og_warn_registry(array, m->loaded, now);
	add_offload(array, m);
	json_object_set_new(record, "warnings", array);
}

static void set_head(json_t *record, const struct og_manager *m)
{
	json_object_set_new(record, "enforcing", json_boolean(og_manager_effective(m)));
	json_object_set_new(record, "detached", json_boolean(m->detached));
	og_set_text(record, "engine", og_manager_engine(m));
	og_set_text(record, "engine_reason", m->engine_reason);
	og_set_number(record, "generation", og_manager_generation(m));
	if (m->applied_at && og_manager_enforcing(m))
		og_set_number(record, "applied_at", m->applied_at);
	og_set_number(record, "started_at", m->started_at);
	og_set_number(record, "now_at", og_clock_now());
	og_set_text(record, "version", OG_VERSION);
	og_set_text(record, "config", m->options.config);
	og_set_text(record, "state", m->options.state);
	json_object_set_new(record, "stale", json_boolean(m->stale));
	og_set_text(record, "last_reload_error", m->last_error);
	if (m->before)
		og_set_number(record, "confirm_until_at", m->confirm_until);
}

/* What retention has cut since the store was begun. */
static void set_cut(json_t *record, struct og_manager *m)
{
	json_t *cut = json_object();
	int what;

	for (what = 0; what < OG_CUT_COUNT; what++)
		og_set_number(cut, og_cut_name(what), og_store_cut_total(m->store, what));
	json_object_set_new(record, "cut", cut);
}

json_t *og_record_status(struct og_manager *m)
{
	struct og_engine_status status = {0};
	json_t *record = json_object();
	int64_t now = og_clock_now();

	if (!record)
		return NULL;
	og_manager_refresh(m);
	set_head(record, m);
	if (m->engine && m->ops->status(m->engine, &status) == 0) {
		set_ports(record, m, &status);
		set_maps(record, m, &status);
		og_engine_status_clear(&status);
	}
	set_counters(record, m);
	if (m->loaded) {
		set_sites(record, m, now);
		set_policies(record, m, now);
		set_exceptions(record, m->loaded->config, now);
		set_ending(record, &m->loaded->schedule, now);
		json_object_set_new(record, "registry", og_record_registry(m->loaded));
		json_object_set_new(record, "files", og_record_files(m->loaded->config));
	}
	set_dropped(record, m, now);
	og_guard_status(m, record);
	if (m->compiled)
		set_infrastructure(record, m->compiled);
	json_object_set_new(record, "audit", og_record_audit_head(m));
	set_cut(record, m);
	json_object_set_new(record, "repaired", og_record_strings(m->repaired, m->repaired_count));
	set_warnings(record, m, now);
	return record;
}
