// SPDX-License-Identifier: GPL-2.0
/*
 * file.c: whole files, read with a bound and written so that nobody ever sees half of one
 */
#include "policy/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int og_file_open(const char *path, struct stat *ret_stat)
{
	/* O_NONBLOCK: a pipe that somebody put here must not stop the daemon. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		ret = -errno;
	else if (S_ISDIR(st.st_mode))
		ret = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		ret = -EINVAL;
	if (ret) {
		close(fd);
		return ret;
	}
	if (ret_stat)
		*ret_stat = st;
	return fd;
}

/* Read at most @room bytes; the file may grow or shrink meanwhile. */
static int read_all(int fd, char *data, size_t room, size_t *ret_size)
{
	size_t size = 0;

	while (size < room) {
		ssize_t n = read(fd, data + size, room - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		size += (size_t)n;
	}
	*ret_size = size;
	return 0;
}

int og_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_size)
{
	struct stat st;
	size_t room, size = 0;
	char *data;
	int fd, ret;

	fd = og_file_open(path, &st);
	if (fd < 0)
		return fd;
	if ((uintmax_t)st.st_size > limit) {
		close(fd);
		return -EFBIG;
	}
	/* One byte more than expected shows that the file is longer than it was a moment ago. */
	room = (size_t)st.st_size + 1;
	data = malloc(room + 1);
	ret = data ? read_all(fd, data, room, &size) : -ENOMEM;
	close(fd);
	if (!ret && size == room)
		ret = -EAGAIN; /* it is being written right now */
	if (ret) {
		free(data);
		return ret;
	}
	data[size] = '\0';
	*ret_data = data;
	*ret_size = size;
	return 0;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

/* The rename itself is durable only once the directory is. */
static int sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path))
				: strdup(".");
	int fd, ret = 0;

	if (!directory)
		return -ENOMEM;
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(directory);
	if (fd < 0)
		return -errno;
	/* Some file systems cannot sync a directory and say so; there is nothing better to do. */
	if (fsync(fd) < 0 && errno != EINVAL)
		ret = -errno;
	close(fd);
	return ret;
}

static int fill(int fd, const void *data, size_t size, unsigned int mode)
{
	int ret = write_all(fd, data, size);

	if (!ret && fchmod(fd, mode) < 0)
		ret = -errno;
	if (!ret && fsync(fd) < 0)
		ret = -errno;
	if (close(fd) < 0 && !ret)
		ret = -errno;
	return ret;
}

int og_file_write(const char *path, const void *data, size_t size, unsigned int mode, bool replace)
{
	const char *slash = strrchr(path, '/');
	int prefix = slash ? (int)(slash - path) + 1 : 0;
	char *temporary;
	int fd, ret;

	/* Hidden, so that a configuration that is read meanwhile does not take it for a file. */
	if (asprintf(&temporary, "%.*s.%s.XXXXXX", prefix, path, path + prefix) < 0)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		free(temporary);
		return ret;
	}
	ret = fill(fd, data, size, mode);
	/* link() fails when the name is taken; rename() would replace it. */
	if (!ret && replace)
		ret = rename(temporary, path) < 0 ? -errno : 0;
	else if (!ret)
		ret = link(temporary, path) < 0 ? -errno : 0;
	if (ret || !replace)
		unlink(temporary);
	free(temporary);
	return ret ? ret : sync_directory(path);
}
