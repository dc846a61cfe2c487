// SPDX-License-Identifier: GPL-2.0
/*
 * verb-exception.c: making and ending exceptions and pauses, which are files
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "cli/destination.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/stage.h"
#include "cli/user.h"
#include "cli/verbs.h"
#include "cli/yaml.h"
#include "policy/base/mac.h"
#include "policy/config/schema.h"
#include "policy/base/when.h"

#define TRIES 1000 /* names that are tried for a new file */

/* A moment as the file has it: a date as written, anything relative as the date it means. */
static int date_of(const struct og_cli *cli, const char *text, char *buffer, size_t size,
		   int64_t *ret_second)
{
	struct og_when when;
	int r;

	r = og_moment_parse(text, cli->now, ret_second);
	if (r < 0)
		return r;
	if (og_when_parse(text, &when) == 0)
		snprintf(buffer, size, "%s", text);
	else
		og_when_format(*ret_second, NULL, buffer, size);
	return 0;
}

/* The dates of a new exception: NULL where none is given. Returns OG_EXIT_OK or complains. */
static int check_dates(const struct og_cli *cli, const char *from, const char *until,
		       char ret_from[64], char ret_until[64])
{
	int64_t begin = cli->now, end;

	if (date_of(cli, until, ret_until, 64, &end) < 0)
		return og_misused("\"%s\" is no moment: write +30d, or a date such as 2027-06-07",
				  until);
	if (from && date_of(cli, from, ret_from, 64, &begin) < 0)
		return og_misused("\"%s\" is no moment: write +30d, or a date such as 2027-06-07",
				  from);
	if (end <= begin || end <= cli->now)
		return og_misused("it would end at %s, before it begins", ret_until);
	return OG_EXIT_OK;
}

/* Letters and digits of @text, joined by dashes, as a part of a name. */
static void add_to_name(char *name, size_t size, const char *text)
{
	size_t length = strlen(name);

	if (length && length + 1 < size)
		name[length++] = '-';
	for (; *text && length + 1 < size; text++) {
		if (isalnum((unsigned char)*text))
			name[length++] = (char)tolower((unsigned char)*text);
		else if (length && name[length - 1] != '-')
			name[length++] = '-';
	}
	while (length && name[length - 1] == '-')
		length--;
	name[length] = '\0';
}

/*
 * Write @text as a new file of exceptions/ whose name begins with @stem, judged with all the others
 * before. @ret_name gets the name.
 */
static int write_new(const struct og_cli *cli, const char *stem, const char *text,
		     char ret_name[OG_CONF_NAME])
{
	for (int number = 1; number <= TRIES; number++) {
		char name[OG_CONF_NAME], file[OG_CONF_NAME + 32];
		int r;

		/* Room for the number stays within what a name may have. */
		if (number == 1)
			snprintf(name, sizeof(name), "%.58s", stem);
		else
			snprintf(name, sizeof(name), "%.58s-%d", stem, number);
		snprintf(file, sizeof(file), "exceptions/%s.yaml", name);
		r = og_stage_write(cli, file, text, false);
		if (r == -EEXIST)
			continue;
		if (r == 0)
			memcpy(ret_name, name, sizeof(name));
		return r;
	}
	og_complain("exceptions/%s.yaml and %d more are there already", stem, TRIES - 1);
	return -EEXIST;
}

/*
 * What a verb that wrote or removed a file says, before a daemon is told. @author: who wrote what
 * waits for approval; NULL: nothing waits.
 */
static int report(const struct og_cli *cli, const char *name, const char *word, const char *until,
		  const char *author)
{
	if (cli->json) {
		json_t *record = json_pack("{s:s, s:b, s:s*, s:s*}", "name", name, word, true,
					   "until", until, "author", author);

		if (og_print_json(record, OG_EXIT_OK) != OG_EXIT_OK)
			return OG_EXIT_FAILED;
	} else {
		og_say(cli, OG_PLAIN, "%s/exceptions/%s.yaml is %s%s%s.\n", cli->config, name, word,
		       until ? " and ends at " : "", until ? until : "");
		if (author)
			og_say(cli, OG_WARN,
			       "It lets nothing through until another login than %s approves it: "
			       "ouiguard exception approve %s\n",
			       author, name);
	}
	return og_files_told(cli);
}

/* Add -----------------------------------------------------------------------------------------*/

static int put_destinations(const struct og_args *args, FILE *out)
{
	const char *text;

	for (size_t i = 0; (text = og_arg_at(args, "to", i)); i++) {
		struct og_destination to;

		if (og_destination_split(text, &to) < 0)
			return og_misused(
				"--to %s: write PREFIX or PREFIX:PORT/PROTO, with an IPv6 "
				"prefix in brackets: [2001:db8::/32]:443/tcp",
				text);
		if (i == 0)
			fputs("to:\n", out);
		fputs("  -\n", out);
		og_yaml_member(4, "to", to.address, out);
		og_yaml_member(4, "port", to.service[0] ? to.service : NULL, out);
	}
	return OG_EXIT_OK;
}

static int put_exception(const struct og_cli *cli, const struct og_args *args, FILE *out,
			 const char *user, char until[64])
{
	char from[64];
	int r;

	r = check_dates(cli, og_arg(args, "from"), og_arg(args, "until"), from, until);
	if (r != OG_EXIT_OK)
		return r;
	fputs("# Written by \"ouiguard exception add\".\n", out);
	og_yaml_member(0, "policy", og_arg(args, "policy"), out);
	og_yaml_member(0, "device", og_arg(args, "device"), out);
	og_yaml_member(0, "prefix", og_arg(args, "prefix"), out);
	og_yaml_member(0, "site", og_arg(args, "site"), out);
	r = put_destinations(args, out);
	if (r != OG_EXIT_OK)
		return r;
	og_yaml_member(0, "owner", og_arg(args, "owner") ? og_arg(args, "owner") : user, out);
	og_yaml_member(0, "reason", og_arg(args, "reason"), out);
	og_yaml_member(0, "approver", og_arg(args, "approver"), out);
	og_yaml_member(0, "author", user, out);
	og_yaml_member(0, "from", og_arg(args, "from") ? from : NULL, out);
	og_yaml_member(0, "until", until, out);
	return OG_EXIT_OK;
}

/* What the user wrote for the device or prefix must be one before it becomes a part of a name. */
static int check_subject(const struct og_args *args)
{
	const char *device = og_arg(args, "device"), *prefix = og_arg(args, "prefix");
	struct og_mac_prefix bits;
	uint64_t mac;

	if (device && prefix)
		return og_misused("--device and --prefix exclude each other");
	if (!device && !prefix && !og_arg(args, "site"))
		return og_misused("say for whom: --device MAC, --prefix PREFIX/LEN or --site NAME");
	if (device && og_mac_parse(device, &mac) < 0)
		return og_misused("--device %s: write a MAC address such as a4:14:37:00:12:34",
				  device);
	if (prefix && og_mac_prefix_parse(prefix, &bits) < 0)
		return og_misused("--prefix %s: write a MAC prefix such as a4:14:37/24", prefix);
	return OG_EXIT_OK;
}

int og_verb_exception_add(struct og_cli *cli, const struct og_args *args)
{
	char stem[OG_CONF_NAME] = "", name[OG_CONF_NAME], until[64], user[256];
	const char *subject = og_arg(args, "device");
	_cleanup_text_ char *text = NULL;
	size_t size;
	FILE *out;
	int r;

	r = check_subject(args);
	if (r != OG_EXIT_OK)
		return r;
	if (!subject)
		subject = og_arg(args, og_arg(args, "prefix") ? "prefix" : "site");
	out = open_memstream(&text, &size);
	if (!out)
		return og_no_memory();
	r = put_exception(cli, args, out, og_user(user, sizeof(user)), until);
	if (fclose(out) != 0)
		return og_no_memory();
	if (r != OG_EXIT_OK)
		return r;
	add_to_name(stem, sizeof(stem), og_arg(args, "policy"));
	add_to_name(stem, sizeof(stem), subject);
	if (write_new(cli, stem, text, name) < 0)
		return OG_EXIT_FAILED;
	return report(cli, name, "written", until, user);
}

/* Pause ---------------------------------------------------------------------------------------*/

/* One exception for each policy that applies at the site. Returns how many. */
static size_t put_pause(const struct og_config *config, const struct og_conf_site *site,
			const char *user, const char *reason, const int64_t span[2], FILE *out)
{
	char from[64], until[64];
	size_t count = 0;

	og_when_format(span[0], NULL, from, sizeof(from));
	og_when_format(span[1], NULL, until, sizeof(until));
	fputs("# Written by \"ouiguard pause\".\n", out);
	for (size_t i = 0; i < config->policy_count; i++) {
		if (!og_policy_applies(&config->policies[i], site))
			continue;
		fputs("-\n", out);
		og_yaml_member(2, "policy", config->policies[i].name, out);
		og_yaml_member(2, "site", site->name, out);
		og_yaml_member(2, "owner", user, out);
		og_yaml_member(2, "reason", reason, out);
		og_yaml_member(2, "approver", user, out);
		og_yaml_member(2, "author", user, out);
		fputs("  pause: true\n", out);
		og_yaml_member(2, "from", from, out);
		og_yaml_member(2, "until", until, out);
		count++;
	}
	return count;
}

int og_verb_pause(struct og_cli *cli, const struct og_args *args)
{
	char user[256], until[64], stem[OG_CONF_NAME] = "pause", name[OG_CONF_NAME];
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_text_ char *text = NULL;
	const struct og_conf_site *site;
	int64_t seconds, span[2];
	size_t size, count;
	FILE *out;

	if (og_duration_parse(og_arg(args, "for"), &seconds) < 0 || seconds < 1)
		return og_misused("--for %s: write a time such as 30m or 2h", og_arg(args, "for"));
	if (seconds > OG_PAUSE_SECONDS)
		return og_misused("--for %s: a pause ends after %d hours at most; what is to last "
				  "longer is an exception, which another login approves",
				  og_arg(args, "for"), OG_PAUSE_SECONDS / 3600);
	if (og_files_load(cli, &config) < 0)
		return OG_EXIT_FAILED;
	site = og_config_site(config, og_arg(args, "site"));
	if (!site)
		return og_complain("there is no site \"%s\" in %s/sites", og_arg(args, "site"),
				   cli->config);
	out = open_memstream(&text, &size);
	if (!out)
		return og_no_memory();
	span[0] = cli->now;
	span[1] = cli->now + seconds;
	og_when_format(span[1], NULL, until, sizeof(until));
	count = put_pause(config, site, og_user(user, sizeof(user)), og_arg(args, "reason"), span,
			  out);
	if (fclose(out) != 0)
		return og_no_memory();
	if (!count)
		return og_complain("no policy applies at %s: there is nothing to pause",
				   site->name);
	add_to_name(stem, sizeof(stem), site->name);
	if (write_new(cli, stem, text, name) < 0)
		return OG_EXIT_FAILED;
	return report(cli, name, "written", until, NULL);
}

/* Revoke --------------------------------------------------------------------------------------*/

/* How many of the configuration's exceptions stand in the file @name. */
static size_t count_in_file(const struct og_config *config, const char *name)
{
	size_t length = strlen(name), count = 0;

	for (size_t i = 0; i < config->exception_count + config->pending_count; i++) {
		const char *other = i < config->exception_count
					    ? config->exceptions[i].name
					    : config->pending[i - config->exception_count].name;

		count += !strncmp(other, name, length) && (!other[length] || other[length] == '#');
	}
	return count;
}

int og_verb_exception_revoke(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_text_ char *file = NULL, *stem = NULL;
	const char *name = args->words[0], *number = strchr(name, '#');

	if (og_files_load(cli, &config) < 0)
		return OG_EXIT_FAILED;
	stem = strndup(name, number ? (size_t)(number - name) : strlen(name));
	if (!stem)
		return og_no_memory();
	if (!og_name_valid(stem) || !count_in_file(config, stem)) {
		og_complain("there is no exception \"%s\"", name);
		og_hint("\"ouiguard exception list\" shows their names");
		return OG_EXIT_FAILED;
	}
	/* Rewriting a file that a person wrote would lose what they wrote around it. */
	if (number && count_in_file(config, stem) > 1) {
		og_complain("%s stands in one file with others", name);
		og_hint("take it out of %s/exceptions/%s.yaml, or revoke them all: ouiguard "
			"exception revoke %s",
			cli->config, stem, stem);
		return OG_EXIT_FAILED;
	}
	if (asprintf(&file, "exceptions/%s.yaml", stem) < 0)
		return og_no_memory();
	if (og_stage_remove(cli, file) < 0)
		return OG_EXIT_FAILED;
	return report(cli, stem, "removed", NULL, NULL);
}
