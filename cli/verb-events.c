// SPDX-License-Identifier: GPL-2.0
/*
 * verb-events.c: what happened
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "daemon/inventory/event.h"
#include "ipc/names.h"
#include "ipc/record.h"
#include "policy/base/mac.h"

/* What is printed, and how. */
struct view {
	const struct og_cli *cli;
	const struct og_args *args;
	int64_t since; /* INT64_MIN: no matter when */
	json_t *kept;  /* with --json and without --follow: what is printed at the end */
	int64_t last;  /* id of the last event that was printed */
	int failed;
	char mac[OG_MAC_TEXT]; /* of --mac, as records have it; "" without */
};

static const char *const filters[] = {"site", "mac", "kind"};

#define FILTERS (sizeof(filters) / sizeof(filters[0]))

/* What the user wants of @key, or NULL. */
static const char *filter_value(const struct view *view, const char *key)
{
	return strcmp(key, "mac") || !view->mac[0] ? og_arg(view->args, key) : view->mac;
}

/* Signals carry every event; the filters that ListEvents applied are applied to them here. */
static bool wanted(const struct view *view, const json_t *event)
{
	if (og_json_number(event, "at", INT64_MAX) < view->since)
		return false;
	for (size_t i = 0; i < FILTERS; i++) {
		const char *value = filter_value(view, filters[i]);

		if (value && strcmp(value, og_json_text(event, filters[i], "")))
			return false;
	}
	return true;
}

static void put_destination(const struct og_cli *cli, const json_t *event)
{
	const char *address = og_json_text(event, "dst", NULL);
	int64_t port = og_json_number(event, "port", 0);
	bool v6 = address && strchr(address, ':');

	if (address && port > 0)
		og_say(cli, OG_PLAIN, " to %s%s%s:%" PRId64 "/%s", v6 ? "[" : "", address,
		       v6 ? "]" : "", port, og_json_text(event, "proto", "?"));
	else if (address)
		og_say(cli, OG_PLAIN, " to %s %s", address, og_json_text(event, "proto", ""));
}

static void put_line(const struct og_cli *cli, const json_t *event)
{
	const char *verdict = og_json_text(event, "verdict", "");
	const char *kind = og_json_text(event, "kind", "unknown");
	int64_t at = og_json_number(event, "at", INT64_MIN);
	int64_t packets = og_json_number(event, "packets", 0);
	char moment[OG_MOMENT_TEXT];

	og_say(cli, OG_DIM, "%s ", at == INT64_MIN ? "(time unknown)" : og_moment(at, moment));
	og_say(cli, OG_BOLD, "%-7s ", kind);
	og_say(cli, OG_PLAIN, "%s at %s (%s) ", og_json_text(event, "mac", "unknown"),
	       og_json_text(event, "site", "no site"), og_json_text(event, "vendor", "not listed"));
	og_say(cli, !strcmp(verdict, "drop") ? OG_BAD : OG_PLAIN, "%s",
	       verdict[0] ? verdict : "unknown verdict");
	og_say(cli, OG_PLAIN, ": %s", og_json_text(event, "reason", "unknown"));
	put_destination(cli, event);
	if (!strcmp(kind, "summary"))
		og_say(cli, OG_PLAIN, ", %" PRId64 " packet%s so far, %" PRId64 " dropped", packets,
		       og_plural(packets), og_json_number(event, "dropped", 0));
	og_say(cli, OG_PLAIN, "\n");
}

static void show(struct view *view, json_t *event)
{
	view->last = og_json_number(event, "id", view->last);
	if (!wanted(view, event))
		return;
	if (view->kept) {
		if (json_array_append(view->kept, event) < 0)
			view->failed = og_no_memory();
	} else if (view->cli->json) {
		/* One record a line: a stream has no end for a bracket. */
		json_dumpf(event, stdout, JSON_COMPACT);
		fputc('\n', stdout);
	} else {
		put_line(view->cli, event);
	}
}

static json_t *filter_of(const struct view *view)
{
	json_t *filter = json_object();

	for (size_t i = 0; i < FILTERS; i++) {
		const char *value = filter_value(view, filters[i]);

		if (value)
			json_object_set_new(filter, filters[i], json_string(value));
	}
	return filter;
}

/* The newest @lines events, oldest first. */
static int fetch(const struct view *view, sd_bus *bus, int64_t lines, json_t **ret_events)
{
	_cleanup_json_ json_t *filter = filter_of(view);
	struct og_call call = {.method = "ListEvents", .record = filter, .flags = OG_CALL_ARRAY};

	json_object_set_new(filter, "max", json_integer(lines));
	return og_client_call(view->cli, bus, &call, ret_events);
}

static int show_all(struct view *view, const json_t *events)
{
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event) show(view, event);
	return view->failed ? OG_EXIT_FAILED : OG_EXIT_OK;
}

static int list_last(struct view *view, sd_bus *bus, int64_t lines)
{
	_cleanup_json_ json_t *events = NULL;

	if (fetch(view, bus, lines, &events) < 0)
		return OG_EXIT_FAILED;
	return show_all(view, events);
}

static int list_since(struct view *view, sd_bus *bus)
{
	_cleanup_json_ json_t *events = NULL;

	if (fetch(view, bus, OG_EVENTS_MAX, &events) < 0)
		return OG_EXIT_FAILED;
	if (json_array_size(events) >= OG_EVENTS_MAX &&
	    og_json_number(json_array_get(events, 0), "at", INT64_MIN) > view->since) {
		og_complain("there are older ones: only the newest %d can be listed",
			    OG_EVENTS_MAX);
		og_hint("--site, --mac and --kind narrow it down");
	}
	return show_all(view, events);
}

static int on_event(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_json_ json_t *event = NULL;
	struct view *view = userdata;

	(void)error;
	if (og_record_read(message, &event) < 0)
		return 0;
	/* What was listed already may still come as a signal. */
	if (og_json_number(event, "id", INT64_MAX) > view->last)
		show(view, event);
	fflush(stdout);
	if (ferror(stdout))
		view->failed = OG_EXIT_FAILED;
	return 0;
}

/* Go on until the bus ends, the reader of our output is gone, or the user interrupts. */
static int follow(struct view *view, sd_bus *bus)
{
	int r = 0;

	while (r >= 0 && !view->failed) {
		r = sd_bus_process(bus, NULL);
		if (r == 0) {
			fflush(stdout);
			r = sd_bus_wait(bus, UINT64_MAX);
			if (r == -EINTR)
				r = 0;
		}
	}
	return r < 0 ? og_complain("the bus is gone: %s", strerror(-r)) : OG_EXIT_FAILED;
}

static int check_options(const struct og_cli *cli, const struct og_args *args, struct view *view,
			 int64_t *ret_lines)
{
	const char *since = og_arg(args, "since"), *lines = og_arg(args, "lines");
	const char *mac = og_arg(args, "mac"), *kind = og_arg(args, "kind");
	uint64_t bits;
	char *end;
	int number;

	if (since && og_moment_parse(since, cli->now, &view->since) < 0)
		return og_misused("--since %s: write -2h, or a date such as 2027-06-07T10:00",
				  since);
	if (mac && og_mac_parse(mac, &bits) < 0)
		return og_misused("--mac %s: write a MAC address such as a4:14:37:00:12:34", mac);
	if (mac)
		og_mac_format(bits, view->mac);
	if (kind && og_event_kind_parse(kind, &number) < 0)
		return og_misused("--kind %s: there are new, drop, log and summary", kind);
	*ret_lines = since ? 0 : 100;
	if (!lines)
		return OG_EXIT_OK;
	errno = 0;
	*ret_lines = strtoll(lines, &end, 10);
	if (errno || *end || end == lines || *ret_lines < 1 || *ret_lines > 1000000)
		return og_misused("--lines %s: write a number from 1 to 1000000", lines);
	if (since)
		return og_misused("--since and --lines exclude each other");
	return OG_EXIT_OK;
}

int og_verb_events(struct og_cli *cli, const struct og_args *args)
{
	struct view view = {.cli = cli, .args = args, .since = INT64_MIN};
	bool following = og_arg_given(args, "follow");
	_cleanup_json_ json_t *kept = NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	int64_t lines = 0;
	int r;

	r = check_options(cli, args, &view, &lines);
	if (r != OG_EXIT_OK)
		return r;
	if (og_client_open(cli, false, &bus) < 0)
		return OG_EXIT_FAILED;
	if (cli->json && !following)
		view.kept = kept = json_array();
	/* Before the list is read, so that nothing falls between the two. */
	if (following && sd_bus_match_signal(bus, NULL, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					     "Event", on_event, &view) < 0)
		return og_complain("cannot follow events: the bus refuses the match");
	r = lines ? list_last(&view, bus, lines) : list_since(&view, bus);
	if (r != OG_EXIT_OK || view.failed)
		return OG_EXIT_FAILED;
	if (following)
		return follow(&view, bus);
	if (kept)
		return og_print_json(json_incref(kept), OG_EXIT_OK);
	if (!view.last)
		og_say(cli, OG_PLAIN, "No such event is kept.\n");
	return OG_EXIT_OK;
}
