// SPDX-License-Identifier: GPL-2.0
/*
 * sections-template.c: what only one reader's template has
 */
#include <inttypes.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report/html.h"
#include "cli/report/sections.h"

#define BLANK "<span class=\"blank\">&nbsp;</span>"

static int64_t figure(const json_t *report, const char *key)
{
	return og_json_number(json_object_get(report, "summary"), key, 0);
}

/* Nothing is left that is known, and nothing that could not have been known. */
static bool all_gone(const json_t *report)
{
	return figure(report, "devices") > 0 &&
	       figure(report, "gone") == figure(report, "devices") &&
	       figure(report, "sites_surveyed") == figure(report, "sites") &&
	       !figure(report, "sites_blind");
}

/* All verified: gone alone does not say that it was disposed of. */
static bool all_disposed(const json_t *report)
{
	return all_gone(report) && figure(report, "disposed") + figure(report, "verified_absent") ==
					   figure(report, "devices");
}

static bool all_met(const json_t *report)
{
	json_t *milestone;
	size_t i;

	json_array_foreach(og_json_array(report, "milestones"), i, milestone)
	{
		if (!og_json_truth(milestone, "met"))
			return false;
	}
	return json_array_size(og_json_array(report, "milestones")) > 0;
}

static void put_answer(FILE *out, const char *question, bool fully, const char *by)
{
	fprintf(out, "<tr><td>%s</td><td><strong class=\"%s\">%s</strong></td><td>%s</td></tr>\n",
		question, fully ? "good" : "warn", fully ? "fully" : "in process", by);
}

/*
 * The four questions of periodic status updates in removal programmes (47 CFR 1.50004(k) asks them
 * every 90 days). What ouiguard cannot know is left open for the person who signs.
 */
void og_section_answers(FILE *out, const json_t *report)
{
	bool timed = json_array_size(og_json_array(report, "milestones")) > 0;

	fputs("<h2>Status: done fully, or in process</h2>\n<table><thead><tr>"
	      "<th scope=\"col\">question</th><th scope=\"col\">answer</th>"
	      "<th scope=\"col\">by what</th></tr></thead>\n<tbody>\n"
	      "<tr><td>The programme's requirements are complied with</td><td>" BLANK
	      "</td><td>to be answered by the person who signs</td></tr>\n"
	      "<tr><td>The commitments made are complied with</td><td>" BLANK
	      "</td><td>to be answered by the person who signs</td></tr>\n",
	      out);
	put_answer(out, "The equipment is removed, replaced and disposed of", all_disposed(report),
		   "states of the devices, survey of the sites");
	if (timed)
		put_answer(out, "The timeline is complied with", all_met(report), "milestones");
	else
		fputs("<tr><td>The timeline is complied with</td><td>" BLANK
		      "</td><td>the programme sets no milestones</td></tr>\n",
		      out);
	fputs("</tbody></table>\n<p>Efforts, challenges, and whether replacements can be "
	      "had: " BLANK "</p>\n",
	      out);
}

/* How far the device is, and what stands for it: of the members of a device record. */
int og_section_equipment(FILE *out, const struct og_report_devices *devices)
{
	static const struct og_html_column columns[] = {
		{"device", "mac", OG_HTML_CODE},
		{"site", "site", OG_HTML_NAME},
		{"vendor", "vendor_title", OG_HTML_NAME},
		{"role", "role", OG_HTML_NAME},
		{"serial", "serial", OG_HTML_NAME},
		{"asset tag", "asset_tag", OG_HTML_NAME},
		{"location", "location", OG_HTML_NAME},
		{"state", "state", OG_HTML_NAME},
		{"since", "state_at", OG_HTML_DATE_OF},
		{"action", "action", OG_HTML_NAME},
		{"last seen", "last_seen", OG_HTML_DATE_OF},
		{},
	};

	_cleanup_json_ json_t *page = NULL;
	int r;

	fputs("<h2 class=\"page\">Equipment</h2>\n", out);
	og_html_table_open(out, "every known device of the programme's vendors", columns);
	while (!(r = devices->next(devices->userdata, &page)) && page) {
		og_html_table_rows(out, columns, page);
		json_decref(page);
		page = NULL;
	}
	og_html_table_close(out);
	return r;
}

void og_section_plan(FILE *out, const json_t *report)
{
	fputs("<h2>Phase-out plan</h2>\n<p>What is enforced meanwhile, until when it is to be "
	      "gone, "
	      "and how the forecast stands:</p>\n",
	      out);
	og_section_phases(out, report);
	og_section_milestones(out, report);
	fputs("<p>Justification: " BLANK "</p>\n<p>End of the waiver asked for: " BLANK "</p>\n",
	      out);
}

void og_section_signature(FILE *out)
{
	fputs("<p style=\"margin-top:3rem\">Date " BLANK " &nbsp; Name " BLANK
	      " &nbsp; Signature " BLANK "</p>\n",
	      out);
}
