// SPDX-License-Identifier: GPL-2.0
/*
 * polkit.c: org.freedesktop.PolicyKit1.Authority, asked without waiting for it
 *
 * libsystemd has no public call for this. The interface is that of polkit's reference manual.
 */
#include <stdint.h>

#include "daemon/bus/polkit.h"

#define ALLOW_INTERACTION 1u
#define PATIENCE_US	  (120 * 1000000ULL) /* for a person to type a password */

int og_polkit_ask(sd_bus *bus, sd_bus_message *message, const char *action,
		  sd_bus_message_handler_t answer, void *userdata, sd_bus_slot **ret_slot)
{
	int interactive = sd_bus_message_get_allow_interactive_authorization(message);
	sd_bus_message *question = NULL;
	int r;

	r = sd_bus_message_new_method_call(bus, &question, "org.freedesktop.PolicyKit1",
					   "/org/freedesktop/PolicyKit1/Authority",
					   "org.freedesktop.PolicyKit1.Authority",
					   "CheckAuthorization");
	if (r >= 0)
		r = sd_bus_message_append(question, "(sa{sv})sa{ss}us", "system-bus-name", 1,
					  "name", "s", sd_bus_message_get_sender(message), action,
					  0, interactive > 0 ? ALLOW_INTERACTION : 0, "");
	if (r >= 0)
		r = sd_bus_call_async(bus, ret_slot, question, answer, userdata, PATIENCE_US);
	sd_bus_message_unref(question);
	return r < 0 ? r : 0;
}

bool og_polkit_read(sd_bus_message *reply)
{
	int authorized = 0, challenge = 0;

	if (sd_bus_message_is_method_error(reply, NULL))
		return false;
	if (sd_bus_message_enter_container(reply, 'r', "bba{ss}") < 0 ||
	    sd_bus_message_read(reply, "bb", &authorized, &challenge) < 0)
		return false;
	return authorized;
}
