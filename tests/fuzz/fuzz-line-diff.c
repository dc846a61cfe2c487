// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-line-diff.c: two texts with 0xff between them; their difference, applied to the first, gives the
 * second
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/line-diff.h"
#include "tests/fuzz/fuzz.h"

struct text {
	const char *at, *end;
};

/* The next line without its feed; false at the end. */
static bool next_line(struct text *text, const char **line, size_t *size)
{
	const char *feed;

	if (text->at == text->end)
		return false;
	feed = memchr(text->at, '\n', text->end - text->at);
	*line = text->at;
	*size = (feed ? feed : text->end) - text->at;
	text->at = feed ? feed + 1 : text->end;
	return true;
}

static void expect(struct text *text, const char *line, size_t size)
{
	const char *got;
	size_t got_size;

	check(next_line(text, &got, &got_size));
	check(got_size == size && !memcmp(got, line, size));
}

/* Lines that are in both, up to the number @upto of the first text. */
static void keep(struct text *before, struct text *after, size_t *at, size_t upto)
{
	const char *line;
	size_t size;

	for (; *at < upto; ++*at) {
		check(next_line(before, &line, &size));
		expect(after, line, size);
	}
}

static void apply(struct text before, struct text after, char *diff)
{
	struct text edits = {diff, diff + strlen(diff)};
	size_t at = 0, from, count, size;
	const char *line;
	bool inside = false;

	while (next_line(&edits, &line, &size)) {
		if (sscanf(line, "@@ -%zu,%zu +", &from, &count) == 2 && line[0] == '@') {
			keep(&before, &after, &at, count ? from - 1 : from);
			inside = true;
			continue;
		}
		check(inside && size && (line[0] == '-' || line[0] == '+'));
		expect(line[0] == '-' ? &before : &after, line + 1, size - 1);
		at += line[0] == '-';
	}
	while (next_line(&before, &line, &size))
		expect(&after, line, size);
	check(after.at == after.end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size ? memchr(data, 0xff, size) : NULL;
	size_t first = cut ? (size_t)(cut - data) : 0;
	size_t second = cut ? size - first - 1 : 0;
	char *before, *after, *diff;

	/* Zero bytes are left out of the result, and long lines are cut: nothing to apply then. */
	if (!cut || size > 900 || memchr(data, 0, size))
		return 0;
	before = copy_of(data, first);
	after = copy_of(cut + 1, second);
	diff = og_line_diff(before, first, after, second, 1 << 20);
	check(diff != NULL);
	apply((struct text){before, before + first}, (struct text){after, after + second}, diff);
	free(diff);
	diff = og_line_diff(before, first, after, second, 40);
	check(diff != NULL);
	free(diff);
	free(before);
	free(after);
	return 0;
}
