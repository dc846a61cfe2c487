/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probes.h: whether devices that were removed still answer
 *
 * A few times a day every device that is said to be removed or disposed of is asked for, by ARP and
 * neighbour discovery, under its last known addresses and the link-local one that its MAC address
 * makes, out of the ports of its own site and no other. A site can switch it off (`probe: false`).
 */
#ifndef OUIGUARD_DAEMON_PROBES_H
#define OUIGUARD_DAEMON_PROBES_H

#include "policy/base/diag.h"

#define OG_PROBES_A_DAY	   4
#define OG_PROBES_A_SECOND 8 /* frames, of all devices and ports */
#define OG_PROBE_WAIT	   3 /* seconds in which an answer counts */
#define OG_PROBE_ADDRESSES 4 /* last known ones, besides the link-local one */

struct og_probes;
struct og_manager;

/* og_probes_new - or NULL. og_probes_free - NULL is allowed. */
struct og_probes *og_probes_new(void);
void og_probes_free(struct og_probes *probes);

/* og_probes_tick - every second: ask whoever is due, and write down who answered. Logs what is wrong. */
void og_probes_tick(struct og_manager *m);

/* og_probes_trouble - a warning in @diags when probes cannot be sent. */
void og_probes_trouble(const struct og_manager *m, struct og_diags *diags);

#endif
