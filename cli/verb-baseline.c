// SPDX-License-Identifier: GPL-2.0
/*
 * verb-baseline.c: freezing the asset register of a site: what was seen joins what was imported
 */
#include <errno.h>
#include <string.h>

#include "cli/client.h"
#include "cli/draft.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "policy/base/digest.h"
#include "policy/base/mac.h"
#include "policy/registry/lock.h"

struct freezing {
	struct og_draft draft;
	json_t *status; /* of the daemon; NULL: there is none that reads these files */
	json_t *site;	/* of the site in it; borrowed */
	size_t devices; /* rows that count */
	char digest[OG_DIGEST_TEXT];
};

static void freezing_clear(struct freezing *f)
{
	og_draft_clear(&f->draft);
	json_decref(f->status);
}

#define _cleanup_freezing_ __attribute__((cleanup(freezing_clear)))

/* What was seen ---------------------------------------------------------------------------------*/

static bool was_seen(const json_t *device)
{
	/* Of a lease alone nobody knows that the device is there. */
	return strcmp(og_json_text(device, "evidence", ""), "lease") != 0 &&
	       og_json_number(device, "last_seen", 0) > 0;
}

/* The seen devices as rows, from the daemon's records. */
static int rows_of_seen(struct og_draft *draft, struct og_conf_register *ret_rows)
{
	struct og_conf_register rows = {};
	json_t *device;
	size_t i;

	rows.rows = og_arena_array(draft->reader.arena, json_array_size(draft->seen) + 1,
				   sizeof(*rows.rows));
	if (!rows.rows) {
		og_no_memory();
		return -ENOMEM;
	}
	json_array_foreach(draft->seen, i, device)
	{
		struct og_conf_asset *row = &rows.rows[rows.count];

		*row = (struct og_conf_asset){.status = OG_ASSET_LEGACY_UNPROVEN,
					      .installed = "",
					      .evidence = "",
					      .asset_tag = "",
					      .serial = "",
					      .switch_port = "",
					      .location = "",
					      .note = ""};
		if (was_seen(device) &&
		    og_mac_parse(og_json_text(device, "mac", ""), &row->mac) == 0)
			rows.count++;
	}
	*ret_rows = rows;
	return 0;
}

/* From @file instead, which holds what was seen where no daemon can be asked. */
static int rows_of_file(struct og_draft *draft, const char *file, struct og_conf_register *ret_rows)
{
	const struct og_import_how how = {.site = draft->site->name};
	struct og_import import;
	int r = og_draft_table(draft, file, &how, false, &import);

	if (r == 0)
		*ret_rows = import.rows;
	return r;
}

static int merge_seen(struct og_draft *draft, const char *file)
{
	struct og_conf_register rows;
	int r;

	if (!file && !draft->seen) {
		og_complain("no daemon tells which devices were seen");
		og_hint("start it, or name a file: --from FILE, as \"ouiguard devices --csv\" "
			"prints it");
		return -ENXIO;
	}
	r = file ? rows_of_file(draft, file, &rows) : rows_of_seen(draft, &rows);
	return r < 0 ? r : og_draft_merge(draft, &rows, false);
}

/* What was frozen before ------------------------------------------------------------------------*/

static int ask_status(struct freezing *f)
{
	struct og_call call = {.method = "Status", .flags = OG_CALL_QUIET};
	json_t *site;
	size_t i;
	int r = og_ask(f->draft.cli, &call, &f->status);

	if (r < 0)
		return r == -ENXIO ? 0 : r;
	json_array_foreach(og_json_array(f->status, "sites"), i, site)
	{
		if (!strcmp(og_json_text(site, "site", ""), f->draft.site->name))
			f->site = site;
	}
	return 0;
}

static int digest_of(struct freezing *f)
{
	_cleanup_text_ char *text = og_draft_text(&f->draft.merge.rows);
	struct og_digest digest;

	if (!text) {
		og_no_memory();
		return -ENOMEM;
	}
	og_digest_data(text, strlen(text), &digest);
	og_digest_format(&digest, f->digest);
	f->devices = og_assets_counted(&f->draft.merge.rows);
	return 0;
}

/* How many devices fewer than at the last freezing; 0 also when there was none. */
static int64_t shrunk(const struct freezing *f)
{
	int64_t before = og_json_number(f->site, "baseline_devices", 0);

	return before > (int64_t)f->devices ? before - (int64_t)f->devices : 0;
}

static bool is_noted(const struct freezing *f)
{
	return !strcmp(og_json_text(f->site, "baseline_digest", ""), f->digest);
}

/* Rows of devices that are to be there still, and were never seen. */
static size_t count_expected(const struct og_draft *draft)
{
	size_t count = 0;

	for (size_t i = 0; i < draft->merge.rows.count; i++) {
		const struct og_conf_asset *row = &draft->merge.rows.rows[i];

		count += (row->status == OG_ASSET_LEGACY ||
			  row->status == OG_ASSET_LEGACY_UNPROVEN) &&
			 !og_draft_seen(draft, row->mac);
	}
	return count;
}

/* Showing ---------------------------------------------------------------------------------------*/

/* Policies that judge devices without a row otherwise: for the added ones that ends. */
static void warn_of_policies(const struct og_draft *draft)
{
	const struct og_config *config = draft->config;

	if (!draft->assets || !draft->merge.by_kind[OG_MERGE_ADDED])
		return;
	for (size_t i = 0; i < config->policy_count; i++) {
		const struct og_conf_policy *policy = &config->policies[i];

		if (policy->has_new_devices && og_policy_applies(policy, draft->site))
			og_say(draft->cli, OG_WARN,
			       "The added devices are new ones to policy %s now; with a row they "
			       "follow its phases for the legacy.\n",
			       policy->name);
	}
}

static void show(const struct freezing *f, bool all)
{
	const struct og_cli *cli = f->draft.cli;
	char moment[OG_MOMENT_TEXT];
	size_t expected = count_expected(&f->draft);

	og_draft_show(&f->draft, all);
	if (f->draft.merge.by_kind[OG_MERGE_UNLISTED])
		og_say(cli, OG_DIM, "%zu seen device%s left out: prefixes.lock does not list %s.\n",
		       f->draft.merge.by_kind[OG_MERGE_UNLISTED],
		       f->draft.merge.by_kind[OG_MERGE_UNLISTED] == 1 ? " is" : "s are",
		       f->draft.merge.by_kind[OG_MERGE_UNLISTED] == 1 ? "it" : "them");
	if (expected && f->draft.seen)
		og_say(cli, OG_PLAIN, "%zu row%s never seen: they stay, and stay expected.\n",
		       expected, expected == 1 ? " is of a device" : "s are of devices");
	warn_of_policies(&f->draft);
	if (!json_object_get(f->site, "baseline_at"))
		return;
	og_say(cli, OG_PLAIN, "Frozen before: %" JSON_INTEGER_FORMAT " devices, %s, by %s.\n",
	       (json_int_t)og_json_number(f->site, "baseline_devices", 0),
	       og_moment(og_json_number(f->site, "baseline_at", 0), moment),
	       og_json_text(f->site, "baseline_by", "unknown"));
	if (shrunk(f))
		og_say(cli, OG_BAD,
		       "Rows were taken out since then: there are %" JSON_INTEGER_FORMAT
		       " devices fewer.\n",
		       (json_int_t)shrunk(f));
}

static json_t *record_of(const struct freezing *f)
{
	json_t *record = og_draft_record(&f->draft);

	if (!record)
		return NULL;
	json_object_set_new(record, "devices", json_integer((json_int_t)f->devices));
	json_object_set_new(record, "digest", json_string(f->digest));
	json_object_set_new(record, "unlisted",
			    json_integer((json_int_t)f->draft.merge.by_kind[OG_MERGE_UNLISTED]));
	if (f->draft.seen)
		json_object_set_new(record, "never_seen",
				    json_integer((json_int_t)count_expected(&f->draft)));
	if (json_object_get(f->site, "baseline_at")) {
		json_object_set(record, "baseline_at", json_object_get(f->site, "baseline_at"));
		json_object_set(record, "baseline_devices",
				json_object_get(f->site, "baseline_devices"));
	}
	return record;
}

/* Freezing --------------------------------------------------------------------------------------*/

/* The daemon, which reads the register again, notes who froze it. Returns an exit status. */
static int note(const struct freezing *f, bool *ret_noted)
{
	_cleanup_json_ json_t *request = json_pack("{s:s, s:I, s:s}", "site", f->draft.site->name,
						   "devices", (json_int_t)f->devices, "digest",
						   f->digest);
	struct og_call call = {
		.method = "FreezeBaseline", .record = request, .flags = OG_CALL_QUIET};
	_cleanup_json_ json_t *reply = NULL;
	const struct og_cli *cli = f->draft.cli;
	int r;

	if (!f->status || !og_files_same(cli->config, og_json_text(f->status, "config", ""))) {
		fputs("No daemon that reads these files could note it: freeze again when it "
		      "runs.\n",
		      cli->json ? stderr : stdout);
		return OG_EXIT_OK;
	}
	r = og_ask(cli, &call, &reply);
	*ret_noted = r == 0;
	return r < 0 ? OG_EXIT_FAILED : OG_EXIT_OK;
}

static bool agreed(const struct freezing *f, const struct og_args *args)
{
	if (og_arg_given(args, "yes"))
		return true;
	if (!shrunk(f))
		return og_confirm("Freeze the asset register like this?");
	og_complain("there are fewer devices than were frozen before: --yes is needed for that");
	og_hint("give the rows back, or say what became of each: status removed, replaced or "
		"false-positive");
	return false;
}

static int freeze(const struct freezing *f, const struct og_args *args, json_t *record)
{
	const struct og_cli *cli = f->draft.cli;
	bool dirty = og_draft_dirty(&f->draft), noted = false;
	int status = OG_EXIT_OK;

	if (!dirty && is_noted(f)) {
		if (!cli->json)
			og_say(cli, OG_GOOD, "It is frozen like this already.\n");
	} else if (!agreed(f, args)) {
		return OG_EXIT_FAILED;
	} else {
		if (dirty && og_draft_write(&f->draft) < 0)
			return OG_EXIT_FAILED;
		/* Also when only a person changed it: what is noted must be in force. */
		status = og_files_told(cli);
		if (status == OG_EXIT_OK)
			status = note(f, &noted);
		if (status == OG_EXIT_OK && !cli->json)
			og_say(cli, OG_PLAIN, "%s/assets/%s.csv is %s: %zu device%s.\n",
			       cli->config, f->draft.site->name, noted ? "frozen" : "written",
			       f->devices, og_plural((int64_t)f->devices));
	}
	json_object_set_new(record, "written", json_boolean(dirty));
	json_object_set_new(record, "noted", json_boolean(noted));
	return cli->json ? og_print_json(json_incref(record), status) : status;
}

int og_verb_baseline_freeze(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_freezing_ struct freezing f = {};
	_cleanup_json_ json_t *record = NULL;

	if (og_draft_open(cli, og_arg(args, "site"), &f.draft) < 0 ||
	    merge_seen(&f.draft, og_arg(args, "from")) < 0 || ask_status(&f) < 0 ||
	    digest_of(&f) < 0)
		return OG_EXIT_FAILED;
	record = record_of(&f);
	if (!record)
		return og_no_memory();
	if (!cli->json)
		show(&f, og_arg_given(args, "verbose"));
	return freeze(&f, args, record);
}
