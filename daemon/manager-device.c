// SPDX-License-Identifier: GPL-2.0
/*
 * manager-device.c: what the engine saw, on its way to inventory, store, journal and bus
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h>

#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "policy/base/action.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"
#include "daemon/bus/records.h"
#include "daemon/state.h"

const char *og_manager_site(const struct og_manager *m, unsigned int number)
{
	if (m->compiled)
		return og_compiled_site(m->compiled, number);
	return number < OG_SITES ? m->old_sites[number] : NULL;
}

static const char *port_name(const struct og_manager *m, uint32_t ifindex)
{
	const struct og_gw_link *link = og_gateway_link_index(og_links_gateway(m->links), ifindex);

	return link ? link->name : NULL;
}

/*
 * What the ruleset in force says about a device, by its address: the numbers in records and events
 * are those of the ruleset that judged the frame, which may be an older one.
 */
struct standing {
	const char *vendor; /* NULL: none */
	uint8_t role;
};

static struct standing standing_of(const struct og_manager *m, uint64_t mac, uint32_t site)
{
	struct standing standing = {.role = OG_ROLE_UNKNOWN};
	const struct og_ruleset *rs;
	uint32_t group, class;

	if (!m->compiled)
		return standing;
	rs = m->compiled->ruleset;
	group = og_group_of(rs, mac);
	class = OG_BOUND(og_class_of(rs, mac, site, group), OG_CLASSES - 1);
	if (group >= OG_GROUP_FIRST)
		standing.vendor = og_compiled_group_vendor(m->compiled, group);
	if (!standing.vendor)
		standing.vendor = og_compiled_vendor(m->compiled, rs->class[class].vendor);
	standing.role = rs->class[class].role;
	return standing;
}

/*
 * A flood of made-up addresses must neither fill the engine's table of known devices nor the log:
 * so many a minute are taken at their word, others when they are still there a minute later.
 */
static bool is_flood(const struct og_manager *m, const struct og_inv_device *device)
{
	return m->new_count > OG_NEW_A_MINUTE && m->new_minute == og_clock_now() / 60 &&
	       device->last_seen - device->first_seen < OG_STAYS;
}

static void promote(struct og_manager *m, struct og_inv_device *device, uint64_t key)
{
	int err;

	if (device->promoted || m->known_full || is_flood(m, device))
		return;
	err = m->ops->promote(m->engine, key);
	device->promoted = !err;
	if (err != -ENOSPC)
		return;
	m->known_full = true;
	og_log(LOG_WARNING,
	       "the engine can keep the records of no more devices; further ones may be "
	       "forgotten between two readings");
}

static void tell_flood(uint64_t count, const char *of)
{
	char number[24];
	const struct og_field fields[] = {{"OUIGUARD_LEFT_OUT", number}};

	snprintf(number, sizeof(number), "%" PRIu64, count);
	og_journal(LOG_WARNING, OG_MSG_FLOOD, fields, 1,
		   "%s more %s within a minute than are told: a flood of made-up addresses?",
		   number, of);
}

/* How many the last minute's log left out, when that is over. */
static void end_minute(struct og_manager *m, int64_t minute)
{
	if (m->new_minute == minute)
		return;
	if (m->new_count > OG_NEW_A_MINUTE)
		tell_flood(m->new_count - OG_NEW_A_MINUTE, "new devices");
	m->new_minute = minute;
	m->new_count = 0;
}

static void count_new(struct og_manager *m)
{
	end_minute(m, og_clock_now() / 60);
	m->new_count++;
}

void og_manager_tell_flood(struct og_manager *m)
{
	uint64_t left_out = og_told_left_out(&m->told);

	end_minute(m, og_clock_now() / 60);
	if (left_out)
		tell_flood(left_out, "events");
}

static void record_event(struct og_manager *m, const struct og_event *event);

/* The event of a new device, by its record: the engine's own may be read later, or have been lost. */
static void record_new(struct og_manager *m, uint64_t key, const struct og_device *record)
{
	const struct og_event event = {
		.mac = key >> 16,
		.at = record->first_seen,
		.generation = m->generation,
		.packets = record->packets,
		.bytes = record->bytes,
		.passed = record->passed,
		.dropped = record->dropped,
		.ifindex = record->ifindex,
		.site = key & 0xffff,
		.vlan = record->vlan,
		.class = record->class,
		.group = record->group,
		.kind = OG_EVENT_NEW,
		.reason = record->reason,
		.action = record->action,
		.evidence = record->evidence,
		.drop = record->reason >= OG_DROP_FIRST,
	};

	record_event(m, &event);
}

static void announce(struct og_manager *m, const struct og_inv_device *device)
{
	char mac[OG_MAC_TEXT];
	const char *action = og_action_name(device->action);
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(device->mac, mac)},
		{"OUIGUARD_SITE", device->site},
		{"OUIGUARD_VENDOR", device->vendor[0] ? device->vendor : NULL},
		{"OUIGUARD_ACTION", action},
		{"OUIGUARD_REASON", og_reason_name(device->reason)},
		{"OUIGUARD_INTERFACE", device->port[0] ? device->port : NULL},
	};

	og_journal(LOG_NOTICE, OG_MSG_DEVICE_NEW, fields, 6,
		   "new device %s (%s) at %s, port %s: %s", mac,
		   device->vendor[0] ? device->vendor : "no listed vendor", device->site,
		   device->port[0] ? device->port : "unknown", action);
	og_bus_emit(m->bus, "NewDevice", og_record_device(m, device));
}

static int take_record(void *userdata, uint64_t key, const struct og_device *record, bool known)
{
	struct og_manager *m = userdata;
	struct og_inv_names names = {.site = og_manager_site(m, key & 0xffff)};
	struct standing standing = standing_of(m, key >> 16, key & 0xffff);
	struct og_inv_device *device;
	bool new, first;

	if (!names.site)
		return 0;
	og_manager_hold(m, names.site);
	names.vendor = standing.vendor;
	names.port = port_name(m, record->ifindex);
	names.role = standing.role;
	names.no_dests = og_retention_guest(m, names.site);
	device = og_inventory_add(m->inventory, names.site, key >> 16, &new);
	if (!device)
		return 0;
	device->promoted = device->promoted || known;
	if (new)
		count_new(m);
	first = !device->last_seen && m->new_count <= OG_NEW_A_MINUTE;
	/* An empty record, as of a device promoted at the start, names no group. */
	if (record->packets || new)
		og_inventory_take(m->inventory, device, record, &names, og_clock_now());
	og_addresses_record(m, device, record);
	og_guard_record(m, device, record);
	promote(m, device, key);
	if (record->packets)
		og_standing_watch(m, device, first);
	if (new && record->packets && m->new_count <= OG_NEW_A_MINUTE) {
		announce(m, device);
		record_new(m, key, record);
	}
	return 0;
}

void og_manager_collect(struct og_manager *m)
{
	int err;

	if (!m->engine)
		return;
	err = m->ops->each_device(m->engine, take_record, m);
	if (err)
		og_log(LOG_WARNING, "the engine's records cannot be read: %s", strerror(-err));
	og_standing_enter(m);
}

static int promote_one(void *userdata, struct og_inv_device *device)
{
	struct og_manager *m = userdata;
	unsigned int number;

	if (device->promoted)
		return 0;
	for (number = 1; number < m->compiled->site_count; number++)
		if (!strcmp(m->compiled->sites[number], device->site))
			break;
	if (number < m->compiled->site_count)
		promote(m, device, og_exact_key(device->mac, number));
	return m->known_full;
}

void og_manager_promote(struct og_manager *m)
{
	if (m->engine && m->compiled)
		og_inventory_each(m->inventory, promote_one, m);
}

struct keys {
	uint64_t *items;
	size_t count, room;
};

static int note_key(void *userdata, uint64_t key, const struct og_device *record, bool known)
{
	struct keys *keys = userdata;
	size_t room = keys->room ? keys->room * 2 : 1024;
	uint64_t *items;

	(void)record;
	(void)known;
	if (keys->count == keys->room) {
		items = reallocarray(keys->items, room, sizeof(*items));
		if (!items)
			return -ENOMEM;
		keys->items = items;
		keys->room = room;
	}
	keys->items[keys->count++] = key;
	return 0;
}

void og_manager_renumber(struct og_manager *m)
{
	struct keys keys = {0};
	size_t i;
	int err = m->ops->each_device(m->engine, note_key, &keys);

	for (i = 0; i < keys.count; i++)
		m->ops->forget(m->engine, keys.items[i]);
	free(keys.items);
	og_inventory_rebase(m->inventory);
	if (err)
		og_log(LOG_WARNING,
		       "sites have other numbers than before, and the engine's records "
		       "cannot be read: %s; some counters may be off",
		       strerror(-err));
}

static void copy_name(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

static void name_event(struct og_manager *m, const struct og_event *event,
		       struct og_seen_event *seen)
{
	const struct og_compiled *c = m->compiled;
	bool current = c && c->ruleset->header.generation == event->generation;

	*seen = (struct og_seen_event){
		.at = event->at,
		.mac = event->mac,
		.generation = event->generation,
		.dst = event->dst,
		.packets = event->packets,
		.dropped = event->dropped,
		.vlan = event->vlan,
		.ethertype = event->ethertype,
		.dport = event->dport,
		.proto = event->proto,
		.kind = event->kind,
		.reason = event->reason,
		.action = event->action,
		.evidence = event->evidence,
		.drop = event->drop,
	};
	copy_name(seen->site, sizeof(seen->site), og_manager_site(m, event->site));
	copy_name(seen->vendor, sizeof(seen->vendor),
		  standing_of(m, event->mac, event->site).vendor);
	copy_name(seen->policy, sizeof(seen->policy),
		  current ? og_compiled_policy(c, event->policy) : NULL);
	copy_name(seen->exception, sizeof(seen->exception),
		  current ? og_compiled_exception(c, event->exception) : NULL);
	copy_name(seen->interface, sizeof(seen->interface), port_name(m, event->ifindex));
	if (og_retention_guest(m, seen->site)) {
		seen->dst = (struct og_addr){0};
		seen->dport = seen->proto = 0;
	}
}

const char *og_manager_programme(const struct og_manager *m, const char *policy)
{
	const struct og_conf_policy *found =
		m->loaded && policy ? og_config_policy(m->loaded->config, policy) : NULL;

	return found ? found->programme : NULL;
}

static bool may_tell(struct og_manager *m, const struct og_seen_event *seen)
{
	struct og_inv_device *device = og_inventory_find(m->inventory, seen->site, seen->mac);

	return og_told_event(&m->told, device ? &device->told : NULL, og_clock_steady());
}

/* A number as text; NULL when it is zero, which says that there is none. */
static const char *number_text(unsigned int number, char text[8])
{
	snprintf(text, 8, "%u", number & 0xffff);
	return number ? text : NULL;
}

static void log_event(const struct og_manager *m, const struct og_seen_event *seen)
{
	static const struct {
		int priority;
		const char *id, *verb;
	} kinds[] = {
		[OG_EVENT_NEW] = {LOG_INFO, OG_MSG_DEVICE_NEW, "is seen"},
		[OG_EVENT_DROP] = {LOG_WARNING, OG_MSG_DEVICE_DROPPED, "is dropped"},
		[OG_EVENT_LOG] = {LOG_NOTICE, OG_MSG_DEVICE_LOGGED, "sends"},
		[OG_EVENT_SUMMARY] = {LOG_INFO, OG_MSG_DEVICE_SUMMARY, "has sent"},
	};
	char mac[OG_MAC_TEXT], dst[OG_ADDR_TEXT] = "", packets[24], dropped[24], generation[24];
	char vlan[8], dport[8], proto[8];
	const char *port = number_text(seen->dport, dport);
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(seen->mac, mac)},
		{"OUIGUARD_SITE", seen->site},
		{"OUIGUARD_VENDOR", seen->vendor[0] ? seen->vendor : NULL},
		{"OUIGUARD_ACTION", og_action_name(seen->action)},
		{"OUIGUARD_REASON", og_reason_name(seen->reason)},
		{"OUIGUARD_POLICY", seen->policy[0] ? seen->policy : NULL},
		{"OUIGUARD_PROGRAMME", og_manager_programme(m, seen->policy)},
		{"OUIGUARD_EXCEPTION", seen->exception[0] ? seen->exception : NULL},
		{"OUIGUARD_INTERFACE", seen->interface[0] ? seen->interface : NULL},
		{"OUIGUARD_VLAN", number_text(seen->vlan, vlan)},
		{"OUIGUARD_DESTINATION", seen->dst.hi || seen->dst.lo ? dst : NULL},
		{"OUIGUARD_DESTINATION_PORT", port},
		{"OUIGUARD_PROTOCOL", number_text(seen->proto, proto)},
		{"OUIGUARD_PACKETS", packets},
		{"OUIGUARD_DROPPED", dropped},
		{"OUIGUARD_GENERATION", generation},
	};

	if (seen->kind > OG_EVENT_SUMMARY)
		return;
	og_addr_format(&seen->dst, dst);
	snprintf(packets, sizeof(packets), "%" PRIu64, seen->packets);
	snprintf(dropped, sizeof(dropped), "%" PRIu64, seen->dropped);
	snprintf(generation, sizeof(generation), "%" PRIu64, seen->generation);
	og_journal(kinds[seen->kind].priority, kinds[seen->kind].id, fields,
		   sizeof(fields) / sizeof(fields[0]),
		   "%s (%s) at %s %s%s%s%s%s: %s; %s packets, %s dropped", mac,
		   seen->vendor[0] ? seen->vendor : "no listed vendor", seen->site,
		   kinds[seen->kind].verb, seen->dst.hi || seen->dst.lo ? ", to " : "",
		   seen->dst.hi || seen->dst.lo ? dst : "", port ? " port " : "", port ? port : "",
		   og_reason_name(seen->reason), packets, dropped);
}

/* Events wait here for the store. When it takes none for long the oldest go. */
static void queue(struct og_manager *m, const struct og_seen_event *seen)
{
	if (m->pending_count == OG_PENDING_EVENTS) {
		m->pending_count -= OG_PENDING_EVENTS / 4;
		m->pending_lost += OG_PENDING_EVENTS / 4;
		memmove(m->pending, m->pending + OG_PENDING_EVENTS / 4,
			m->pending_count * sizeof(*m->pending));
	}
	m->pending[m->pending_count++] = *seen;
}

/*
 * The first frame of a device that the engine has no record of. Only the inventory knows whether
 * it is new to us: the engine forgets in a flood and at every boot. Returns whether the event is
 * still to be kept: taking the record keeps one for a new device.
 */
static bool is_new(struct og_manager *m, const struct og_event *event)
{
	const char *site = og_manager_site(m, event->site);
	uint64_t key = og_exact_key(event->mac, event->site);
	struct og_device record;

	if (m->ops->read_device(m->engine, key, &record) == 0 && record.packets) {
		take_record(m, key, &record, false);
		return false;
	}
	if (!site)
		return false;
	og_manager_hold(m, site);
	return !og_inventory_find(m->inventory, site, event->mac);
}

static void record_event(struct og_manager *m, const struct og_event *event)
{
	struct og_seen_event seen;

	name_event(m, event, &seen);
	if (!seen.site[0])
		return;
	seen.id = ++m->last_event;
	/* A new device was announced as such. */
	if (event->kind != OG_EVENT_NEW && may_tell(m, &seen))
		log_event(m, &seen);
	og_bus_emit(m->bus, "Event", og_record_event(&seen));
	queue(m, &seen);
}

static void on_event(void *userdata, const struct og_event *event)
{
	struct og_manager *m = userdata;

	if (event->kind != OG_EVENT_NEW || is_new(m, event))
		record_event(m, event);
}

void og_manager_drain(struct og_manager *m)
{
	int err;

	if (!m->engine)
		return;
	err = m->ops->next_events(m->engine, on_event, m);
	if (err < 0)
		og_log(LOG_WARNING, "the engine's events cannot be read: %s", strerror(-err));
	og_standing_enter(m);
}
