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

static void announce_phase(struct og_manager *m, const struct og_schedule_item *item)
{
	const struct og_field fields[] = {
		{"OUIGUARD_SITE", item->site},
		{"OUIGUARD_POLICY", item->policy},
		{"OUIGUARD_ACTION", og_action_name(item->action)},
	};

	og_journal(LOG_NOTICE, OG_MSG_PHASE, fields, 3, "policy %s at %s: %s, before it %s",
		   item->policy, item->site, og_action_name(item->action),
		   og_action_name(item->previous));
	og_bus_emit(m->bus, "PhaseChanged", og_record_phase(item));
}

static void announce(struct og_manager *m, const struct og_schedule_item *item)
{
	if (item->kind == OG_SCHEDULE_PHASE)
		announce_phase(m, item);
	else
		og_log(LOG_NOTICE, "exception %s %s", item->exception,
		       item->kind == OG_SCHEDULE_EXCEPTION ? "begins" : "has ended");
}

void og_manager_phases(struct og_manager *m, int64_t now)
{
	const struct og_schedule *schedule;
	int64_t after = m->checked_at;
	size_t i;

	m->checked_at = now;
	if (!m->loaded || m->detached || now <= after)
		return;
	schedule = &m->loaded->schedule;
	for (i = og_schedule_between(schedule, 0, after, now); i < schedule->count;
	     i = og_schedule_between(schedule, i + 1, after, now))
		announce(m, &schedule->items[i]);
}
