/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sheet.h: aligned columns for people
 *
 * Widths are those of a terminal (wcwidth), so that names in any script line up. What a cell holds
 * may come from the network: control characters are shown as `?`, never sent to the terminal.
 */
#ifndef OUIGUARD_CLI_SHEET_H
#define OUIGUARD_CLI_SHEET_H

#include <stdbool.h>
#include <stdio.h>

enum og_style {
	OG_PLAIN,
	OG_BOLD,
	OG_DIM,
	OG_GOOD,
	OG_WARN,
	OG_BAD,
};

struct og_sheet_column {
	const char *title; /* NULL ends a list of columns */
	bool right;	   /* numbers: aligned at their end */
};

struct og_sheet;

/*
 * og_sheet_new - an empty sheet; @columns must outlive it. NULL without memory, which the functions
 * below take for an empty sheet that cannot be printed.
 */
struct og_sheet *og_sheet_new(const struct og_sheet_column *columns);

/*
 * og_sheet_cell - the next cell, from the left, of the current row; a full row begins the next one.
 * NULL or an empty @text shows as `-`.
 */
void og_sheet_cell(struct og_sheet *sheet, enum og_style style, const char *text);

/* og_sheet_printf - likewise, formatted. */
void og_sheet_printf(struct og_sheet *sheet, enum og_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * og_sheet_note - lines to stand below the last full row, printed as they are: @text has gone through
 * og_text_put() or og_sheet_print() already, and ends with a line feed.
 */
void og_sheet_note(struct og_sheet *sheet, const char *text);

/* og_sheet_rows - how many rows there are. */
size_t og_sheet_rows(const struct og_sheet *sheet);

/*
 * og_sheet_print - the table to @out, each line after @indent spaces, with a line of titles when
 * @titles. Returns 0, or -ENOMEM when a cell could not be kept: nothing is printed then.
 */
int og_sheet_print(const struct og_sheet *sheet, FILE *out, int indent, bool titles, bool colour);

void og_sheet_free(struct og_sheet *sheet);

/* og_text_width - columns that @text takes on a terminal; a control character counts as one. */
int og_text_width(const char *text);

/*
 * og_text_put - @text to @out in @style, safely: control characters become `?`, bytes that are no
 * UTF-8 U+FFFD, and invisible ones (directional marks, ...) are left out.
 */
void og_text_put(const char *text, enum og_style style, FILE *out, bool colour);

#endif
