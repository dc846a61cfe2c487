// SPDX-License-Identifier: GPL-2.0
/*
 * assets.c: the asset register of a site, assets/SITE.csv
 */
#include "policy/config/assets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/csv.h"
#include "policy/base/mac.h"

const char *const og_asset_titles[OG_ASSET_COLUMNS] = {
	"mac",	     "role",   "status",      "installed", "evidence",
	"asset_tag", "serial", "switch_port", "location",  "note",
};

/* One file while it is read. */
struct input {
	struct og_reader *reader;
	struct og_csv csv;
	/* Which column stands where in a row; OG_ASSET_COLUMNS for one that is not known. */
	enum og_asset_column order[OG_ASSET_COLUMNS];
	size_t width;
	struct og_conf_asset *rows;
	size_t count, room;
};

char **og_asset_text(struct og_conf_asset *asset, enum og_asset_column column)
{
	switch (column) {
	case OG_COLUMN_INSTALLED:
		return &asset->installed;
	case OG_COLUMN_EVIDENCE:
		return &asset->evidence;
	case OG_COLUMN_ASSET_TAG:
		return &asset->asset_tag;
	case OG_COLUMN_SERIAL:
		return &asset->serial;
	case OG_COLUMN_SWITCH_PORT:
		return &asset->switch_port;
	case OG_COLUMN_LOCATION:
		return &asset->location;
	default:
		return &asset->note;
	}
}

static void read_title(struct input *input, const struct og_csv_field *field,
		       bool seen[OG_ASSET_COLUMNS])
{
	struct og_diags *diags = input->reader->diags;
	enum og_asset_column column = 0;
	const char *closest;

	while (column < OG_ASSET_COLUMNS && strcmp(field->text, og_asset_titles[column]))
		column++;
	if (input->width < OG_ASSET_COLUMNS)
		input->order[input->width] = column;
	input->width++;
	closest = column == OG_ASSET_COLUMNS
			  ? og_closest(field->text, og_asset_titles, OG_ASSET_COLUMNS)
			  : NULL;
	if (column == OG_ASSET_COLUMNS && strchr(field->text, ';')) {
		og_error(diags, &field->mark,
			 "semicolons between the columns; expected commas (save it as CSV with "
			 "commas)");
	} else if (closest) {
		og_error(diags, &field->mark, "unknown column `%.*s`; did you mean `%s`?",
			 og_shown(field->text), field->text, closest);
	} else if (column == OG_ASSET_COLUMNS) {
		og_error(diags, &field->mark,
			 "unknown column `%.*s`; expected some of mac, role, status, installed, "
			 "evidence, asset_tag, serial, switch_port, location, note",
			 og_shown(field->text), field->text);
	} else if (seen[column]) {
		og_error(diags, &field->mark, "a second column `%s`", og_asset_titles[column]);
	} else {
		seen[column] = true;
	}
}

/* The header. Without a good one the rows mean nothing. */
static int read_header(struct input *input)
{
	size_t errors = input->reader->diags->errors;
	bool seen[OG_ASSET_COLUMNS] = {false};
	struct og_csv_field field;
	struct og_mark start = {input->csv.file, 1, 1};
	int ret;

	do {
		ret = og_csv_next(&input->csv, &field);
		if (ret < 0)
			return ret;
		if (ret == OG_CSV_END)
			break;
		read_title(input, &field, seen);
	} while (ret == OG_CSV_FIELD);
	if (input->reader->diags->errors == errors && !seen[OG_COLUMN_MAC])
		og_error(input->reader->diags, &start,
			 "no column `mac`; expected a first line such as mac,role,status,location");
	return input->reader->diags->errors == errors ? 0 : -EINVAL;
}

static bool installed_valid(const char *text)
{
	struct og_when when;

	return !*text || (strlen(text) == 10 && !og_when_parse(text, &when));
}

static int read_value(struct input *input, enum og_asset_column column,
		      const struct og_csv_field *field, struct og_conf_asset *asset)
{
	struct og_diags *diags = input->reader->diags;
	const char *expected = NULL;
	char **member;

	switch (column) {
	case OG_COLUMN_MAC:
		if (og_mac_parse(field->text, &asset->mac) || og_mac_is_group(asset->mac))
			expected = "the address of a device such as a4:14:37:00:12:34";
		break;
	case OG_COLUMN_ROLE:
		if (*field->text && og_role_parse(field->text, &asset->role))
			expected = "camera, recorder, router, phone, life-safety, other or unknown";
		break;
	case OG_COLUMN_STATUS:
		if (*field->text && og_asset_status_parse(field->text, &asset->status))
			expected = "legacy, legacy-unproven, removed, replaced or false-positive";
		break;
	case OG_COLUMN_INSTALLED:
		if (!installed_valid(field->text))
			expected = "a date such as 2021-05-30, or nothing";
		/* fall through */
	default:
		member = og_asset_text(asset, column);
		*member = og_arena_strdup(input->reader->arena, field->text);
		if (!*member)
			return -ENOMEM;
	}
	if (expected)
		og_error(diags, &field->mark, "`%s` is `%.*s`; expected %s",
			 og_asset_titles[column], og_shown(field->text), field->text, expected);
	return 0;
}

static int add_row(struct input *input, const struct og_conf_asset *asset)
{
	size_t wanted = input->room ? input->room * 2 : 64;
	struct og_conf_asset *rows;

	if (input->count == input->room) {
		rows = og_arena_array(input->reader->arena, wanted, sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		if (input->count)
			memcpy(rows, input->rows, input->count * sizeof(*rows));
		input->rows = rows;
		input->room = wanted;
	}
	input->rows[input->count++] = *asset;
	return 0;
}

/* One row. Returns OG_CSV_END after the last, OG_CSV_LAST after any other, or -errno. */
static int read_row(struct input *input)
{
	/* A row that says nothing of its status is that of a known device, without any proof. */
	struct og_conf_asset asset = {.status = OG_ASSET_LEGACY_UNPROVEN,
				      .installed = "",
				      .evidence = "",
				      .asset_tag = "",
				      .serial = "",
				      .switch_port = "",
				      .location = "",
				      .note = ""};
	struct og_diags *diags = input->reader->diags;
	size_t errors = diags->errors, width = 0;
	struct og_csv_field field;
	int ret, kind;

	do {
		kind = og_csv_next(&input->csv, &field);
		if (kind < 0 || kind == OG_CSV_END)
			return kind;
		if (width == 0)
			asset.mark = field.mark;
		/* A line that holds nothing at all is no row. */
		if (width == 0 && kind == OG_CSV_LAST && !*field.text && input->width > 1)
			return kind;
		if (width < input->width) {
			ret = read_value(input, input->order[width], &field, &asset);
			if (ret)
				return ret;
		}
		width++;
	} while (kind == OG_CSV_FIELD);
	if (width != input->width)
		og_error(diags, &asset.mark, "%zu fields; expected %zu as in the first line", width,
			 input->width);
	if (diags->errors != errors)
		return kind;
	ret = add_row(input, &asset);
	return ret ? ret : kind;
}

static int by_mac(const void *a, const void *b)
{
	const struct og_conf_asset *x = *(struct og_conf_asset *const *)a;
	const struct og_conf_asset *y = *(struct og_conf_asset *const *)b;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	return x->mark.line < y->mark.line ? -1 : x->mark.line > y->mark.line;
}

static int refuse_duplicates(struct input *input)
{
	struct og_conf_asset **sorted = calloc(input->count + 1, sizeof(struct og_conf_asset *));
	char text[OG_MAC_TEXT];

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < input->count; i++)
		sorted[i] = &input->rows[i];
	qsort(sorted, input->count, sizeof(struct og_conf_asset *), by_mac);
	for (size_t i = 1; i < input->count; i++)
		if (sorted[i]->mac == sorted[i - 1]->mac)
			og_error(input->reader->diags, &sorted[i]->mark,
				 "%s is here twice; the other row is in line %u",
				 og_mac_format(sorted[i]->mac, text), sorted[i - 1]->mark.line);
	free(sorted);
	return 0;
}

int og_assets_parse(struct og_reader *reader, const char *data, size_t size, const char *file,
		    struct og_conf_register *ret_register)
{
	struct input input = {.reader = reader};
	int ret;

	og_csv_open(&input.csv, data, size, file, reader->diags);
	ret = read_header(&input);
	while (!ret && !og_reader_stop(reader)) {
		ret = read_row(&input);
		if (ret == OG_CSV_END)
			break;
		if (ret > 0)
			ret = 0;
	}
	og_csv_close(&input.csv);
	if (ret == -ENOMEM)
		return ret;
	ret_register->rows = input.rows;
	ret_register->count = input.count;
	ret_register->mark = (struct og_mark){file, 1, 1};
	return refuse_duplicates(&input);
}

static void write_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n") && *text != ' ') {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
}

int og_assets_write(const struct og_conf_register *assets, FILE *out)
{
	char mac[OG_MAC_TEXT];

	for (enum og_asset_column column = 0; column < OG_ASSET_COLUMNS; column++)
		fprintf(out, "%s%s", column ? "," : "", og_asset_titles[column]);
	fputc('\n', out);
	for (size_t i = 0; i < assets->count; i++) {
		struct og_conf_asset *asset = &assets->rows[i];

		fprintf(out, "%s,%s,%s", og_mac_format(asset->mac, mac), og_role_name(asset->role),
			og_asset_status_name(asset->status));
		for (enum og_asset_column column = OG_COLUMN_INSTALLED; column < OG_ASSET_COLUMNS;
		     column++) {
			fputc(',', out);
			write_text(out, *og_asset_text(asset, column));
		}
		fputc('\n', out);
	}
	return ferror(out) ? -EIO : 0;
}
