// SPDX-License-Identifier: GPL-2.0
/*
 * sheet.c: aligned columns for people
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "cli/sheet.h"
#include "policy/base/utf8.h"

#define GAP 2 /* spaces between columns */

struct cell {
	char *text;
	enum og_style style;
};

struct og_sheet {
	const struct og_sheet_column *columns;
	size_t width; /* in columns */
	struct cell *cells;
	size_t count, room;
	char **notes; /* by row; NULL where there is none */
	size_t note_room;
	bool out_of_memory;
};

static const char *const escapes[] = {
	[OG_PLAIN] = "",	[OG_BOLD] = "\033[1m",	[OG_DIM] = "\033[2m",
	[OG_GOOD] = "\033[32m", [OG_WARN] = "\033[33m", [OG_BAD] = "\033[1;31m",
};

struct og_sheet *og_sheet_new(const struct og_sheet_column *columns)
{
	struct og_sheet *sheet = calloc(1, sizeof(*sheet));

	if (!sheet)
		return NULL;
	sheet->columns = columns;
	while (columns[sheet->width].title)
		sheet->width++;
	return sheet;
}

void og_sheet_free(struct og_sheet *sheet)
{
	if (!sheet)
		return;
	for (size_t i = 0; i < sheet->count; i++)
		free(sheet->cells[i].text);
	for (size_t i = 0; i < sheet->note_room; i++)
		free(sheet->notes[i]);
	free(sheet->notes);
	free(sheet->cells);
	free(sheet);
}

static void add(struct og_sheet *sheet, enum og_style style, char *text)
{
	if (sheet->count == sheet->room) {
		size_t room = sheet->room ? sheet->room * 2 : 64;
		struct cell *cells = reallocarray(sheet->cells, room, sizeof(*cells));

		if (!cells) {
			sheet->out_of_memory = true;
			free(text);
			return;
		}
		sheet->cells = cells;
		sheet->room = room;
	}
	if (!text)
		sheet->out_of_memory = true;
	else
		sheet->cells[sheet->count++] = (struct cell){text, style};
}

void og_sheet_cell(struct og_sheet *sheet, enum og_style style, const char *text)
{
	if (sheet)
		add(sheet, style, strdup(text && text[0] ? text : "-"));
}

void og_sheet_printf(struct og_sheet *sheet, enum og_style style, const char *format, ...)
{
	va_list arguments;
	char *text;
	int r;

	if (!sheet)
		return;
	va_start(arguments, format);
	r = vasprintf(&text, format, arguments);
	va_end(arguments);
	add(sheet, style, r < 0 ? NULL : text);
}

void og_sheet_note(struct og_sheet *sheet, const char *text)
{
	size_t row;

	if (!sheet || sheet->count < sheet->width)
		return;
	row = sheet->count / sheet->width - 1;
	if (row >= sheet->note_room) {
		size_t room = 2 * row + 16;
		char **notes = reallocarray(sheet->notes, room, sizeof(*notes));

		if (!notes) {
			sheet->out_of_memory = true;
			return;
		}
		memset(notes + sheet->note_room, 0, (room - sheet->note_room) * sizeof(*notes));
		sheet->notes = notes;
		sheet->note_room = room;
	}
	free(sheet->notes[row]);
	sheet->notes[row] = strdup(text);
	if (!sheet->notes[row])
		sheet->out_of_memory = true;
}

size_t og_sheet_rows(const struct og_sheet *sheet)
{
	return sheet ? (sheet->count + sheet->width - 1) / sheet->width : 0;
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

static int column_width(const struct og_sheet *sheet, size_t column, bool titles)
{
	int width = titles ? og_text_width(sheet->columns[column].title) : 0;

	for (size_t i = column; i < sheet->count; i += sheet->width) {
		int wanted = og_text_width(sheet->cells[i].text);

		if (wanted > width)
			width = wanted;
	}
	return width;
}

/* One line; nothing stands after its last text. */
static void print_row(const struct og_sheet *sheet, const struct cell *cells, size_t count,
		      const int *widths, FILE *out, int indent, bool colour)
{
	int pending = indent;

	for (size_t i = 0; i < count; i++) {
		int fill = widths[i] - og_text_width(cells[i].text);

		if (sheet->columns[i].right)
			pending += fill;
		if (!cells[i].text[0]) {
			pending += GAP + (sheet->columns[i].right ? 0 : fill);
			continue;
		}
		fprintf(out, "%*s", pending, "");
		og_text_put(cells[i].text, cells[i].style, out, colour);
		pending = GAP + (sheet->columns[i].right ? 0 : fill);
	}
	fputc('\n', out);
}

int og_sheet_print(const struct og_sheet *sheet, FILE *out, int indent, bool titles, bool colour)
{
	struct cell *heads = sheet ? calloc(sheet->width, sizeof(*heads)) : NULL;
	int *widths = sheet ? calloc(sheet->width, sizeof(*widths)) : NULL;

	if (!heads || !widths || sheet->out_of_memory) {
		free(heads);
		free(widths);
		return -ENOMEM;
	}
	for (size_t i = 0; i < sheet->width; i++) {
		heads[i] = (struct cell){(char *)sheet->columns[i].title, OG_BOLD};
		widths[i] = column_width(sheet, i, titles);
	}
	if (titles)
		print_row(sheet, heads, sheet->width, widths, out, indent, colour);
	for (size_t i = 0; i < sheet->count; i += sheet->width) {
		size_t left = sheet->count - i;

		print_row(sheet, sheet->cells + i, left < sheet->width ? left : sheet->width,
			  widths, out, indent, colour);
		if (i / sheet->width < sheet->note_room && sheet->notes[i / sheet->width])
			fputs(sheet->notes[i / sheet->width], out);
	}
	free(heads);
	free(widths);
	return 0;
}
