// SPDX-License-Identifier: GPL-2.0
/*
 * snapshot.c: the last good configuration, kept as files
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/cleanup.h"
#include "policy/base/file.h"
#include "daemon/snapshot.h"

#define LIMIT (16 * 1024 * 1024) /* bytes of one file; the readers take no larger ones */

static const char *const config_dirs[] = {
	"", "sites", "policies", "exceptions", "assets", "programmes", "vendors",
};
static const char *const data_dirs[] = {"programmes", "vendors"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int __attribute__((format(printf, 2, 3)))
path_of(char path[PATH_MAX], const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static void og_closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Written without a sync of its own: the whole tree is synced once. */
static int copy_file(const char *from, const char *to)
{
	OG_CLEANUP(og_freep) char *data = NULL;
	OG_CLEANUP(og_fclosep) FILE *out = NULL;
	size_t size;
	int err = og_file_read(from, LIMIT, &data, &size);

	if (err)
		return err;
	out = fopen(to, "wxe");
	if (!out)
		return -errno;
	if (fwrite(data, 1, size, out) != size || fflush(out))
		return -EIO;
	return 0;
}

static bool is_ours(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] != '.' && dot &&
	       (!strcmp(dot, ".yaml") || !strcmp(dot, ".csv") || !strcmp(name, "prefixes.lock"));
}

static int copy_dir(const char *from, const char *to, unsigned int *files)
{
	char source[PATH_MAX], target[PATH_MAX];
	OG_CLEANUP(og_closedirp) DIR *dir = NULL;
	struct dirent *entry;
	struct stat st;
	int err;

	if (mkdir(to, 0700) < 0 && errno != EEXIST)
		return -errno;
	dir = opendir(from);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while ((entry = readdir(dir))) {
		if (!is_ours(entry->d_name))
			continue;
		err = path_of(source, "%s/%s", from, entry->d_name);
		if (!err)
			err = path_of(target, "%s/%s", to, entry->d_name);
		if (!err && stat(source, &st) == 0 && !S_ISREG(st.st_mode))
			continue;
		if (!err && ++*files > OG_SNAPSHOT_FILES)
			err = -E2BIG;
		if (!err)
			err = copy_file(source, target);
		if (err)
			return err;
	}
	return 0;
}

static int copy_tree(const char *from, const char *to, const char *const *dirs, size_t count)
{
	char source[PATH_MAX], target[PATH_MAX];
	unsigned int files = 0;
	size_t i;
	int err = 0;

	if (mkdir(to, 0700) < 0)
		return -errno;
	for (i = 0; !err && i < count; i++) {
		err = path_of(source, "%s/%s", from, dirs[i]);
		if (!err)
			err = path_of(target, "%s/%s", to, dirs[i]);
		if (!err)
			err = copy_dir(source, target, &files);
	}
	return err;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int remove_tree(const char *path)
{
	if (access(path, F_OK) < 0)
		return 0;
	return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) ? -EIO : 0;
}

static int sync_tree(const char *path)
{
	OG_CLEANUP(og_closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return syncfs(fd) < 0 ? -errno : 0;
}

/* The new one in the place of the old one, at once where the file system can exchange names. */
static int exchange(const char *fresh, const char *there)
{
	if (renameat2(AT_FDCWD, fresh, AT_FDCWD, there, RENAME_EXCHANGE) == 0)
		return remove_tree(fresh);
	if (errno != ENOENT) {
		int err = remove_tree(there);

		if (err)
			return err;
	}
	return rename(fresh, there) < 0 ? -errno : 0;
}

static int fill(const char *fresh, const char *config, const char *data)
{
	char path[PATH_MAX];
	int err;

	if (mkdir(fresh, 0700) < 0)
		return -errno;
	err = path_of(path, "%s/config", fresh);
	if (!err)
		err = copy_tree(config, path, config_dirs, COUNT(config_dirs));
	if (!err)
		err = path_of(path, "%s/data", fresh);
	if (!err)
		err = copy_tree(data, path, data_dirs, COUNT(data_dirs));
	return err ? err : sync_tree(fresh);
}

/* How many files of ours @dir has; and whether each is the same in @other. */
static int same_dir(const char *dir, const char *other, bool *same, unsigned int *files)
{
	char here[PATH_MAX], there[PATH_MAX];
	OG_CLEANUP(og_closedirp) DIR *entries = opendir(dir);
	struct dirent *entry;
	int err = 0;

	if (!entries)
		return errno == ENOENT ? 0 : -errno;
	while (*same && (entry = readdir(entries))) {
		OG_CLEANUP(og_freep) char *a = NULL;
		OG_CLEANUP(og_freep) char *b = NULL;
		size_t a_size = 0, b_size = 0;

		if (!is_ours(entry->d_name))
			continue;
		err = path_of(here, "%s/%s", dir, entry->d_name);
		if (!err)
			err = path_of(there, "%s/%s", other, entry->d_name);
		if (err)
			return err;
		if (og_file_read(here, LIMIT, &a, &a_size) == -EISDIR)
			continue;
		*same = a && !og_file_read(there, LIMIT, &b, &b_size) && a_size == b_size &&
			!memcmp(a, b, a_size);
		++*files;
	}
	return 0;
}

static bool same_tree(const char *from, const char *there, const char *const *dirs, size_t count)
{
	char source[PATH_MAX], target[PATH_MAX];
	unsigned int files = 0, kept = 0;
	bool same = access(there, R_OK) == 0;
	size_t i;

	for (i = 0; same && i < count; i++) {
		if (path_of(source, "%s/%s", from, dirs[i]) ||
		    path_of(target, "%s/%s", there, dirs[i]) ||
		    same_dir(source, target, &same, &files) ||
		    same_dir(target, source, &same, &kept))
			return false;
	}
	return same && files == kept;
}

/* Most reloads change nothing that a sync of the whole file system would be worth. */
static bool is_current(const char *there, const char *config, const char *data)
{
	char path[PATH_MAX];

	return !path_of(path, "%s/config", there) &&
	       same_tree(config, path, config_dirs, COUNT(config_dirs)) &&
	       !path_of(path, "%s/data", there) &&
	       same_tree(data, path, data_dirs, COUNT(data_dirs));
}

int og_snapshot_take(const char *state, const char *config, const char *data)
{
	char fresh[PATH_MAX], there[PATH_MAX];
	int err;

	err = path_of(fresh, "%s/last-good.new", state);
	if (!err)
		err = path_of(there, "%s/last-good", state);
	if (!err && is_current(there, config, data))
		return 0;
	if (!err)
		err = remove_tree(fresh);
	if (!err)
		err = fill(fresh, config, data);
	if (!err)
		err = exchange(fresh, there);
	if (err)
		remove_tree(fresh);
	return err;
}

bool og_snapshot_there(const char *state)
{
	char path[PATH_MAX];

	return !path_of(path, "%s/%s", state, OG_SNAPSHOT_CONFIG) && access(path, R_OK) == 0;
}

int og_snapshot_hold(const char *state, bool hold)
{
	static const char text[] = "The files of the configuration are not used: an apply was not "
				   "confirmed. \"ouiguard reload\" takes them.\n";
	char path[PATH_MAX];
	int err = path_of(path, "%s/hold", state);

	if (err)
		return err;
	if (hold)
		return og_file_write(path, text, sizeof(text) - 1, 0600, true);
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

bool og_snapshot_held(const char *state)
{
	char path[PATH_MAX];

	return !path_of(path, "%s/hold", state) && access(path, F_OK) == 0;
}
