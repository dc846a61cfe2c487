// SPDX-License-Identifier: GPL-2.0
/*
 * verb-asset.c: bringing somebody's table into an asset register
 */
#include <errno.h>
#include <string.h>

#include "cli/draft.h"
#include "cli/files.h"
#include "cli/verbs.h"
#include "policy/base/file.h"
#include "policy/base/mac.h"
#include "policy/registry/lock.h"

#define MAPPING_BYTES (1024 * 1024)
#define SHOWN	      40 /* devices of a kind, unless all are wanted */

/* The mapping ---------------------------------------------------------------------------------- */

static int parse_dates(const char *text, enum og_date_order *ret_dates)
{
	static const char *const words[] = {
		[OG_DATES_YMD] = "ymd", [OG_DATES_DMY] = "dmy", [OG_DATES_MDY] = "mdy"};

	for (enum og_date_order i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i]))
			continue;
		*ret_dates = i;
		return 0;
	}
	return -EINVAL;
}

/* Read --mapping; its bytes live in the arena, for its marks and strings do not point into them. */
static int read_mapping(struct og_draft *draft, const char *file, struct og_mapping *mapping)
{
	_cleanup_text_ char *data = NULL;
	size_t size;
	int r = og_file_read(file, MAPPING_BYTES, &data, &size);

	if (r < 0)
		return og_complain("cannot read %s: %s", file, strerror(-r));
	if (og_mapping_read(&draft->reader, data, size, file, mapping) < 0)
		return og_no_memory();
	og_files_print(&draft->diags, true);
	return draft->diags.errors ? OG_EXIT_FAILED : OG_EXIT_OK;
}

static int parse_map(struct og_draft *draft, const char *text, struct og_mapping *mapping)
{
	if (og_mapping_parse(&draft->reader, text, mapping) < 0)
		return og_no_memory();
	for (size_t i = 0; i < draft->diags.count; i++)
		og_misused("--map: %s", draft->diags.items[i].text);
	return draft->diags.count ? OG_EXIT_USAGE : OG_EXIT_OK;
}

/* How the table is to be read, by the options. Returns an exit status. */
static int read_how(struct og_draft *draft, const struct og_args *args, struct og_mapping *mapping,
		    struct og_import_how *ret_how)
{
	const char *map = og_arg(args, "map"), *file = og_arg(args, "mapping");
	const char *role = og_arg(args, "role"), *dates = og_arg(args, "dates");
	int status = OG_EXIT_OK;

	*ret_how =
		(struct og_import_how){.format = og_arg(args, "format"), .site = draft->site->name};
	if (!!map + !!file + !!ret_how->format > 1)
		return og_misused("--map, --mapping and --format exclude each other");
	if (ret_how->format && !og_mapping_known_name(ret_how->format))
		return og_misused("there is no format \"%s\": netdisco, devices, register",
				  ret_how->format);
	if (role && og_role_parse(role, &ret_how->role) < 0)
		return og_misused("there is no role \"%s\": camera, recorder, router, phone, "
				  "life-safety, other, unknown",
				  role);
	if (map)
		status = parse_map(draft, map, mapping);
	else if (file)
		status = read_mapping(draft, file, mapping);
	if (map || file)
		ret_how->mapping = mapping;
	if (status == OG_EXIT_OK && dates && parse_dates(dates, &mapping->dates) < 0)
		return og_misused("--dates %s: write ymd, dmy or mdy", dates);
	return status;
}

/* What fits together ----------------------------------------------------------------------------*/

/* Devices seen at the site that are listed and have no row, whatever was imported. */
static json_t *unmatched(const struct og_draft *draft)
{
	json_t *found = json_array();
	char text[OG_MAC_TEXT];

	for (size_t i = 0; i < draft->mac_count; i++) {
		const struct og_lock_entry *entry =
			og_lock_find(&draft->config->lock, draft->macs[i]);

		if (entry && !og_asset_find(&draft->merge.rows, draft->macs[i]))
			json_array_append_new(found, json_pack("{s:s, s:s}", "mac",
							       og_mac_format(draft->macs[i], text),
							       "vendor", entry->vendor));
	}
	return found;
}

/* Devices of the table that have a row and were (@seen) or were never seen at the site. */
static json_t *imported(const struct og_draft *draft, bool seen)
{
	json_t *found = json_array();
	char text[OG_MAC_TEXT];

	for (size_t i = 0; i < draft->merge.item_count; i++) {
		const struct og_merge_item *item = &draft->merge.items[i];

		if (item->after && og_draft_seen(draft, item->mac) == seen)
			json_array_append_new(found, json_string(og_mac_format(item->mac, text)));
	}
	return found;
}

static json_t *record_of(const struct og_draft *draft, const struct og_import *import)
{
	json_t *record = og_draft_record(draft);

	if (!record)
		return NULL;
	json_object_set_new(record, "format",
			    json_string(import->mapping->name ? import->mapping->name : "mapping"));
	json_object_set_new(record, "table_rows", json_integer((json_int_t)import->lines));
	json_object_set_new(record, "without_mac", json_integer((json_int_t)import->without));
	json_object_set_new(record, "repeated", json_integer((json_int_t)import->repeated));
	json_object_set_new(record, "other_sites", json_integer((json_int_t)import->elsewhere));
	json_object_set_new(record, "refused", json_integer((json_int_t)import->refused));
	json_object_set_new(record, "unlisted",
			    json_integer((json_int_t)draft->merge.by_kind[OG_MERGE_UNLISTED]));
	if (draft->seen) {
		json_object_set_new(record, "matched", imported(draft, true));
		json_object_set_new(record, "never_seen", imported(draft, false));
		json_object_set_new(record, "unmatched", unmatched(draft));
	}
	return record;
}

static void show_count(const struct og_cli *cli, size_t count, const char *what)
{
	if (count)
		og_say(cli, OG_PLAIN, "; %zu %s", count, what);
}

static void show_matches(const struct og_draft *draft, const json_t *record, bool all)
{
	const struct og_cli *cli = draft->cli;
	json_t *list = og_json_array(record, "unmatched"), *device;
	size_t i;

	if (!draft->seen) {
		og_say(cli, OG_DIM, "Which of them were seen is not known: no daemon was asked.\n");
		return;
	}
	og_say(cli, OG_PLAIN, "Seen at %s: %zu of them; never seen there: %zu.\n",
	       draft->site->name, json_array_size(og_json_array(record, "matched")),
	       json_array_size(og_json_array(record, "never_seen")));
	if (!json_array_size(list))
		return;
	og_say(cli, OG_WARN,
	       "Seen there, but in no row: %zu (\"ouiguard baseline freeze\" adds "
	       "them)\n",
	       json_array_size(list));
	json_array_foreach(list, i, device)
	{
		if (!all && i == SHOWN) {
			og_say(cli, OG_DIM, "    and %zu more; --verbose shows them all\n",
			       json_array_size(list) - i);
			break;
		}
		og_say(cli, OG_WARN, "  ? %s  %s\n", og_json_text(device, "mac", "unknown"),
		       og_json_text(device, "vendor", "unknown"));
	}
}

static void show(const struct og_draft *draft, const struct og_import *import, const char *file,
		 const json_t *record, bool all)
{
	const struct og_cli *cli = draft->cli;

	og_say(cli, OG_BOLD, "%s (%s): %zu row%s", file, og_json_text(record, "format", "mapping"),
	       import->lines, og_plural((int64_t)import->lines));
	show_count(cli, import->without, "without a MAC");
	show_count(cli, import->repeated, "of a device that another row tells of");
	show_count(cli, import->elsewhere, "of other sites");
	show_count(cli, import->refused, "with errors, left out");
	show_count(cli, draft->merge.by_kind[OG_MERGE_UNLISTED],
		   "that no vendor's prefix lists, left out");
	og_say(cli, OG_PLAIN, "\n");
	og_draft_show(draft, all);
	show_matches(draft, record, all);
}

/* Import ----------------------------------------------------------------------------------------*/

static int finish(const struct og_draft *draft, const struct og_args *args, json_t *record)
{
	const struct og_cli *cli = draft->cli;
	bool dirty = og_draft_dirty(draft);
	bool agreed = !dirty || og_arg_given(args, "yes") ||
		      og_confirm("Write them into the asset register?");

	if (dirty && agreed && og_draft_write(draft) < 0)
		return OG_EXIT_FAILED;
	json_object_set_new(record, "written", json_boolean(dirty && agreed));
	if (cli->json && og_print_json(json_incref(record), OG_EXIT_OK) != OG_EXIT_OK)
		return OG_EXIT_FAILED;
	if (!agreed)
		return OG_EXIT_FAILED;
	if (dirty)
		return og_files_told(cli);
	if (!cli->json)
		og_say(cli, OG_GOOD, "The register says all of it already.\n");
	return OG_EXIT_OK;
}

int og_verb_asset_import(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_draft_ struct og_draft draft = {};
	_cleanup_json_ json_t *record = NULL;
	struct og_mapping mapping = {};
	struct og_import_how how;
	struct og_import import;
	int status;

	if (og_draft_open(cli, og_arg(args, "site"), &draft) < 0)
		return OG_EXIT_FAILED;
	status = read_how(&draft, args, &mapping, &how);
	if (status != OG_EXIT_OK)
		return status;
	if (og_draft_table(&draft, args->words[0], &how, og_arg_given(args, "partial"), &import) <
		    0 ||
	    og_draft_merge(&draft, &import.rows, og_arg_given(args, "unlisted")) < 0)
		return OG_EXIT_FAILED;
	record = record_of(&draft, &import);
	if (!record)
		return og_no_memory();
	if (!cli->json)
		show(&draft, &import, args->words[0], record, og_arg_given(args, "verbose"));
	return finish(&draft, args, record);
}
