// SPDX-License-Identifier: GPL-2.0
/*
 * progress.c: sites, devices and histories on their way from files and store to the sums
 */
#include "daemon/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-progress.h"
#include "daemon/state.h"
#include "policy/compile/calendar.h"
#include "policy/progress/absence.h"
#include "policy/registry/lock.h"

#define DAY 86400

/* A day that was watched; vlan -1: in every VLAN. */
struct watched {
	int64_t day;
	int vlan;
};

/* The site that is being counted. */
struct place {
	char name[OG_INV_SITE];
	const struct og_conf_site *conf; /* NULL: it is in the store alone */
	const struct og_loaded_register *rows;
	size_t next_row;
	bool surveyed;
	int64_t baseline_at;
	struct watched *watched; /* of the last OG_RECENT_DAYS, ascending */
	size_t watched_count, watched_room;
	const struct og_conf_exception **exceptions; /* in force here */
	size_t exception_count;
};

struct gather {
	struct og_manager *m;
	const struct og_gathering *wanted;
	const struct og_config *config;
	struct og_progress *progress;
	struct og_steps *steps;
	struct og_calendars calendars;
	size_t next_site; /* of the configuration */
	bool open;	  /* @place is one */
	struct place place;
};

static bool is_of(const struct og_conf_policy *policy, const struct og_conf_programme *programme)
{
	return policy->programme && !strcmp(policy->programme, programme->name);
}

bool og_programme_covers(const struct og_config *config, const struct og_conf_programme *programme,
			 const struct og_conf_site *site)
{
	bool named = false;

	for (size_t i = 0; i < config->policy_count; i++) {
		if (!is_of(&config->policies[i], programme))
			continue;
		named = true;
		if (og_policy_applies(&config->policies[i], site))
			return true;
	}
	return !named;
}

static bool wants_site(const struct gather *g, const char *name, const struct og_conf_site *conf)
{
	if (g->wanted->site && strcmp(g->wanted->site, name))
		return false;
	return !conf || og_programme_covers(g->config, g->wanted->programme, conf);
}

/* The name that the programme has for @vendor; NULL when it is not about it. */
static const char *vendor_of(const struct gather *g, uint64_t mac, const char *seen_as)
{
	const struct og_names *names = &g->wanted->programme->vendors;
	const struct og_lock_entry *entry = og_lock_find(&g->config->lock, mac);
	const char *vendor = entry ? entry->vendor : seen_as;

	for (size_t i = 0; vendor && i < names->count; i++)
		if (!strcmp(names->names[i], vendor))
			return names->names[i];
	return NULL;
}

/* A site ------------------------------------------------------------------------------------- */

static int note_watched(void *userdata, int vlan, int64_t day)
{
	struct place *place = userdata;

	if (place->watched_count == place->watched_room) {
		size_t room = place->watched_room ? place->watched_room * 2 : 64;
		struct watched *items = reallocarray(place->watched, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		place->watched = items;
		place->watched_room = room;
	}
	place->watched[place->watched_count++] = (struct watched){.day = day, .vlan = vlan};
	return 0;
}

static int64_t watched_days(const struct place *place)
{
	int64_t days = 0;

	for (size_t i = 0; i < place->watched_count; i++)
		days += !i || place->watched[i].day != place->watched[i - 1].day;
	return days;
}

/* The programme's exceptions that are in force at the site. */
static void find_exceptions(struct gather *g)
{
	const struct og_calendar *calendar = og_calendar_of(&g->calendars, g->place.conf);

	g->place.exception_count = 0;
	for (size_t i = 0; i < g->config->exception_count; i++) {
		const struct og_conf_exception *e = &g->config->exceptions[i];
		const struct og_conf_policy *policy = NULL;

		for (size_t j = 0; j < g->config->policy_count && !policy; j++)
			if (!strcmp(g->config->policies[j].name, e->policy))
				policy = &g->config->policies[j];
		if (policy && is_of(policy, g->wanted->programme) &&
		    (!e->site || !strcmp(e->site, g->place.name)) &&
		    calendar->from[i] <= g->wanted->now && g->wanted->now < calendar->until[i])
			g->place.exceptions[g->place.exception_count++] = e;
	}
}

static const struct og_loaded_register *find_register(const struct og_loaded *loaded,
						      const char *site)
{
	for (size_t i = 0; i < loaded->register_count; i++)
		if (!strcmp(loaded->registers[i].site, site))
			return &loaded->registers[i];
	return NULL;
}

/* Which gateway sees the site: this one, if it is one of several. */
static int find_gateway(struct gather *g, char *gateway, size_t size)
{
	const struct og_gateway *own = g->m->links ? og_links_gateway(g->m->links) : NULL;
	const struct og_conf_site *conf = g->place.conf;
	const char *name = own ? own->host : "";
	bool here = false;

	if (!conf)
		return og_store_site_gateway(g->m->store, g->place.name, gateway, size);
	for (size_t i = 0; i < conf->gateways.count; i++)
		here |= !strcmp(conf->gateways.names[i], name);
	if (conf->gateways.count && !here)
		name = conf->gateways.names[0];
	snprintf(gateway, size, "%s", name);
	return 0;
}

static int begin_site(struct gather *g, const char *name, const struct og_conf_site *conf)
{
	struct place *place = &g->place;
	int64_t recent = g->wanted->now / DAY - OG_RECENT_DAYS;
	struct og_progress_site site = {.name = place->name, .elsewhere = !conf};
	struct og_frozen frozen;
	char gateway[OG_INV_SITE] = "";
	int err;

	snprintf(place->name, sizeof(place->name), "%s", name);
	place->conf = conf;
	place->rows = conf ? find_register(g->m->loaded, name) : NULL;
	place->next_row = 0;
	place->watched_count = 0;
	place->exception_count = 0;
	g->open = true;
	if (conf)
		find_exceptions(g);
	err = og_store_frozen(g->m->store, name, &frozen);
	if (!err)
		err = og_store_blind(g->m->store, name, recent, &site.blind);
	if (!err)
		err = og_store_watched_days(g->m->store, name, recent, note_watched, place);
	if (!err)
		err = find_gateway(g, gateway, sizeof(gateway));
	if (err)
		return err;
	place->surveyed = conf ? place->rows != NULL : frozen.first_at != 0;
	place->baseline_at = frozen.first_at;
	site.surveyed = place->surveyed;
	site.baseline_at = frozen.first_at;
	site.frozen = frozen.devices;
	site.watched_days = watched_days(place);
	site.gateway = gateway[0] ? gateway : NULL;
	if (conf) {
		site.site_class = conf->class;
		site.owner = conf->owner;
		site.zone = conf->timezone;
	}
	return og_progress_site(g->progress, &site);
}

/* A device ----------------------------------------------------------------------------------- */

static bool is_excepted(const struct place *place, uint64_t mac)
{
	for (size_t i = 0; i < place->exception_count; i++) {
		const struct og_conf_exception *e = place->exceptions[i];

		if (!e->has_mac || og_mac_prefix_covers(&e->mac, mac))
			return true;
	}
	return false;
}

/* No frame for so many watched days of its VLAN, of those that are looked at. */
static bool is_silent(const struct place *place, const struct og_inv_device *device,
		      enum og_device_state state)
{
	struct og_watch_count count = {.last_day = device->last_seen / DAY};

	if (!device->last_seen)
		return false;
	for (size_t i = 0; i < place->watched_count; i++)
		if (place->watched[i].day > count.last_day &&
		    (place->watched[i].vlan < 0 || place->watched[i].vlan == device->vlan))
			count.watched++;
	return og_silent(state, &count, OG_SILENT_DAYS);
}

/* Each time that it came back, by what was entered; and now, by its frames. */
static int tell_reappeared(struct gather *g, const struct og_progress_device *device,
			   const struct og_standing *standing, uint64_t mac)
{
	struct og_reappearance told = {.site = g->place.name, .vendor = device->vendor, .mac = mac};
	bool entered = false;
	int err = 0;

	for (size_t i = 0; i < device->step_count && !err; i++) {
		entered = device->steps[i].state == OG_STATE_REAPPEARED;
		if (device->steps[i].state == OG_STATE_REMOVED)
			told.removed_at = device->steps[i].at;
		told.at = device->steps[i].at;
		if (entered)
			err = g->wanted->reappeared(g->wanted->userdata, &told);
	}
	if (standing->state != OG_STATE_REAPPEARED || entered || err)
		return err;
	told.at = standing->state_at;
	return g->wanted->reappeared(g->wanted->userdata, &told);
}

/* @seen NULL: it stands in the register alone. */
static int count_device(struct gather *g, uint64_t mac, const struct og_inv_device *seen,
			const struct og_conf_asset *row)
{
	const struct place *place = &g->place;
	struct og_progress_device device = {
		.vendor = vendor_of(g, mac, seen ? seen->vendor : NULL),
		.role = row    ? row->role
			: seen ? (enum og_role)seen->role
			       : OG_ROLE_UNKNOWN,
		.facts = {.has_row = row != NULL, .status = row ? row->status : OG_ASSET_LEGACY},
		.excepted = is_excepted(place, mac),
	};
	struct og_standing standing;
	int err;

	if (!device.vendor)
		return 0;
	if (seen) {
		/* The register is on another gateway: by then, this device stood in it. */
		if (!place->conf && place->surveyed && seen->first_seen <= place->baseline_at)
			device.facts.has_row = true;
		device.facts.first_seen = seen->first_seen;
		device.facts.last_seen = seen->last_seen;
		device.facts.has_stored = seen->state != 0;
		if (seen->state)
			device.facts.stored = (enum og_device_state)(seen->state - 1);
		device.facts.stored_at = seen->state_at;
		device.third_party = seen->third_party;
		device.dropped = seen->total.dropped;
		err = og_steps_of(g->steps, place->name, mac, &device.steps, &device.step_count);
		if (err)
			return err;
	}
	og_state_derive(&device.facts, &standing);
	device.silent = seen && is_silent(place, seen, standing.state);
	if (g->wanted->reappeared && standing.counts) {
		err = tell_reappeared(g, &device, &standing, mac);
		if (err)
			return err;
	}
	return og_progress_device(g->progress, &device);
}

/* The rows of the register with a MAC below @mac: never seen, or not by now. */
static int count_rows(struct gather *g, uint64_t mac)
{
	struct place *place = &g->place;
	int err = 0;

	while (!err && place->rows && place->next_row < place->rows->count &&
	       place->rows->rows[place->next_row]->mac < mac) {
		const struct og_conf_asset *row = place->rows->rows[place->next_row++];

		err = count_device(g, row->mac, NULL, row);
	}
	return err;
}

static int end_site(struct gather *g)
{
	int err = g->open ? count_rows(g, UINT64_MAX) : 0;

	g->open = false;
	return err;
}

/*
 * The sites of the configuration, in the order of their names, up to the one called @name (NULL: all)
 * and with it: devices are known of this one.
 */
static int count_sites(struct gather *g, const char *name)
{
	int err = end_site(g);

	while (!err && g->next_site < g->config->site_count) {
		const struct og_conf_site *site = &g->config->sites[g->next_site];
		int order = name ? strcmp(site->name, name) : -1;

		if (order > 0)
			break;
		g->next_site++;
		if (wants_site(g, site->name, site))
			err = begin_site(g, site->name, site);
		if (order == 0)
			return err;
		if (!err)
			err = end_site(g);
	}
	if (!err && name && !og_config_site(g->config, name) && wants_site(g, name, NULL))
		err = begin_site(g, name, NULL);
	return err;
}

static int note_device(void *userdata, struct og_inv_device *device)
{
	struct gather *g = userdata;
	struct place *place = &g->place;
	const struct og_conf_asset *row = NULL;
	int err = 0;

	if (strcmp(place->name, device->site)) {
		err = count_sites(g, device->site);
		if (err)
			return err;
		if (!g->open)
			snprintf(place->name, sizeof(place->name), "%s", device->site);
	}
	/* Promoted and never seen since, and nothing was entered: it is nothing. */
	if (!g->open || (!device->last_seen && !device->state))
		return 0;
	err = count_rows(g, device->mac);
	if (err)
		return err;
	if (place->rows && place->next_row < place->rows->count &&
	    place->rows->rows[place->next_row]->mac == device->mac)
		row = place->rows->rows[place->next_row++];
	return count_device(g, device->mac, device, row);
}

static int gather_all(struct gather *g, const struct og_progress_result **ret_result)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	int err = og_calendars_new(g->config, &g->calendars, &diags);

	if (!err)
		err = og_steps_new(g->m->store, &g->steps);
	if (!err && g->wanted->site)
		err = og_manager_each_device_at(g->m, g->wanted->site, 0, false, note_device, g);
	else if (!err)
		err = og_manager_each_device(g->m, NULL, 0, false, note_device, g);
	if (!err)
		err = count_sites(g, NULL);
	if (!err)
		err = og_progress_finish(g->progress, ret_result);
	return err;
}

int og_progress_gather(struct og_manager *m, const struct og_gathering *gathering,
		       struct og_progress **ret_progress,
		       const struct og_progress_result **ret_result)
{
	struct gather g = {.m = m, .wanted = gathering, .config = m->loaded->config};
	int err = -ENOMEM;

	g.progress = og_progress_new(gathering->programme, NULL, gathering->now);
	g.place.exceptions = calloc(g.config->exception_count + 1, sizeof(*g.place.exceptions));
	og_store_begin_reading(m->store);
	if (g.progress && g.place.exceptions)
		err = gather_all(&g, ret_result);
	og_steps_free(g.steps);
	og_store_end_reading(m->store);
	og_calendars_free(&g.calendars);
	free(g.place.exceptions);
	free(g.place.watched);
	if (err)
		og_progress_free(g.progress);
	else
		*ret_progress = g.progress;
	return err;
}
