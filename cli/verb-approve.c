// SPDX-License-Identifier: GPL-2.0
/*
 * verb-approve.c: a second login lets an exception come into force
 *
 * One line, `approved_by`, is put into the file as it is: what people wrote around it stays.
 */
#include <errno.h>
#include <string.h>

#include "cli/files.h"
#include "cli/stage.h"
#include "cli/user.h"
#include "cli/verbs.h"
#include "cli/yaml.h"
#include "policy/base/file.h"
#include "policy/base/person.h"
#include "policy/base/utf8.h"
#include "policy/config/document.h"

static const struct og_conf_exception *find(const struct og_conf_exception *list, size_t count,
					    const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

/* Why @name cannot be approved: there is none, or it was approved before. */
static int refuse(const struct og_config *config, const char *name)
{
	const struct og_conf_exception *exception =
		find(config->exceptions, config->exception_count, name);

	if (!exception) {
		og_complain("there is no exception \"%s\"", name);
		og_hint("\"ouiguard exception list\" shows their names");
	} else if (exception->approved_by) {
		og_complain("%s is approved already, by %s", name, exception->approved_by);
	} else {
		og_complain("%s is a pause, which needs no approval", name);
	}
	return OG_EXIT_FAILED;
}

static int refuse_author(const struct og_conf_exception *exception)
{
	og_complain("%s was written by %s, and so cannot be approved by this login",
		    exception->name, exception->author);
	og_hint("let somebody else log in and run: ouiguard exception approve %s; what cannot "
		"wait is for \"ouiguard pause\"",
		exception->name);
	return OG_EXIT_FAILED;
}

/* Where in @data the mapping at @mark begins; NULL when there is no such place. */
static const char *place_of(const char *data, size_t size, const struct og_mark *mark)
{
	const char *at = data, *end = data + size;

	for (unsigned int line = 1; at && line < mark->line; line++) {
		at = memchr(at, '\n', (size_t)(end - at));
		at = at ? at + 1 : NULL;
	}
	for (unsigned int column = 1; at && at < end && column < mark->column; column++)
		og_utf8_next(&at, end);
	return at && at < end ? at : NULL;
}

/* The file with one more member at the head of the mapping at @mark, in memory the caller frees. */
static char *with_approval(const char *data, size_t size, const struct og_mark *mark,
			   const char *user)
{
	const char *at = place_of(data, size, mark);
	char *text = NULL;
	size_t length;
	FILE *out;

	if (!at)
		return NULL;
	out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	at += *at == '{';
	fwrite(data, 1, (size_t)(at - data), out);
	fputs("approved_by: ", out);
	og_yaml_text(user, out);
	if (at > data && at[-1] == '{')
		fputs(", ", out);
	else
		fprintf(out, "\n%*s", (int)mark->column - 1, "");
	fwrite(at, 1, (size_t)(data + size - at), out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

/* Write the approval and see that it is read back. */
static int write_approval(const struct og_cli *cli, const struct og_conf_exception *exception,
			  const char *user)
{
	_cleanup_config_ struct og_config *after = NULL;
	_cleanup_text_ char *data = NULL, *text = NULL;
	const char *file = exception->mark.file;
	size_t size;
	int r = og_file_read(file, OG_DOCUMENT_BYTES, &data, &size);

	if (r < 0)
		return og_complain("cannot read %s: %s", file, strerror(-r));
	text = with_approval(data, size, &exception->mark, user);
	if (!text)
		return og_no_memory();
	/* The path as it is within the configuration directory. */
	if (og_stage_write(cli, file + strlen(cli->config) + 1, text, true) < 0 ||
	    og_files_load(cli, &after) < 0)
		return OG_EXIT_FAILED;
	if (find(after->exceptions, after->exception_count, exception->name))
		return OG_EXIT_OK;
	og_complain("%s is written in a way that cannot be approved from here", file);
	og_hint("write the line yourself: approved_by: %s", user);
	return OG_EXIT_FAILED;
}

int og_verb_exception_approve(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	const struct og_conf_exception *exception;
	const char *name = args->words[0];
	char user[256];

	if (og_files_load(cli, &config) < 0)
		return OG_EXIT_FAILED;
	exception = find(config->pending, config->pending_count, name);
	if (!exception)
		return refuse(config, name);
	if (og_same_person(og_user(user, sizeof(user)), exception->author))
		return refuse_author(exception);
	if (write_approval(cli, exception, user) != OG_EXIT_OK)
		return OG_EXIT_FAILED;
	if (cli->json) {
		json_t *record = json_pack("{s:s, s:b, s:s}", "name", name, "approved", true,
					   "approved_by", user);

		if (og_print_json(record, OG_EXIT_OK) != OG_EXIT_OK)
			return OG_EXIT_FAILED;
	} else {
		og_say(cli, OG_PLAIN, "%s, written by %s, is approved by %s.\n", name,
		       exception->author, user);
	}
	return og_files_told(cli);
}
