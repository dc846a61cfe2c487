// SPDX-License-Identifier: GPL-2.0
/*
 * manager-inventory.c: which devices are in memory, and when they are written
 *
 * Those of the sites that this gateway covers are in memory; the store has them all. Only so many
 * are written at a time, so that a tick stays short; what waits is still in the engine's records too.
 */
#include <errno.h>
#include <string.h>

#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"

#define FLUSH_DEVICES 1000 /* devices written in one tick, some 50 ms on a slow disk */

void og_manager_hold(struct og_manager *m, const char *site)
{
	int err;

	if (og_inventory_held(m->inventory, site))
		return;
	err = og_store_load_site(m->store, m->inventory, site, og_clock_now());
	if (err)
		og_log_id(LOG_ERR, OG_MSG_STORE, "the devices of site %s cannot be read whole: %s",
			  site, strerror(-err));
	/* Without memory it is tried again at the next frame. */
	og_inventory_hold(m->inventory, site);
}

static int release_unless_covered(void *userdata, const char *site)
{
	struct og_manager *m = userdata;
	unsigned int number;

	for (number = 1; number < m->compiled->site_count; number++)
		if (!strcmp(m->compiled->sites[number], site) && !m->compiled->elsewhere[number])
			return 0;
	og_inventory_release(m->inventory, site);
	return 0;
}

void og_manager_hold_covered(struct og_manager *m)
{
	unsigned int number;

	for (number = 1; number < m->compiled->site_count; number++)
		if (!m->compiled->elsewhere[number])
			og_manager_hold(m, m->compiled->sites[number]);
	/* What could not be written stays in memory. */
	if (og_manager_flush(m) == 0)
		og_inventory_each_site(m->inventory, release_unless_covered, m);
}

struct passers {
	struct og_manager *m;
	int64_t before; /* seen last before this second */
};

static bool has_passed(void *userdata, const struct og_inv_device *device)
{
	const struct passers *passers = userdata;

	return !device->promoted && !device->state &&
	       device->last_seen - device->first_seen < OG_STAYS &&
	       device->last_seen < passers->before &&
	       !og_store_forget_device(passers->m->store, device->site, device->mac);
}

void og_manager_trim(struct og_manager *m)
{
	struct passers passers = {.m = m, .before = og_clock_now() - 3600};
	size_t dropped;

	if (og_inventory_count(m->inventory) < OG_INV_DEVICES / 10 * 9 || og_store_begin(m->store))
		return;
	dropped = og_inventory_drop(m->inventory, has_passed, &passers);
	passers.before = og_clock_now();
	if (og_inventory_count(m->inventory) >= OG_INV_DEVICES / 10 * 9)
		dropped += og_inventory_drop(m->inventory, has_passed, &passers);
	if (og_store_commit(m->store))
		og_store_rollback(m->store);
	if (dropped)
		og_log(LOG_WARNING,
		       "the inventory was nearly full: %zu devices that were seen for less "
		       "than %d seconds are forgotten",
		       dropped, OG_STAYS);
}

/* Where a writing begins among all devices, how many it may write, and where it ended. */
struct writing {
	struct og_manager *m;
	size_t at, from, to, room;
};

static int put_dirty(void *userdata, struct og_inv_device *device)
{
	struct writing *writing = userdata;
	size_t at = writing->at++;
	int err;

	if (at < writing->from || !device->dirty)
		return 0;
	if (at >= writing->to || !writing->room)
		return 1;
	err = og_store_put_device(writing->m->store, device);
	if (err)
		return err;
	device->writing = device->dirty;
	device->dirty = 0;
	writing->room--;
	return 0;
}

/* From where the last writing ended, so that every device has its turn. */
static int put_devices(struct og_manager *m, size_t room)
{
	struct writing writing = {.m = m, .from = m->written_to, .to = SIZE_MAX, .room = room};
	int err = og_inventory_each(m->inventory, put_dirty, &writing);

	if (!err) {
		writing = (struct writing){.m = m, .to = m->written_to, .room = writing.room};
		err = og_inventory_each(m->inventory, put_dirty, &writing);
	}
	m->written_to = writing.at ? writing.at - 1 : 0;
	return err < 0 ? err : 0;
}

static int written(void *userdata, struct og_inv_device *device)
{
	(void)userdata;
	device->writing = 0;
	return 0;
}

static int not_written(void *userdata, struct og_inv_device *device)
{
	(void)userdata;
	device->dirty |= device->writing;
	device->writing = 0;
	return 0;
}

static int any_dirty(void *userdata, struct og_inv_device *device)
{
	(void)userdata;
	return device->dirty;
}

/* Say what is wrong with the store when it begins and when it ends, not every two seconds. */
static void say_trouble(struct og_manager *m)
{
	const char *trouble = og_store_trouble(m->store);
	bool began = trouble && strncmp(trouble, m->store_said, sizeof(m->store_said) - 1);

	if (began && m->store_said[0] == '\0')
		og_log_id(LOG_ERR, OG_MSG_STORE, "%s; it is kept in memory, enforcement goes on",
			  trouble);
	else if (!trouble && m->store_said[0])
		og_log_id(LOG_NOTICE, OG_MSG_STORE, "the inventory can be written again");
	snprintf(m->store_said, sizeof(m->store_said), "%s", trouble ? trouble : "");
}

/* Told with the rest of what is cut, once a day. */
static int trim_events(struct og_manager *m)
{
	int64_t rows = og_store_cut(m->store, OG_CUT_EVENTS, 0, og_retention_events(m));

	if (rows > 0)
		m->retention.cut[OG_CUT_EVENTS] += rows;
	return rows < 0 ? rows : 0;
}

static int write_out(struct og_manager *m, size_t room)
{
	size_t i;
	int err;

	if (!m->pending_count && !og_inventory_each(m->inventory, any_dirty, NULL))
		return 0;
	err = og_store_begin(m->store);
	if (!err)
		err = put_devices(m, room);
	for (i = 0; !err && i < m->pending_count; i++)
		err = og_store_put_event(m->store, &m->pending[i]);
	if (!err && m->pending_count)
		err = trim_events(m);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	else
		m->pending_count = 0;
	og_inventory_each(m->inventory, err ? not_written : written, NULL);
	say_trouble(m);
	return err;
}

int og_manager_flush(struct og_manager *m)
{
	return write_out(m, SIZE_MAX);
}

void og_manager_flush_some(struct og_manager *m)
{
	write_out(m, FLUSH_DEVICES);
}

/* The name that comes first, of those of the store and those held, after @after. */
struct next_site {
	const char *after;
	char name[OG_INV_SITE];
};

static int note_next(void *userdata, const char *site)
{
	struct next_site *next = userdata;

	if (strcmp(site, next->after) <= 0)
		return 0;
	if (!next->name[0] || strcmp(site, next->name) < 0)
		snprintf(next->name, sizeof(next->name), "%s", site);
	return 1;
}

static int find_next(struct og_manager *m, const char *after, struct next_site *next)
{
	int err;

	*next = (struct next_site){.after = after};
	err = og_store_next_site(m->store, after, next->name, sizeof(next->name));
	if (err && err != -ENOENT)
		return err;
	og_inventory_each_site(m->inventory, note_next, next);
	return next->name[0] ? 0 : -ENOENT;
}

int og_manager_each_device_at(struct og_manager *m, const char *site, uint64_t from, bool dests,
			      int (*each)(void *userdata, struct og_inv_device *device),
			      void *userdata)
{
	if (og_inventory_held(m->inventory, site))
		return og_inventory_each_at(m->inventory, site, from, each, userdata);
	return og_store_each_device(m->store, site, from, dests, each, userdata);
}

int og_manager_each_device(struct og_manager *m, const char *site, uint64_t from, bool dests,
			   int (*each)(void *userdata, struct og_inv_device *device),
			   void *userdata)
{
	char at[OG_INV_SITE] = "";
	struct next_site next;
	int err = 0;

	if (site) {
		snprintf(at, sizeof(at), "%s", site);
		err = og_manager_each_device_at(m, at, from, dests, each, userdata);
	}
	while (!err) {
		err = find_next(m, at, &next);
		if (err)
			break;
		memcpy(at, next.name, sizeof(at));
		err = og_manager_each_device_at(m, at, 0, dests, each, userdata);
	}
	return err == -ENOENT ? 0 : err;
}
