/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config-kit.h: configuration directories for tests, and what is said about them
 */
#ifndef OUIGUARD_TESTS_CONFIG_KIT_H
#define OUIGUARD_TESTS_CONFIG_KIT_H

#include <stddef.h>

#include "policy/config/config.h"

/* A file, by its path in the directory; @text NULL leaves out one of the kit's own. */
struct kit_file {
	const char *path;
	const char *text;
};

/*
 * A configuration: the kit's own good one (config-kit.c), with @files instead of or beside its
 * files, and every message that loading it must give, in order.
 */
struct kit_case {
	const char *name;
	struct kit_file files[8];
	const char *says[24];
};

/* kit_make - a new directory with the kit's files and @files (ended by a zeroed one). */
char *kit_make(const struct kit_file *files);

/* kit_write - one more file in @dir, with the directories that it needs. */
void kit_write(const char *dir, const char *path, const char *text, size_t size);

/* kit_remove - take a directory away with all that is in it, and free its name. */
void kit_remove(char *dir);

/* kit_text - a diagnostic as text, with paths relative to @dir, in memory the caller frees. */
char *kit_text(const struct og_diag *diag, const char *dir);

/* kit_run - load each case and compare its messages; a config is had when none is an error. */
void kit_run(const struct kit_case *cases, size_t count);

/* kit_main - a program of nothing but @cases: each is a test with its own name. As main() returns. */
int kit_main(const struct kit_case *cases, size_t count);

#endif
