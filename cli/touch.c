// SPDX-License-Identifier: GPL-2.0
/*
 * touch.c: the devices that a phase or an apply will touch, and what to look at before
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <utmpx.h>

#include "cli/moment.h"
#include "cli/touch.h"
#include "daemon/network/neighbours.h"
#include "policy/base/action.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/base/service.h"

#define FRONTS	  4  /* distinct sources from which on others seem to be behind a device */
#define LOGINS	  16 /* addresses of logins that are looked for */
#define SHOWN	  60 /* devices that are shown to people */
#define NTP	  123
#define PROTO_UDP 17

static void __attribute__((format(printf, 2, 3))) warn(json_t *warnings, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(warnings, json_string(text));
}

/* From where people are logged in --------------------------------------------------------------- */

struct logins {
	struct og_addr addrs[LOGINS];
	size_t count;
	uint64_t mac; /* that is looked for among the neighbours */
};

static void add_login(struct logins *logins, const struct og_addr *addr)
{
	if (logins->count < LOGINS)
		logins->addrs[logins->count++] = *addr;
}

static void find_logins(struct logins *logins)
{
	const char *ssh = getenv("SSH_CONNECTION");
	char word[OG_ADDR_TEXT], text[INET6_ADDRSTRLEN];
	const struct utmpx *entry;
	struct og_addr addr;

	if (ssh && sscanf(ssh, "%45s", word) == 1 && og_addr_parse(word, &addr) == 0)
		add_login(logins, &addr);
	/* sudo takes the variable away; who is logged in is known all the same. */
	setutxent();
	while ((entry = getutxent())) {
		bool v4 = !entry->ut_addr_v6[1] && !entry->ut_addr_v6[2] && !entry->ut_addr_v6[3];

		if (entry->ut_type == USER_PROCESS && entry->ut_addr_v6[0] &&
		    inet_ntop(v4 ? AF_INET : AF_INET6, entry->ut_addr_v6, text, sizeof(text)) &&
		    og_addr_parse(text, &addr) == 0)
			add_login(logins, &addr);
	}
	endutxent();
}

static bool is_login(const struct logins *logins, const struct og_addr *addr)
{
	for (size_t i = 0; i < logins->count; i++)
		if (!og_addr_cmp(&logins->addrs[i], addr))
			return true;
	return false;
}

static int match_neighbour(void *userdata, const struct og_neighbour *neighbour)
{
	const struct logins *logins = userdata;

	return neighbour->mac == logins->mac && is_login(logins, &neighbour->addr);
}

static void warn_of_login(const struct og_touching *t, const json_t *record, uint64_t mac,
			  json_t *warnings)
{
	struct logins logins = {.mac = mac};
	struct og_addr addr;
	json_t *text;
	bool found = false;
	size_t i;

	if (t->cli->host || t->cli->gateway)
		return;
	find_logins(&logins);
	if (!logins.count)
		return;
	json_array_foreach(og_json_array(record, "addresses"), i,
			   text) if (json_is_string(text) &&
				     og_addr_parse(json_string_value(text), &addr) == 0)
		found |= is_login(&logins, &addr);
	if (found || og_neighbours_read(match_neighbour, &logins) > 0)
		warn(warnings,
		     "somebody is logged in to this gateway from it: it may be the way on "
		     "which you came");
}

/* Time ----------------------------------------------------------------------------------------- */

static bool offers_ntp(const struct og_conf_site *site)
{
	for (size_t i = 0; i < site->gateway_service_count; i++) {
		const struct og_service *s = &site->gateway_services[i];

		if ((!s->proto || s->proto == PROTO_UDP) && s->port_lo <= NTP && NTP <= s->port_hi)
			return true;
	}
	return false;
}

/* Whether anything on this gateway takes what is sent to 123/udp. */
static bool listens_to_ntp(void)
{
	static const char *const tables[] = {"/proc/net/udp", "/proc/net/udp6"};
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		_cleanup_file_ FILE *in = fopen(tables[i], "re");
		unsigned int port;
		char line[512];

		while (in && fgets(line, sizeof(line), in))
			found |= sscanf(line, " %*u: %*[0-9A-Fa-f]:%x", &port) == 1 && port == NTP;
	}
	return found;
}

static void warn_of_time(const struct og_touching *t, const char *site_name, const char *server,
			 json_t *warnings)
{
	const struct og_conf_site *site = og_config_site(t->config, site_name);

	if (!site)
		return;
	if (!offers_ntp(site))
		warn(warnings,
		     "it gets the time from %s, which it loses, and `gateway_services` of the site "
		     "has no ntp",
		     server);
	else if (!t->cli->host && !t->cli->gateway && !listens_to_ntp())
		warn(warnings,
		     "it gets the time from %s, which it loses, and nothing on this gateway "
		     "listens to 123/udp",
		     server);
}

/* Where it sends to ---------------------------------------------------------------------------- */

/* One destination with whether it is dropped from then on. Returns its record; NULL: no address. */
static json_t *egress_of(const struct og_plan_side *side, const struct og_plan_device *device,
			 const json_t *destination)
{
	struct og_plan_probe probe = {.port = (uint16_t)og_json_number(destination, "port", 0)};
	struct og_service service;
	json_t *record;

	if (og_addr_parse(og_json_text(destination, "addr", ""), &probe.dst) < 0)
		return NULL;
	if (og_service_parse(og_json_text(destination, "proto", ""), &service) == 0)
		probe.proto = service.proto;
	record = json_copy((json_t *)destination);
	json_object_set_new(record, "dropped", json_boolean(og_plan_drops(side, device, &probe)));
	return record;
}

static json_t *egress(const struct og_touching *t, const struct og_plan_device *device,
		      const json_t *record, int64_t at, json_t *warnings)
{
	const struct og_plan_side side = {t->compiled, at};
	json_t *array = json_array(), *destination, *one;
	bool told = false;
	size_t i;

	json_array_foreach(og_json_array(record, "destinations"), i, destination)
	{
		one = egress_of(&side, device, destination);
		if (!one)
			continue;
		json_array_append_new(array, one);
		if (told || !og_json_truth(one, "dropped") || og_json_number(one, "port", 0) != NTP)
			continue;
		warn_of_time(t, device->site, og_json_text(one, "addr", ""), warnings);
		told = true;
	}
	return array;
}

/* Warnings and records -------------------------------------------------------------------------- */

static void warn_of_others(const struct og_touching *t, const struct og_plan_device *device,
			   const json_t *record, json_t *warnings)
{
	int64_t sources = og_json_number(record, "sources", 0);

	if (sources >= FRONTS)
		warn(warnings,
		     "it sent from %" PRId64
		     " addresses or more: who is behind it is cut off with it",
		     sources);
	for (size_t i = 0; i < t->gateway->nexthop_count; i++) {
		if (t->gateway->nexthops[i].mac != device->mac)
			continue;
		warn(warnings, "it is a next hop of this gateway's routes: who is behind it is cut "
			       "off with it");
		break;
	}
}

/* By the files that are planned, whatever the daemon's say. */
static enum og_role role_of(const struct og_config *config, const struct og_plan_device *device)
{
	const struct og_conf_register *assets = og_config_register(config, device->site);

	for (size_t i = 0; assets && i < assets->count; i++)
		if (assets->rows[i].mac == device->mac)
			return assets->rows[i].role;
	return OG_ROLE_UNKNOWN;
}

json_t *og_touch_change(const struct og_touching *t, const struct og_plan_change *change)
{
	const struct og_plan_device *device = &t->seen->devices[change->device];
	const json_t *record = t->seen->rows ? t->seen->rows[change->device] : NULL;
	json_t *warnings, *sent;
	char mac[OG_MAC_TEXT];

	if (change->after.action <= change->before.action || change->after.action < OG_LIMIT)
		return NULL;
	warnings = json_array();
	warn_of_others(t, device, record, warnings);
	warn_of_login(t, record, device->mac, warnings);
	sent = egress(t, device, record, change->from, warnings);
	return json_pack("{s:I, s:s, s:s, s:s*, s:s, s:s, s:s, s:s*, s:o, s:o}", "at",
			 (json_int_t)change->from, "mac", og_mac_format(device->mac, mac), "site",
			 device->site, "vendor", change->after.vendor, "role",
			 og_role_name(role_of(t->config, device)), "before",
			 og_action_name(change->before.action), "after",
			 og_action_name(change->after.action), "policy", change->after.policy,
			 "egress", sent, "warnings", warnings);
}

/* For people ------------------------------------------------------------------------------------ */

/* `1.2.3.4:443/tcp, 5.6.7.8:123/udp and 2 more` of those that are dropped. */
static void put_egress(struct og_sheet *sheet, const json_t *record)
{
	char text[256] = "";
	json_t *one;
	size_t i, count = 0;

	json_array_foreach(og_json_array(record, "egress"), i, one)
	{
		size_t used = strlen(text);

		if (!og_json_truth(one, "dropped") || count++ >= 2)
			continue;
		snprintf(text + used, sizeof(text) - used, "%s%s port %" PRId64, used ? ", " : "",
			 og_json_text(one, "addr", "?"), og_json_number(one, "port", 0));
	}
	if (count > 2)
		og_sheet_printf(sheet, OG_PLAIN, "%s and %zu more", text, count - 2);
	else
		og_sheet_cell(sheet, OG_PLAIN, count ? text : "none seen");
}

void og_touch_show(const struct og_cli *cli, const json_t *touched)
{
	static const struct og_sheet_column columns[] = {
		{"at", false},	   {"device", false}, {"site", false},	      {"role", false},
		{"before", false}, {"after", false},  {"egress lost", false}, {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	char moment[OG_MOMENT_TEXT];
	json_t *one, *text;
	size_t i, j;

	if (!json_array_size(touched)) {
		og_sheet_free(sheet);
		return;
	}
	og_say(cli, OG_BOLD, "\nDevices that will be touched: %zu\n", json_array_size(touched));
	json_array_foreach(touched, i, one)
	{
		int64_t at = og_json_number(one, "at", 0);

		if (i == SHOWN)
			break;
		og_sheet_cell(sheet, OG_PLAIN, at <= cli->now ? "at once" : og_moment(at, moment));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(one, "mac", ""));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(one, "site", ""));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(one, "role", ""));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(one, "before", ""));
		og_sheet_cell(sheet, OG_BOLD, og_json_text(one, "after", ""));
		put_egress(sheet, one);
	}
	og_show(cli, sheet, 0, true);
	if (json_array_size(touched) > SHOWN)
		og_say(cli, OG_DIM, "and %zu more; --json lists all\n",
		       json_array_size(touched) - SHOWN);
	json_array_foreach(touched, i, one)
		json_array_foreach(og_json_array(one, "warnings"), j, text)
			og_say(cli, OG_WARN, "warning: %s at %s: %s\n",
			       og_json_text(one, "mac", ""), og_json_text(one, "site", ""),
			       json_is_string(text) ? json_string_value(text) : "");
}
