// SPDX-License-Identifier: GPL-2.0
/*
 * test-line-diff.c: differences that are right, and the shortest; applied, they give the other text
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/line-diff.h"

#define MOST 40 /* lines of a random text */

static char *diff(const char *before, const char *after)
{
	char *text = og_line_diff(before, strlen(before), after, strlen(after), 100000);

	assert_non_null(text);
	return text;
}

static void assert_diff(const char *before, const char *after, const char *wanted)
{
	char *text = diff(before, after);

	assert_string_equal(text, wanted);
	free(text);
}

static void writes_as_diff_does(void **state)
{
	(void)state;
	assert_diff("", "", "");
	assert_diff("a\nb\n", "a\nb\n", "");
	assert_diff("", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n");
	assert_diff("a\nb\n", "", "@@ -1,2 +0,0 @@\n-a\n-b\n");
	assert_diff("a\nb\nc\n", "a\nB\nc\n", "@@ -2,1 +2,1 @@\n-b\n+B\n");
	assert_diff("a\nc\n", "a\nb\nc\n", "@@ -1,0 +2,1 @@\n+b\n");
	assert_diff("a\nb\nc\nd\ne\n", "b\nc\nD\ne\nf\n",
		    "@@ -1,1 +0,0 @@\n-a\n@@ -4,1 +3,1 @@\n-d\n+D\n@@ -5,0 +5,1 @@\n+f\n");
	/* Whether the last line ends is not told: no reader of ours cares. */
	assert_diff("a", "a\n", "");
}

struct lines {
	char text[MOST * 2 + 1];
	size_t count;
};

static void random_lines(struct lines *lines)
{
	lines->count = rand() % MOST;
	for (size_t i = 0; i < lines->count; i++) {
		lines->text[2 * i] = "abcd"[rand() % 4];
		lines->text[2 * i + 1] = '\n';
	}
	lines->text[2 * lines->count] = '\0';
}

/* Apply @text to @before; counts the lines it removes and adds. */
static void apply(const struct lines *before, char *text, struct lines *result, size_t *edits)
{
	size_t at = 0, line, count, new_line, new_count;

	result->count = 0;
	*edits = 0;
	for (char *p = strtok(text, "\n"); p; p = strtok(NULL, "\n")) {
		if (sscanf(p, "@@ -%zu,%zu +%zu,%zu @@", &line, &count, &new_line, &new_count) ==
		    4) {
			for (; at + (count ? 1 : 0) < line; at++)
				result->text[2 * result->count++] = before->text[2 * at];
			assert_int_equal(result->count, new_count ? new_line - 1 : new_line);
			continue;
		}
		++*edits;
		if (p[0] == '-') {
			assert_int_equal(before->text[2 * at], p[1]);
			at++;
		} else {
			assert_int_equal(p[0], '+');
			result->text[2 * result->count++] = p[1];
		}
	}
	for (; at < before->count; at++)
		result->text[2 * result->count++] = before->text[2 * at];
}

/* Lines of a longest common subsequence, by the table that needs no thought. */
static size_t common(const struct lines *a, const struct lines *b)
{
	static size_t best[MOST + 1][MOST + 1];

	for (size_t i = 0; i <= a->count; i++)
		for (size_t j = 0; j <= b->count; j++) {
			if (!i || !j)
				best[i][j] = 0;
			else if (a->text[2 * i - 2] == b->text[2 * j - 2])
				best[i][j] = best[i - 1][j - 1] + 1;
			else
				best[i][j] = best[i - 1][j] > best[i][j - 1] ? best[i - 1][j]
									     : best[i][j - 1];
		}
	return best[a->count][b->count];
}

static void is_right_and_shortest(void **state)
{
	struct lines a, b, result;
	size_t edits;

	(void)state;
	srand(20261122);
	for (int round = 0; round < 3000; round++) {
		char *text;

		random_lines(&a);
		random_lines(&b);
		text = diff(a.text, b.text);
		apply(&a, text, &result, &edits);
		free(text);
		assert_int_equal(result.count, b.count);
		for (size_t i = 0; i < b.count; i++)
			assert_int_equal(result.text[2 * i], b.text[2 * i]);
		assert_int_equal(edits, a.count + b.count - 2 * common(&a, &b));
	}
}

/* More edits than are searched for: everything between the first and the last difference. */
static void is_bounded(void **state)
{
	static char many[8 * 2000], long_line[5000];
	size_t size = 0;
	char *text;

	(void)state;
	for (int i = 0; i < 2000; i++)
		size += sprintf(many + size, "%d\n", i);
	text = diff("same\nx\n", many);
	assert_non_null(strstr(text, "@@ -1,2 +1,2000 @@\n-same\n-x\n+0\n"));
	assert_non_null(strstr(text, "\n+1999\n"));
	free(text);
	text = og_line_diff("", 0, many, size, 20);
	assert_string_equal(text, "@@ -0,0 +1,2000 @@\n+0\n(1999 changed lines more)\n");
	free(text);

	memset(long_line, 'x', sizeof(long_line) - 1);
	text = diff("", long_line);
	assert_int_equal(strlen(text), strlen("@@ -0,0 +1,1 @@\n+ (cut)\n") + 1024);
	free(text);
	/* A zero byte is no end. */
	text = og_line_diff("a\0b\n", 4, "a\0c\n", 4, 1000);
	assert_string_equal(text, "@@ -1,1 +1,1 @@\n-ab\n+ac\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_as_diff_does),
		cmocka_unit_test(is_right_and_shortest),
		cmocka_unit_test(is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
