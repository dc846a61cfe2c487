// SPDX-License-Identifier: GPL-2.0
/*
 * test-cli-manual.c: the manual page and the help tell of the same verbs and options as the tables
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/cli.h"
#include "cli/help.h"

static char *manual; /* with the escapes of roff taken out */

/* Take out `\-`, `\fI` and quotes, so that what is left reads as it is shown. */
static void unescape(char *text)
{
	char *out = text;

	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'f' && text[2]) {
			text += 2;
		} else if (text[0] == '\\' && text[1]) {
			*out++ = *++text;
		} else if (text[0] != '"') {
			*out++ = *text;
		}
	}
	*out = '\0';
}

static int open_manual(void **state)
{
	FILE *file = fopen("data/man/ouiguard.1", "r");
	size_t size = 0;

	(void)state;
	if (!file || getdelim(&manual, &size, '\0', file) < 0)
		return -1;
	fclose(file);
	unescape(manual);
	return 0;
}

static int close_manual(void **state)
{
	(void)state;
	free(manual);
	return 0;
}

/* The text from @start on up to the next heading of the same or a higher level; to be freed. */
static char *section(const char *start)
{
	const char *sub = strstr(start + 1, "\n.SS "), *next = strstr(start + 1, "\n.SH ");
	const char *end = sub && (!next || sub < next) ? sub : next;

	return strndup(start, end ? (size_t)(end - start) : strlen(start));
}

static char *section_of(const struct og_verb *verb)
{
	char heading[256];
	const char *start;

	snprintf(heading, sizeof(heading), "\n.SS %s%s%s\n", verb->name, verb->synopsis ? " " : "",
		 verb->synopsis ? verb->synopsis : "");
	start = strstr(manual, heading);
	if (!start)
		fail_msg("the manual has no heading \"%s\"", heading + 1);
	return section(start);
}

static void assert_told(const char *text, const char *verb, const struct og_option *option)
{
	char wanted[128];

	snprintf(wanted, sizeof(wanted), "--%s", option->name);
	if (!strstr(text, wanted))
		fail_msg("%s: the manual does not tell of %s", verb, wanted);
	if (option->letter) {
		snprintf(wanted, sizeof(wanted), "\n.BR -%c ,  --%s", option->letter, option->name);
		if (!strstr(text, wanted))
			fail_msg("%s: the manual does not tell of -%c", verb, option->letter);
	}
	if (option->value && !strstr(text, option->value))
		fail_msg("%s: the manual calls the value of --%s otherwise than \"%s\"", verb,
			 option->name, option->value);
}

static void the_manual_has_every_verb_and_option(void **state)
{
	char *common = section(strstr(manual, "\n.SH OPTIONS OF EVERY VERB"));

	(void)state;
	for (const struct og_option *o = og_common_options; o->name; o++)
		assert_told(common, "common options", o);
	free(common);
	for (const struct og_verb *verb = og_verbs; verb->name; verb++) {
		char *text = section_of(verb);

		for (const struct og_option *o = verb->options; o && o->name; o++)
			assert_told(text, verb->name, o);
		free(text);
	}
}

static bool has_option(const struct og_option *options, const char *name, size_t length)
{
	for (; options && options->name; options++) {
		if (strlen(options->name) == length && !strncmp(options->name, name, length))
			return true;
	}
	return false;
}

/* Every option that begins an item of the manual is one of the verb's. */
static void the_manual_has_no_other_option(void **state)
{
	(void)state;
	for (const struct og_verb *verb = og_verbs; verb->name; verb++) {
		char *text = section_of(verb);

		for (char *item = strstr(text, "\n.TP\n"); item;
		     item = strstr(item + 1, "\n.TP\n")) {
			const char *line = item + 5;
			const char *end = strchrnul(line, '\n'), *name = strstr(line, "--");
			size_t length;

			assert_true(name && name < end);
			length = strspn(name + 2, "abcdefghijklmnopqrstuvwxyz-");
			if (!has_option(verb->options, name + 2, length))
				fail_msg("%s has no %.*s, which the manual has", verb->name,
					 (int)length + 2, name);
		}
		free(text);
	}
}

static size_t count(const char *text, const char *part)
{
	size_t found = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		found++;
	return found;
}

static void the_manual_has_no_other_verb(void **state)
{
	size_t verbs = 0;

	(void)state;
	while (og_verbs[verbs].name)
		verbs++;
	assert_int_equal(count(manual, "\n.SS "), verbs);
}

static void help_has_every_option(void **state)
{
	(void)state;
	for (const struct og_verb *verb = og_verbs; verb->name; verb++) {
		char *text = NULL, wanted[64];
		size_t size;
		FILE *out = open_memstream(&text, &size);

		og_help_verb(verb, out);
		fclose(out);
		for (const struct og_option *o = verb->options; o && o->name; o++) {
			snprintf(wanted, sizeof(wanted), " --%s ", o->name);
			if (!strstr(text, wanted))
				fail_msg("%s: no%sin the help", verb->name, wanted);
		}
		assert_non_null(strstr(text, verb->help));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_has_every_verb_and_option),
		cmocka_unit_test(the_manual_has_no_other_option),
		cmocka_unit_test(the_manual_has_no_other_verb),
		cmocka_unit_test(help_has_every_option),
	};

	return cmocka_run_group_tests_name("cli-manual", tests, open_manual, close_manual);
}
