// SPDX-License-Identifier: GPL-2.0
/*
 * manager-notify.c: how things stand, for the service manager; phases that began
 */
#include <inttypes.h>
#include <string.h>

#include <systemd/sd-daemon.h>

#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "policy/base/action.h"
#include "daemon/bus/records.h"
#include "daemon/state.h"

struct dropping {
	int64_t now;
	size_t count;
};

static int count_dropping(void *userdata, struct og_inv_device *device)
{
	struct dropping *dropping = userdata;

	dropping->count += og_inv_dropped(device, dropping->now) > 0;
	return 0;
}

void og_manager_status_text(struct og_manager *m)
{
	struct dropping dropping = {.now = og_clock_now()};
	const char *trouble = og_store_trouble(m->store);

	if (m->detached) {
		sd_notify(0, "STATUS=Detached: nothing is enforced");
		return;
	}
	if (!og_manager_enforcing(m)) {
		sd_notifyf(0, "STATUS=Nothing is enforced%s",
			   m->last_error ? ": the configuration is refused" : "");
		return;
	}
	og_inventory_each(m->inventory, count_dropping, &dropping);
	sd_notifyf(0,
		   "STATUS=Generation %" PRIu64
		   " in force%s%s; %zu devices known, %zu dropped in the "
		   "last hour; the newest %d events are kept%s%s",
		   m->generation, m->compiled ? "" : ", left by an earlier start",
		   m->stale ? ", not what the files say" : "", og_inventory_count(m->inventory),
		   dropping.count, OG_STORE_EVENTS, trouble ? "; " : "", trouble ? trouble : "");
}

/* What the policy said at the site until just before @at. */
static enum og_action action_before(const struct og_manager *m, const struct og_schedule_item *item)
{
	const struct og_schedule_item *before =
		og_schedule_now(&m->loaded->schedule, og_guard_decided(m->guard), item->policy,
				item->site, item->at - 1);

	return before ? before->action : OG_OBSERVE;
}

static void tell_waiting(const struct og_manager *m, const struct og_schedule_item *item)
{
	char text[OG_GATE_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", item->site},
		{"OUIGUARD_POLICY", item->policy},
		{"OUIGUARD_PROGRAMME", og_manager_programme(m, item->policy)},
		{"OUIGUARD_ACTION", og_action_name(item->action)},
	};

	og_journal(LOG_NOTICE, OG_MSG_GATE, fields, 4,
		   "policy %s at %s: the date of %s has come, and it waits for its gate: %s",
		   item->policy, item->site, og_action_name(item->action),
		   og_gate_text(&item->phase->gate, text));
}

static void tell_phase(const struct og_manager *m, const struct og_schedule_item *item)
{
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", item->site},
		{"OUIGUARD_POLICY", item->policy},
		{"OUIGUARD_PROGRAMME", og_manager_programme(m, item->policy)},
		{"OUIGUARD_ACTION", og_action_name(item->action)},
		{"OUIGUARD_PREVIOUS_ACTION", og_action_name(item->previous)},
	};

	og_journal(LOG_NOTICE, OG_MSG_PHASE, fields, 5, "policy %s at %s: %s, before it %s",
		   item->policy, item->site, og_action_name(item->action),
		   og_action_name(item->previous));
}

static void announce_phase(struct og_manager *m, const struct og_schedule_item *scheduled)
{
	struct og_schedule_item began = *scheduled, *item = &began;

	if (og_schedule_waits(item, og_guard_decided(m->guard))) {
		tell_waiting(m, item);
		return;
	}
	item->previous = action_before(m, item);
	tell_phase(m, item);
	og_bus_emit(m->bus, "PhaseChanged", og_record_phase(item));
}

/* A day that is not over counts as one. */
static unsigned int days_left(const struct og_schedule_item *item, int64_t now)
{
	return (unsigned int)((item->due - now + 86399) / 86400);
}

static void warn_of_phase(const struct og_manager *m, const struct og_schedule_item *item,
			  int64_t now)
{
	bool waits = og_schedule_waits(item, og_guard_decided(m->guard));
	char days[16], when[64], gate[OG_GATE_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", item->site},
		{"OUIGUARD_POLICY", item->policy},
		{"OUIGUARD_PROGRAMME", og_manager_programme(m, item->policy)},
		{"OUIGUARD_ACTION", og_action_name(item->action)},
		{"OUIGUARD_DAYS", days},
	};

	snprintf(days, sizeof(days), "%u", days_left(item, now));
	og_journal(LOG_WARNING, OG_MSG_PHASE_SOON, fields, 5,
		   "policy %s at %s: %s begins in %s day%s, at %s%s%s; \"ouiguard plan\" shows "
		   "whom it touches",
		   item->policy, item->site, og_action_name(item->action), days,
		   strcmp(days, "1") ? "s" : "",
		   og_when_format(item->due, NULL, when, sizeof(when)),
		   waits ? ", if its gate has opened by then: " : "",
		   waits ? og_gate_text(&item->phase->gate, gate) : "");
}

static void tell_of_exception(const struct og_manager *m, const struct og_schedule_item *item,
			      int64_t now)
{
	bool soon = item->kind == OG_SCHEDULE_EXCEPTION_SOON;
	char days[16], when[64];
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", item->site},
		{"OUIGUARD_POLICY", item->policy},
		{"OUIGUARD_PROGRAMME", og_manager_programme(m, item->policy)},
		{"OUIGUARD_EXCEPTION", item->exception},
		{"OUIGUARD_OWNER", item->owner},
		{"OUIGUARD_DAYS", soon ? days : NULL},
	};

	snprintf(days, sizeof(days), "%u", soon ? days_left(item, now) : 0);
	if (soon)
		og_journal(LOG_WARNING, OG_MSG_ENDS_SOON, fields, 6,
			   "exception %s from policy %s ends in %s day%s, at %s; its owner is %s",
			   item->exception, item->policy, days, strcmp(days, "1") ? "s" : "",
			   og_when_format(item->due, NULL, when, sizeof(when)), item->owner);
	else
		og_journal(LOG_NOTICE, OG_MSG_EXCEPTION, fields, 5,
			   "exception %s from policy %s %s", item->exception, item->policy,
			   item->kind == OG_SCHEDULE_EXCEPTION ? "begins" : "has ended");
}

static void announce(struct og_manager *m, const struct og_schedule_item *item, int64_t now)
{
	bool warning = item->kind == OG_SCHEDULE_PHASE_SOON ||
		       item->kind == OG_SCHEDULE_EXCEPTION_SOON;

	if (warning && og_schedule_is_stale(item, now))
		return;
	if (item->kind == OG_SCHEDULE_PHASE)
		announce_phase(m, item);
	else if (item->kind == OG_SCHEDULE_PHASE_SOON)
		warn_of_phase(m, item, now);
	else
		tell_of_exception(m, item, now);
}

void og_manager_note_checked(struct og_manager *m)
{
	/* A store in trouble says so by itself; then the next start may say a thing twice. */
	og_store_set_number(m->store, "checked_at", m->checked_at);
}

void og_manager_phases(struct og_manager *m, int64_t now)
{
	const struct og_schedule *schedule;
	int64_t after = m->checked_at;
	bool any = false;
	size_t i;

	m->checked_at = now;
	if (!m->loaded || m->detached || now <= after)
		return;
	schedule = &m->loaded->schedule;
	for (i = og_schedule_between(schedule, 0, after, now); i < schedule->count;
	     i = og_schedule_between(schedule, i + 1, after, now)) {
		announce(m, &schedule->items[i], now);
		any = true;
	}
	if (any)
		og_manager_note_checked(m);
}
