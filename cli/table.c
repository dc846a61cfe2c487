// SPDX-License-Identifier: GPL-2.0
/*
 * table.c: aligned columns for people
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/table.h"
#include "utf8.h"

#define GAP 2 /* spaces between columns */

struct cell {
	char *text;
	enum og_style style;
};

struct og_table {
	const struct og_column *columns;
	size_t width; /* in columns */
	struct cell *cells;
	size_t count, room;
	bool out_of_memory;
};

static const char *const escapes[] = {
	[OG_PLAIN] = "",	[OG_BOLD] = "\033[1m",	[OG_DIM] = "\033[2m",
	[OG_GOOD] = "\033[32m", [OG_WARN] = "\033[33m", [OG_BAD] = "\033[1;31m",
};

struct og_table *og_table_new(const struct og_column *columns)
{
	struct og_table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	while (columns[table->width].title)
		table->width++;
	return table;
}

void og_table_free(struct og_table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(table);
}

static void add(struct og_table *table, enum og_style style, char *text)
{
	if (table->count == table->room) {
		size_t room = table->room ? table->room * 2 : 64;
		struct cell *cells = reallocarray(table->cells, room, sizeof(*cells));

		if (!cells) {
			table->out_of_memory = true;
			free(text);
			return;
		}
		table->cells = cells;
		table->room = room;
	}
	if (!text)
		table->out_of_memory = true;
	else
		table->cells[table->count++] = (struct cell){text, style};
}

void og_table_cell(struct og_table *table, enum og_style style, const char *text)
{
	if (table)
		add(table, style, strdup(text && text[0] ? text : "-"));
}

void og_table_printf(struct og_table *table, enum og_style style, const char *format, ...)
{
	va_list arguments;
	char *text;
	int r;

	if (!table)
		return;
	va_start(arguments, format);
	r = vasprintf(&text, format, arguments);
	va_end(arguments);
	add(table, style, r < 0 ? NULL : text);
}

size_t og_table_rows(const struct og_table *table)
{
	return table ? (table->count + table->width - 1) / table->width : 0;
}

/* Columns of one character; U+FFFD and unprintable ones are shown as one. */
static int character_width(uint32_t character)
{
	int width = wcwidth((wchar_t)character);

	if (og_utf8_is_format(character))
		return 0;
	return width < 0 ? 1 : width;
}

int og_text_width(const char *text)
{
	const char *end = text + strlen(text);
	int width = 0;

	while (text < end) {
		uint32_t character = og_utf8_next(&text, end);

		width += character == OG_UTF8_BAD ? 1 : character_width(character);
	}
	return width;
}

void og_text_put(const char *text, enum og_style style, FILE *out, bool colour)
{
	const char *end = text + strlen(text);
	bool escape = colour && style != OG_PLAIN;

	if (escape)
		fputs(escapes[style], out);
	while (text < end) {
		const char *start = text;
		uint32_t character = og_utf8_next(&text, end);

		if (character == OG_UTF8_BAD)
			fputs("\xef\xbf\xbd", out);
		else if (og_utf8_is_control(character))
			fputc('?', out);
		else if (!og_utf8_is_format(character)) /* those could turn text around */
			fwrite(start, 1, (size_t)(text - start), out);
	}
	if (escape)
		fputs("\033[0m", out);
}

static int column_width(const struct og_table *table, size_t column, bool titles)
{
	int width = titles ? og_text_width(table->columns[column].title) : 0;

	for (size_t i = column; i < table->count; i += table->width) {
		int wanted = og_text_width(table->cells[i].text);

		if (wanted > width)
			width = wanted;
	}
	return width;
}

/* One line; nothing stands after its last text. */
static void print_row(const struct og_table *table, const struct cell *cells, size_t count,
		      const int *widths, FILE *out, int indent, bool colour)
{
	int pending = indent;

	for (size_t i = 0; i < count; i++) {
		int fill = widths[i] - og_text_width(cells[i].text);

		if (table->columns[i].right)
			pending += fill;
		fprintf(out, "%*s", pending, "");
		og_text_put(cells[i].text, cells[i].style, out, colour);
		pending = GAP + (table->columns[i].right ? 0 : fill);
	}
	fputc('\n', out);
}

int og_table_print(const struct og_table *table, FILE *out, int indent, bool titles, bool colour)
{
	struct cell *heads = table ? calloc(table->width, sizeof(*heads)) : NULL;
	int *widths = table ? calloc(table->width, sizeof(*widths)) : NULL;

	if (!heads || !widths || table->out_of_memory) {
		free(heads);
		free(widths);
		return -ENOMEM;
	}
	for (size_t i = 0; i < table->width; i++) {
		heads[i] = (struct cell){(char *)table->columns[i].title, OG_BOLD};
		widths[i] = column_width(table, i, titles);
	}
	if (titles)
		print_row(table, heads, table->width, widths, out, indent, colour);
	for (size_t i = 0; i < table->count; i += table->width) {
		size_t left = table->count - i;

		print_row(table, table->cells + i, left < table->width ? left : table->width,
			  widths, out, indent, colour);
	}
	free(heads);
	free(widths);
	return 0;
}
