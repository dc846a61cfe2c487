// SPDX-License-Identifier: GPL-2.0
/*
 * test-bus.c: the daemon on a bus of its own, with the dry engine (daemon/bus*.c, daemon/manager*.c)
 *
 * One daemon runs in a child through all tests, as on a gateway: it is there before the bus is.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <systemd/sd-bus.h>

#include "daemon/manager.h"
#include "ipc/names.h"
#include "ipc/record.h"

static char dir[64];
static pid_t bus_pid, daemon_pid;
static int notify_fd = -1;
static sd_bus *bus;

static char *in_dir(const char *name)
{
	static char path[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[0]), "%s/%s", dir, name);
	return path[next];
}

static void put(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(const char *name, const char *format, ...)
{
	FILE *out = fopen(in_dir(name), "w");
	va_list args;

	assert_non_null(out);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	assert_int_equal(fclose(out), 0);
}

static void put_policy(const char *action)
{
	put("config/policies/cameras.yaml",
	    "vendors: [hikvision]\nphases:\n  - {from: 2026-01-01, action: %s}\n", action);
}

static int64_t seconds(void)
{
	return time(NULL);
}

static void nap(void)
{
	const struct timespec moment = {.tv_nsec = 20000000};

	nanosleep(&moment, NULL);
}

static void start_bus(void)
{
	char config[160];

	unlink(in_dir("bus"));
	snprintf(config, sizeof(config), "--config-file=%s", in_dir("bus.conf"));
	bus_pid = fork();
	assert_true(bus_pid >= 0);
	if (!bus_pid) {
		execlp("dbus-daemon", "dbus-daemon", config, "--nofork", "--nopidfile", NULL);
		_exit(127);
	}
}

static void stop_bus(void)
{
	int status;

	kill(bus_pid, SIGTERM);
	waitpid(bus_pid, &status, 0);
	bus_pid = 0;
}

/* A connection on which the daemon has its name; NULL after five seconds. */
static sd_bus *connect_bus(void)
{
	sd_bus *connection = NULL;
	int64_t end = seconds() + 5;
	sd_bus_creds *creds = NULL;

	for (; seconds() < end; nap()) {
		if (!connection && sd_bus_open_system(&connection) < 0)
			connection = NULL;
		if (connection && sd_bus_get_name_creds(connection, OG_BUS_NAME,
							SD_BUS_CREDS_UNIQUE_NAME, &creds) >= 0) {
			sd_bus_creds_unref(creds);
			return connection;
		}
		if (connection && sd_bus_is_open(connection) <= 0)
			connection = sd_bus_close_unref(connection);
	}
	sd_bus_close_unref(connection);
	return NULL;
}

static int run_daemon(void)
{
	char *config = strdup(in_dir("config")), *state = strdup(in_dir("state"));
	char *runtime = strdup(in_dir("run"));
	const struct og_manager_options options = {.config = config,
						   .data = "data",
						   .state = state,
						   .runtime = runtime,
						   .engine = "dry",
						   .bus = true};
	struct og_manager *manager = NULL;
	sd_event *event = NULL;
	int err;

	err = sd_event_default(&event);
	if (err >= 0)
		err = og_manager_new(event, &options, &manager);
	if (err >= 0)
		err = og_manager_start(manager);
	if (err >= 0)
		err = sd_event_loop(event);
	og_manager_free(manager);
	sd_event_unref(event);
	free(config);
	free(state);
	free(runtime);
	return err == -EBUSY ? 3 : err < 0;
}

static pid_t fork_daemon(void)
{
	int log;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	log = open(in_dir("log"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(log, STDERR_FILENO);
	close(log);
	exit(run_daemon());
}

static bool logged(const char *text)
{
	char line[2048];
	bool found = false;
	FILE *in = fopen(in_dir("log"), "r");

	while (in && !found && fgets(line, sizeof(line), in))
		found = strstr(line, text);
	if (in)
		fclose(in);
	return found;
}

/* As the system's bus: everything is denied but what the policy that we ship allows. */
static void put_bus_config(void)
{
	char *top = realpath(".", NULL);

	assert_non_null(top);
	put("bus.conf",
	    "<busconfig><type>system</type><listen>unix:path=%s/bus</listen>"
	    "<auth>EXTERNAL</auth><policy context=\"default\"><allow user=\"*\"/>"
	    "<deny own=\"*\"/><deny send_type=\"method_call\"/>"
	    "<allow send_type=\"signal\"/>"
	    "<allow send_requested_reply=\"true\" send_type=\"method_return\"/>"
	    "<allow send_requested_reply=\"true\" send_type=\"error\"/>"
	    "<allow receive_type=\"method_call\"/><allow receive_type=\"method_return\"/>"
	    "<allow receive_type=\"error\"/><allow receive_type=\"signal\"/>"
	    "<allow send_destination=\"org.freedesktop.DBus\"/></policy>"
	    "<include>%s/data/dbus/org.ouiguard.conf</include>"
	    "<policy user=\"%u\"><allow own=\"org.ouiguard\"/>"
	    "<allow receive_interface=\"org.ouiguard.Manager\"/></policy></busconfig>",
	    dir, top, geteuid());
	free(top);
}

/* What the daemon tells the service manager comes here. */
static void listen_to_notifications(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/notify", dir);
	notify_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_true(notify_fd >= 0);
	assert_int_equal(bind(notify_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	setenv("NOTIFY_SOCKET", address.sun_path, 1);
}

/* Waits until a message holds @text; what came before it is gone then. */
static void expect_notification(const char *text)
{
	int64_t end = seconds() + 5;
	char message[1024];
	ssize_t length;

	while (seconds() < end) {
		length = recv(notify_fd, message, sizeof(message) - 1, 0);
		if (length < 0) {
			nap();
			continue;
		}
		message[length] = '\0';
		if (strstr(message, text))
			return;
	}
	fail_msg("no notification \"%s\"", text);
}

static int set_up(void **state)
{
	char address[160];

	(void)state;
	strcpy(dir, "/tmp/test-bus-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	/* Another user must reach the socket. */
	chmod(dir, 0755);
	mkdir(in_dir("config"), 0700);
	mkdir(in_dir("config/sites"), 0700);
	mkdir(in_dir("config/policies"), 0700);
	mkdir(in_dir("state"), 0700);
	mkdir(in_dir("run"), 0700);
	put_bus_config();
	put("config/sites/hq.yaml", "class: office\nports: [{name: lan-none}]\n");
	put("config/prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
				    "\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	put_policy("log");
	snprintf(address, sizeof(address), "unix:path=%s/bus", dir);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	listen_to_notifications();
	daemon_pid = fork_daemon();
	return daemon_pid > 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	sd_bus_close_unref(bus);
	if (daemon_pid > 0) {
		kill(daemon_pid, SIGKILL);
		waitpid(daemon_pid, NULL, 0);
	}
	if (bus_pid > 0)
		stop_bus();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* Calls @method; on an error its name is in @ret_error, else the record in @ret_record. */
static int call(sd_bus *on, const char *method, json_t **ret_record, char error[64],
		const char *types, ...)
{
	sd_bus_message *message = NULL, *reply = NULL;
	sd_bus_error failure = SD_BUS_ERROR_NULL;
	va_list args;
	int r;

	assert_true(sd_bus_message_new_method_call(on, &message, OG_BUS_NAME, OG_BUS_PATH,
						   OG_BUS_INTERFACE, method) >= 0);
	va_start(args, types);
	assert_true(sd_bus_message_appendv(message, types, args) >= 0);
	va_end(args);
	r = sd_bus_call(on, message, 0, &failure, &reply);
	error[0] = '\0';
	if (r < 0)
		snprintf(error, 64, "%s", failure.name ? failure.name : strerror(-r));
	if (r < 0 && failure.message)
		print_message("%s: %s\n", method, failure.message);
	if (r >= 0 && ret_record)
		r = sd_bus_message_has_signature(reply, "aa{sv}")
			    ? og_record_read_array(reply, ret_record)
			    : og_record_read(reply, ret_record);
	sd_bus_error_free(&failure);
	sd_bus_message_unref(message);
	sd_bus_message_unref(reply);
	return r;
}

static json_t *status(void)
{
	json_t *record = NULL;
	char error[64];

	assert_true(call(bus, "Status", &record, error, "") >= 0);
	return record;
}

static const char *text_of(json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

static void test_the_bus_comes_late(void **state)
{
	json_t *record;

	(void)state;
	/* Ready without a bus. */
	expect_notification("READY=1");
	expect_notification("STATUS=Generation 1 in force");
	start_bus();
	bus = connect_bus();
	assert_non_null(bus);
	record = status();
	assert_false(json_is_true(json_object_get(record, "enforcing")));
	assert_string_equal(text_of(record, "engine"), "dry");
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 1);
	assert_string_equal(text_of(json_array_get(json_object_get(record, "ports"), 0), "state"),
			    "missing");
	assert_string_equal(
		text_of(json_array_get(json_object_get(record, "policies"), 0), "action"), "log");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(record, "registers_missing"), 0)),
		"hq");
	json_decref(record);
}

static void test_introspection(void **state)
{
	static const char *const wanted[] = {"Status",	"ListDevices", "Explain",     "ListEvents",
					     "Reload",	"Apply",       "Confirm",     "Detach",
					     "Version", "Enforcing",   "PhaseChanged"};
	sd_bus_message *reply = NULL;
	const char *xml;
	size_t i;

	(void)state;
	assert_true(sd_bus_call_method(bus, OG_BUS_NAME, OG_BUS_PATH,
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
	assert_true(call(bus, "ListDevices", &array, error, "a{sv}", 0) >= 0);
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	assert_true(call(bus, "ListEvents", &array, error, "a{sv}", 1, "max", "x", (int64_t)5) >=
		    0);
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	assert_true(call(bus, "ListDevices", NULL, error, "a{sv}", 1, "colour", "s", "red") < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(call(bus, "ListDevices", NULL, error, "a{sv}", 1, "mac", "s", "nonsense") < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(call(bus, "ListEvents", NULL, error, "a{sv}", 1, "max", "x", (int64_t)-1) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
}

static void test_explain(void **state)
{
	json_t *record = NULL;
	char error[64];

	(void)state;
	assert_true(call(bus, "Explain", &record, error, "a{sv}", 2, "mac", "s",
			 "44:19:b6:01:02:03", "dst", "s", "192.0.2.9") >= 0);
	assert_string_equal(text_of(record, "verdict"), "pass");
	assert_string_equal(text_of(record, "vendor"), "hikvision");
	assert_string_equal(text_of(record, "prefix"), "44:19:b6/24");
	assert_string_equal(text_of(record, "action"), "log");
	json_decref(record);
	/* Before the policy's first phase. */
	assert_true(call(bus, "Explain", &record, error, "a{sv}", 2, "mac", "s",
			 "44:19:b6:01:02:03", "at", "x", (int64_t)1700000000) >= 0);
	assert_string_equal(text_of(record, "action"), "observe");
	json_decref(record);
	assert_true(call(bus, "Explain", NULL, error, "a{sv}", 1, "ip", "s", "192.0.2.77") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(call(bus, "Explain", NULL, error, "a{sv}", 2, "mac", "s", "44:19:b6:01:02:03",
			 "site", "s", "moon") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(call(bus, "Explain", NULL, error, "a{sv}", 0) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
}

static int count_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)message;
	(void)error;
	++*(unsigned int *)userdata;
	return 0;
}

static void wait_for(const unsigned int *count, unsigned int wanted)
{
	int64_t end = seconds() + 5;

	while (*count < wanted && seconds() < end)
		if (sd_bus_process(bus, NULL) == 0)
			sd_bus_wait(bus, 100000);
	assert_int_equal(*count, wanted);
}

static void test_reload(void **state)
{
	unsigned int signals = 0;
	sd_bus_slot *slot = NULL;
	json_t *record = NULL;
	char error[64];

	(void)state;
	assert_true(sd_bus_match_signal(bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", count_signal, &signals) >= 0);
	put_policy("block");
	assert_true(call(bus, "Reload", &record, error, "") >= 0);
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	assert_true(json_is_array(json_object_get(record, "warnings")));
	json_decref(record);
	wait_for(&signals, 1);
	/* The same files again are the same generation. */
	assert_true(call(bus, "Reload", &record, error, "") >= 0);
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	json_decref(record);
	sd_bus_slot_unref(slot);
}

static void test_a_bad_configuration_changes_nothing(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	put("config/policies/other.yaml", "vendors: [hikvision]\nphases: []\ncolour: red\n");
	assert_true(call(bus, "Reload", NULL, error, "") < 0);
	assert_string_equal(error, OG_BUS_ERROR_CONFIG);
	record = status();
	assert_non_null(strstr(text_of(record, "last_reload_error"), "other.yaml:3:1"));
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 2);
	json_decref(record);
	assert_true(logged("other.yaml:3:1"));
	unlink(in_dir("config/policies/other.yaml"));
	assert_true(call(bus, "Reload", NULL, error, "") >= 0);
	record = status();
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
	assert_true(call(bus, "Confirm", NULL, error, "") < 0);
	assert_string_equal(error, OG_BUS_ERROR_NOT_FOUND);
	assert_true(call(bus, "Apply", NULL, error, "x", (int64_t)-5) < 0);
	assert_string_equal(error, SD_BUS_ERROR_INVALID_ARGS);
	assert_true(sd_bus_match_signal(bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", count_signal, &signals) >= 0);
	put_policy("log");
	assert_true(call(bus, "Apply", NULL, error, "x", (int64_t)1) >= 0);
	record = status();
	assert_true(json_is_integer(json_object_get(record, "confirm_until_at")));
	assert_string_equal(
		text_of(json_array_get(json_object_get(record, "policies"), 0), "action"), "log");
	json_decref(record);
	wait_for(&signals, 2);
	record = status();
	assert_null(json_object_get(record, "confirm_until_at"));
	assert_string_equal(
		text_of(json_array_get(json_object_get(record, "policies"), 0), "action"), "block");
	json_decref(record);
	sd_bus_slot_unref(slot);
	/* The file still says log: a start now would use what is in force. */
	assert_int_equal(access(in_dir("state/hold"), F_OK), 0);
}

static void test_a_confirmed_apply_stays(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	assert_true(call(bus, "Apply", NULL, error, "x", (int64_t)1) >= 0);
	assert_true(call(bus, "Confirm", NULL, error, "") >= 0);
	sleep(2);
	record = status();
	assert_string_equal(
		text_of(json_array_get(json_object_get(record, "policies"), 0), "action"), "log");
	json_decref(record);
	assert_int_equal(access(in_dir("state/hold"), F_OK), -1);
}

static void test_a_phase_is_announced(void **state)
{
	unsigned int signals = 0;
	sd_bus_slot *slot = NULL;
	time_t soon = seconds() + 2;
	char text[32], error[64];
	struct tm tm;

	(void)state;
	assert_true(sd_bus_match_signal(bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"PhaseChanged", count_signal, &signals) >= 0);
	gmtime_r(&soon, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	put("config/policies/cameras.yaml",
	    "vendors: [hikvision]\nphases:\n  - {from: 2026-01-01, action: log}\n"
	    "  - {from: %s, action: isolate}\n",
	    text);
	assert_true(call(bus, "Reload", NULL, error, "") >= 0);
	wait_for(&signals, 1);
	assert_true(seconds() >= soon && seconds() <= soon + 1);
	assert_true(logged("policy cameras at hq: isolate, before it log"));
	sd_bus_slot_unref(slot);
}

static void test_sighup(void **state)
{
	(void)state;
	kill(daemon_pid, SIGHUP);
	expect_notification("RELOADING=1\nMONOTONIC_USEC=");
	expect_notification("READY=1");
	put("config/policies/other.yaml", "colour: red\n");
	kill(daemon_pid, SIGHUP);
	expect_notification("RELOADING=1");
	expect_notification("not what the files say");
	expect_notification("READY=1");
	unlink(in_dir("config/policies/other.yaml"));
	kill(daemon_pid, SIGHUP);
	expect_notification("READY=1");
}

/* What nobody may do: nothing; what nobody hears: nothing. Tells the parent when it listens. */
static int be_nobody(int ready)
{
	unsigned int heard = 0;
	int64_t end = seconds() + 3;
	sd_bus *other = NULL;
	char error[64];

	if (setgid(65534) || setuid(65534) || sd_bus_open_system(&other) < 0)
		return 10;
	if (call(other, "Status", NULL, error, "") >= 0 ||
	    strcmp(error, SD_BUS_ERROR_ACCESS_DENIED))
		return 11;
	if (call(other, "Detach", NULL, error, "") >= 0 ||
	    strcmp(error, SD_BUS_ERROR_ACCESS_DENIED))
		return 12;
	if (sd_bus_match_signal(other, NULL, NULL, OG_BUS_PATH, OG_BUS_INTERFACE, NULL,
				count_signal, &heard) < 0 ||
	    write(ready, "", 1) != 1)
		return 13;
	while (seconds() < end)
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
	assert_true(sd_bus_match_signal(bus, &slot, OG_BUS_NAME, OG_BUS_PATH, OG_BUS_INTERFACE,
					"GenerationChanged", count_signal, &heard) >= 0);
	put_policy("block");
	assert_true(call(bus, "Reload", NULL, error, "") >= 0);
	put_policy("isolate");
	assert_true(call(bus, "Reload", NULL, error, "") >= 0);
	wait_for(&heard, 2);
	sd_bus_slot_unref(slot);
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
	assert_true(logged("Status was refused to user 65534"));
	assert_true(logged("Detach was refused to user 65534"));
}

static void test_the_bus_restarts(void **state)
{
	json_t *record;

	(void)state;
	bus = sd_bus_close_unref(bus);
	stop_bus();
	nap();
	start_bus();
	bus = connect_bus();
	assert_non_null(bus);
	record = status();
	assert_string_equal(text_of(record, "engine"), "dry");
	json_decref(record);
}

static void test_one_daemon_per_state_directory(void **state)
{
	pid_t second = fork_daemon();
	int result;

	(void)state;
	assert_int_equal(waitpid(second, &result, 0), second);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 3);
}

static void test_detach(void **state)
{
	json_t *record;
	char error[64];

	(void)state;
	assert_true(call(bus, "Detach", NULL, error, "") >= 0);
	record = status();
	assert_true(json_is_true(json_object_get(record, "detached")));
	assert_int_equal(json_integer_value(json_object_get(record, "generation")), 0);
	json_decref(record);
	/* Nothing of it brings enforcement back but a reload. */
	assert_true(call(bus, "Reload", &record, error, "") >= 0);
	assert_true(json_integer_value(json_object_get(record, "generation")) > 2);
	json_decref(record);
}

/* A start with broken files goes on with the last good ones, and generations only count up. */
static void test_a_start_with_broken_files(void **state)
{
	json_t *record = status();
	int64_t generation = json_integer_value(json_object_get(record, "generation"));
	int result;

	(void)state;
	json_decref(record);
	bus = sd_bus_close_unref(bus);
	kill(daemon_pid, SIGTERM);
	expect_notification("STOPPING=1");
	assert_int_equal(waitpid(daemon_pid, &result, 0), daemon_pid);
	assert_true(WIFEXITED(result));
	assert_int_equal(WEXITSTATUS(result), 0);
	put("config/policies/cameras.yaml", "phases: {\n");
	daemon_pid = fork_daemon();
	assert_true(daemon_pid > 0);
	bus = connect_bus();
	assert_non_null(bus);
	record = status();
	assert_true(json_integer_value(json_object_get(record, "generation")) > generation);
	assert_string_equal(
		text_of(json_array_get(json_object_get(record, "policies"), 0), "action"),
		"isolate");
	assert_non_null(strstr(text_of(record, "last_reload_error"), "cameras.yaml"));
	json_decref(record);
	assert_true(logged("the last good configuration is in force"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_bus_comes_late),
		cmocka_unit_test(test_introspection),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_a_bad_configuration_changes_nothing),
		cmocka_unit_test(test_an_apply_nobody_confirms_is_taken_back),
		cmocka_unit_test(test_a_confirmed_apply_stays),
		cmocka_unit_test(test_a_phase_is_announced),
		cmocka_unit_test(test_sighup),
		cmocka_unit_test(test_strangers_are_refused),
		cmocka_unit_test(test_the_bus_restarts),
		cmocka_unit_test(test_one_daemon_per_state_directory),
		cmocka_unit_test(test_detach),
		cmocka_unit_test(test_a_start_with_broken_files),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
