// SPDX-License-Identifier: GPL-2.0
/*
 * client.c: asking the daemon (docs/dbus.md)
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cli/client.h"
#include "ipc/names.h"
#include "ipc/record.h"

/* A reload reads registries and swaps a generation; half a minute would do on a slow gateway. */
#define TIMEOUT_USEC (90ULL * 1000000)

static void put_message(sd_bus_message **message)
{
	sd_bus_message_unref(*message);
}

#define _cleanup_message_ __attribute__((cleanup(put_message)))

static void complain_unreachable(const struct og_cli *cli, int r)
{
	if (cli->host) {
		og_complain("cannot reach the bus of %s: %s", cli->host, strerror(-r));
		og_hint("\"ssh %s systemd-stdio-bridge\" must work without a question", cli->host);
	} else {
		og_complain("cannot reach the system bus: %s", strerror(-r));
		og_hint("is it running? \"systemctl status dbus\" tells; check and explain "
			"--config "
			"need no bus");
	}
}

int og_client_open(const struct og_cli *cli, bool quiet, sd_bus **ret_bus)
{
	int r;

	if (cli->host)
		r = sd_bus_open_system_remote(ret_bus, cli->host);
	else
		r = sd_bus_open_system(ret_bus);
	if (r >= 0)
		return 0;
	if (!quiet)
		complain_unreachable(cli, r);
	return r;
}

/* What a value of a D-Bus address may not hold as it is. */
static int escape(const char *text, FILE *out)
{
	for (; *text; text++) {
		bool plain = isalnum((unsigned char)*text) || strchr("-_/.", *text);

		if ((plain ? fputc(*text, out) : fprintf(out, "%%%02x", (unsigned char)*text)) < 0)
			return -ENOMEM;
	}
	return 0;
}

static char *batch_address(const char *host)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return NULL;
	fputs("unixexec:path=ssh,argv1=-xTq,argv2=-oBatchMode%3dyes,argv3=-oConnectTimeout%3d3,"
	      "argv4=--,argv5=",
	      out);
	r = escape(host, out);
	fputs(",argv6=systemd-stdio-bridge", out);
	if (fclose(out) == 0 && r == 0)
		return text;
	free(text);
	return NULL;
}

int og_client_open_batch(const char *host, sd_bus **ret_bus)
{
	_cleanup_text_ char *address = batch_address(host);
	_cleanup_bus_ sd_bus *bus = NULL;
	int r;

	if (!address)
		return -ENOMEM;
	r = sd_bus_new(&bus);
	if (r >= 0)
		r = sd_bus_set_address(bus, address);
	if (r >= 0)
		r = sd_bus_set_bus_client(bus, true);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r < 0)
		return r;
	*ret_bus = bus;
	bus = NULL;
	return 0;
}

static bool is_absent(const sd_bus_error *error)
{
	return sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	       sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER) ||
	       sd_bus_error_has_name(error, "org.freedesktop.systemd1.NoSuchUnit") ||
	       sd_bus_error_has_name(error, "org.freedesktop.DBus.Error.Spawn.ChildExited");
}

/* Each line of the message is an error of its own. */
static void complain_lines(const char *text)
{
	_cleanup_text_ char *copy = strdup(text);
	char *state = NULL;

	for (char *line = copy ? strtok_r(copy, "\n", &state) : NULL; line;
	     line = strtok_r(NULL, "\n", &state)) {
		og_text_put(line, OG_PLAIN, stderr, false);
		fputc('\n', stderr);
	}
}

/* Say what @error (or @r, when the bus itself failed) means. */
static int explain_failure(const struct og_cli *cli, const struct og_call *call,
			   const sd_bus_error *error, int r)
{
	const char *text = error->message ? error->message : strerror(-r);

	if (is_absent(error)) {
		if (call->flags & OG_CALL_QUIET)
			return -ENXIO;
		og_complain("the daemon is not running%s%s", cli->host ? " on " : "",
			    cli->host ? cli->host : "");
		og_hint("start it: systemctl start ouiguard");
		return -ENXIO;
	}
	if (sd_bus_error_has_name(error, SD_BUS_ERROR_ACCESS_DENIED)) {
		og_complain("not permitted: %s", text);
		og_hint("become root; members of the group ouiguard may ask, but not change: "
			"usermod -aG ouiguard USER");
		return -EACCES;
	}
	if (sd_bus_error_has_name(error, OG_BUS_ERROR_CONFIG)) {
		complain_lines(text);
		og_complain("the configuration has errors: what was in force stays in force");
		return -EINVAL;
	}
	if (sd_bus_error_has_name(error, OG_BUS_ERROR_NOT_FOUND)) {
		og_complain("%s", text);
		return -ENOENT;
	}
	if (sd_bus_error_has_name(error, OG_BUS_ERROR_REFUSED)) {
		complain_lines(text);
		return -EPERM;
	}
	if (sd_bus_error_has_name(error, OG_BUS_ERROR_ENGINE)) {
		complain_lines(text);
		og_complain("the engine refused: \"ouiguard status\" tells what is in force");
		return -EIO;
	}
	/* A ssh that ends is noticed only now. */
	if (r == -ENOTCONN || r == -ECONNRESET || r == -EPIPE) {
		complain_unreachable(cli, r);
		return -EIO;
	}
	og_complain("%s: %s", call->method, text);
	if (r == -ETIMEDOUT || sd_bus_error_has_name(error, SD_BUS_ERROR_NO_REPLY))
		og_hint("the daemon does not answer: journalctl -t ouiguard -n 50");
	return -EIO;
}

static int build(sd_bus *bus, const struct og_call *call, sd_bus_message **ret_message)
{
	_cleanup_message_ sd_bus_message *message = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &message, OG_BUS_NAME, OG_BUS_PATH,
					   OG_BUS_INTERFACE, call->method);
	if (r < 0)
		return r;
	sd_bus_message_set_allow_interactive_authorization(message, true);
	if (call->record)
		r = og_record_append(message, call->record);
	else if (call->array)
		r = og_record_append_array(message, call->array);
	if (r >= 0 && call->flags & OG_CALL_SECONDS)
		r = sd_bus_message_append_basic(message, 'x', &call->seconds);
	if (r < 0)
		return r;
	*ret_message = sd_bus_message_ref(message);
	return 0;
}

static int read_reply(const struct og_call *call, sd_bus_message *message, json_t **ret_reply)
{
	if (call->flags & OG_CALL_NOTHING)
		return 0;
	if (call->flags & OG_CALL_ARRAY)
		return og_record_read_array(message, ret_reply);
	return og_record_read(message, ret_reply);
}

int og_client_call(const struct og_cli *cli, sd_bus *bus, const struct og_call *call,
		   json_t **ret_reply)
{
	__attribute__((cleanup(sd_bus_error_free))) sd_bus_error error = SD_BUS_ERROR_NULL;
	_cleanup_message_ sd_bus_message *message = NULL, *reply = NULL;
	int r;

	r = build(bus, call, &message);
	if (r < 0) {
		og_complain("cannot ask the daemon: %s", strerror(-r));
		return -EIO;
	}
	r = sd_bus_call(bus, message, TIMEOUT_USEC, &error, &reply);
	if (r < 0 && call->flags & OG_CALL_SILENT)
		return r;
	if (r < 0)
		return explain_failure(cli, call, &error, r);
	r = read_reply(call, reply, ret_reply);
	if (r < 0) {
		og_complain("%s: the answer cannot be read: %s", call->method, strerror(-r));
		og_hint("are ouiguard and ouiguardd of the same version?");
		return -EIO;
	}
	return 0;
}

int og_ask(const struct og_cli *cli, const struct og_call *call, json_t **ret_reply)
{
	_cleanup_bus_ sd_bus *bus = NULL;
	int r;

	r = og_client_open(cli, call->flags & OG_CALL_QUIET, &bus);
	if (r < 0)
		return -ENXIO;
	return og_client_call(cli, bus, call, ret_reply);
}

/* Let the next page begin after the last device of @page. */
static int go_on_after(json_t *filter, const json_t *page)
{
	const json_t *last = json_array_get(page, json_array_size(page) - 1);
	_cleanup_text_ char *after = NULL;

	if (asprintf(&after, "%s/%s", og_json_text(last, "site", ""),
		     og_json_text(last, "mac", "")) < 0) {
		after = NULL;
		return -ENOMEM;
	}
	return json_object_set_new(filter, "after", json_string(after)) ? -ENOMEM : 0;
}

int og_ask_devices(const struct og_cli *cli, json_t *filter, int flags,
		   int (*each)(void *userdata, json_t *page), void *userdata)
{
	const struct og_call call = {
		.method = "ListDevices", .record = filter, .flags = OG_CALL_ARRAY | flags};
	_cleanup_bus_ sd_bus *bus = NULL;
	bool more = true;
	int r;

	r = og_client_open(cli, flags & OG_CALL_QUIET, &bus);
	if (r < 0)
		return -ENXIO;
	while (!r && more) {
		_cleanup_json_ json_t *page = NULL;

		r = og_client_call(cli, bus, &call, &page);
		if (r)
			return r;
		more = json_array_size(page) >= OG_DEVICES_PAGE;
		r = each(userdata, page);
		if (!r && more && go_on_after(filter, page)) {
			og_no_memory();
			r = -ENOMEM;
		}
	}
	return r;
}

static int add_page(void *userdata, json_t *page)
{
	if (!json_array_extend(userdata, page))
		return 0;
	og_no_memory();
	return -ENOMEM;
}

int og_ask_all_devices(const struct og_cli *cli, json_t *filter, int flags, json_t **ret_devices)
{
	json_t *devices = json_array();
	int r = og_ask_devices(cli, filter, flags, add_page, devices);

	if (r)
		json_decref(devices);
	else
		*ret_devices = devices;
	return r;
}
