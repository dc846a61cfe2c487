// SPDX-License-Identifier: GPL-2.0
/*
 * gates.c: which gates of phases open
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/cleanup.h"
#include "daemon/guard-work.h"
#include "daemon/inventory/store-decided.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/progress.h"
#include "daemon/state.h"
#include "policy/base/action.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/compile/timeline.h"
#include "policy/explain/quiet.h"
#include "policy/progress/absence.h"

#define GATE	 OG_GUARD_GATE
#define LOOK_FOR OG_DAY /* seconds before a phase's date from which on its gate is looked at */

/* A gate that is shut, and may open. */
struct due {
	size_t policy, phase; /* places */
	const struct og_conf_site *site;
	int64_t from;
	char key[OG_GATE_KEY];
	bool opens;
	char why[160]; /* not */
};

/* All of them, while they are looked at. */
struct looking {
	struct og_manager *m;
	const struct og_config *config;
	struct og_calendars calendars;
	struct og_compiled *trial; /* with all of @due open */
	struct due *due;
	size_t count;
	int64_t now;
};

static const struct og_conf_phase *phase_of(const struct looking *l, const struct due *due)
{
	return &l->config->policies[due->policy].phases[due->phase];
}

int og_guard_add_gate(struct og_guard *guard, const char *key)
{
	char **gates = reallocarray(guard->gates, guard->view.gate_count + 1, sizeof(*gates));
	char *copy = strdup(key);

	if (gates) {
		guard->gates = gates;
		guard->view.gates = (const char *const *)gates;
	}
	if (!gates || !copy) {
		free(copy);
		return -ENOMEM;
	}
	gates[guard->view.gate_count++] = copy;
	return 0;
}

static int take_gate(void *userdata, const char *key, int64_t at)
{
	(void)at;
	return og_guard_add_gate(userdata, key);
}

int og_guard_open_gates(struct og_manager *m)
{
	return og_store_each_decided(m->store, GATE, take_gate, m->guard);
}

void og_guard_forget_shut(struct og_guard *guard)
{
	size_t i;

	for (i = 0; i < guard->shut_count; i++)
		free(guard->shut[i].key);
	free(guard->shut);
	guard->shut = NULL;
	guard->shut_count = 0;
}

/* Which gates are to be looked at -------------------------------------------------------------- */

static int add_due(struct looking *l, size_t policy, const struct og_conf_site *site)
{
	const struct og_conf_policy *p = &l->config->policies[policy];
	const int64_t *begin = og_calendar_of(&l->calendars, site)->phases[policy];
	const struct og_decided *decided = og_guard_decided(l->m->guard);
	struct due *list, *due;
	size_t i;

	for (i = 0; i < p->phase_count; i++) {
		if (begin[i] - LOOK_FOR > l->now ||
		    !og_gate_shut(decided, p, &p->phases[i], site->name))
			continue;
		list = reallocarray(l->due, l->count + 1, sizeof(*list));
		if (!list)
			return -ENOMEM;
		l->due = list;
		due = &list[l->count++];
		*due = (struct due){.policy = policy, .phase = i, .site = site, .from = begin[i]};
		og_gate_key(p, &p->phases[i], site->name, due->key);
	}
	return 0;
}

static int find_due(struct looking *l)
{
	const struct og_gateway *gateway = og_links_gateway(l->m->links);
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < l->config->policy_count; i++)
		for (j = 0; !err && j < l->config->site_count; j++)
			if (og_policy_applies(&l->config->policies[i], &l->config->sites[j]) &&
			    og_gateway_has(gateway, &l->config->sites[j]))
				err = add_due(l, i, &l->config->sites[j]);
	return err;
}

/* Milestones ----------------------------------------------------------------------------------- */

static void look_at_milestone(struct looking *l, struct due *due)
{
	const struct og_conf_policy *policy = &l->config->policies[due->policy];
	const struct og_gathering gathering = {
		.programme = og_config_programme(l->config, policy->programme), .now = l->now};
	const char *name = phase_of(l, due)->gate.milestone;
	const struct og_progress_result *result;
	struct og_progress *progress = NULL;
	size_t i;
	int err;

	err = og_progress_gather(l->m, &gathering, &progress, &result);
	if (err) {
		snprintf(due->why, sizeof(due->why), "how far it is cannot be counted: %s",
			 strerror(-err));
		return;
	}
	for (i = 0; i < gathering.programme->milestone_count; i++) {
		const struct og_progress_milestone *milestone = &result->milestones[i];

		if (strcmp(milestone->conf->name, name))
			continue;
		due->opens = milestone->result.met;
		snprintf(due->why, sizeof(due->why), "%" PRIu64 " of %" PRIu64 " %s are done",
			 milestone->tally.done, milestone->tally.total,
			 og_measure_name(milestone->conf->measure));
	}
	og_progress_free(progress);
}

/* Quiet days ----------------------------------------------------------------------------------- */

/* One gate and the devices of its site. */
struct quiet {
	struct looking *l;
	struct due *due;
	struct og_times times;
	int64_t since, at;   /* seconds */
	int vlan;	     /* whose watched days were counted last; -2: none's */
	unsigned int days;   /* so many of them were watched */
	unsigned int wanted; /* days */
	bool concerned;	     /* the phase is about some device */
};

static int count_day(void *userdata, int64_t day, uint32_t seconds)
{
	struct quiet *q = userdata;

	q->days += day < q->l->now / OG_DAY && seconds >= OG_WATCHED_ENOUGH;
	return 0;
}

static bool is_watched(struct quiet *q, int vlan)
{
	int err = 0;

	if (q->vlan != vlan) {
		q->vlan = vlan;
		q->days = 0;
		/* Where devices sent to through another gateway is not known here. */
		err = og_store_each_watched_by(
			q->l->m->store, og_links_gateway(q->l->m->links)->host, q->due->site->name,
			vlan, q->since / OG_DAY, count_day, q);
	}
	if (!err && q->days >= q->wanted)
		return true;
	snprintf(q->due->why, sizeof(q->due->why), "watched on %u of the last %u days", q->days,
		 q->wanted);
	return false;
}

/* Whether the phase would be the one in force for the device. */
static bool is_concerned(const struct quiet *q, const struct og_inv_device *device)
{
	const struct og_loaded *loaded = q->l->m->loaded;
	const struct og_lock_entry *listed = og_loaded_prefix(loaded, device->mac);
	const struct og_conf_asset *row = og_loaded_asset(loaded, device->site, device->mac);
	bool present = row &&
		       (row->status == OG_ASSET_LEGACY || row->status == OG_ASSET_LEGACY_UNPROVEN);
	const struct og_kind kind = {
		.site = q->due->site,
		.vendor = listed ? listed->vendor : NULL,
		.role = row ? row->role : OG_ROLE_UNKNOWN,
		.new = og_config_register(q->l->config, device->site) && !present,
	};

	return listed && og_policy_concerns(q->l->config, q->due->policy, &kind) &&
	       og_timeline_phase(&q->times, &kind, q->due->policy, q->at, NULL) ==
		       phase_of(q->l, q->due);
}

static size_t dests_of(const struct og_inv_device *device, struct og_quiet_dest *dests)
{
	size_t i;

	for (i = 0; i < device->dest_count; i++)
		dests[i] = (struct og_quiet_dest){
			.probe = {.dst = device->dests[i].addr,
				  .proto = device->dests[i].proto,
				  .port = device->dests[i].port},
			.last_seen = device->dests[i].last_seen,
		};
	return device->dest_count;
}

static int look_at_device(void *userdata, struct og_inv_device *device)
{
	struct quiet *q = userdata;
	const struct og_plan_side trial = {q->l->trial, q->at};
	const struct og_plan_device subject = {device->mac, device->site};
	struct og_quiet_dest dests[OG_INV_DESTS];
	char mac[OG_MAC_TEXT], dst[OG_ADDR_TEXT];
	size_t count, place = 0;

	if (!is_concerned(q, device))
		return 0;
	q->concerned = true;
	og_mac_format(device->mac, mac);
	count = dests_of(device, dests);
	if (!og_quiet_judge(&trial, &subject, dests, count, q->since, &place)) {
		snprintf(q->due->why, sizeof(q->due->why),
			 "%s sent to %s port %u, which the phase would drop", mac,
			 og_addr_format(&dests[place].probe.dst, dst), dests[place].probe.port);
		return 1;
	}
	if (og_quiet_cut(dests, count, device->dests_cut, OG_INV_DESTS, OG_INV_OFTEN, q->since)) {
		snprintf(q->due->why, sizeof(q->due->why),
			 "%s has sent to more destinations than are kept", mac);
		return 1;
	}
	return is_watched(q, device->vlan) ? 0 : 1;
}

static void look_at_quiet(struct looking *l, struct due *due)
{
	unsigned int days = phase_of(l, due)->gate.quiet_days;
	struct quiet q = {
		.l = l,
		.due = due,
		.times = {.config = l->config,
			  .calendars = &l->calendars,
			  .decided = &l->trial->decided},
		.since = (l->now / OG_DAY - days) * OG_DAY,
		.at = due->from > l->now ? due->from : l->now,
		.vlan = -2,
		.wanted = days,
	};

	if (og_retention_guest(l->m, due->site->name))
		snprintf(due->why, sizeof(due->why),
			 "where devices of sites of class guest send to is not kept");
	else if (og_inventory_each_at(l->m->inventory, due->site->name, 0, look_at_device, &q) == 0)
		due->opens = q.concerned || is_watched(&q, 0);
}

/* A ruleset in which all that is due were open. */
static int try_open(struct looking *l)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	const struct og_decided *decided = og_guard_decided(l->m->guard);
	struct og_gateway gateway = og_manager_facts(l->m);
	struct og_decided more = *decided;
	const char **gates;
	size_t i;
	int err;

	gates = calloc(decided->gate_count + l->count, sizeof(*gates));
	if (!gates)
		return -ENOMEM;
	for (i = 0; i < decided->gate_count; i++)
		gates[i] = decided->gates[i];
	for (i = 0; i < l->count; i++)
		gates[decided->gate_count + i] = l->due[i].key;
	more.gates = gates;
	more.gate_count = decided->gate_count + l->count;
	gateway.decided = &more;
	err = og_compile(l->config, &gateway, l->now, &l->trial, &diags);
	free(gates);
	return err;
}

/* Opening -------------------------------------------------------------------------------------- */

static void tell_open(const struct looking *l, const struct due *due)
{
	const struct og_conf_policy *policy = &l->config->policies[due->policy];
	const struct og_conf_phase *phase = phase_of(l, due);
	const char *action = og_action_name(phase->setting.action);
	char gate[OG_GATE_TEXT], when[64], subject[2 * OG_CONF_NAME];
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", due->site->name},
		{"OUIGUARD_POLICY", policy->name},
		{"OUIGUARD_PROGRAMME", policy->programme},
		{"OUIGUARD_ACTION", action},
	};

	og_gate_text(&phase->gate, gate);
	og_when_format(due->from, due->site->timezone, when, sizeof(when));
	og_journal(LOG_NOTICE, OG_MSG_GATE, fields, 4,
		   "the gate of policy %s at %s is open (%s): %s %s %s", policy->name,
		   due->site->name, gate, action,
		   due->from > l->now ? "begins at" : "is in force; its date was", when);
	snprintf(subject, sizeof(subject), "%s/%s", policy->name, due->site->name);
	og_audit_tell(l->m, OG_AUDIT_GATE, subject, "opened for %s from %s: %s", action, when,
		      gate);
}

/* Who waits for phases to begin is told of one that its gate had kept back, too. */
static void emit_begun(const struct looking *l, const struct due *due)
{
	const struct og_conf_policy *policy = &l->config->policies[due->policy];
	const struct og_schedule_item *now = og_schedule_now(&l->m->loaded->schedule,
							     og_guard_decided(l->m->guard),
							     policy->name, due->site->name, l->now);
	struct og_schedule_item begun;

	if (!now || now->phase != phase_of(l, due))
		return;
	begun = *now;
	begun.at = l->now;
	now = og_schedule_now(&l->m->loaded->schedule, og_guard_decided(l->m->guard), policy->name,
			      due->site->name, due->from - 1);
	begun.previous = now ? now->action : OG_OBSERVE;
	og_bus_emit(l->m->bus, "PhaseChanged", og_record_phase(&begun));
}

static void remember_shut(struct og_guard *guard, const struct due *due)
{
	struct og_shut *shut = reallocarray(guard->shut, guard->shut_count + 1, sizeof(*shut));

	if (!shut)
		return;
	guard->shut = shut;
	shut[guard->shut_count].key = strdup(due->key);
	if (!shut[guard->shut_count].key)
		return;
	memcpy(shut[guard->shut_count++].why, due->why, sizeof(due->why));
}

static size_t open_all(struct looking *l)
{
	size_t i, opened = 0;

	og_guard_forget_shut(l->m->guard);
	for (i = 0; i < l->count; i++) {
		struct due *due = &l->due[i];

		if (!due->opens) {
			remember_shut(l->m->guard, due);
			continue;
		}
		if (og_guard_add_gate(l->m->guard, due->key))
			continue;
		/* A store in trouble says so by itself; then the gate is looked at again. */
		og_store_put_decided(l->m->store, GATE, due->key, l->now);
		tell_open(l, due);
		emit_begun(l, due);
		opened++;
	}
	og_guard_keep_copy(l->m);
	return opened;
}

static int look(struct looking *l)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	size_t i;
	int err = og_calendars_new(l->config, &l->calendars, &diags);

	if (!err)
		err = find_due(l);
	if (!err && l->count)
		err = try_open(l);
	for (i = 0; !err && i < l->count; i++) {
		if (phase_of(l, &l->due[i])->gate.milestone)
			look_at_milestone(l, &l->due[i]);
		else
			look_at_quiet(l, &l->due[i]);
	}
	return err;
}

size_t og_guard_gates(struct og_manager *m, int64_t now)
{
	struct looking l = {.m = m, .now = now};
	size_t opened = 0;
	int err;

	m->guard->day = now / OG_DAY;
	if (!m->loaded || !m->compiled || m->detached)
		return 0;
	l.config = m->loaded->config;
	err = look(&l);
	if (err)
		og_log(LOG_ERR,
		       "the gates of phases cannot be looked at: %s; they stay as they are",
		       strerror(-err));
	else
		opened = open_all(&l);
	og_compiled_free(l.trial);
	og_calendars_free(&l.calendars);
	free(l.due);
	return opened;
}

/* Status --------------------------------------------------------------------------------------- */

static const char *why_shut(const struct og_guard *guard, const char *key)
{
	size_t i;

	for (i = 0; i < guard->shut_count; i++)
		if (!strcmp(guard->shut[i].key, key))
			return guard->shut[i].why;
	return NULL;
}

static void add_gate_record(const struct og_manager *m, json_t *array,
			    const struct og_conf_policy *policy, const struct og_conf_phase *phase,
			    const struct og_conf_site *site)
{
	const char *why;
	char text[OG_GATE_TEXT], key[OG_GATE_KEY];
	int64_t from = 0;

	if (!og_gate_given(phase) || og_when_utc(&phase->from, site->timezone, &from))
		return;
	why = why_shut(m->guard, og_gate_key(policy, phase, site->name, key));
	json_array_append_new(
		array,
		json_pack("{s:s, s:s, s:s, s:I, s:s, s:b, s:s*}", "policy", policy->name, "site",
			  site->name, "action", og_action_name(phase->setting.action), "from_at",
			  (json_int_t)from, "gate", og_gate_text(&phase->gate, text), "open",
			  !og_gate_shut(og_guard_decided(m->guard), policy, phase, site->name),
			  "why", why));
}

void og_guard_status_gates(const struct og_manager *m, json_t *record)
{
	const struct og_config *config = m->loaded ? m->loaded->config : NULL;
	json_t *array = json_array();
	size_t i, j, k;

	for (i = 0; config && i < config->policy_count; i++)
		for (j = 0; j < config->site_count; j++) {
			if (!og_policy_applies(&config->policies[i], &config->sites[j]))
				continue;
			for (k = 0; k < config->policies[i].phase_count; k++)
				add_gate_record(m, array, &config->policies[i],
						&config->policies[i].phases[k], &config->sites[j]);
		}
	json_object_set_new(record, "gates", array);
}
