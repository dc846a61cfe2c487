// SPDX-License-Identifier: GPL-2.0
/*
 * verb-exceptions.c: the list of exceptions and when they end
 */
#include <errno.h>
#include <string.h>

#include "cli/files.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "ipc/exception-record.h"

static void put_row(const struct og_cli *cli, struct og_sheet *sheet, const json_t *record)
{
	const char *state = og_json_text(record, "state", "unknown");
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];
	int64_t until = og_json_number(record, "until_at", 0);
	json_t *to = og_json_array(record, "to");
	const char *device =
		og_json_text(record, "device", og_json_text(record, "prefix", "everything"));

	og_sheet_cell(sheet, OG_PLAIN, og_json_text(record, "name", ""));
	og_sheet_cell(sheet,
		      !strcmp(state, "active")	  ? OG_WARN
		      : !strcmp(state, "pending") ? OG_BOLD
						  : OG_DIM,
		      state);
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(record, "policy", ""));
	og_sheet_cell(sheet, OG_PLAIN, device);
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(record, "site", "every site"));
	if (json_array_size(to) > 1)
		og_sheet_printf(sheet, OG_PLAIN, "%zu destinations", json_array_size(to));
	else
		og_sheet_cell(sheet, OG_PLAIN,
			      json_array_size(to) ? json_string_value(json_array_get(to, 0))
						  : "anywhere");
	og_sheet_printf(sheet, OG_PLAIN, "%s (%s)", og_moment(until, moment),
			og_ago(until, cli->now, ago));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(record, "owner", ""));
	og_sheet_cell(sheet, OG_PLAIN, og_json_text(record, "reason", ""));
}

static int add_records(const struct og_cli *cli, const struct og_config *config,
		       const struct og_conf_exception *list, size_t count, json_t *records)
{
	for (size_t i = 0; i < count; i++) {
		json_t *record = og_exception_record(config, &list[i], cli->now);

		if (!record || json_array_append_new(records, record) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void tell_pending(const struct og_cli *cli, const json_t *record)
{
	if (!strcmp(og_json_text(record, "state", ""), "pending"))
		og_say(cli, OG_WARN,
		       "%s waits for another login than %s: ouiguard exception approve %s\n",
		       og_json_text(record, "name", ""), og_json_text(record, "author", ""),
		       og_json_text(record, "name", ""));
}

int og_verb_exception_list(struct og_cli *cli, const struct og_args *args)
{
	static const struct og_sheet_column columns[] = {
		{"name", false},   {"state", false},
		{"policy", false}, {"device", false},
		{"site", false},   {"to", false},
		{"ends", false},   {"owner", false},
		{"reason", false}, {},
	};
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_json_ json_t *records = json_array();
	struct og_sheet *sheet;
	json_t *record;
	size_t i;

	(void)args;
	if (og_files_load(cli, &config) < 0)
		return OG_EXIT_FAILED;
	if (add_records(cli, config, config->exceptions, config->exception_count, records) < 0 ||
	    add_records(cli, config, config->pending, config->pending_count, records) < 0)
		return og_no_memory();
	if (cli->json)
		return og_print_json(json_incref(records), OG_EXIT_OK);
	if (!json_array_size(records)) {
		og_say(cli, OG_PLAIN, "There are no exceptions.\n");
		return OG_EXIT_OK;
	}
	sheet = og_sheet_new(columns);
	json_array_foreach(records, i, record) put_row(cli, sheet, record);
	if (og_show(cli, sheet, 0, true) != OG_EXIT_OK)
		return OG_EXIT_FAILED;
	json_array_foreach(records, i, record) tell_pending(cli, record);
	return OG_EXIT_OK;
}
