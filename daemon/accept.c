// SPDX-License-Identifier: GPL-2.0
/*
 * accept.c: the first prefixes.lock, and what the registries would make of it now
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/accept.h"
#include "daemon/cleanup.h"
#include "policy/base/file.h"
#include "policy/registry/lock.h"
#include "policy/registry/registry.h"
#include "policy/registry/vendor.h"

#define LOCK_FILE "prefixes.lock"

/* What an earlier start accepted and could not write beside the other files. */
static int take_kept(struct og_config *config, const char *path, struct og_diags *diags)
{
	OG_CLEANUP(og_freep) char *data = NULL;
	char *name;
	size_t size;
	int err = og_file_read(path, OG_LOCK_BYTES, &data, &size);

	if (err)
		return err;
	name = og_arena_strdup(config->arena, path);
	if (!name)
		return -ENOMEM;
	return og_lock_parse(data, size, name, config->arena, &config->lock, diags);
}

int og_present_lock(const struct og_config *config, struct og_arena *arena,
		    struct og_registry **ret_registry, struct og_lock *ret_lock,
		    struct og_diags *diags)
{
	struct og_registry *registry = NULL;
	struct og_vendors vendors = {0};
	int err;

	err = og_registry_load(config->registry.names, config->registry.count, &registry, diags);
	if (err)
		return err == -ENOMEM ? err : -EINVAL;
	err = og_vendors_resolve(config->vendors, config->vendor_count, registry, &vendors, diags);
	if (!err) {
		err = og_vendors_lock(&vendors, arena, ret_lock);
		if (err == -E2BIG) {
			og_error(diags, NULL,
				 "the vendors have more prefixes than " LOCK_FILE " may hold: %d",
				 OG_LOCK_ENTRIES);
			err = -EINVAL;
		}
		og_vendors_free(&vendors);
	}
	if (err) {
		og_registry_free(registry);
		return err;
	}
	ret_lock->date = og_registry_date(registry);
	*ret_registry = registry;
	return 0;
}

static int write_lock(const struct og_lock *lock, const char *path)
{
	OG_CLEANUP(og_freep) char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	int err;

	if (!out)
		return -ENOMEM;
	err = og_lock_write(lock, out);
	if (fclose(out) && !err)
		err = -ENOMEM;
	return err ? err : og_file_write(path, text, size, 0644, false);
}

static void keep(const struct og_lock *lock, const char *path, const char *kept,
		 struct og_diags *diags)
{
	int err = write_lock(lock, path);

	if (!err) {
		og_warn(diags, NULL,
			"there was no %s: the present registry was accepted, with %zu "
			"prefix%s",
			path, lock->count, lock->count == 1 ? "" : "es");
		return;
	}
	og_warn(diags, NULL,
		"there is no %s, and none can be written there (%s): the present "
		"registry was accepted, with %zu prefix%s; \"ouiguard registry "
		"accept\" writes the file",
		path, strerror(-err), lock->count, lock->count == 1 ? "" : "es");
	err = write_lock(lock, kept);
	if (err)
		og_warn(diags, NULL,
			"%s cannot be written either (%s): the next start accepts the "
			"registry of that day",
			kept, strerror(-err));
}

int og_accept_registry(struct og_config *config, const char *dir, const char *state,
		       struct og_diags *diags)
{
	OG_CLEANUP(og_freep) char *path = NULL;
	OG_CLEANUP(og_freep) char *kept = NULL;
	struct og_registry *registry = NULL;
	int err;

	/* Without vendors there is nothing to list, and no file to make of it. */
	if (!config->vendor_count)
		return 0;
	if (asprintf(&path, "%s/" LOCK_FILE, dir) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (asprintf(&kept, "%s/" LOCK_FILE, state) < 0) {
		kept = NULL;
		return -ENOMEM;
	}
	err = take_kept(config, kept, diags);
	if (!err) {
		og_warn(diags, NULL, "there is no %s: %s, which an earlier start accepted, is used",
			path, kept);
		return 0;
	}
	if (err != -ENOENT)
		return err == -ENOMEM ? err : -EINVAL;
	err = og_present_lock(config, config->arena, &registry, &config->lock, diags);
	if (!err)
		keep(&config->lock, path, kept, diags);
	og_registry_free(registry);
	return err;
}
