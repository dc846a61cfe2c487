// SPDX-License-Identifier: GPL-2.0
/*
 * verb-audit.c: who changed what, and whether nobody edited that
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/client.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "ipc/audit-line.h"
#include "policy/base/file.h"

#define PAGE 500 /* entries that are asked for at once */
#define LAST 100 /* that are shown without --since */

/* Pages -------------------------------------------------------------------------------------- */

/* Takes one entry; other than OG_EXIT_OK ends the walk. */
typedef int (*take_entry)(void *userdata, json_t *entry);

static int take_page(const json_t *page, take_entry take, void *userdata, int64_t *last)
{
	json_t *entry;
	size_t i;
	int r;

	json_array_foreach(page, i, entry)
	{
		r = take(userdata, entry);
		if (r != OG_EXIT_OK)
			return r;
		*last = og_json_number(entry, "id", INT64_MAX);
	}
	return OG_EXIT_OK;
}

/* Every entry from @since on, page by page, so that no answer is larger than the bus allows. */
static int walk(const struct og_cli *cli, int64_t since, take_entry take, void *userdata)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	size_t count = PAGE;
	int64_t last = 0;
	int r = OG_EXIT_OK;

	if (og_client_open(cli, false, &bus) < 0)
		return OG_EXIT_FAILED;
	while (r == OG_EXIT_OK && count == PAGE) {
		_cleanup_json_ json_t *filter = json_object(), *page = NULL;
		struct og_call call = {
			.method = "ListAudit", .record = filter, .flags = OG_CALL_ARRAY};

		json_object_set_new(filter, "since_id", json_integer(last));
		json_object_set_new(filter, "max", json_integer(PAGE));
		if (since != INT64_MIN)
			json_object_set_new(filter, "since_at", json_integer(since));
		if (og_client_call(cli, bus, &call, &page) < 0)
			return OG_EXIT_FAILED;
		count = json_array_size(page);
		r = take_page(page, take, userdata, &last);
	}
	return r;
}

/* The newest entries alone. */
static int walk_last(const struct og_cli *cli, take_entry take, void *userdata)
{
	_cleanup_json_ json_t *filter = json_pack("{s:i}", "max", LAST), *page = NULL;
	struct og_call call = {.method = "ListAudit", .record = filter, .flags = OG_CALL_ARRAY};
	int64_t last;

	if (og_ask(cli, &call, &page) < 0)
		return OG_EXIT_FAILED;
	return take_page(page, take, userdata, &last);
}

/* List --------------------------------------------------------------------------------------- */

struct view {
	const struct og_cli *cli;
	bool verbose;
	json_t *kept; /* with --json */
	size_t shown;
};

static enum og_style style_of(const char *line, size_t size)
{
	if (!size || strchr("+-", line[0]) == NULL)
		return OG_PLAIN;
	return line[0] == '+' ? OG_GOOD : OG_BAD;
}

/* The text's lines, or how many there are beside the first. */
static void put_text(const struct view *view, const char *text)
{
	size_t more = 0;

	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = strchrnul(text, '\n');
		if (more++ && !view->verbose)
			continue;
		og_say(view->cli, view->verbose ? style_of(text, end - text) : OG_PLAIN,
		       "    %.*s\n", (int)(end - text), text);
	}
	if (more > 1 && !view->verbose)
		og_say(view->cli, OG_DIM, "    and %zu line%s more (-v)\n", more - 1,
		       og_plural(more - 1));
}

static int show(void *userdata, json_t *entry)
{
	struct view *view = userdata;
	char moment[OG_MOMENT_TEXT];

	view->shown++;
	if (view->kept)
		return json_array_append(view->kept, entry) ? og_no_memory() : OG_EXIT_OK;
	og_say(view->cli, OG_DIM, "%s ", og_moment(og_json_number(entry, "at", 0), moment));
	og_say(view->cli, OG_BOLD, "%s ", og_json_text(entry, "kind", "unknown"));
	og_say(view->cli, OG_PLAIN, "%s", og_json_text(entry, "subject", ""));
	og_say(view->cli, OG_DIM, " by ");
	og_say(view->cli, OG_PLAIN, "%s\n", og_json_text(entry, "actor", "nobody"));
	put_text(view, og_json_text(entry, "text", ""));
	return ferror(stdout) ? OG_EXIT_FAILED : OG_EXIT_OK;
}

int og_verb_audit_list(struct og_cli *cli, const struct og_args *args)
{
	struct view view = {.cli = cli, .verbose = og_arg_given(args, "verbose")};
	const char *since = og_arg(args, "since");
	_cleanup_json_ json_t *kept = NULL;
	int64_t second;
	int r;

	if (since && og_moment_parse(since, cli->now, &second) < 0)
		return og_misused("--since %s: write -2h, or a date such as 2027-06-07T10:00",
				  since);
	if (cli->json)
		view.kept = kept = json_array();
	r = since ? walk(cli, second, show, &view) : walk_last(cli, show, &view);
	if (r != OG_EXIT_OK)
		return r;
	if (kept)
		return og_print_json(json_incref(kept), OG_EXIT_OK);
	if (!view.shown)
		og_say(cli, OG_PLAIN, "There is no such entry.\n");
	return OG_EXIT_OK;
}

/* Verify ------------------------------------------------------------------------------------- */

static void keep_fault(void *userdata, int64_t line, const char *words)
{
	json_t *array = userdata, *text = json_sprintf("line %" PRId64 " %s", line, words);

	if (json_array_size(array) < 100)
		json_array_append(array, text);
	json_decref(text);
}

static json_t *record_of(const struct og_audit_check *check, json_t *found)
{
	json_t *record = json_pack("{s:b, s:I, s:I, s:O}", "good", !check->faults, "entries",
				   (json_int_t)check->entries, "faults", (json_int_t)check->faults,
				   "found", found);
	char hash[OG_DIGEST_TEXT];

	if (!record || !check->entries)
		return record;
	json_object_set_new(record, "head", json_string(og_digest_format(&check->head, hash)));
	json_object_set_new(record, "head_at", json_integer(check->head_at));
	return record;
}

/* An exported file, without the daemon. */
static int verify_file(const char *path, const struct og_digest *head, json_t **ret_record)
{
	struct og_audit_check check = {.wants = head != NULL};
	_cleanup_json_ json_t *found = json_array();
	_cleanup_file_ FILE *in = fopen(path, "re");
	int err;

	if (head)
		check.wanted = *head;
	if (!in)
		return og_complain("%s cannot be read: %s", path, strerror(errno));
	err = og_audit_lines_check(in, &check, keep_fault, found);
	if (err)
		return og_complain("%s cannot be read: %s", path, strerror(-err));
	if (!og_audit_check_head(&check)) {
		check.faults++;
		json_array_append_new(found,
				      json_string("the head is not in the file: entries were "
						  "cut off its end, or it is another log"));
	}
	*ret_record = record_of(&check, found);
	return *ret_record ? OG_EXIT_OK : og_no_memory();
}

static int verify_daemon(const struct og_cli *cli, const char *head, json_t **ret_record)
{
	_cleanup_json_ json_t *query = json_object();
	struct og_call call = {.method = "VerifyAudit", .record = query};

	if (head)
		json_object_set_new(query, "head", json_string(head));
	return og_ask(cli, &call, ret_record) < 0 ? OG_EXIT_FAILED : OG_EXIT_OK;
}

static void show_verdict(const struct og_cli *cli, const json_t *record)
{
	int64_t entries = og_json_number(record, "entries", 0);
	int64_t faults = og_json_number(record, "faults", 0);
	const char *head = og_json_text(record, "head", NULL);
	json_t *found = og_json_array(record, "found"), *words;
	char moment[OG_MOMENT_TEXT];
	size_t i;

	json_array_foreach(found, i, words) og_say(cli, OG_BAD, "%s\n", json_string_value(words));
	if (faults > (int64_t)json_array_size(found))
		og_say(cli, OG_BAD, "and %" PRId64 " more\n",
		       faults - (int64_t)json_array_size(found));
	og_say(cli, OG_PLAIN, "%" PRId64 " entr%s: ", entries, entries == 1 ? "y" : "ies");
	if (faults)
		og_say(cli, OG_BAD, "NOT as they were written\n");
	else
		og_say(cli, OG_GOOD, "as they were written\n");
	if (head)
		og_say(cli, OG_PLAIN, "head %s of %s\n", head,
		       og_moment(og_json_number(record, "head_at", 0), moment));
}

int og_verb_audit_verify(struct og_cli *cli, const struct og_args *args)
{
	const char *head = og_arg(args, "head");
	_cleanup_json_ json_t *record = NULL;
	struct og_digest digest;
	int r;

	if (head && og_digest_parse(head, &digest))
		return og_misused("--head %s: write the 64 digits of an entry's hash", head);
	r = args->word_count ? verify_file(args->words[0], head ? &digest : NULL, &record)
			     : verify_daemon(cli, head, &record);
	if (r != OG_EXIT_OK)
		return r;
	r = og_json_truth(record, "good") ? OG_EXIT_OK : OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_incref(record), r);
	show_verdict(cli, record);
	return r;
}

/* Export ------------------------------------------------------------------------------------- */

struct export
{
	FILE *out;
	int64_t entries;
	char head[OG_DIGEST_TEXT];
};

static int write_entry(void *userdata, json_t *record)
{
	struct export *export = userdata;
	const char *hash = og_json_text(record, "hash", "");
	struct og_audit_entry entry = {
		.id = og_json_number(record, "id", 0),
		.at = og_json_number(record, "at", 0),
		.actor = og_json_text(record, "actor", ""),
		.kind = og_json_text(record, "kind", ""),
		.subject = og_json_text(record, "subject", ""),
		.text = og_json_text(record, "text", ""),
	};

	if (og_digest_parse(hash, &entry.hash))
		return og_complain("the daemon's answer is no entry of an audit log");
	if (og_audit_line_write(&entry, export->out))
		return og_no_memory();
	export->entries++;
	og_digest_format(&entry.hash, export->head);
	return OG_EXIT_OK;
}

int og_verb_audit_export(struct og_cli *cli, const struct og_args *args)
{
	const char *path = og_arg(args, "output");
	struct export export = {.head = "none"};
	_cleanup_text_ char *text = NULL;
	size_t size;
	int r;

	export.out = open_memstream(&text, &size);
	if (!export.out)
		return og_no_memory();
	r = walk(cli, INT64_MIN, write_entry, &export);
	if (fclose(export.out) && r == OG_EXIT_OK)
		r = og_no_memory();
	if (r != OG_EXIT_OK)
		return r;
	r = og_file_write(path, text, size, 0644, true);
	if (r)
		return og_complain("%s cannot be written: %s", path, strerror(-r));
	if (cli->json)
		return og_print_json(json_pack("{s:s, s:I, s:s}", "written", path, "entries",
					       (json_int_t) export.entries, "head", export.head),
				     OG_EXIT_OK);
	og_say(cli, OG_PLAIN, "%s: %" PRId64 " entries; head %s\n", path, export.entries,
	       export.head);
	return OG_EXIT_OK;
}
