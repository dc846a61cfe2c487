/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report.h: a programme's report as a document (docs/report.md)
 *
 * The daemon gives the report record (docs/dbus.md); what is written here only shows it. A template
 * is a choice of sections for one reader.
 */
#ifndef OUIGUARD_CLI_REPORT_H
#define OUIGUARD_CLI_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#define OG_REPORT_SCHEMA "ouiguard-report-1" /* member `schema` of the JSON form */

enum og_report_template {
	OG_REPORT_FULL,	  /* everything but the single devices */
	OG_REPORT_STATUS, /* a periodic status: done fully, or in process */
	OG_REPORT_SITES,  /* percent of sites against the timeline */
	OG_REPORT_WAIVER, /* equipment list with phase-out plan */
};

enum og_report_format {
	OG_REPORT_HTML,
	OG_REPORT_CSV,
	OG_REPORT_JSON,
};

/*
 * og_report_template_parse, og_report_format_parse - by their names: full, status, sites, waiver;
 * html, csv, json. 0, or -EINVAL with the output untouched.
 */
int og_report_template_parse(const char *word, enum og_report_template *ret_template);
int og_report_format_parse(const char *word, enum og_report_format *ret_format);

/* og_report_lists_devices - whether what is written needs the single devices. */
bool og_report_lists_devices(enum og_report_format format, enum og_report_template template);

/*
 * Where the single devices come from. @next gives a page of device records, which the caller owns,
 * or NULL after the last one; 0 or -errno.
 */
struct og_report_devices {
	int (*next)(void *userdata, json_t **ret_page);
	void *userdata;
};

/*
 * og_report_write - @report, the record (borrowed), to @out. @devices is used where
 * og_report_lists_devices() says so. Returns 0, -EIO, -ENOMEM, or what @devices' next() gave.
 */
int og_report_write(FILE *out, enum og_report_format format, enum og_report_template template,
		    const json_t *report, const struct og_report_devices *devices);

#endif
