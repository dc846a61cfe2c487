/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bus-methods.h: what each method of the interface does; for bus*.c alone
 */
#ifndef OUIGUARD_DAEMON_BUS_METHODS_H
#define OUIGUARD_DAEMON_BUS_METHODS_H

#include <stdbool.h>

#include <systemd/sd-bus.h>

struct og_manager;

struct og_bus_method {
	const char *name;
	bool changes; /* root, the daemon's own user and whom polkit lets; else the group ouiguard */
	/* Reads the arguments and answers. Negative: the caller sends @error, or -errno. */
	int (*run)(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error);
	const char *action; /* of polkit, where it changes; NULL: OG_POLKIT_MANAGE */
	bool large;	    /* may bring megabytes */
};

/* og_bus_method_find - the method of that name, or NULL. */
const struct og_bus_method *og_bus_method_find(const char *name);

#endif
