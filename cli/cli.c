// SPDX-License-Identifier: GPL-2.0
/*
 * cli.c: from the command line to the verb
 */
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/help.h"
#include "cli/verbs.h"

static const char *environment(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && value[0] ? value : otherwise;
}

static bool wants_colour(void)
{
	/* no-color.org: set to anything but nothing. */
	return isatty(STDOUT_FILENO) && !environment("NO_COLOR", NULL) &&
	       strcmp(environment("TERM", "dumb"), "dumb");
}

int64_t og_cli_clock(void)
{
	return time(NULL);
}

void og_cli_init(struct og_cli *cli, const struct og_args *args)
{
	*cli = (struct og_cli){
		.config = environment("OUIGUARD_CONFIG", OG_DEFAULT_CONFIG),
		.datadir = environment("OUIGUARD_DATADIR", OG_DEFAULT_DATADIR),
		.terminal = isatty(STDOUT_FILENO),
		.colour = wants_colour(),
		.now = og_cli_clock(),
	};
	if (!args)
		return;
	cli->host = og_arg(args, "host");
	cli->gateway = og_arg(args, "gateway");
	cli->json = og_arg_given(args, "json");
	cli->config_given = og_arg_given(args, "config");
	if (cli->config_given)
		cli->config = og_arg(args, "config");
}

static int tell_help(const struct og_args *args)
{
	if (args->verb)
		og_help_verb(args->verb, stdout);
	else if (args->group)
		og_help_group(og_verbs, args->group, stdout);
	else
		og_help_all(og_verbs, stdout);
	return OG_EXIT_OK;
}

static int run(struct og_cli *cli, const struct og_args *args)
{
	if (args->help)
		return tell_help(args);
	if (args->version) {
		printf("ouiguard %s\n", og_version);
		return OG_EXIT_OK;
	}
	og_cli_init(cli, args);
	if (cli->host && args->verb->local)
		return og_misused("%s works on files of the gateway it runs on: run it on %s",
				  args->verb->name, cli->host);
	return args->verb->run(cli, args);
}

/* What was written to a full disk or a closed pipe has not been said. */
static int finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return og_complain("cannot write the output: %s", strerror(errno));
}

int og_cli_main(int argc, char **argv)
{
	struct og_args args = {};
	struct og_cli cli;
	char error[512];
	int r;

	/* Our own text is UTF-8; its characters have the widths that this locale gives them. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc <= 1) {
		og_help_all(og_verbs, stderr);
		return OG_EXIT_USAGE;
	}
	r = og_args_parse(og_verbs, argc - 1, argv + 1, &args, error, sizeof(error));
	if (r == -ENOMEM)
		return og_no_memory();
	if (r < 0)
		return og_misused("%s", error);
	r = run(&cli, &args);
	og_args_clear(&args);
	return finish(r);
}

int og_verb_help(struct og_cli *cli, const struct og_args *args)
{
	const char *first = args->word_count ? args->words[0] : NULL;
	const char *second = args->word_count > 1 ? args->words[1] : NULL;
	const struct og_verb *verb = first ? og_verb_find(og_verbs, first, second) : NULL;

	(void)cli;
	if (!first)
		og_help_all(og_verbs, stdout);
	else if (verb)
		og_help_verb(verb, stdout);
	else if (!second && og_verb_is_group(og_verbs, first))
		og_help_group(og_verbs, first, stdout);
	else
		return og_misused("there is no verb \"%s%s%s\": \"ouiguard help\" lists them",
				  first, second ? " " : "", second ? second : "");
	return OG_EXIT_OK;
}

int og_verb_completion(struct og_cli *cli, const struct og_args *args)
{
	(void)cli;
	if (strcmp(args->words[0], "bash"))
		return og_misused("there is no completion for \"%s\", only for bash",
				  args->words[0]);
	og_completion_bash(og_verbs, stdout);
	return OG_EXIT_OK;
}
