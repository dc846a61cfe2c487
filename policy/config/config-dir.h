/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config-dir.h: the named files of a configuration's directories
 */
#ifndef OUIGUARD_POLICY_CONFIG_DIR_H
#define OUIGUARD_POLICY_CONFIG_DIR_H

#include "policy/config/schema.h"

#define OG_DIR_FILES 8192 /* files of one directory */

struct og_dir_file {
	char *name; /* without its suffix; a valid name (og_name_valid) */
	char *path;
};

struct og_dir_files {
	struct og_dir_file *items; /* sorted by name, each name once */
	size_t count;
};

/*
 * og_dir_list - the files NAME@suffix of @shipped (may be NULL) and @dir; one in @dir hides one of
 * the same name in @shipped. What editors and package managers leave behind is passed over in
 * silence, anything else with a warning; names that are no names are errors. A directory that does
 * not exist is an empty one.
 *
 * Returns 0 (errors are in the reader's diagnostics) or -ENOMEM. All memory comes from its arena.
 */
int og_dir_list(struct og_reader *reader, const char *dir, const char *shipped, const char *suffix,
		struct og_dir_files *ret_files);

/*
 * og_dir_check - warn of what looks like configuration in @dir and is none: directories and .yaml,
 * .yml, .csv and .lock files other than @known (`policy/` beside `policies/` would be passed over in
 * silence). Returns 0 or -ENOMEM.
 */
int og_dir_check(struct og_reader *reader, const char *dir, const char *const *known, size_t count);

#endif
