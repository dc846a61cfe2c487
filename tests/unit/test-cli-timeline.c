// SPDX-License-Identifier: GPL-2.0
/*
 * test-cli-timeline.c: phases and milestones as they are drawn (cli/timeline.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/timeline.h"

#define DAY 86400
#define NOW 1813492800LL /* 2027-06-20T04:00:00Z */

static char *draw(json_t *milestones, json_t *phases)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(og_timeline_draw(out, milestones, phases, NOW, false), 0);
	fclose(out);
	json_decref(milestones);
	json_decref(phases);
	return text;
}

static json_t *phase(const char *site, const char *action, int days)
{
	return json_pack("{s:s, s:s, s:s, s:I}", "policy", "cameras", "site", site, "action",
			 action, "from_at", (json_int_t)(NOW + days * DAY));
}

static void nothing(void **state)
{
	char *text = draw(json_array(), json_array());

	(void)state;
	assert_string_equal(text, "");
	free(text);
}

static void everything(void **state)
{
	static const char expected[] =
		"                            2027-01      2027-07      2028-01       2028-07\n"
		"                   "
		"---------+-----------|+------------+-------------+------------\n"
		"  half                    o=====M#      |\n"
		"  most                                  # [--*---]\n"
		"  all                                   |              "
		"[------*--------------#-->\n"
		"  cameras: 2 sites "
		"lllllllllllllllllllllllllllllBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB\n"
		"  cameras: hq         "
		"...........................................................\n"
		"  # due  o== first due, then moved  [-*-] forecast  M met\n"
		"  . observe  l log  m limit  r restrict  B block  I isolate  | now\n";
	json_t *milestones = json_pack(
		"[{s:s, s:I, s:I, s:b, s:I}, {s:s, s:I, s:I, s:b, s:b, s:I, s:I, s:I},"
		" {s:s, s:I, s:I, s:I, s:I}]",
		"name", "half", "due_at", (json_int_t)(NOW - 100 * DAY), "original_due_at",
		(json_int_t)(NOW - 200 * DAY), "met", 1, "met_at", (json_int_t)(NOW - 120 * DAY),
		"name", "most", "due_at", (json_int_t)(NOW - 10 * DAY), "original_due_at",
		(json_int_t)(NOW - 10 * DAY), "met", 0, "overdue", 1, "forecast_at",
		(json_int_t)(NOW + 60 * DAY), "forecast_early_at", (json_int_t)(NOW + 30 * DAY),
		"forecast_late_at", (json_int_t)(NOW + 120 * DAY), "name", "all", "due_at",
		(json_int_t)(NOW + 500 * DAY), "original_due_at", (json_int_t)(NOW + 500 * DAY),
		"forecast_at", (json_int_t)(NOW + 300 * DAY), "forecast_early_at",
		(json_int_t)(NOW + 200 * DAY));
	json_t *phases = json_pack("[o,o,o,o,o]", phase("west", "log", -300),
				   phase("north", "log", -300), phase("hq", "observe", -250),
				   phase("west", "block", 100), phase("north", "block", 100));
	char *text = draw(milestones, phases);

	(void)state;
	assert_string_equal(text, expected);
	free(text);
}

/* Dates beyond any axis, in both directions, are drawn at its ends; a name cannot steer a terminal. */
static void hostile(void **state)
{
	json_t *milestones = json_pack("[{s:s, s:I, s:I, s:I}]", "name", "a\033[31m", "due_at",
				       (json_int_t)INT64_MAX / 2, "original_due_at", (json_int_t)1,
				       "forecast_at", (json_int_t)INT64_MAX / 2);
	json_t *phases = json_pack("[{s:s, s:s}]", "policy", "p", "site",
				   "a name that is longer than any label has room for");
	char *text = draw(milestones, phases), *line, *rest = NULL;

	(void)state;
	assert_null(strchr(text, '\033'));
	assert_non_null(strstr(text, "a?[31m"));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		assert_true(strlen(line) < OG_TIMELINE_WIDTH + 60);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(everything),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
