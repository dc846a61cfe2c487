// SPDX-License-Identifier: GPL-2.0
/*
 * verb-devices.c: the devices that were seen
 */
#include <inttypes.h>
#include <string.h>

#include "policy/base/action.h"
#include "policy/progress/device-state.h"
#include "cli/client.h"
#include "cli/moment.h"
#include "cli/report/csv.h"
#include "cli/verbs.h"

/* The members of a device record as columns of the csv form, in this order. */
static const char *const csv_columns[] = {
	"mac",	      "site",	   "vendor",	"vendor_title", "prefix",   "role",
	"status",     "evidence",  "port",	"vlan",		"action",   "reason",
	"first_seen", "last_seen", "packets",	"bytes",	"passed",   "dropped",
	"egress",     "last_dst",  "addresses", "hosts",	"sources",  "state",
	"state_at",   "state_by",  "silent",	"third_party",	"unproven", NULL,
};

/* Page by page: a list of many sites is longer than what one wants in memory. */
static int put_csv_page(void *userdata, json_t *devices)
{
	bool *begun = userdata;
	json_t *device;
	size_t i;

	if (!*begun)
		og_csv_header(stdout, csv_columns);
	*begun = true;
	json_array_foreach(devices, i, device) og_csv_row(stdout, csv_columns, device);
	return 0;
}

static void put_count(struct og_sheet *sheet, const json_t *record, const char *key,
		      enum og_style style)
{
	int64_t number = og_json_number(record, key, -1);

	if (number < 0)
		og_sheet_cell(sheet, OG_PLAIN, "unknown");
	else
		og_sheet_printf(sheet, number ? style : OG_PLAIN, "%" PRId64, number);
}

static void put_ago(const struct og_cli *cli, struct og_sheet *sheet, const json_t *record)
{
	int64_t second = og_json_number(record, "last_seen", INT64_MIN);
	char text[OG_MOMENT_TEXT];

	og_sheet_cell(sheet, OG_PLAIN,
		      second == INT64_MIN ? "unknown" : og_ago(second, cli->now, text));
}

/* By what people know the device: the name it gave itself last, else its last address. */
static const char *called(const json_t *device)
{
	const char *host = json_string_value(json_array_get(og_json_array(device, "hosts"), 0));

	if (host)
		return host;
	return json_string_value(json_array_get(og_json_array(device, "addresses"), 0));
}

static void put_device(const struct og_cli *cli, struct og_sheet *sheet, const json_t *device)
{
	int64_t vlan = og_json_number(device, "vlan", 0);

	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "mac", "unknown"));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "site", "unknown"));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "vendor", NULL));
	og_sheet_cell(sheet, OG_PLAIN, called(device));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "role", "unknown"));
	if (vlan > 0)
		og_sheet_printf(sheet, OG_PLAIN, "%s vlan %" PRId64,
				og_json_text(device, "port", "unknown"), vlan);
	else
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "port", "unknown"));
	og_sheet_cell(sheet, OG_BOLD, og_json_text(device, "action", "unknown"));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "state", "unknown"));
	put_count(sheet, device, "passed", OG_PLAIN);
	put_count(sheet, device, "dropped", OG_BAD);
	put_ago(cli, sheet, device);
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(device, "last_dst", NULL));
}

static const struct og_sheet_column device_columns[] = {
	{"device", false},
	{"site", false},
	{"vendor", false},
	{"name", false},
	{"role", false},
	{"port", false},
	{"action", false},
	{"state", false},
	{"passed", true},
	{"dropped", true},
	{"seen", false},
	{"last to", false},
	{},
};

static void put_destinations(const struct og_cli *cli, const json_t *device, FILE *out)
{
	static const struct og_sheet_column columns[] = {
		{"to", false}, {"packets", true}, {"reason", false}, {"seen", false}, {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	json_t *destination;
	size_t i;

	json_array_foreach(og_json_array(device, "destinations"), i, destination)
	{
		const char *address = og_json_text(destination, "addr", "unknown");
		const char *proto = og_json_text(destination, "proto", "");
		int64_t port = og_json_number(destination, "port", 0);
		bool v6 = strchr(address, ':');

		if (port > 0)
			og_sheet_printf(sheet, OG_PLAIN, "%s%s%s:%" PRId64 "/%s", v6 ? "[" : "",
					address, v6 ? "]" : "", port, proto);
		else
			og_sheet_printf(sheet, OG_PLAIN, "%s %s", address, proto);
		put_count(sheet, destination, "packets", OG_PLAIN);
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(destination, "reason", "unknown"));
		put_ago(cli, sheet, destination);
	}
	if (og_sheet_rows(sheet))
		og_sheet_print(sheet, out, 4, true, cli->colour);
	og_sheet_free(sheet);
}

/* `    WHAT a, b, c` when there is any. */
static void put_words(const json_t *device, const char *key, const char *what, FILE *out)
{
	json_t *words = og_json_array(device, key), *word;
	size_t i;

	json_array_foreach(words, i, word)
	{
		fputs(i ? ", " : what, out);
		og_text_put(json_is_string(word) ? json_string_value(word) : "?", OG_PLAIN, out,
			    false);
	}
	if (json_array_size(words))
		fputc('\n', out);
}

/* What stands below a device with --verbose. */
static void put_details(const struct og_cli *cli, struct og_sheet *sheet, const json_t *device)
{
	int64_t second = og_json_number(device, "first_seen", INT64_MIN);
	_cleanup_text_ char *text = NULL, *line = NULL;
	char first[OG_MOMENT_TEXT];
	FILE *out;
	size_t size;

	out = open_memstream(&text, &size);
	if (!out)
		return;
	if (asprintf(&line, "    %s, prefix %s, evidence %s, reason %s, first seen %s",
		     og_json_text(device, "vendor_title", "vendor unknown"),
		     og_json_text(device, "prefix", "unknown"),
		     og_json_text(device, "evidence", "unknown"),
		     og_json_text(device, "reason", "unknown"),
		     second == INT64_MIN ? "unknown" : og_moment(second, first)) < 0)
		line = NULL;
	og_text_put(line ? line : "    out of memory", OG_DIM, out, cli->colour);
	fputc('\n', out);
	put_words(device, "addresses", "    addresses ", out);
	put_words(device, "hosts", "    calls itself ", out);
	put_destinations(cli, device, out);
	if (fclose(out) == 0)
		og_sheet_note(sheet, text);
}

static int show_devices(const struct og_cli *cli, const json_t *devices, bool verbose)
{
	struct og_sheet *sheet = og_sheet_new(device_columns);
	json_t *device;
	size_t i;

	json_array_foreach(devices, i, device)
	{
		put_device(cli, sheet, device);
		if (verbose)
			put_details(cli, sheet, device);
	}
	return og_show(cli, sheet, 0, true);
}

int og_verb_devices(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_json_ json_t *filter = json_object(), *devices = NULL;
	static const char *const filters[] = {"site", "vendor", "role", "state", "programme"};
	bool begun = false;
	enum og_device_state state;
	enum og_role role;

	if (cli->json && og_arg_given(args, "csv"))
		return og_misused("--json and --csv exclude each other");
	if (og_arg(args, "role") && og_role_parse(og_arg(args, "role"), &role) < 0)
		return og_misused("there is no role \"%s\": camera, recorder, router, phone, "
				  "life-safety, other, unknown",
				  og_arg(args, "role"));
	if (og_arg(args, "state") && og_state_parse(og_arg(args, "state"), &state) < 0)
		return og_misused(
			"there is no state \"%s\": suspected, confirmed, planned, isolated, "
			"disconnected, removed, disposed, verified-absent, reappeared, "
			"moved",
			og_arg(args, "state"));
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		if (og_arg(args, filters[i]) &&
		    json_object_set_new(filter, filters[i], json_string(og_arg(args, filters[i]))))
			return og_misused("--%s: not UTF-8", filters[i]);
	}
	if (og_arg_given(args, "csv"))
		return og_ask_devices(cli, filter, 0, put_csv_page, &begun) < 0 ? OG_EXIT_FAILED
										: OG_EXIT_OK;
	if (og_ask_all_devices(cli, filter, 0, &devices) < 0)
		return OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_incref(devices), OG_EXIT_OK);
	if (!json_array_size(devices)) {
		og_say(cli, OG_PLAIN, "No such device was seen.\n");
		return OG_EXIT_OK;
	}
	return show_devices(cli, devices, og_arg_given(args, "verbose"));
}
