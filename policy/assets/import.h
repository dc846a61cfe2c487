/* SPDX-License-Identifier: GPL-2.0 */
/*
 * import.h: the rows of an asset register from somebody's own table
 */
#ifndef OUIGUARD_POLICY_IMPORT_H
#define OUIGUARD_POLICY_IMPORT_H

#include <stddef.h>

#include "policy/assets/mapping.h"

/* How a table is to be read. */
struct og_import_how {
	const struct og_mapping *mapping; /* NULL: the one that is known for its first line */
	const char *format;		  /* then only the known one of this name; NULL: any */
	const char *site;		  /* whose rows are taken where the table names sites */
	enum og_role role;		  /* of rows that say nothing of it */
};

struct og_import {
	struct og_conf_register rows;	  /* each device once, ascending by MAC; no site is set */
	const struct og_mapping *mapping; /* the one that was used; NULL: none was found */
	size_t lines;			  /* rows of the table */
	size_t without;	  /* of them, rows without a MAC: nothing that could be recognised */
	size_t repeated;  /* further rows of a device that another row tells of */
	size_t elsewhere; /* rows of other sites, where the table names the site */
	size_t refused;	  /* rows with an error */
	bool cut;	  /* what follows an error could not be read: never take the rows for all */
};

/*
 * og_import_parse - read @size bytes at @data, a CSV whose columns are separated by comma, semicolon
 * or tab (whichever its first line has most of). @file names the table in diagnostics and marks and
 * must live as long as the result, whose memory comes from the reader's arena.
 *
 * A status is `legacy` only with `installed` and `evidence`, else `legacy-unproven`, unless the
 * table says `removed`, `replaced` or `false-positive`. Every error of every row is added, with line
 * and column; such a row is left out and counted. Returns 0 (whatever errors were found) or -ENOMEM.
 */
int og_import_parse(struct og_reader *reader, const char *data, size_t size, const char *file,
		    const struct og_import_how *how, struct og_import *ret_import);

#endif
