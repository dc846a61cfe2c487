// SPDX-License-Identifier: GPL-2.0
/*
 * user.c: who gives the command
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/user.h"
#include "ipc/login.h"

static bool login_uid(uid_t *ret_uid)
{
	int self = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool known;

	if (self < 0)
		return false;
	known = og_login_uid(self, ret_uid);
	close(self);
	return known;
}

char *og_user(char *buffer, size_t size)
{
	const char *sudo = getenv("SUDO_USER");
	uid_t uid;

	if (login_uid(&uid))
		return og_login_name(uid, buffer, size);
	/* Only root gets it from sudo; anybody else may have set it to any name. */
	if (geteuid() == 0 && sudo && sudo[0] && strlen(sudo) < size) {
		snprintf(buffer, size, "%s", sudo);
		return buffer;
	}
	return og_login_name(getuid(), buffer, size);
}
