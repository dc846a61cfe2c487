// SPDX-License-Identifier: GPL-2.0
/*
 * bus.c: the connection to the bus, its interface, and the way of a call
 *
 * No call waits for the bus: who the caller is is asked asynchronously, and the method runs when the
 * answer is there.
 *
 * Until then anybody's calls wait here, so each connection has few, and the bus itself bounds how many
 * connections a user has. A connection's only call is always taken: many calls keep nobody's single one
 * out, the administrator's least of all.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <systemd/sd-bus.h>

#include "daemon/audit.h"
#include "daemon/bus/bus-access.h"
#include "daemon/bus/bus-methods.h"
#include "daemon/bus/bus.h"
#include "daemon/bus/message-size.h"
#include "daemon/bus/polkit.h"
#include "ipc/login.h"
#include "ipc/names.h"
#include "ipc/record.h"
#include "ipc/version.h"
#include "daemon/journal.h"
#include "daemon/manager.h"
#include "daemon/message-id.h"
#include "daemon/clock.h"
#include "daemon/told.h"

#define DEFAULT_ADDRESS "unix:path=/run/dbus/system_bus_socket"
#define REOPEN_US	1000000
#define REQUESTS_MAX	256 /* calls that wait, but for the first one of each connection */
#define SENDER_MAX	16  /* of one connection */
#define POLKIT_MAX	32  /* of these, calls that wait for polkit, and perhaps for a password */
#define POLKIT_USER_MAX 4   /* of one user */

/* Bytes of a call's arguments; of those of calls that are large and wait. */
#define SMALL_BYTES	  (16 * 1024)
#define LARGE_BYTES	  (8 * 1024 * 1024)
#define LARGE_BYTES_TOTAL (3 * LARGE_BYTES)

/* A call that waits for its caller's credentials. */
struct request {
	struct og_bus *bus;
	sd_bus_message *message;
	sd_bus_slot *slot;
	const struct og_bus_method *method;
	struct og_caller caller;
	size_t large; /* bytes of a large call */
	bool asked;   /* polkit is thinking about it */
	int process;  /* the caller's, while the bus confirms that it is still there; or negative */
	struct request *next;
};

struct og_bus {
	sd_event *event;
	struct og_manager *manager;
	sd_bus *bus;
	sd_event_source *reopen;
	struct og_logins *logins;
	int logins_error; /* -errno of the last caller whose login could not be told */
	struct request *requests;
	size_t request_count;
	size_t large; /* of all requests */
	bool named;   /* the name is ours: others can see what is sent */
	struct og_told_callers told;
};

static void request_free(struct request *request)
{
	struct request **at = &request->bus->requests;

	while (*at != request)
		at = &(*at)->next;
	*at = request->next;
	request->bus->request_count--;
	request->bus->large -= request->large;
	sd_bus_slot_unref(request->slot);
	sd_bus_message_unref(request->message);
	if (request->process >= 0)
		close(request->process);
	free(request);
}

static void log_refusal(const struct request *request)
{
	const struct og_caller *caller = &request->caller;
	char uid[16], pid[16], left_out[24];
	struct og_field fields[] = {
		{"OUIGUARD_CALLER_UID", uid},
		{"OUIGUARD_CALLER_PID", pid},
		{"OUIGUARD_METHOD", request->method->name},
		{"OUIGUARD_LEFT_OUT", left_out},
	};
	uint64_t count;

	if (!og_told_refusal(&request->bus->told, caller->uid, og_clock_steady(), &count))
		return;
	snprintf(uid, sizeof(uid), "%" PRIu32, caller->uid);
	snprintf(pid, sizeof(pid), "%" PRIu32, caller->pid);
	snprintf(left_out, sizeof(left_out), "%" PRIu64, count);
	if (!count)
		fields[3].value = NULL;
	og_journal(LOG_WARNING, OG_MSG_ACCESS_DENIED, fields, 4,
		   "%s was refused to user %s, process %s%s%s%s", request->method->name, uid, pid,
		   count ? "; before it " : "", count ? left_out : "",
		   count ? " more of this user were not told" : "");
}

static void refuse(struct request *request)
{
	log_refusal(request);
	sd_bus_reply_method_errorf(request->message, SD_BUS_ERROR_ACCESS_DENIED,
				   request->method->changes
					   ? "only root and whom polkit lets may call %s"
					   : "only root and members of the group " OG_BUS_GROUP
					     " may call %s",
				   request->method->name);
}

static void act_as_caller(struct request *request)
{
	struct og_bus *bus = request->bus;
	char actor[OG_LOGIN_NAME];
	int err = og_caller_actor(&request->caller, bus->logins, request->process, actor,
				  sizeof(actor));

	if (err && err != bus->logins_error)
		og_log(LOG_WARNING,
		       "from which login a caller comes cannot be told: %s; changes are entered "
		       "under the user: see ProtectProc= in service.md",
		       strerror(-err));
	bus->logins_error = err;
	og_audit_act_as(bus->manager, actor);
}

static void run(struct request *request)
{
	struct og_manager *manager = request->bus->manager;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int err;

	if (request->method->changes)
		act_as_caller(request);
	err = request->method->run(manager, request->message, &error);
	og_audit_act_as(manager, NULL);
	if (err < 0) {
		if (sd_bus_error_is_set(&error))
			sd_bus_reply_method_error(request->message, &error);
		else
			sd_bus_reply_method_errno(request->message, err, NULL);
	}
	sd_bus_error_free(&error);
}

/* Ask the bus about @sender; the answer goes to @answer. */
static int ask(struct request *request, const char *question, sd_bus_message_handler_t answer,
	       const char *sender)
{
	request->slot = sd_bus_slot_unref(request->slot);
	return sd_bus_call_method_async(request->bus->bus, &request->slot, "org.freedesktop.DBus",
					"/org/freedesktop/DBus", "org.freedesktop.DBus", question,
					answer, request, "s", sender);
}

/* The connection was there after the process was opened: so it is the caller's, and no later one. */
static int on_still_there(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct request *request = userdata;
	uint32_t pid = 0;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL) ||
	    sd_bus_message_read(reply, "u", &pid) < 0 || pid != request->caller.pid)
		sd_bus_reply_method_errorf(request->message, SD_BUS_ERROR_ACCESS_DENIED,
					   "the bus does not say who is calling");
	else
		run(request);
	request_free(request);
	return 1;
}

/* A change is entered under the caller's login: who has gone before it was read gets none. */
static void run_or_refuse(struct request *request)
{
	if (request->method->changes && request->process < 0 && og_caller_gone(&request->caller))
		sd_bus_reply_method_errorf(request->message, SD_BUS_ERROR_ACCESS_DENIED,
					   "the process that is calling has ended");
	else
		run(request);
}

/* True: the method waits until the bus confirms whose process it is. */
static bool wait_for_process(struct request *request)
{
	if (!request->method->changes)
		return false;
	request->process = og_caller_process(&request->caller);
	if (request->process < 0)
		return false;
	if (ask(request, "GetConnectionUnixProcessID", on_still_there,
		sd_bus_message_get_sender(request->message)) >= 0)
		return true;
	close(request->process);
	request->process = -1;
	return false;
}

static int on_polkit(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct request *request = userdata;

	(void)error;
	request->asked = false;
	if (!og_polkit_read(reply))
		refuse(request);
	else if (wait_for_process(request))
		return 1;
	else
		run_or_refuse(request);
	request_free(request);
	return 1;
}

/* True: the method waits for polkit's word. A person may take minutes: these are few at a time. */
static bool wait_for_polkit(struct request *request)
{
	const char *action = request->method->action ? request->method->action : OG_POLKIT_MANAGE;
	const struct request *other;
	size_t asked = 0, same = 0;

	if (!request->method->changes)
		return false;
	for (other = request->bus->requests; other; other = other->next) {
		asked += other->asked;
		same += other->asked && other->caller.uid == request->caller.uid;
	}
	if (asked >= POLKIT_MAX || same >= POLKIT_USER_MAX)
		return false;
	request->slot = sd_bus_slot_unref(request->slot);
	request->asked = og_polkit_ask(request->bus->bus, request->message, action, on_polkit,
				       request, &request->slot) >= 0;
	return request->asked;
}

static int on_credentials(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct request *request = userdata;

	(void)error;
	/* A caller that has gone since gets no answer, and nothing is done for it. */
	if (sd_bus_message_is_method_error(reply, NULL))
		sd_bus_reply_method_errorf(request->message, SD_BUS_ERROR_ACCESS_DENIED,
					   "the bus does not say who is calling");
	else if (og_caller_read(reply, &request->caller) < 0)
		sd_bus_reply_method_errorf(request->message, SD_BUS_ERROR_ACCESS_DENIED,
					   "the bus's word about the caller cannot be read");
	else if (!og_caller_may(&request->caller, request->method->changes)) {
		if (wait_for_polkit(request))
			return 1;
		refuse(request);
	} else if (wait_for_process(request))
		return 1;
	else
		run_or_refuse(request);
	request_free(request);
	return 1;
}

/* How many calls of @sender wait. */
static size_t calls_of(const struct og_bus *bus, const char *sender)
{
	const struct request *request;
	size_t calls = 0;

	for (request = bus->requests; request; request = request->next)
		calls += !strcmp(sd_bus_message_get_sender(request->message), sender);
	return calls;
}

/* The bytes of @message if they are many, 0 if few. False: too many. */
static bool is_bearable(const struct og_bus *bus, const struct og_bus_method *method,
			sd_bus_message *message, size_t *ret_large)
{
	size_t size = og_message_size(message, method->large ? LARGE_BYTES : SMALL_BYTES);

	*ret_large = size > SMALL_BYTES ? size : 0;
	return !*ret_large ||
	       (method->large && size <= LARGE_BYTES && bus->large + size <= LARGE_BYTES_TOTAL);
}

static int on_method(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct og_bus *bus = userdata;
	const struct og_bus_method *method = og_bus_method_find(sd_bus_message_get_member(message));
	const char *sender = sd_bus_message_get_sender(message);
	struct request *request;
	size_t calls, large;
	int err;

	if (!method)
		return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED, "not there yet");
	if (!sender)
		return sd_bus_error_set(error, SD_BUS_ERROR_ACCESS_DENIED, "who is calling?");
	calls = calls_of(bus, sender);
	if (calls >= SENDER_MAX || (calls && bus->request_count >= REQUESTS_MAX))
		return sd_bus_error_set(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					"too many calls at once");
	if (!is_bearable(bus, method, message, &large))
		return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED,
					 "the call brings more than %s takes now", method->name);
	request = calloc(1, sizeof(*request));
	if (!request)
		return -ENOMEM;
	request->bus = bus;
	request->process = -1;
	request->method = method;
	request->large = large;
	bus->large += large;
	request->message = sd_bus_message_ref(message);
	request->next = bus->requests;
	bus->requests = request;
	bus->request_count++;
	err = ask(request, "GetConnectionCredentials", on_credentials, sender);
	if (err < 0) {
		request_free(request);
		return err;
	}
	return 1;
}

static int get_property(sd_bus *sd, const char *path, const char *interface, const char *property,
			sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	const struct og_manager *manager = ((struct og_bus *)userdata)->manager;

	(void)sd;
	(void)path;
	(void)interface;
	(void)error;
	if (!strcmp(property, "Enforcing"))
		return sd_bus_message_append(reply, "b", og_manager_effective(manager));
	if (!strcmp(property, "Generation"))
		return sd_bus_message_append(reply, "t", og_manager_generation(manager));
	return sd_bus_message_append(
		reply, "s", strcmp(property, "Engine") ? OG_VERSION : og_manager_engine(manager));
}

/* Every method is open to every sender: on_method() decides, so that a refusal can be logged. */
#define METHOD(name, in, out) SD_BUS_METHOD(name, in, out, on_method, SD_BUS_VTABLE_UNPRIVILEGED)

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	METHOD("Status", "", "a{sv}"),
	METHOD("ListDevices", "a{sv}", "aa{sv}"),
	METHOD("Explain", "a{sv}", "a{sv}"),
	METHOD("ListEvents", "a{sv}", "aa{sv}"),
	METHOD("ListAudit", "a{sv}", "aa{sv}"),
	METHOD("VerifyAudit", "a{sv}", "a{sv}"),
	METHOD("Timeline", "a{sv}", "a{sv}"),
	METHOD("Report", "a{sv}", "a{sv}"),
	METHOD("Reload", "", "a{sv}"),
	METHOD("Apply", "x", "a{sv}"),
	METHOD("Confirm", "", ""),
	METHOD("Detach", "", ""),
	METHOD("FreezeBaseline", "a{sv}", "a{sv}"),
	METHOD("SetDevice", "a{sv}", "a{sv}"),
	METHOD("ExportInventory", "a{sv}", "aa{sv}"),
	METHOD("MergeInventory", "aa{sv}", "a{sv}"),
	SD_BUS_PROPERTY("Version", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Engine", "s", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Enforcing", "b", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Generation", "t", get_property, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_SIGNAL("NewDevice", "a{sv}", 0),
	SD_BUS_SIGNAL("DeviceChanged", "a{sv}", 0),
	SD_BUS_SIGNAL("PhaseChanged", "a{sv}", 0),
	SD_BUS_SIGNAL("GenerationChanged", "t", 0),
	SD_BUS_SIGNAL("Event", "a{sv}", 0),
	SD_BUS_SIGNAL("Replacement", "a{sv}", 0),
	SD_BUS_VTABLE_END,
};

static void disconnect(struct og_bus *bus)
{
	while (bus->requests)
		request_free(bus->requests);
	bus->named = false;
	if (!bus->bus)
		return;
	sd_bus_detach_event(bus->bus);
	sd_bus_close(bus->bus);
	bus->bus = sd_bus_unref(bus->bus);
}

/* Not from within a callback of the connection that has to go. */
static void reopen_later(struct og_bus *bus)
{
	uint64_t now = 0;

	sd_event_now(bus->event, CLOCK_MONOTONIC, &now);
	sd_event_source_set_time(bus->reopen, now + REOPEN_US);
	sd_event_source_set_enabled(bus->reopen, SD_EVENT_ONESHOT);
}

static int on_name(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct og_bus *bus = userdata;
	uint32_t result = 0;

	(void)error;
	if (sd_bus_message_is_method_error(reply, NULL)) {
		og_log(LOG_ERR, "the bus refuses the name %s: %s", OG_BUS_NAME,
		       sd_bus_message_get_error(reply)->message);
	} else if (sd_bus_message_read(reply, "u", &result) < 0 || (result != 1 && result != 4)) {
		og_log(LOG_ERR, "another process has the bus name %s", OG_BUS_NAME);
	} else {
		bus->named = true;
		og_log(LOG_INFO, "on the bus as %s", OG_BUS_NAME);
	}
	return 1;
}

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct og_bus *bus = userdata;

	(void)message;
	(void)error;
	if (bus->named)
		og_log(LOG_NOTICE, "the bus has gone; waiting for it");
	bus->named = false;
	reopen_later(bus);
	return 0;
}

static int set_up(struct og_bus *bus)
{
	const char *address = getenv("DBUS_SYSTEM_BUS_ADDRESS");
	int err = sd_bus_new(&bus->bus);

	if (err >= 0)
		err = sd_bus_set_address(bus->bus, address ? address : DEFAULT_ADDRESS);
	if (err >= 0)
		err = sd_bus_set_bus_client(bus->bus, true);
	if (err >= 0)
		err = sd_bus_set_watch_bind(bus->bus, true);
	/* No method takes a descriptor, and one that waits here would be ours meanwhile. */
	if (err >= 0)
		err = sd_bus_negotiate_fds(bus->bus, false);
	if (err >= 0)
		err = sd_bus_add_object_vtable(bus->bus, NULL, OG_BUS_PATH, OG_BUS_INTERFACE,
					       vtable, bus);
	if (err >= 0)
		err = sd_bus_match_signal_async(bus->bus, NULL, "org.freedesktop.DBus.Local", NULL,
						"org.freedesktop.DBus.Local", "Disconnected",
						on_disconnected, NULL, bus);
	if (err >= 0)
		err = sd_bus_start(bus->bus);
	if (err >= 0)
		err = sd_bus_request_name_async(bus->bus, NULL, OG_BUS_NAME, 0, on_name, bus);
	if (err >= 0)
		err = sd_bus_attach_event(bus->bus, bus->event, 0);
	return err;
}

static int on_reopen(sd_event_source *source, uint64_t at, void *userdata)
{
	struct og_bus *bus = userdata;

	(void)source;
	(void)at;
	disconnect(bus);
	if (set_up(bus) < 0)
		reopen_later(bus);
	return 0;
}

int og_bus_new(sd_event *event, struct og_manager *manager, struct og_bus **ret_bus)
{
	struct og_bus *bus = calloc(1, sizeof(*bus));
	int err;

	if (!bus)
		return -ENOMEM;
	bus->event = sd_event_ref(event);
	bus->manager = manager;
	bus->logins = og_logins_new();
	if (!bus->logins) {
		og_bus_free(bus);
		return -ENOMEM;
	}
	err = sd_event_add_time(event, &bus->reopen, CLOCK_MONOTONIC, 0, 0, on_reopen, bus);
	if (err < 0) {
		og_bus_free(bus);
		return err;
	}
	*ret_bus = bus;
	return 0;
}

void og_bus_free(struct og_bus *bus)
{
	if (!bus)
		return;
	/* An answer may still be on its way out, as that to the call that stops the daemon. */
	if (bus->bus && bus->named)
		sd_bus_flush(bus->bus);
	disconnect(bus);
	sd_event_source_disable_unref(bus->reopen);
	sd_event_unref(bus->event);
	og_logins_free(bus->logins);
	free(bus);
}

static sd_bus_message *new_signal(struct og_bus *bus, const char *name)
{
	sd_bus_message *message = NULL;

	if (!bus || !bus->named ||
	    sd_bus_message_new_signal(bus->bus, &message, OG_BUS_PATH, OG_BUS_INTERFACE, name) < 0)
		return NULL;
	return message;
}

void og_bus_emit(struct og_bus *bus, const char *signal, json_t *record)
{
	sd_bus_message *message = new_signal(bus, signal);

	if (message && record && og_record_append(message, record) >= 0)
		sd_bus_send(bus->bus, message, NULL);
	sd_bus_message_unref(message);
	json_decref(record);
}

void og_bus_emit_generation(struct og_bus *bus, uint64_t generation)
{
	sd_bus_message *message = new_signal(bus, "GenerationChanged");

	if (message && sd_bus_message_append(message, "t", generation) >= 0)
		sd_bus_send(bus->bus, message, NULL);
	sd_bus_message_unref(message);
}

void og_bus_changed(struct og_bus *bus)
{
	if (bus && bus->named)
		sd_bus_emit_properties_changed(bus->bus, OG_BUS_PATH, OG_BUS_INTERFACE, "Engine",
					       "Enforcing", "Generation", NULL);
}
