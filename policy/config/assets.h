/* SPDX-License-Identifier: GPL-2.0 */
/*
 * assets.h: the asset register of a site, assets/SITE.csv
 *
 * RFC 4180: a header row, then one device per row; a field that holds a comma, a quote or a line
 * break stands in double quotes, a quote in it is written twice. Lines end in LF or CRLF. The
 * columns are those of struct og_conf_asset, in any order; `mac` is the only one that must be there.
 */
#ifndef OUIGUARD_POLICY_ASSETS_H
#define OUIGUARD_POLICY_ASSETS_H

#include <stddef.h>
#include <stdio.h>

#include "policy/config/schema.h"

#define OG_ASSETS_BYTES (16 * 1024 * 1024) /* of one file */

/* The columns, in the order in which they are written. */
enum og_asset_column {
	OG_COLUMN_MAC,
	OG_COLUMN_ROLE,
	OG_COLUMN_STATUS,
	OG_COLUMN_INSTALLED, /* from here on each is a text of struct og_conf_asset */
	OG_COLUMN_EVIDENCE,
	OG_COLUMN_ASSET_TAG,
	OG_COLUMN_SERIAL,
	OG_COLUMN_SWITCH_PORT,
	OG_COLUMN_LOCATION,
	OG_COLUMN_NOTE,
	OG_ASSET_COLUMNS,
};

/* Their titles. */
extern const char *const og_asset_titles[OG_ASSET_COLUMNS];

/* og_asset_text - where @asset keeps the text of @column, which is OG_COLUMN_INSTALLED or later. */
char **og_asset_text(struct og_conf_asset *asset, enum og_asset_column column);

/*
 * og_assets_parse - read @size bytes at @data. @file names them in diagnostics and marks and must
 * live as long as the result, whose memory comes from the reader's arena; @ret_register's site is
 * left to the caller. Every error of every row is added; a row with one is left out.
 *
 * Returns 0 (whatever errors were found) or -ENOMEM.
 */
int og_assets_parse(struct og_reader *reader, const char *data, size_t size, const char *file,
		    struct og_conf_register *ret_register);

/*
 * og_assets_write - write @assets with a header to @out as og_assets_parse() reads it: the same rows
 * always give the same bytes. Returns 0 or -EIO; flushing and closing stay the caller's.
 */
int og_assets_write(const struct og_conf_register *assets, FILE *out);

#endif
