// SPDX-License-Identifier: GPL-2.0
/*
 * html.c: text, numbers, tables and the frame of the document
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/report/html.h"
#include "policy/base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void og_html_text(FILE *out, const char *text)
{
	const char *end = text ? text + strlen(text) : NULL;

	while (text < end) {
		const char *begin = text, *escaped = entity(*text);
		uint32_t character = og_utf8_next(&text, end);

		if (escaped)
			fputs(escaped, out);
		else if (character == OG_UTF8_BAD || og_utf8_is_control(character))
			fputs(REPLACEMENT, out);
		else
			fwrite(begin, 1, text - begin, out);
	}
}

void og_html_name(FILE *out, const char *text)
{
	if (!text || !*text) {
		fputs("&ndash;", out);
		return;
	}
	fputs("<bdi>", out);
	og_html_text(out, text);
	fputs("</bdi>", out);
}

static void put_time(FILE *out, int64_t second, const char *format)
{
	char text[OG_HTML_DATE];
	time_t moment = second;
	struct tm parts;

	if (second <= 0 || !localtime_r(&moment, &parts) ||
	    !strftime(text, sizeof(text), format, &parts))
		fputs("unknown", out);
	else
		fprintf(out, "<time>%s</time>", text);
}

void og_html_date(FILE *out, int64_t second)
{
	put_time(out, second, "%Y-%m-%d");
}

void og_html_moment(FILE *out, int64_t second)
{
	put_time(out, second, "%Y-%m-%d %H:%M %z");
}

void og_html_count(FILE *out, int64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRId64, number);

	for (int i = 0; i < length; i++) {
		fputc(digits[i], out);
		if (i + 1 < length && (length - i - 1) % 3 == 0 && digits[i] != '-')
			fputs("&#8239;", out);
	}
}

static void put_value(FILE *out, const struct og_html_column *column, const json_t *record)
{
	switch (column->kind) {
	case OG_HTML_NAME:
		og_html_name(out, og_json_text(record, column->key, NULL));
		break;
	case OG_HTML_CODE:
		if (og_json_text(record, column->key, NULL)) {
			fputs("<code>", out);
			og_html_text(out, og_json_text(record, column->key, NULL));
			fputs("</code>", out);
		} else {
			fputs("&ndash;", out);
		}
		break;
	case OG_HTML_COUNT:
		if (json_is_integer(json_object_get(record, column->key)))
			og_html_count(out, og_json_number(record, column->key, 0));
		else
			fputs("&ndash;", out);
		break;
	case OG_HTML_NUMBER:
		fprintf(out, "%" PRId64, og_json_number(record, column->key, 0));
		break;
	case OG_HTML_DATE_OF:
		if (json_is_integer(json_object_get(record, column->key)))
			og_html_date(out, og_json_number(record, column->key, 0));
		else
			fputs("&ndash;", out);
		break;
	case OG_HTML_YES:
		fputs(og_json_truth(record, column->key) ? "yes" : "no", out);
		break;
	}
}

void og_html_table_open(FILE *out, const char *caption, const struct og_html_column *columns)
{
	fprintf(out, "<table><caption>%s</caption>\n<thead><tr>", caption);
	for (; columns->title; columns++)
		fprintf(out, "<th scope=\"col\"%s>%s</th>",
			columns->kind == OG_HTML_COUNT ? " class=\"n\"" : "", columns->title);
	fputs("</tr></thead>\n<tbody>\n", out);
}

void og_html_table_rows(FILE *out, const struct og_html_column *columns, const json_t *records)
{
	const struct og_html_column *column;
	json_t *record;
	size_t i;

	json_array_foreach(records, i, record)
	{
		fputs("<tr>", out);
		for (column = columns; column->title; column++) {
			fputs(column->kind == OG_HTML_COUNT ? "<td class=\"n\">" : "<td>", out);
			put_value(out, column, record);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
}

void og_html_table_close(FILE *out)
{
	fputs("</tbody></table>\n", out);
}

void og_html_table(FILE *out, const char *caption, const struct og_html_column *columns,
		   const json_t *records, const char *none)
{
	if (!json_array_size(records)) {
		fprintf(out, "<p class=\"none\">%s</p>\n", none);
		return;
	}
	og_html_table_open(out, caption, columns);
	og_html_table_rows(out, columns, records);
	og_html_table_close(out);
}

void og_html_begin(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      /* Nothing is loaded and nothing runs, whatever a name in it may hold. */
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; img-src data:\">\n"
	      "<link rel=\"icon\" href=\"data:,\">\n<title>",
	      out);
	og_html_text(out, title);
	fputs("</title>\n<style>\n", out);
	fputs(og_html_style, out);
	fputs("</style>\n</head>\n<body>\n<main>\n", out);
}

void og_html_end(FILE *out)
{
	fputs("</main>\n</body>\n</html>\n", out);
}
