// SPDX-License-Identifier: GPL-2.0
/*
 * seen.c: the devices and destinations that a plan is tried on
 */
#include <errno.h>
#include <string.h>

#include "policy/base/address.h"
#include "cli/client.h"
#include "cli/seen.h"
#include "policy/base/mac.h"
#include "policy/base/service.h"

void og_seen_clear(struct og_seen *seen)
{
	free(seen->devices);
	free(seen->probes);
	free(seen->rows);
	free(seen->state);
	json_decref(seen->records);
	*seen = (struct og_seen){};
}

/* A destination that was tried already is not kept twice. */
static void add_probe(struct og_seen *seen, const json_t *destination)
{
	struct og_plan_probe probe = {.port = (uint16_t)og_json_number(destination, "port", 0)};
	struct og_service service;

	if (seen->probe_count == OG_SEEN_PROBES ||
	    og_addr_parse(og_json_text(destination, "addr", ""), &probe.dst) < 0)
		return;
	if (og_service_parse(og_json_text(destination, "proto", ""), &service) == 0)
		probe.proto = service.proto;
	for (size_t i = 0; i < seen->probe_count; i++) {
		const struct og_plan_probe *other = &seen->probes[i];

		if (!og_addr_cmp(&other->dst, &probe.dst) && other->port == probe.port &&
		    other->proto == probe.proto)
			return;
	}
	seen->probes[seen->probe_count++] = probe;
}

static void add_device(struct og_seen *seen, json_t *device)
{
	const char *site = og_json_text(device, "site", NULL);
	json_t *destination;
	uint64_t mac;
	size_t i;

	if (!site || og_mac_parse(og_json_text(device, "mac", ""), &mac) < 0)
		return;
	seen->rows[seen->device_count] = device;
	seen->devices[seen->device_count++] = (struct og_plan_device){mac, site};
	json_array_foreach(og_json_array(device, "destinations"), i, destination)
		add_probe(seen, destination);
}

static int take_records(struct og_seen *seen)
{
	json_t *device;
	size_t i;

	seen->devices = calloc(json_array_size(seen->records) + 1, sizeof(*seen->devices));
	seen->probes = calloc(OG_SEEN_PROBES, sizeof(*seen->probes));
	seen->rows = calloc(json_array_size(seen->records) + 1, sizeof(*seen->rows));
	if (!seen->devices || !seen->probes || !seen->rows) {
		og_no_memory();
		return -ENOMEM;
	}
	json_array_foreach(seen->records, i, device) add_device(seen, device);
	seen->source = "seen devices";
	seen->word = "seen";
	return 0;
}

static int take_registers(struct og_seen *seen, const struct og_config *config)
{
	size_t rows = 0;

	for (size_t i = 0; i < config->register_count; i++)
		rows += config->registers[i].count;
	seen->devices = calloc(rows + 1, sizeof(*seen->devices));
	if (!seen->devices) {
		og_no_memory();
		return -ENOMEM;
	}
	for (size_t i = 0; i < config->register_count; i++) {
		const struct og_conf_register *assets = &config->registers[i];

		for (size_t row = 0; row < assets->count; row++)
			seen->devices[seen->device_count++] =
				(struct og_plan_device){assets->rows[row].mac, assets->site};
	}
	seen->source = "devices of the asset registers (no daemon tells which were seen)";
	seen->word = "registers";
	return 0;
}

int og_seen_ask(const struct og_cli *cli, const struct og_config *config, struct og_seen *ret_seen)
{
	_cleanup_json_ json_t *filter = json_object(), *status = NULL;
	struct og_call ask = {.method = "Status", .flags = OG_CALL_QUIET};
	struct og_seen seen = {};
	int r;

	r = og_ask_all_devices(cli, filter, OG_CALL_QUIET, &seen.records);
	if (r < 0 && r != -ENXIO)
		return r;
	if (r == 0 && og_ask(cli, &ask, &status) == 0 && json_object_get(status, "state"))
		seen.state = strdup(og_json_text(status, "state", ""));
	r = r == 0 ? take_records(&seen) : take_registers(&seen, config);
	if (r < 0) {
		og_seen_clear(&seen);
		return r;
	}
	*ret_seen = seen;
	return 0;
}
