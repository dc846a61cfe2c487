/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seen.h: the devices and destinations that a plan is tried on
 */
#ifndef OUIGUARD_CLI_SEEN_H
#define OUIGUARD_CLI_SEEN_H

#include "cli/cli.h"
#include "policy/config/config.h"
#include "policy/explain/plan.h"

#define OG_SEEN_PROBES 256 /* most different destinations */

struct og_seen {
	struct og_plan_device *devices;
	size_t device_count;
	struct og_plan_probe *probes;
	size_t probe_count;
	char *state;		   /* the daemon's state directory; NULL: not known */
	const char *source, *word; /* where the devices come from, for people, for programs */
	json_t *records;	   /* owns the names of sites */
	json_t **rows;		   /* of them, by the place of the device; NULL: there are none */
};

/*
 * og_seen_ask - the devices that the daemon has seen, with their recent destinations; where no daemon
 * can be asked, those of the asset registers of @config, which must outlive the result. Returns 0, or
 * -errno after saying what is wrong. Free with og_seen_clear().
 */
int og_seen_ask(const struct og_cli *cli, const struct og_config *config, struct og_seen *ret_seen);
void og_seen_clear(struct og_seen *seen);

#endif
