// SPDX-License-Identifier: GPL-2.0
/*
 * inventory.c: the devices of this gateway's sites, found by site and MAC
 *
 * What there are many of is small: names are kept once, and what few devices have stands apart from
 * them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/ruleset.h> /* og_hash */

#include "daemon/inventory/inventory.h"

#define HEADS	   65536 /* hash chains of devices; a power of two */
#define WORD_HEADS 1024	 /* and of words */

struct word {
	struct word *next;
	char text[];
};

struct site {
	const char *name;
	struct og_inv_device **devices;
	size_t count, room;
	bool sorted, held;
};

struct og_inventory {
	struct og_inv_device *heads[HEADS];
	struct word *words[WORD_HEADS];
	size_t word_count;
	struct site *sites; /* ascending by name */
	size_t site_count, site_room;
	size_t count;
	uint64_t refused;
};

struct og_inventory *og_inventory_new(void)
{
	return calloc(1, sizeof(struct og_inventory));
}

static void free_device(struct og_inv_device *device)
{
	free(device->dests);
	free(device->drops);
	free(device);
}

void og_inventory_free(struct og_inventory *inventory)
{
	struct word *word;
	size_t i, j;

	if (!inventory)
		return;
	for (i = 0; i < inventory->site_count; i++) {
		for (j = 0; j < inventory->sites[i].count; j++)
			free_device(inventory->sites[i].devices[j]);
		free(inventory->sites[i].devices);
	}
	for (i = 0; i < WORD_HEADS; i++)
		while ((word = inventory->words[i])) {
			inventory->words[i] = word->next;
			free(word);
		}
	free(inventory->sites);
	free(inventory);
}

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0;

	for (; *text; text++)
		hash = hash * 31 + (unsigned char)*text;
	return hash;
}

/* NULL without memory, or when there are too many. */
static const char *keep_word(struct og_inventory *inventory, const char *text)
{
	size_t head = og_hash(hash_text(text), 0) & (WORD_HEADS - 1), length = strlen(text);
	struct word *word;

	for (word = inventory->words[head]; word; word = word->next)
		if (!strcmp(word->text, text))
			return word->text;
	if (inventory->word_count == OG_INV_WORDS)
		return NULL;
	word = malloc(sizeof(*word) + length + 1);
	if (!word)
		return NULL;
	memcpy(word->text, text, length + 1);
	word->next = inventory->words[head];
	inventory->words[head] = word;
	inventory->word_count++;
	return word->text;
}

const char *og_inventory_word(struct og_inventory *inventory, const char *text)
{
	const char *word = *text ? keep_word(inventory, text) : NULL;

	return word ? word : "";
}

/* The place of @name among the sites; @ret_there tells whether it is there. */
static size_t site_place(const struct og_inventory *inventory, const char *name, bool *ret_there)
{
	size_t low = 0, high = inventory->site_count, middle;
	int order;

	*ret_there = false;
	while (low < high) {
		middle = (low + high) / 2;
		order = strcmp(inventory->sites[middle].name, name);
		if (!order) {
			*ret_there = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct site *find_site(const struct og_inventory *inventory, const char *name)
{
	bool there;
	size_t place = site_place(inventory, name, &there);

	return there ? &inventory->sites[place] : NULL;
}

static struct site *add_site(struct og_inventory *inventory, const char *name)
{
	size_t room = inventory->site_room ? inventory->site_room * 2 : 16, place;
	struct site *sites;
	bool there;

	place = site_place(inventory, name, &there);
	if (there)
		return &inventory->sites[place];
	if (inventory->site_count == inventory->site_room) {
		sites = reallocarray(inventory->sites, room, sizeof(*sites));
		if (!sites)
			return NULL;
		inventory->sites = sites;
		inventory->site_room = room;
	}
	name = keep_word(inventory, name);
	if (!name)
		return NULL;
	memmove(&inventory->sites[place + 1], &inventory->sites[place],
		(inventory->site_count - place) * sizeof(*inventory->sites));
	inventory->sites[place] = (struct site){.name = name, .sorted = true};
	inventory->site_count++;
	return &inventory->sites[place];
}

static size_t head_of(const char *site, uint64_t mac)
{
	return og_hash(mac, hash_text(site)) & (HEADS - 1);
}

struct og_inv_device *og_inventory_find(const struct og_inventory *inventory, const char *site,
					uint64_t mac)
{
	struct og_inv_device *device = inventory->heads[head_of(site, mac)];

	while (device && (device->mac != mac || strcmp(device->site, site)))
		device = device->next;
	return device;
}

static bool make_room(struct site *site)
{
	struct og_inv_device **devices;
	size_t room = site->room ? site->room * 2 : 16;

	if (site->count < site->room)
		return true;
	devices = reallocarray(site->devices, room, sizeof(*devices));
	if (!devices)
		return false;
	site->devices = devices;
	site->room = room;
	return true;
}

struct og_inv_device *og_inventory_add(struct og_inventory *inventory, const char *site,
				       uint64_t mac, bool *ret_new)
{
	struct og_inv_device *device = og_inventory_find(inventory, site, mac);
	struct site *at = NULL;
	size_t head;

	if (device) {
		if (ret_new)
			*ret_new = false;
		return device;
	}
	if (inventory->count < OG_INV_DEVICES)
		at = add_site(inventory, site);
	if (at && make_room(at))
		device = calloc(1, sizeof(*device));
	if (!device) {
		inventory->refused++;
		return NULL;
	}
	device->mac = mac;
	device->site = at->name;
	device->vendor = device->port = "";
	device->dirty = OG_DIRTY_ROW;
	head = head_of(at->name, mac);
	device->next = inventory->heads[head];
	inventory->heads[head] = device;
	if (at->count && at->devices[at->count - 1]->mac > mac)
		at->sorted = false;
	at->devices[at->count++] = device;
	inventory->count++;
	if (ret_new)
		*ret_new = true;
	return device;
}

static void unchain(struct og_inventory *inventory, struct og_inv_device *device)
{
	struct og_inv_device **at = &inventory->heads[head_of(device->site, device->mac)];

	while (*at != device)
		at = &(*at)->next;
	*at = device->next;
	inventory->count--;
	free_device(device);
}

size_t og_inventory_drop(struct og_inventory *inventory,
			 bool (*gone)(void *userdata, const struct og_inv_device *device),
			 void *userdata)
{
	size_t i, j, kept, before = inventory->count;
	struct site *site;

	for (i = 0; i < inventory->site_count; i++) {
		site = &inventory->sites[i];
		for (j = 0, kept = 0; j < site->count; j++) {
			if (gone(userdata, site->devices[j]))
				unchain(inventory, site->devices[j]);
			else
				site->devices[kept++] = site->devices[j];
		}
		site->count = kept;
	}
	return before - inventory->count;
}

bool og_inventory_held(const struct og_inventory *inventory, const char *site)
{
	const struct site *at = find_site(inventory, site);

	return at && at->held;
}

int og_inventory_hold(struct og_inventory *inventory, const char *site)
{
	struct site *at = add_site(inventory, site);

	if (!at)
		return -ENOMEM;
	at->held = true;
	return 0;
}

void og_inventory_release(struct og_inventory *inventory, const char *site)
{
	struct site *at = find_site(inventory, site);
	size_t i;

	if (!at)
		return;
	for (i = 0; i < at->count; i++)
		unchain(inventory, at->devices[i]);
	free(at->devices);
	inventory->site_count--;
	memmove(at, at + 1, (&inventory->sites[inventory->site_count] - at) * sizeof(*at));
}

int og_inventory_each_site(const struct og_inventory *inventory,
			   int (*each)(void *userdata, const char *site), void *userdata)
{
	size_t i = 0, before;
	int err;

	while (i < inventory->site_count) {
		before = inventory->site_count;
		err = inventory->sites[i].held ? each(userdata, inventory->sites[i].name) : 0;
		if (err)
			return err;
		i += inventory->site_count == before;
	}
	return 0;
}

static void forget_read(struct og_inv_device *device)
{
	size_t i;

	memset(&device->raw, 0, sizeof(device->raw));
	device->raw_first_seen = 0;
	device->promoted = false;
	device->dirty |= OG_DIRTY_ROW | (device->dest_count ? OG_DIRTY_DESTS : 0);
	for (i = 0; i < device->dest_count; i++)
		device->dests[i].raw = 0;
}

void og_inventory_rebase(struct og_inventory *inventory)
{
	size_t i, j;

	for (i = 0; i < inventory->site_count; i++)
		for (j = 0; j < inventory->sites[i].count; j++)
			forget_read(inventory->sites[i].devices[j]);
}

size_t og_inventory_count(const struct og_inventory *inventory)
{
	return inventory->count;
}

uint64_t og_inventory_refused(const struct og_inventory *inventory)
{
	return inventory->refused;
}

static int compare_devices(const void *a, const void *b)
{
	const struct og_inv_device *const *x = a, *const *y = b;

	return ((*x)->mac > (*y)->mac) - ((*x)->mac < (*y)->mac);
}

static int each_of(struct site *site, uint64_t from,
		   int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	size_t low = 0, high = site->count, middle;
	int err = 0;

	if (!site->sorted)
		qsort(site->devices, site->count, sizeof(struct og_inv_device *), compare_devices);
	site->sorted = true;
	while (low < high) {
		middle = (low + high) / 2;
		if (site->devices[middle]->mac < from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; !err && low < site->count; low++)
		err = each(userdata, site->devices[low]);
	return err;
}

int og_inventory_each(const struct og_inventory *inventory,
		      int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < inventory->site_count; i++)
		err = each_of(&inventory->sites[i], 0, each, userdata);
	return err;
}

int og_inventory_each_at(const struct og_inventory *inventory, const char *site, uint64_t from,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata)
{
	struct site *at = find_site(inventory, site);

	return at ? each_of(at, from, each, userdata) : 0;
}
