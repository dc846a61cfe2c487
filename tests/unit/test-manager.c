// SPDX-License-Identifier: GPL-2.0
/*
 * test-manager.c: start, reload, confirm, detach, signals and stop of the daemon (daemon/manager*.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon-kit.h"
#include "ipc/names.h"

static void test_start(void **state)
{
	json_t *record;

	(void)state;
	kit_notified("READY=1");
	kit_start_bus();
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	record = kit_status();
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 1);
	json_decref(record);
}

static void test_reload(void **state)
{
	unsigned int signals = 0;
	sd_bus_slot *slot = NULL;
	json_t *record = NULL;
	char error[64];

	(void)state;
	assert_true(sd_bus_match_signal(kit_bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", kit_count_signal, &signals) >= 0);
	kit_put_policy("block");
	assert_true(kit_call(kit_bus, "Reload", &record, error, "") >= 0);
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	assert_true(json_is_array(json_object_get(record, "warnings")));
	json_decref(record);
	/* Before what may take long. */
	kit_notified("WATCHDOG=1");
	kit_wait_for(&signals, 1);
	/* The same files again are the same generation. */
	assert_true(kit_call(kit_bus, "Reload", &record, error, "") >= 0);
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	json_decref(record);
	sd_bus_slot_unref(slot);
}

static void test_a_bad_configuration_changes_nothing(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	kit_put("config/policies/other.yaml", "vendors: [hikvision]\nphases: []\ncolour: red\n");
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") < 0);
	assert_string_equal(error, OG_BUS_ERROR_CONFIG);
	record = kit_status();
	assert_non_null(strstr(kit_member(record, "last_reload_error"), "other.yaml:3:1"));
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	json_decref(record);
	assert_true(kit_logged("other.yaml:3:1"));
	unlink(kit_path("config/policies/other.yaml"));
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	record = kit_status();
	assert_null(json_object_get(record, "last_reload_error"));
	json_decref(record);
}

static void test_an_apply_nobody_confirms_is_taken_back(void **state)
{
	unsigned int signals = 0;
	sd_bus_slot *slot = NULL;
	json_t *record;
	char error[64];

	(void)state;
	assert_true(kit_call(kit_bus, "Confirm", NULL, error, "") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(kit_call(kit_bus, "Apply", NULL, error, "x", (int64_t)-5) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(sd_bus_match_signal(kit_bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", kit_count_signal, &signals) >= 0);
	kit_put_policy("log");
	assert_true(kit_call(kit_bus, "Apply", NULL, error, "x", (int64_t)1) >= 0);
	record = kit_status();
	assert_true(json_is_integer(json_object_get(record, "confirm_until_at")));
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"log");
	json_decref(record);
	kit_wait_for(&signals, 2);
	record = kit_status();
	assert_null(json_object_get(record, "confirm_until_at"));
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"block");
	json_decref(record);
	sd_bus_slot_unref(slot);
	/* The file still says log: a start now would use what is in force. */
	assert_int_equal(access(kit_path("state/hold"), F_OK), 0);
}

static void test_a_confirmed_apply_stays(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	assert_true(kit_call(kit_bus, "Apply", NULL, error, "x", (int64_t)1) >= 0);
	assert_true(kit_call(kit_bus, "Confirm", NULL, error, "") >= 0);
	sleep(2);
	record = kit_status();
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"log");
	json_decref(record);
	assert_int_equal(access(kit_path("state/hold"), F_OK), -1);
}

static void test_a_phase_is_announced(void **state)
{
	unsigned int signals = 0;
	sd_bus_slot *slot = NULL;
	time_t soon = kit_seconds() + 2;
	char text[32], error[64];
	struct tm tm;

	(void)state;
	assert_true(sd_bus_match_signal(kit_bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"PhaseChanged", kit_count_signal, &signals) >= 0);
	gmtime_r(&soon, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	kit_put("config/policies/cameras.yaml",
		"vendors: [hikvision]\nphases:\n  - {from: 2026-01-01, action: log}\n"
		"  - {from: %s, action: isolate}\n",
		text);
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	kit_wait_for(&signals, 1);
	/* Never early; late only as far as the machine is busy. */
	assert_in_range(kit_seconds(), soon, soon + 3);
	assert_true(kit_logged("policy cameras at hq: isolate, before it log"));
	sd_bus_slot_unref(slot);
}

static void test_sighup(void **state)
{
	(void)state;
	kill(kit_daemon, SIGHUP);
	kit_notified("RELOADING=1\nMONOTONIC_USEC=");
	kit_notified("READY=1");
	kit_put("config/policies/other.yaml", "colour: red\n");
	kill(kit_daemon, SIGHUP);
	kit_notified("RELOADING=1");
	kit_notified("not what the files say");
	kit_notified("READY=1");
	unlink(kit_path("config/policies/other.yaml"));
	kill(kit_daemon, SIGHUP);
	kit_notified("READY=1");
}

static void test_detach(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	assert_true(kit_call(kit_bus, "Detach", NULL, error, "") >= 0);
	record = kit_status();
	assert_true(json_is_true(json_object_get(record, "detached")));
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 0);
	json_decref(record);
	/* Nothing of it brings enforcement back but a reload. */
	assert_true(kit_call(kit_bus, "Reload", &record, error, "") >= 0);
	assert_true(json_integer_value(json_object_get(record, "generation")) > 2);
	json_decref(record);
}

/* Nor does what was applied, not confirmed, and would be taken back. */
static void test_detach_ends_the_wait_for_confirm(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	kit_put_policy("block");
	assert_true(kit_call(kit_bus, "Apply", NULL, error, "x", (int64_t)1) >= 0);
	assert_true(kit_call(kit_bus, "Detach", NULL, error, "") >= 0);
	sleep(2);
	record = kit_status();
	assert_true(json_is_true(json_object_get(record, "detached")));
	assert_null(json_object_get(record, "confirm_until_at"));
	json_decref(record);
	assert_true(kit_call(kit_bus, "Confirm", NULL, error, "") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	/* A start still does not take the files, which nobody confirmed; a reload does. */
	assert_int_equal(access(kit_path("state/hold"), F_OK), 0);
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	assert_int_equal(access(kit_path("state/hold"), F_OK), -1);
}

static void test_another_engine_waits_for_detach(void **state)
{
	const char *warning;
	json_t *record;
	char error[64];

	(void)state;
	kit_put("config/ouiguard.yaml", "engine: bpf\nregistry: [/nonexistent/registry]\n");
	assert_true(kit_call(kit_bus, "Reload", &record, error, "") >= 0);
	warning = json_string_value(json_array_get(json_object_get(record, "warnings"), 0));
	assert_non_null(warning);
	assert_non_null(strstr(warning, "detach"));
	json_decref(record);
	record = kit_status();
	assert_string_equal(kit_member(record, "engine"), "dry");
	json_decref(record);
	kit_put("config/ouiguard.yaml", "engine: dry\nregistry: [/nonexistent/registry]\n");
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
}

/* A start with broken files goes on with the last good ones, and generations only count up. */
static void test_a_start_with_broken_files(void **state)
{
	json_t *record = kit_status();
	int64_t generation = json_integer_value(json_object_get(record, "generation"));
	int result;

	(void)state;
	json_decref(record);
	kit_bus = sd_bus_close_unref(kit_bus);
	kill(kit_daemon, SIGTERM);
	kit_notified("STOPPING=1");
	assert_int_equal(waitpid(kit_daemon, &result, 0), kit_daemon);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
	kit_put("config/policies/cameras.yaml", "phases: {\n");
	kit_daemon = kit_fork_daemon();
	assert_true(kit_daemon > 0);
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	record = kit_status();
	assert_true(json_integer_value(json_object_get(record, "generation")) > generation);
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"block");
	assert_non_null(strstr(kit_member(record, "last_reload_error"), "cameras.yaml"));
	json_decref(record);
	assert_true(kit_logged("the last good configuration is in force"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_a_bad_configuration_changes_nothing),
		cmocka_unit_test(test_an_apply_nobody_confirms_is_taken_back),
		cmocka_unit_test(test_a_confirmed_apply_stays),
		cmocka_unit_test(test_a_phase_is_announced),
		cmocka_unit_test(test_sighup),
		cmocka_unit_test(test_detach),
		cmocka_unit_test(test_detach_ends_the_wait_for_confirm),
		cmocka_unit_test(test_another_engine_waits_for_detach),
		cmocka_unit_test(test_a_start_with_broken_files),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
