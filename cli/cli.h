/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cli.h: what every verb of `ouiguard` has at hand
 */
#ifndef OUIGUARD_CLI_CLI_H
#define OUIGUARD_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "cli/options.h"
#include "cli/sheet.h"

#define OG_DEFAULT_CONFIG  "/etc/ouiguard"
#define OG_DEFAULT_DATADIR "/usr/share/ouiguard"

struct og_cli {
	const char *config;  /* the configuration directory */
	const char *datadir; /* shipped vendors and programmes */
	const char *host;    /* -H; NULL: this gateway */
	const char *gateway; /* --gateway; NULL: this one */
	bool config_given;   /* --config was given: verbs that can then work offline */
	bool json;
	bool terminal; /* stdout is one */
	bool colour;
	int64_t now; /* the second at which the command began */
};

/* The table of verbs, and the program's version. */
extern const struct og_verb og_verbs[];
extern const char og_version[];

/*
 * og_cli_init - fill @cli from the environment, the common options of @args (may be NULL) and the
 * clock.
 */
void og_cli_init(struct og_cli *cli, const struct og_args *args);

/* og_cli_main - all of `ouiguard`: parse, run the verb; returns the exit status. */
int og_cli_main(int argc, char **argv);

/* og_cli_clock - the second that it is now; og_cli.now is that at which the command began. */
int64_t og_cli_clock(void);

/* og_complain - "ouiguard: TEXT" on stderr, safely. Returns OG_EXIT_FAILED. */
int og_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* og_misused - the same for a wrong value of an option or word. Returns OG_EXIT_USAGE. */
int og_misused(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* og_hint - a second line, what to do next. */
void og_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* og_no_memory - says so. Returns OG_EXIT_FAILED. */
int og_no_memory(void);

/* og_plural - what makes a word that takes an "s" fit @count: "" or "s". */
static inline const char *og_plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

/*
 * og_print_json - @value as indented JSON on stdout; takes the reference. Returns @status, or
 * OG_EXIT_FAILED when @value is NULL or cannot be written.
 */
int og_print_json(json_t *value, int status);

/* og_say - @format on stdout in @style, safely (og_text_put). */
void og_say(const struct og_cli *cli, enum og_style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* og_show - print @sheet on stdout and free it. Returns OG_EXIT_OK or OG_EXIT_FAILED. */
int og_show(const struct og_cli *cli, struct og_sheet *sheet, int indent, bool titles);

/*
 * og_confirm - ask `QUESTION [y/N]` on the terminal. Returns whether the answer is yes; without a
 * terminal it says that --yes is needed and returns false.
 */
bool og_confirm(const char *question);

/* og_progress - what is being done, on a terminal's stderr only; NULL takes the line away. */
void og_progress(const char *text);

/* og_json_text, og_json_number - a member of a record; @otherwise where it is absent or of another
 * kind. og_json_array - likewise; NULL. */
const char *og_json_text(const json_t *record, const char *key, const char *otherwise);
int64_t og_json_number(const json_t *record, const char *key, int64_t otherwise);
bool og_json_truth(const json_t *record, const char *key);
json_t *og_json_array(const json_t *record, const char *key);

static inline void og_put_json(json_t **json)
{
	json_decref(*json);
}

static inline void og_put_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void og_put_text(char **text)
{
	free(*text);
}

#define _cleanup_json_ __attribute__((cleanup(og_put_json)))
#define _cleanup_file_ __attribute__((cleanup(og_put_file)))
#define _cleanup_text_ __attribute__((cleanup(og_put_text)))

#endif
