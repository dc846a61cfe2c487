// SPDX-License-Identifier: GPL-2.0
/*
 * lease-files.c: the lease files of DHCP servers
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ouiguard/ruleset.h> /* og_hash */

#include "daemon/cleanup.h"
#include "daemon/inventory/lease-files.h"
#include "policy/base/file.h"

#define TOLD 65536 /* a power of two: leases told; a newer one takes an older one's place */

struct lease_file {
	char *path;
	struct stat stat; /* of what was read */
	bool read;	  /* something was */
	int error;	  /* -errno of the last reading */
	size_t complaints;
};

struct og_lease_files {
	struct lease_file *items;
	size_t count;
	uint64_t told[TOLD];
};

struct og_lease_files *og_lease_files_new(void)
{
	return calloc(1, sizeof(struct og_lease_files));
}

static void clear(struct og_lease_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		free(files->items[i].path);
	free(files->items);
	files->items = NULL;
	files->count = 0;
}

void og_lease_files_free(struct og_lease_files *files)
{
	if (!files)
		return;
	clear(files);
	free(files);
}

static bool same_paths(const struct og_lease_files *files, const struct og_names *paths)
{
	size_t i;

	if (files->count != paths->count)
		return false;
	for (i = 0; i < paths->count; i++)
		if (strcmp(files->items[i].path, paths->names[i]))
			return false;
	return true;
}

/* Other files are configured: begin anew. Without memory there are fewer, until the next time. */
static void configure(struct og_lease_files *files, const struct og_names *paths)
{
	size_t i;

	clear(files);
	files->items = calloc(paths->count + 1, sizeof(*files->items));
	for (i = 0; files->items && i < paths->count; i++) {
		files->items[i].path = strdup(paths->names[i]);
		if (!files->items[i].path)
			return;
		files->count++;
	}
}

static bool has_changed(const struct stat *a, const struct stat *b)
{
	return a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_size != b->st_size ||
	       a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

/* Whether this lease was not told yet; the same one, renewed, ends later. */
static bool is_news(struct og_lease_files *files, const struct og_lease *lease)
{
	uint64_t hash = og_hash(lease->mac, lease->until);
	uint64_t *told;

	hash = og_hash(lease->addr.lo, hash);
	hash = og_hash(lease->addr.hi, hash) | 1;
	told = &files->told[hash >> 32 & (TOLD - 1)];
	if (*told == hash)
		return false;
	*told = hash;
	return true;
}

static int read_file(struct og_lease_files *files, const char *path, int64_t now,
		     void (*each)(void *userdata, const struct og_lease *lease), void *userdata,
		     struct og_diags *diags)
{
	OG_CLEANUP(og_leases_clear) struct og_leases leases = {0};
	OG_CLEANUP(og_freep) char *data = NULL;
	size_t size, i;
	int err = og_file_read(path, OG_LEASES_BYTES, &data, &size);

	if (err)
		return err;
	err = og_leases_parse(data, size, path, &leases, diags);
	for (i = 0; i < leases.count; i++)
		if (leases.items[i].until > now && is_news(files, &leases.items[i]))
			each(userdata, &leases.items[i]);
	return err;
}

/* What is wrong with a file is told when it begins, not whenever the file is written. */
static void tell(const struct lease_file *file, const struct og_diags *found,
		 struct og_diags *diags)
{
	struct og_mark mark = {.file = file->path};
	size_t i;

	if (file->error && !found->errors)
		og_warn(diags, &mark, "the leases in it cannot be read: %s",
			strerror(-file->error));
	for (i = 0; i < found->count; i++) {
		mark.line = found->items[i].line;
		og_warn(diags, &mark, "%s", found->items[i].text);
	}
}

static void look_at(struct og_lease_files *files, struct lease_file *file, int64_t now,
		    void (*each)(void *userdata, const struct og_lease *lease), void *userdata,
		    struct og_diags *diags)
{
	OG_CLEANUP(og_diags_free) struct og_diags found = {0};
	struct stat present;
	int before = file->error;

	if (stat(file->path, &present) < 0) {
		file->error = -errno;
		file->read = false;
	} else if (file->read && !has_changed(&file->stat, &present)) {
		return;
	} else {
		/* Before it is read: one that is written meanwhile has changed since. */
		file->stat = present;
		file->read = true;
		file->error = read_file(files, file->path, now, each, userdata, &found);
	}
	if (file->error != before || found.count != file->complaints)
		tell(file, &found, diags);
	file->complaints = found.count;
}

void og_lease_files_read(struct og_lease_files *files, const struct og_names *paths, int64_t now,
			 void (*each)(void *userdata, const struct og_lease *lease), void *userdata,
			 struct og_diags *diags)
{
	size_t i;

	if (!same_paths(files, paths))
		configure(files, paths);
	for (i = 0; i < files->count; i++)
		look_at(files, &files->items[i], now, each, userdata, diags);
}

void og_lease_files_trouble(const struct og_lease_files *files, struct og_diags *diags)
{
	struct og_mark mark = {0};
	size_t i;

	for (i = 0; i < files->count; i++) {
		if (!files->items[i].error)
			continue;
		mark.file = files->items[i].path;
		og_warn(diags, &mark, "the leases in it cannot be read: %s",
			strerror(-files->items[i].error));
	}
}
