/* SPDX-License-Identifier: GPL-2.0 */
/*
 * present.h: what prefixes.lock would hold by the registries as they are now
 */
#ifndef OUIGUARD_CLI_PRESENT_H
#define OUIGUARD_CLI_PRESENT_H

#include <stddef.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"
#include "policy/registry/registry.h"
#include "policy/registry/vendor.h"

struct og_present {
	struct og_registry *registry;
	struct og_vendors vendors;
	struct og_arena *arena; /* owns the lock */
	struct og_lock lock;
};

/*
 * og_present_load - read @files, or the registries that @config names when @count is 0, and find
 * the prefixes of its vendors. Warnings and errors go to stderr. Returns 0, or -errno after saying
 * what is wrong: a registry that could not be read is an error, for its prefixes would seem to be
 * unlisted. Clear with og_present_clear(), before @config.
 */
int og_present_load(const struct og_config *config, char *const *files, size_t count,
		    struct og_present *ret_present);
void og_present_clear(struct og_present *present);

/*
 * og_lock_save - write @lock as prefixes.lock of the directory @dir, in one step; with @replace
 * false one that is there is left alone (-EEXIST). Returns 0 or -errno, without a word.
 */
int og_lock_save(const struct og_lock *lock, const char *dir, bool replace);

#define _cleanup_present_ __attribute__((cleanup(og_present_clear)))

#endif
