// SPDX-License-Identifier: GPL-2.0
/*
 * output.c: what a verb says, to people and to programs
 */
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

/* Errors may quote files and the network as well. */
static void speak(const char *before, const char *format, va_list arguments)
{
	_cleanup_text_ char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	fflush(stdout);
	fputs(before, stderr);
	og_text_put(text ? text : "out of memory", OG_PLAIN, stderr, false);
	fputc('\n', stderr);
}

int og_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	speak("ouiguard: ", format, arguments);
	va_end(arguments);
	return OG_EXIT_FAILED;
}

int og_misused(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	speak("ouiguard: ", format, arguments);
	va_end(arguments);
	return OG_EXIT_USAGE;
}

void og_hint(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	speak("  ", format, arguments);
	va_end(arguments);
}

int og_no_memory(void)
{
	return og_complain("out of memory");
}

int og_print_json(json_t *value, int status)
{
	int r = value ? json_dumpf(value, stdout, JSON_INDENT(2)) : -1;

	json_decref(value);
	if (r < 0 || fputc('\n', stdout) == EOF)
		return og_complain("cannot write the records");
	return status;
}

void og_say(const struct og_cli *cli, enum og_style style, const char *format, ...)
{
	_cleanup_text_ char *text = NULL;
	va_list arguments;
	const char *line, *end;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	if (!text)
		return;
	/* A line feed is the one control character that is ours. */
	for (line = text; *line; line = *end ? end + 1 : end) {
		bool more;

		end = strchrnul(line, '\n');
		more = *end;
		text[end - text] = '\0';
		og_text_put(line, style, stdout, cli->colour);
		if (more) {
			fputc('\n', stdout);
			text[end - text] = '\n';
		}
	}
}

int og_show(const struct og_cli *cli, struct og_sheet *sheet, int indent, bool titles)
{
	int r = og_sheet_print(sheet, stdout, indent, titles, cli->colour);

	og_sheet_free(sheet);
	return r < 0 ? og_no_memory() : OG_EXIT_OK;
}

bool og_confirm(const char *question)
{
	char answer[16];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		og_complain("nothing is done without --yes when nobody can be asked");
		return false;
	}
	fflush(stdout);
	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	return answer[0] == 'y' || answer[0] == 'Y';
}

void og_progress(const char *text)
{
	if (!isatty(STDERR_FILENO))
		return;
	fputs("\r\033[K", stderr);
	if (text)
		fprintf(stderr, "%s ...", text);
	fflush(stderr);
}

const char *og_json_text(const json_t *record, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : otherwise;
}

int64_t og_json_number(const json_t *record, const char *key, int64_t otherwise)
{
	json_t *value = json_object_get(record, key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

bool og_json_truth(const json_t *record, const char *key)
{
	return json_is_true(json_object_get(record, key));
}

json_t *og_json_array(const json_t *record, const char *key)
{
	json_t *value = json_object_get(record, key);

	return json_is_array(value) ? value : NULL;
}
