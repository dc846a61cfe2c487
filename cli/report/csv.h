/* SPDX-License-Identifier: GPL-2.0 */
/*
 * csv.h: records as comma-separated values (RFC 4180), for spreadsheets
 */
#ifndef OUIGUARD_CLI_REPORT_CSV_H
#define OUIGUARD_CLI_REPORT_CSV_H

#include <stdio.h>

#include <jansson.h>

/*
 * og_csv_header, og_csv_row - the line of titles, and the members of @record by their keys, @columns,
 * a list that NULL ends. Times (keys that end in _at or _seen) are written as dates, lists with
 * spaces between; a text that a spreadsheet would take for a formula gets a quote before it.
 */
void og_csv_header(FILE *out, const char *const *columns);
void og_csv_row(FILE *out, const char *const *columns, const json_t *record);

/* og_csv_table - both, for an array of records. */
void og_csv_table(FILE *out, const char *const *columns, const json_t *records);

#endif
