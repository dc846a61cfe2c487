// SPDX-License-Identifier: GPL-2.0
/*
 * login.c: which login a process belongs to
 */
#include "ipc/login.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

bool og_login_uid(int process, uid_t *ret_uid)
{
	int fd = openat(process, "loginuid", O_RDONLY | O_CLOEXEC);
	char text[16];
	unsigned int uid;
	ssize_t size;

	if (fd < 0)
		return false;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0)
		return false;
	text[size] = '\0';
	if (sscanf(text, "%u", &uid) != 1 || uid == OG_LOGIN_NONE)
		return false;
	*ret_uid = uid;
	return true;
}

char *og_login_name(uid_t uid, char *buffer, size_t size)
{
	const struct passwd *user = getpwuid(uid);

	if (user)
		snprintf(buffer, size, "%s", user->pw_name);
	else
		snprintf(buffer, size, "uid %" PRIu32, uid);
	return buffer;
}
