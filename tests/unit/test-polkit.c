// SPDX-License-Identifier: GPL-2.0
/*
 * test-polkit.c: calls of users who may only do what polkit lets (daemon/bus/bus.c, polkit.c)
 *
 * The test itself is polkit here.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon-kit.h"
#include "ipc/names.h"

#define CALLS	  10
#define AT_A_TIME 4

/* What polkit was asked and has not answered. */
static sd_bus_message *questions[CALLS];
static unsigned int question_count;
static char action[64];

static int on_question(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	const char *kind, *id;

	(void)userdata;
	(void)error;
	assert_true(question_count < CALLS);
	assert_true(sd_bus_message_enter_container(message, 'r', "sa{sv}") > 0);
	assert_true(sd_bus_message_read(message, "s", &kind) > 0);
	assert_string_equal(kind, "system-bus-name");
	assert_true(sd_bus_message_skip(message, "a{sv}") > 0);
	assert_true(sd_bus_message_exit_container(message) > 0);
	assert_true(sd_bus_message_read(message, "s", &id) > 0);
	snprintf(action, sizeof(action), "%s", id);
	questions[question_count++] = sd_bus_message_ref(message);
	return 1;
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("CheckAuthorization", "(sa{sv})sa{ss}us", "(bba{ss})", on_question,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END,
};

static void be_polkit(void)
{
	assert_true(sd_bus_add_object_vtable(kit_bus, NULL, "/org/freedesktop/PolicyKit1/Authority",
					     "org.freedesktop.PolicyKit1.Authority", vtable,
					     NULL) >= 0);
	assert_true(sd_bus_request_name(kit_bus, "org.freedesktop.PolicyKit1", 0) >= 0);
}

static void answer_all(int authorized)
{
	while (question_count) {
		sd_bus_message *message = questions[--question_count];

		assert_true(sd_bus_reply_method_return(message, "(bba{ss})", authorized, 0, 0) >=
			    0);
		sd_bus_message_unref(message);
	}
	sd_bus_flush(kit_bus);
}

static unsigned int done, denied;

static int on_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	(void)error;
	if (!sd_bus_message_is_method_error(reply, NULL))
		done++;
	else if (sd_bus_message_is_method_error(reply, SD_BUS_ERROR_ACCESS_DENIED))
		denied++;
	return 1;
}

/* As nobody: @calls calls at once. Returns how many are done when all are answered; 100: not so. */
static int call_as_nobody(unsigned int calls)
{
	int64_t end = kit_seconds() + 20;
	sd_bus *other = NULL;

	if (setgid(65534) || setuid(65534) || sd_bus_open_system(&other) < 0)
		return 101;
	for (unsigned int i = 0; i < calls; i++)
		if (sd_bus_call_method_async(other, NULL, OG_BUS_NAME, OG_BUS_PATH,
					     OG_BUS_INTERFACE, "Reload", on_answer, NULL, "") < 0)
			return 102;
	while (done + denied < calls && kit_seconds() < end)
		if (sd_bus_process(other, NULL) == 0)
			sd_bus_wait(other, 100000);
	return done + denied == calls ? (int)done : 100;
}

static pid_t start_nobody(unsigned int calls)
{
	pid_t child;

	if (geteuid()) {
		print_message("needs root to become another user\n");
		skip();
	}
	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(call_as_nobody(calls));
	return child;
}

static int result_of(pid_t child)
{
	int result;

	assert_int_equal(waitpid(child, &result, 0), child);
	assert_true(WIFEXITED(result));
	return WEXITSTATUS(result);
}

/* Polkit is asked about the first ones alone: the rest are refused before it has said anything. */
static void test_few_at_a_time(void **state)
{
	pid_t child;

	(void)state;
	child = start_nobody(CALLS);
	kit_wait_for(&question_count, AT_A_TIME);
	while (kit_logged("Reload was refused to user 65534") < CALLS - AT_A_TIME) {
		assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
		kit_nap();
	}
	while (sd_bus_process(kit_bus, NULL) > 0)
		;
	assert_int_equal(question_count, AT_A_TIME);
	assert_string_equal(action, "org.ouiguard.manage");
	answer_all(1);
	/* Takes what the daemon told the service manager, so that it does not wait. */
	json_decref(kit_status());
	assert_int_equal(result_of(child), AT_A_TIME);
}

static void test_no_is_no(void **state)
{
	pid_t child;

	(void)state;
	child = start_nobody(AT_A_TIME);
	kit_wait_for(&question_count, AT_A_TIME);
	answer_all(0);
	assert_int_equal(result_of(child), 0);
}

/* Nothing comes of an answer about callers that have gone, and the places are free again. */
static void test_caller_goes(void **state)
{
	unsigned int before;
	pid_t child;

	(void)state;
	child = start_nobody(AT_A_TIME);
	kit_wait_for(&question_count, AT_A_TIME);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	before = kit_logged("applied: generation");
	answer_all(1);
	test_no_is_no(state);
	assert_int_equal(kit_logged("applied: generation"), before);
	json_decref(kit_status());
}

static int set_up(void **state)
{
	if (kit_set_up(state))
		return -1;
	kit_start_bus();
	kit_bus = kit_connect();
	if (!kit_bus)
		return -1;
	be_polkit();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_at_a_time),
		cmocka_unit_test(test_no_is_no),
		cmocka_unit_test(test_caller_goes),
	};

	return cmocka_run_group_tests(tests, set_up, kit_tear_down);
}
