// SPDX-License-Identifier: GPL-2.0
/*
 * explain-record.c: the query and the answer of `explain` as records
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "policy/base/address.h"
#include "policy/compile/calendar.h"
#include "policy/compile/compile.h"
#include "policy/explain/explain.h"
#include "ipc/explain-record.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"
#include "policy/base/service.h"
#include "policy/base/when.h"

/* A query while it is read. */
struct input {
	struct og_query query;
	struct og_addr ip;
	bool has_mac, has_ip;
};

static int read_mac(json_t *value, struct input *input)
{
	input->has_mac = true;
	return json_is_string(value) ? og_mac_parse(json_string_value(value), &input->query.mac)
				     : -EINVAL;
}

static int read_ip(json_t *value, struct input *input)
{
	input->has_ip = true;
	return json_is_string(value) ? og_addr_parse(json_string_value(value), &input->ip)
				     : -EINVAL;
}

static int read_site(json_t *value, struct input *input)
{
	input->query.site = json_string_value(value);
	return input->query.site ? 0 : -EINVAL;
}

static int read_dst(json_t *value, struct input *input)
{
	input->query.has_dst = true;
	return json_is_string(value) ? og_addr_parse(json_string_value(value), &input->query.dst)
				     : -EINVAL;
}

static int read_src(json_t *value, struct input *input)
{
	input->query.has_src = true;
	return json_is_string(value) ? og_addr_parse(json_string_value(value), &input->query.src)
				     : -EINVAL;
}

static int read_port(json_t *value, struct input *input)
{
	json_int_t port = json_integer_value(value);

	if (!json_is_integer(value) || port < 1 || port > UINT16_MAX)
		return -EINVAL;
	input->query.port = (uint16_t)port;
	return 0;
}

/* A protocol's word. */
static int read_proto(json_t *value, struct input *input)
{
	const char *word = json_string_value(value);
	struct og_service service;

	if (!word || strchr(word, '/') || og_service_parse(word, &service) < 0)
		return -EINVAL;
	input->query.proto = service.proto;
	return 0;
}

static int read_at(json_t *value, struct input *input)
{
	input->query.at = json_integer_value(value);
	return json_is_integer(value) ? 0 : -EINVAL;
}

static const struct {
	const char *key;
	int (*read)(json_t *value, struct input *input);
} keys[] = {
	{"mac", read_mac}, {"ip", read_ip},	{"site", read_site},   {"dst", read_dst},
	{"src", read_src}, {"port", read_port}, {"proto", read_proto}, {"at", read_at},
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

int og_query_read(json_t *object, int64_t now, struct og_query *ret_query, struct og_addr *ret_ip,
		  const char **ret_wrong)
{
	struct input input = {.query.at = now};
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (i < KEYS && strcmp(keys[i].key, key))
			i++;
		*ret_wrong = key;
		if (i == KEYS || keys[i].read(value, &input) < 0)
			return -EINVAL;
	}
	*ret_wrong = input.has_ip ? "ip" : "mac";
	if (input.has_mac == input.has_ip)
		return -EINVAL;
	*ret_wrong = "src";
	if (input.has_ip && input.query.has_src)
		return -EINVAL;
	if (input.query.has_src && input.query.has_dst &&
	    og_addr_is_v4(&input.query.src) != og_addr_is_v4(&input.query.dst))
		return -EINVAL;
	/* An address and a destination of another family: whose it is, is all it says. */
	if (input.has_ip &&
	    (!input.query.has_dst || og_addr_is_v4(&input.ip) == og_addr_is_v4(&input.query.dst))) {
		input.query.has_src = true;
		input.query.src = input.ip;
	}
	/* A port without its protocol would say nothing of a packet, nor one to nowhere. */
	*ret_wrong = "port";
	if (input.query.port && input.query.proto != IPPROTO_TCP &&
	    input.query.proto != IPPROTO_UDP && input.query.proto != IPPROTO_SCTP)
		return -EINVAL;
	*ret_query = input.query;
	*ret_ip = input.ip;
	return 0;
}

static void set_text(json_t *record, const char *key, const char *text)
{
	if (text)
		json_object_set_new(record, key, json_string(text));
}

static void set_phases(json_t *record, const struct og_explanation *e, const char *zone)
{
	char text[64];

	if (e->phased && e->phase != OG_EVER) {
		set_text(record, "phase", og_when_format(e->phase, zone, text, sizeof(text)));
		json_object_set_new(record, "phase_at", json_integer(e->phase));
	}
	if (e->next) {
		set_text(record, "next_phase", e->next_action);
		json_object_set_new(record, "next_at", json_integer(e->next));
	}
}

static void set_destination(json_t *record, const struct og_query *query)
{
	char address[OG_ADDR_TEXT], service[OG_SERVICE_TEXT], text[96];
	struct og_service wanted = {query->proto, query->port, query->port};

	if (!query->has_dst)
		return;
	og_addr_format(&query->dst, address);
	if (!query->port)
		wanted = (struct og_service){query->proto, 0, UINT16_MAX};
	if (query->proto)
		snprintf(text, sizeof(text), "%s %s", address, og_service_format(&wanted, service));
	else
		snprintf(text, sizeof(text), "%s", address);
	set_text(record, "destination", text);
}

json_t *og_explanation_record(const struct og_explanation *e, const struct og_query *query,
			      const struct og_config *config)
{
	const struct og_conf_site *site = e->site ? og_config_site(config, e->site) : NULL;
	json_t *record = json_object(), *steps = json_array();

	set_text(record, "verdict", e->answer);
	set_text(record, "reason", e->reason);
	set_text(record, "reason_text", og_reason_text(e->verdict.reason));
	set_text(record, "mac", e->mac);
	set_text(record, "evidence", e->evidence);
	set_text(record, "prefix", e->prefix);
	set_text(record, "registry", e->registry);
	set_text(record, "registered_name", e->name);
	set_text(record, "vendor", e->vendor);
	set_text(record, "site", e->site);
	set_text(record, "policy", e->policy);
	set_text(record, "programme", e->programme);
	set_text(record, "role", e->role);
	set_text(record, "action", e->action);
	set_phases(record, e, site ? site->timezone : NULL);
	set_text(record, "exception", e->exception);
	if (e->held)
		json_object_set_new(record, "held", json_true());
	set_destination(record, query);
	json_object_set_new(record, "at", json_integer(query->at));
	for (size_t i = 0; i < e->step_count; i++)
		json_array_append_new(steps, json_string(e->steps[i]));
	if (!record || json_object_set_new(record, "steps", steps) < 0) {
		json_decref(record);
		return NULL;
	}
	return record;
}
