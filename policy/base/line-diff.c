// SPDX-License-Identifier: GPL-2.0
/*
 * line-diff.c: how two texts differ, line by line
 */
#include "policy/base/line-diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 1024 /* of one line that are shown */

struct line {
	const char *text;
	size_t size;
};

struct text {
	struct line *lines;
	size_t count;
	bool *changed; /* removed from the first text, or added in the second */
};

struct work {
	struct text before, after;
	size_t limit;
	FILE *out;
	size_t *written; /* what @out holds, after a flush */
	size_t left_out; /* lines beyond the limit */
};

static int split(const char *data, size_t size, struct text *text)
{
	const char *end = data + size;
	size_t room = 1;

	for (const char *p = data; p < end; p++)
		room += *p == '\n';
	text->lines = calloc(room, sizeof(*text->lines));
	text->changed = calloc(room, sizeof(*text->changed));
	if (!text->lines || !text->changed)
		return -1;
	while (data < end) {
		const char *feed = memchr(data, '\n', end - data);
		size_t length = feed ? (size_t)(feed - data) : (size_t)(end - data);

		text->lines[text->count++] = (struct line){data, length};
		data += length + (feed != NULL);
	}
	return 0;
}

static bool same(const struct work *work, size_t before, size_t after)
{
	const struct line *a = &work->before.lines[before], *b = &work->after.lines[after];

	return a->size == b->size && !memcmp(a->text, b->text, a->size);
}

/*
 * Myers' greedy search over @n lines of the first text from @head on and @m of the second: furthest[k]
 * is how far diagonal k = x - y has come with d edits; one row is kept for each d, to go back along.
 */
struct search {
	const struct work *work;
	size_t head;
	int32_t n, m;
	int32_t *rows; /* row d has 2d + 1 elements, from d * d on */
};

static int32_t *row(const struct search *s, int32_t d)
{
	return s->rows + (size_t)d * d + d;
}

/* Whether diagonal @k is reached from the one above it: by an added line, not a removed one. */
static bool by_adding(const int32_t *last, int32_t d, int32_t k)
{
	return k == -d || (k != d && last[k - 1] < last[k + 1]);
}

/* Returns whether the end was reached with @d edits. */
static bool advance(const struct search *s, int32_t d)
{
	const int32_t *last = d ? row(s, d - 1) : NULL;
	int32_t *furthest = row(s, d), x, y;

	for (int32_t k = -d; k <= d; k += 2) {
		if (!d)
			x = 0;
		else
			x = by_adding(last, d, k) ? last[k + 1] : last[k - 1] + 1;
		y = x - k;
		while (x < s->n && y >= 0 && y < s->m && same(s->work, s->head + x, s->head + y)) {
			x++;
			y++;
		}
		furthest[k] = x;
		if (x >= s->n && y >= s->m)
			return true;
	}
	return false;
}

static void mark_path(struct work *work, const struct search *s, int32_t d)
{
	int32_t k = s->n - s->m;

	for (; d > 0; d--) {
		const int32_t *last = row(s, d - 1);

		if (by_adding(last, d, k)) {
			k++;
			work->after.changed[s->head + last[k] - k] = true;
		} else {
			k--;
			work->before.changed[s->head + last[k]] = true;
		}
	}
}

static void mark_all(struct work *work, const struct search *s)
{
	for (int32_t i = 0; i < s->n; i++)
		work->before.changed[s->head + i] = true;
	for (int32_t i = 0; i < s->m; i++)
		work->after.changed[s->head + i] = true;
}

/* Mark the lines that differ. 0, or -1 without memory. */
static int compare(struct work *work)
{
	size_t before = work->before.count, after = work->after.count, head = 0;
	struct search s = {.work = work};
	int32_t d;

	while (head < before && head < after && same(work, head, head))
		head++;
	while (before > head && after > head && same(work, before - 1, after - 1)) {
		before--;
		after--;
	}
	s.head = head;
	s.n = before - head;
	s.m = after - head;
	s.rows = calloc((size_t)(OG_LINE_DIFF_EDITS + 1) * (OG_LINE_DIFF_EDITS + 1) + 1,
			sizeof(*s.rows));
	if (!s.rows)
		return -1;
	for (d = 0; d <= OG_LINE_DIFF_EDITS; d++)
		if (advance(&s, d))
			break;
	if (d <= OG_LINE_DIFF_EDITS)
		mark_path(work, &s, d);
	else
		mark_all(work, &s);
	free(s.rows);
	return 0;
}

static void put_lines(struct work *work, char sign, const struct text *text, size_t from, size_t to)
{
	for (; from < to; from++) {
		const struct line *line = &text->lines[from];
		bool cut = line->size > LINE_BYTES;

		fflush(work->out);
		if (work->left_out || *work->written >= work->limit) {
			work->left_out++;
			continue;
		}
		fputc(sign, work->out);
		for (size_t i = 0; i < (cut ? LINE_BYTES : line->size); i++)
			if (line->text[i])
				fputc(line->text[i], work->out);
		fputs(cut ? " (cut)\n" : "\n", work->out);
	}
}

/* As diff does: the line before the gap where nothing is removed, or added. */
static size_t place(size_t from, size_t to)
{
	return from < to ? from + 1 : from;
}

static void put_changes(struct work *work)
{
	const struct text *a = &work->before, *b = &work->after;
	size_t i = 0, j = 0, from_i, from_j;

	while (i < a->count || j < b->count) {
		from_i = i;
		from_j = j;
		while (i < a->count && a->changed[i])
			i++;
		while (j < b->count && b->changed[j])
			j++;
		if (i == from_i && j == from_j) {
			i++;
			j++;
			continue;
		}
		if (!work->left_out)
			fprintf(work->out, "@@ -%zu,%zu +%zu,%zu @@\n", place(from_i, i),
				i - from_i, place(from_j, j), j - from_j);
		put_lines(work, '-', a, from_i, i);
		put_lines(work, '+', b, from_j, j);
	}
	if (work->left_out)
		fprintf(work->out, "(%zu changed lines more)\n", work->left_out);
}

static void free_text(struct text *text)
{
	free(text->lines);
	free(text->changed);
}

char *og_line_diff(const char *before, size_t before_size, const char *after, size_t after_size,
		   size_t limit)
{
	struct work work = {.limit = limit};
	char *result = NULL;
	bool failed = true;
	size_t size = 0;

	work.written = &size;
	if (split(before, before_size, &work.before) == 0 &&
	    split(after, after_size, &work.after) == 0 && compare(&work) == 0)
		work.out = open_memstream(&result, &size);
	if (work.out) {
		put_changes(&work);
		failed = ferror(work.out);
		failed = fclose(work.out) || failed;
	}
	free_text(&work.before);
	free_text(&work.after);
	if (failed) {
		free(result);
		return NULL;
	}
	return result;
}
