// SPDX-License-Identifier: GPL-2.0
/*
 * stage.c: trying a change of the files before it is made
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/stage.h"
#include "policy/base/file.h"

#define FILE_BYTES (64 * 1024 * 1024)
#define FILE_MODE  0644

static void close_directory(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* What was made aside goes, whatever came of it. */
static void remove_tree(char **path)
{
	if (*path)
		nftw(*path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(*path);
}

static int copy_file(const char *from, const char *to)
{
	_cleanup_text_ char *data = NULL;
	size_t size;
	int r;

	r = og_file_read(from, FILE_BYTES, &data, &size);
	/* What is no file, the reader of the configuration passes over or complains about by name. */
	if (r == -EISDIR || r == -EINVAL)
		return 0;
	return r < 0 ? r : og_file_write(to, data, size, 0600, true);
}

/* Copy the files of a directory, and with @deeper those of its directories. */
static int copy_directory(const char *from, const char *to, bool deeper)
{
	__attribute__((cleanup(close_directory))) DIR *directory = opendir(from);
	struct dirent *entry;
	int r = 0;

	if (!directory)
		return -errno;
	while (r == 0 && (entry = readdir(directory))) {
		_cleanup_text_ char *source = NULL, *target = NULL;
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&source, "%s/%s", from, entry->d_name) < 0 ||
		    asprintf(&target, "%s/%s", to, entry->d_name) < 0)
			return -ENOMEM;
		if (stat(source, &st) < 0)
			continue;
		if (S_ISREG(st.st_mode))
			r = copy_file(source, target);
		else if (S_ISDIR(st.st_mode) && deeper)
			r = mkdir(target, 0700) < 0 ? -errno
						    : copy_directory(source, target, false);
	}
	return r;
}

/* Diagnostics name the files as the user knows them. */
static void rename_files(struct og_diags *diags, const char *stage, const char *config)
{
	size_t length = strlen(stage);

	for (size_t i = 0; i < diags->count; i++) {
		char *path, *file = diags->items[i].file;

		if (!file || strncmp(file, stage, length) || file[length] != '/')
			continue;
		if (asprintf(&path, "%s%s", config, file + length) < 0)
			continue;
		diags->items[i].file = path;
		free(file);
	}
}

/* Whether the configuration that was made aside can be read. */
static int judge(const struct og_cli *cli, const char *stage)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_diags_ struct og_diags diags = {};
	int r;

	r = og_config_load(stage, cli->datadir, &config, &diags);
	if (r == 0)
		return 0;
	og_diags_sort(&diags);
	rename_files(&diags, stage, cli->config);
	og_files_print(&diags, false);
	og_complain("nothing was changed: the configuration would have errors");
	return r;
}

/* Copy, change, judge. @text NULL: the change is the removal of @file. */
static int try(const struct og_cli *cli, const char *file, const char *text)
{
	__attribute__((cleanup(remove_tree))) char *stage = NULL;
	_cleanup_text_ char *target = NULL, *template = NULL;
	const char *tmp = getenv("TMPDIR");
	int r;

	if (asprintf(&template, "%s/ouiguard-try.XXXXXX", tmp && tmp[0] ? tmp : "/tmp") < 0)
		return -ENOMEM;
	if (!mkdtemp(template)) {
		r = -errno;
		og_complain("cannot make a directory %s: %s", template, strerror(-r));
		return r;
	}
	stage = strdup(template);
	if (!stage || asprintf(&target, "%s/%s", stage, file) < 0)
		return -ENOMEM;
	r = copy_directory(cli->config, stage, true);
	if (r < 0) {
		og_complain("cannot copy %s to try the change: %s", cli->config, strerror(-r));
		return r;
	}
	if (text) {
		_cleanup_text_ char *parent =
			strndup(target, (size_t)(strrchr(target, '/') - target));

		if (parent && mkdir(parent, 0700) < 0 && errno != EEXIST)
			return -errno;
		r = og_file_write(target, text, strlen(text), 0600, true);
	} else if (unlink(target) < 0) {
		r = -errno;
	}
	return r < 0 ? r : judge(cli, stage);
}

/* The file's own directory, `exceptions` for one, may not be there yet. */
static int make_parent(const char *path)
{
	_cleanup_text_ char *parent = strndup(path, (size_t)(strrchr(path, '/') - path));

	if (!parent)
		return -ENOMEM;
	return mkdir(parent, 0755) < 0 && errno != EEXIST ? -errno : 0;
}

static int failed(const char *what, const char *path, int r)
{
	og_complain("cannot %s %s: %s", what, path, strerror(-r));
	if (r == -EACCES || r == -EPERM || r == -EROFS)
		og_hint("only who may write the configuration can: become root");
	return r;
}

int og_stage_write(const struct og_cli *cli, const char *file, const char *text, bool replace)
{
	_cleanup_text_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", cli->config, file) < 0)
		return -ENOMEM;
	if (!replace && access(path, F_OK) == 0)
		return -EEXIST;
	r = try(cli, file, text);
	if (r < 0)
		return r;
	r = make_parent(path);
	if (r == 0)
		r = og_file_write(path, text, strlen(text), FILE_MODE, replace);
	return r < 0 && r != -EEXIST ? failed("write", path, r) : r;
}

int og_stage_remove(const struct og_cli *cli, const char *file)
{
	_cleanup_text_ char *path = NULL;
	int r;

	if (asprintf(&path, "%s/%s", cli->config, file) < 0)
		return -ENOMEM;
	r = try(cli, file, NULL);
	if (r < 0)
		return r;
	return unlink(path) < 0 ? failed("remove", path, -errno) : 0;
}
