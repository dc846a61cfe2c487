/* SPDX-License-Identifier: GPL-2.0 */
/*
 * diag.h: what is wrong with a file, and where
 *
 * Readers and checks never print and never stop at the first error: they add to a list, and the
 * caller shows it. A diagnostic reads `file:line:column: what is wrong, what was expected`.
 */
#ifndef OUIGUARD_POLICY_DIAG_H
#define OUIGUARD_POLICY_DIAG_H

#include <stddef.h>
#include <stdio.h>

/*
 * A place in a file. @file is owned by whoever loaded the file and lives as long as what was loaded
 * from it. Lines and columns count from 1; column 0 means that only the line is known, line 0 that
 * only the file is.
 */
struct og_mark {
	const char *file;
	unsigned int line;
	unsigned int column;
};

enum og_severity {
	OG_WARNING,
	OG_ERROR,
};

struct og_diag {
	enum og_severity severity;
	char *file;
	unsigned int line;
	unsigned int column;
	char *text;
	size_t order; /* as added: keeps og_diags_sort() stable */
};

/* A list of diagnostics; zero-initialise it. Owns its strings. */
struct og_diags {
	struct og_diag *items;
	size_t count;
	size_t errors;	   /* how many of them are errors */
	int out_of_memory; /* one could not be kept: never take the list for complete then */
};

/*
 * og_error, og_warn - add a diagnostic at @mark (copied; may be NULL when no file is concerned).
 * The text is printf-formatted, starts in lower case and has no full stop at its end. What comes from
 * a file may be put into it as it is: control and invisible characters and bytes that are no UTF-8
 * are replaced, so that no file can play with the administrator's terminal.
 */
void og_error(struct og_diags *diags, const struct og_mark *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void og_warn(struct og_diags *diags, const struct og_mark *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* og_diags_sort - order by file, line, column, then as they were added. */
void og_diags_sort(struct og_diags *diags);

/*
 * og_diag_text - `file:line:column: warning: text` (no severity word for an error) into @buffer, cut
 * to @size bytes with its terminator, never within a character. Line and column are left out where they are 0.
 */
void og_diag_text(const struct og_diag *diag, char *buffer, size_t size);

/* og_diags_print - all of them, one per line, to @out. */
void og_diags_print(const struct og_diags *diags, FILE *out);

/*
 * og_diags_errors - the errors alone, one per line, without a line feed at the end; no more than
 * those that begin within @limit bytes. In memory the caller frees; "" when there are none, NULL
 * without memory.
 */
char *og_diags_errors(const struct og_diags *diags, size_t limit);

/* og_diags_free - free what the list owns and leave it empty. */
void og_diags_free(struct og_diags *diags);

#endif
