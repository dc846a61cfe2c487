// SPDX-License-Identifier: GPL-2.0
/*
 * draft.c: a new version of a site's asset register, before it is written
 */
#include <errno.h>
#include <string.h>

#include "cli/client.h"
#include "cli/draft.h"
#include "cli/files.h"
#include "cli/stage.h"
#include "policy/base/file.h"
#include "policy/base/mac.h"
#include "policy/config/assets.h"

#define TABLE_BYTES (64 * 1024 * 1024) /* of a table that is imported */
#define ERRORS	    100		       /* after so many a table is not read on */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Which devices were seen there; that no daemon tells is no error. */
static int ask_seen(struct og_draft *draft)
{
	_cleanup_json_ json_t *filter = json_pack("{s:s}", "site", draft->site->name);
	json_t *device;
	size_t i;
	int r;

	r = og_ask_all_devices(draft->cli, filter, OG_CALL_QUIET, &draft->seen);
	if (r < 0)
		return r == -ENXIO ? 0 : r;
	draft->macs = calloc(json_array_size(draft->seen) + 1, sizeof(*draft->macs));
	if (!draft->macs)
		return -ENOMEM;
	json_array_foreach(draft->seen, i, device)
	{
		if (og_mac_parse(og_json_text(device, "mac", ""), &draft->macs[draft->mac_count]) ==
		    0)
			draft->mac_count++;
	}
	qsort(draft->macs, draft->mac_count, sizeof(*draft->macs), by_number);
	return 0;
}

int og_draft_open(const struct og_cli *cli, const char *site, struct og_draft *ret_draft)
{
	struct og_draft *draft = ret_draft;
	int r;

	*draft = (struct og_draft){.cli = cli, .reader = {.stop = ERRORS}};
	draft->reader.diags = &draft->diags;
	draft->reader.arena = og_arena_new();
	if (!draft->reader.arena) {
		og_no_memory();
		return -ENOMEM;
	}
	r = og_files_load(cli, &draft->config);
	if (r < 0)
		return r;
	draft->site = og_config_site(draft->config, site);
	if (!draft->site) {
		og_complain("there is no site \"%s\" in %s/sites", site, cli->config);
		return -ENOENT;
	}
	draft->assets = og_config_register(draft->config, site);
	return ask_seen(draft);
}

void og_draft_clear(struct og_draft *draft)
{
	og_config_free(draft->config);
	og_arena_free(draft->reader.arena);
	og_diags_free(&draft->diags);
	free(draft->table);
	free(draft->macs);
	json_decref(draft->seen);
}

int og_draft_table(struct og_draft *draft, const char *file, const struct og_import_how *how,
		   bool partial, struct og_import *ret_import)
{
	struct og_import import;
	size_t size;
	int r;

	if (partial)
		draft->reader.stop = 0;
	r = og_file_read(file, TABLE_BYTES, &draft->table, &size);
	if (r < 0) {
		og_complain("cannot read %s: %s", file, strerror(-r));
		return r;
	}
	r = og_import_parse(&draft->reader, draft->table, size, file, how, &import);
	if (r < 0) {
		og_no_memory();
		return r;
	}
	og_diags_sort(&draft->diags);
	og_files_print(&draft->diags, true);
	if (draft->diags.out_of_memory || import.cut || (draft->diags.errors && !partial)) {
		og_complain("%s: %zu error%s; nothing was imported", file, draft->diags.errors,
			    og_plural((int64_t)draft->diags.errors));
		if (!import.cut)
			og_hint("--partial leaves out the rows that have errors");
		return -EINVAL;
	}
	*ret_import = import;
	return 0;
}

int og_draft_merge(struct og_draft *draft, const struct og_conf_register *rows, bool unlisted)
{
	int r = og_merge(draft->reader.arena, draft->assets, rows, &draft->config->lock, unlisted,
			 &draft->merge);

	if (r == -E2BIG)
		og_complain("assets/%s.csv would have more than %d rows, which is more than all "
			    "registers together may have",
			    draft->site->name, OG_CONF_ASSETS);
	else if (r < 0)
		og_no_memory();
	return r;
}

bool og_draft_seen(const struct og_draft *draft, uint64_t mac)
{
	return draft->mac_count &&
	       bsearch(&mac, draft->macs, draft->mac_count, sizeof(mac), by_number);
}

bool og_draft_dirty(const struct og_draft *draft)
{
	return !draft->assets || draft->merge.by_kind[OG_MERGE_ADDED] ||
	       draft->merge.by_kind[OG_MERGE_CHANGED];
}

/* Writing ---------------------------------------------------------------------------------------*/

char *og_draft_text(const struct og_conf_register *assets)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int r;

	if (!out)
		return NULL;
	r = og_assets_write(assets, out);
	if (fclose(out) == 0 && r == 0)
		return text;
	free(text);
	return NULL;
}

int og_draft_write(const struct og_draft *draft)
{
	_cleanup_text_ char *text = og_draft_text(&draft->merge.rows), *file = NULL;

	if (!text || asprintf(&file, "assets/%s.csv", draft->site->name) < 0) {
		og_no_memory();
		return -ENOMEM;
	}
	return og_stage_write(draft->cli, file, text, true);
}

/* Showing ---------------------------------------------------------------------------------------*/

#define SHOWN 40 /* rows of a kind, unless all are wanted */

/* The value of a column as text; "" where it has none. */
static const char *value_of(const struct og_conf_asset *asset, enum og_asset_column column)
{
	struct og_conf_asset copy = *asset;

	if (column == OG_COLUMN_ROLE)
		return og_role_name(asset->role);
	if (column == OG_COLUMN_STATUS)
		return og_asset_status_name(asset->status);
	return *og_asset_text(&copy, column);
}

static void show_added(const struct og_draft *draft, const struct og_conf_asset *asset)
{
	const struct og_cli *cli = draft->cli;
	char mac[OG_MAC_TEXT];

	og_say(cli, OG_GOOD, "  + %s", og_mac_format(asset->mac, mac));
	for (enum og_asset_column c = OG_COLUMN_ROLE; c < OG_ASSET_COLUMNS; c++)
		if (*value_of(asset, c))
			og_say(cli, OG_PLAIN, "  %s", value_of(asset, c));
	if (draft->seen && !og_draft_seen(draft, asset->mac))
		og_say(cli, OG_WARN, "  (never seen)");
	og_say(cli, OG_PLAIN, "\n");
}

static void show_changed(const struct og_cli *cli, const struct og_merge_item *item)
{
	char mac[OG_MAC_TEXT];
	const char *comma = " ";

	og_say(cli, OG_WARN, "  ~ %s", og_mac_format(item->mac, mac));
	for (enum og_asset_column c = OG_COLUMN_ROLE; c < OG_ASSET_COLUMNS; c++) {
		const char *before = value_of(item->before, c), *after = value_of(item->after, c);

		if (!strcmp(before, after))
			continue;
		og_say(cli, OG_PLAIN, "%s %s: %s -> %s", comma, og_asset_titles[c],
		       *before ? before : "nothing", after);
		comma = ",";
	}
	og_say(cli, OG_PLAIN, "\n");
}

static void show_kind(const struct og_draft *draft, enum og_merge_kind kind, bool all)
{
	size_t total = draft->merge.by_kind[kind], shown = 0;

	for (size_t i = 0; i < draft->merge.item_count && (all || shown < SHOWN); i++) {
		const struct og_merge_item *item = &draft->merge.items[i];

		if (item->kind != kind)
			continue;
		if (kind == OG_MERGE_ADDED)
			show_added(draft, item->after);
		else
			show_changed(draft->cli, item);
		shown++;
	}
	if (shown < total)
		og_say(draft->cli, OG_DIM, "    and %zu more; --verbose shows them all\n",
		       total - shown);
}

void og_draft_show(const struct og_draft *draft, bool all)
{
	const struct og_merge *merge = &draft->merge;

	show_kind(draft, OG_MERGE_ADDED, all);
	show_kind(draft, OG_MERGE_CHANGED, all);
	og_say(draft->cli, OG_BOLD, "assets/%s.csv: %zu row%s, of them %zu added, %zu changed.\n",
	       draft->site->name, merge->rows.count, og_plural((int64_t)merge->rows.count),
	       merge->by_kind[OG_MERGE_ADDED], merge->by_kind[OG_MERGE_CHANGED]);
}

json_t *og_asset_record(const struct og_conf_asset *asset)
{
	char mac[OG_MAC_TEXT];
	json_t *record = json_pack("{s:s}", "mac", og_mac_format(asset->mac, mac));

	for (enum og_asset_column c = OG_COLUMN_ROLE; record && c < OG_ASSET_COLUMNS; c++)
		if (*value_of(asset, c))
			json_object_set_new(record, og_asset_titles[c],
					    json_string(value_of(asset, c)));
	return record;
}

static json_t *change_record(const struct og_merge_item *item)
{
	json_t *changes = json_array();
	char mac[OG_MAC_TEXT];

	for (enum og_asset_column c = OG_COLUMN_ROLE; c < OG_ASSET_COLUMNS; c++) {
		const char *before = value_of(item->before, c), *after = value_of(item->after, c);

		if (strcmp(before, after))
			json_array_append_new(changes,
					      json_pack("{s:s, s:s*, s:s}", "column",
							og_asset_titles[c], "before",
							*before ? before : NULL, "after", after));
	}
	return json_pack("{s:s, s:o}", "mac", og_mac_format(item->mac, mac), "changes", changes);
}

json_t *og_draft_record(const struct og_draft *draft)
{
	json_t *added = json_array(), *changed = json_array();

	for (size_t i = 0; i < draft->merge.item_count; i++) {
		const struct og_merge_item *item = &draft->merge.items[i];

		if (item->kind == OG_MERGE_ADDED)
			json_array_append_new(added, og_asset_record(item->after));
		else if (item->kind == OG_MERGE_CHANGED)
			json_array_append_new(changed, change_record(item));
	}
	return json_pack("{s:s, s:I, s:o, s:o, s:I}", "site", draft->site->name, "rows",
			 (json_int_t)draft->merge.rows.count, "added", added, "changed", changed,
			 "same", (json_int_t)draft->merge.by_kind[OG_MERGE_SAME]);
}
