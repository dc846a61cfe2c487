/* SPDX-License-Identifier: GPL-2.0 */
/*
 * draft.h: a new version of a site's asset register, before it is written
 */
#ifndef OUIGUARD_CLI_DRAFT_H
#define OUIGUARD_CLI_DRAFT_H

#include "cli/cli.h"
#include "policy/assets/import.h"
#include "policy/assets/merge.h"

struct og_draft {
	const struct og_cli *cli;
	struct og_config *config;
	const struct og_conf_site *site;
	const struct og_conf_register *assets; /* as it is in its file; NULL: there is none */
	struct og_diags diags;
	struct og_reader reader; /* its arena owns what is read and merged */
	char *table;		 /* the bytes of a table that is imported */
	struct og_merge merge;
	json_t *seen;	/* device records of the site; NULL: no daemon could be asked */
	uint64_t *macs; /* theirs, ascending */
	size_t mac_count;
};

/*
 * og_draft_open - read the configuration, find @site and its register, and ask the daemon for the
 * devices that were seen there. Returns 0, or -errno after saying what is wrong. Clear with
 * og_draft_clear(), also after an error.
 */
int og_draft_open(const struct og_cli *cli, const char *site, struct og_draft *ret_draft);
void og_draft_clear(struct og_draft *draft);

/*
 * og_draft_table - read the table @file. Its errors go to stderr; any is a failure unless @partial,
 * and one that hides what follows it always is. Returns 0, or -errno after saying what is wrong.
 */
int og_draft_table(struct og_draft *draft, const char *file, const struct og_import_how *how,
		   bool partial, struct og_import *ret_import);

/* og_draft_merge - bring @rows into the register (og_merge). Returns likewise. */
int og_draft_merge(struct og_draft *draft, const struct og_conf_register *rows, bool unlisted);

/* og_draft_seen - whether the device was seen at the site. */
bool og_draft_seen(const struct og_draft *draft, uint64_t mac);

/* og_draft_dirty - whether the merge differs from the file. */
bool og_draft_dirty(const struct og_draft *draft);

/*
 * og_draft_text - @assets as its file's bytes, which the caller frees; NULL without memory.
 * og_draft_write - write the merged register as assets/SITE.csv, if the configuration with it has no
 * error. Returns 0, or -errno after saying what is wrong.
 */
char *og_draft_text(const struct og_conf_register *assets);
int og_draft_write(const struct og_draft *draft);

/*
 * og_draft_show - the rows that are added and changed, for people; all of them with @all.
 * og_draft_record - the same as a record: `site`, `file`, `rows`, `added`, `changed`, `same`.
 */
void og_draft_show(const struct og_draft *draft, bool all);
json_t *og_draft_record(const struct og_draft *draft);

/* og_asset_record - a row as a record; what is empty is absent. */
json_t *og_asset_record(const struct og_conf_asset *asset);

#define _cleanup_draft_ __attribute__((cleanup(og_draft_clear)))

#endif
