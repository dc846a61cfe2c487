// SPDX-License-Identifier: GPL-2.0
/*
 * decided.c: what a daemon has decided from what it saw, for judging by files
 */
#include <errno.h>

#include "cli/client.h"
#include "cli/decided.h"
#include "policy/base/mac.h"

void og_decided_clear(struct og_cli_decided *decided)
{
	free(decided->held);
	free(decided->gates);
	json_decref(decided->status);
	*decided = (struct og_cli_decided){};
}

static int hold(struct og_cli_decided *decided, const json_t *record)
{
	const char *site = og_json_text(record, "site", NULL);
	struct og_held *held;
	uint64_t mac;

	if (!site || og_mac_parse(og_json_text(record, "mac", ""), &mac) < 0 ||
	    og_is_held(&decided->view, site, mac))
		return 0;
	held = reallocarray(decided->held, decided->view.held_count + 1, sizeof(*held));
	if (!held)
		return -ENOMEM;
	held[decided->view.held_count++] = (struct og_held){mac, site};
	decided->view.held = decided->held = held;
	return 0;
}

static int take(struct og_cli_decided *decided)
{
	json_t *held = og_json_array(decided->status, "held"), *one;
	json_t *gates = og_json_array(decided->status, "gates_open");
	size_t i;

	decided->gates = calloc(json_array_size(gates) + 1, sizeof(*decided->gates));
	if (!decided->gates)
		return -ENOMEM;
	json_array_foreach(gates, i, one) if (json_is_string(one))
		decided->gates[decided->view.gate_count++] = json_string_value(one);
	decided->view.gates = decided->gates;
	json_array_foreach(held, i, one) if (hold(decided, one) < 0) return -ENOMEM;
	return 0;
}

int og_decided_ask(const struct og_cli *cli, struct og_cli_decided *ret_decided)
{
	struct og_call ask = {.method = "Status", .flags = OG_CALL_QUIET};
	struct og_cli_decided decided = {};
	int r = og_ask(cli, &ask, &decided.status);

	if (r < 0 && r != -ENXIO)
		return r;
	r = take(&decided);
	if (r < 0) {
		og_decided_clear(&decided);
		og_no_memory();
		return r;
	}
	*ret_decided = decided;
	return 0;
}

static bool has_row(const struct og_config *config, const char *site, uint64_t mac)
{
	const struct og_conf_register *assets = og_config_register(config, site);

	for (size_t i = 0; assets && i < assets->count; i++)
		if (assets->rows[i].mac == mac)
			return true;
	return false;
}

int og_decided_expect(struct og_cli_decided *decided, const json_t *records,
		      const struct og_config *config)
{
	json_t *record;
	uint64_t mac;
	size_t i;
	int r = 0;

	json_array_foreach(records, i, record)
	{
		if (og_json_number(record, "sources", 0) < OG_HOLD_SOURCES ||
		    og_json_truth(record, "enforced") ||
		    og_mac_parse(og_json_text(record, "mac", ""), &mac) < 0 ||
		    has_row(config, og_json_text(record, "site", ""), mac))
			continue;
		r = hold(decided, record);
		if (r < 0)
			break;
	}
	return r;
}
