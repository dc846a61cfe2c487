// SPDX-License-Identifier: GPL-2.0
/*
 * csv.c: the fields of a CSV file, one after the other (RFC 4180)
 */
#include "policy/base/csv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/utf8.h"

void og_csv_open(struct og_csv *csv, const char *data, size_t size, const char *file,
		 struct og_diags *diags)
{
	size_t skip = size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3) ? 3 : 0;

	*csv = (struct og_csv){.file = file,
			       .diags = diags,
			       .at = data + skip,
			       .end = data + size,
			       .mark = {file, 1, 1},
			       .separator = ','};
}

void og_csv_close(struct og_csv *csv)
{
	free(csv->text);
	csv->text = NULL;
}

/* LF or CRLF at @csv->at: its bytes, or 0. */
static size_t line_end(const struct og_csv *csv)
{
	if (csv->at < csv->end && *csv->at == '\n')
		return 1;
	return csv->end - csv->at >= 2 && csv->at[0] == '\r' && csv->at[1] == '\n' ? 2 : 0;
}

static void new_line(struct og_csv *csv, size_t bytes)
{
	csv->at += bytes;
	csv->mark.line++;
	csv->mark.column = 1;
}

/* Copy one character to the field. */
static int copy_character(struct og_csv *csv, size_t *used)
{
	const char *start = csv->at;
	uint32_t character = og_utf8_next(&csv->at, csv->end);
	size_t length = (size_t)(csv->at - start);

	if (character == OG_UTF8_BAD) {
		og_error(csv->diags, &csv->mark, "byte 0x%02x is not UTF-8; save the file in UTF-8",
			 (unsigned char)*start);
		return -EINVAL;
	}
	if (og_utf8_is_control(character) && character != '\t') {
		og_error(csv->diags, &csv->mark,
			 "control character U+%04X; expected printable text", character);
		return -EINVAL;
	}
	if (*used + length > OG_CSV_FIELD_BYTES) {
		og_error(csv->diags, &csv->mark,
			 "a field of more than %d bytes; is a closing quote missing?",
			 OG_CSV_FIELD_BYTES);
		return -EINVAL;
	}
	memcpy(csv->text + *used, start, length);
	*used += length;
	csv->mark.column++;
	return 0;
}

static int read_quoted(struct og_csv *csv, size_t *used)
{
	struct og_mark start = csv->mark;
	int ret;

	csv->at++;
	csv->mark.column++;
	while (csv->at < csv->end) {
		size_t bytes = line_end(csv);

		if (bytes) {
			if (*used < OG_CSV_FIELD_BYTES)
				csv->text[(*used)++] = ' ';
			new_line(csv, bytes);
			continue;
		}
		if (*csv->at == '"') {
			csv->at++;
			csv->mark.column++;
			if (csv->at == csv->end || *csv->at != '"')
				return 0;
		}
		ret = copy_character(csv, used);
		if (ret)
			return ret;
	}
	og_error(csv->diags, &start, "the quote that opens here is never closed");
	return -EINVAL;
}

static int read_plain(struct og_csv *csv, size_t *used)
{
	while (csv->at < csv->end && *csv->at != csv->separator && !line_end(csv)) {
		int ret;

		if (*csv->at == '"') {
			og_error(csv->diags, &csv->mark,
				 "a quote inside a field; expected the whole field in quotes, and "
				 "this one twice");
			return -EINVAL;
		}
		ret = copy_character(csv, used);
		if (ret)
			return ret;
	}
	return 0;
}

int og_csv_next(struct og_csv *csv, struct og_csv_field *ret_field)
{
	struct og_mark start = csv->mark;
	size_t used = 0, bytes;
	int ret;

	if (csv->at == csv->end && csv->mark.column == 1)
		return OG_CSV_END;
	if (!csv->text)
		csv->text = malloc(OG_CSV_FIELD_BYTES + 1);
	if (!csv->text)
		return -ENOMEM;
	ret = csv->at < csv->end && *csv->at == '"' ? read_quoted(csv, &used)
						    : read_plain(csv, &used);
	if (ret)
		return ret;
	csv->text[used] = '\0';
	*ret_field = (struct og_csv_field){csv->text, start};
	if (csv->at < csv->end && *csv->at == csv->separator) {
		csv->at++;
		csv->mark.column++;
		return OG_CSV_FIELD;
	}
	bytes = line_end(csv);
	if (!bytes && csv->at < csv->end) {
		og_error(csv->diags, &csv->mark,
			 "text after a closing quote; expected `%c` or the end of the line",
			 csv->separator);
		return -EINVAL;
	}
	/* Without a line feed at the end, column 1 must not look like the end of the file already. */
	if (bytes)
		new_line(csv, bytes);
	else
		csv->mark.column = 1;
	return OG_CSV_LAST;
}
