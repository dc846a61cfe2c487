// SPDX-License-Identifier: GPL-2.0
/*
 * verb-check.c: every error and warning of the files
 */
#include <errno.h>
#include <string.h>

#include "policy/config/check.h"
#include "cli/files.h"
#include "cli/offline.h"
#include "cli/peer.h"
#include "cli/verbs.h"

static json_t *record_of(const struct og_diag *diag)
{
	json_t *record = json_pack("{s:s, s:s}", "severity",
				   diag->severity == OG_ERROR ? "error" : "warning", "text",
				   diag->text);

	if (record && diag->file)
		json_object_set_new(record, "file", json_string(diag->file));
	if (record && diag->line)
		json_object_set_new(record, "line", json_integer(diag->line));
	if (record && diag->column)
		json_object_set_new(record, "column", json_integer(diag->column));
	return record;
}

static int show_json(const struct og_cli *cli, const struct og_diags *diags,
		     const struct og_peer *peer, int status)
{
	json_t *found = json_array();

	for (size_t i = 0; i < diags->count; i++)
		json_array_append_new(found, record_of(&diags->items[i]));
	return og_print_json(json_pack("{s:s, s:b, s:I, s:I, s:o, s:o*}", "config", cli->config,
				       "ok", status == OG_EXIT_OK, "errors",
				       (json_int_t)diags->errors, "warnings",
				       (json_int_t)(diags->count - diags->errors), "found", found,
				       "peer", peer->host ? og_peer_record(peer) : NULL),
			     status);
}

/* One line that says what the files hold. */
static void summarise(const struct og_cli *cli, const struct og_diags *diags,
		      const struct og_config *config)
{
	size_t warnings = diags->count - diags->errors, devices = 0;

	og_say(cli, diags->errors ? OG_BAD : OG_GOOD, "%s: %zu error%s, %zu warning%s", cli->config,
	       diags->errors, og_plural(diags->errors), warnings, og_plural(warnings));
	if (config) {
		for (size_t i = 0; i < config->register_count; i++)
			devices += config->registers[i].count;
		og_say(cli, OG_PLAIN,
		       "; %zu site%s, %zu polic%s, %zu exception%s, %zu device%s in asset "
		       "registers, %zu accepted prefix%s",
		       config->site_count, og_plural(config->site_count), config->policy_count,
		       config->policy_count == 1 ? "y" : "ies", config->exception_count,
		       og_plural(config->exception_count), devices, og_plural(devices),
		       config->lock.count, config->lock.count == 1 ? "" : "es");
	}
	og_say(cli, OG_PLAIN, "\n");
}

/* Errors that only the compiler finds; without interfaces every port is missing, which is no news. */
static void compile_offline(const struct og_cli *cli, const struct og_config *config,
			    struct og_diags *diags)
{
	_cleanup_compiled_ struct og_compiled *compiled = NULL;
	_cleanup_diags_ struct og_diags found = {};
	struct og_gateway nothing = {};
	size_t here = 0;

	if (cli->gateway)
		snprintf(nothing.host, sizeof(nothing.host), "%s", cli->gateway);
	for (size_t i = 0; i < config->site_count; i++)
		here += og_gateway_has(&nothing, &config->sites[i]);
	if (cli->gateway && !here)
		og_warn(diags, NULL, "no site is on gateway `%s`", cli->gateway);
	og_compile(config, &nothing, cli->now, &compiled, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct og_diag *diag = &found.items[i];
		const struct og_mark mark = {diag->file, diag->line, diag->column};

		if (diag->severity == OG_ERROR)
			og_error(diags, diag->file ? &mark : NULL, "%s", diag->text);
	}
}

/* What can be judged only once the files can be read. */
static void judge(const struct og_cli *cli, const struct og_config *config, bool offline,
		  struct og_diags *diags)
{
	_cleanup_compiled_ struct og_compiled *compiled = NULL;
	_cleanup_gateway_ struct og_gateway gateway = {};
	bool read = !offline && og_files_gateway(cli, &gateway) == 0;

	og_config_warn_lock(config, diags);
	og_config_warn_times(config, cli->now, diags);
	if (read && gateway.link_count) {
		og_compile(config, &gateway, cli->now, &compiled, diags);
		return;
	}
	if (!offline && !read)
		og_warn(diags, NULL, "the ports were not compared with this gateway's interfaces");
	compile_offline(cli, config, diags);
}

static void show_peer(const struct og_cli *cli, const struct og_peer *peer)
{
	if (!peer->host)
		return;
	if (og_peer_same(peer)) {
		og_say(cli, OG_GOOD, "%s has the same in force.\n", peer->host);
		return;
	}
	og_say(cli, OG_BAD, "%s differs:\n", peer->host);
	og_peer_show(cli, peer, 2);
}

int og_verb_check(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_diags_ struct og_diags diags = {};
	_cleanup_peer_ struct og_peer peer = {};
	int r, status;

	if (args->word_count)
		cli->config = args->words[0];
	r = og_config_load(cli->config, cli->datadir, &config, &diags);
	if (r < 0 && r != -EINVAL)
		return og_complain("%s: %s", cli->config, strerror(-r));
	if (r == 0)
		judge(cli, config, og_arg_given(args, "offline"), &diags);
	og_diags_sort(&diags);
	status = diags.errors || diags.out_of_memory ? OG_EXIT_FAILED : OG_EXIT_OK;
	if (config && og_arg(args, "peer") &&
	    (og_peer_ask(cli, config, og_arg(args, "peer"), false, &peer) < 0 ||
	     !og_peer_same(&peer)))
		status = OG_EXIT_FAILED;
	if (cli->json)
		return show_json(cli, &diags, &peer, status);
	og_files_print(&diags, true);
	summarise(cli, &diags, config);
	show_peer(cli, &peer);
	return status;
}
