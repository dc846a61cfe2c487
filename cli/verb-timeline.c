// SPDX-License-Identifier: GPL-2.0
/*
 * verb-timeline.c: phases past and to come, milestones, and when they will be met
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cli/client.h"
#include "cli/moment.h"
#include "cli/timeline.h"
#include "cli/verbs.h"

/* `2027-06-07`, in the local zone. */
static const char *date_of(const json_t *record, const char *key, char buffer[OG_MOMENT_TEXT])
{
	int64_t second = og_json_number(record, key, 0);

	if (!second)
		return NULL;
	og_moment(second, buffer);
	buffer[strcspn(buffer, " ")] = '\0';
	return buffer;
}

static void say_summary(const struct og_cli *cli, const json_t *programme)
{
	const json_t *s = json_object_get(programme, "summary");
	int64_t sites = og_json_number(s, "sites", 0);
	int64_t unsurveyed = sites - og_json_number(s, "sites_surveyed", 0);
	int64_t devices = og_json_number(s, "devices", 0),
		blind = og_json_number(s, "sites_blind", 0);

	og_say(cli, OG_BOLD, "%s", og_json_text(programme, "programme", "?"));
	og_say(cli, OG_PLAIN, ": %s\n%s\n", og_json_text(programme, "title", ""),
	       og_json_text(programme, "authority", ""));
	og_say(cli, OG_PLAIN, "%" PRId64 " site%s, %" PRId64 " clean", sites, og_plural(sites),
	       og_json_number(s, "sites_clean", 0));
	if (unsurveyed)
		og_say(cli, OG_WARN, ", %" PRId64 " not surveyed", unsurveyed);
	if (blind)
		og_say(cli, OG_WARN, ", %" PRId64 " blind", blind);
	og_say(cli, OG_PLAIN,
	       "; %" PRId64 " device%s: %" PRId64 " gone (%" PRId64 " verified absent), %" PRId64
	       " present",
	       devices, og_plural(devices), og_json_number(s, "gone", 0),
	       og_json_number(s, "verified_absent", 0), og_json_number(s, "present", 0));
	if (og_json_number(s, "reappeared", 0))
		og_say(cli, OG_BAD, ", %" PRId64 " reappeared", og_json_number(s, "reappeared", 0));
	og_say(cli, OG_PLAIN, "\n\n");
}

static void wanted(struct og_sheet *sheet, const json_t *m)
{
	const char *comparator = og_json_text(m, "comparator", "");
	const char *measure = og_json_text(m, "measure", "");

	if (!strcmp(comparator, "none_left"))
		og_sheet_printf(sheet, OG_PLAIN, "no %s left", measure);
	else
		og_sheet_printf(sheet, OG_PLAIN, "%s %" PRId64 "%% of %s%s",
				strcmp(comparator, "at_most") ? "at least" : "at most",
				og_json_number(m, "wanted_percent", 0), measure,
				strcmp(comparator, "at_most") ? "" : " left");
}

static void forecast(struct og_sheet *sheet, const json_t *m)
{
	char at[OG_MOMENT_TEXT], early[OG_MOMENT_TEXT], late[OG_MOMENT_TEXT];
	const char *word = og_json_text(m, "forecast", "");
	const char *met = date_of(m, "met_at", at);
	enum og_style style = strcmp(word, "on-course") ? OG_BAD : OG_GOOD;

	if (og_json_truth(m, "met"))
		og_sheet_printf(sheet, OG_GOOD, met ? "met since %s" : "met", met);
	else if (!strcmp(word, "too-few"))
		og_sheet_cell(sheet, OG_DIM, "too little to tell");
	else if (!strcmp(word, "no-progress"))
		og_sheet_cell(sheet, OG_BAD, "no progress");
	else if (!date_of(m, "forecast_at", at))
		og_sheet_cell(sheet, OG_BAD, "not in a hundred years");
	else if (date_of(m, "forecast_late_at", late))
		og_sheet_printf(sheet, style, "%s (%s to %s)", at,
				date_of(m, "forecast_early_at", early), late);
	else
		og_sheet_printf(sheet, style, "%s (%s or later)", at,
				date_of(m, "forecast_early_at", early));
}

/* Below a milestone: each time that its date was moved, and what it cannot tell. */
static void notes(const struct og_cli *cli, struct og_sheet *sheet, const json_t *m)
{
	_cleanup_text_ char *text = NULL;
	char decided[OG_MOMENT_TEXT] = "?", line[512];
	int64_t unsurveyed = og_json_number(m, "not_surveyed", 0);
	const json_t *extension;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	json_array_foreach(og_json_array(m, "extensions"), i, extension)
	{
		date_of(extension, "decided_at", decided);
		snprintf(line, sizeof(line), "    moved from %s on %s: %s (%s)",
			 og_json_text(extension, "was", "?"), decided,
			 og_json_text(extension, "reason", "?"),
			 og_json_text(extension, "code", "other"));
		og_text_put(line, OG_DIM, out, cli->colour);
		fputc('\n', out);
	}
	if (unsurveyed) {
		snprintf(line, sizeof(line),
			 "    %" PRId64 " site%s not surveyed: %s no asset register", unsurveyed,
			 og_plural(unsurveyed), unsurveyed == 1 ? "it has" : "they have");
		og_text_put(line, OG_WARN, out, cli->colour);
		fputc('\n', out);
	}
	if (fclose(out) == 0 && size)
		og_sheet_note(sheet, text);
}

static void show_milestones(const struct og_cli *cli, const json_t *milestones)
{
	static const struct og_sheet_column columns[] = {
		{"milestone", false}, {"wanted", false}, {"done", true},      {"of", true},
		{"share", true},      {"due", false},	 {"forecast", false}, {},
	};
	struct og_sheet *sheet = og_sheet_new(columns);
	const json_t *m;
	size_t i;

	json_array_foreach(milestones, i, m)
	{
		bool overdue = og_json_truth(m, "overdue");

		og_sheet_cell(sheet, OG_BOLD, og_json_text(m, "name", ""));
		wanted(sheet, m);
		og_sheet_printf(sheet, OG_PLAIN, "%" PRId64, og_json_number(m, "done", 0));
		og_sheet_printf(sheet, OG_PLAIN, "%" PRId64, og_json_number(m, "total", 0));
		og_sheet_printf(sheet, OG_PLAIN, "%" PRId64 "%%", og_json_number(m, "percent", 0));
		og_sheet_printf(sheet, overdue ? OG_BAD : OG_PLAIN, "%s%s",
				og_json_text(m, "due", ""), overdue ? " overdue" : "");
		forecast(sheet, m);
		notes(cli, sheet, m);
	}
	og_show(cli, sheet, 2, true);
}

static bool same_phase(const json_t *a, const json_t *b)
{
	return og_json_number(a, "from_at", 0) == og_json_number(b, "from_at", 0) &&
	       og_json_truth(a, "held") == og_json_truth(b, "held") &&
	       !strcmp(og_json_text(a, "action", ""), og_json_text(b, "action", "")) &&
	       !strcmp(og_json_text(a, "policy", ""), og_json_text(b, "policy", ""));
}

/* How many sites have phase @index of @phases; 0 when an earlier one in the list told already. */
static size_t sites_of(const json_t *phases, size_t index)
{
	const json_t *phase = json_array_get(phases, index), *other;
	size_t i, count = 0;

	json_array_foreach(phases, i, other)
	{
		if (!same_phase(phase, other))
			continue;
		if (i < index)
			return 0;
		count++;
	}
	return count;
}

/* What is still to come, or is held at its gate: what has been is in the drawing. */
static void show_next(const struct og_cli *cli, const json_t *phases)
{
	static const struct og_sheet_column columns[] = {
		{"begins", false}, {"action", false}, {"policy", false},
		{"site", false},   {"gate", false},   {},
	};
	struct og_sheet *sheet = og_sheet_new(columns);
	char moment[OG_MOMENT_TEXT], ago[OG_MOMENT_TEXT];
	const json_t *phase;
	size_t i, sites;

	json_array_foreach(phases, i, phase)
	{
		int64_t from = og_json_number(phase, "from_at", INT64_MIN);
		bool held = og_json_truth(phase, "held");

		sites = from > cli->now || held ? sites_of(phases, i) : 0;
		if (!sites)
			continue;
		og_sheet_printf(sheet, OG_PLAIN, "%s (%s)", og_moment(from, moment),
				og_ago(from, cli->now, ago));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(phase, "action", ""));
		og_sheet_cell(sheet, OG_PLAIN, og_json_text(phase, "policy", ""));
		if (sites == 1)
			og_sheet_cell(sheet, OG_PLAIN, og_json_text(phase, "site", ""));
		else
			og_sheet_printf(sheet, OG_PLAIN, "%zu sites", sites);
		og_sheet_printf(sheet, held ? OG_WARN : OG_PLAIN, "%s%s",
				og_json_text(phase, "gate", ""), held ? " (shut)" : "");
	}
	if (og_sheet_rows(sheet))
		og_say(cli, OG_BOLD, "\nPhases to come\n");
	og_show(cli, sheet, 2, og_sheet_rows(sheet) > 0);
}

/* The phases of the policies of programme @name; NULL: of policies without one. */
static json_t *phases_of(const json_t *timeline, const char *name)
{
	json_t *array = json_array(), *phase;
	size_t i;

	json_array_foreach(og_json_array(timeline, "phases"), i, phase)
	{
		const char *its = og_json_text(phase, "programme", NULL);

		if (name ? its && !strcmp(its, name) : !its)
			json_array_append(array, phase);
	}
	return array;
}

static int show_programme(const struct og_cli *cli, const json_t *timeline, const json_t *programme)
{
	_cleanup_json_ json_t *phases =
		phases_of(timeline, og_json_text(programme, "programme", ""));
	const json_t *milestones = og_json_array(programme, "milestones");

	say_summary(cli, programme);
	if (og_timeline_draw(stdout, milestones, phases, cli->now, cli->colour) < 0)
		return og_no_memory();
	if (json_array_size(milestones)) {
		og_say(cli, OG_PLAIN, "\n");
		show_milestones(cli, milestones);
	}
	show_next(cli, phases);
	return OG_EXIT_OK;
}

static int show_all(const struct og_cli *cli, const json_t *timeline)
{
	const json_t *programmes = og_json_array(timeline, "programmes");
	_cleanup_json_ json_t *others = phases_of(timeline, NULL);
	const json_t *programme;
	size_t i;
	int r = OG_EXIT_OK;

	json_array_foreach(programmes, i, programme)
	{
		if (i)
			og_say(cli, OG_PLAIN, "\n");
		r = show_programme(cli, timeline, programme);
		if (r != OG_EXIT_OK)
			return r;
	}
	if (json_array_size(others)) {
		og_say(cli, OG_BOLD, "%sPolicies without a programme\n\n",
		       json_array_size(programmes) ? "\n" : "");
		if (og_timeline_draw(stdout, NULL, others, cli->now, cli->colour) < 0)
			return og_no_memory();
		show_next(cli, others);
	}
	if (!json_array_size(programmes) && !json_array_size(others))
		og_say(cli, OG_PLAIN, "no policy has phases or names a programme\n");
	return OG_EXIT_OK;
}

int og_verb_timeline(struct og_cli *cli, const struct og_args *args)
{
	static const char *const keys[] = {"programme", "site"};
	_cleanup_json_ json_t *query = json_object(), *timeline = NULL;
	struct og_call call = {.method = "Timeline", .record = query};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (og_arg_given(args, keys[i]) &&
		    json_object_set_new(query, keys[i], json_string(og_arg(args, keys[i]))))
			return og_misused("--%s: not UTF-8", keys[i]);
	if (og_ask(cli, &call, &timeline) < 0)
		return OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_incref(timeline), OG_EXIT_OK);
	return show_all(cli, timeline);
}
