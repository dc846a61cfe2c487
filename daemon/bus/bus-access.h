/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bus-access.h: who may call what
 *
 * Root and the daemon's own user may call everything; members of the group `ouiguard` may read. The
 * bus tells who a caller is; a process's own claims count for nothing.
 */
#ifndef OUIGUARD_DAEMON_BUS_ACCESS_H
#define OUIGUARD_DAEMON_BUS_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-bus.h>

#define OG_BUS_GROUP  "ouiguard"
#define OG_BUS_GROUPS 4096 /* groups of one user that are looked at */

struct og_caller {
	uint32_t uid;
	uint32_t pid; /* 0: not known */
	bool in_group;
};

/*
 * og_caller_read - the caller from the bus's answer to GetConnectionCredentials. 0; -ENXIO when it
 * has no user; -EBADMSG.
 */
int og_caller_read(sd_bus_message *credentials, struct og_caller *ret_caller);

/* og_caller_may - whether @caller may call a method that @changes something. */
bool og_caller_may(const struct og_caller *caller, bool changes);

#endif
