/* SPDX-License-Identifier: GPL-2.0 */
/*
 * record.h: records between JSON and D-Bus
 *
 * The daemon builds every record of docs/dbus.md as a jansson object, and so do the offline verbs;
 * on the bus it is a{sv}. One mapping, both ways, so that --json prints what the bus carries.
 */
#ifndef OUIGUARD_IPC_RECORD_H
#define OUIGUARD_IPC_RECORD_H

#include <jansson.h>
#include <systemd/sd-bus.h>

/*
 * og_record_append - append @object (a JSON object) to @message as a{sv}. Strings become s, integers
 * x, booleans b, arrays of strings as, objects a{sv}, arrays of objects aa{sv}; an empty array
 * becomes as; null members are left out. Returns 0 or -errno (-EINVAL: a value of another kind).
 */
int og_record_append(sd_bus_message *message, json_t *object);

/* og_record_append_array - append an array of objects as aa{sv}; may be empty. 0 or -errno. */
int og_record_append_array(sd_bus_message *message, json_t *array);

/*
 * og_record_read - read an a{sv} from @message; any signature of integer becomes a JSON integer.
 * Untrusted input: bounded depth, unknown types are -EBADMSG. The caller owns @ret_object.
 */
int og_record_read(sd_bus_message *message, json_t **ret_object);

/* og_record_read_array - read an aa{sv}. The caller owns @ret_array. */
int og_record_read_array(sd_bus_message *message, json_t **ret_array);

#endif
