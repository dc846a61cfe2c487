// SPDX-License-Identifier: GPL-2.0
/*
 * daemon-kit.c: a daemon with the dry engine, in a child of the test, on a bus of its own
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

#include "daemon-kit.h"
#include "daemon/manager.h"
#include "ipc/names.h"
#include "ipc/record.h"

sd_bus *kit_bus;
pid_t kit_daemon;
static char dir[64];
static pid_t bus_pid;
static int notify_fd = -1;

char *kit_path(const char *name)
{
	static char path[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[0]), "%s/%s", dir, name);
	return path[next];
}

void kit_put(const char *name, const char *format, ...)
{
	FILE *out = fopen(kit_path(name), "w");
	va_list args;

	assert_non_null(out);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	assert_int_equal(fclose(out), 0);
}

void kit_put_policy(const char *action)
{
	kit_put("config/policies/cameras.yaml",
		"vendors: [hikvision]\nphases:\n  - {from: 2026-01-01, action: %s}\n", action);
}

/* time() may lag by a tick of the kernel, which would be before a phase that has just begun. */
int64_t kit_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

void kit_nap(void)
{
	const struct timespec moment = {.tv_nsec = 20000000};

	nanosleep(&moment, NULL);
}

void kit_start_bus(void)
{
	char config[160];

	unlink(kit_path("bus"));
	snprintf(config, sizeof(config), "--config-file=%s", kit_path("bus.conf"));
	bus_pid = fork();
	assert_true(bus_pid >= 0);
	if (!bus_pid) {
		execlp("dbus-daemon", "dbus-daemon", config, "--nofork", "--nopidfile", NULL);
		_exit(127);
	}
}

void kit_stop_bus(void)
{
	int status;

	kill(bus_pid, SIGTERM);
	waitpid(bus_pid, &status, 0);
	bus_pid = 0;
}

/* A connection on which the daemon has its name; NULL after five seconds. */
sd_bus *kit_connect(void)
{
	sd_bus *connection = NULL;
	int64_t end = kit_seconds() + 5;
	sd_bus_creds *creds = NULL;

	for (; kit_seconds() < end; kit_nap()) {
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
	char *config = strdup(kit_path("config")), *state = strdup(kit_path("state"));
	char *runtime = strdup(kit_path("run"));
	const struct og_manager_options options = {
		.config = config, .data = "data", .state = state, .runtime = runtime, .bus = true};
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

pid_t kit_fork_daemon(void)
{
	int log;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child)
		return child;
	log = open(kit_path("log"), O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(log, STDERR_FILENO);
	close(log);
	exit(run_daemon());
}

unsigned int kit_logged(const char *text)
{
	char line[2048];
	unsigned int found = 0;
	FILE *in = fopen(kit_path("log"), "r");

	while (in && fgets(line, sizeof(line), in))
		found += strstr(line, text) != NULL;
	if (in)
		fclose(in);
	return found;
}

/* As the system's bus: everything is denied but what the policy that we ship allows. */
static void put_bus_config(void)
{
	char *top = realpath(".", NULL);

	assert_non_null(top);
	kit_put("bus.conf",
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
		"<allow own=\"org.freedesktop.PolicyKit1\"/>"
		"<allow send_destination=\"org.freedesktop.PolicyKit1\"/>"
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

/* A daemon whose notifications nobody reads waits for their reader. */
static void drop_notifications(void)
{
	char message[1024];

	while (recv(notify_fd, message, sizeof(message), 0) >= 0)
		;
}

void kit_notified(const char *text)
{
	int64_t end = kit_seconds() + 5;
	char message[1024];
	ssize_t length;

	while (kit_seconds() < end) {
		length = recv(notify_fd, message, sizeof(message) - 1, 0);
		if (length < 0) {
			kit_nap();
			continue;
		}
		message[length] = '\0';
		if (strstr(message, text))
			return;
	}
	fail_msg("no notification \"%s\"", text);
}

int kit_set_up(void **state)
{
	char address[160];

	(void)state;
	strcpy(dir, "/tmp/test-bus-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	/* Another user must reach the socket. */
	chmod(dir, 0755);
	mkdir(kit_path("config"), 0700);
	mkdir(kit_path("config/sites"), 0700);
	mkdir(kit_path("config/policies"), 0700);
	mkdir(kit_path("state"), 0700);
	mkdir(kit_path("run"), 0700);
	put_bus_config();
	kit_put("config/ouiguard.yaml", "engine: dry\nregistry: [/nonexistent/registry]\n");
	kit_put("config/sites/hq.yaml", "class: office\nports: [{name: lan-none}]\n");
	kit_put("config/prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
					"\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	kit_put_policy("log");
	snprintf(address, sizeof(address), "unix:path=%s/bus", dir);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	listen_to_notifications();
	kit_daemon = kit_fork_daemon();
	return kit_daemon > 0 ? 0 : -1;
}

int kit_tear_down(void **state)
{
	char command[128];

	(void)state;
	sd_bus_close_unref(kit_bus);
	if (kit_daemon > 0) {
		kill(kit_daemon, SIGKILL);
		waitpid(kit_daemon, NULL, 0);
	}
	if (bus_pid > 0)
		kit_stop_bus();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* Calls @method; on an error its name is in @ret_error, else the record in @ret_record. */
int kit_call(sd_bus *on, const char *method, json_t **ret_record, char error[64], const char *types,
	     ...)
{
	sd_bus_message *message = NULL, *reply = NULL;
	sd_bus_error failure = SD_BUS_ERROR_NULL;
	va_list args;
	int r;

	drop_notifications();
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

json_t *kit_status(void)
{
	json_t *record = NULL;
	char error[64];

	assert_true(kit_call(kit_bus, "Status", &record, error, "") >= 0);
	return record;
}

const char *kit_member(json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

int kit_count_signal(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	(void)message;
	(void)error;
	++*(unsigned int *)userdata;
	return 0;
}

void kit_wait_for(const unsigned int *count, unsigned int wanted)
{
	int64_t end = kit_seconds() + 5;

	while (*count < wanted && kit_seconds() < end)
		if (sd_bus_process(kit_bus, NULL) == 0)
			sd_bus_wait(kit_bus, 100000);
	assert_int_equal(*count, wanted);
}
