// SPDX-License-Identifier: GPL-2.0
/*
 * diag.c: what is wrong with a file, and where
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/diag.h"
#include "policy/base/utf8.h"

/*
 * Replace what is no text and what a terminal would take for more than text. JSON, D-Bus and the
 * journal want UTF-8 too.
 */
static void disarm(char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *next = text;
		uint32_t c = og_utf8_next(&next, end);
		bool bad = c == OG_UTF8_BAD || og_utf8_is_control(c) || og_utf8_is_format(c);

		while (text < next) {
			if (bad)
				*text = '?';
			text++;
		}
	}
}

/* Room for one more; 0 or -1. */
static int grow(struct og_diags *diags)
{
	struct og_diag *items;
	size_t room;

	/* The room is the next power of two above the count, so it needs no field of its own. */
	if (diags->count & (diags->count - 1))
		return 0;
	if (diags->count && diags->count < 8)
		return 0;
	room = diags->count ? diags->count * 2 : 8;
	items = reallocarray(diags->items, room, sizeof(*items));
	if (!items)
		return -1;
	diags->items = items;
	return 0;
}

__attribute__((format(printf, 4, 0))) static void add(struct og_diags *diags,
						      enum og_severity severity,
						      const struct og_mark *mark,
						      const char *format, va_list args)
{
	struct og_diag diag = {.severity = severity};

	if (severity == OG_ERROR)
		diags->errors++;
	if (vasprintf(&diag.text, format, args) < 0) {
		diags->out_of_memory = 1;
		return;
	}
	disarm(diag.text);
	if (mark) {
		diag.line = mark->line;
		diag.column = mark->column;
	}
	if (mark && mark->file) {
		diag.file = strdup(mark->file);
		if (!diag.file)
			goto no_memory;
		disarm(diag.file);
	}
	if (grow(diags))
		goto no_memory;
	diag.order = diags->count;
	diags->items[diags->count++] = diag;
	return;

no_memory:
	free(diag.file);
	free(diag.text);
	diags->out_of_memory = 1;
}

void og_error(struct og_diags *diags, const struct og_mark *mark, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(diags, OG_ERROR, mark, format, args);
	va_end(args);
}

void og_warn(struct og_diags *diags, const struct og_mark *mark, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(diags, OG_WARNING, mark, format, args);
	va_end(args);
}

static int compare(const void *a, const void *b)
{
	const struct og_diag *x = a, *y = b;
	int order = strcmp(x->file ? x->file : "", y->file ? y->file : "");

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void og_diags_sort(struct og_diags *diags)
{
	if (diags->count > 1)
		qsort(diags->items, diags->count, sizeof(*diags->items), compare);
}

/* What was cut in the middle of a character would be no UTF-8, and nothing that D-Bus carries. */
static void end_whole(char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *next = text;

		if (og_utf8_next(&next, end) == OG_UTF8_BAD) {
			*text = '\0';
			return;
		}
		text += next - text;
	}
}

void og_diag_text(const struct og_diag *diag, char *buffer, size_t size)
{
	char place[32] = "";
	int length;

	if (diag->file && diag->line && diag->column)
		snprintf(place, sizeof(place), ":%u:%u", diag->line, diag->column);
	else if (diag->file && diag->line)
		snprintf(place, sizeof(place), ":%u", diag->line);
	length = snprintf(buffer, size, "%s%s%s%s%s", diag->file ? diag->file : "", place,
			  diag->file ? ": " : "", diag->severity == OG_WARNING ? "warning: " : "",
			  diag->text);
	if (length > 0 && (size_t)length >= size)
		end_whole(buffer);
}

static void put(const struct og_diag *diag, FILE *out)
{
	if (diag->file)
		fputs(diag->file, out);
	if (diag->file && diag->line)
		fprintf(out, ":%u", diag->line);
	if (diag->file && diag->line && diag->column)
		fprintf(out, ":%u", diag->column);
	fprintf(out, "%s%s%s", diag->file ? ": " : "",
		diag->severity == OG_WARNING ? "warning: " : "", diag->text);
}

void og_diags_print(const struct og_diags *diags, FILE *out)
{
	for (size_t i = 0; i < diags->count; i++) {
		put(&diags->items[i], out);
		fputc('\n', out);
	}
	if (diags->out_of_memory)
		fputs("out of memory: more is wrong than is shown\n", out);
}

char *og_diags_errors(const struct og_diags *diags, size_t limit)
{
	const char *between = "";
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (size_t i = 0; i < diags->count && (size_t)ftell(out) < limit; i++) {
		if (diags->items[i].severity != OG_ERROR)
			continue;
		fputs(between, out);
		put(&diags->items[i], out);
		between = "\n";
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

void og_diags_free(struct og_diags *diags)
{
	for (size_t i = 0; i < diags->count; i++) {
		free(diags->items[i].file);
		free(diags->items[i].text);
	}
	free(diags->items);
	*diags = (struct og_diags){0};
}
