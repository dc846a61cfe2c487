/* SPDX-License-Identifier: GPL-2.0 */
/*
 * init.h: a first configuration, which only observes and logs
 */
#ifndef OUIGUARD_POLICY_INIT_H
#define OUIGUARD_POLICY_INIT_H

#include <stddef.h>
#include <stdint.h>

#include "policy/base/arena.h"
#include "policy/base/diag.h"

#define OG_INIT_SITE "main" /* the site's name when none is given */

/* What `ouiguard init` is asked for. */
struct og_init {
	const char *const *lans; /* interfaces towards the devices; one at least */
	/* for each of them the port of that bridge that leads outside, or NULL; NULL: no bridges */
	const char *const *uplinks;
	size_t lan_count;
	const char *programme;
	const char *site; /* NULL: OG_INIT_SITE */
	int64_t now;	  /* seconds since 1970 UTC: the first phase starts on this day */
};

/* A file to write, relative to the configuration directory. */
struct og_init_file {
	const char *path;
	const char *text;
};

enum { OG_INIT_FILES = 3 };

/*
 * og_init_text - the files of a first configuration: ouiguard.yaml, sites/SITE.yaml and
 * policies/PROGRAMME.yaml, with comments for whoever edits them next. All memory comes from @arena.
 *
 * Returns 0; -EINVAL, with an error in @diags, for a name that is none; or -ENOMEM. Whether the
 * programme exists is the caller's to look up.
 */
int og_init_text(const struct og_init *init, struct og_arena *arena,
		 struct og_init_file ret_files[OG_INIT_FILES], struct og_diags *diags);

/*
 * og_init_write - make @dir and its directories where they are missing and write @files. Nothing is
 * ever replaced: when one of them exists already, that is an error and none is written.
 *
 * Returns 0, or -errno with an error in @diags; what it had written is gone again then.
 */
int og_init_write(const char *dir, const struct og_init_file files[OG_INIT_FILES],
		  struct og_diags *diags);

#endif
