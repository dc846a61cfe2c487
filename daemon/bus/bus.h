/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bus.h: the D-Bus interface org.ouiguard (docs/dbus.md)
 *
 * The daemon does not wait for a bus: it takes one when it comes, and comes back when it goes.
 */
#ifndef OUIGUARD_DAEMON_BUS_H
#define OUIGUARD_DAEMON_BUS_H

#include <jansson.h>
#include <stdint.h>

#include <systemd/sd-event.h>

struct og_bus;
struct og_manager;

/* og_bus_new - begin to look for the bus. 0 or -errno. og_bus_free - NULL is allowed. */
int og_bus_new(sd_event *event, struct og_manager *manager, struct og_bus **ret_bus);
void og_bus_free(struct og_bus *bus);

/*
 * Signals; without a bus they are lost, and @bus may be NULL. og_bus_emit takes a record and gives
 * its reference back. og_bus_changed tells that Engine, Enforcing or Generation changed.
 */
void og_bus_emit(struct og_bus *bus, const char *signal, json_t *record);
void og_bus_emit_generation(struct og_bus *bus, uint64_t generation);
void og_bus_changed(struct og_bus *bus);

#endif
