/* SPDX-License-Identifier: GPL-2.0 */
/*
 * message-size.h: how much a message from the bus brings
 *
 * The bus lets through messages of 32 MiB, from everybody: what waits must be small.
 */
#ifndef OUIGUARD_DAEMON_MESSAGE_SIZE_H
#define OUIGUARD_DAEMON_MESSAGE_SIZE_H

#include <stddef.h>

#include <systemd/sd-bus.h>

/*
 * og_message_size - bytes of all values of @message, texts with what a text costs beside its letters.
 * Counting ends above @max. SIZE_MAX when it cannot be read. The message is at its start after it.
 */
size_t og_message_size(sd_bus_message *message, size_t max);

#endif
