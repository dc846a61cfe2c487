// SPDX-License-Identifier: GPL-2.0
/*
 * verb-registry.c: the registries, and what of them is accepted
 */
#include <errno.h>
#include <string.h>

#include "cli/changes.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/present.h"
#include "cli/verbs.h"
#include "policy/registry/lock.h"

#define OLD (180 * 86400) /* seconds after which an accepted registry is called old */

/* Status ------------------------------------------------------------------------------------- */

static json_t *source_records(const struct og_registry *registry)
{
	json_t *records = json_array();
	size_t count;
	const struct og_registry_source *sources = og_registry_sources(registry, &count);

	for (size_t i = 0; i < count; i++)
		json_array_append_new(records,
				      json_pack("{s:s, s:I, s:I, s:I}", "path", sources[i].path,
						"date_at", (json_int_t)sources[i].date, "entries",
						(json_int_t)sources[i].entries, "winning",
						(json_int_t)sources[i].winning));
	return records;
}

static json_t *name_records(const struct og_vendor_name *names, size_t count)
{
	json_t *records = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(records,
				      json_pack("{s:s, s:s*, s:I}", "name", names[i].name,
						"subsidiary", names[i].subsidiary, "prefixes",
						(json_int_t)names[i].prefix_count));
	return records;
}

static json_t *vendor_record(const struct og_vendor *vendor)
{
	json_t *misses = json_array();

	for (size_t i = 0; i < vendor->near_miss_count; i++)
		json_array_append_new(
			misses, json_pack("{s:s, s:s, s:I}", "name", vendor->near_misses[i].name,
					  "word", vendor->near_misses[i].word, "prefixes",
					  (json_int_t)vendor->near_misses[i].prefix_count));
	return json_pack(
		"{s:s, s:s*, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "vendor", vendor->conf->name,
		"title", vendor->conf->title, "prefixes", (json_int_t)vendor->prefix_count,
		"prefixes_24", (json_int_t)vendor->by_length[0], "prefixes_28",
		(json_int_t)vendor->by_length[1], "prefixes_36", (json_int_t)vendor->by_length[2],
		"devices", (json_int_t)vendor->by_length[3], "names",
		name_records(vendor->names, vendor->name_count), "not_mapped",
		name_records(vendor->not_mapped, vendor->not_mapped_count), "near_misses", misses);
}

static int status_json(const struct og_config *config, const struct og_present *present,
		       const struct og_lock_changes *changes)
{
	json_t *vendors = json_array();

	for (size_t i = 0; i < present->vendors.count; i++)
		json_array_append_new(vendors, vendor_record(&present->vendors.items[i]));
	return og_print_json(
		json_pack("{s:o, s:b, s:o*, s:I, s:I, s:I, s:o}", "registries",
			  source_records(present->registry), "accepted", config->lock.present,
			  "accepted_at",
			  config->lock.date ? json_integer((json_int_t)config->lock.date) : NULL,
			  "accepted_prefixes", (json_int_t)config->lock.count, "present_prefixes",
			  (json_int_t)present->lock.count, "pending",
			  (json_int_t)og_changes_of_verdicts(changes), "vendors", vendors),
		OG_EXIT_OK);
}

static void show_sources(const struct og_cli *cli, const struct og_registry *registry)
{
	static const struct og_sheet_column columns[] = {{"registry", false},
							 {"dated", false},
							 {"assignments", true},
							 {"newest here", true},
							 {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];
	size_t count;
	const struct og_registry_source *sources = og_registry_sources(registry, &count);

	for (size_t i = 0; i < count; i++) {
		og_sheet_cell(sheet, OG_PLAIN, sources[i].path);
		og_sheet_printf(sheet, OG_PLAIN, "%.10s (%s)", og_moment(sources[i].date, moment),
				og_ago(sources[i].date, cli->now, ago));
		og_sheet_printf(sheet, OG_PLAIN, "%zu", sources[i].entries);
		og_sheet_printf(sheet, OG_PLAIN, "%zu", sources[i].winning);
	}
	og_show(cli, sheet, 0, true);
}

static void show_lock(const struct og_cli *cli, const struct og_config *config,
		      const struct og_lock_changes *changes)
{
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];

	if (!config->lock.present) {
		og_say(cli, OG_WARN,
		       "\nThere is no prefixes.lock yet: \"ouiguard registry accept\" "
		       "writes the first one.\n");
		return;
	}
	og_say(cli, OG_PLAIN, "\nprefixes.lock holds %zu prefix%s", config->lock.count,
	       config->lock.count == 1 ? "" : "es");
	if (config->lock.date)
		og_say(cli, cli->now - config->lock.date > OLD ? OG_WARN : OG_PLAIN,
		       " of registries of %.10s (%s)", og_moment(config->lock.date, moment),
		       og_ago(config->lock.date, cli->now, ago));
	og_say(cli, OG_PLAIN, ". ");
	if (og_changes_of_verdicts(changes))
		og_say(cli, OG_WARN,
		       "The present registries would list %zu, unlist %zu and move %zu: "
		       "\"ouiguard registry diff\" shows them.\n",
		       changes->by_kind[OG_LOCK_ADDED], changes->by_kind[OG_LOCK_REMOVED],
		       changes->by_kind[OG_LOCK_VENDOR]);
	else
		og_say(cli, OG_GOOD, "The present registries would change no verdict.\n");
}

static void show_names(const struct og_cli *cli, const char *title,
		       const struct og_vendor_name *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		og_say(cli, names[i].prefix_count ? OG_PLAIN : OG_DIM, "  %s \"%s\"%s%s%s: %zu%s\n",
		       title, names[i].name, names[i].subsidiary ? " (" : "",
		       names[i].subsidiary ? names[i].subsidiary : "",
		       names[i].subsidiary ? ")" : "", names[i].prefix_count,
		       names[i].prefix_count ? "" : ", no registry has it");
}

static void show_vendors(const struct og_cli *cli, const struct og_vendors *vendors, bool verbose)
{
	static const struct og_sheet_column columns[] = {
		{"vendor", false}, {"names", true},   {"/24", true},	     {"/28", true},
		{"/36", true},	   {"devices", true}, {"near misses", true}, {}};
	struct og_sheet *sheet = og_sheet_new(columns);

	for (size_t i = 0; i < vendors->count; i++) {
		const struct og_vendor *v = &vendors->items[i];

		og_sheet_cell(sheet, OG_PLAIN, v->conf->name);
		og_sheet_printf(sheet, OG_PLAIN, "%zu", v->name_count);
		for (size_t length = 0; length < 4; length++)
			og_sheet_printf(sheet, OG_PLAIN, "%zu", v->by_length[length]);
		og_sheet_printf(sheet, v->near_miss_count ? OG_WARN : OG_PLAIN, "%zu",
				v->near_miss_count);
	}
	og_say(cli, OG_PLAIN, "\n");
	og_show(cli, sheet, 0, true);
	for (size_t i = 0; i < vendors->count; i++) {
		const struct og_vendor *v = &vendors->items[i];

		if (!verbose && !v->near_miss_count)
			continue;
		og_say(cli, OG_BOLD, "\n%s\n", v->conf->name);
		if (verbose) {
			show_names(cli, "mapped:    ", v->names, v->name_count);
			show_names(cli, "not mapped:", v->not_mapped, v->not_mapped_count);
		}
		for (size_t n = 0; n < v->near_miss_count; n++)
			og_say(cli, OG_WARN, "  near miss:  \"%s\": %zu, shares \"%s\"\n",
			       v->near_misses[n].name, v->near_misses[n].prefix_count,
			       v->near_misses[n].word);
	}
}

int og_verb_registry_status(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_present_ struct og_present present = {};
	_cleanup_changes_ struct og_lock_changes changes = {};

	if (og_files_load(cli, &config) < 0 || og_present_load(config, NULL, 0, &present) < 0)
		return OG_EXIT_FAILED;
	if (og_lock_diff(&config->lock, &present.lock, &changes) < 0)
		return og_no_memory();
	if (cli->json)
		return status_json(config, &present, &changes);
	show_sources(cli, present.registry);
	show_lock(cli, config, &changes);
	show_vendors(cli, &present.vendors, og_arg_given(args, "verbose"));
	return OG_EXIT_OK;
}

/* Diff and accept ---------------------------------------------------------------------------- */

/* What both verbs look at. */
struct comparison {
	struct og_config *config;
	struct og_present present;
	struct og_lock_changes changes;
	json_t *touched;
};

static void comparison_clear(struct comparison *c)
{
	json_decref(c->touched);
	og_lock_changes_free(&c->changes);
	og_present_clear(&c->present);
	og_config_free(c->config);
}

#define _cleanup_comparison_ __attribute__((cleanup(comparison_clear)))

/*
 * Whether the registry has no block at all of a length that prefixes.lock has: then it is a part of
 * one, and what it lacks only seems to be unlisted.
 */
static unsigned int lacking(const struct comparison *c)
{
	static const unsigned int lengths[] = {24, 28, 36};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		if (og_registry_count(c->present.registry, lengths[i]))
			continue;
		for (size_t j = 0; j < c->config->lock.count; j++) {
			const struct og_lock_entry *entry = &c->config->lock.entries[j];

			if (entry->prefix.length == lengths[i] &&
			    strcmp(entry->registry, OG_REGISTRY_MANUAL) != 0)
				return lengths[i];
		}
	}
	return 0;
}

/* Read, compare and show. Returns an exit status. */
static int compare(const struct og_cli *cli, const struct og_args *args, struct comparison *c)
{
	unsigned int length;

	if (og_files_load(cli, &c->config) < 0 ||
	    og_present_load(c->config, (char **)args->words, args->word_count, &c->present) < 0)
		return OG_EXIT_FAILED;
	/* What the configuration names is meant; of files, one may have been forgotten. */
	length = args->word_count ? lacking(c) : 0;
	if (length) {
		og_complain("no file has blocks of %u bits, of which prefixes.lock has some",
			    length);
		og_hint("name the files that have them too: oui.csv, mam.csv and oui36.csv, or "
			"20-OUI.hwdb, or the directory");
		return OG_EXIT_FAILED;
	}
	if (og_lock_diff(&c->config->lock, &c->present.lock, &c->changes) < 0)
		return og_no_memory();
	c->touched = og_changes_devices(cli, &c->config->lock, &c->present.lock);
	if (cli->json)
		return og_print_json(og_changes_record(&c->changes, c->touched), OG_EXIT_OK);
	og_changes_show(cli, &c->changes, c->touched);
	if (c->config->lock.date > c->present.lock.date)
		og_say(cli, OG_WARN, "These registries are older than the accepted one.\n");
	return OG_EXIT_OK;
}

int og_verb_registry_diff(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_comparison_ struct comparison c = {};
	int status = compare(cli, args, &c);

	return status == OG_EXIT_OK && c.changes.count ? OG_EXIT_FAILED : status;
}

int og_verb_registry_accept(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_comparison_ struct comparison c = {};
	int r, status = compare(cli, args, &c);

	if (status != OG_EXIT_OK)
		return status;
	/* That a newer registry changes nothing is worth to be written down, too. */
	if (!c.changes.count && c.config->lock.present &&
	    c.present.lock.date / 86400 == c.config->lock.date / 86400)
		return OG_EXIT_OK;
	if (!og_arg_given(args, "yes") && !og_confirm("Write prefixes.lock?"))
		return OG_EXIT_FAILED;
	r = og_lock_save(&c.present.lock, cli->config, true);
	if (r < 0)
		return og_complain("cannot write %s/prefixes.lock: %s", cli->config, strerror(-r));
	if (!cli->json)
		og_say(cli, OG_PLAIN, "%s/prefixes.lock now holds %zu prefix%s.\n", cli->config,
		       c.present.lock.count, c.present.lock.count == 1 ? "" : "es");
	return og_files_told(cli);
}
