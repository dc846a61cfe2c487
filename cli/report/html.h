/* SPDX-License-Identifier: GPL-2.0 */
/*
 * html.h: small parts of which the report's HTML is made
 *
 * One file, no script, nothing fetched from elsewhere. Every text that comes from files, devices or
 * the network is escaped, and isolated in <bdi>, so that a name written from right to left does not
 * turn its neighbours around.
 */
#ifndef OUIGUARD_CLI_REPORT_HTML_H
#define OUIGUARD_CLI_REPORT_HTML_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#define OG_HTML_DATE 64

/* The style sheet, as text. */
extern const char og_html_style[];

/*
 * og_html_text - @text escaped; control characters become U+FFFD, which is also what stands for bytes
 * that are no UTF-8. NULL writes nothing.
 */
void og_html_text(FILE *out, const char *text);

/* og_html_name - a text of somebody else, in <bdi>; NULL or "" as a dash. */
void og_html_name(FILE *out, const char *text);

/* og_html_date - @second (since 1970 UTC) as a date of the local zone; 0 or less as "unknown". */
void og_html_date(FILE *out, int64_t second);

/* og_html_moment - likewise with the time of day and the zone. */
void og_html_moment(FILE *out, int64_t second);

/* og_html_count - @number with thin spaces between thousands. */
void og_html_count(FILE *out, int64_t number);

/* How a column of a table shows its member of each record. */
enum og_html_kind {
	OG_HTML_NAME,
	OG_HTML_CODE, /* addresses, hashes: one width for each character */
	OG_HTML_COUNT,
	OG_HTML_NUMBER, /* one that is no amount: a port */
	OG_HTML_DATE_OF,
	OG_HTML_YES, /* a truth: a tick or a dash */
};

struct og_html_column {
	const char *title; /* NULL ends a list of columns */
	const char *key;
	enum og_html_kind kind;
};

/*
 * og_html_table - @records (an array, may be NULL) as a table under @caption. Where there are none,
 * @none is said instead.
 */
void og_html_table(FILE *out, const char *caption, const struct og_html_column *columns,
		   const json_t *records, const char *none);

/* og_html_table_open, _rows, _close - the same for records that come page by page. */
void og_html_table_open(FILE *out, const char *caption, const struct og_html_column *columns);
void og_html_table_rows(FILE *out, const struct og_html_column *columns, const json_t *records);
void og_html_table_close(FILE *out);

/* og_html_begin, og_html_end - all before and after the document's sections. */
void og_html_begin(FILE *out, const char *title);
void og_html_end(FILE *out);

#endif
