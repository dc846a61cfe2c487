// SPDX-License-Identifier: GPL-2.0
/*
 * main.c: ouiguardd: options, directories, the event loop
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "daemon/engine/engine.h"
#include "ipc/version.h"
#include "daemon/journal.h"
#include "daemon/manager.h"

#define EXIT_USAGE 2

struct settings {
	struct og_manager_options options;
	bool done; /* --help or --version: nothing more to do */
};

static void set_config(struct settings *settings, const char *value)
{
	settings->options.config = value;
}

static void set_state(struct settings *settings, const char *value)
{
	settings->options.state = value;
}

static void set_engine(struct settings *settings, const char *value)
{
	settings->options.engine = value;
}

static void set_dry_run(struct settings *settings, const char *value)
{
	(void)value;
	settings->options.engine = "dry";
}

static void set_bpffs(struct settings *settings, const char *value)
{
	settings->options.bpffs = value;
}

static void show_version(struct settings *settings, const char *value)
{
	(void)value;
	printf("ouiguardd %s\n", OG_VERSION);
	settings->done = true;
}

static void show_help(struct settings *settings, const char *value);

static const struct setting {
	const char *name, *value, *help;
	void (*set)(struct settings *settings, const char *value);
} table[] = {
	{"config", "DIR", "files that decide (/etc/ouiguard)", set_config},
	{"state", "DIR", "inventory and last good configuration (/var/lib/ouiguard)", set_state},
	{"engine", "NAME", "bpf, kmod or dry, in place of what the configuration says", set_engine},
	{"dry-run", NULL, "judge and serve, but enforce nothing: as --engine dry", set_dry_run},
	{"bpffs", "DIR", "where programs and maps are pinned (" OG_ENGINE_PIN_PATH ")", set_bpffs},
	{"version", NULL, "show the version", show_version},
	{"help", NULL, "show this", show_help},
};

#define SETTINGS (sizeof(table) / sizeof(table[0]))

static void show_help(struct settings *settings, const char *value)
{
	char option[40];
	size_t i;

	(void)value;
	printf("ouiguardd [OPTION...]\n\n"
	       "Enforces the policy of /etc/ouiguard on the egress of listed vendors' equipment.\n"
	       "SIGHUP reloads; SIGTERM stops the daemon and leaves enforcement as it is.\n\n");
	for (i = 0; i < SETTINGS; i++) {
		snprintf(option, sizeof(option), "--%s%s%s", table[i].name,
			 table[i].value ? " " : "", table[i].value ? table[i].value : "");
		printf("  %-16s %s\n", option, table[i].help);
	}
	settings->done = true;
}

/* Returns 0 or EXIT_USAGE. */
static int parse(int argc, char **argv, struct settings *settings)
{
	struct option options[SETTINGS + 1] = {0};
	size_t i;
	int at;

	for (i = 0; i < SETTINGS; i++) {
		options[i].name = table[i].name;
		options[i].has_arg = table[i].value ? required_argument : no_argument;
	}
	while (!settings->done && (at = -1, getopt_long(argc, argv, "", options, &at)) != -1) {
		if (at < 0)
			return EXIT_USAGE;
		table[at].set(settings, optarg);
	}
	if (!settings->done && optind < argc) {
		fprintf(stderr, "ouiguardd: \"%s\" is no option: see --help\n", argv[optind]);
		return EXIT_USAGE;
	}
	return 0;
}

/* A variable's first directory; systemd gives several separated by colons. */
static const char *directory(const char *variable, const char *otherwise)
{
	char *value = getenv(variable);

	if (!value || !value[0])
		return otherwise;
	return strtok(value, ":");
}

static int make_directory(const char *path)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST || errno == EROFS)
		return 0;
	og_log(LOG_ERR, "the directory %s cannot be made: %s", path, strerror(errno));
	return -errno;
}

static int run(const struct og_manager_options *options)
{
	struct og_manager *manager = NULL;
	sd_event *event = NULL;
	int err;

	err = sd_event_default(&event);
	if (err >= 0)
		err = og_manager_new(event, options, &manager);
	if (err < 0) {
		og_log(LOG_ERR, "cannot start: %s", strerror(-err));
	} else {
		err = og_manager_start(manager);
		if (!err)
			err = sd_event_set_watchdog(event, true);
		if (err >= 0)
			err = sd_event_loop(event);
	}
	og_manager_free(manager);
	sd_event_unref(event);
	return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct settings settings = {
		.options = {.config = "/etc/ouiguard", .bus = true},
	};
	int err;

	settings.options.state = directory("STATE_DIRECTORY", "/var/lib/ouiguard");
	settings.options.runtime = directory("RUNTIME_DIRECTORY", "/run/ouiguard");
	settings.options.data = directory("OUIGUARD_DATADIR", "/usr/share/ouiguard");
	err = parse(argc, argv, &settings);
	if (err || settings.done)
		return err;
	if (make_directory(settings.options.state) || make_directory(settings.options.runtime))
		return EXIT_FAILURE;
	return run(&settings.options);
}
