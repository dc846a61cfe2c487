/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options.h: verbs and options as tables
 *
 * Parsing, `help`, bash completion and the check of the manual page all work from the same tables
 * (verbs.c), so that none of them can know an option that another does not.
 */
#ifndef OUIGUARD_CLI_OPTIONS_H
#define OUIGUARD_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct og_cli;
struct og_args;

/* What the shell offers for a word or an option's value. */
enum og_complete {
	OG_COMPLETE_NONE,
	OG_COMPLETE_FILE,
	OG_COMPLETE_DIRECTORY,
	OG_COMPLETE_SITE,
	OG_COMPLETE_POLICY,
	OG_COMPLETE_PROGRAMME,
	OG_COMPLETE_VENDOR,
	OG_COMPLETE_EXCEPTION,
	OG_COMPLETE_ROLE,
	OG_COMPLETE_STATE,
	OG_COMPLETE_INTERFACE,
	OG_COMPLETE_HOST,
	OG_COMPLETE_VERB,
	OG_COMPLETE_SHELL,
};

/* One option. A table of them ends with a NULL name. */
struct og_option {
	const char *name;  /* long form, without its dashes */
	char letter;	   /* short form; 0: none */
	const char *value; /* what its value is called in the help; NULL: it takes none */
	const char *help;
	enum og_complete complete;
	bool many;     /* may be given several times */
	bool required; /* the verb cannot do without it */
};

/* One verb. A table of them ends with a NULL name. */
struct og_verb {
	const char *name;     /* one word, or two: "exception add" */
	const char *synopsis; /* its words, as the help shows them; NULL: it takes none */
	size_t min_words, max_words;
	enum og_complete complete;	 /* its words */
	bool local;			 /* reads or writes files: not for another host */
	const struct og_option *options; /* NULL: none of its own */
	const char *help;		 /* one line, without a full stop */
	const char *more;		 /* what else `help VERB` says; may be NULL */
	int (*run)(struct og_cli *cli, const struct og_args *args); /* an OG_EXIT_... */
};

#define OG_WORDS_ANY ((size_t)1000)

/* The exit statuses. */
enum og_exit {
	OG_EXIT_OK,
	OG_EXIT_FAILED, /* it failed, or found something */
	OG_EXIT_USAGE,
};

/* Options that every verb takes. */
extern const struct og_option og_common_options[];

struct og_given {
	const struct og_option *option;
	const char *value; /* NULL for an option without one */
};

/* A command line, taken apart. Borrows the strings of argv. */
struct og_args {
	const struct og_verb *verb; /* NULL: none was named (only help, version) */
	const char *group;	    /* first word of two-word verbs when the second is not there */
	struct og_given *given;
	size_t given_count;
	const char **words;
	size_t word_count;
	bool help;    /* --help was among the options: nothing else is checked then */
	bool version; /* likewise --version */
};

/*
 * og_args_parse - take @argv (without the program's name) apart by @verbs. Options may stand
 * anywhere, common ones before the verb too; `--` ends them. Returns 0; -EINVAL with a message for
 * the user in @error, starting in lower case; -ENOMEM. Free the result with og_args_clear().
 */
int og_args_parse(const struct og_verb *verbs, int argc, char *const *argv,
		  struct og_args *ret_args, char *error, size_t size);
void og_args_clear(struct og_args *args);

/*
 * og_arg - the value of the option @name, the last one where it is given several times; NULL when
 * it is not given. og_arg_at - the value of its @index-th occurrence. og_arg_given - whether it is.
 */
const char *og_arg(const struct og_args *args, const char *name);
const char *og_arg_at(const struct og_args *args, const char *name, size_t index);
bool og_arg_given(const struct og_args *args, const char *name);

/*
 * og_verb_find - the verb of @verbs that @first and, for verbs of two words, @second (may be NULL)
 * name; NULL when there is none. og_verb_is_group - whether @first begins verbs of two words.
 */
const struct og_verb *og_verb_find(const struct og_verb *verbs, const char *first,
				   const char *second);
bool og_verb_is_group(const struct og_verb *verbs, const char *first);

#endif
