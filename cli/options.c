// SPDX-License-Identifier: GPL-2.0
/*
 * options.c: taking a command line apart by the tables of verbs and options
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

const struct og_option og_common_options[] = {
	{.name = "json", .help = "print records for programs instead of text"},
	{.name = "host",
	 .letter = 'H',
	 .value = "HOST",
	 .complete = OG_COMPLETE_HOST,
	 .help = "ask the daemon of another gateway, over ssh"},
	{.name = "config",
	 .value = "DIR",
	 .complete = OG_COMPLETE_DIRECTORY,
	 .help = "read this configuration directory instead of /etc/ouiguard"},
	{.name = "help", .letter = 'h', .help = "tell what the verb does and which options it has"},
	{.name = "version", .help = "print the version"},
	{},
};

/* Where the parser stands. */
struct parser {
	const struct og_verb *verbs;
	char *const *argv;
	int argc, at;
	struct og_args args;
	char *error;
	size_t size;
};

static int complain(struct parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int complain(struct parser *p, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(p->error, p->size, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static const struct og_option *find_in(const struct og_option *options, const char *name,
				       size_t length, char letter)
{
	for (; options && options->name; options++) {
		if (letter ? options->letter == letter
			   : strlen(options->name) == length &&
				     !memcmp(options->name, name, length))
			return options;
	}
	return NULL;
}

/* By name, or by letter when that is not 0. */
static const struct og_option *find_option(const struct parser *p, const char *name, size_t length,
					   char letter)
{
	const struct og_option *option = NULL;

	if (p->args.verb)
		option = find_in(p->args.verb->options, name, length, letter);
	return option ? option : find_in(og_common_options, name, length, letter);
}

static int give(struct parser *p, const struct og_option *option, const char *value)
{
	struct og_args *args = &p->args;

	if (!strcmp(option->name, "help"))
		args->help = true;
	if (!strcmp(option->name, "version"))
		args->version = true;
	if (og_arg_given(args, option->name) && option->value && !option->many)
		return complain(p, "--%s is given twice", option->name);
	args->given[args->given_count++] = (struct og_given){option, value};
	return 0;
}

static int unknown_option(struct parser *p, const char *word)
{
	if (!p->args.verb)
		return complain(p, "unknown option %s: options of a verb stand after it", word);
	return complain(p, "unknown option %s: \"ouiguard help %s\" lists those it has", word,
			p->args.verb->name);
}

static int parse_long(struct parser *p, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct og_option *option = find_option(p, name, length, 0);

	if (!option)
		return unknown_option(p, word);
	if (!option->value)
		return equals ? complain(p, "--%s takes no value", option->name)
			      : give(p, option, NULL);
	if (equals)
		return give(p, option, equals + 1);
	if (p->at >= p->argc)
		return complain(p, "--%s needs a value: --%s %s", option->name, option->name,
				option->value);
	return give(p, option, p->argv[p->at++]);
}

/* `-v`, `-vx`, `-H HOST`, `-HHOST`. */
static int parse_short(struct parser *p, const char *word)
{
	for (const char *letter = word + 1; *letter; letter++) {
		const struct og_option *option = find_option(p, NULL, 0, *letter);
		int r;

		if (!option)
			return unknown_option(p, word);
		if (option->value && letter[1])
			return give(p, option, letter + 1);
		if (option->value && p->at >= p->argc)
			return complain(p, "-%c needs a value: -%c %s", *letter, *letter,
					option->value);
		r = give(p, option, option->value ? p->argv[p->at++] : NULL);
		if (r < 0 || option->value)
			return r;
	}
	return 0;
}

bool og_verb_is_group(const struct og_verb *verbs, const char *first)
{
	size_t length = strlen(first);

	for (; verbs->name; verbs++) {
		if (!strncmp(verbs->name, first, length) && verbs->name[length] == ' ')
			return true;
	}
	return false;
}

const struct og_verb *og_verb_find(const struct og_verb *verbs, const char *first,
				   const char *second)
{
	size_t length = strlen(first);

	for (; verbs->name; verbs++) {
		if (!strcmp(verbs->name, first))
			return verbs;
		if (second && !strncmp(verbs->name, first, length) && verbs->name[length] == ' ' &&
		    !strcmp(verbs->name + length + 1, second))
			return verbs;
	}
	return NULL;
}

/* The names that may follow @group, for a message. */
static int ask_for_second(struct parser *p, const char *group)
{
	size_t length = strlen(group), at;

	complain(p, "%s is followed by one of:", group);
	for (const struct og_verb *verb = p->verbs; verb->name; verb++) {
		if (strncmp(verb->name, group, length) || verb->name[length] != ' ')
			continue;
		at = strlen(p->error);
		snprintf(p->error + at, p->size - at, " %s", verb->name + length + 1);
	}
	return -EINVAL;
}

/* A word that is no option: the verb, its second part, or one of its words. */
static int parse_word(struct parser *p, const char *word)
{
	struct og_args *args = &p->args;

	if (args->verb) {
		args->words[args->word_count++] = word;
		return 0;
	}
	if (args->group) {
		args->verb = og_verb_find(p->verbs, args->group, word);
		return args->verb ? 0 : ask_for_second(p, args->group);
	}
	args->verb = og_verb_find(p->verbs, word, NULL);
	if (args->verb)
		return 0;
	if (!og_verb_is_group(p->verbs, word))
		return complain(p, "there is no verb \"%s\": \"ouiguard help\" lists them", word);
	args->group = word;
	return 0;
}

/* What can be said only when everything has been read. */
static int check(struct parser *p)
{
	const struct og_args *args = &p->args;
	const struct og_verb *verb = args->verb;

	if (args->help || args->version)
		return 0;
	if (!verb)
		return args->group ? ask_for_second(p, args->group)
				   : complain(p, "no verb is given: \"ouiguard help\" lists them");
	if (args->word_count < verb->min_words)
		return complain(p, "%s needs: %s", verb->name, verb->synopsis);
	if (args->word_count > verb->max_words)
		return complain(p, "%s takes no \"%s\": \"ouiguard help %s\" tells what it takes",
				verb->name, args->words[verb->max_words], verb->name);
	for (const struct og_option *option = verb->options; option && option->name; option++) {
		if (option->required && !og_arg_given(args, option->name))
			return complain(p, "%s needs --%s %s", verb->name, option->name,
					option->value);
	}
	return 0;
}

static int parse_all(struct parser *p)
{
	bool only_words = false;
	int r = 0;

	while (r == 0 && p->at < p->argc) {
		const char *word = p->argv[p->at++];

		if (only_words || word[0] != '-' || !word[1])
			r = parse_word(p, word);
		else if (!strcmp(word, "--"))
			only_words = true;
		else if (word[1] == '-')
			r = parse_long(p, word);
		else
			r = parse_short(p, word);
	}
	return r < 0 ? r : check(p);
}

int og_args_parse(const struct og_verb *verbs, int argc, char *const *argv,
		  struct og_args *ret_args, char *error, size_t size)
{
	struct parser p = {
		.verbs = verbs, .argv = argv, .argc = argc, .error = error, .size = size};
	size_t letters = 1;
	int r;

	/* No word gives more options than it has characters. */
	for (int i = 0; i < argc; i++)
		letters += strlen(argv[i]) + 1;
	p.args.given = calloc(letters, sizeof(*p.args.given));
	p.args.words = calloc((size_t)argc + 1, sizeof(*p.args.words));
	r = p.args.given && p.args.words ? parse_all(&p) : -ENOMEM;
	if (r < 0) {
		og_args_clear(&p.args);
		return r;
	}
	*ret_args = p.args;
	return 0;
}

void og_args_clear(struct og_args *args)
{
	free(args->given);
	free(args->words);
	*args = (struct og_args){};
}

const char *og_arg_at(const struct og_args *args, const char *name, size_t index)
{
	for (size_t i = 0; i < args->given_count; i++) {
		if (!strcmp(args->given[i].option->name, name) && index-- == 0)
			return args->given[i].value;
	}
	return NULL;
}

const char *og_arg(const struct og_args *args, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < args->given_count; i++) {
		if (!strcmp(args->given[i].option->name, name))
			value = args->given[i].value;
	}
	return value;
}

bool og_arg_given(const struct og_args *args, const char *name)
{
	for (size_t i = 0; i < args->given_count; i++) {
		if (!strcmp(args->given[i].option->name, name))
			return true;
	}
	return false;
}
