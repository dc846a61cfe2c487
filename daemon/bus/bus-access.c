// SPDX-License-Identifier: GPL-2.0
/*
 * bus-access.c: who may call what
 */
#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "daemon/bus/bus-access.h"
#include "daemon/cleanup.h"
#include "ipc/login.h"

/* An older bus does not tell the caller's groups: ask the user database. */
static bool is_member(uint32_t uid, gid_t wanted)
{
	OG_CLEANUP(og_freep) gid_t *groups = calloc(OG_BUS_GROUPS, sizeof(*groups));
	const struct passwd *user = getpwuid(uid);
	int i, count = OG_BUS_GROUPS;

	if (!groups || !user)
		return false;
	if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		count = OG_BUS_GROUPS;
	for (i = 0; i < count; i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

static int read_u32(sd_bus_message *message, uint32_t *ret_value)
{
	return sd_bus_message_read(message, "v", "u", ret_value);
}

static int read_groups(sd_bus_message *message, const uint32_t **ret_groups, size_t *ret_count)
{
	const void *array = NULL;
	size_t size = 0;
	int r = sd_bus_message_enter_container(message, 'v', "au");

	if (r > 0)
		r = sd_bus_message_read_array(message, 'u', &array, &size);
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	if (r < 0)
		return r;
	*ret_groups = array;
	*ret_count = size / sizeof(uint32_t);
	return 0;
}

struct credentials {
	uint32_t uid, pid;
	bool has_uid, has_groups;
	const uint32_t *groups;
	size_t group_count;
};

static int read_member(sd_bus_message *message, struct credentials *c)
{
	const char *key;
	int r = sd_bus_message_read(message, "s", &key);

	if (r < 0)
		return r;
	if (!strcmp(key, "UnixUserID")) {
		c->has_uid = true;
		r = read_u32(message, &c->uid);
	} else if (!strcmp(key, "ProcessID")) {
		r = read_u32(message, &c->pid);
	} else if (!strcmp(key, "UnixGroupIDs")) {
		c->has_groups = true;
		r = read_groups(message, &c->groups, &c->group_count);
	} else {
		r = sd_bus_message_skip(message, "v");
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

int og_caller_read(sd_bus_message *message, struct og_caller *ret_caller)
{
	struct credentials c = {0};
	const struct group *group;
	struct og_caller caller = {0};
	size_t i;
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0)
		r = read_member(message, &c);
	if (r < 0)
		return -EBADMSG;
	if (!c.has_uid)
		return -ENXIO;
	caller.uid = c.uid;
	caller.pid = c.pid;
	group = getgrnam(OG_BUS_GROUP);
	if (group && c.has_groups) {
		for (i = 0; i < c.group_count; i++)
			caller.in_group = caller.in_group || c.groups[i] == group->gr_gid;
	} else if (group) {
		caller.in_group = is_member(c.uid, group->gr_gid);
	}
	*ret_caller = caller;
	return 0;
}

int og_caller_process(const struct og_caller *caller)
{
	int fd;

	if (!caller->pid)
		return -ESRCH;
	fd = pidfd_open((pid_t)caller->pid, 0);
	return fd < 0 ? -errno : fd;
}

bool og_caller_gone(const struct og_caller *caller)
{
	/* Not by /proc, which may be hidden. */
	return caller->pid && kill((pid_t)caller->pid, 0) < 0 && errno == ESRCH;
}

int og_caller_actor(const struct og_caller *caller, struct og_logins *logins, int process,
		    char *buffer, size_t size)
{
	uid_t uid = caller->uid;
	int err = 0;

	if (process >= 0)
		err = og_logins_read(logins, (pid_t)caller->pid, process, &uid);
	og_login_name(uid, buffer, size);
	return err == -ENODATA || err == -ESRCH ? 0 : err;
}

bool og_caller_may(const struct og_caller *caller, bool changes)
{
	if (caller->uid == 0 || caller->uid == geteuid())
		return true;
	return !changes && caller->in_group;
}
