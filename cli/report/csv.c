// SPDX-License-Identifier: GPL-2.0
/*
 * csv.c: records as comma-separated values
 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report/csv.h"
#include "policy/base/when.h"

/* What a sheet may take for the beginning of a formula, in full width too. */
static bool begins_formula(const char *text)
{
	static const char *const wide[] = {"＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (!strncmp(text, wide[i], strlen(wide[i])))
			return true;
	return text[0] && strchr("=+-@\t\r", text[0]);
}

/* RFC 4180. A program that opens it as a sheet must not take a name for a formula. */
static void put_text(FILE *out, const char *text)
{
	bool formula = begins_formula(text);

	if (!formula && !strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputs(formula ? "\"'" : "\"", out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static bool ends_in(const char *key, const char *end)
{
	size_t length = strlen(key), tail = strlen(end);

	return length > tail && !strcmp(key + length - tail, end);
}

static void put_list(FILE *out, const json_t *list)
{
	_cleanup_text_ char *text = NULL;
	json_t *item;
	size_t i, size;
	FILE *words = open_memstream(&text, &size);

	if (!words)
		return;
	json_array_foreach(list, i, item)
	{
		if (json_is_string(item))
			fprintf(words, "%s%s", i ? " " : "", json_string_value(item));
	}
	if (!fclose(words))
		put_text(out, text);
}

static void put_value(FILE *out, const char *key, const json_t *value)
{
	char moment[64];

	if (json_is_string(value))
		put_text(out, json_string_value(value));
	else if (json_is_integer(value) && (ends_in(key, "_at") || ends_in(key, "_seen")))
		fputs(og_when_format(json_integer_value(value), NULL, moment, sizeof(moment)), out);
	else if (json_is_integer(value))
		fprintf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "yes" : "no", out);
	else if (json_is_array(value))
		put_list(out, value);
}

void og_csv_header(FILE *out, const char *const *columns)
{
	for (size_t i = 0; columns[i]; i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i]);
	fputs("\r\n", out);
}

void og_csv_row(FILE *out, const char *const *columns, const json_t *record)
{
	for (size_t i = 0; columns[i]; i++) {
		if (i)
			fputc(',', out);
		put_value(out, columns[i], json_object_get(record, columns[i]));
	}
	fputs("\r\n", out);
}

void og_csv_table(FILE *out, const char *const *columns, const json_t *records)
{
	json_t *record;
	size_t i;

	og_csv_header(out, columns);
	json_array_foreach(records, i, record) og_csv_row(out, columns, record);
}
