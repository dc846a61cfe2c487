// SPDX-License-Identifier: GPL-2.0
/*
 * records-merge.c: another gateway's export, read without trust
 *
 * A page is taken whole or not at all. Its first record is the header of the export, so that every
 * page says whose it is.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <ouiguard/decide.h> /* enum og_evidence */

#include "daemon/audit.h"
#include "daemon/bus/records.h"
#include "daemon/inventory/store-merge.h"
#include "daemon/inventory/store-registers.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/standing.h"
#include "daemon/state.h"
#include "policy/base/action.h"
#include "policy/base/mac.h"
#include "policy/config/schema.h"
#include "policy/explain/reason.h"

#define AHEAD (2 * OG_DAY) /* seconds by which another gateway's clock may be before ours */

struct merge {
	struct og_manager *m;
	char gateway[OG_GW_HOST];
	int64_t at;  /* of the export */
	size_t line; /* of the page, from 0: the header */
	size_t devices, watched, states;
	char *refusal;
};

static int refuse(struct merge *merge, const char *words)
{
	snprintf(merge->refusal, OG_REFUSAL_TEXT, "record %zu after the header: %s", merge->line,
		 words);
	return -EINVAL;
}

static const char *text_of(json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

/* A number from @least to @most; absent is 0. */
static bool take_number(json_t *record, const char *key, int64_t least, int64_t most,
			int64_t *ret_number)
{
	json_t *value = json_object_get(record, key);

	*ret_number = json_integer_value(value);
	return (!value || json_is_integer(value)) && *ret_number >= least && *ret_number <= most;
}

/* One line without control characters, shorter than @size; absent is "". */
static bool is_line(json_t *record, const char *key, size_t size)
{
	json_t *value = json_object_get(record, key);
	const char *text = text_of(record, key);

	if (value && !json_is_string(value))
		return false;
	if (strlen(text) >= size)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool take_key(json_t *record, const char **ret_site, uint64_t *ret_mac)
{
	*ret_site = text_of(record, "site");
	return og_name_valid(*ret_site) && !og_mac_parse(text_of(record, "mac"), ret_mac);
}

static bool take_counts(json_t *record, struct og_counts *counts)
{
	const struct {
		const char *key;
		uint64_t *to;
	} members[] = {
		{"packets", &counts->packets},
		{"bytes", &counts->bytes},
		{"passed", &counts->passed},
		{"dropped", &counts->dropped},
		{"dropped_bytes", &counts->dropped_bytes},
		{"egress", &counts->egress},
	};
	int64_t number;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		/* So that the sum of many gateways is still a number. */
		if (!take_number(record, members[i].key, 0, INT64_MAX / 1024, &number))
			return false;
		*members[i].to = number;
	}
	return true;
}

static bool take_words(json_t *record, struct og_inv_device *device)
{
	const char *evidence = text_of(record, "evidence");
	enum og_action action = 0;
	enum og_reason reason = 0;
	enum og_role role;

	device->vendor = text_of(record, "vendor");
	device->port = text_of(record, "port");
	if ((*device->vendor && !og_name_valid(device->vendor)) || !is_line(record, "port", 16) ||
	    og_role_parse(text_of(record, "role"), &role))
		return false;
	/* Words that a later version has are not known here, and are no reason to refuse. */
	og_action_parse(text_of(record, "action"), &action);
	og_reason_parse(text_of(record, "reason"), &reason);
	device->role = role;
	device->action = action;
	device->reason = reason;
	while (device->evidence <= OG_EVIDENCE_LEASE &&
	       strcmp(evidence, og_evidence_name(device->evidence)))
		device->evidence++;
	return device->evidence <= OG_EVIDENCE_LEASE;
}

static int take_device(struct merge *merge, json_t *record, struct og_inv_device *device)
{
	int64_t vlan, first, last;

	if (!take_key(record, &device->site, &device->mac))
		return refuse(merge, "no site or MAC address");
	if (!take_words(record, device) || !take_number(record, "vlan", 0, 4095, &vlan))
		return refuse(merge, "a wrong vendor, port, VLAN, role or evidence");
	if (!take_number(record, "first_seen", 0, merge->at + AHEAD, &first) ||
	    !take_number(record, "last_seen", first, merge->at + AHEAD, &last) ||
	    !take_counts(record, &device->total))
		return refuse(merge, "a wrong time or count");
	device->vlan = vlan;
	device->first_seen = first;
	device->last_seen = last;
	device->third_party = json_is_true(json_object_get(record, "third_party"));
	return 0;
}

/* What is in memory is kept up with. */
static int follow_device(struct merge *merge, const struct og_inv_device *seen)
{
	struct og_inventory *inventory = merge->m->inventory;
	struct og_inv_device *device;

	if (!og_inventory_held(inventory, seen->site))
		return 0;
	device = og_inventory_find(inventory, seen->site, seen->mac);
	if (!device) {
		device = og_inventory_add(inventory, seen->site, seen->mac, NULL);
		if (!device)
			return refuse(merge, "the inventory is full");
		device->vendor = og_inventory_word(inventory, seen->vendor);
		device->vlan = seen->vlan;
		device->role = seen->role;
		device->evidence = seen->evidence;
		device->action = seen->action;
		device->reason = seen->reason;
		device->dirty = 0;
	}
	if (seen->first_seen && (!device->first_seen || seen->first_seen < device->first_seen))
		device->first_seen = seen->first_seen;
	if (seen->last_seen > device->last_seen)
		device->last_seen = seen->last_seen;
	device->third_party = device->third_party || seen->third_party;
	return 0;
}

static int merge_blocks(struct merge *merge, json_t *record, const struct og_inv_device *device)
{
	int64_t block, days, last = (merge->at + AHEAD) / OG_DAY / OG_BLOCK_DAYS;
	json_t *blocks = json_object_get(record, "sightings"), *item;
	size_t i;
	int err = 0;

	if (blocks && (!json_is_array(blocks) || json_array_size(blocks) > (size_t)last + 1))
		return refuse(merge, "wrong sightings");
	json_array_foreach(blocks, i, item)
	{
		if (!take_number(item, "block", 0, last, &block) ||
		    !take_number(item, "days", 1, UINT32_MAX, &days))
			return refuse(merge, "a wrong block of sightings");
		err = og_store_put_sightings(merge->m->store, device->site, device->mac, block,
					     days);
		if (err)
			return err;
	}
	return 0;
}

static int merge_device(struct merge *merge, json_t *record)
{
	struct og_inv_device device = {0};
	int err = take_device(merge, record, &device);

	if (!err)
		err = og_store_merge_device(merge->m->store, &device, merge->gateway);
	if (!err)
		err = merge_blocks(merge, record, &device);
	if (!err)
		err = follow_device(merge, &device);
	merge->devices += !err;
	return err;
}

/*
 * What counts as progress at a site that the files give to certain gateways comes from one of these. A site
 * that the files do not know, or give to every gateway, is anybody's.
 */
static bool may_speak_of(const struct merge *merge, const char *name)
{
	const struct og_conf_site *site =
		merge->m->loaded ? og_config_site(merge->m->loaded->config, name) : NULL;
	size_t i;

	for (i = 0; site && i < site->gateways.count; i++)
		if (og_host_is(site->gateways.names[i], merge->gateway))
			return true;
	return !site || !site->gateways.count;
}

static int refuse_speaker(struct merge *merge, const char *site)
{
	char words[OG_REFUSAL_TEXT / 2];

	snprintf(words, sizeof(words), "`gateways` in sites/%s.yaml does not have %s", site,
		 merge->gateway);
	return refuse(merge, words);
}

static int merge_watched(struct merge *merge, json_t *record)
{
	const char *site = text_of(record, "site");
	int64_t vlan, day, seconds;

	if (!og_name_valid(site) || !take_number(record, "vlan", -1, 4094, &vlan) ||
	    !take_number(record, "day", 0, (merge->at + AHEAD) / OG_DAY, &day) ||
	    !take_number(record, "seconds", 1, OG_DAY, &seconds))
		return refuse(merge, "a wrong site, VLAN, day or number of seconds");
	if (!may_speak_of(merge, site))
		return refuse_speaker(merge, site);
	merge->watched++;
	return og_store_merge_watched(merge->m->store, site, vlan, day, merge->gateway, seconds);
}

/* What a person entered there was looked at there: an absence that nobody verified is forged. */
static bool may_follow(const struct og_state_change *change)
{
	if (og_state_by_daemon(change->state))
		return true;
	if (!change->has_previous)
		return change->state != OG_STATE_VERIFIED_ABSENT;
	return og_state_may(change->previous, change->state);
}

static int take_change(struct merge *merge, json_t *record, struct og_state_change *change)
{
	const char *previous = text_of(record, "previous");

	*change = (struct og_state_change){.gateway = merge->gateway};
	if (!take_key(record, &change->site, &change->mac))
		return refuse(merge, "no site or MAC address");
	if (!may_speak_of(merge, change->site))
		return refuse_speaker(merge, change->site);
	if (!take_number(record, "at", 1, merge->at + AHEAD, &change->at) ||
	    og_state_parse(text_of(record, "state"), &change->state))
		return refuse(merge, "a wrong time or state");
	change->has_previous = *previous;
	if (*previous && og_state_parse(previous, &change->previous))
		return refuse(merge, "a wrong previous state");
	if (!may_follow(change))
		return refuse(merge, "a state that cannot follow on the one before");
	if (!is_line(record, "actor", OG_AUDIT_WORDS) || !*text_of(record, "actor") ||
	    !is_line(record, "evidence", OG_EVIDENCE_TEXT))
		return refuse(merge, "a wrong actor or evidence");
	change->actor = text_of(record, "actor");
	change->evidence = text_of(record, "evidence");
	change->third_party = json_is_true(json_object_get(record, "third_party"));
	return 0;
}

static int merge_state(struct merge *merge, json_t *record)
{
	struct og_state_change change;
	struct og_inv_device *device;
	int err = take_change(merge, record, &change);

	if (err)
		return err;
	err = og_store_put_state(merge->m->store, &change);
	if (err == -ENOENT)
		return refuse(merge, "a state of a device that is not in the export");
	if (err <= 0)
		return err;
	merge->states++;
	device = og_inventory_find(merge->m->inventory, change.site, change.mac);
	if (device && change.at >= device->state_at) {
		device->state = change.state + 1;
		device->state_at = change.at;
	}
	return 0;
}

static int merge_asset(struct merge *merge, json_t *record)
{
	struct og_far_asset asset = {0};
	const char *site;

	if (!take_key(record, &site, &asset.mac))
		return refuse(merge, "no site or MAC address");
	if (og_role_parse(text_of(record, "role"), &asset.role) ||
	    og_asset_status_parse(text_of(record, "status"), &asset.status))
		return refuse(merge, "a wrong role or status");
	return og_store_put_far_asset(merge->m->store, site, merge->at, &asset);
}

static int merge_site(struct merge *merge, json_t *record)
{
	const char *name = text_of(record, "site"), *class = text_of(record, "class");
	const char *zone = text_of(record, "timezone");
	struct og_far_site site = {.at = merge->at};
	int64_t frozen, blind;

	if (!og_name_valid(name) || (*class && !og_name_valid(class)) ||
	    !is_line(record, "owner", sizeof(site.owner)))
		return refuse(merge, "a wrong site, class or owner");
	if (!take_number(record, "baseline_at", 0, merge->at + AHEAD, &site.baseline_at) ||
	    !take_number(record, "baseline_devices", 0, UINT32_MAX, &frozen) ||
	    !take_number(record, "blind", 0, UINT32_MAX, &blind))
		return refuse(merge, "a wrong time or count");
	snprintf(site.name, sizeof(site.name), "%s", name);
	snprintf(site.gateway, sizeof(site.gateway), "%s", merge->gateway);
	snprintf(site.site_class, sizeof(site.site_class), "%s", class);
	snprintf(site.owner, sizeof(site.owner), "%s", text_of(record, "owner"));
	/* A zone that is not known here is that of this gateway: a date is then a few hours off. */
	if (strlen(zone) < sizeof(site.zone) && og_zone_valid(zone))
		snprintf(site.zone, sizeof(site.zone), "%s", zone);
	site.surveyed = json_is_true(json_object_get(record, "register"));
	site.frozen = frozen;
	site.blind = blind;
	return og_store_put_far_site(merge->m->store, &site);
}

static int merge_record(struct merge *merge, json_t *record)
{
	const char *kind = text_of(record, "kind");

	if (!strcmp(kind, "device"))
		return merge_device(merge, record);
	if (!strcmp(kind, "watched"))
		return merge_watched(merge, record);
	if (!strcmp(kind, "state"))
		return merge_state(merge, record);
	if (!strcmp(kind, "asset"))
		return merge_asset(merge, record);
	if (!strcmp(kind, "site"))
		return merge_site(merge, record);
	return refuse(merge, "of an unknown kind");
}

static bool is_host(const char *name)
{
	const char *c;

	for (c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._",
			    *c))
			return false;
	return c != name && c - name < OG_GW_HOST;
}

static int read_header(struct merge *merge, json_t *header)
{
	const char *gateway = text_of(header, "gateway");
	const char *own = og_links_gateway(merge->m->links)->host;
	int64_t version;

	if (strcmp(text_of(header, "kind"), OG_EXPORT_KIND)) {
		snprintf(merge->refusal, OG_REFUSAL_TEXT,
			 "this is no export of \"ouiguard inventory export\"");
		return -EINVAL;
	}
	if (!take_number(header, "version", 1, OG_EXPORT_VERSION, &version)) {
		snprintf(merge->refusal, OG_REFUSAL_TEXT,
			 "the export was written by a later version of ouiguard: install that one "
			 "here too");
		return -EINVAL;
	}
	if (!is_host(gateway) ||
	    !take_number(header, "at", 1, og_clock_now() + AHEAD, &merge->at)) {
		snprintf(merge->refusal, OG_REFUSAL_TEXT,
			 "the export does not say whose it is, or is from the future");
		return -EINVAL;
	}
	if (*own && og_host_is(own, gateway)) {
		snprintf(merge->refusal, OG_REFUSAL_TEXT,
			 "the export is of this gateway itself (%s)", gateway);
		return -EINVAL;
	}
	memcpy(merge->gateway, gateway, strlen(gateway) + 1);
	return 0;
}

static int note(struct merge *merge)
{
	char text[128];

	if (!merge->devices && !merge->watched && !merge->states)
		return 0;
	snprintf(text, sizeof(text), "%zu devices, %zu watched days, %zu new states",
		 merge->devices, merge->watched, merge->states);
	return og_audit_note(merge->m, NULL, OG_AUDIT_MERGE, merge->gateway, text);
}

/* In a transaction. A refusal leaves the store as it was; what is in memory is read again. */
static int merge_all(struct merge *merge, json_t *array)
{
	json_t *record;
	size_t i;
	int err = og_store_begin(merge->m->store);

	if (err)
		return err;
	json_array_foreach(array, i, record)
	{
		merge->line = i;
		if (i)
			err = merge_record(merge, record);
		if (err)
			break;
	}
	if (!err)
		err = og_store_put_gateway(merge->m->store, merge->gateway, merge->at,
					   og_clock_now());
	if (!err)
		err = note(merge);
	if (!err)
		err = og_store_commit(merge->m->store);
	if (err)
		og_store_rollback(merge->m->store);
	return err;
}

static int release(void *userdata, const char *site)
{
	og_inventory_release(userdata, site);
	return 0;
}

int og_record_merge(struct og_manager *m, json_t *array, json_t **ret_record, char *refusal)
{
	struct merge merge = {.m = m, .refusal = refusal};
	int err = read_header(&merge, json_array_get(array, 0));

	if (err)
		return err;
	/* So that what is in memory can be read again if the page is refused half way. */
	err = og_manager_flush(m);
	if (!err) {
		err = merge_all(&merge, array);
		if (err)
			og_inventory_each_site(m->inventory, release, m->inventory);
		if (err && m->compiled)
			og_manager_hold_covered(m);
	}
	if (err) {
		if (!*refusal)
			snprintf(refusal, OG_REFUSAL_TEXT, "it cannot be kept: %s", strerror(-err));
		return err;
	}
	*ret_record = json_object();
	og_set_text(*ret_record, "gateway", merge.gateway);
	og_set_number(*ret_record, "devices", merge.devices);
	og_set_number(*ret_record, "watched", merge.watched);
	og_set_number(*ret_record, "states", merge.states);
	return 0;
}
