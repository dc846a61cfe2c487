// SPDX-License-Identifier: GPL-2.0
/*
 * verb-report.c: a programme's report, written to a file or to stdout
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"
#include "ipc/names.h"
#include "cli/moment.h"
#include "cli/report/report.h"
#include "cli/verbs.h"
#include "policy/base/file.h"

#define FROM_MAX (256 * 1024 * 1024) /* bytes of a report that is read back */

/* The devices of the programme, asked for page by page. */
struct pages {
	const struct og_cli *cli;
	sd_bus *bus;
	const char *programme;
	char after[160]; /* the last one that came: SITE/MAC */
	bool ended;
	int64_t count;
};

static int next_page(void *userdata, json_t **ret_page)
{
	_cleanup_json_ json_t *filter = NULL, *page = NULL;
	struct og_call call = {.method = "ListDevices", .flags = OG_CALL_ARRAY};
	struct pages *pages = userdata;
	char words[64];
	const json_t *last;
	int r;

	*ret_page = NULL;
	if (pages->ended)
		return 0;
	filter = json_pack("{s:s, s:i}", "programme", pages->programme, "max", OG_DEVICES_PAGE);
	if (!filter ||
	    (pages->after[0] && json_object_set_new(filter, "after", json_string(pages->after))))
		return -ENOMEM;
	call.record = filter;
	r = og_client_call(pages->cli, pages->bus, &call, &page);
	if (r < 0)
		return r;
	pages->ended = json_array_size(page) < OG_DEVICES_PAGE;
	pages->count += (int64_t)json_array_size(page);
	snprintf(words, sizeof(words), "%" PRId64 " devices", pages->count);
	og_progress(words);
	if (!json_array_size(page))
		return 0;
	last = json_array_get(page, json_array_size(page) - 1);
	snprintf(pages->after, sizeof(pages->after), "%s/%s", og_json_text(last, "site", ""),
		 og_json_text(last, "mac", ""));
	*ret_page = json_incref(page);
	return 0;
}

/* The devices that a report read back has in it: one page. */
static int stored_page(void *userdata, json_t **ret_page)
{
	json_t **list = userdata;

	*ret_page = json_incref(*list);
	*list = NULL;
	return 0;
}

/* A report as JSON that was written before, perhaps on another gateway. */
static int read_report(const char *file, json_t **ret_report)
{
	_cleanup_text_ char *text = NULL;
	json_error_t error;
	json_t *report;
	size_t size;
	int r = og_file_read(file, FROM_MAX, &text, &size);

	if (r)
		return og_complain("%s cannot be read: %s", file, strerror(-r));
	report = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
	if (!report)
		return og_complain("%s:%d:%d: %s", file, error.line, error.column, error.text);
	if (strcmp(og_json_text(report, "schema", ""), OG_REPORT_SCHEMA) != 0) {
		json_decref(report);
		og_complain("%s is no report of this version", file);
		og_hint("\"ouiguard report --format json -o FILE\" writes one");
		return OG_EXIT_FAILED;
	}
	*ret_report = report;
	return OG_EXIT_OK;
}

struct wish {
	enum og_report_format format;
	enum og_report_template template;
	const char *file; /* NULL: stdout */
};

/* Whole, or not at all: a report that was cut short must not look like one. */
static int put(const struct og_cli *cli, const struct wish *wish, const json_t *report,
	       const struct og_report_devices *devices)
{
	_cleanup_text_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return og_no_memory();
	r = og_report_write(out, wish->format, wish->template, report, devices);
	og_progress(NULL);
	if (fclose(out) && !r)
		r = -ENOMEM;
	if (r == -ENOMEM)
		return og_no_memory();
	if (r)
		return OG_EXIT_FAILED; /* said already */
	if (!wish->file) {
		if (fwrite(text, 1, size, stdout) != size || fflush(stdout))
			return og_complain("the report cannot be written: %s", strerror(errno));
		return OG_EXIT_OK;
	}
	r = og_file_write(wish->file, text, size, 0644, true);
	if (r)
		return og_complain("%s cannot be written: %s", wish->file, strerror(-r));
	og_say(cli, OG_PLAIN, "%s\n", wish->file);
	return OG_EXIT_OK;
}

static int read_wish(const struct og_cli *cli, const struct og_args *args, struct wish *wish)
{
	const char *format = og_arg(args, "format"), *template = og_arg(args, "template");

	if (format && cli->json && strcmp(format, "json") != 0)
		return og_misused("--json and --format %s exclude each other", format);
	wish->format = cli->json ? OG_REPORT_JSON : OG_REPORT_HTML;
	if (format && og_report_format_parse(format, &wish->format) < 0)
		return og_misused("there is no format \"%s\": html, csv, json", format);
	if (template && og_report_template_parse(template, &wish->template) < 0)
		return og_misused("there is no template \"%s\": full, status, sites, waiver",
				  template);
	wish->file = og_arg(args, "output");
	if (!wish->file && wish->format == OG_REPORT_HTML && cli->terminal)
		return og_misused("a terminal shows no HTML: give a file with -o, or see "
				  "\"ouiguard timeline\"");
	return OG_EXIT_OK;
}

static int make_query(const struct og_cli *cli, const struct og_args *args, json_t *query)
{
	const char *since = og_arg(args, "since"), *programme = og_arg(args, "programme");
	int64_t second;

	if (programme && json_object_set_new(query, "programme", json_string(programme)))
		return og_misused("--programme: not UTF-8");
	if (!since)
		return OG_EXIT_OK;
	if (og_moment_parse(since, cli->now, &second) < 0)
		return og_misused("--since: \"%s\" is no moment", since);
	if (json_object_set_new(query, "since_at", json_integer(second)))
		return og_no_memory();
	return OG_EXIT_OK;
}

/* From a file: what it was made for cannot be chosen again. */
static int show_again(const struct og_cli *cli, const struct og_args *args, const struct wish *wish)
{
	_cleanup_json_ json_t *report = NULL;
	json_t *list;
	struct og_report_devices devices = {.next = stored_page, .userdata = &list};
	int r;

	if (og_arg_given(args, "programme") || og_arg_given(args, "since"))
		return og_misused("--from shows what is in the file: no --programme or --since");
	r = read_report(og_arg(args, "from"), &report);
	if (r != OG_EXIT_OK)
		return r;
	list = og_json_array(report, "equipment_list");
	if (!list && og_report_lists_devices(wish->format, wish->template)) {
		og_complain("%s does not list the devices", og_arg(args, "from"));
		og_hint("write it with --template waiver --format json");
		return OG_EXIT_FAILED;
	}
	return put(cli, wish, report, &devices);
}

int og_verb_report(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_json_ json_t *query = json_object(), *report = NULL;
	struct og_call call = {.method = "Report", .record = query};
	struct wish wish = {.template = OG_REPORT_FULL};
	struct pages pages = {.cli = cli};
	struct og_report_devices devices = {.next = next_page, .userdata = &pages};
	_cleanup_bus_ sd_bus *bus = NULL;
	int r = read_wish(cli, args, &wish);

	if (r == OG_EXIT_OK)
		r = make_query(cli, args, query);
	if (r != OG_EXIT_OK)
		return r;
	if (og_arg_given(args, "from"))
		return show_again(cli, args, &wish);
	if (og_client_open(cli, false, &bus) < 0)
		return OG_EXIT_FAILED;
	og_progress("asking the daemon");
	r = og_client_call(cli, bus, &call, &report);
	og_progress(NULL);
	if (r < 0)
		return OG_EXIT_FAILED;
	pages.bus = bus;
	pages.programme = og_json_text(report, "programme", "");
	return put(cli, &wish, report, &devices);
}
