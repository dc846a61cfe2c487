// SPDX-License-Identifier: GPL-2.0
/*
 * report.c: which template has which sections, in which format
 */
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report/csv.h"
#include "cli/report/html.h"
#include "cli/report/report.h"
#include "cli/report/sections.h"

static const char *const template_names[] = {
	[OG_REPORT_FULL] = "full",
	[OG_REPORT_STATUS] = "status",
	[OG_REPORT_SITES] = "sites",
	[OG_REPORT_WAIVER] = "waiver",
};

static const char *const format_names[] = {
	[OG_REPORT_HTML] = "html",
	[OG_REPORT_CSV] = "csv",
	[OG_REPORT_JSON] = "json",
};

static int find(const char *const *names, size_t count, const char *word, size_t *ret_place)
{
	for (size_t i = 0; i < count; i++) {
		if (!strcmp(names[i], word)) {
			*ret_place = i;
			return 0;
		}
	}
	return -EINVAL;
}

int og_report_template_parse(const char *word, enum og_report_template *ret_template)
{
	size_t place;
	int r = find(template_names, 4, word, &place);

	if (!r)
		*ret_template = (enum og_report_template)place;
	return r;
}

int og_report_format_parse(const char *word, enum og_report_format *ret_format)
{
	size_t place;
	int r = find(format_names, 3, word, &place);

	if (!r)
		*ret_format = (enum og_report_format)place;
	return r;
}

bool og_report_lists_devices(enum og_report_format format, enum og_report_template template)
{
	if (format == OG_REPORT_CSV)
		return template != OG_REPORT_SITES;
	return template == OG_REPORT_WAIVER;
}

static void put_full(FILE *out, const json_t *report)
{
	og_section_head(out, report, "Removal report");
	og_section_figures(out, report);
	og_section_proof(out, report);
	og_section_chart(out, report);
	og_section_milestones(out, report);
	og_section_phases(out, report);
	og_section_vendors(out, report);
	og_section_sites(out, report);
	og_section_exceptions(out, report);
	og_section_returns(out, report);
	og_section_destinations(out, report);
	og_section_gateways(out, report);
	og_section_files(out, report);
}

static void put_status(FILE *out, const json_t *report)
{
	og_section_head(out, report, "Status update");
	og_section_answers(out, report);
	og_section_figures(out, report);
	og_section_milestones(out, report);
	og_section_exceptions(out, report);
	og_section_proof(out, report);
	og_section_signature(out);
}

static void put_sites(FILE *out, const json_t *report)
{
	og_section_head(out, report, "Sites against the timeline");
	og_section_figures(out, report);
	og_section_chart(out, report);
	og_section_milestones(out, report);
	og_section_sites(out, report);
	og_section_proof(out, report);
}

static int put_waiver(FILE *out, const json_t *report, const struct og_report_devices *devices)
{
	og_section_head(out, report, "Equipment and phase-out plan");
	og_section_figures(out, report);
	og_section_plan(out, report);
	og_section_exceptions(out, report);
	og_section_proof(out, report);
	og_section_signature(out);
	return og_section_equipment(out, devices);
}

static int put_html(FILE *out, enum og_report_template template, const json_t *report,
		    const struct og_report_devices *devices)
{
	int r = 0;

	og_html_begin(out, og_json_text(report, "title", "Removal report"));
	switch (template) {
	case OG_REPORT_FULL:
		put_full(out, report);
		break;
	case OG_REPORT_STATUS:
		put_status(out, report);
		break;
	case OG_REPORT_SITES:
		put_sites(out, report);
		break;
	case OG_REPORT_WAIVER:
		r = put_waiver(out, report, devices);
		break;
	}
	og_html_end(out);
	return r;
}

static int put_csv(FILE *out, enum og_report_template template, const json_t *report,
		   const struct og_report_devices *devices)
{
	static const char *const site_columns[] = {
		"site",	   "class", "owner",	       "gateway",   "surveyed", "baseline_at",
		"devices", "gone",  "verified_absent", "present",   "excepted", "reappeared",
		"blind",   "clean", "watched_days",    "last_seen", NULL,
	};
	static const char *const device_columns[] = {
		"mac",	    "site",	"vendor",   "vendor_title", "role",	  "status",
		"state",    "state_at", "state_by", "installed",    "serial",	  "asset_tag",
		"location", "unproven", "excepted", "third_party",  "grade",	  "addresses",
		"hosts",    "port",	"vlan",	    "action",	    "first_seen", "last_seen",
		"dropped",  "egress",	NULL,
	};

	_cleanup_json_ json_t *page = NULL;
	json_t *record;
	size_t i;
	int r;

	if (template == OG_REPORT_SITES) {
		og_csv_table(out, site_columns, og_json_array(report, "sites"));
		return 0;
	}
	og_csv_header(out, device_columns);
	while (!(r = devices->next(devices->userdata, &page)) && page) {
		json_array_foreach(page, i, record) og_csv_row(out, device_columns, record);
		json_decref(page);
		page = NULL;
	}
	return r;
}

/* Every device in one array: the one form that cannot be written page by page. */
static int add_devices(json_t *document, const struct og_report_devices *devices)
{
	json_t *all = json_array();
	json_t *page = NULL;
	int r;

	if (json_object_set_new(document, "equipment_list", all))
		return -ENOMEM;
	while (!(r = devices->next(devices->userdata, &page)) && page) {
		r = json_array_extend(all, page) ? -ENOMEM : 0;
		json_decref(page);
		if (r)
			return r;
	}
	return r;
}

static int put_json(FILE *out, enum og_report_template template, const json_t *report,
		    const struct og_report_devices *devices)
{
	_cleanup_json_ json_t *document = json_copy((json_t *)report);
	int r = 0;

	if (!document || json_object_set_new(document, "schema", json_string(OG_REPORT_SCHEMA)))
		return -ENOMEM;
	if (og_report_lists_devices(OG_REPORT_JSON, template))
		r = add_devices(document, devices);
	if (r)
		return r;
	if (json_dumpf(document, out, JSON_INDENT(2) | JSON_SORT_KEYS))
		return -EIO;
	fputc('\n', out);
	return 0;
}

int og_report_write(FILE *out, enum og_report_format format, enum og_report_template template,
		    const json_t *report, const struct og_report_devices *devices)
{
	int r = 0;

	switch (format) {
	case OG_REPORT_HTML:
		r = put_html(out, template, report, devices);
		break;
	case OG_REPORT_CSV:
		r = put_csv(out, template, report, devices);
		break;
	case OG_REPORT_JSON:
		r = put_json(out, template, report, devices);
		break;
	}
	return r ? r : ferror(out) ? -EIO : 0;
}
