// SPDX-License-Identifier: GPL-2.0
/*
 * test-warnings.c: what the daemon tells before a phase begins and an exception ends
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <cmocka.h>

#include "daemon-kit.h"

#define DAY 86400

static const char *stamp(int64_t second)
{
	static char text[4][32];
	static int next;
	time_t at = second;
	struct tm tm;

	next = (next + 1) % 4;
	gmtime_r(&at, &tm);
	strftime(text[next], sizeof(text[0]), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return text[next];
}

static void put_exception(const char *name, int64_t until)
{
	char file[64];

	snprintf(file, sizeof(file), "config/exceptions/%s.yaml", name);
	kit_put(file,
		"policy: cameras\nsite: hq\nowner: me\nreason: r\napprover: a\nauthor: x\n"
		"approved_by: y\nuntil: %s\n",
		stamp(until));
}

static void wait_for_log(const char *text)
{
	int64_t end = kit_seconds() + 10;

	while (!kit_logged(text) && kit_seconds() < end)
		kit_nap();
	assert_int_equal(kit_logged(text), 1);
}

static void restart(void)
{
	kit_bus = sd_bus_close_unref(kit_bus);
	kit_daemon = kit_fork_daemon();
	assert_true(kit_daemon > 0);
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
}

static json_t *ending(void)
{
	json_t *status = kit_status();
	json_t *list = json_incref(json_object_get(status, "exceptions_ending"));

	json_decref(status);
	return list;
}

static void test_warns_once_also_after_a_restart(void **state)
{
	int64_t now = kit_seconds();
	char error[64];
	json_t *list;

	(void)state;
	kit_start_bus();
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	mkdir(kit_path("config/exceptions"), 0700);
	put_exception("week", now + 7 * DAY + 3);
	put_exception("day", now + DAY + 7);
	put_exception("year", now + 365 * DAY);
	kit_put("config/policies/cameras.yaml",
		"vendors: [hikvision]\nphases:\n  - {from: 2026-01-01, action: log}\n"
		"  - {from: %s, action: block}\n",
		stamp(now + 30 * DAY + 3));
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	/* Those whose moment was before the files were read are not told. */
	assert_false(kit_logged("exception day from policy cameras ends"));
	wait_for_log("exception week from policy cameras ends in 7 days, at ");
	wait_for_log("policy cameras at hq: block begins in 30 days, at ");
	list = ending();
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(kit_member(json_array_get(list, 0), "exception"), "day");
	assert_string_equal(kit_member(json_array_get(list, 1), "exception"), "week");
	assert_string_equal(kit_member(json_array_get(list, 1), "owner"), "me");
	json_decref(list);

	kill(kit_daemon, SIGKILL);
	assert_int_equal(waitpid(kit_daemon, NULL, 0), kit_daemon);
	while (kit_seconds() < now + 8)
		kit_nap();
	assert_int_equal(kit_logged("exception day from policy cameras ends"), 0);
	restart();
	/* A second less than a day is left. */
	wait_for_log("exception day from policy cameras ends in 1 day, at ");
	assert_int_equal(kit_logged("exception week from policy cameras ends"), 1);
	assert_int_equal(kit_logged("block begins in 30 days"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warns_once_also_after_a_restart),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
