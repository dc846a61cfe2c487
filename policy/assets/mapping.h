/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapping.h: which columns of somebody's own table hold what an asset register holds
 *
 * A mapping comes from one of three places: the command line (`mac=MAC Address,serial=S/N`), a YAML
 * file (docs/assets.md), or, for a table whose first line is known, from here.
 */
#ifndef OUIGUARD_POLICY_MAPPING_H
#define OUIGUARD_POLICY_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/config/assets.h"
#include "policy/config/schema.h"

#define OG_MAPPING_TITLES 256 /* most columns of a table */

/* In which order a date has its day, month and year. One that begins with the year is always taken. */
enum og_date_order {
	OG_DATES_YMD,
	OG_DATES_DMY,
	OG_DATES_MDY,
};

struct og_mapping {
	const char *name; /* of one that is known here, such as "netdisco"; else NULL */
	/*
	 * The title of the column that each is taken from; NULL: none. A title that no column has is
	 * taken as several that are joined by `+`, whose values are joined by `/`.
	 */
	char *columns[OG_ASSET_COLUMNS];
	bool several; /* a device may have several rows that differ: one for each place it was at */
	char *seen;   /* the column that tells when it was last seen there: the newest row counts */
	char *since; /* the column that tells when it was first seen there; goes to an empty note */
	char *site;  /* the column with the name of the site; rows of other sites are passed over */
	struct og_names roles[OG_ROLE_COUNT]; /* words of the role column for each role */
	enum og_date_order dates;
};

/*
 * og_mapping_parse - read `COLUMN=TITLE,...` into @ret_mapping, whose strings come from the reader's
 * arena. What is wrong is an error without a place. Returns 0 (look at the diagnostics) or -ENOMEM.
 */
int og_mapping_parse(struct og_reader *reader, const char *text, struct og_mapping *ret_mapping);

/*
 * og_mapping_read - the same from @size bytes of YAML at @data; @file names them in diagnostics and
 * must live as long as the result.
 */
int og_mapping_read(struct og_reader *reader, const char *data, size_t size, const char *file,
		    struct og_mapping *ret_mapping);

/*
 * og_mapping_known - the mapping of a table whose first line has these @count titles: an asset
 * register, `ouiguard devices --csv`, or an export of Netdisco (its table of nodes, its reports of
 * nodes by vendor and of addresses, the nodes of a device's ports). NULL: not known. @name, unless
 * NULL, is the only one that may be found.
 */
const struct og_mapping *og_mapping_known(const char *const *titles, size_t count,
					  const char *name);

/* og_mapping_known_name - whether @name is that of a mapping known here. */
bool og_mapping_known_name(const char *name);

#endif
