/* SPDX-License-Identifier: GPL-2.0 */
/*
 * touch.h: the devices that a phase or an apply will touch, and what to look at before
 */
#ifndef OUIGUARD_CLI_TOUCH_H
#define OUIGUARD_CLI_TOUCH_H

#include "cli/cli.h"
#include "cli/seen.h"
#include "policy/compile/gateway.h"

/* What is looked at; borrowed. */
struct og_touching {
	const struct og_cli *cli;
	const struct og_config *config;
	const struct og_compiled *compiled; /* of @config */
	const struct og_gateway *gateway;
	const struct og_seen *seen;
};

/*
 * og_touch_change - the record of docs/dbus.md (`touched`) for @change, which begins at its second by
 * @touching's configuration: what the device is, where it has sent to, and warnings. NULL when nothing
 * stricter begins for it, or without memory.
 */
json_t *og_touch_change(const struct og_touching *touching, const struct og_plan_change *change);

/* og_touch_show - an array of such records for people. */
void og_touch_show(const struct og_cli *cli, const json_t *touched);

#endif
