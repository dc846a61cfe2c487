// SPDX-License-Identifier: GPL-2.0
/*
 * verb-status.c: one screen that says whether what is configured is enforced
 */
#include <inttypes.h>
#include <string.h>

#include "cli/client.h"
#include "cli/moment.h"
#include "cli/verbs.h"

#define LABEL "%-12s"

/* A number that the daemon may not know. */
static const char *count_of(const json_t *record, const char *key, char buffer[OG_MOMENT_TEXT])
{
	int64_t number = og_json_number(record, key, -1);

	if (number < 0)
		return "unknown";
	snprintf(buffer, OG_MOMENT_TEXT, "%" PRId64, number);
	return buffer;
}

/* `2027-06-07 10:00:00 +0100 (in 3 d)`, or "unknown". */
static const char *moment_of(const struct og_cli *cli, const json_t *record, const char *key,
			     char buffer[2 * OG_MOMENT_TEXT + 4])
{
	int64_t second = og_json_number(record, key, INT64_MIN);
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];

	if (second == INT64_MIN)
		return "unknown";
	snprintf(buffer, 2 * OG_MOMENT_TEXT + 4, "%s (%s)", og_moment(second, moment),
		 og_ago(second, cli->now, ago));
	return buffer;
}

/* Ports whose traffic is not judged. */
static size_t open_ports(const json_t *status)
{
	size_t open = 0, i;
	json_t *port;

	json_array_foreach(og_json_array(status, "ports"), i, port)
		open += strcmp(og_json_text(port, "state", ""), "covered") != 0;
	return open;
}

/* Whether everything is enforced as configured: the exit status for monitoring. */
static bool as_configured(const json_t *status)
{
	return og_json_truth(status, "enforcing") && !og_json_truth(status, "detached") &&
	       !json_object_get(status, "last_reload_error") && !open_ports(status);
}

static void show_refusal(const struct og_cli *cli, const json_t *status)
{
	og_say(cli, OG_BAD, LABEL "refused%s:\n%s\n", "last reload",
	       og_json_truth(status, "enforcing") ? ", what was in force before it still is" : "",
	       og_json_text(status, "last_reload_error", ""));
	og_say(cli, OG_PLAIN, LABEL "correct it, then \"ouiguard check\" and \"ouiguard reload\"\n",
	       "");
}

static void show_state(const struct og_cli *cli, const json_t *status)
{
	bool enforcing = og_json_truth(status, "enforcing");
	char moment[2 * OG_MOMENT_TEXT + 4];

	og_say(cli, OG_BOLD, LABEL, "enforcing");
	if (og_json_truth(status, "detached"))
		og_say(cli, OG_BAD, "no: detached on purpose; \"ouiguard reload\" attaches again");
	else if (enforcing && !open_ports(status))
		og_say(cli, OG_GOOD, "yes");
	else if (enforcing)
		og_say(cli, OG_BAD, "not everywhere: see the ports below");
	else if (!strcmp(og_json_text(status, "engine", ""), "dry"))
		og_say(cli, OG_BAD, "no: the engine is dry, which only records");
	else
		og_say(cli, OG_BAD,
		       "no: nothing is in force; correct what \"ouiguard check\" shows, then "
		       "\"ouiguard reload\"");
	og_say(cli, OG_PLAIN, "\n");
	og_say(cli, OG_BOLD, LABEL, "engine");
	og_say(cli, OG_PLAIN, "%s", og_json_text(status, "engine", "unknown"));
	if (json_object_get(status, "engine_reason"))
		og_say(cli, OG_DIM, " (%s)", og_json_text(status, "engine_reason", ""));
	og_say(cli, OG_PLAIN, "\n");
	og_say(cli, OG_BOLD, LABEL, "generation");
	og_say(cli, OG_PLAIN, "%" PRId64 ", applied %s\n", og_json_number(status, "generation", 0),
	       moment_of(cli, status, "applied_at", moment));
	if (json_object_get(status, "confirm_until_at"))
		og_say(cli, OG_WARN, LABEL "taken back at %s: \"ouiguard confirm\" keeps it\n",
		       "unconfirmed", moment_of(cli, status, "confirm_until_at", moment));
	if (json_object_get(status, "last_reload_error"))
		show_refusal(cli, status);
}

static enum og_style state_style(const char *state)
{
	return strcmp(state, "covered") ? OG_BAD : OG_GOOD;
}

static void show_ports(const struct og_cli *cli, const json_t *status, bool verbose)
{
	static const struct og_sheet_column columns[] = {{"port", false},  {"site", false},
							 {"state", false}, {"hook", false},
							 {"", false},	   {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	json_t *port;
	size_t i;

	json_array_foreach(og_json_array(status, "ports"), i, port)
	{
		const char *state = og_json_text(port, "state", "unknown");
		json_t *before = og_json_array(port, "before");
		_cleanup_text_ char *programs = verbose && before ? json_dumps(before, JSON_COMPACT)
								  : NULL;

		og_sheet_cell(sheet, OG_PLAIN, og_json_text(port, "name", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(port, "site", "unknown"));
		og_sheet_cell(sheet, state_style(state), state);
		og_sheet_printf(sheet, OG_PLAIN, "%s%s", og_json_text(port, "hook", "-"),
				!json_object_get(port, "head") ? ""
				: og_json_truth(port, "head")  ? " (first)"
							       : " (not first)");
		og_sheet_printf(sheet, OG_PLAIN, "%s%s%s", og_json_text(port, "error", ""),
				programs ? "programs ahead: " : "", programs ? programs : "");
	}
	og_say(cli, OG_PLAIN, "\n");
	if (og_sheet_rows(sheet))
		og_show(cli, sheet, 0, true);
	else
		og_sheet_free(sheet);
}

/* What is not enforced although the policy says so. */
static void show_pauses(const struct og_cli *cli, const json_t *status)
{
	int64_t exceptions = og_json_number(status, "exceptions", 0);
	char moment[2 * OG_MOMENT_TEXT + 4];
	json_t *policy;
	size_t i;

	json_array_foreach(og_json_array(status, "policies"), i, policy)
	{
		if (!json_object_get(policy, "paused_until_at"))
			continue;
		og_say(cli, OG_WARN,
		       "Paused: %s at %s lets everything through until %s, by exception %s.\n",
		       og_json_text(policy, "policy", "unknown"),
		       og_json_text(policy, "site", "unknown"),
		       moment_of(cli, policy, "paused_until_at", moment),
		       og_json_text(policy, "paused_by", "unknown"));
	}
	if (exceptions)
		og_say(cli, OG_PLAIN,
		       "Exceptions at work: %" PRId64 " (\"ouiguard exception list\" shows them)\n",
		       exceptions);
}

#define SOON (30 * 86400)

/* What is to be thought of: phases that begin and exceptions that end within a month. */
static void show_soon(const struct og_cli *cli, const json_t *status)
{
	char moment[2 * OG_MOMENT_TEXT + 4];
	json_t *item;
	size_t i;

	json_array_foreach(og_json_array(status, "policies"), i, item)
	{
		int64_t next = og_json_number(item, "next_at", INT64_MAX);

		if (next > cli->now && next - cli->now <= SOON)
			og_say(cli, OG_WARN, "Soon: %s at %s: %s from %s; \"ouiguard plan\"\n",
			       og_json_text(item, "policy", "unknown"),
			       og_json_text(item, "site", "unknown"),
			       og_json_text(item, "next_action", "unknown"),
			       moment_of(cli, item, "next_at", moment));
	}
	json_array_foreach(og_json_array(status, "exceptions_ending"), i, item) og_say(
		cli, OG_WARN, "Soon: exception %s from %s ends %s; its owner is %s\n",
		og_json_text(item, "exception", "unknown"), og_json_text(item, "policy", "unknown"),
		moment_of(cli, item, "until_at", moment), og_json_text(item, "owner", "unknown"));
}

/* What is milder than the files say, until somebody or something decides. */
static void show_guards(const struct og_cli *cli, const json_t *status)
{
	char moment[2 * OG_MOMENT_TEXT + 4];
	json_t *item;
	size_t i;

	json_array_foreach(og_json_array(status, "gates"), i, item)
	{
		if (og_json_truth(item, "open"))
			continue;
		og_say(cli, OG_WARN, "Gate: %s at %s: %s from %s waits for %s%s%s%s\n",
		       og_json_text(item, "policy", "unknown"),
		       og_json_text(item, "site", "unknown"),
		       og_json_text(item, "action", "unknown"),
		       moment_of(cli, item, "from_at", moment),
		       og_json_text(item, "gate", "unknown"),
		       json_object_get(item, "why") ? " (" : "", og_json_text(item, "why", ""),
		       json_object_get(item, "why") ? ")" : "");
	}
	json_array_foreach(og_json_array(status, "held"), i, item)
		og_say(cli, OG_BAD,
		       "Held at log: %s at %s, an undeclared router; give it a row in the asset "
		       "register\n",
		       og_json_text(item, "mac", "unknown"), og_json_text(item, "site", "unknown"));
}

static void show_policies(const struct og_cli *cli, const json_t *status)
{
	static const struct og_sheet_column columns[] = {{"policy", false},
							 {"site", false},
							 {"action", false},
							 {"since", false},
							 {"next", false},
							 {"at", false},
							 {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	char moment[2 * OG_MOMENT_TEXT + 4];
	json_t *policy;
	size_t i;

	json_array_foreach(og_json_array(status, "policies"), i, policy)
	{
		bool next = json_object_get(policy, "next_at");

		og_sheet_cell(sheet, OG_PLAIN, og_json_text(policy, "policy", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(policy, "site", "unknown"));
		og_sheet_cell(sheet, OG_BOLD,
			      json_object_get(policy, "paused_until_at")
				      ? "paused"
				      : og_json_text(policy, "action", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN,
			      json_object_get(policy, "since_at")
				      ? moment_of(cli, policy, "since_at", moment)
				      : "-");
		og_sheet_cell(sheet, next ? OG_BOLD : OG_PLAIN,
			      next ? og_json_text(policy, "next_action", "unknown") : "no change");
		og_sheet_cell(sheet, OG_PLAIN,
			      next ? moment_of(cli, policy, "next_at", moment) : "-");
	}
	og_say(cli, OG_PLAIN, "\n");
	if (og_sheet_rows(sheet)) {
		og_show(cli, sheet, 0, true);
		show_pauses(cli, status);
		show_soon(cli, status);
		show_guards(cli, status);
		return;
	}
	og_sheet_free(sheet);
	og_say(cli, OG_WARN, "No policy applies anywhere: everything is observed only.\n");
}

static void show_dropped(const struct og_cli *cli, const json_t *status)
{
	static const struct og_sheet_column columns[] = {{"dropped", true}, {"device", false},
							 {"site", false},   {"vendor", false},
							 {"last", false},   {}};
	json_t *dropped = og_json_array(status, "dropped_last_hour"), *device;
	char text[OG_MOMENT_TEXT];
	struct og_sheet *sheet;
	size_t i;

	og_say(cli, OG_BOLD, "\nDropped in the last hour: ");
	if (!dropped) {
		og_say(cli, OG_PLAIN, "unknown\n");
		return;
	}
	if (!json_array_size(dropped)) {
		og_say(cli, OG_PLAIN, "nobody\n");
		return;
	}
	og_say(cli, OG_PLAIN, "%zu device%s\n", json_array_size(dropped),
	       og_plural(json_array_size(dropped)));
	sheet = og_sheet_new(columns);
	json_array_foreach(dropped, i, device)
	{
		int64_t last = og_json_number(device, "last_seen", INT64_MIN);

		og_sheet_cell(sheet, OG_PLAIN, count_of(device, "dropped", text));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "mac", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "site", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "vendor", "unknown"));
		og_sheet_cell(sheet, OG_PLAIN,
			      last == INT64_MIN ? "unknown" : og_ago(last, cli->now, text));
	}
	og_show(cli, sheet, 2, true);
}

/* `what: a, b, c` when there is any. */
static void show_names(const struct og_cli *cli, const json_t *status, const char *key,
		       const char *what)
{
	json_t *names = og_json_array(status, key), *name;
	size_t i;

	if (!json_array_size(names))
		return;
	og_say(cli, OG_WARN, "  %s:", what);
	json_array_foreach(names, i, name)
		og_say(cli, OG_PLAIN, "%s %s", i ? "," : "",
		       json_is_string(name) ? json_string_value(name) : "?");
	og_say(cli, OG_PLAIN, "\n");
}

/* What went by uncounted or unnamed: a count of zero is no news, one that is not known is. */
static void show_unseen(const struct og_cli *cli, const json_t *status)
{
	static const struct {
		const char *key, *noun, *text;
	} counts[] = {
		{"unattributable", "packet",
		 " of sources that no prefix can name (randomised MACs)"},
		{"uncovered", "packet", " of listed devices in VLANs or ports that no site covers"},
		{"events_lost", "event", " lost"},
		{"devices_overflow", "device", " beyond the table, without a record of their own"},
	};
	char text[OG_MOMENT_TEXT];
	bool any = false;
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int64_t number = og_json_number(status, counts[i].key, -1);

		if (!number)
			continue;
		any = true;
		og_say(cli, number > 0 ? OG_WARN : OG_PLAIN, "  %s %s%s%s\n",
		       count_of(status, counts[i].key, text), counts[i].noun, og_plural(number),
		       counts[i].text);
	}
	if (!any)
		og_say(cli, OG_DIM, "  nothing unseen is known\n");
}

/* Where nothing of a listed make is seen and something still may be. */
static void show_blind(const struct og_cli *cli, const json_t *status)
{
	json_t *site;
	size_t i;

	json_array_foreach(og_json_array(status, "sites"), i, site)
	{
		int64_t blind = og_json_number(site, "blind", 0);

		if (blind > 0)
			og_say(cli, OG_WARN,
			       "  %" PRId64 " source%s at %s today whose make nobody can tell: "
			       "made-up MACs, and what is behind routers\n",
			       blind, og_plural(blind), og_json_text(site, "site", "unknown"));
	}
}

static void show_blind_spots(const struct og_cli *cli, const json_t *status)
{
	json_t *warning;
	size_t i;

	og_say(cli, OG_BOLD, "\nWhat cannot be seen, or needs care:\n");
	show_unseen(cli, status);
	show_blind(cli, status);
	show_names(cli, status, "infrastructure", "not judged, for they are routers");
	show_names(cli, status, "registers_missing", "sites without an asset register");
	show_names(cli, status, "sites_elsewhere", "sites of other gateways, not covered here");
	show_names(cli, status, "repaired", "repaired at the last start");
	json_array_foreach(og_json_array(status, "warnings"), i, warning)
		og_say(cli, OG_WARN, "  warning: %s\n",
		       json_is_string(warning) ? json_string_value(warning) : "unknown");
}

/* The members of a record of numbers or words, one per line. */
static void show_members(const struct og_cli *cli, const json_t *status, const char *key,
			 const char *title)
{
	static const struct og_sheet_column columns[] = {{"", true}, {"", false}, {}};
	json_t *members = json_object_get(status, key), *value;
	struct og_sheet *sheet;
	const char *name;

	if (!json_is_object(members) || !json_object_size(members))
		return;
	sheet = og_sheet_new(columns);
	json_object_foreach(members, name, value)
	{
		_cleanup_text_ char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

		og_sheet_cell(sheet, OG_PLAIN,
			      json_is_string(value) ? json_string_value(value) : text);
		og_sheet_cell(sheet, OG_PLAIN, name);
	}
	og_say(cli, OG_BOLD, "\n%s\n", title);
	og_show(cli, sheet, 2, false);
}

static void show_details(const struct og_cli *cli, const json_t *status)
{
	char moment[2 * OG_MOMENT_TEXT + 4];

	show_members(cli, status, "reasons", "Packets of listed sources by reason:");
	show_members(cli, status, "maps", "Maps:");
	og_say(cli, OG_PLAIN, "\nouiguardd %s, started %s, reads %s\n",
	       og_json_text(status, "version", "unknown"),
	       moment_of(cli, status, "started_at", moment),
	       og_json_text(status, "config", "unknown"));
}

int og_verb_status(struct og_cli *cli, const struct og_args *args)
{
	struct og_call call = {.method = "Status"};
	_cleanup_json_ json_t *status = NULL;
	bool verbose = og_arg_given(args, "verbose");
	int r;

	r = og_ask(cli, &call, &status);
	if (r < 0) {
		if (!cli->host)
			og_hint("what it had attached goes on being enforced without it; phases "
				"with a "
				"gate wait");
		return OG_EXIT_FAILED;
	}
	r = as_configured(status) ? OG_EXIT_OK : OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_incref(status), r);
	show_state(cli, status);
	show_policies(cli, status);
	show_ports(cli, status, verbose);
	show_dropped(cli, status);
	show_blind_spots(cli, status);
	if (verbose)
		show_details(cli, status);
	return r;
}
