// SPDX-License-Identifier: GPL-2.0
/*
 * records-device.c: devices and events as records
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <ouiguard/decide.h> /* enum og_evidence */

#include "policy/base/action.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"
#include "daemon/bus/records-address.h"
#include "policy/registry/lock.h"
#include "daemon/bus/records.h"
#include "daemon/inventory/store-merge.h"
#include "daemon/state.h"

#define PAGE_FULL 1 /* what ends a list early */

static void set_mac(json_t *object, uint64_t mac)
{
	char text[OG_MAC_TEXT];

	og_set_text(object, "mac", og_mac_format(mac, text));
}

void og_set_addr(json_t *object, const char *key, const struct og_addr *addr)
{
	char text[OG_ADDR_TEXT];

	if (addr->hi || addr->lo)
		og_set_text(object, key, og_addr_format(addr, text));
}

void og_set_proto(json_t *object, uint8_t proto)
{
	char number[8];
	const char *name = number;

	switch (proto) {
	case 0:
		return;
	case IPPROTO_TCP:
		name = "tcp";
		break;
	case IPPROTO_UDP:
		name = "udp";
		break;
	case IPPROTO_ICMP:
		name = "icmp";
		break;
	case IPPROTO_ICMPV6:
		name = "icmpv6";
		break;
	case IPPROTO_SCTP:
		name = "sctp";
		break;
	case IPPROTO_GRE:
		name = "gre";
		break;
	case IPPROTO_ESP:
		name = "esp";
		break;
	default:
		snprintf(number, sizeof(number), "%u", proto);
	}
	og_set_text(object, "proto", name);
}

static const char *evidence_name(uint8_t evidence)
{
	switch (evidence) {
	case OG_EVIDENCE_EUI64:
		return "eui64";
	case OG_EVIDENCE_LEASE:
		return "lease";
	default:
		return "mac";
	}
}

static json_t *record_dest(const struct og_inv_dest *dest)
{
	json_t *record = json_object();

	og_set_addr(record, "addr", &dest->addr);
	if (dest->port)
		og_set_number(record, "port", dest->port);
	og_set_proto(record, dest->proto);
	og_set_number(record, "packets", dest->packets);
	og_set_number(record, "last_seen", dest->last_seen);
	og_set_text(record, "reason", og_reason_name(dest->reason));
	return record;
}

static void set_dests(json_t *record, const struct og_inv_device *device)
{
	const struct og_inv_dest *last = NULL;
	json_t *dests = json_array();
	size_t i;

	for (i = 0; i < device->dest_count; i++) {
		if (!last || device->dests[i].last_seen > last->last_seen)
			last = &device->dests[i];
		json_array_append_new(dests, record_dest(&device->dests[i]));
	}
	if (last)
		og_set_addr(record, "last_dst", &last->addr);
	if (json_array_size(dests))
		json_object_set(record, "destinations", dests);
	json_decref(dests);
}

/* How good the evidence is: a prefix that somebody listed by hand is the word of that person. */
static const char *grade_name(const struct og_inv_device *device, const struct og_lock_entry *entry)
{
	return entry && !strcmp(entry->registry, "manual") ? "manual"
							   : evidence_name(device->evidence);
}

/* What the files say about the device. */
static void set_configured(json_t *record, const struct og_inv_device *device,
			   const struct og_loaded *loaded)
{
	const struct og_conf_vendor *vendor = og_config_vendor(loaded->config, device->vendor);
	const struct og_conf_asset *asset = og_loaded_asset(loaded, device->site, device->mac);
	const struct og_lock_entry *entry = og_loaded_prefix(loaded, device->mac);
	char prefix[OG_MAC_PREFIX_TEXT];

	og_set_text(record, "grade", grade_name(device, entry));
	if (vendor)
		og_set_text(record, "vendor_title", vendor->title);
	if (entry)
		og_set_text(record, "prefix", og_mac_prefix_format(&entry->prefix, prefix));
	if (entry && !og_lock_find(&loaded->config->lock, device->mac))
		json_object_set_new(record, "unaccepted", json_true());
	if (asset) {
		og_set_text(record, "status", og_asset_status_name(asset->status));
		og_set_text(record, "role", og_role_name(asset->role));
	}
}

/* What this gateway and others have counted. */
static void set_counts(json_t *record, struct og_manager *m, const struct og_inv_device *device)
{
	const struct og_counts *own = &device->total;
	struct og_counts others = {0};

	if (!device->merged)
		og_store_merged(m->store, device->site, device->mac, &others);
	og_set_number(record, "packets", own->packets + others.packets);
	og_set_number(record, "bytes", own->bytes + others.bytes);
	og_set_number(record, "passed", own->passed + others.passed);
	og_set_number(record, "dropped", own->dropped + others.dropped);
	og_set_number(record, "egress", own->egress + others.egress);
}

json_t *og_record_device(struct og_manager *m, const struct og_inv_device *device)
{
	json_t *record = json_object();

	if (!record)
		return NULL;
	set_mac(record, device->mac);
	og_set_text(record, "site", device->site);
	og_set_text(record, "vendor", device->vendor);
	og_set_text(record, "role", og_role_name(device->role));
	og_set_text(record, "evidence", evidence_name(device->evidence));
	og_set_text(record, "port", device->port);
	og_set_number(record, "vlan", device->vlan);
	og_set_text(record, "action", og_action_name(device->action));
	og_set_text(record, "reason", og_reason_name(device->reason));
	if (device->last_seen) {
		og_set_number(record, "first_seen", device->first_seen);
		og_set_number(record, "last_seen", device->last_seen);
	}
	set_counts(record, m, device);
	set_dests(record, device);
	if (device->dests_cut)
		og_set_number(record, "destinations_cut", device->dests_cut);
	if (m->loaded)
		set_configured(record, device, m->loaded);
	og_record_standing(m, device, record);
	return record;
}

struct listing {
	struct og_manager *m;
	json_t *filter, *array;
	size_t max;
	uint64_t mac;
	bool has_mac, has_state;
	enum og_device_state state;
	const struct og_names *vendors; /* of the programme that is asked for; NULL: none is */
};

static bool is_text(json_t *record, const char *key, json_t *wanted)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text && !strcmp(text, json_string_value(wanted));
}

/* What may_want() has not told of the texts of a record. */
static bool wants_device(json_t *filter, json_t *record)
{
	json_t *site = json_object_get(filter, "site"), *role = json_object_get(filter, "role");

	return (!site || is_text(record, "site", site)) && (!role || is_text(record, "role", role));
}

static bool is_in(const struct listing *listing, const struct og_inv_device *device)
{
	struct og_standing standing;
	size_t i;

	if (listing->has_state) {
		og_standing_of(listing->m, device, &standing);
		if (standing.state != listing->state)
			return false;
	}
	for (i = 0; listing->vendors && i < listing->vendors->count; i++)
		if (!strcmp(listing->vendors->names[i], device->vendor))
			return true;
	return !listing->vendors;
}

/* What can be told before the record is made, because a filter can pass over very many. */
static bool may_want(const struct listing *listing, const struct og_inv_device *device)
{
	const char *vendor = json_string_value(json_object_get(listing->filter, "vendor"));
	json_t *listed = json_object_get(listing->filter, "listed");

	/* A device that was promoted and never seen since is nothing to show. */
	return (device->last_seen || device->state) &&
	       (!listing->has_mac || device->mac == listing->mac) &&
	       (!vendor || !strcmp(device->vendor, vendor)) &&
	       (!listed || json_is_true(listed) == (device->vendor[0] != '\0')) &&
	       is_in(listing, device);
}

static int list_device(void *userdata, struct og_inv_device *device)
{
	struct listing *listing = userdata;
	json_t *record;

	if (!may_want(listing, device))
		return 0;
	record = og_record_device(listing->m, device);
	if (!record)
		return -ENOMEM;
	og_set_addresses(record, listing->m, device);
	if (wants_device(listing->filter, record))
		json_array_append(listing->array, record);
	json_decref(record);
	return json_array_size(listing->array) == listing->max ? PAGE_FULL : 0;
}

/* Whether every key is one of @texts (strings) or @other; a MAC is brought to its one form. */
static const char *wrong_key(json_t *filter, const char *const *texts, const char *const *others)
{
	char canonical[OG_MAC_TEXT];
	const char *const *name;
	const char *key;
	json_t *value;
	void *next;
	uint64_t mac;

	json_object_foreach_safe(filter, next, key, value)
	{
		for (name = texts; *name && strcmp(*name, key); name++)
			;
		if (*name && !json_is_string(value))
			return key;
		if (*name && !strcmp(key, "mac")) {
			if (og_mac_parse(json_string_value(value), &mac))
				return key;
			json_object_set_new(filter, key,
					    json_string(og_mac_format(mac, canonical)));
		}
		if (*name)
			continue;
		for (name = others; *name && strcmp(*name, key); name++)
			;
		if (!*name)
			return key;
	}
	return NULL;
}

/* The list when it is whole, else @err. */
static int give(struct listing *listing, int err, json_t **ret_array)
{
	if (err)
		json_decref(listing->array);
	else
		*ret_array = listing->array;
	return err;
}

/* Where a page begins, of all sites or of one. */
struct page {
	char site[OG_INV_SITE]; /* "": at the first site */
	uint64_t mac;
	bool one_site, past; /* @past: the site asked for lies before the page */
};

/* SITE/MAC, of the last device of the page before. */
static int read_after(const char *after, struct page *page)
{
	const char *slash = strrchr(after, '/');
	uint64_t mac;

	if (!slash || slash == after || slash - after >= (int)sizeof(page->site) ||
	    og_mac_parse(slash + 1, &mac))
		return -EINVAL;
	memcpy(page->site, after, slash - after);
	page->site[slash - after] = '\0';
	page->mac = mac + 1;
	return 0;
}

static const char *read_page(json_t *filter, struct page *page, size_t *ret_max)
{
	json_t *max = json_object_get(filter, "max"), *after = json_object_get(filter, "after");
	const char *site = json_string_value(json_object_get(filter, "site"));

	*ret_max = OG_DEVICES_PAGE;
	if (max && (!json_is_integer(max) || json_integer_value(max) < 1))
		return "max";
	if (max && json_integer_value(max) < OG_DEVICES_PAGE)
		*ret_max = json_integer_value(max);
	if (after && read_after(json_string_value(after), page))
		return "after";
	if (!site)
		return NULL;
	if (strlen(site) >= sizeof(page->site))
		return "site";
	page->one_site = true;
	page->past = strcmp(page->site, site) > 0;
	if (strcmp(page->site, site)) {
		strcpy(page->site, site);
		page->mac = 0;
	}
	return NULL;
}

/* What may_want() asks for. Returns the key that is wrong, or NULL. */
static const char *read_selection(struct listing *listing)
{
	const char *mac = json_string_value(json_object_get(listing->filter, "mac"));
	const char *state = json_string_value(json_object_get(listing->filter, "state"));
	const char *name = json_string_value(json_object_get(listing->filter, "programme"));
	const struct og_conf_programme *programme;

	if (mac)
		listing->has_mac = !og_mac_parse(mac, &listing->mac);
	if (state && og_state_parse(state, &listing->state))
		return "state";
	listing->has_state = state;
	if (!name)
		return NULL;
	programme = listing->m->loaded ? og_config_programme(listing->m->loaded->config, name)
				       : NULL;
	if (!programme)
		return "programme";
	listing->vendors = &programme->vendors;
	return NULL;
}

static int list_page(struct listing *listing, const struct page *page)
{
	if (page->past)
		return 0;
	if (page->one_site)
		return og_manager_each_device_at(listing->m, page->site, page->mac, true,
						 list_device, listing);
	return og_manager_each_device(listing->m, page->site[0] ? page->site : NULL, page->mac,
				      true, list_device, listing);
}

int og_record_devices(struct og_manager *m, json_t *filter, json_t **ret_array,
		      const char **ret_wrong)
{
	static const char *const texts[] = {"site",  "vendor", "role",	    "mac",
					    "after", "state",  "programme", NULL};
	static const char *const others[] = {"listed", "max", NULL};
	struct listing listing = {.m = m, .filter = filter};
	json_t *listed = json_object_get(filter, "listed");
	struct page page = {};
	int err;

	*ret_wrong = wrong_key(filter, texts, others);
	if (!*ret_wrong && listed && !json_is_boolean(listed))
		*ret_wrong = "listed";
	if (!*ret_wrong)
		*ret_wrong = read_page(filter, &page, &listing.max);
	if (*ret_wrong)
		return -EINVAL;
	*ret_wrong = read_selection(&listing);
	if (*ret_wrong)
		return -EINVAL;
	listing.array = json_array();
	if (!listing.array)
		return -ENOMEM;
	/* Once for all pages of a list. */
	if (!json_object_get(filter, "after"))
		og_manager_refresh(m);
	og_store_begin_reading(m->store);
	err = list_page(&listing, &page);
	og_store_end_reading(m->store);
	return give(&listing, err == PAGE_FULL ? 0 : err, ret_array);
}

json_t *og_record_event(const struct og_seen_event *event)
{
	json_t *record = json_object();

	if (!record)
		return NULL;
	og_set_number(record, "id", event->id);
	og_set_number(record, "at", event->at);
	og_set_text(record, "kind", og_event_kind_name(event->kind));
	set_mac(record, event->mac);
	og_set_text(record, "site", event->site);
	og_set_text(record, "vendor", event->vendor);
	og_set_text(record, "verdict", event->drop ? "drop" : "pass");
	og_set_text(record, "reason", og_reason_name(event->reason));
	og_set_text(record, "action", og_action_name(event->action));
	og_set_text(record, "policy", event->policy);
	og_set_text(record, "exception", event->exception);
	og_set_addr(record, "dst", &event->dst);
	if (event->dport)
		og_set_number(record, "port", event->dport);
	og_set_proto(record, event->proto);
	og_set_number(record, "ethertype", event->ethertype);
	og_set_number(record, "vlan", event->vlan);
	og_set_text(record, "interface", event->interface);
	og_set_text(record, "evidence", evidence_name(event->evidence));
	og_set_number(record, "packets", event->packets);
	og_set_number(record, "dropped", event->dropped);
	og_set_number(record, "generation", event->generation);
	return record;
}

static int list_event(void *userdata, const struct og_seen_event *event)
{
	struct listing *listing = userdata;
	json_t *record = og_record_event(event);

	if (!record)
		return -ENOMEM;
	return json_array_append_new(listing->array, record) ? -ENOMEM : 0;
}

static const char *read_event_filter(json_t *object, struct og_event_filter *filter)
{
	static const char *const texts[] = {"mac", "site", "kind", NULL};
	static const char *const others[] = {"since_id", "max", NULL};
	const char *wrong = wrong_key(object, texts, others), *text;
	json_t *since = json_object_get(object, "since_id"), *max = json_object_get(object, "max");

	if (wrong)
		return wrong;
	if (since && (!json_is_integer(since) || json_integer_value(since) < 0))
		return "since_id";
	if (max && (!json_is_integer(max) || json_integer_value(max) < 1))
		return "max";
	filter->since_id = json_integer_value(since);
	filter->max = max ? json_integer_value(max) : 1000;
	if (filter->max > OG_EVENTS_MAX)
		filter->max = OG_EVENTS_MAX;
	filter->kind = -1;
	text = json_string_value(json_object_get(object, "kind"));
	if (text && og_event_kind_parse(text, &filter->kind))
		return "kind";
	text = json_string_value(json_object_get(object, "mac"));
	if (text)
		filter->has_mac = !og_mac_parse(text, &filter->mac);
	text = json_string_value(json_object_get(object, "site"));
	if (text && strlen(text) >= sizeof(filter->site))
		return "site";
	if (text)
		strcpy(filter->site, text);
	return NULL;
}

int og_record_events(struct og_manager *m, json_t *object, json_t **ret_array,
		     const char **ret_wrong)
{
	struct og_event_filter filter = {0};
	struct listing listing = {.m = m};
	size_t i;
	int err;

	*ret_wrong = read_event_filter(object, &filter);
	if (*ret_wrong)
		return -EINVAL;
	listing.array = json_array();
	if (!listing.array)
		return -ENOMEM;
	og_manager_drain(m);
	og_manager_flush(m);
	err = og_store_list_events(m->store, &filter, list_event, &listing);
	/* What the store does not take is still here. */
	for (i = 0; !err && i < m->pending_count; i++)
		if (og_event_matches(&filter, &m->pending[i]))
			err = list_event(&listing, &m->pending[i]);
	while ((int64_t)json_array_size(listing.array) > filter.max)
		json_array_remove(listing.array, 0);
	return give(&listing, err, ret_array);
}
