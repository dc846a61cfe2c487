// SPDX-License-Identifier: GPL-2.0
/*
 * verb-init.c: a first configuration, which only observes and logs
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/lans.h"
#include "cli/present.h"
#include "cli/verbs.h"
#include "policy/config/init.h"

static int read_lans(const struct og_args *args, struct og_lans *lans)
{
	const char *text;

	for (size_t i = 0; (text = og_arg_at(args, "lan", i)); i++) {
		int r = og_lans_add(lans, text);

		if (r == -E2BIG)
			return og_misused("more than %d interfaces: add them to the site's file",
					  OG_LANS);
		if (r < 0)
			return og_misused("--lan %s: that is no interface's name", text);
	}
	return OG_EXIT_OK;
}

/* Refused before anything is written: the daemon would refuse it at its first start. */
static int need_coverable(const struct og_cli *cli, const struct og_lans *lans)
{
	_cleanup_gateway_ struct og_gateway gateway = {};
	_cleanup_diags_ struct og_diags diags = {};
	char text[OG_LAN_HINT];

	if (og_files_gateway(cli, &gateway) < 0)
		return OG_EXIT_FAILED;
	og_lans_check(lans, &gateway, &diags);
	og_files_print(&diags, true);
	if (!diags.errors)
		return OG_EXIT_OK;
	og_complain("nothing was written");
	for (size_t i = 0; i < lans->count; i++)
		if (og_lan_instead(lans, i, &gateway, text))
			og_hint("instead of --lan %s%s%s: %s", lans->lan[i],
				lans->uplink[i] ? ":uplink=" : "",
				lans->uplink[i] ? lans->uplink[i] : "", text);
	return OG_EXIT_FAILED;
}

static void complain_no_data(const struct og_cli *cli)
{
	og_complain("there are no programmes: neither %s/programmes nor %s/programmes has one",
		    cli->datadir, cli->config);
	og_hint("they are installed with ouiguard (make install); where they lie elsewhere, say "
		"so: "
		"OUIGUARD_DATADIR=DIRECTORY");
}

static int need_programme(const struct og_cli *cli, const struct og_config *config,
			  const char *name)
{
	if (og_config_programme(config, name))
		return OG_EXIT_OK;
	if (!config->programme_count) {
		complain_no_data(cli);
		return OG_EXIT_FAILED;
	}
	og_complain("there is no programme \"%s\"; there are:", name);
	for (size_t i = 0; i < config->programme_count; i++)
		og_hint("%-20s %s", config->programmes[i].name,
			config->programmes[i].title ? config->programmes[i].title : "");
	return OG_EXIT_FAILED;
}

/* The accepted prefixes of the first day. Without them everything is there but nothing is listed. */
static int save_lock(const struct og_cli *cli, const struct og_present *present)
{
	int r = og_lock_save(&present->lock, cli->config, false);

	if (r == -EEXIST) {
		og_hint("%s/prefixes.lock is there already and stays as it is", cli->config);
		return OG_EXIT_OK;
	}
	if (r < 0)
		return og_complain("cannot write %s/prefixes.lock: %s", cli->config, strerror(-r));
	return OG_EXIT_OK;
}

static int report(const struct og_cli *cli, const struct og_init_file files[OG_INIT_FILES],
		  size_t prefixes)
{
	if (cli->json) {
		json_t *written = json_array();

		for (size_t i = 0; i < OG_INIT_FILES; i++)
			json_array_append_new(written, json_string(files[i].path));
		json_array_append_new(written, json_string("prefixes.lock"));
		return og_print_json(json_pack("{s:s, s:o, s:I}", "config", cli->config, "written",
					       written, "prefixes", (json_int_t)prefixes),
				     OG_EXIT_OK);
	}
	og_say(cli, OG_PLAIN, "Written in %s:\n", cli->config);
	for (size_t i = 0; i < OG_INIT_FILES; i++)
		og_say(cli, OG_PLAIN, "  %s\n", files[i].path);
	og_say(cli, OG_PLAIN, "  prefixes.lock (%zu prefix%s)\n", prefixes,
	       prefixes == 1 ? "" : "es");
	og_say(cli, OG_PLAIN,
	       "It only observes and logs. Next: ouiguard check, then systemctl start ouiguard.\n");
	return OG_EXIT_OK;
}

static int write_all(const struct og_cli *cli, const struct og_args *args,
		     const struct og_lans *lans, const struct og_present *present,
		     struct og_arena *arena)
{
	struct og_init init = {
		.lans = lans->lan,
		.uplinks = lans->uplink,
		.lan_count = lans->count,
		.programme = og_arg(args, "programme"),
		.site = og_arg(args, "site"),
		.now = cli->now,
	};
	struct og_init_file files[OG_INIT_FILES];
	_cleanup_diags_ struct og_diags diags = {};
	int r;

	r = og_init_text(&init, arena, files, &diags);
	if (r == 0)
		r = og_init_write(cli->config, files, &diags);
	og_files_print(&diags, true);
	if (r < 0)
		return og_complain("nothing was written%s%s", diags.errors ? "" : ": ",
				   diags.errors ? "" : strerror(-r));
	if (save_lock(cli, present) != OG_EXIT_OK || og_files_check(cli) != OG_EXIT_OK)
		return OG_EXIT_FAILED;
	return report(cli, files, present->lock.count);
}

/*
 * Vendors and programmes: the shipped ones, and any that are there already. Where there is no
 * configuration yet, the shipped data are read as one: they hold nothing else.
 */
static int load_library(const struct og_cli *cli, struct og_config **ret_config)
{
	struct og_cli shipped = *cli;

	if (access(cli->config, F_OK) < 0 && errno == ENOENT) {
		if (access(cli->datadir, F_OK) < 0) {
			complain_no_data(cli);
			return -ENOENT;
		}
		shipped.config = cli->datadir;
	}
	return og_files_load(&shipped, ret_config);
}

int og_verb_init(struct og_cli *cli, const struct og_args *args)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_present_ struct og_present present = {};
	struct og_lans lans = {};
	struct og_arena *arena;
	int r;

	r = read_lans(args, &lans);
	if (r != OG_EXIT_OK)
		return r;
	if (load_library(cli, &config) < 0 ||
	    need_programme(cli, config, og_arg(args, "programme")) != OG_EXIT_OK ||
	    need_coverable(cli, &lans) != OG_EXIT_OK ||
	    og_present_load(config, NULL, 0, &present) < 0)
		return OG_EXIT_FAILED;
	arena = og_arena_new();
	if (!arena)
		return og_no_memory();
	r = write_all(cli, args, &lans, &present, arena);
	og_arena_free(arena);
	return r;
}
