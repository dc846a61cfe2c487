// SPDX-License-Identifier: GPL-2.0
/*
 * standing.c: the states of devices: what is asked for, what follows from frames, and its entry
 */
#include "daemon/standing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/bus/records.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-state.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"
#include "policy/base/mac.h"

#define ELSEWHERE_SECONDS 600 /* not seen there for so long, before here: it has moved */

void og_standing_of(const struct og_manager *m, const struct og_inv_device *device,
		    struct og_standing *ret_standing)
{
	const struct og_conf_asset *asset =
		m->loaded ? og_loaded_asset(m->loaded, device->site, device->mac) : NULL;
	const struct og_state_facts facts = {
		.has_row = asset,
		.status = asset ? asset->status : 0,
		.has_stored = device->state,
		.stored = device->state ? device->state - 1 : 0,
		.stored_at = device->state_at,
		.first_seen = device->first_seen,
		.last_seen = device->last_seen,
	};

	og_state_derive(&facts, ret_standing);
}

/* What was entered, or else follows from the files; not what follows from the frames since. */
static enum og_device_state entered(const struct og_manager *m, const struct og_inv_device *device)
{
	struct og_standing standing;

	if (device->state)
		return device->state - 1;
	og_standing_of(m, device, &standing);
	return standing.state;
}

/* In the transaction that is open: the step with its audit entry. */
static int put(struct og_manager *m, const struct og_inv_device *device,
	       const struct og_state_change *change, const char *actor)
{
	char subject[OG_INV_SITE + OG_MAC_TEXT + 2], mac[OG_MAC_TEXT], text[OG_EVIDENCE_TEXT + 64];
	int err = og_store_put_device(m->store, device);

	if (!err)
		err = og_store_put_state(m->store, change);
	if (err < 0)
		return err;
	snprintf(subject, sizeof(subject), "%s/%s", device->site, og_mac_format(device->mac, mac));
	snprintf(text, sizeof(text), "%s -> %s%s%s", og_state_name(entered(m, device)),
		 og_state_name(change->state), change->evidence[0] ? ": " : "", change->evidence);
	return og_audit_note(m, actor, OG_AUDIT_STATE, subject, text);
}

/* What is committed is told. @before: the state in which it was. */
static void tell(struct og_manager *m, struct og_inv_device *device, enum og_device_state before,
		 const char *actor, const char *evidence)
{
	char mac[OG_MAC_TEXT];
	const char *state = og_state_name(device->state - 1);
	bool alert = device->state - 1 == OG_STATE_REAPPEARED;
	const struct og_field fields[] = {
		{"OUIGUARD_DEVICE", og_mac_format(device->mac, mac)},
		{"OUIGUARD_SITE", device->site},
		{"OUIGUARD_VENDOR", device->vendor[0] ? device->vendor : NULL},
		{"OUIGUARD_STATE", state},
		{"OUIGUARD_PREVIOUS_STATE", og_state_name(before)},
		{"OUIGUARD_EVIDENCE", evidence[0] ? evidence : NULL},
		{"OUIGUARD_ACTOR", actor},
	};
	json_t *record = og_record_device(m, device);

	og_journal(alert ? LOG_ALERT : LOG_NOTICE,
		   alert ? OG_MSG_DEVICE_REAPPEARED : OG_MSG_DEVICE_STATE, fields, 7,
		   "%s at %s: %s -> %s by %s%s%s", mac, device->site, og_state_name(before), state,
		   actor, evidence[0] ? ": " : "", evidence);
	og_set_text(record, "previous_state", og_state_name(before));
	og_bus_emit(m->bus, "DeviceChanged", record);
}

/* A step that somebody asks for ---------------------------------------------------------------- */

static const struct og_conf_asset *asset_of(const struct og_manager *m, const char *site,
					    uint64_t mac)
{
	return m->loaded ? og_loaded_asset(m->loaded, site, mac) : NULL;
}

static bool is_covered(const struct og_manager *m, const char *site)
{
	return m->loaded && og_config_site(m->loaded->config, site);
}

/* The device, with a place in the inventory also when only a register knows it. */
static struct og_inv_device *device_of(struct og_manager *m,
				       const struct og_standing_request *request)
{
	struct og_inv_device *device;

	if (!is_covered(m, request->site))
		return NULL;
	og_manager_hold(m, request->site);
	device = og_inventory_find(m->inventory, request->site, request->mac);
	if (!device && asset_of(m, request->site, request->mac))
		device = og_inventory_add(m->inventory, request->site, request->mac, NULL);
	return device;
}

static int refuse_step(struct og_manager *m, const struct og_inv_device *device,
		       const struct og_standing_request *request, char *refusal)
{
	struct og_standing standing;

	og_standing_of(m, device, &standing);
	if (og_state_by_daemon(request->state)) {
		snprintf(refusal, OG_REFUSAL_TEXT, "%s is entered by the daemon alone",
			 og_state_name(request->state));
		return -EPERM;
	}
	if (og_state_refusal(standing.state, request->state, refusal, OG_REFUSAL_TEXT))
		return -EPERM;
	if (og_state_needs_evidence(standing.state, request->state) &&
	    (!request->evidence || !request->evidence[0])) {
		snprintf(refusal, OG_REFUSAL_TEXT,
			 "from %s to %s: say by what it is known (evidence)",
			 og_state_name(standing.state), og_state_name(request->state));
		return -EPERM;
	}
	if (request->state == OG_STATE_VERIFIED_ABSENT)
		return og_standing_absent(m, device, request, refusal, OG_REFUSAL_TEXT);
	return 0;
}

/* A replacement that a person names, as evidence for absence.h. */
static int put_replacement(struct og_manager *m, const struct og_standing_request *request)
{
	struct og_replacement replacement = {.mac = request->mac,
					     .new_mac = request->replacement,
					     .by = "named",
					     .at = og_clock_now()};
	char subject[OG_INV_SITE + OG_MAC_TEXT + 2], mac[OG_MAC_TEXT], text[64];
	int err;

	if (!request->replacement)
		return 0;
	snprintf(replacement.site, sizeof(replacement.site), "%s", request->site);
	err = og_store_put_replacement(m->store, &replacement);
	if (err < 0)
		return err;
	snprintf(subject, sizeof(subject), "%s/%s", request->site,
		 og_mac_format(request->mac, mac));
	snprintf(text, sizeof(text), "replaced by %s", og_mac_format(request->replacement, mac));
	return og_audit_note(m, NULL, OG_AUDIT_STATE, subject, text);
}

static int put_third_party(struct og_manager *m, const struct og_standing_request *request,
			   const struct og_inv_device *device)
{
	char subject[OG_INV_SITE + OG_MAC_TEXT + 2], mac[OG_MAC_TEXT];
	int err;

	if (!request->has_third_party || request->third_party == device->third_party)
		return 0;
	err = og_store_put_device(m->store, device);
	if (!err)
		err = og_store_put_third_party(m->store, request->site, request->mac,
					       request->third_party);
	if (err)
		return err;
	snprintf(subject, sizeof(subject), "%s/%s", device->site, og_mac_format(device->mac, mac));
	return og_audit_note(m, NULL, OG_AUDIT_STATE, subject,
			     request->third_party ? "belongs to a third party"
						  : "belongs to no third party");
}

static int put_request(struct og_manager *m, const struct og_standing_request *request,
		       const struct og_inv_device *device, struct og_state_change *change)
{
	int err = og_store_begin(m->store);

	if (err)
		return err;
	err = put_third_party(m, request, device);
	if (!err)
		err = put_replacement(m, request);
	if (!err && request->has_state)
		err = put(m, device, change, NULL);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	return err;
}

int og_standing_set(struct og_manager *m, const struct og_standing_request *request,
		    char refusal[OG_REFUSAL_TEXT], struct og_inv_device **ret_device)
{
	struct og_inv_device *device = device_of(m, request);
	struct og_state_change change = {.site = request->site,
					 .mac = request->mac,
					 .at = og_clock_now(),
					 .state = request->state,
					 .actor = og_audit_actor(m),
					 .evidence = request->evidence ? request->evidence : "",
					 .third_party = request->third_party,
					 .gateway = ""};
	struct og_standing before;
	int err;

	if (!device) {
		snprintf(refusal, OG_REFUSAL_TEXT,
			 "no such device was seen at %s, and its asset register has no row for it",
			 request->site);
		return -ENOENT;
	}
	err = request->has_state ? refuse_step(m, device, request, refusal) : 0;
	if (err)
		return err;
	if (!og_store_is_lasting(m->store)) {
		snprintf(refusal, OG_REFUSAL_TEXT, "it would be lost with this process: %s",
			 og_store_trouble(m->store) ? og_store_trouble(m->store) : "no store");
		return -EROFS;
	}
	og_standing_of(m, device, &before);
	change.previous = before.state;
	change.has_previous = device->state;
	/* A clock that was set back must not put the step before the one it follows. */
	if (device->state && change.at < device->state_at)
		change.at = device->state_at;
	err = put_request(m, request, device, &change);
	if (err) {
		snprintf(refusal, OG_REFUSAL_TEXT, "it cannot be kept: %s: %s", strerror(-err),
			 og_store_trouble(m->store) ? og_store_trouble(m->store) : "");
		return err;
	}
	if (request->has_third_party)
		device->third_party = request->third_party;
	if (request->has_state) {
		device->state = request->state + 1;
		device->state_at = change.at;
		tell(m, device, before.state, og_audit_actor(m), change.evidence);
	}
	*ret_device = device;
	return 0;
}

/* What follows from frames --------------------------------------------------------------------- */

static void note(struct og_manager *m, struct og_inv_device *device, enum og_device_state state,
		 int64_t at, const char *evidence)
{
	struct og_standing_queue *queue = &m->standing;
	struct og_standing_due *due = &queue->due[queue->count];

	/* What finds no room is found again at the next reading. */
	if (queue->count == OG_STANDING_QUEUE)
		return;
	for (size_t i = 0; i < queue->count; i++)
		if (queue->due[i].device == device)
			return;
	*due = (struct og_standing_due){.device = device, .state = state, .at = at};
	snprintf(due->evidence, sizeof(due->evidence), "%s", evidence);
	queue->count++;
}

/* A device that was here before: is it back? */
static void watch_here(struct og_manager *m, struct og_inv_device *device)
{
	const struct og_conf_asset *asset;
	enum og_device_state stored = device->state - 1;
	char text[128];
	bool back = false;

	if (device->state) {
		back = device->last_seen > device->state_at &&
		       (og_state_gone(stored) || stored == OG_STATE_MOVED);
	} else if (device->last_seen > m->loaded_at) {
		asset = asset_of(m, device->site, device->mac);
		back = asset &&
		       (asset->status == OG_ASSET_REMOVED || asset->status == OG_ASSET_REPLACED);
	}
	if (!back)
		return;
	snprintf(text, sizeof(text), "a frame at port %s, VLAN %u",
		 device->port[0] ? device->port : "unknown", device->vlan);
	note(m, device, OG_STATE_REAPPEARED, device->last_seen, text);
}

/* The other places of a device that is new here. */
struct places {
	struct og_manager *m;
	struct og_inv_device *device;
};

static int watch_place(void *userdata, const char *site, int64_t last_seen, const char *word)
{
	struct places *places = userdata;
	struct og_inv_device *here = places->device, *there;
	struct og_standing standing;
	enum og_device_state state;
	char text[128];

	if (!strcmp(site, here->site))
		return 0;
	there = og_inventory_find(places->m->inventory, site, here->mac);
	if (there) {
		og_standing_of(places->m, there, &standing);
		state = standing.state;
		last_seen = there->last_seen;
	} else if (og_state_parse(word, &state)) {
		state = OG_STATE_SUSPECTED;
	}
	if (og_state_gone(state)) {
		snprintf(text, sizeof(text), "it was %s at %s", og_state_name(state), site);
		note(places->m, here, OG_STATE_REAPPEARED, here->first_seen, text);
	} else if (there && last_seen && og_state_may(state, OG_STATE_MOVED) &&
		   here->first_seen - last_seen > ELSEWHERE_SECONDS) {
		snprintf(text, sizeof(text), "seen at %s", here->site);
		note(places->m, there, OG_STATE_MOVED, here->first_seen, text);
	}
	return 0;
}

void og_standing_watch(struct og_manager *m, struct og_inv_device *device, bool new)
{
	struct places places = {m, device};

	watch_here(m, device);
	if (new)
		og_store_each_place(m->store, device->mac, watch_place, &places);
}

static int put_due(struct og_manager *m, struct og_standing_due *due)
{
	struct og_state_change change = {.site = due->device->site,
					 .mac = due->device->mac,
					 .at = due->at,
					 .state = due->state,
					 .actor = OG_ACTOR_DAEMON,
					 .evidence = due->evidence,
					 .third_party = due->device->third_party,
					 .gateway = ""};

	change.has_previous = due->device->state;
	change.previous = due->device->state ? due->device->state - 1 : 0;
	return put(m, due->device, &change, OG_ACTOR_DAEMON);
}

/* All in one transaction: a wrong file can make very many reappear at once. */
void og_standing_enter(struct og_manager *m)
{
	struct og_standing_queue *queue = &m->standing;
	enum og_device_state before;
	struct og_inv_device *device;
	size_t i;
	int err;

	if (!queue->count)
		return;
	err = og_store_begin(m->store);
	for (i = 0; !err && i < queue->count; i++)
		err = put_due(m, &queue->due[i]);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	for (i = 0; !err && i < queue->count; i++) {
		device = queue->due[i].device;
		before = entered(m, device);
		device->state = queue->due[i].state + 1;
		device->state_at = queue->due[i].at;
		tell(m, device, before, OG_ACTOR_DAEMON, queue->due[i].evidence);
	}
	queue->count = 0;
}
