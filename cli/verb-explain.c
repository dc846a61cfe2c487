// SPDX-License-Identifier: GPL-2.0
/*
 * verb-explain.c: the verdict on a device's traffic and every step to it
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "policy/base/address.h"
#include "cli/client.h"
#include "cli/destination.h"
#include "cli/moment.h"
#include "cli/offline.h"
#include "cli/verbs.h"
#include "policy/base/mac.h"
#include "policy/base/service.h"

static void put_moment(const struct og_cli *cli, const json_t *record, const char *at,
		       const char *text)
{
	int64_t second = og_json_number(record, at, INT64_MIN);
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];
	const char *site_time = og_json_text(record, text, NULL);

	if (site_time)
		og_say(cli, OG_PLAIN, "%s", site_time);
	else if (second != INT64_MIN)
		og_say(cli, OG_PLAIN, "%s", og_moment(second, moment));
	if (second != INT64_MIN)
		og_say(cli, OG_PLAIN, " (%s)", og_ago(second, cli->now, ago));
}

static void show_verdict(const struct og_cli *cli, const json_t *record)
{
	const char *verdict = og_json_text(record, "verdict", "unknown");
	bool drop = !strcmp(verdict, "drop");

	og_say(cli, OG_BOLD, "verdict    ");
	og_say(cli, drop ? OG_BAD : OG_GOOD, "%s", verdict);
	og_say(cli, OG_PLAIN, ": %s", og_json_text(record, "reason", "unknown"));
	if (json_object_get(record, "reason_text"))
		og_say(cli, OG_PLAIN, " (%s)", og_json_text(record, "reason_text", ""));
	og_say(cli, OG_BOLD, "\ndevice     ");
	og_say(cli, OG_PLAIN, "%s at %s", og_json_text(record, "mac", "unknown"),
	       og_json_text(record, "site", "no site"));
	if (!strcmp(og_json_text(record, "evidence", "mac"), "eui64"))
		og_say(cli, OG_PLAIN, ", by its IPv6 address");
	if (json_object_get(record, "role"))
		og_say(cli, OG_PLAIN, ", role %s", og_json_text(record, "role", ""));
	og_say(cli, OG_BOLD, "\nprefix     ");
	if (json_object_get(record, "prefix")) {
		og_say(cli, OG_PLAIN, "%s, registered to \"%s\" in %s, vendor %s",
		       og_json_text(record, "prefix", ""),
		       og_json_text(record, "registered_name", "unknown"),
		       og_json_text(record, "registry", "unknown"),
		       og_json_text(record, "vendor", "unknown"));
	} else {
		og_say(cli, OG_PLAIN, "none that is listed");
	}
	og_say(cli, OG_PLAIN, "\n");
}

static void show_policy(const struct og_cli *cli, const json_t *record)
{
	og_say(cli, OG_BOLD, "policy     ");
	og_say(cli, OG_PLAIN, "%s", og_json_text(record, "policy", "none applies"));
	if (json_object_get(record, "programme"))
		og_say(cli, OG_PLAIN, ", of programme %s", og_json_text(record, "programme", ""));
	if (json_object_get(record, "action")) {
		og_say(cli, OG_BOLD, "\naction     ");
		og_say(cli, OG_PLAIN, "%s", og_json_text(record, "action", ""));
		if (json_object_get(record, "phase_at")) {
			og_say(cli, OG_PLAIN, ", since ");
			put_moment(cli, record, "phase_at", "phase");
		}
	}
	if (json_object_get(record, "next_at")) {
		og_say(cli, OG_BOLD, "\nnext       ");
		og_say(cli, OG_PLAIN, "%s, at ", og_json_text(record, "next_phase", "unknown"));
		put_moment(cli, record, "next_at", "");
	}
	if (json_object_get(record, "exception")) {
		og_say(cli, OG_BOLD, "\nexception  ");
		og_say(cli, OG_WARN, "%s", og_json_text(record, "exception", ""));
	}
	og_say(cli, OG_PLAIN, "\n");
}

static int show(const struct og_cli *cli, const json_t *record)
{
	int64_t at = og_json_number(record, "at", INT64_MIN);
	char moment[OG_MOMENT_TEXT];
	json_t *step;
	size_t i;

	show_verdict(cli, record);
	show_policy(cli, record);
	if (json_object_get(record, "destination")) {
		og_say(cli, OG_BOLD, "to         ");
		og_say(cli, OG_PLAIN, "%s\n", og_json_text(record, "destination", ""));
	}
	if (at != INT64_MIN) {
		og_say(cli, OG_BOLD, "judged at  ");
		og_say(cli, OG_PLAIN, "%s\n", og_moment(at, moment));
	}
	og_say(cli, OG_BOLD, "steps\n");
	json_array_foreach(og_json_array(record, "steps"), i, step)
		og_say(cli, OG_PLAIN, "%4zu. %s\n", i + 1,
		       json_is_string(step) ? json_string_value(step) : "unknown");
	return OG_EXIT_OK;
}

/* `--dst`: address, and what stands after it, into the query. */
static int add_destination(const char *text, json_t *query)
{
	struct og_destination destination;
	struct og_service service;
	struct og_addr address;

	if (og_destination_split(text, &destination) < 0 ||
	    og_addr_parse(destination.address, &address) < 0)
		return og_misused("--dst %s: write 192.0.2.1, 192.0.2.1:443/tcp or "
				  "[2001:db8::1]:443/tcp",
				  text);
	json_object_set_new(query, "dst", json_string(destination.address));
	if (!destination.service[0])
		return OG_EXIT_OK;
	if (og_service_parse(destination.service, &service) < 0)
		return og_misused("--dst %s: write the port as 443/tcp or the protocol as icmp",
				  text);
	if (service.port_lo != service.port_hi && service.port_hi != UINT16_MAX)
		return og_misused("--dst %s: a packet has one port, not a range", text);
	if (service.port_lo == service.port_hi)
		json_object_set_new(query, "port", json_integer(service.port_lo));
	json_object_set_new(query, "proto",
			    json_string(strchr(destination.service, '/')
						? strchr(destination.service, '/') + 1
						: destination.service));
	return OG_EXIT_OK;
}

/* The query of docs/dbus.md. */
static int build(const struct og_cli *cli, const struct og_args *args, json_t *query)
{
	const char *subject = args->words[0], *at = og_arg(args, "at");
	struct og_addr address;
	int64_t second;
	uint64_t mac;

	if (og_mac_parse(subject, &mac) == 0)
		json_object_set_new(query, "mac", json_string(subject));
	else if (og_addr_parse(subject, &address) == 0)
		json_object_set_new(query, "ip", json_string(subject));
	else
		return og_misused("\"%s\" is neither a MAC nor an IP address", subject);
	if (og_arg(args, "src")) {
		if (og_addr_parse(og_arg(args, "src"), &address) < 0)
			return og_misused("--src %s: that is no IP address", og_arg(args, "src"));
		if (json_object_get(query, "ip"))
			return og_misused("--src goes with a MAC: an IP address is the source");
		json_object_set_new(query, "src", json_string(og_arg(args, "src")));
	}
	if (og_arg(args, "site") &&
	    json_object_set_new(query, "site", json_string(og_arg(args, "site"))) < 0)
		return og_misused("--site: not UTF-8");
	if (at && og_moment_parse(at, cli->now, &second) < 0)
		return og_misused("--at %s: write +7d, or a date such as 2027-06-07T10:00", at);
	if (at)
		json_object_set_new(query, "at", json_integer(second));
	return og_arg(args, "dst") ? add_destination(og_arg(args, "dst"), query) : OG_EXIT_OK;
}

int og_verb_explain(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_json_ json_t *query = json_object(), *record = NULL;
	struct og_call call = {.method = "Explain", .record = query};
	int r;

	if (cli->gateway && !cli->config_given)
		return og_misused("--gateway only goes with --config");
	r = build(cli, args, query);
	if (r != OG_EXIT_OK)
		return r;
	if (cli->config_given) {
		if (og_offline_explain(cli, query, &record) < 0)
			return OG_EXIT_FAILED;
	} else {
		r = og_ask(cli, &call, &record);
		if (r == -ENXIO)
			og_hint("or let the files alone answer: --config %s", cli->config);
		if (r < 0)
			return OG_EXIT_FAILED;
	}
	if (cli->json)
		return og_print_json(json_incref(record), OG_EXIT_OK);
	return show(cli, record);
}
