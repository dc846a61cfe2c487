// SPDX-License-Identifier: GPL-2.0
/*
 * records-address.c: addresses, host names and replacements as records
 */
#include "daemon/bus/records-address.h"
#include "daemon/bus/records.h"
#include "daemon/state.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/progress/absence.h" /* OG_ABSENCE_DAYS */

const char *og_record_vendor(const struct og_manager *m, uint64_t mac)
{
	const struct og_lock_entry *entry = m->loaded ? og_loaded_prefix(m->loaded, mac) : NULL;

	return entry ? entry->vendor : NULL;
}

static int add_addr(void *userdata, const struct og_addr *addr, int64_t last_seen)
{
	char text[OG_ADDR_TEXT];

	(void)last_seen;
	return json_array_append_new(userdata, json_string(og_addr_format(addr, text)));
}

static int add_host(void *userdata, const char *host, int64_t last_seen)
{
	(void)last_seen;
	return json_array_append_new(userdata, json_string(host));
}

struct probes {
	int64_t sent, answered;
};

static int add_probes(void *userdata, int64_t day, uint32_t sent, uint32_t answered)
{
	struct probes *probes = userdata;

	(void)day;
	probes->sent += sent;
	probes->answered += answered;
	return 0;
}

static void set_probes(json_t *record, struct og_manager *m, const struct og_inv_device *device)
{
	int64_t since = og_clock_now() / 86400 - OG_ABSENCE_DAYS;
	struct probes probes = {0};

	og_store_each_probe(m->store, device->site, device->mac, since, add_probes, &probes);
	if (!probes.sent)
		return;
	og_set_number(record, "probes_sent", probes.sent);
	og_set_number(record, "probes_answered", probes.answered);
}

void og_set_addresses(json_t *record, struct og_manager *m, const struct og_inv_device *device)
{
	json_t *addresses = json_array(), *hosts = json_array();

	og_store_each_address(m->store, device->site, device->mac, add_addr, addresses);
	og_store_each_host(m->store, device->site, device->mac, add_host, hosts);
	if (json_array_size(addresses))
		json_object_set(record, "addresses", addresses);
	if (json_array_size(hosts))
		json_object_set(record, "hosts", hosts);
	json_decref(addresses);
	json_decref(hosts);
	if (device->sources)
		og_set_number(record, "sources", device->sources);
	json_object_set_new(record, "enforced", json_boolean(device->enforced));
	set_probes(record, m, device);
}

json_t *og_record_replacement(const struct og_manager *m, const struct og_replacement *replacement)
{
	json_t *record = json_object();
	char mac[OG_MAC_TEXT];

	if (!record)
		return NULL;
	og_set_text(record, "mac", og_mac_format(replacement->mac, mac));
	og_set_text(record, "site", replacement->site);
	og_set_text(record, "new_mac", og_mac_format(replacement->new_mac, mac));
	og_set_text(record, "by", replacement->by);
	og_set_number(record, "at", replacement->at);
	og_set_text(record, "vendor", og_record_vendor(m, replacement->mac));
	og_set_text(record, "new_vendor", og_record_vendor(m, replacement->new_mac));
	return record;
}
