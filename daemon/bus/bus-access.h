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

#include "daemon/bus/logins.h"

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

/*
 * og_caller_process - a descriptor of the caller's process (pidfd_open(2)), which the caller of this
 * closes, or -errno. Its number may have gone to another process meanwhile: ask the bus once more whether
 * the connection is there before it is used.
 */
int og_caller_process(const struct og_caller *caller);

/*
 * og_caller_gone - whether the process of @caller has ended: from which login it came can no longer be
 * told then, and nothing is changed for it.
 */
bool og_caller_gone(const struct og_caller *caller);

/*
 * og_caller_actor - who answers for what @caller does: the login it comes from, by @process (negative:
 * not known), else its user. Writes a name into @buffer. Returns 0; or -errno as og_logins_read() does
 * when nobody can tell whether there is a login, and then the name is the user's.
 */
int og_caller_actor(const struct og_caller *caller, struct og_logins *logins, int process,
		    char *buffer, size_t size);

/* og_caller_may - whether @caller may call a method that @changes something. */
bool og_caller_may(const struct og_caller *caller, bool changes);

#endif
