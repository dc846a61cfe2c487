// SPDX-License-Identifier: GPL-2.0
/*
 * test-bus.c: the daemon on the bus: its answers, and to whom (daemon/bus/bus*.c)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon-kit.h"
#include "ipc/names.h"

static void test_the_bus_comes_late(void **state)
{
	json_t *record;

	(void)state;
	/* Ready without a bus. */
	kit_notified("READY=1");
	kit_notified("STATUS=Generation 1 in force");
	kit_start_bus();
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	record = kit_status();
	assert_false(json_is_true(json_object_get(record, "enforcing")));
	assert_string_equal(kit_member(record, "engine"), "dry");
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 1);
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "ports"), 0), "state"),
		"missing");
	assert_string_equal(
		kit_member(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"log");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(record, "registers_missing"), 0)),
		"hq");
	json_decref(record);
}

static void test_introspection(void **state)
{
	static const char *const wanted[] = {"Status",	    "ListDevices", "Explain", "ListEvents",
					     "Reload",	    "Apply",	   "Confirm", "Detach",
					     "Timeline",    "Report",	   "Version", "Enforcing",
					     "PhaseChanged"};
	sd_bus_message *reply = NULL;
	const char *xml;
	size_t i;

	(void)state;
	assert_true(sd_bus_call_method(kit_bus, OG_BUS_NAME, OG_BUS_PATH,
				       "org.freedesktop.DBus.Introspectable", "Introspect", NULL,
				       &reply, "") >= 0);
	assert_true(sd_bus_message_read(reply, "s", &xml) >= 0);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		assert_non_null(strstr(xml, wanted[i]));
	sd_bus_message_unref(reply);
}

static void test_lists(void **state)
{
	json_t *array = NULL;
	char error[64];

	(void)state;
	assert_true(kit_call(kit_bus, "ListDevices", &array, error, "a{sv}", 0) >= 0);
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	assert_true(kit_call(kit_bus, "ListEvents", &array, error, "a{sv}", 1, "max", "x",
			     (int64_t)5) >= 0);
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	assert_true(kit_call(kit_bus, "ListDevices", NULL, error, "a{sv}", 1, "colour", "s",
			     "red") < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(kit_call(kit_bus, "ListDevices", NULL, error, "a{sv}", 1, "mac", "s",
			     "nonsense") < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(kit_call(kit_bus, "ListEvents", NULL, error, "a{sv}", 1, "max", "x",
			     (int64_t)-1) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
}

static void test_explain(void **state)
{
	json_t *record = NULL;
	char error[64];

	(void)state;
	assert_true(kit_call(kit_bus, "Explain", &record, error, "a{sv}", 2, "mac", "s",
			     "44:19:b6:01:02:03", "dst", "s", "192.0.2.9") >= 0);
	assert_string_equal(kit_member(record, "verdict"), "pass");
	assert_string_equal(kit_member(record, "vendor"), "hikvision");
	assert_string_equal(kit_member(record, "prefix"), "44:19:b6/24");
	assert_string_equal(kit_member(record, "action"), "log");
	json_decref(record);
	/* Before the policy's first phase. */
	assert_true(kit_call(kit_bus, "Explain", &record, error, "a{sv}", 2, "mac", "s",
			     "44:19:b6:01:02:03", "at", "x", (int64_t)1700000000) >= 0);
	assert_string_equal(kit_member(record, "action"), "observe");
	json_decref(record);
	assert_true(kit_call(kit_bus, "Explain", NULL, error, "a{sv}", 1, "ip", "s", "192.0.2.77") <
		    0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(kit_call(kit_bus, "Explain", NULL, error, "a{sv}", 2, "mac", "s",
			     "44:19:b6:01:02:03", "site", "s", "moon") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(kit_call(kit_bus, "Explain", NULL, error, "a{sv}", 0) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
}

/* What nobody may do: nothing; what nobody hears: nothing. Tells the parent when it listens. */
static int be_nobody(int ready)
{
	unsigned int heard = 0;
	int64_t end = kit_seconds() + 3;
	sd_bus *other = NULL;
	char error[64];

	if (setgid(65534) || setuid(65534) || sd_bus_open_system(&other) < 0)
		return 10;
	if (kit_call(other, "Status", NULL, error, "") >= 0 ||
	    strcmp(error, SD_BUS_ERROR_ACCESS_DENIED))
		return 11;
	if (kit_call(other, "Detach", NULL, error, "") >= 0 ||
	    strcmp(error, SD_BUS_ERROR_ACCESS_DENIED))
		return 12;
	if (sd_bus_match_signal(other, NULL, NULL, OG_BUS_PATH, OG_BUS_INTERFACE, NULL,
				kit_count_signal, &heard) < 0 ||
	    write(ready, "", 1) != 1)
		return 13;
	while (kit_seconds() < end)
		if (sd_bus_process(other, NULL) == 0)
			sd_bus_wait(other, 100000);
	return heard ? 14 : 0;
}

static void test_strangers_are_refused(void **state)
{
	char error[64], byte;
	unsigned int heard = 0;
	sd_bus_slot *slot = NULL;
	int result, ready[2];
	pid_t child;

	(void)state;
	if (geteuid()) {
		print_message("needs root to become another user\n");
		skip();
	}
	assert_int_equal(pipe(ready), 0);
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(be_nobody(ready[1]));
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_true(sd_bus_match_signal(kit_bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", kit_count_signal, &heard) >= 0);
	kit_put_policy("block");
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	kit_put_policy("isolate");
	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
	kit_wait_for(&heard, 2);
	sd_bus_slot_unref(slot);
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
	assert_true(kit_logged("Status was refused to user 65534"));
	assert_true(kit_logged("Detach was refused to user 65534"));
}

/* Calls that change something, from a connection that does not stay for the answer. */
struct answers {
	unsigned int ok, limited, other;
};

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *failure = sd_bus_message_get_error(reply);
	struct answers *answers = userdata;

	(void)error;
	if (!failure)
		answers->ok++;
	else if (!strcmp(failure->name, SD_BUS_ERROR_LIMITS_EXCEEDED))
		answers->limited++;
	else
		answers->other++;
	return 1;
}

/* Whoever sends many calls at once gets a few answers, and keeps nobody else's out. */
static void test_many_calls(void **state)
{
	/* More than wait here in all, but of none more than the bus itself lets wait. */
	enum { CONNECTIONS = 5, CALLS = 100 };
	sd_bus *many[CONNECTIONS] = {0};
	struct answers answers = {0};
	char error[64];
	int i, j;

	(void)state;
	for (i = 0; i < CONNECTIONS; i++) {
		assert_true(sd_bus_open_system(&many[i]) >= 0);
		for (j = 0; j < CALLS; j++)
			assert_true(sd_bus_call_method_async(many[i], NULL, OG_BUS_NAME,
							     OG_BUS_PATH, OG_BUS_INTERFACE,
							     "Status", on_answer, &answers,
							     "") >= 0);
	}
	for (i = 0; i < CONNECTIONS; i++)
		assert_true(sd_bus_flush(many[i]) >= 0);
	for (i = 0; i < 5; i++)
		assert_true(kit_call(kit_bus, "Status", NULL, error, "") >= 0);
	for (i = 0; i < CONNECTIONS; i++) {
		while (answers.ok + answers.limited + answers.other < (i + 1U) * CALLS)
			if (sd_bus_process(many[i], NULL) == 0)
				assert_true(sd_bus_wait(many[i], UINT64_MAX) >= 0);
		sd_bus_flush_close_unref(many[i]);
	}
	assert_true(answers.ok >= CONNECTIONS);
	assert_true(answers.limited > 0);
	assert_int_equal(answers.other, 0);
}

/* What waits must be small: only pages of an inventory are large, and these not beyond reason. */
static void test_large_calls(void **state)
{
	static char text[9 << 20];
	char error[64];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_true(kit_call(kit_bus, "MergeInventory", NULL, error, "aa{sv}", 1, 1, "kind", "s",
			     text) < 0);
	assert_string_equal(error, SD_BUS_ERROR_LIMITS_EXCEEDED);
	text[1 << 20] = '\0';
	assert_true(kit_call(kit_bus, "MergeInventory", NULL, error, "aa{sv}", 1, 1, "kind", "s",
			     text) < 0);
	assert_string_equal(error, OG_BUS_ERROR_REFUSED);
	text[17 << 10] = '\0';
	assert_true(kit_call(kit_bus, "ListDevices", NULL, error, "a{sv}", 1, "site", "s", text) <
		    0);
	assert_string_equal(error, SD_BUS_ERROR_LIMITS_EXCEEDED);
	text[15 << 10] = '\0';
	assert_true(kit_call(kit_bus, "ListDevices", NULL, error, "a{sv}", 1, "colour", "s", text) <
		    0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
}

static void test_callers_that_go(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	for (int i = 0; i < 60; i++) {
		sd_bus *other = NULL;

		assert_true(sd_bus_open_system(&other) >= 0);
		for (int calls = 0; calls <= i % 3; calls++)
			assert_true(sd_bus_call_method_async(
					    other, NULL, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					    i % 2 ? "Reload" : "Confirm", NULL, NULL, "") >= 0);
		sd_bus_flush(other);
		/* Some go at once, some while the daemon asks the bus who they are. */
		if (i % 4 == 0)
			kit_nap();
		sd_bus_close_unref(other);
	}
	assert_true(kit_call(kit_bus, "VerifyAudit", &record, error, "a{sv}", 0) >= 0);
	assert_true(json_is_true(json_object_get(record, "good")));
	json_decref(record);
	json_decref(kit_status());
}

static void test_the_bus_restarts(void **state)
{
	json_t *record;

	(void)state;
	kit_bus = sd_bus_close_unref(kit_bus);
	kit_stop_bus();
	kit_nap();
	kit_start_bus();
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	record = kit_status();
	assert_string_equal(kit_member(record, "engine"), "dry");
	json_decref(record);
}

static void test_one_daemon_per_state_directory(void **state)
{
	pid_t second = kit_fork_daemon();
	int result;

	(void)state;
	assert_int_equal(waitpid(second, &result, 0), second);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bus_comes_late),
		cmocka_unit_test(test_introspection),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_strangers_are_refused),
		cmocka_unit_test(test_many_calls),
		cmocka_unit_test(test_large_calls),
		cmocka_unit_test(test_callers_that_go),
		cmocka_unit_test(test_the_bus_restarts),
		cmocka_unit_test(test_one_daemon_per_state_directory),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
