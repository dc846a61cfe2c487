// SPDX-License-Identifier: GPL-2.0
/*
 * standing-absence.c: the facts on which a device is verified to be absent
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cleanup.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/standing.h"
#include "daemon/state.h"

/* Days from the first one asked about to today, filled in any order. */
struct days {
	struct og_watch_day *items;
	int64_t first;
	size_t count;
};

static struct og_watch_day *day_of(struct days *days, int64_t day)
{
	return day >= days->first && day - days->first < (int64_t)days->count
		       ? &days->items[day - days->first]
		       : NULL;
}

static int note_watched(void *userdata, int64_t day, uint32_t seconds)
{
	struct og_watch_day *item = day_of(userdata, day);

	if (item)
		item->seconds = seconds;
	return 0;
}

static int note_sighting(void *userdata, int64_t day)
{
	struct og_watch_day *item = day_of(userdata, day);

	if (item)
		item->frames++;
	return 0;
}

static int note_probe(void *userdata, int64_t day, uint32_t sent, uint32_t answered)
{
	struct og_watch_day *item = day_of(userdata, day);

	if (item) {
		item->probes += sent;
		item->answered += answered;
	}
	return 0;
}

/* What is in memory is not in the store yet. */
static void note_memory(struct days *days, const struct og_inv_device *device)
{
	uint32_t bit;

	for (bit = 0; bit < OG_BLOCK_DAYS; bit++)
		if (device->seen_days & 1U << bit)
			note_sighting(days, (int64_t)device->seen_block * OG_BLOCK_DAYS + bit);
	if (device->last_seen)
		note_sighting(days, device->last_seen / OG_DAY);
}

int og_standing_count(struct og_manager *m, const struct og_inv_device *device, int64_t since,
		      struct og_watch_count *ret_count)
{
	OG_CLEANUP(og_freep) struct og_watch_day *items = NULL;
	struct og_watch_count count = OG_WATCH_NONE;
	int64_t today = og_clock_now() / OG_DAY;
	struct days days = {.first = since};
	int err;

	*ret_count = count;
	/* A day that is not over yet is none. */
	if (since >= today)
		return 0;
	days.count = today - since;
	items = days.items = calloc(days.count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < days.count; i++)
		items[i].day = since + (int64_t)i;
	err = og_store_each_watched(m->store, device->site, device->vlan, since, note_watched,
				    &days);
	if (!err)
		err = og_store_each_sighting(m->store, device->site, device->mac, since,
					     note_sighting, &days);
	if (!err)
		err = og_store_each_probe(m->store, device->site, device->mac, since, note_probe,
					  &days);
	note_memory(&days, device);
	for (size_t i = 0; i < days.count; i++)
		og_watch_add(&count, &items[i]);
	if (!err)
		*ret_count = count;
	return err;
}

struct step {
	enum og_device_state state;
	char *actor;
	int64_t at;
};

static int note_step(void *userdata, const struct og_state_change *change)
{
	struct step *step = userdata;

	if (change->state != step->state)
		return 0;
	snprintf(step->actor, OG_AUDIT_WORDS, "%s", change->actor);
	step->at = change->at;
	return 0;
}

int og_standing_step(struct og_manager *m, const struct og_inv_device *device,
		     enum og_device_state state, char *ret_actor, int64_t *ret_at)
{
	struct step step = {.state = state, .actor = ret_actor};
	int err;

	ret_actor[0] = '\0';
	err = og_store_each_state(m->store, device->site, device->mac, note_step, &step);
	*ret_at = step.at;
	return err;
}

/* The replacement that a person named. */
struct named {
	const struct og_inv_device *device;
	uint64_t mac;
};

static int note_replacement(void *userdata, const struct og_replacement *replacement)
{
	struct named *named = userdata;

	if (replacement->mac == named->device->mac && !strcmp(replacement->by, "named"))
		named->mac = replacement->new_mac;
	return 0;
}

static int find_replacement(struct og_manager *m, const struct og_inv_device *device,
			    const struct og_standing_request *request, struct og_absence *facts)
{
	struct named named = {.device = device};
	int err = og_store_each_replacement(m->store, device->site, note_replacement, &named);

	if (request->replacement)
		named.mac = request->replacement;
	facts->has_replacement = named.mac;
	facts->replacement_checked = named.mac && m->loaded->config->lock.present;
	facts->replacement_listed = named.mac && og_loaded_prefix(m->loaded, named.mac);
	return err;
}

static int gather(struct og_manager *m, const struct og_inv_device *device,
		  const struct og_standing_request *request, char *remover, char *disposer,
		  struct og_absence *facts)
{
	const struct og_conf_asset *asset = og_loaded_asset(m->loaded, device->site, device->mac);
	int64_t removed_at, disposed_at;
	uint32_t sources = 0;
	int err = og_standing_step(m, device, OG_STATE_REMOVED, remover, &removed_at);

	if (!err)
		err = og_standing_step(m, device, OG_STATE_DISPOSED, disposer, &disposed_at);
	if (!err)
		err = og_standing_count(m, device, removed_at / OG_DAY + 1, &facts->count);
	if (!err)
		err = og_store_blind(m->store, device->site, removed_at / OG_DAY, &sources);
	if (!err)
		err = find_replacement(m, device, request, facts);
	facts->site_blind = sources;
	facts->has_row = asset;
	facts->serial = asset ? asset->serial : NULL;
	facts->disposal = disposer[0] ? "entered as disposed" : asset ? asset->evidence : NULL;
	return err;
}

int og_standing_absent(struct og_manager *m, const struct og_inv_device *device,
		       const struct og_standing_request *request, char *refusal, size_t size)
{
	char remover[OG_AUDIT_WORDS], disposer[OG_AUDIT_WORDS], text[OG_ABSENCE_TEXT];
	struct og_absence facts = {.days_wanted = m->loaded->config->absence.days,
				   .verifier = og_audit_actor(m)};
	struct og_standing standing;
	unsigned int lacks, lack;
	size_t used = 0;
	int err;

	og_standing_of(m, device, &standing);
	facts.state = standing.state;
	facts.remover = remover;
	err = gather(m, device, request, remover, disposer, &facts);
	if (err) {
		snprintf(refusal, size, "the facts cannot be read: %s", strerror(-err));
		return err;
	}
	lacks = og_absence_judge(&facts);
	for (lack = 0; lack < OG_LACK_COUNT && used < size; lack++)
		if (lacks & 1U << lack)
			used += snprintf(refusal + used, size - used, "%s%s", used ? "\n" : "",
					 og_absence_text(lack, &facts, text, sizeof(text)));
	return lacks ? -EPERM : 0;
}
