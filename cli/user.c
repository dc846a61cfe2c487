// SPDX-License-Identifier: GPL-2.0
/*
 * user.c: who gives the command
 */
#include <inttypes.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/user.h"

#define NO_LOGIN UINT32_MAX /* what the kernel says for processes of no login */

static bool login_uid(uid_t *ret_uid)
{
	FILE *file = fopen("/proc/self/loginuid", "re");
	unsigned int uid = NO_LOGIN;
	bool known;

	if (!file)
		return false;
	known = fscanf(file, "%u", &uid) == 1 && uid != NO_LOGIN;
	fclose(file);
	if (known)
		*ret_uid = uid;
	return known;
}

static char *name_of(uid_t uid, char *buffer, size_t size)
{
	const struct passwd *user = getpwuid(uid);

	if (user)
		snprintf(buffer, size, "%s", user->pw_name);
	else
		snprintf(buffer, size, "uid %" PRIu32, uid);
	return buffer;
}

char *og_user(char *buffer, size_t size)
{
	const char *sudo = getenv("SUDO_USER");
	uid_t uid;

	if (login_uid(&uid))
		return name_of(uid, buffer, size);
	/* Only root gets it from sudo; anybody else may have set it to any name. */
	if (geteuid() == 0 && sudo && sudo[0] && strlen(sudo) < size) {
		snprintf(buffer, size, "%s", sudo);
		return buffer;
	}
	return name_of(getuid(), buffer, size);
}
