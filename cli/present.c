// SPDX-License-Identifier: GPL-2.0
/*
 * present.c: what prefixes.lock would hold by the registries as they are now
 */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/files.h"
#include "cli/present.h"
#include "policy/base/file.h"
#include "policy/registry/lock.h"

static int resolve(const struct og_config *config, struct og_present *present,
		   struct og_diags *diags)
{
	int r;

	r = og_vendors_resolve(config->vendors, config->vendor_count, present->registry,
			       &present->vendors, diags);
	if (r < 0)
		return r;
	present->arena = og_arena_new();
	if (!present->arena)
		return -ENOMEM;
	r = og_vendors_lock(&present->vendors, present->arena, &present->lock);
	if (r == 0)
		present->lock.date = og_registry_date(present->registry);
	return r;
}

int og_present_load(const struct og_config *config, char *const *files, size_t count,
		    struct og_present *ret_present)
{
	_cleanup_present_ struct og_present present = {};
	_cleanup_diags_ struct og_diags diags = {};
	int r;

	if (!count) {
		files = config->registry.names;
		count = config->registry.count;
	}
	og_progress("Reading the registries");
	r = og_registry_load(files, count, &present.registry, &diags);
	if (r == 0 && !diags.errors)
		r = resolve(config, &present, &diags);
	og_progress(NULL);
	og_files_print(&diags, true);
	if (r == 0 && diags.errors)
		r = -EINVAL;
	if (r == -ENOENT) {
		og_complain("no registry could be read");
		og_hint("Debian has them in the packages udev and ieee-data");
	} else if (r < 0) {
		og_complain("the prefixes of the vendors cannot be told: %s",
			    r == -EINVAL ? "see above" : strerror(-r));
	}
	if (r < 0)
		return r;
	*ret_present = present;
	present = (struct og_present){};
	return 0;
}

void og_present_clear(struct og_present *present)
{
	og_arena_free(present->arena);
	og_vendors_free(&present->vendors);
	og_registry_free(present->registry);
	*present = (struct og_present){};
}

int og_lock_save(const struct og_lock *lock, const char *dir, bool replace)
{
	_cleanup_text_ char *text = NULL, *path = NULL;
	size_t size;
	FILE *out;
	int r;

	if (asprintf(&path, "%s/prefixes.lock", dir) < 0)
		return -ENOMEM;
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	r = og_lock_write(lock, out);
	if (fclose(out) != 0 && r == 0)
		r = -ENOMEM;
	return r < 0 ? r : og_file_write(path, text, size, 0644, replace);
}
