// SPDX-License-Identifier: GPL-2.0
/*
 * verb-plan.c: what the files would change, and which devices it would touch
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "policy/base/action.h"
#include "cli/client.h"
#include "cli/decided.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/offline.h"
#include "cli/seen.h"
#include "cli/touch.h"
#include "cli/verbs.h"
#include "daemon/snapshot.h"
#include "policy/base/mac.h"
#include "policy/explain/plan.h"
#include "policy/explain/reason.h"

/* One side, and where it came from. */
struct side {
	struct og_config *config;
	struct og_compiled *compiled;
	const char *what, *word; /* for people, for programs */
};

struct plan {
	struct side before, after;
	struct og_seen seen;
	struct og_plan_changes changes;
	struct og_plan_steps steps;
	int64_t at;
};

static void put_plan(struct plan *plan)
{
	og_plan_steps_free(&plan->steps);
	og_plan_changes_free(&plan->changes);
	og_seen_clear(&plan->seen);
	og_compiled_free(plan->before.compiled);
	og_compiled_free(plan->after.compiled);
	og_config_free(plan->before.config);
	og_config_free(plan->after.config);
}

/*
 * What is in force: the daemon's copy of the files it applied last, if it can be read. Else the
 * files of the configuration directory, which then are taken for applied.
 */
static int load_before(const struct og_cli *cli, const struct og_seen *seen,
		       const struct og_decided *decided, struct side *side)
{
	_cleanup_text_ char *config = NULL, *data = NULL;
	struct og_cli other = *cli;
	int r;

	if (seen->state && asprintf(&config, "%s/%s", seen->state, OG_SNAPSHOT_CONFIG) < 0)
		return -ENOMEM;
	if (seen->state && asprintf(&data, "%s/%s", seen->state, OG_SNAPSHOT_DATA) < 0)
		return -ENOMEM;
	if (config && access(config, R_OK | X_OK) == 0) {
		other.config = config;
		other.datadir = data;
		side->what = "what is in force";
		side->word = "in-force";
	} else {
		other.config = getenv("OUIGUARD_CONFIG");
		if (!other.config || !other.config[0])
			other.config = OG_DEFAULT_CONFIG;
		if (!strcmp(other.config, cli->config) || access(other.config, F_OK) < 0)
			other.config = cli->config;
		side->what = other.config == cli->config ? "the same files" : "the present files";
		side->word = other.config == cli->config ? "same-files" : "present-files";
	}
	r = og_files_load(&other, &side->config);
	return r < 0 ? r
		     : og_offline_judge(&other, side->config, cli->now, decided, &side->compiled);
}

/* Both sides: what is in force with what was decided, the files with what would be. */
static int load(const struct og_cli *cli, struct plan *plan)
{
	__attribute__((cleanup(og_decided_clear))) struct og_cli_decided decided = {};
	int r = og_files_load(cli, &plan->after.config);

	if (r == 0)
		r = og_seen_ask(cli, plan->after.config, &plan->seen);
	if (r == 0)
		r = og_decided_ask(cli, &decided);
	if (r == 0)
		r = load_before(cli, &plan->seen, &decided.view, &plan->before);
	if (r == 0)
		r = og_decided_expect(&decided, plan->seen.records, plan->after.config);
	if (r == 0)
		r = og_offline_judge(cli, plan->after.config, cli->now, &decided.view,
				     &plan->after.compiled);
	return r;
}

static int make(const struct og_cli *cli, struct plan *plan)
{
	struct og_plan_side before, after;
	int r;

	r = load(cli, plan);
	if (r < 0)
		return r;
	before = (struct og_plan_side){plan->before.compiled, cli->now};
	after = (struct og_plan_side){plan->after.compiled, plan->at};
	r = og_plan_compare(&before, &after, plan->seen.devices, plan->seen.device_count,
			    plan->seen.probes, plan->seen.probe_count, &plan->changes);
	if (r == 0)
		r = og_plan_upcoming(plan->after.compiled, cli->now, &plan->steps);
	if (r < 0)
		og_complain("cannot compare: %s", strerror(-r));
	return r;
}

/* Known devices ------------------------------------------------------------------------------*/

/* What passing into second @at changes for the known devices; kept for the next step of that time. */
struct passing {
	int64_t at;
	bool known;
	struct og_plan_changes changes;
};

static void put_passing(struct passing *passing)
{
	og_plan_changes_free(&passing->changes);
}

static int pass_into(const struct plan *plan, int64_t at, struct passing *passing)
{
	const struct og_plan_side before = {plan->after.compiled, at - 1};
	const struct og_plan_side after = {plan->after.compiled, at};

	if (passing->known && passing->at == at)
		return 0;
	og_plan_changes_free(&passing->changes);
	passing->known = og_plan_compare(&before, &after, plan->seen.devices,
					 plan->seen.device_count, NULL, 0, &passing->changes) == 0;
	passing->at = at;
	return passing->known ? 0 : -ENOMEM;
}

static bool same_name(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* The known devices that @step is about; their addresses, as text. */
static json_t *touched(const struct plan *plan, const struct og_plan_step *step,
		       struct passing *passing)
{
	json_t *array = json_array();
	char mac[OG_MAC_TEXT];

	if (pass_into(plan, step->at, passing) < 0)
		return array;
	for (size_t i = 0; i < passing->changes.count; i++) {
		const struct og_plan_change *change = &passing->changes.items[i];
		const struct og_plan_device *device = &plan->seen.devices[change->device];

		if (same_name(device->site, step->site) &&
		    same_name(change->after.vendor, step->vendor) &&
		    same_name(change->after.exception, step->exception) &&
		    change->before.action == step->before && change->after.action == step->after)
			json_array_append_new(array, json_string(og_mac_format(device->mac, mac)));
	}
	return array;
}

/* Those that something stricter begins for: now, and with each phase to come. */
static json_t *all_touched(const struct og_cli *cli, const struct plan *plan)
{
	__attribute__((cleanup(put_passing))) struct passing passing = {};
	_cleanup_gateway_ struct og_gateway gateway = {};
	const struct og_touching touching = {cli, plan->after.config, plan->after.compiled,
					     &gateway, &plan->seen};
	json_t *array = json_array();

	if (og_files_gateway(cli, &gateway) < 0)
		return array;
	for (size_t i = 0; i < plan->changes.count; i++)
		if (plan->changes.items[i].from <= plan->at)
			json_array_append_new(array,
					      og_touch_change(&touching, &plan->changes.items[i]));
	for (size_t i = 0; i < plan->steps.count; i++) {
		if (plan->steps.items[i].at <= plan->at ||
		    (i && plan->steps.items[i].at == plan->steps.items[i - 1].at) ||
		    pass_into(plan, plan->steps.items[i].at, &passing) < 0)
			continue;
		for (size_t j = 0; j < passing.changes.count; j++)
			json_array_append_new(
				array, og_touch_change(&touching, &passing.changes.items[j]));
	}
	return array;
}

/* Phases that wait for their gate, which therefore are in no ruleset. */
static json_t *shut_gates(const struct plan *plan)
{
	const struct og_config *config = plan->after.config;
	const struct og_decided *decided = &plan->after.compiled->decided;
	json_t *array = json_array();
	char text[OG_GATE_TEXT];
	int64_t from;

	for (size_t p = 0; p < config->policy_count; p++) {
		const struct og_conf_policy *policy = &config->policies[p];

		for (size_t i = 0; i < policy->phase_count * config->site_count; i++) {
			const struct og_conf_phase *phase = &policy->phases[i / config->site_count];
			const struct og_conf_site *site = &config->sites[i % config->site_count];

			if (!og_policy_applies(policy, site) ||
			    !og_gate_shut(decided, policy, phase, site->name) ||
			    og_when_utc(&phase->from, site->timezone, &from))
				continue;
			json_array_append_new(array,
					      json_pack("{s:s, s:s, s:s, s:I, s:s}", "policy",
							policy->name, "site", site->name, "action",
							og_action_name(phase->setting.action),
							"from_at", (json_int_t)from, "gate",
							og_gate_text(&phase->gate, text)));
		}
	}
	return array;
}

static void show_gates(const struct og_cli *cli, const struct plan *plan)
{
	_cleanup_json_ json_t *gates = shut_gates(plan);
	char moment[OG_MOMENT_TEXT];
	json_t *gate;
	size_t i;

	json_array_foreach(gates, i, gate)
		og_say(cli, OG_WARN, "%s%s at %s: %s from %s waits for its gate: %s\n",
		       i ? "" : "\n", og_json_text(gate, "policy", ""),
		       og_json_text(gate, "site", ""), og_json_text(gate, "action", ""),
		       og_moment(og_json_number(gate, "from_at", 0), moment),
		       og_json_text(gate, "gate", ""));
}

/* JSON -----------------------------------------------------------------------------------------*/

static json_t *state_record(const struct og_plan_state *state)
{
	return json_pack("{s:b, s:b, s:b, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:I}", "listed",
			 state->listed, "infrastructure", state->infrastructure, "held",
			 state->held, "action", og_action_name(state->action), "verdict",
			 state->drop ? "drop" : "pass", "reason", og_reason_name(state->reason),
			 "vendor", state->vendor, "policy", state->policy, "exception",
			 state->exception, "destinations_dropped",
			 (json_int_t)state->probes_dropped);
}

static json_t *change_record(const struct plan *plan, const struct og_plan_change *change)
{
	const struct og_plan_device *device = &plan->seen.devices[change->device];
	char mac[OG_MAC_TEXT];

	return json_pack("{s:s, s:s*, s:I, s:o, s:o}", "mac", og_mac_format(device->mac, mac),
			 "site", device->site, "from_at", (json_int_t)change->from, "before",
			 state_record(&change->before), "after", state_record(&change->after));
}

static json_t *step_record(const struct og_plan_step *step, json_t *known)
{
	return json_pack("{s:I, s:s*, s:s*, s:s*, s:s*, s:s, s:s, s:s, s:b, s:I, s:o}", "at",
			 (json_int_t)step->at, "site", step->site, "vendor", step->vendor, "policy",
			 step->policy, "exception", step->exception, "role",
			 og_role_name(step->role), "before", og_action_name(step->before), "after",
			 og_action_name(step->after), "everyone", step->everyone, "devices",
			 (json_int_t)step->devices, "known", known);
}

static int show_json(const struct og_cli *cli, const struct plan *plan)
{
	__attribute__((cleanup(put_passing))) struct passing passing = {};
	json_t *changes = json_array(), *steps = json_array();

	for (size_t i = 0; i < plan->changes.count; i++)
		json_array_append_new(changes, change_record(plan, &plan->changes.items[i]));
	for (size_t i = 0; i < plan->steps.count; i++)
		json_array_append_new(steps,
				      step_record(&plan->steps.items[i],
						  touched(plan, &plan->steps.items[i], &passing)));
	return og_print_json(json_pack("{s:I, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "at",
				       (json_int_t)plan->at, "compared_with", plan->before.word,
				       "devices_from", plan->seen.word, "devices",
				       (json_int_t)plan->seen.device_count, "changes", changes,
				       "upcoming", steps, "touched", all_touched(cli, plan),
				       "gates", shut_gates(plan)),
			     OG_EXIT_OK);
}

/* For people -----------------------------------------------------------------------------------*/

static void put_state(struct og_sheet *sheet, const struct og_plan_state *state)
{
	enum og_style style = state->drop ? OG_BAD : OG_PLAIN;

	if (state->infrastructure)
		og_sheet_cell(sheet, OG_PLAIN, "router, not judged");
	else if (!state->listed)
		og_sheet_cell(sheet, OG_PLAIN, "not listed");
	else
		og_sheet_printf(sheet, style, "%s%s%s%s: %s", og_action_name(state->action),
				state->held ? " (held)" : "",
				state->exception ? ", exception " : "",
				state->exception ? state->exception : "",
				state->drop ? "dropped" : "passes");
}

static void show_changes(const struct og_cli *cli, const struct plan *plan)
{
	static const struct og_sheet_column columns[] = {{"device", false},
							 {"site", false},
							 {"vendor", false},
							 {"before", false},
							 {"after", false},
							 {"from", false},
							 {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	char mac[OG_MAC_TEXT], moment[OG_MOMENT_TEXT];
	size_t cut = 0;

	for (size_t i = 0; i < plan->changes.count; i++) {
		const struct og_plan_change *change = &plan->changes.items[i];
		const struct og_plan_device *device = &plan->seen.devices[change->device];
		const char *vendor = change->after.vendor ? change->after.vendor
							  : change->before.vendor;

		og_sheet_cell(sheet, OG_PLAIN, og_mac_format(device->mac, mac));
		og_sheet_cell(sheet, OG_PLAIN, device->site);
		og_sheet_cell(sheet, OG_PLAIN, vendor);
		put_state(sheet, &change->before);
		put_state(sheet, &change->after);
		og_sheet_cell(sheet, OG_PLAIN,
			      change->from <= cli->now ? "at once"
						       : og_moment(change->from, moment));
		cut += change->after.drop && !change->before.drop;
	}
	if (plan->changes.count)
		og_show(cli, sheet, 0, true);
	else
		og_sheet_free(sheet);
	og_say(cli, OG_BOLD, "%zu of %zu %s change", plan->changes.count, plan->seen.device_count,
	       plan->seen.source);
	if (plan->changes.count)
		og_say(cli, cut ? OG_BAD : OG_PLAIN, "; %zu of them would newly be dropped", cut);
	og_say(cli, OG_PLAIN, ".\n");
}

static void show_steps(const struct og_cli *cli, const struct plan *plan)
{
	static const struct og_sheet_column columns[] = {{"at", false},	    {"site", false},
							 {"vendor", false}, {"role", false},
							 {"before", false}, {"after", false},
							 {"whom", false},   {"seen", true},
							 {"by", false},	    {}};
	struct og_sheet *sheet = og_sheet_new(columns);
	__attribute__((cleanup(put_passing))) struct passing passing = {};
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];
	json_t *known;

	og_say(cli, OG_BOLD, "\nPhases to come:%s\n", plan->steps.count ? "" : " none");
	for (size_t i = 0; i < plan->steps.count; i++) {
		const struct og_plan_step *step = &plan->steps.items[i];

		og_sheet_printf(sheet, OG_PLAIN, "%s (%s)", og_moment(step->at, moment),
				og_ago(step->at, cli->now, ago));
		og_sheet_cell(sheet, OG_PLAIN, step->site);
		og_sheet_cell(sheet, OG_PLAIN, step->vendor);
		og_sheet_cell(sheet, OG_PLAIN, og_role_name(step->role));
		og_sheet_cell(sheet, OG_PLAIN, og_action_name(step->before));
		og_sheet_cell(sheet, OG_BOLD, og_action_name(step->after));
		if (step->everyone)
			og_sheet_cell(sheet, OG_PLAIN, "everyone else");
		else
			og_sheet_printf(sheet, OG_PLAIN, "%zu known device%s", step->devices,
					step->devices == 1 ? "" : "s");
		known = touched(plan, step, &passing);
		og_sheet_printf(sheet, OG_PLAIN, "%zu", json_array_size(known));
		json_decref(known);
		og_sheet_cell(sheet, OG_PLAIN, step->exception ? step->exception : step->policy);
	}
	if (plan->steps.count)
		og_show(cli, sheet, 0, true);
	else
		og_sheet_free(sheet);
}

int og_verb_plan(struct og_cli *cli, const struct og_args *args)
{
	__attribute__((cleanup(put_plan))) struct plan plan = {.at = cli->now};
	const char *at = og_arg(args, "at");
	_cleanup_json_ json_t *touched = NULL;
	char moment[OG_MOMENT_TEXT];

	if (at && og_moment_parse(at, cli->now, &plan.at) < 0)
		return og_misused("--at %s: write +7d, or a date such as 2027-06-07T10:00", at);
	if (plan.at < cli->now)
		return og_misused("--at %s: that is past", at);
	if (make(cli, &plan) < 0)
		return OG_EXIT_FAILED;
	if (cli->json)
		return show_json(cli, &plan);
	og_say(cli, OG_PLAIN, "%s%s%s, compared with %s now:\n", cli->config, at ? " at " : "",
	       at ? og_moment(plan.at, moment) : "", plan.before.what);
	show_changes(cli, &plan);
	show_steps(cli, &plan);
	show_gates(cli, &plan);
	touched = all_touched(cli, &plan);
	og_touch_show(cli, touched);
	return OG_EXIT_OK;
}
