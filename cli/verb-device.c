// SPDX-License-Identifier: GPL-2.0
/*
 * verb-device.c: one device: what is known of it, and how far its removal has come
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/client.h"
#include "cli/draft.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "policy/base/mac.h"
#include "policy/progress/device-state.h"

/* Show ------------------------------------------------------------------------------------------*/

static int ask_records(const struct og_cli *cli, const char *mac, const char *site, int flags,
		       json_t **ret_records)
{
	_cleanup_json_ json_t *filter = json_pack("{s:s, s:s*}", "mac", mac, "site", site);

	if (!filter) {
		og_no_memory();
		return -ENOMEM;
	}
	return og_ask_all_devices(cli, filter, flags, ret_records);
}

static void show_line(const struct og_cli *cli, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	og_say(cli, OG_BOLD, "%-13s", label);
	og_say(cli, OG_PLAIN, "%s\n", text);
}

static void show_moment(const struct og_cli *cli, const json_t *device, const char *label,
			const char *key)
{
	int64_t second = og_json_number(device, key, 0);
	char text[2 * OG_MOMENT_TEXT + 4], moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];

	if (second <= 0)
		return;
	snprintf(text, sizeof(text), "%s (%s)", og_moment(second, moment),
		 og_ago(second, cli->now, ago));
	show_line(cli, label, text);
}

static void show_list(const struct og_cli *cli, const json_t *device, const char *label,
		      const char *key)
{
	json_t *list = og_json_array(device, key), *item;
	size_t i;

	if (!json_array_size(list))
		return;
	og_say(cli, OG_BOLD, "%-13s", label);
	json_array_foreach(list, i, item)
		og_say(cli, OG_PLAIN, "%s%s", i ? ", " : "",
		       json_is_string(item) ? json_string_value(item) : "?");
	og_say(cli, OG_PLAIN, "\n");
}

static void show_state(const struct og_cli *cli, const json_t *device)
{
	char moment[OG_MOMENT_TEXT];
	int64_t at = og_json_number(device, "state_at", 0);

	og_say(cli, OG_BOLD, "%-13s%s", "state", og_json_text(device, "state", "unknown"));
	if (at > 0)
		og_say(cli, OG_PLAIN, " since %s", og_moment(at, moment));
	if (json_object_get(device, "state_by"))
		og_say(cli, OG_PLAIN, ", by %s", og_json_text(device, "state_by", "unknown"));
	if (og_json_truth(device, "silent"))
		og_say(cli, OG_WARN, "; silent for %" PRId64 " watched days",
		       og_json_number(device, "watched_days_silent", 0));
	og_say(cli, OG_PLAIN, "%s%s\n", og_json_truth(device, "unproven") ? "; unproven" : "",
	       og_json_truth(device, "third_party") ? "; of somebody else" : "");
}

static void show_device(const struct og_cli *cli, const json_t *device)
{
	char text[256];

	snprintf(text, sizeof(text), "%s (%s), prefix %s",
		 og_json_text(device, "vendor_title", "unknown"),
		 og_json_text(device, "vendor", "unknown"),
		 og_json_text(device, "prefix", "unknown"));
	show_line(cli, "device", og_json_text(device, "mac", "unknown"));
	show_line(cli, "site", og_json_text(device, "site", "unknown"));
	show_line(cli, "vendor", text);
	show_state(cli, device);
	show_line(cli, "role", og_json_text(device, "role", NULL));
	show_line(cli, "register", og_json_text(device, "status", "no row"));
	show_line(cli, "port", og_json_text(device, "port", NULL));
	show_line(cli, "action", og_json_text(device, "action", NULL));
	show_line(cli, "evidence", og_json_text(device, "evidence", NULL));
	show_moment(cli, device, "first seen", "first_seen");
	show_moment(cli, device, "last seen", "last_seen");
	show_list(cli, device, "addresses", "addresses");
	show_list(cli, device, "calls itself", "hosts");
	snprintf(text, sizeof(text), "%" PRId64 " packets passed, %" PRId64 " dropped",
		 og_json_number(device, "passed", 0), og_json_number(device, "dropped", 0));
	show_line(cli, "traffic", text);
}

int og_verb_device_show(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_json_ json_t *records = NULL;
	json_t *device;
	uint64_t mac;
	size_t i;

	if (og_mac_parse(args->words[0], &mac) < 0)
		return og_misused("\"%s\" is no MAC address", args->words[0]);
	if (ask_records(cli, args->words[0], og_arg(args, "site"), 0, &records) < 0)
		return OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_incref(records),
				     json_array_size(records) ? OG_EXIT_OK : OG_EXIT_FAILED);
	if (!json_array_size(records))
		return og_complain("%s was not seen", args->words[0]);
	json_array_foreach(records, i, device)
	{
		if (i)
			og_say(cli, OG_PLAIN, "\n");
		show_device(cli, device);
	}
	return OG_EXIT_OK;
}

/* Set -------------------------------------------------------------------------------------------*/

/* What is asked for. */
struct change {
	const struct og_args *args;
	uint64_t mac;
	char mac_text[OG_MAC_TEXT];
	char site[OG_CONF_NAME];
	bool has_state, has_role, false_positive;
	enum og_device_state state;
	enum og_role role;
	enum og_device_state now; /* where it stands */
};

static int parse_third_party(const char *text, bool *ret_answer)
{
	if (strcmp(text, "yes") && strcmp(text, "no"))
		return -EINVAL;
	*ret_answer = !strcmp(text, "yes");
	return 0;
}

/* Everything that the command line alone tells. Returns an exit status. */
static int read_change(const struct og_args *args, struct change *change)
{
	const char *state = og_arg(args, "state"), *role = og_arg(args, "role");
	const char *other = og_arg(args, "third-party");
	bool answer;

	change->args = args;
	change->has_state = state;
	change->has_role = role;
	change->false_positive = og_arg_given(args, "false-positive");
	if (og_mac_parse(args->words[0], &change->mac) < 0 || og_mac_is_group(change->mac))
		return og_misused("\"%s\" is no MAC address of a device", args->words[0]);
	og_mac_format(change->mac, change->mac_text);
	if (state && og_state_parse(state, &change->state) < 0)
		return og_misused("there is no state \"%s\": confirmed, planned, isolated, "
				  "disconnected, removed, disposed, verified-absent",
				  state);
	if (role && og_role_parse(role, &change->role) < 0)
		return og_misused("there is no role \"%s\": camera, recorder, router, phone, "
				  "life-safety, other, unknown",
				  role);
	if (other && parse_third_party(other, &answer) < 0)
		return og_misused("--third-party %s: write yes or no", other);
	if (state && change->false_positive)
		return og_misused("what is none of the listed equipment has no state: --state and "
				  "--false-positive exclude each other");
	if (!state && (og_arg(args, "evidence") || og_arg(args, "replacement")))
		return og_misused("--evidence and --replacement go with --state");
	if (!state && !role && !other && !change->false_positive && !og_arg(args, "serial") &&
	    !og_arg(args, "tag"))
		return og_misused("nothing is to be set: --state, --role, --serial, --tag, "
				  "--third-party or --false-positive");
	return OG_EXIT_OK;
}

/* The site: the one that is named, else the only one that knows the device. */
static int find_site(const struct og_cli *cli, const struct og_config *config,
		     const json_t *records, struct change *change)
{
	const char *site = og_arg(change->args, "site"), *found = NULL;
	json_t *device;
	size_t i;

	for (i = 0; !site && i < config->register_count; i++) {
		if (!og_asset_find(&config->registers[i], change->mac))
			continue;
		if (found)
			return og_misused("%s is in several asset registers: --site says which",
					  change->mac_text);
		found = config->registers[i].site;
	}
	json_array_foreach(records, i, device)
	{
		const char *seen = og_json_text(device, "site", "");

		if (site || (found && !strcmp(found, seen)))
			continue;
		if (found)
			return og_misused("%s is known at %s and at %s: --site says which",
					  change->mac_text, found, seen);
		found = seen;
	}
	if (!site && !found)
		return og_complain("%s was not seen, and no asset register of %s has it",
				   change->mac_text, cli->config);
	snprintf(change->site, sizeof(change->site), "%s", site ? site : found);
	return OG_EXIT_OK;
}

/* Whether the step is one that may be taken; the daemon judges it again, with what it knows. */
static int judge(struct change *change, const json_t *records, const struct og_conf_asset *row)
{
	struct og_state_facts facts = {.has_row = row,
				       .status = row ? row->status : OG_ASSET_LEGACY};
	struct og_standing standing;
	char text[512];
	json_t *device;
	size_t i;

	og_state_derive(&facts, &standing);
	change->now = standing.state;
	json_array_foreach(records, i, device)
	{
		if (!strcmp(og_json_text(device, "site", ""), change->site))
			og_state_parse(og_json_text(device, "state", ""), &change->now);
	}
	if (!change->has_state)
		return OG_EXIT_OK;
	if (og_state_refusal(change->now, change->state, text, sizeof(text)))
		return og_complain("%s", text);
	if (og_state_needs_evidence(change->now, change->state) &&
	    !og_arg(change->args, "evidence"))
		return og_misused("from %s to %s: --evidence says by what it is known",
				  og_state_name(change->now), og_state_name(change->state));
	return OG_EXIT_OK;
}

/* What the state means for the row's status. */
static enum og_asset_status status_of(const struct change *change, const struct og_conf_asset *row)
{
	bool away = row->status == OG_ASSET_REMOVED || row->status == OG_ASSET_REPLACED;

	if (change->false_positive)
		return OG_ASSET_FALSE_POSITIVE;
	if (!change->has_state)
		return row->status;
	if (og_state_gone(change->state)) {
		if (og_arg(change->args, "replacement"))
			return OG_ASSET_REPLACED;
		return away ? row->status : OG_ASSET_REMOVED;
	}
	/* It is there after all; or it is that equipment after all. */
	if (away || row->status == OG_ASSET_FALSE_POSITIVE)
		return *row->installed && *row->evidence ? OG_ASSET_LEGACY
							 : OG_ASSET_LEGACY_UNPROVEN;
	return row->status;
}

/* Whether anything is said that only a row can hold. */
static bool wants_row(const struct change *change)
{
	return change->has_role || change->false_positive || og_arg(change->args, "serial") ||
	       og_arg(change->args, "tag");
}

/* The row as it is to be. Returns whether it differs from @row, which is NULL for a new one. */
static bool make_row(const struct change *change, const struct og_conf_asset *row,
		     struct og_conf_asset *ret_row)
{
	const char *serial = og_arg(change->args, "serial"), *tag = og_arg(change->args, "tag");
	struct og_conf_asset made = {.mac = change->mac,
				     .status = OG_ASSET_LEGACY_UNPROVEN,
				     .installed = "",
				     .evidence = "",
				     .asset_tag = "",
				     .serial = "",
				     .switch_port = "",
				     .location = "",
				     .note = ""};

	if (row)
		made = *row;
	made.status = status_of(change, &made);
	if (change->has_role)
		made.role = change->role;
	if (serial)
		made.serial = (char *)serial;
	if (tag)
		made.asset_tag = (char *)tag;
	*ret_row = made;
	return !row || made.status != row->status || made.role != row->role ||
	       strcmp(made.serial, row->serial) || strcmp(made.asset_tag, row->asset_tag);
}

/* Put @row in the place of that of its device, or at the end. */
static int put_row(struct og_draft *draft, const struct og_conf_asset *row)
{
	const struct og_conf_register *assets = draft->assets;
	struct og_conf_register *rows = &draft->merge.rows;
	size_t count = assets ? assets->count : 0, i;

	rows->rows = og_arena_array(draft->reader.arena, count + 1, sizeof(*rows->rows));
	if (!rows->rows) {
		og_no_memory();
		return -ENOMEM;
	}
	for (i = 0; i < count; i++)
		rows->rows[i] = assets->rows[i];
	for (i = 0; i < count && rows->rows[i].mac != row->mac; i++)
		;
	rows->rows[i] = *row;
	rows->count = i == count ? count + 1 : count;
	return og_draft_write(draft);
}

/* Whether a row may be added, which takes the device out of the rules for new ones. */
static bool agreed(const struct og_draft *draft, const struct change *change)
{
	if (og_asset_find(draft->assets, change->mac) || !wants_row(change) ||
	    og_arg_given(change->args, "yes"))
		return true;
	og_say(draft->cli, OG_WARN,
	       "%s has no row in assets/%s.csv; one makes it a known device, not a new one.\n",
	       change->mac_text, change->site);
	return og_confirm("Add one?");
}

/* Write the row if it changes. Returns an exit status; *@ret_written says whether it was. */
static int write_row(struct og_draft *draft, const struct change *change, bool *ret_written)
{
	const struct og_conf_asset *row = og_asset_find(draft->assets, change->mac);
	struct og_conf_asset made;

	*ret_written = false;
	if ((!row && !wants_row(change)) || !make_row(change, row, &made))
		return OG_EXIT_OK;
	if (put_row(draft, &made) < 0)
		return OG_EXIT_FAILED;
	*ret_written = true;
	if (!draft->cli->json)
		og_say(draft->cli, OG_PLAIN, "%s/assets/%s.csv: %s is %s, %s.\n",
		       draft->cli->config, change->site, change->mac_text, og_role_name(made.role),
		       og_asset_status_name(made.status));
	return og_files_told(draft->cli);
}

/* What the daemon keeps. Returns an exit status. */
static int enter(const struct og_cli *cli, const struct change *change, json_t **ret_device)
{
	const char *other = og_arg(change->args, "third-party");
	_cleanup_json_ json_t *request = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "site",
						   change->site, "mac", change->mac_text, "state",
						   og_arg(change->args, "state"), "evidence",
						   og_arg(change->args, "evidence"), "replacement",
						   og_arg(change->args, "replacement"));
	struct og_call call = {.method = "SetDevice", .record = request};

	if (!request)
		return og_misused("the texts are not UTF-8");
	if (other)
		json_object_set_new(request, "third_party", json_boolean(!strcmp(other, "yes")));
	if (og_ask(cli, &call, ret_device) < 0)
		return OG_EXIT_FAILED;
	if (!cli->json && change->has_state)
		og_say(cli, OG_GOOD, "%s at %s: %s -> %s\n", change->mac_text, change->site,
		       og_state_name(change->now), og_state_name(change->state));
	return OG_EXIT_OK;
}

/*
 * What the daemon keeps, then the row: the other way round the row's status would be the state
 * already. But verified absence asks for what the row says.
 */
static int set(struct og_draft *draft, const struct change *change)
{
	const struct og_cli *cli = draft->cli;
	bool row_first = change->has_state && change->state == OG_STATE_VERIFIED_ABSENT;
	bool daemon = change->has_state || og_arg(change->args, "third-party"), written = false;
	_cleanup_json_ json_t *device = NULL;
	int status = OG_EXIT_OK;

	if (daemon && !draft->seen)
		return og_complain("a state is kept by the daemon, which is not running: nothing "
				   "was changed");
	if (!agreed(draft, change))
		return OG_EXIT_FAILED;
	if (row_first)
		status = write_row(draft, change, &written);
	if (status == OG_EXIT_OK && daemon)
		status = enter(cli, change, &device);
	if (status == OG_EXIT_OK && !row_first)
		status = write_row(draft, change, &written);
	if (status != OG_EXIT_OK || !cli->json)
		return status;
	return og_print_json(json_pack("{s:s, s:s, s:b, s:O*}", "mac", change->mac_text, "site",
				       change->site, "written", written, "device", device),
			     OG_EXIT_OK);
}

int og_verb_device_set(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_draft_ struct og_draft draft = {};
	_cleanup_json_ json_t *records = NULL;
	struct change change = {};
	int r, status = read_change(args, &change);

	if (status != OG_EXIT_OK)
		return status;
	if (og_files_load(cli, &config) < 0)
		return OG_EXIT_FAILED;
	r = ask_records(cli, change.mac_text, NULL, OG_CALL_QUIET, &records);
	if (r < 0 && r != -ENXIO)
		return OG_EXIT_FAILED;
	status = find_site(cli, config, records, &change);
	if (status != OG_EXIT_OK)
		return status;
	if (og_draft_open(cli, change.site, &draft) < 0)
		return OG_EXIT_FAILED;
	status = judge(&change, records, og_asset_find(draft.assets, change.mac));
	return status == OG_EXIT_OK ? set(&draft, &change) : status;
}
