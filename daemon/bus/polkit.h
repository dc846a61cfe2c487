/* SPDX-License-Identifier: GPL-2.0 */
/*
 * polkit.h: asking polkit whether a caller who is not root may change something
 *
 * The actions are those of data/polkit/org.ouiguard.policy. Where there is no polkit, nobody but
 * root may.
 */
#ifndef OUIGUARD_DAEMON_POLKIT_H
#define OUIGUARD_DAEMON_POLKIT_H

#include <stdbool.h>

#include <systemd/sd-bus.h>

#define OG_POLKIT_MANAGE "org.ouiguard.manage"
#define OG_POLKIT_DETACH "org.ouiguard.detach"

/*
 * og_polkit_ask - ask whether the sender of @message may do @action. A person is asked for a
 * password only if the sender of @message allowed that. @answer is called with @userdata when the
 * answer has come, perhaps minutes later; og_polkit_read() takes it apart. Returns 0 or -errno.
 */
int og_polkit_ask(sd_bus *bus, sd_bus_message *message, const char *action,
		  sd_bus_message_handler_t answer, void *userdata, sd_bus_slot **ret_slot);

/* og_polkit_read - whether @reply says yes; false also when it is an error, or no such answer. */
bool og_polkit_read(sd_bus_message *reply);

#endif
