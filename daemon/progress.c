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
#include "daemon/inventory/store-registers.h"
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

/* A row of an asset register. */
struct row {
	uint64_t mac;
	enum og_role role;
	enum og_asset_status status;
};

/* The site that is being counted. */
struct place {
	char name[OG_INV_SITE];
	const struct og_conf_site *conf; /* NULL: its files are on another gateway */
	struct row *rows;		 /* ascending by MAC */
	size_t row_count, row_room, next_row;
	struct watched *watched; /* ascending by day */
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
	size_t next_site;	/* of the configuration */
	struct og_far_site far; /* the next one of those whose files another gateway sent */
	bool has_far;
	int64_t watched_since; /* day from which on watched days are looked at */
	bool open;	       /* @place is one */
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

static bool wants_site(const struct gather *g, const char *name, const struct og_conf_site *conf,
		       const struct og_far_site *far)
{
	const struct og_conf_site stand_in = {
		.name = (char *)name,
		.class = far && far->site_class[0] ? (char *)far->site_class : NULL,
	};

	if (g->wanted->site && strcmp(g->wanted->site, name))
		return false;
	/* What is known of it by its devices alone cannot be said not to belong. */
	if (!conf && !far)
		return true;
	return og_programme_covers(g->config, g->wanted->programme, conf ? conf : &stand_in);
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

static int64_t watched_days(const struct place *place, int64_t since)
{
	int64_t days = 0;

	for (size_t i = 0; i < place->watched_count; i++)
		days += place->watched[i].day >= since &&
			(!i || place->watched[i].day != place->watched[i - 1].day);
	return days;
}

/* The programme's exceptions that are in force at the site. */
static void find_exceptions(struct gather *g)
{
	const struct og_calendar *calendar = og_calendar_of(&g->calendars, g->place.conf);

	g->place.exception_count = 0;
	for (size_t i = 0; i < g->config->exception_count; i++) {
		const struct og_conf_exception *e = &g->config->exceptions[i];
		const struct og_conf_policy *policy;

		if ((e->site && strcmp(e->site, g->place.name)) ||
		    calendar->from[i] > g->wanted->now || g->wanted->now >= calendar->until[i])
			continue;
		policy = og_config_policy(g->config, e->policy);
		if (policy && is_of(policy, g->wanted->programme))
			g->place.exceptions[g->place.exception_count++] = e;
	}
}

static int add_row(struct place *place, struct row row)
{
	if (place->row_count == place->row_room) {
		size_t room = place->row_room ? place->row_room * 2 : 64;
		struct row *rows = reallocarray(place->rows, room, sizeof(*rows));

		if (!rows)
			return -ENOMEM;
		place->rows = rows;
		place->row_room = room;
	}
	place->rows[place->row_count++] = row;
	return 0;
}

static int note_far_asset(void *userdata, const struct og_far_asset *asset)
{
	return add_row(userdata, (struct row){asset->mac, asset->role, asset->status});
}

/* The rows of the site's register, and whether it has one. */
static int read_register(struct gather *g, const struct og_far_site *far, bool *ret_surveyed)
{
	const struct og_loaded *loaded = g->m->loaded;
	struct place *place = &g->place;
	int err = 0;

	place->row_count = place->next_row = 0;
	*ret_surveyed = far && far->surveyed;
	if (far)
		return og_store_each_far_asset(g->m->store, far, note_far_asset, place);
	for (size_t i = 0; i < loaded->register_count; i++) {
		const struct og_loaded_register *from = &loaded->registers[i];

		if (!place->conf || strcmp(from->site, place->name))
			continue;
		*ret_surveyed = true;
		for (size_t j = 0; j < from->count && !err; j++)
			err = add_row(place, (struct row){from->rows[j]->mac, from->rows[j]->role,
							  from->rows[j]->status});
	}
	return err;
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

/* Of a site of the configuration by its files, else by those that another gateway sent. */
static int describe(struct gather *g, const struct og_far_site *far, struct og_progress_site *site)
{
	const struct og_conf_site *conf = g->place.conf;
	struct og_frozen frozen;
	int err;

	if (far) {
		site->site_class = far->site_class[0] ? far->site_class : NULL;
		site->owner = far->owner[0] ? far->owner : NULL;
		site->zone = far->zone[0] ? far->zone : NULL;
		site->baseline_at = far->baseline_at;
		site->frozen = far->frozen;
		site->blind = far->blind;
		return 0;
	}
	if (conf) {
		site->site_class = conf->class;
		site->owner = conf->owner;
		site->zone = conf->timezone;
	}
	err = og_store_frozen(g->m->store, g->place.name, &frozen);
	if (!err)
		err = og_store_blind(g->m->store, g->place.name,
				     g->wanted->now / DAY - OG_RECENT_DAYS, &site->blind);
	site->baseline_at = frozen.first_at;
	site->frozen = frozen.devices;
	return err;
}

/* @far: what another gateway sent of a site that is not in the configuration; NULL: nothing. */
static int begin_site(struct gather *g, const char *name, const struct og_conf_site *conf,
		      const struct og_far_site *far)
{
	struct place *place = &g->place;
	struct og_progress_site site = {.name = place->name, .elsewhere = !conf && !far};
	char gateway[OG_INV_SITE] = "";
	int err;

	snprintf(place->name, sizeof(place->name), "%s", name);
	place->conf = conf;
	place->watched_count = 0;
	place->exception_count = 0;
	g->open = true;
	if (conf)
		find_exceptions(g);
	err = read_register(g, far, &site.surveyed);
	if (!err)
		err = describe(g, far, &site);
	if (!err)
		err = og_store_watched_days(g->m->store, name, g->watched_since, note_watched,
					    place);
	if (!err && !far)
		err = find_gateway(g, gateway, sizeof(gateway));
	if (err)
		return err;
	site.watched_days = watched_days(place, g->wanted->now / DAY - OG_RECENT_DAYS);
	site.gateway = far ? far->gateway : gateway[0] ? gateway : NULL;
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
static bool is_silent(const struct gather *g, const struct og_inv_device *device,
		      enum og_device_state state)
{
	const struct place *place = &g->place;
	struct og_watch_count count = {.last_day = device->last_seen / DAY};

	if (!device->last_seen)
		return false;
	for (size_t i = 0; i < place->watched_count; i++)
		if (place->watched[i].day > count.last_day &&
		    (place->watched[i].vlan < 0 || place->watched[i].vlan == device->vlan))
			count.watched++;
	return og_silent(state, &count, g->config->absence.silent);
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
			const struct row *row)
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
	device.silent = seen && is_silent(g, seen, standing.state);
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

	while (!err && place->next_row < place->row_count &&
	       place->rows[place->next_row].mac < mac) {
		const struct row *row = &place->rows[place->next_row++];

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

/* The next site whose files another gateway sent. */
static int next_far(struct gather *g)
{
	int err = og_store_next_far_site(g->m->store, g->far.name, &g->far);

	g->has_far = !err;
	return err == -ENOENT ? 0 : err;
}

/*
 * The next site by name, of those that are known without their devices, up to the one called @name
 * (NULL: all) and with it. 1: it has begun; 0: there is no more of them; -errno.
 */
static int next_site(struct gather *g, const char *name)
{
	const struct og_conf_site *conf = NULL;
	const struct og_far_site far = g->far;
	int order = 0, err = 0;

	if (g->next_site < g->config->site_count)
		conf = &g->config->sites[g->next_site];
	if (conf && g->has_far)
		order = strcmp(conf->name, far.name);
	else if (!conf && !g->has_far)
		return 0;
	else
		order = conf ? -1 : 1;
	if (name && strcmp(order <= 0 ? conf->name : far.name, name) > 0)
		return 0;
	/* Our own files come before what others say of the same site. */
	g->next_site += order <= 0;
	if (order >= 0)
		err = next_far(g);
	if (err)
		return err;
	if (order <= 0 && wants_site(g, conf->name, conf, NULL))
		err = begin_site(g, conf->name, conf, NULL);
	else if (order > 0 && wants_site(g, far.name, NULL, &far))
		err = begin_site(g, far.name, NULL, &far);
	else
		snprintf(g->place.name, sizeof(g->place.name), "%s",
			 order <= 0 ? conf->name : far.name);
	return err ? err : 1;
}

/* All sites by name up to the one called @name (NULL: all), and this one: devices are known of it. */
static int count_sites(struct gather *g, const char *name)
{
	int err = end_site(g);

	while (!err) {
		err = next_site(g, name);
		if (err <= 0)
			break;
		err = name && !strcmp(g->place.name, name) ? 1 : end_site(g);
		if (err)
			return err < 0 ? err : 0;
	}
	if (!err && name && wants_site(g, name, NULL, NULL))
		err = begin_site(g, name, NULL, NULL);
	return err;
}

static int note_device(void *userdata, struct og_inv_device *device)
{
	struct gather *g = userdata;
	struct place *place = &g->place;
	const struct row *row = NULL;
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
	if (place->next_row < place->row_count && place->rows[place->next_row].mac == device->mac)
		row = &place->rows[place->next_row++];
	return count_device(g, device->mac, device, row);
}

static int gather_all(struct gather *g, const struct og_progress_result **ret_result)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	int err = og_calendars_new(g->config, &g->calendars, &diags);

	if (!err)
		err = og_steps_new(g->m->store, &g->steps);
	if (!err)
		err = next_far(g);
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
	int64_t recent = 2 * (int64_t)g.config->absence.silent;
	int err = -ENOMEM;

	/* Long enough to see that a device is silent although not every day was watched. */
	g.watched_since =
		gathering->now / DAY - (recent > OG_RECENT_DAYS ? recent : OG_RECENT_DAYS);
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
	free(g.place.rows);
	if (err)
		og_progress_free(g.progress);
	else
		*ret_progress = g.progress;
	return err;
}
