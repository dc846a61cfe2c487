// SPDX-License-Identifier: GPL-2.0
/*
 * registry-load.c: finding the registry's files, and how old they are
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/registry/registry.h"

/* What a directory of registries may hold, in the order in which it is read. */
static const char *const known[] = {"20-OUI.hwdb", "oui.csv", "mam.csv", "oui36.csv", "iab.csv"};

/* Where in a directory they may stand: it holds them, or it is an unpacked package. */
static const char *const places[] = {"", "usr/share/ieee-data/", "usr/lib/udev/hwdb.d/",
				     "lib/udev/hwdb.d/", "var/lib/ieee-data/"};

struct loader {
	struct og_registry *registry;
	struct og_diags *diags;
	size_t read; /* files that were taken */
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static void free_text(char **text)
{
	free(*text);
}

/* All of a regular file. Returns 0 or -errno; -EFBIG beyond @limit bytes. */
static int read_whole(const char *path, size_t limit, char **ret_data, size_t *ret_length,
		      int64_t *ret_mtime)
{
	__attribute__((cleanup(close_fd))) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	__attribute__((cleanup(free_text))) char *data = NULL;
	size_t length = 0, room;
	struct stat status;

	if (fd < 0 || fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -ENOTSUP;
	if (status.st_size < 0 || (size_t)status.st_size > limit)
		return -EFBIG;
	room = (size_t)status.st_size + 1;
	data = malloc(room);
	if (!data)
		return -ENOMEM;
	for (;;) {
		ssize_t got = read(fd, data + length, room - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
		if (length == room) /* it grew while it was read: somebody is writing it */
			return -EAGAIN;
	}
	*ret_data = data;
	data = NULL;
	*ret_length = length;
	*ret_mtime = status.st_mtim.tv_sec;
	return 0;
}

/*
 * ieee-data and its update program note beside the csv files when they were fetched, as seconds
 * since 1970 in .lastupdate. It says more than the time of a file that was copied or checked out.
 */
static bool fetched(const char *path, int64_t *ret_date)
{
	__attribute__((cleanup(free_text))) char *text = NULL;
	const char *slash = strrchr(path, '/');
	char note[PATH_MAX], *end;
	size_t length, directory = slash ? (size_t)(slash + 1 - path) : 0;
	int64_t mtime, date = 0;

	if (directory + sizeof(".lastupdate") > sizeof(note))
		return false;
	memcpy(note, path, directory);
	memcpy(note + directory, ".lastupdate", sizeof(".lastupdate"));
	if (read_whole(note, 64, &text, &length, &mtime))
		return false;
	for (end = text; end < text + length && *end >= '0' && *end <= '9'; end++)
		if (end - text < 12)
			date = date * 10 + (*end - '0');
	if (end == text || end - text > 11 || (end < text + length && *end != '\n'))
		return false;
	*ret_date = date;
	return true;
}

static const char *reason(int err)
{
	switch (err) {
	case -ENOTSUP:
		return "it is not a regular file";
	case -EFBIG:
		return "it has more than 64 MiB";
	case -EAGAIN:
		return "it changed while it was read; try again";
	default:
		return strerror(-err);
	}
}

static int load_file(struct loader *loader, const char *path)
{
	__attribute__((cleanup(free_text))) char *data = NULL;
	struct og_mark mark = {.file = path};
	size_t length, path_length = strlen(path);
	int64_t date;
	int err;

	err = read_whole(path, OG_REGISTRY_BYTES, &data, &length, &date);
	if (err == -ENOMEM)
		return err;
	if (err == -ENOENT || err == -ENOTDIR) {
		og_warn(loader->diags, &mark,
			"no such registry; install it, or take it out of `registry` in "
			"ouiguard.yaml");
		return 0;
	}
	if (err) {
		og_error(loader->diags, &mark, "cannot read this registry: %s", reason(err));
		return 0;
	}
	if (path_length > 4 && !strcmp(path + path_length - 4, ".csv"))
		fetched(path, &date);
	err = og_registry_add(loader->registry, path, data, length, date, loader->diags);
	if (!err)
		loader->read++;
	return err == -ENOMEM ? err : 0;
}

/* What is known at @place of the directory @path, of @length bytes. */
static int load_place(struct loader *loader, const char *path, size_t length, const char *place,
		      size_t *found)
{
	char file[PATH_MAX];
	int err = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]) && !err; i++) {
		struct stat status;
		int used = snprintf(file, sizeof(file), "%.*s/%s%s", (int)length, path, place,
				    known[i]);

		if (used < 0 || (size_t)used >= sizeof(file) || stat(file, &status))
			continue;
		(*found)++;
		err = load_file(loader, file);
	}
	return err;
}

static int load_directory(struct loader *loader, const char *path)
{
	struct og_mark mark = {.file = path};
	size_t found = 0, length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int err = load_place(loader, path, length, places[i], &found);

		if (err)
			return err;
	}
	if (!found)
		og_error(loader->diags, &mark,
			 "there is no registry in this directory: 20-OUI.hwdb, oui.csv, mam.csv, "
			 "oui36.csv or iab.csv is expected");
	return 0;
}

int og_registry_load(char *const *paths, size_t count, struct og_registry **ret_registry,
		     struct og_diags *diags)
{
	struct loader loader = {.registry = og_registry_new(), .diags = diags};
	int err = loader.registry ? 0 : -ENOMEM;

	for (size_t i = 0; i < count && !err; i++) {
		struct stat status;

		if (!stat(paths[i], &status) && S_ISDIR(status.st_mode))
			err = load_directory(&loader, paths[i]);
		else
			err = load_file(&loader, paths[i]);
	}
	if (!err && !loader.read) {
		og_error(diags, NULL,
			 "no registry could be read; install ieee-data, or name one in `registry` "
			 "in "
			 "ouiguard.yaml");
		err = -ENOENT;
	}
	if (!err)
		err = og_registry_seal(loader.registry);
	if (err) {
		og_registry_free(loader.registry);
		return err;
	}
	*ret_registry = loader.registry;
	return 0;
}
