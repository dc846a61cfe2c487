// SPDX-License-Identifier: GPL-2.0
/*
 * changes.c: showing what a newer prefixes.lock would change
 */
#include <net/if.h>
#include <string.h>

#include "cli/changes.h"
#include "cli/client.h"
#include "daemon/network/neighbours.h"
#include "policy/registry/lock.h"

static const char *const kinds[] = {
	[OG_LOCK_ADDED] = "listed",
	[OG_LOCK_REMOVED] = "unlisted",
	[OG_LOCK_VENDOR] = "moved",
	[OG_LOCK_TEXT] = "text",
};

size_t og_changes_of_verdicts(const struct og_lock_changes *changes)
{
	return changes->count - changes->by_kind[OG_LOCK_TEXT];
}

/* The vendor of @mac by @lock; NULL when it has none. */
static const char *vendor_of(const struct og_lock *lock, uint64_t mac)
{
	const struct og_lock_entry *entry = og_lock_find(lock, mac);

	return entry ? entry->vendor : NULL;
}

/* What the gateway's own tables tell of stations that nobody has noted yet. */
struct stations {
	const struct og_lock *before, *after;
	json_t *touched;
};

static bool is_there(const json_t *touched, const char *mac)
{
	json_t *device;
	size_t i;

	json_array_foreach(touched, i, device)
	{
		if (!strcmp(og_json_text(device, "mac", ""), mac))
			return true;
	}
	return false;
}

static int add_station(void *userdata, const struct og_neighbour *neighbour)
{
	struct stations *stations = userdata;
	const char *vendor = vendor_of(stations->after, neighbour->mac);
	char mac[OG_MAC_TEXT], interface[IF_NAMESIZE];

	if (!vendor || vendor_of(stations->before, neighbour->mac) ||
	    is_there(stations->touched, og_mac_format(neighbour->mac, mac)))
		return 0;
	json_array_append_new(stations->touched,
			      json_pack("{s:s, s:s*, s:s}", "mac", mac, "interface",
					if_indextoname(neighbour->ifindex, interface), "after",
					vendor));
	return 0;
}

json_t *og_changes_devices(const struct og_cli *cli, const struct og_lock *before,
			   const struct og_lock *after)
{
	struct stations stations = {before, after, NULL};
	_cleanup_json_ json_t *filter = json_object(), *devices = NULL;
	json_t *touched, *device;
	size_t i;

	if (og_ask_all_devices(cli, filter, OG_CALL_QUIET, &devices) < 0)
		return NULL;
	touched = json_array();
	json_array_foreach(devices, i, device)
	{
		const char *text = og_json_text(device, "mac", ""), *was, *will;
		uint64_t mac;

		if (og_mac_parse(text, &mac) < 0)
			continue;
		was = vendor_of(before, mac);
		will = vendor_of(after, mac);
		if (was == will || (was && will && !strcmp(was, will)))
			continue;
		json_array_append_new(touched, json_pack("{s:s, s:s*, s:s*, s:s*}", "mac", text,
							 "site", og_json_text(device, "site", NULL),
							 "before", was, "after", will));
	}
	/* Without them the rest is still true. */
	stations.touched = touched;
	og_neighbours_read(add_station, &stations);
	return touched;
}

json_t *og_changes_record(const struct og_lock_changes *changes, json_t *touched)
{
	json_t *record, *items = json_array();
	char prefix[OG_MAC_PREFIX_TEXT];

	for (size_t i = 0; i < changes->count; i++) {
		const struct og_lock_change *change = &changes->items[i];
		const struct og_lock_entry *entry = change->after ? change->after : change->before;

		json_array_append_new(
			items,
			json_pack("{s:s, s:s, s:s, s:s*, s:s, s:s*, s:s}", "change",
				  kinds[change->kind], "prefix",
				  og_mac_prefix_format(&entry->prefix, prefix), "vendor",
				  entry->vendor, "vendor_before",
				  change->kind == OG_LOCK_VENDOR ? change->before->vendor : NULL,
				  "registered_name", entry->name, "registered_name_before",
				  change->kind == OG_LOCK_TEXT ? change->before->name : NULL,
				  "registry", entry->registry));
	}
	record = json_pack("{s:I, s:I, s:I, s:I, s:o}", "listed",
			   (json_int_t)changes->by_kind[OG_LOCK_ADDED], "unlisted",
			   (json_int_t)changes->by_kind[OG_LOCK_REMOVED], "moved",
			   (json_int_t)changes->by_kind[OG_LOCK_VENDOR], "text",
			   (json_int_t)changes->by_kind[OG_LOCK_TEXT], "changes", items);
	if (record && touched)
		json_object_set(record, "devices", touched);
	return record;
}

/* The devices that become listed, lose their listing (@word) or go to another vendor. */
static void show_group(const struct og_cli *cli, const json_t *touched, bool before, bool after,
		       const char *word)
{
	size_t count = 0, i;
	json_t *device;

	json_array_foreach(touched, i, device)
		count += !!json_object_get(device, "before") == before &&
			 !!json_object_get(device, "after") == after;
	if (!count)
		return;
	og_say(cli, OG_BOLD, "%s %zu seen device%s %s:\n", count == 1 ? "This" : "These", count,
	       og_plural((int64_t)count), word);
	json_array_foreach(touched, i, device)
	{
		if (!!json_object_get(device, "before") != before ||
		    !!json_object_get(device, "after") != after)
			continue;
		og_say(cli, OG_WARN, "  %s at %s: %s -> %s\n",
		       og_json_text(device, "mac", "unknown"),
		       og_json_text(device, "site", og_json_text(device, "interface", "unknown")),
		       og_json_text(device, "before", "not listed"),
		       og_json_text(device, "after", "not listed"));
	}
}

static void show_devices(const struct og_cli *cli, const json_t *touched)
{
	if (!touched) {
		og_say(cli, OG_DIM,
		       "Which seen devices it touches is not known: no daemon was asked.\n");
		return;
	}
	if (!json_array_size(touched))
		og_say(cli, OG_PLAIN, "No seen device changes its vendor.\n");
	show_group(cli, touched, false, true, "become listed");
	show_group(cli, touched, true, false, "would not be listed any more");
	show_group(cli, touched, true, true, "go to another vendor");
}

void og_changes_show(const struct og_cli *cli, const struct og_lock_changes *changes,
		     const json_t *touched)
{
	static const struct og_sheet_column columns[] = {
		{"change", false},	  {"prefix", false}, {"vendor", false},
		{"registered to", false}, {"by", false},     {}};
	static const enum og_style styles[] = {
		[OG_LOCK_ADDED] = OG_WARN,
		[OG_LOCK_REMOVED] = OG_WARN,
		[OG_LOCK_VENDOR] = OG_WARN,
		[OG_LOCK_TEXT] = OG_DIM,
	};
	char prefix[OG_MAC_PREFIX_TEXT];
	struct og_sheet *sheet;

	if (!changes->count) {
		og_say(cli, OG_GOOD, "Nothing would change.\n");
		return;
	}
	sheet = og_sheet_new(columns);
	for (size_t i = 0; i < changes->count; i++) {
		const struct og_lock_change *change = &changes->items[i];
		const struct og_lock_entry *entry = change->after ? change->after : change->before;

		og_sheet_cell(sheet, styles[change->kind], kinds[change->kind]);
		og_sheet_cell(sheet, OG_PLAIN, og_mac_prefix_format(&entry->prefix, prefix));
		if (change->kind == OG_LOCK_VENDOR)
			og_sheet_printf(sheet, OG_PLAIN, "%s -> %s", change->before->vendor,
					entry->vendor);
		else
			og_sheet_cell(sheet, OG_PLAIN, entry->vendor);
		og_sheet_cell(sheet, OG_PLAIN, entry->name);
		og_sheet_cell(sheet, OG_PLAIN, entry->registry);
	}
	og_show(cli, sheet, 0, true);
	og_say(cli, OG_BOLD,
	       "\n%zu listed, %zu unlisted, %zu moved; %zu with another name or file only.\n",
	       changes->by_kind[OG_LOCK_ADDED], changes->by_kind[OG_LOCK_REMOVED],
	       changes->by_kind[OG_LOCK_VENDOR], changes->by_kind[OG_LOCK_TEXT]);
	show_devices(cli, touched);
}
