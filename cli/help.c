// SPDX-License-Identifier: GPL-2.0
/*
 * help.c: help, generated from the tables
 */
#include <string.h>

#include "cli/help.h"
#include "cli/sheet.h"

static const struct og_sheet_column columns[] = {{"", false}, {"", false}, {}};

static void print_and_free(struct og_sheet *sheet, FILE *out)
{
	if (!sheet || og_sheet_print(sheet, out, 2, false, false) < 0)
		fputs("  (out of memory)\n", out);
	og_sheet_free(sheet);
}

static void print_options(const struct og_option *options, FILE *out)
{
	struct og_sheet *sheet = og_sheet_new(columns);

	for (; sheet && options->name; options++) {
		char shorter[] = "-x, ";

		shorter[1] = options->letter;
		og_sheet_printf(sheet, OG_PLAIN, "%s--%s%s%s", options->letter ? shorter : "    ",
				options->name, options->value ? " " : "",
				options->value ? options->value : "");
		og_sheet_printf(sheet, OG_PLAIN, "%s%s", options->help,
				options->required ? " (required)"
				: options->many	  ? " (may be given several times)"
						  : "");
	}
	print_and_free(sheet, out);
}

/* @group NULL: every verb. */
static void print_verbs(const struct og_verb *verbs, const char *group, FILE *out)
{
	struct og_sheet *sheet = og_sheet_new(columns);
	size_t length = group ? strlen(group) : 0;

	for (; sheet && verbs->name; verbs++) {
		if (group && (strncmp(verbs->name, group, length) || verbs->name[length] != ' '))
			continue;
		og_sheet_printf(sheet, OG_PLAIN, "%s%s%s", verbs->name, verbs->synopsis ? " " : "",
				verbs->synopsis ? verbs->synopsis : "");
		og_sheet_cell(sheet, OG_PLAIN, verbs->help);
	}
	print_and_free(sheet, out);
}

void og_help_all(const struct og_verb *verbs, FILE *out)
{
	fputs("usage: ouiguard VERB [WORD ...] [OPTION ...]\n\n"
	      "Asks and tells ouiguardd, which finds, logs, restricts and blocks the egress of\n"
	      "listed vendors' equipment, and edits and checks the files that decide.\n\n",
	      out);
	fputs("Verbs:\n", out);
	print_verbs(verbs, NULL, out);
	fputs("\nOptions of every verb:\n", out);
	print_options(og_common_options, out);
	fputs("\n\"ouiguard help VERB\" tells more of one. Exit status: 0 done, 1 failed or found "
	      "something, 2 misused.\n",
	      out);
}

void og_help_verb(const struct og_verb *verb, FILE *out)
{
	fprintf(out, "usage: ouiguard %s%s%s", verb->name, verb->synopsis ? " " : "",
		verb->synopsis ? verb->synopsis : "");
	for (const struct og_option *o = verb->options; o && o->name; o++) {
		if (o->required)
			fprintf(out, " --%s %s", o->name, o->value);
	}
	fputs(" [OPTION ...]\n\n", out);
	fprintf(out, "%s: %s.\n", verb->name, verb->help);
	if (verb->more)
		fprintf(out, "%s\n", verb->more);
	if (verb->options) {
		fputs("\nOptions:\n", out);
		print_options(verb->options, out);
	}
	fputs("\nOptions of every verb:\n", out);
	print_options(og_common_options, out);
}

void og_help_group(const struct og_verb *verbs, const char *group, FILE *out)
{
	fprintf(out, "usage: ouiguard %s VERB [WORD ...] [OPTION ...]\n\nVerbs:\n", group);
	print_verbs(verbs, group, out);
}
