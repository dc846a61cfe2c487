// SPDX-License-Identifier: GPL-2.0
/*
 * test-cli-options.c: taking command lines apart (cli/options.c), and the table of verbs
 */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/cli.h"
#include "cli/options.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct og_option show_options[] = {
	{.name = "site", .letter = 's', .value = "NAME", .help = "a site"},
	{.name = "verbose", .letter = 'v', .help = "more"},
	{.name = "quick", .letter = 'q', .help = "faster"},
	{.name = "lan", .value = "IF", .many = true, .help = "an interface"},
	{},
};
static const struct og_option add_options[] = {
	{.name = "until", .value = "TIME", .required = true, .help = "its end"},
	{},
};
static const struct og_verb verbs[] = {
	{.name = "show",
	 .synopsis = "[WORD]",
	 .max_words = 1,
	 .options = show_options,
	 .help = "x"},
	{.name = "ask", .synopsis = "MAC", .min_words = 1, .max_words = 1, .help = "x"},
	{.name = "thing add", .options = add_options, .help = "x"},
	{.name = "thing list", .help = "x"},
	{.name = "any", .synopsis = "[FILE ...]", .max_words = OG_WORDS_ANY, .help = "x"},
	{},
};

static struct og_args args;
static char error[256];

/* Parse @line, words between single spaces. */
static int parse(const char *line)
{
	static char copy[1024];
	static char *argv[64];
	int argc = 0;

	og_args_clear(&args);
	error[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return og_args_parse(verbs, argc, argv, &args, error, sizeof(error));
}

static int clear(void **state)
{
	(void)state;
	og_args_clear(&args);
	return 0;
}

static void verbs_are_found(void **state)
{
	(void)state;
	assert_int_equal(parse("show"), 0);
	assert_ptr_equal(args.verb, &verbs[0]);
	assert_int_equal(parse("thing add --until x"), 0);
	assert_ptr_equal(args.verb, &verbs[2]);
	assert_int_equal(parse("thing list"), 0);
	assert_ptr_equal(args.verb, &verbs[3]);
	assert_ptr_equal(og_verb_find(verbs, "thing", "add"), &verbs[2]);
	assert_ptr_equal(og_verb_find(verbs, "show", "add"), &verbs[0]);
	assert_null(og_verb_find(verbs, "thing", NULL));
	assert_null(og_verb_find(verbs, "thin", "g add"));
	assert_true(og_verb_is_group(verbs, "thing"));
	assert_false(og_verb_is_group(verbs, "show"));
	assert_false(og_verb_is_group(verbs, "thin"));
}

static void options_have_their_forms(void **state)
{
	static const char *const lines[] = {
		"show --site a -v", "show -v --site=a",	   "show -va x -sa",
		"-H h show -vs a",  "show -s a --verbose", "show -qvsa",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lines); i++) {
		if (i == 2)
			continue;
		if (parse(lines[i]) < 0)
			fail_msg("%s: %s", lines[i], error);
		assert_string_equal(og_arg(&args, "site"), "a");
		assert_true(og_arg_given(&args, "verbose"));
	}
	assert_int_equal(parse(lines[2]), -EINVAL); /* there is no -a */
	assert_int_equal(parse("show --site="), 0);
	assert_string_equal(og_arg(&args, "site"), "");
	assert_int_equal(parse("show --site --verbose"), 0);
	assert_string_equal(og_arg(&args, "site"), "--verbose");
	assert_false(og_arg_given(&args, "verbose"));
}

static void options_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(parse("--json show w"), 0);
	assert_true(og_arg_given(&args, "json"));
	assert_int_equal(parse("-H host --config /c thing --json list"), 0);
	assert_string_equal(og_arg(&args, "host"), "host");
	assert_string_equal(og_arg(&args, "config"), "/c");
	assert_ptr_equal(args.verb, &verbs[3]);
	assert_int_equal(parse("show w --site a"), 0);
	assert_string_equal(args.words[0], "w");
	assert_int_equal(args.word_count, 1);
}

static void two_dashes_end_options(void **state)
{
	(void)state;
	assert_int_equal(parse("any a -- --site -v"), 0);
	assert_int_equal(args.word_count, 3);
	assert_string_equal(args.words[1], "--site");
	assert_string_equal(args.words[2], "-v");
	assert_int_equal(parse("any -"), 0);
	assert_string_equal(args.words[0], "-");
}

static void options_that_repeat(void **state)
{
	(void)state;
	assert_int_equal(parse("show --lan a --lan=b --lan c"), 0);
	assert_string_equal(og_arg_at(&args, "lan", 0), "a");
	assert_string_equal(og_arg_at(&args, "lan", 1), "b");
	assert_string_equal(og_arg_at(&args, "lan", 2), "c");
	assert_null(og_arg_at(&args, "lan", 3));
	assert_string_equal(og_arg(&args, "lan"), "c");
	assert_int_equal(parse("show -v -v --json --json"), 0);
	assert_int_equal(parse("show --site a --site b"), -EINVAL);
	assert_string_equal(error, "--site is given twice");
}

static void help_needs_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(parse("ask --help"), 0);
	assert_true(args.help);
	assert_ptr_equal(args.verb, &verbs[1]);
	assert_int_equal(parse("--help"), 0);
	assert_true(args.help && !args.verb);
	assert_int_equal(parse("thing -h"), 0);
	assert_string_equal(args.group, "thing");
	assert_int_equal(parse("thing add -h"), 0);
	assert_ptr_equal(args.verb, &verbs[2]);
	assert_int_equal(parse("--version"), 0);
	assert_true(args.version);
}

static void misuse_is_told(void **state)
{
	static const struct {
		const char *line, *error;
	} cases[] = {
		{"", "no verb is given: \"ouiguard help\" lists them"},
		{"shw", "there is no verb \"shw\": \"ouiguard help\" lists them"},
		{"thing", "thing is followed by one of: add list"},
		{"thing ad", "thing is followed by one of: add list"},
		{"--site a show", "unknown option --site: options of a verb stand after it"},
		{"show --sit a", "unknown option --sit: \"ouiguard help show\" lists those it has"},
		{"show --sites a",
		 "unknown option --sites: \"ouiguard help show\" lists those it has"},
		{"show -x", "unknown option -x: \"ouiguard help show\" lists those it has"},
		{"ask --site a", "unknown option --site: \"ouiguard help ask\" lists those it has"},
		{"show --site", "--site needs a value: --site NAME"},
		{"show -s", "-s needs a value: -s NAME"},
		{"show --verbose=1", "--verbose takes no value"},
		{"show a b", "show takes no \"b\": \"ouiguard help show\" tells what it takes"},
		{"thing list a",
		 "thing list takes no \"a\": \"ouiguard help thing list\" tells what it takes"},
		{"ask", "ask needs: MAC"},
		{"thing add", "thing add needs --until TIME"},
		{"-H", "-H needs a value: -H HOST"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (parse(cases[i].line) != -EINVAL)
			fail_msg("taken: %s", cases[i].line);
		assert_string_equal(error, cases[i].error);
		assert_null(args.given);
	}
}

static void long_misuse_is_cut(void **state)
{
	char small[16], *argv[] = {(char *)"there-is-no-such-verb-at-all"};

	(void)state;
	assert_int_equal(og_args_parse(verbs, 1, argv, &args, small, sizeof(small)), -EINVAL);
	assert_string_equal(small, "there is no ver");
}

/* What the tables must keep for parsing, help and completion to work. */
static void the_table_of_verbs_is_whole(void **state)
{
	(void)state;
	for (const struct og_verb *v = og_verbs; v->name; v++) {
		char first[64];

		snprintf(first, sizeof(first), "%.*s", (int)strcspn(v->name, " "), v->name);
		assert_non_null(v->run);
		assert_non_null(v->help);
		assert_true(islower((unsigned char)v->help[0]) || v->help[0] == 't');
		assert_int_not_equal(v->help[strlen(v->help) - 1], '.');
		assert_true(v->min_words <= v->max_words);
		assert_int_equal(v->max_words > 0, v->synopsis != NULL);
		assert_ptr_equal(
			og_verb_find(og_verbs, first,
				     strchr(v->name, ' ') ? strchr(v->name, ' ') + 1 : NULL),
			v);
		/* No verb of one word hides those of two. */
		if (strchr(v->name, ' '))
			assert_null(og_verb_find(og_verbs, first, NULL));
		for (const struct og_option *o = v->options; o && o->name; o++) {
			assert_non_null(o->help);
			assert_true(!o->required || o->value);
			for (const struct og_option *p = v->options; p != o; p++) {
				assert_string_not_equal(p->name, o->name);
				assert_true(!o->letter || p->letter != o->letter);
			}
			for (const struct og_option *c = og_common_options; c->name; c++) {
				assert_string_not_equal(c->name, o->name);
				assert_true(!o->letter || c->letter != o->letter);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(verbs_are_found, clear),
		cmocka_unit_test_teardown(options_have_their_forms, clear),
		cmocka_unit_test_teardown(options_stand_anywhere, clear),
		cmocka_unit_test_teardown(two_dashes_end_options, clear),
		cmocka_unit_test_teardown(options_that_repeat, clear),
		cmocka_unit_test_teardown(help_needs_nothing_else, clear),
		cmocka_unit_test_teardown(misuse_is_told, clear),
		cmocka_unit_test_teardown(long_misuse_is_cut, clear),
		cmocka_unit_test(the_table_of_verbs_is_whole),
	};

	return cmocka_run_group_tests_name("cli-options", tests, NULL, NULL);
}
