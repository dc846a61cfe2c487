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
#include <stdlib.h>
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

int og_snapshot_exchange(const char *fresh, const char *there)
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
	int err = remove_tree(fresh);

	if (!err && mkdir(fresh, 0700) < 0)
		err = -errno;
	if (!err)
		err = path_of(path, "%s/config", fresh);
	if (!err)
		err = copy_tree(config, path, config_dirs, COUNT(config_dirs));
	if (!err)
		err = path_of(path, "%s/data", fresh);
	if (!err)
		err = copy_tree(data, path, data_dirs, COUNT(data_dirs));
	return err ? err : sync_tree(fresh);
}

int og_snapshot_copy(const char *fresh, const char *config, const char *data)
{
	int err = fill(fresh, config, data);

	if (err)
		remove_tree(fresh);
	return err;
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

bool og_snapshot_is_current(const char *there, const char *config, const char *data)
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
	/* Most reloads change nothing that a sync of the whole file system would be worth. */
	if (!err && og_snapshot_is_current(there, config, data))
		return 0;
	if (!err)
		err = og_snapshot_copy(fresh, config, data);
	if (!err)
		err = og_snapshot_exchange(fresh, there);
	return err;
}

/* Comparing two copies ------------------------------------------------------------------------- */

struct names {
	struct dirent **items;
	int count, at;
};

static int is_ours_entry(const struct dirent *entry)
{
	return is_ours(entry->d_name);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_names(const char *dir, struct names *names)
{
	names->count = scandir(dir, &names->items, is_ours_entry, by_name);
	if (names->count >= 0)
		return 0;
	names->count = 0;
	return errno == ENOENT ? 0 : -errno;
}

static void free_names(struct names *names)
{
	for (int i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

static const char *next_name(const struct names *names)
{
	return names->at < names->count ? names->items[names->at]->d_name : NULL;
}

/* The next name that either has, and which of them have it. NULL: there is none. */
static const char *next_of_both(struct names *a, struct names *b, bool *in_a, bool *in_b)
{
	const char *x = next_name(a), *y = next_name(b);
	int order = x && y ? strcmp(x, y) : x ? -1 : 1;

	if (!x && !y)
		return NULL;
	*in_a = order <= 0;
	*in_b = order >= 0;
	a->at += *in_a;
	b->at += *in_b;
	return *in_a ? x : y;
}

static int read_version(const char *dir, const char *name, char **ret_data, size_t *ret_size)
{
	char path[PATH_MAX];
	int err = path_of(path, "%s/%s", dir, name);

	return err ? err : og_file_read(path, LIMIT, ret_data, ret_size);
}

struct comparison {
	const char *before, *after;
	int (*each)(void *userdata, const struct og_snapshot_change *change);
	void *userdata;
};

static int compare_file(const struct comparison *c, const char *const dirs[2], const char *path,
			const bool there[2])
{
	OG_CLEANUP(og_freep) char *before = NULL;
	OG_CLEANUP(og_freep) char *after = NULL;
	const char *name = strrchr(path, '/') + 1;
	struct og_snapshot_change change = {.path = path};
	int err = 0;

	if (there[0])
		err = read_version(dirs[0], name, &before, &change.before_size);
	if (!err && there[1])
		err = read_version(dirs[1], name, &after, &change.after_size);
	if (err)
		return err;
	change.before = before;
	change.after = after;
	if (before && after && change.before_size == change.after_size &&
	    !memcmp(before, after, change.before_size))
		return 0;
	return c->each(c->userdata, &change);
}

static int compare_dir(const struct comparison *c, const char *part, const char *dir)
{
	char before[PATH_MAX], after[PATH_MAX], path[PATH_MAX];
	const char *const dirs[] = {before, after}, *name;
	OG_CLEANUP(free_names) struct names old = {0};
	OG_CLEANUP(free_names) struct names new = {0};
	bool there[2];
	int err;

	err = path_of(before, "%s/%s/%s", c->before, part, dir);
	if (!err)
		err = path_of(after, "%s/%s/%s", c->after, part, dir);
	if (!err)
		err = read_names(before, &old);
	if (!err)
		err = read_names(after, &new);
	while (!err && (name = next_of_both(&old, &new, &there[0], &there[1]))) {
		err = path_of(path, "%s/%s%s%s", part, dir, dir[0] ? "/" : "", name);
		if (!err)
			err = compare_file(c, dirs, path, there);
	}
	return err;
}

int og_snapshot_compare(const char *before, const char *after,
			int (*each)(void *userdata, const struct og_snapshot_change *change),
			void *userdata)
{
	const struct comparison c = {before, after, each, userdata};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < COUNT(config_dirs); i++)
		err = compare_dir(&c, "config", config_dirs[i]);
	for (i = 0; !err && i < COUNT(data_dirs); i++)
		err = compare_dir(&c, "data", data_dirs[i]);
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
