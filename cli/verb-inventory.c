// SPDX-License-Identifier: GPL-2.0
/*
 * verb-inventory.c: what one gateway saw, for another one (docs/inventory.md)
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/verbs.h"
#include "ipc/names.h"

#define LINE_MAX_BYTES \
	(256 * 1024) /* of one record; a device's with years of sightings has a few KiB */

/* Export --------------------------------------------------------------------------------------- */

static int put_line(FILE *out, const json_t *record)
{
	if (json_dumpf(record, out, JSON_COMPACT) || fputc('\n', out) == EOF)
		return -EIO;
	return 0;
}

/* Writes a page, and lets the next one begin after it. The cursor stays here. */
static int put_page(FILE *out, json_t *page, json_t *query)
{
	json_t *record;
	size_t i;
	int r = 0;

	json_array_foreach(page, i, record)
	{
		json_t *cursor = json_object_get(record, "cursor");

		if (cursor && json_object_set(query, "after", cursor))
			return -ENOMEM;
		json_object_del(record, "cursor");
		r = put_line(out, record);
		if (r)
			break;
	}
	return r;
}

static int put_all(const struct og_cli *cli, FILE *out, int64_t *ret_records)
{
	_cleanup_json_ json_t *query = json_object(), *end = NULL;
	const struct og_call call = {
		.method = "ExportInventory", .record = query, .flags = OG_CALL_ARRAY};
	_cleanup_bus_ sd_bus *bus = NULL;
	size_t count = 1;
	int r;

	if (og_client_open(cli, false, &bus) < 0)
		return OG_EXIT_FAILED;
	while (count) {
		_cleanup_json_ json_t *page = NULL;

		if (og_client_call(cli, bus, &call, &page) < 0)
			return OG_EXIT_FAILED;
		count = json_array_size(page);
		/* The header alone, of a gateway that saw nothing yet. */
		if (!json_object_get(query, "after") && count == 1)
			count = 0;
		*ret_records += json_array_size(page);
		r = put_page(out, page, query);
		if (r)
			return og_complain("the export cannot be written: %s", strerror(-r));
	}
	end = json_pack("{s:s, s:I}", "kind", "end", "records", (json_int_t)*ret_records);
	if (put_line(out, end) || fflush(out))
		return og_complain("the export cannot be written: %s", strerror(errno));
	return OG_EXIT_OK;
}

/* Aside, and renamed when it is whole: an export that was cut short must not look like one. */
static int export_to(const struct og_cli *cli, const char *path, int64_t *ret_records)
{
	_cleanup_text_ char *aside = NULL;
	FILE *out;
	int r;

	if (asprintf(&aside, "%s.new", path) < 0) {
		aside = NULL;
		return og_no_memory();
	}
	out = fopen(aside, "wxe");
	if (!out) {
		og_complain("%s cannot be written: %s", aside, strerror(errno));
		if (errno == EEXIST)
			og_hint("another export writes it, or was cut short: then remove it");
		return OG_EXIT_FAILED;
	}
	r = put_all(cli, out, ret_records);
	if (r == OG_EXIT_OK && fsync(fileno(out)))
		r = og_complain("%s cannot be written: %s", aside, strerror(errno));
	if (fclose(out) && r == OG_EXIT_OK)
		r = og_complain("%s cannot be written: %s", aside, strerror(errno));
	if (r == OG_EXIT_OK && rename(aside, path))
		r = og_complain("%s cannot be written: %s", path, strerror(errno));
	if (r != OG_EXIT_OK)
		unlink(aside);
	return r;
}

int og_verb_inventory_export(struct og_cli *cli, const struct og_args *args)
{
	const char *path = og_arg(args, "output");
	int64_t records = 0;
	int r;

	if (!path)
		return put_all(cli, stdout, &records);
	r = export_to(cli, path, &records);
	if (r != OG_EXIT_OK)
		return r;
	if (cli->json)
		return og_print_json(
			json_pack("{s:s, s:I}", "written", path, "records", (json_int_t)records),
			OG_EXIT_OK);
	og_say(cli, OG_PLAIN, "%s: %" PRId64 " records\n", path, records);
	return OG_EXIT_OK;
}

/* Merge ---------------------------------------------------------------------------------------- */

/* An export that is read line by line. */
struct input {
	const char *path;
	FILE *in;
	char *line; /* LINE_MAX_BYTES */
	size_t number;
};

/* The next record; NULL with OG_EXIT_OK at the end of the file. */
static int next_record(struct input *input, json_t **ret_record)
{
	json_error_t error;
	size_t length;

	*ret_record = NULL;
	if (!fgets(input->line, LINE_MAX_BYTES, input->in))
		return feof(input->in)
			       ? OG_EXIT_OK
			       : og_complain("%s cannot be read: %s", input->path, strerror(errno));
	input->number++;
	length = strlen(input->line);
	/* Or there is a zero byte in it. */
	if (!feof(input->in) && (!length || input->line[length - 1] != '\n'))
		return og_complain("%s:%zu: the line is too long for an export", input->path,
				   input->number);
	*ret_record = json_loadb(input->line, length, JSON_REJECT_DUPLICATES, &error);
	if (!*ret_record)
		return og_complain("%s:%zu:%d: %s", input->path, input->number, error.column,
				   error.text);
	if (!json_is_object(*ret_record)) {
		json_decref(*ret_record);
		return og_complain("%s:%zu: no record", input->path, input->number);
	}
	return OG_EXIT_OK;
}

static bool is_kind(const json_t *record, const char *kind)
{
	return !strcmp(og_json_text(record, "kind", ""), kind);
}

/* The whole file first: one that was cut short is not taken in by half. */
static int look_through(struct input *input)
{
	int64_t records = 0;
	bool ended = false;

	for (;;) {
		_cleanup_json_ json_t *record = NULL;
		int r = next_record(input, &record);

		if (r != OG_EXIT_OK)
			return r;
		if (!record)
			break;
		if (ended || (!records && !is_kind(record, OG_EXPORT_KIND)))
			return og_complain("%s:%zu: this is no export of \"ouiguard inventory "
					   "export\"",
					   input->path, input->number);
		ended = is_kind(record, "end");
		if (ended && og_json_number(record, "records", -1) != records)
			return og_complain("%s:%zu: records are missing or too many", input->path,
					   input->number);
		records++;
	}
	if (!ended)
		return og_complain("%s: the export is cut short", input->path);
	rewind(input->in);
	input->number = 0;
	return OG_EXIT_OK;
}

static void add_up(json_t *sums, const json_t *answer)
{
	static const char *const keys[] = {"devices", "watched", "states"};

	for (size_t i = 0; i < 3; i++)
		json_object_set_new(sums, keys[i],
				    json_integer(og_json_number(sums, keys[i], 0) +
						 og_json_number(answer, keys[i], 0)));
	json_object_set(sums, "gateway", json_object_get(answer, "gateway"));
}

static int send_page(const struct og_cli *cli, sd_bus *bus, const struct input *input, json_t *page,
		     json_t *sums)
{
	const struct og_call call = {.method = "MergeInventory", .array = page};
	_cleanup_json_ json_t *answer = NULL;

	if (og_client_call(cli, bus, &call, &answer) < 0)
		return og_complain(
			"%s: stopped at line %zu: what came before was taken in, and may "
			"come again",
			input->path, input->number);
	add_up(sums, answer);
	return OG_EXIT_OK;
}

/* Each page begins with the header. */
static int send_all(const struct og_cli *cli, struct input *input, json_t *sums)
{
	_cleanup_json_ json_t *header = NULL, *page = json_array();
	_cleanup_bus_ sd_bus *bus = NULL;
	bool more = true;
	int r;

	r = next_record(input, &header);
	if (r != OG_EXIT_OK)
		return r;
	if (og_client_open(cli, false, &bus) < 0)
		return OG_EXIT_FAILED;
	while (more) {
		_cleanup_json_ json_t *record = NULL;

		r = next_record(input, &record);
		if (r != OG_EXIT_OK)
			return r;
		more = record && !is_kind(record, "end");
		if (!json_array_size(page) && json_array_append(page, header))
			return og_no_memory();
		if (more && json_array_append(page, record))
			return og_no_memory();
		if (more && json_array_size(page) < OG_MERGE_PAGE)
			continue;
		r = send_page(cli, bus, input, page, sums);
		if (r != OG_EXIT_OK)
			return r;
		json_array_clear(page);
	}
	return OG_EXIT_OK;
}

int og_verb_inventory_merge(struct og_cli *cli, const struct og_args *args)
{
	struct input input = {.path = args->words[0]};
	_cleanup_json_ json_t *sums = json_object();
	int r;

	input.line = malloc(LINE_MAX_BYTES);
	if (!input.line)
		return og_complain("%s", strerror(ENOMEM));
	input.in = fopen(input.path, "re");
	if (!input.in) {
		r = og_complain("%s cannot be read: %s", input.path, strerror(errno));
		free(input.line);
		return r;
	}
	r = look_through(&input);
	if (r == OG_EXIT_OK)
		r = send_all(cli, &input, sums);
	free(input.line);
	fclose(input.in);
	if (r != OG_EXIT_OK)
		return r;
	if (cli->json)
		return og_print_json(json_incref(sums), OG_EXIT_OK);
	og_say(cli, OG_PLAIN,
	       "Of gateway %s: %" PRId64 " devices, %" PRId64 " watched days, %" PRId64
	       " new states.\n",
	       og_json_text(sums, "gateway", "unknown"), og_json_number(sums, "devices", 0),
	       og_json_number(sums, "watched", 0), og_json_number(sums, "states", 0));
	return OG_EXIT_OK;
}
