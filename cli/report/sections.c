// SPDX-License-Identifier: GPL-2.0
/*
 * sections.c: chart and tables
 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report/chart.h"
#include "cli/report/html.h"
#include "cli/report/sections.h"

void og_section_chart(FILE *out, const json_t *report)
{
	fputs("<h2>Burn-down</h2>\n", out);
	og_chart(out, report);
}

/* What the word of the record means to a reader. */
static const char *forecast_words(const char *word)
{
	static const char *const words[][2] = {
		{"done", "done"},
		{"on-course", "on course"},
		{"late", "late at this rate"},
		{"no-progress", "no recent progress"},
		{"too-few", "too little to tell"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(word, words[i][0]))
			return words[i][1];
	}
	return "unknown";
}

static void put_goal(FILE *out, const json_t *milestone)
{
	const char *comparator = og_json_text(milestone, "comparator", "");
	const char *measure = og_json_text(milestone, "measure", "");

	if (!strcmp(comparator, "none_left")) {
		fputs("no ", out);
		og_html_text(out, measure);
		fputs(" left", out);
		return;
	}
	fprintf(out, "%s %" PRId64 "%% of ", strcmp(comparator, "at_most") ? "at least" : "at most",
		og_json_number(milestone, "wanted_percent", 0));
	og_html_text(out, measure);
}

static void put_forecast(FILE *out, const json_t *milestone)
{
	int64_t at = og_json_number(milestone, "forecast_at", 0);

	fputs(forecast_words(og_json_text(milestone, "forecast", "")), out);
	if (at <= 0 || !strcmp(og_json_text(milestone, "forecast", ""), "done"))
		return;
	fputs(": ", out);
	og_html_date(out, at);
	fputs(" (", out);
	og_html_date(out, og_json_number(milestone, "forecast_early_at", 0));
	fputs(" to ", out);
	if (og_json_number(milestone, "forecast_late_at", 0) > 0)
		og_html_date(out, og_json_number(milestone, "forecast_late_at", 0));
	else
		fputs("never", out);
	fputs(")", out);
}

static void put_state(FILE *out, const json_t *milestone)
{
	if (og_json_truth(milestone, "met")) {
		fputs("<strong class=\"good\">met</strong> ", out);
		if (og_json_number(milestone, "met_at", 0) > 0)
			og_html_date(out, og_json_number(milestone, "met_at", 0));
	} else if (og_json_truth(milestone, "overdue")) {
		fputs("<strong class=\"bad\">overdue</strong>", out);
	} else {
		fputs("open", out);
	}
	if (og_json_text(milestone, "verifier", NULL)) {
		fputs(", verified by ", out);
		og_html_name(out, og_json_text(milestone, "verifier", NULL));
	}
}

static void put_extensions(FILE *out, const json_t *milestone)
{
	json_t *extension;
	size_t i;

	json_array_foreach(og_json_array(milestone, "extensions"), i, extension)
	{
		fputs("<br><span class=\"soft\">was ", out);
		og_html_date(out, og_json_number(extension, "was_at", 0));
		if (og_json_text(extension, "code", NULL)) {
			fputs(", ", out);
			og_html_text(out, og_json_text(extension, "code", NULL));
		}
		fputs(": ", out);
		og_html_name(out, og_json_text(extension, "reason", NULL));
		fputs("</span>", out);
	}
}

static void put_milestone(FILE *out, const json_t *milestone)
{
	fputs("<tr><td>", out);
	og_html_name(out, og_json_text(milestone, "name", NULL));
	fputs("</td><td>", out);
	put_goal(out, milestone);
	fputs("</td><td>", out);
	og_html_date(out, og_json_number(milestone, "due_at", 0));
	put_extensions(out, milestone);
	fputs("</td><td class=\"n\">", out);
	og_html_count(out, og_json_number(milestone, "done", 0));
	fputs(" of ", out);
	og_html_count(out, og_json_number(milestone, "total", 0));
	fprintf(out, "<br>%" PRId64 "%%</td><td>", og_json_number(milestone, "percent", 0));
	put_state(out, milestone);
	fputs("</td><td>", out);
	put_forecast(out, milestone);
	fputs("</td></tr>\n", out);
}

void og_section_milestones(FILE *out, const json_t *report)
{
	const json_t *milestones = og_json_array(report, "milestones");
	json_t *milestone;
	size_t i;

	fputs("<h2>Milestones</h2>\n", out);
	if (!json_array_size(milestones)) {
		fputs("<p class=\"none\">The programme sets none. A file of your own may "
		      "(programmes/NAME.yaml).</p>\n",
		      out);
		return;
	}
	fputs("<table><thead><tr><th scope=\"col\">milestone</th><th scope=\"col\">goal</th>"
	      "<th scope=\"col\">due</th><th scope=\"col\" class=\"n\">done</th>"
	      "<th scope=\"col\">state</th><th scope=\"col\">forecast</th></tr></thead>\n<tbody>\n",
	      out);
	json_array_foreach(milestones, i, milestone) put_milestone(out, milestone);
	fputs("</tbody></table>\n<p class=\"soft\">A site that was not surveyed counts as not "
	      "done. A forecast goes on at the recent rate; its dates are the interval in which "
	      "chance alone would put it.</p>\n",
	      out);
}

void og_section_phases(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"from", "from_at", OG_HTML_DATE_OF},
		{"policy", "policy", OG_HTML_NAME},
		{"site", "site", OG_HTML_NAME},
		{"action", "action", OG_HTML_NAME},
		{"gate", "gate", OG_HTML_NAME},
		{"held back", "held", OG_HTML_YES},
		{},
	};

	fputs("<h2>Phases of enforcement</h2>\n", out);
	og_html_table(out, "what the operator's policies do, and from when", columns,
		      og_json_array(report, "phases"), "No policy names this programme.");
}

void og_section_sites(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"site", "site", OG_HTML_NAME},
		{"class", "class", OG_HTML_NAME},
		{"owner", "owner", OG_HTML_NAME},
		{"surveyed", "surveyed", OG_HTML_YES},
		{"baseline", "baseline_at", OG_HTML_DATE_OF},
		{"devices", "devices", OG_HTML_COUNT},
		{"present", "present", OG_HTML_COUNT},
		{"gone", "gone", OG_HTML_COUNT},
		{"verified", "verified_absent", OG_HTML_COUNT},
		{"excepted", "excepted", OG_HTML_COUNT},
		{"back", "reappeared", OG_HTML_COUNT},
		{"blind", "blind", OG_HTML_COUNT},
		{"watched", "watched_days", OG_HTML_COUNT},
		{"clean", "clean", OG_HTML_YES},
		{},
	};

	fputs("<h2>Sites and survey</h2>\n", out);
	og_html_table(out, "clean: surveyed, nothing left, nothing blind; watched: in days",
		      columns, og_json_array(report, "sites"), "There are no sites.");
}

void og_section_vendors(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"vendor", "title", OG_HTML_NAME},
		{"devices", "devices", OG_HTML_COUNT},
		{"present", "present", OG_HTML_COUNT},
		{"gone", "gone", OG_HTML_COUNT},
		{"verified", "verified_absent", OG_HTML_COUNT},
		{"packets dropped", "dropped", OG_HTML_COUNT},
		{},
	};

	fputs("<h2>Vendors</h2>\n", out);
	og_html_table(out, "by the prefix of the device's address", columns,
		      og_json_array(report, "vendors"), "No device of a listed vendor is known.");
}

void og_section_exceptions(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"exception", "name", OG_HTML_NAME},
		{"policy", "policy", OG_HTML_NAME},
		{"state", "state", OG_HTML_NAME},
		{"device", "device", OG_HTML_CODE},
		{"prefix", "prefix", OG_HTML_CODE},
		{"site", "site", OG_HTML_NAME},
		{"owner", "owner", OG_HTML_NAME},
		{"reason", "reason", OG_HTML_NAME},
		{"approver", "approver", OG_HTML_NAME},
		{"until", "until_at", OG_HTML_DATE_OF},
		{},
	};

	fputs("<h2>Exceptions</h2>\n", out);
	og_html_table(out, "who is let through, why, and until when", columns,
		      og_json_array(report, "exceptions"), "There are none.");
}

void og_section_returns(FILE *out, const json_t *report)
{
	static const struct og_html_column returned[] = {
		{"device", "mac", OG_HTML_CODE},
		{"site", "site", OG_HTML_NAME},
		{"vendor", "vendor", OG_HTML_NAME},
		{"gone since", "removed_at", OG_HTML_DATE_OF},
		{"seen again", "at", OG_HTML_DATE_OF},
		{},
	};
	static const struct og_html_column replaced[] = {
		{"silent device", "mac", OG_HTML_CODE}, {"vendor", "vendor", OG_HTML_NAME},
		{"site", "site", OG_HTML_NAME},		{"now seen as", "new_mac", OG_HTML_CODE},
		{"of", "new_vendor", OG_HTML_NAME},	{"by", "by", OG_HTML_NAME},
		{"since", "at", OG_HTML_DATE_OF},	{},
	};

	fputs("<h2>Reappearances and possible replacements</h2>\n", out);
	og_html_table(out, "seen again after they were recorded as gone", returned,
		      og_json_array(report, "reappeared"), "No device came back.");
	og_html_table(out,
		      "another device now has its address, name or switch port: replaced, or "
		      "disguised",
		      replaced, og_json_array(report, "replacements"),
		      "No device took the place of another.");
}

void og_section_destinations(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"destination", "addr", OG_HTML_CODE}, {"port", "port", OG_HTML_NUMBER},
		{"protocol", "proto", OG_HTML_NAME},   {"packets", "packets", OG_HTML_COUNT},
		{"devices", "devices", OG_HTML_COUNT}, {},
	};

	fputs("<h2>Where the devices try to send</h2>\n", out);
	og_html_table(out, "passed or dropped; sites of class guest are left out", columns,
		      og_json_array(report, "destinations"),
		      "Nowhere outside, as far as was seen.");
}

void og_section_gateways(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"gateway", "gateway", OG_HTML_NAME},
		{"last data", "last_data_at", OG_HTML_DATE_OF},
		{"silent", "silent", OG_HTML_YES},
		{},
	};

	fputs("<h2>Gateways</h2>\n", out);
	og_html_table(out, "whose data is in this report", columns,
		      og_json_array(report, "gateways"), "Only this one.");
}

void og_section_files(FILE *out, const json_t *report)
{
	static const struct og_html_column columns[] = {
		{"file", "path", OG_HTML_NAME},
		{"SHA-256", "sha256", OG_HTML_CODE},
		{},
	};

	fputs("<h2>Files that decide</h2>\n", out);
	og_html_table(out, "as they are in force", columns, og_json_array(report, "files"),
		      "None is in force.");
}
