// SPDX-License-Identifier: GPL-2.0
/*
 * retention.c: what is older than ouiguard.yaml wants it kept is cut, and told
 */
#include "daemon/retention.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/inventory/store-watch.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"

int64_t og_retention_events(const struct og_manager *m)
{
	return m->loaded ? m->loaded->config->retention.events : OG_STORE_EVENTS;
}

bool og_retention_guest(const struct og_manager *m, const char *site)
{
	const struct og_conf_site *conf = m->loaded ? og_config_site(m->loaded->config, site)
						    : NULL;

	return conf && conf->class && !strcmp(conf->class, OG_CLASS_GUEST);
}

struct forgetting {
	const struct og_manager *m;
	int64_t before;
	int64_t cut;
};

static int forget_dests(void *userdata, struct og_inv_device *device)
{
	struct forgetting *forgetting = userdata;
	size_t i, kept = 0;

	for (i = 0; i < device->dest_count; i++)
		if (device->dests[i].last_seen >= forgetting->before)
			device->dests[kept++] = device->dests[i];
	if (kept == device->dest_count)
		return 0;
	forgetting->cut += device->dest_count - kept;
	device->dirty |= OG_DIRTY_DESTS;
	device->dest_count = kept;
	return 0;
}

/* At sites of guests, all; a site can become one after years. */
static int64_t cut_guests(struct og_manager *m)
{
	const struct og_config *config = m->loaded->config;
	struct forgetting forgetting = {.m = m, .before = INT64_MAX};
	int64_t rows, sum = 0;
	size_t i;

	for (i = 0; i < config->site_count; i++) {
		if (!og_retention_guest(m, config->sites[i].name))
			continue;
		og_inventory_each_at(m->inventory, config->sites[i].name, 0, forget_dests,
				     &forgetting);
		rows = og_store_cut_site(m->store, config->sites[i].name);
		if (rows < 0)
			return rows;
		sum += rows;
	}
	return sum;
}

/* What is in memory goes too, or it would be written again. It is counted where it is stored. */
static int64_t cut(struct og_manager *m, enum og_cut what, int64_t now)
{
	const struct og_conf_retention *keep = &m->loaded->config->retention;
	const int64_t days[OG_CUT_COUNT] = {[OG_CUT_SIGHTINGS] = keep->sightings,
					    [OG_CUT_DESTINATIONS] = keep->destinations,
					    [OG_CUT_ADDRESSES] = keep->addresses};
	struct forgetting forgetting = {.m = m, .before = now - days[what] * OG_DAY};
	int64_t rows, guests = 0;

	if (what == OG_CUT_DESTINATIONS) {
		og_inventory_each(m->inventory, forget_dests, &forgetting);
		guests = cut_guests(m);
		if (guests < 0)
			return guests;
	}
	rows = og_store_cut(m->store, what, forgetting.before, keep->events);
	return rows < 0 ? rows : rows + guests;
}

static void tell(struct og_retention *retention)
{
	char text[256] = "";
	size_t used = 0;
	int i;

	for (i = 0; i < OG_CUT_COUNT && used < sizeof(text); i++)
		if (retention->cut[i])
			used += snprintf(text + used, sizeof(text) - used, "%s%" PRId64 " %s",
					 used ? ", " : "", retention->cut[i], og_cut_name(i));
	if (used)
		og_log_id(LOG_NOTICE, OG_MSG_CUT,
			  "cut from the inventory, as `retention` wants it: %s", text);
	memset(retention->cut, 0, sizeof(retention->cut));
}

void og_retention_step(struct og_manager *m, int64_t now)
{
	struct og_retention *retention = &m->retention;
	int64_t rows;

	if (!m->loaded)
		return;
	if (retention->of != m->loaded || retention->day != now / OG_DAY) {
		retention->of = m->loaded;
		retention->day = now / OG_DAY;
		retention->next = 0;
	}
	if (retention->next == OG_CUT_COUNT || og_store_begin(m->store))
		return;
	rows = cut(m, retention->next, now);
	if (rows < 0 || og_store_commit(m->store)) {
		og_store_rollback(m->store);
		return;
	}
	retention->cut[retention->next++] += rows;
	if (retention->next == OG_CUT_COUNT)
		tell(retention);
}
