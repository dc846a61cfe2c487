/* SPDX-License-Identifier: GPL-2.0 */
/*
 * client.h: asking the daemon (docs/dbus.md)
 */
#ifndef OUIGUARD_CLI_CLIENT_H
#define OUIGUARD_CLI_CLIENT_H

#include <jansson.h>
#include <systemd/sd-bus.h>

#include "cli/cli.h"

/* What a method takes and gives besides records. */
enum og_call_flags {
	OG_CALL_SECONDS = 0x1, /* takes a number: og_call.seconds */
	OG_CALL_ARRAY = 0x2,   /* gives aa{sv}; otherwise a{sv} */
	OG_CALL_NOTHING = 0x4, /* gives nothing */
	OG_CALL_SILENT = 0x10, /* nothing at all is printed: whoever asks can do without */
	OG_CALL_QUIET = 0x8,   /* that the daemon is not there is no error: nothing is printed */
};

struct og_call {
	const char *method;
	json_t *record;	 /* the a{sv} it takes; NULL: none. Borrowed */
	json_t *array;	 /* or the aa{sv} */
	int64_t seconds; /* with OG_CALL_SECONDS */
	int flags;
};

/*
 * og_client_open - connect to the system bus of this gateway, or of cli->host. Returns 0, or -errno
 * with an error on stderr (none with @quiet). Close with sd_bus_flush_close_unref().
 */
int og_client_open(const struct og_cli *cli, bool quiet, sd_bus **ret_bus);

/*
 * og_client_open_batch - the same of @host, by a ssh that asks no question, says nothing and gives up
 * after some seconds. Returns 0 or -errno, without a word.
 */
int og_client_open_batch(const char *host, sd_bus **ret_bus);

/*
 * og_client_call - call a method of the daemon on @bus. What it gives goes to @ret_reply (NULL with
 * OG_CALL_NOTHING), owned by the caller. Returns 0; otherwise a negative errno after telling on
 * stderr what is wrong and what to do: -ENXIO the daemon is not running (silent with
 * OG_CALL_QUIET), -EACCES not permitted, -EPERM refused for what it is, -ENOENT not found, -EINVAL the
 * configuration has errors,
 * -EIO everything else.
 */
int og_client_call(const struct og_cli *cli, sd_bus *bus, const struct og_call *call,
		   json_t **ret_reply);

/* og_ask - open, call, close. */
int og_ask(const struct og_cli *cli, const struct og_call *call, json_t **ret_reply);

/*
 * og_ask_devices - all devices that @filter (as of ListDevices; its "after" is set) wants, page by
 * page; @flags is 0 or OG_CALL_QUIET. @each takes each page, until it returns other than 0. Returns
 * that, or as og_ask(). og_ask_all_devices - the same as one array.
 */
int og_ask_devices(const struct og_cli *cli, json_t *filter, int flags,
		   int (*each)(void *userdata, json_t *page), void *userdata);
int og_ask_all_devices(const struct og_cli *cli, json_t *filter, int flags, json_t **ret_devices);

static inline void og_put_bus(sd_bus **bus)
{
	sd_bus_flush_close_unref(*bus);
}

#define _cleanup_bus_ __attribute__((cleanup(og_put_bus)))

#endif
