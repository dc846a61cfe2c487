// SPDX-License-Identifier: GPL-2.0
/*
 * import.c: the rows of an asset register from somebody's own table
 */
#include "policy/assets/import.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/base/csv.h"
#include "policy/base/mac.h"

#define PARTS 4	 /* most columns that are joined into one value */
#define WORDS 32 /* words of the role column that are complained about, each once */

/* One column of the table. */
struct title {
	char *text;
	struct og_mark mark;
};

/* Where a value comes from: columns of the table, none when @count is 0. */
struct source {
	size_t parts[PARTS];
	size_t count;
};

/* A row as it was read. */
struct row {
	struct og_conf_asset asset;
	const char *seen;
};

struct input {
	struct og_reader *reader;
	struct og_csv csv;
	const struct og_mapping *mapping;
	const struct og_import_how *how;
	struct title titles[OG_MAPPING_TITLES];
	size_t width;
	struct source columns[OG_ASSET_COLUMNS], seen, since, site;
	/* The fields of the row at hand. */
	char *texts[OG_MAPPING_TITLES];
	struct og_mark marks[OG_MAPPING_TITLES];
	struct row *rows;
	size_t count, room;
	const char *words[WORDS];
	size_t word_count;
	struct og_import import;
};

/* The first line --------------------------------------------------------------------------------*/

/* What most stands between the columns of the first line. */
static char separator_of(const char *data, size_t size)
{
	size_t counts[3] = {0};
	static const char separators[] = ",;\t";
	bool quoted = false;
	char best = ',';
	size_t most = 0;

	for (size_t i = 0; i < size && (quoted || data[i] != '\n'); i++) {
		const char *found = data[i] ? strchr(separators, data[i]) : NULL;

		if (data[i] == '"')
			quoted = !quoted;
		else if (found && !quoted)
			counts[found - separators]++;
	}
	for (size_t i = 0; i < 3; i++) {
		if (counts[i] > most) {
			most = counts[i];
			best = separators[i];
		}
	}
	return best;
}

/* A copy of a field without the spaces around it, which spreadsheets are fond of. */
static char *trimmed(struct input *input, const char *text)
{
	size_t length;

	while (*text == ' ' || *text == '\t')
		text++;
	length = strlen(text);
	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	return og_arena_strndup(input->reader->arena, text, length);
}

static int read_titles(struct input *input)
{
	struct og_csv_field field;
	int kind;

	do {
		kind = og_csv_next(&input->csv, &field);
		if (kind < 0 || kind == OG_CSV_END)
			return kind;
		if (input->width == OG_MAPPING_TITLES) {
			og_error(input->reader->diags, &field.mark,
				 "more than %d columns; leave out those that are not needed",
				 OG_MAPPING_TITLES);
			return -EINVAL;
		}
		input->titles[input->width].mark = field.mark;
		input->titles[input->width].text = trimmed(input, field.text);
		if (!input->titles[input->width++].text)
			return -ENOMEM;
	} while (kind == OG_CSV_FIELD);
	return 0;
}

/* The column with this title, in any case; input->width when there is none. */
static size_t column_of(const struct input *input, const char *title, size_t length)
{
	for (int exact = 1; exact >= 0; exact--) {
		for (size_t i = 0; i < input->width; i++) {
			const char *text = input->titles[i].text;

			if (strlen(text) == length && !(exact ? strncmp(text, title, length)
							      : strncasecmp(text, title, length)))
				return i;
		}
	}
	return input->width;
}

static bool find_joined(const struct input *input, const char *title, struct source *source)
{
	size_t length;

	for (const char *part = title; part; part = part[length] ? part + length + 1 : NULL) {
		length = strcspn(part, "+");
		if (source->count == PARTS)
			return false;
		source->parts[source->count] = column_of(input, part, length);
		if (source->parts[source->count++] == input->width)
			return false;
	}
	return true;
}

static void complain_title(struct input *input, const char *title)
{
	const char *titles[OG_MAPPING_TITLES], *closest;
	char list[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < input->width; i++)
		titles[i] = input->titles[i].text;
	closest = og_closest(title, titles, input->width);
	if (closest) {
		og_error(input->reader->diags, &input->titles[0].mark,
			 "no column `%.*s`; did you mean `%.*s`?", og_shown(title), title,
			 og_shown(closest), closest);
		return;
	}
	for (size_t i = 0; i < input->width && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%.*s", i ? ", " : "",
					 og_shown(titles[i]), titles[i]);
	og_error(input->reader->diags, &input->titles[0].mark, "no column `%.*s`; there are %s",
		 og_shown(title), title, list);
}

static void find_source(struct input *input, const char *title, bool needed, struct source *source)
{
	if (!title)
		return;
	source->parts[0] = column_of(input, title, strlen(title));
	source->count = 1;
	if (source->parts[0] < input->width)
		return;
	source->count = 0;
	if (strchr(title, '+') && find_joined(input, title, source))
		return;
	source->count = 0;
	if (needed)
		complain_title(input, title);
}

/* By which mapping the table is read, and where its columns stand. */
static int find_columns(struct input *input)
{
	const char *titles[OG_MAPPING_TITLES];
	size_t errors = input->reader->diags->errors;
	bool named = input->mapping;

	for (size_t i = 0; i < input->width; i++)
		titles[i] = input->titles[i].text;
	if (!named)
		input->mapping = og_mapping_known(titles, input->width, input->how->format);
	if (!input->mapping) {
		og_error(input->reader->diags, &input->titles[0].mark,
			 "these columns are not those of a known %s; say which column is which: "
			 "--map \"mac=TITLE,serial=TITLE\"",
			 input->how->format ? input->how->format : "table");
		return -EINVAL;
	}
	/* A known table may come without columns that are of no use; what an operator names is meant. */
	for (enum og_asset_column column = 0; column < OG_ASSET_COLUMNS; column++)
		find_source(input, input->mapping->columns[column],
			    named || column == OG_COLUMN_MAC, &input->columns[column]);
	find_source(input, input->mapping->seen, named, &input->seen);
	find_source(input, input->mapping->since, false, &input->since);
	find_source(input, input->mapping->site, true, &input->site);
	return input->reader->diags->errors == errors ? 0 : -EINVAL;
}

/* Values ----------------------------------------------------------------------------------------*/

/* The value of @source in the row at hand; NULL without memory. */
static char *value_of(struct input *input, const struct source *source)
{
	char *text = "";

	for (size_t i = 0; i < source->count; i++) {
		char *part = input->texts[source->parts[i]];

		if (!*part)
			continue;
		text = *text ? og_arena_printf(input->reader->arena, "%s/%s", text, part) : part;
		if (!text)
			return NULL;
	}
	return text;
}

/* Twelve digits without anything between them are an address too. */
static int parse_mac(const char *text, uint64_t *ret_mac)
{
	char colons[OG_MAC_TEXT];

	if (strlen(text) != 12 || strspn(text, "0123456789abcdefABCDEF") != 12)
		return og_mac_parse(text, ret_mac);
	for (size_t i = 0; i < 6; i++)
		snprintf(colons + 3 * i, 4, "%.2s%s", text + 2 * i, i < 5 ? ":" : "");
	return og_mac_parse(colons, ret_mac);
}

/* The three numbers of a date; whatever time of day follows is of no use here. */
static bool split_date(const char *text, int ret_numbers[3])
{
	for (size_t i = 0; i < 3; i++) {
		size_t digits = strspn(text, "0123456789");

		if (!digits || digits > 4)
			return false;
		ret_numbers[i] = atoi(text);
		text += digits;
		if (i < 2 && !strchr("-/.", *text))
			return false;
		if (i < 2 && !*text++)
			return false;
	}
	return !*text || *text == ' ' || *text == 'T';
}

/* @text as 2021-05-30 into @date; false when it is no date. */
static bool date_of(const char *text, enum og_date_order order, char date[11])
{
	struct og_when when;
	int n[3];

	if (!split_date(text, n))
		return false;
	if (n[0] > 31) /* the year leads, whatever the order is said to be */
		order = OG_DATES_YMD;
	else if (order == OG_DATES_YMD)
		return false;
	if (order == OG_DATES_YMD)
		snprintf(date, 11, "%04u-%02u-%02u", n[0] % 10000u, n[1] % 100u, n[2] % 100u);
	else
		snprintf(date, 11, "%04u-%02u-%02u", n[2] % 10000u,
			 (order == OG_DATES_DMY ? n[1] : n[0]) % 100u,
			 (order == OG_DATES_DMY ? n[0] : n[1]) % 100u);
	/* Numbers that were cut would read as another day. */
	return n[1] < 100 && (order == OG_DATES_YMD ? n[2] : n[0]) < 100 &&
	       (order == OG_DATES_YMD || n[2] > 99) && !og_when_parse(date, &when);
}

static enum og_role role_of(struct input *input, const char *word, const struct og_mark *mark)
{
	enum og_role role = input->how->role;
	char lower[32];
	size_t i;

	for (enum og_role r = 0; r < OG_ROLE_COUNT; r++)
		for (i = 0; i < input->mapping->roles[r].count; i++)
			if (!strcasecmp(word, input->mapping->roles[r].names[i]))
				return r;
	for (i = 0; word[i] && i + 1 < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)word[i]);
	lower[i] = '\0';
	if (!*word || !og_role_parse(lower, &role))
		return role;
	for (i = 0; i < input->word_count; i++)
		if (!strcasecmp(input->words[i], word))
			return role;
	if (input->word_count < WORDS) {
		input->words[input->word_count++] = word;
		og_warn(input->reader->diags, mark,
			"`%.*s` is no role: taken as %s; `roles` in a mapping file can name it",
			og_shown(word), word, og_role_name(role));
	}
	return role;
}

/* The status that the row has by what it says and proves. */
static enum og_asset_status status_of(const struct og_conf_asset *asset)
{
	if (asset->status != OG_ASSET_LEGACY && asset->status != OG_ASSET_LEGACY_UNPROVEN)
		return asset->status;
	return *asset->installed && *asset->evidence ? OG_ASSET_LEGACY : OG_ASSET_LEGACY_UNPROVEN;
}

/* The place of @column's value in the row at hand, and of the row where it has none. */
static const struct og_mark *place(const struct input *input, enum og_asset_column column)
{
	const struct source *source = &input->columns[column];

	return &input->marks[source->count ? source->parts[0] : 0];
}

static int read_installed(struct input *input, struct og_conf_asset *asset)
{
	static const char *const forms[] = {"2021-05-30 (--dates dmy or mdy for others)",
					    "2021-05-30 or 30/05/2021", "2021-05-30 or 05/30/2021"};
	char date[11] = "";

	if (*asset->installed && !date_of(asset->installed, input->mapping->dates, date))
		og_error(input->reader->diags, place(input, OG_COLUMN_INSTALLED),
			 "`installed` is `%.*s`; expected a date such as %s",
			 og_shown(asset->installed), asset->installed,
			 forms[input->mapping->dates]);
	asset->installed = og_arena_strdup(input->reader->arena, date);
	return asset->installed ? 0 : -ENOMEM;
}

/* What a table that tells when it first saw a device knows stands in the note. */
static int read_since(struct input *input, struct og_conf_asset *asset)
{
	char *text = value_of(input, &input->since), date[11];

	if (!text)
		return -ENOMEM;
	if (*asset->note || !date_of(text, OG_DATES_YMD, date))
		return 0;
	asset->note = og_arena_printf(input->reader->arena, "first seen by %s %s",
				      input->mapping->name, date);
	return asset->note ? 0 : -ENOMEM;
}

/* Fill @asset from the row at hand; its MAC is there already. */
static int read_values(struct input *input, struct og_conf_asset *asset)
{
	struct og_diags *diags = input->reader->diags;
	char *role = value_of(input, &input->columns[OG_COLUMN_ROLE]);
	char *status = value_of(input, &input->columns[OG_COLUMN_STATUS]);
	int ret;

	if (!role || !status)
		return -ENOMEM;
	asset->role = role_of(input, role, place(input, OG_COLUMN_ROLE));
	asset->status = OG_ASSET_LEGACY_UNPROVEN;
	if (*status && og_asset_status_parse(status, &asset->status))
		og_error(diags, place(input, OG_COLUMN_STATUS),
			 "`status` is `%.*s`; expected legacy, legacy-unproven, removed, replaced "
			 "or false-positive",
			 og_shown(status), status);
	for (enum og_asset_column c = OG_COLUMN_INSTALLED; c < OG_ASSET_COLUMNS; c++) {
		*og_asset_text(asset, c) = value_of(input, &input->columns[c]);
		if (!*og_asset_text(asset, c))
			return -ENOMEM;
	}
	ret = read_installed(input, asset);
	if (!ret)
		ret = read_since(input, asset);
	asset->status = status_of(asset);
	return ret;
}

/* Rows ------------------------------------------------------------------------------------------*/

/* The fields of one row. Returns as og_csv_next() for its last field. */
static int read_fields(struct input *input, size_t *ret_width)
{
	struct og_csv_field field;
	size_t width = 0;
	int kind;

	do {
		kind = og_csv_next(&input->csv, &field);
		if (kind < 0 || kind == OG_CSV_END)
			return kind;
		if (width < input->width) {
			input->marks[width] = field.mark;
			input->texts[width] = trimmed(input, field.text);
			if (!input->texts[width])
				return -ENOMEM;
		}
		width++;
	} while (kind == OG_CSV_FIELD);
	*ret_width = width;
	return kind;
}

static int keep(struct input *input, const struct row *row)
{
	size_t wanted = input->room ? input->room * 2 : 256;
	struct row *rows;

	if (input->count == input->room) {
		rows = realloc(input->rows, wanted * sizeof(*rows));
		if (!rows)
			return -ENOMEM;
		input->rows = rows;
		input->room = wanted;
	}
	input->rows[input->count++] = *row;
	return 0;
}

static int take_row(struct input *input)
{
	struct row row = {.asset.mark = input->marks[0]};
	size_t errors = input->reader->diags->errors;
	char *mac = value_of(input, &input->columns[OG_COLUMN_MAC]);
	char *site = value_of(input, &input->site);
	int ret;

	row.seen = value_of(input, &input->seen);
	if (!mac || !site || !row.seen)
		return -ENOMEM;
	if (input->site.count && strcmp(site, input->how->site)) {
		input->import.elsewhere++;
		return 0;
	}
	if (!*mac) {
		input->import.without++;
		return 0;
	}
	if (parse_mac(mac, &row.asset.mac) || og_mac_is_group(row.asset.mac) || !row.asset.mac)
		og_error(input->reader->diags, place(input, OG_COLUMN_MAC),
			 "`%.*s` is no address of a device such as a4:14:37:00:12:34",
			 og_shown(mac), mac);
	ret = read_values(input, &row.asset);
	if (ret)
		return ret;
	if (input->reader->diags->errors == errors)
		return keep(input, &row);
	input->import.refused++;
	return 0;
}

static int read_rows(struct input *input)
{
	size_t width;
	int kind, ret = 0;

	while (!ret && !og_reader_stop(input->reader)) {
		kind = read_fields(input, &width);
		if (kind == OG_CSV_END)
			return 0;
		if (kind < 0)
			return kind;
		/* A line that holds nothing at all is no row. */
		if (width == 1 && !*input->texts[0])
			continue;
		input->import.lines++;
		if (width == input->width) {
			ret = take_row(input);
			continue;
		}
		og_error(input->reader->diags, &input->marks[0],
			 "%zu fields; expected %zu as in the first line", width, input->width);
		input->import.refused++;
	}
	return ret;
}

/* Devices that have several rows --------------------------------------------------------------- */

static int by_mac(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(y->seen, x->seen);

	if (x->asset.mac != y->asset.mac)
		return x->asset.mac < y->asset.mac ? -1 : 1;
	if (order)
		return order;
	return x->asset.mark.line < y->asset.mark.line ? -1
						       : x->asset.mark.line > y->asset.mark.line;
}

static bool same_row(const struct og_conf_asset *a, const struct og_conf_asset *b)
{
	struct og_conf_asset x = *a, y = *b;

	for (enum og_asset_column c = OG_COLUMN_INSTALLED; c < OG_ASSET_COLUMNS; c++)
		if (strcmp(*og_asset_text(&x, c), *og_asset_text(&y, c)))
			return false;
	return x.role == y.role && x.status == y.status;
}

/* Each device once, by its newest row, or by the first of those that agree. */
static int take_devices(struct input *input)
{
	struct og_conf_register *rows = &input->import.rows;
	bool several = input->mapping->several || input->seen.count;
	char text[OG_MAC_TEXT];

	rows->rows = og_arena_array(input->reader->arena, input->count + 1, sizeof(*rows->rows));
	if (!rows->rows)
		return -ENOMEM;
	if (input->count)
		qsort(input->rows, input->count, sizeof(*input->rows), by_mac);
	for (size_t i = 0; i < input->count; i++) {
		const struct og_conf_asset *asset = &input->rows[i].asset;
		const struct og_conf_asset *last = rows->count ? &rows->rows[rows->count - 1]
							       : NULL;

		if (!last || last->mac != asset->mac) {
			rows->rows[rows->count++] = *asset;
			continue;
		}
		input->import.repeated++;
		if (several || same_row(last, asset))
			continue;
		og_error(input->reader->diags, &asset->mark,
			 "%s is here twice, and the rows differ; the other row is in line %u",
			 og_mac_format(asset->mac, text), last->mark.line);
		input->import.refused++;
	}
	return 0;
}

int og_import_parse(struct og_reader *reader, const char *data, size_t size, const char *file,
		    const struct og_import_how *how, struct og_import *ret_import)
{
	struct input *input = calloc(1, sizeof(*input));
	struct og_mark start = {file, 1, 1};
	int ret;

	if (!input)
		return -ENOMEM;
	input->reader = reader;
	input->mapping = how->mapping;
	input->how = how;
	og_csv_open(&input->csv, data, size, file, reader->diags);
	input->csv.separator = separator_of(data, size);
	ret = read_titles(input);
	if (ret == OG_CSV_END) {
		og_error(reader->diags, &start,
			 "the file is empty; expected a first line with the titles of the columns");
		ret = -EINVAL;
	}
	if (!ret)
		ret = find_columns(input);
	if (!ret)
		ret = read_rows(input);
	input->import.cut = ret || og_reader_stop(reader);
	/* What cannot be told apart has an error already; what was read before it still counts. */
	if (ret != -ENOMEM && input->mapping)
		ret = take_devices(input);
	og_csv_close(&input->csv);
	input->import.mapping = input->mapping;
	input->import.rows.mark = start;
	*ret_import = input->import;
	free(input->rows);
	free(input);
	return ret == -ENOMEM ? ret : 0;
}
