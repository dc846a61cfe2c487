// SPDX-License-Identifier: GPL-2.0
/*
 * verbs.c: the table of verbs
 *
 * Help, bash completion and the test of the manual page read it too. Verbs of two words that share
 * the first one stand together.
 */
#include "cli/verbs.h"
#include "ipc/version.h"

static const struct og_option init_options[] = {
	{.name = "lan",
	 .value = "IF[:uplink=WAN]",
	 .many = true,
	 .required = true,
	 .complete = OG_COMPLETE_INTERFACE,
	 .help = "a LAN-side interface; a bridge with its port that leads outside, or none"},
	{.name = "programme",
	 .value = "NAME",
	 .required = true,
	 .complete = OG_COMPLETE_PROGRAMME,
	 .help = "the programme whose vendors are observed"},
	{.name = "site", .value = "NAME", .help = "what the site is called; \"main\" if not given"},
	{},
};

static const struct og_option check_options[] = {
	{.name = "offline", .help = "do not look at this gateway's interfaces"},
	{.name = "gateway",
	 .value = "HOST",
	 .complete = OG_COMPLETE_HOST,
	 .help = "as the gateway of this host name, whose interfaces are not known here"},
	{},
};

static const struct og_option status_options[] = {
	{.name = "verbose", .letter = 'v', .help = "also hooks, reasons and maps"},
	{},
};

static const struct og_option devices_options[] = {
	{.name = "site",
	 .value = "NAME",
	 .complete = OG_COMPLETE_SITE,
	 .help = "only of this site"},
	{.name = "vendor",
	 .value = "NAME",
	 .complete = OG_COMPLETE_VENDOR,
	 .help = "only of this vendor"},
	{.name = "role",
	 .value = "ROLE",
	 .complete = OG_COMPLETE_ROLE,
	 .help = "only in this role"},
	{.name = "csv", .help = "print comma-separated values"},
	{.name = "verbose", .letter = 'v', .help = "also the destinations of each"},
	{},
};

static const struct og_option events_options[] = {
	{.name = "follow", .letter = 'f', .help = "go on printing events as they come"},
	{.name = "since", .value = "TIME", .help = "only those from this moment on (-2h, a date)"},
	{.name = "site",
	 .value = "NAME",
	 .complete = OG_COMPLETE_SITE,
	 .help = "only of this site"},
	{.name = "mac", .value = "MAC", .help = "only of this device"},
	{.name = "kind", .value = "KIND", .help = "only new, drop, log or summary"},
	{.name = "lines",
	 .letter = 'n',
	 .value = "N",
	 .help = "at most the last N; 100 unless --since is given"},
	{},
};

static const struct og_option explain_options[] = {
	{.name = "site",
	 .value = "NAME",
	 .complete = OG_COMPLETE_SITE,
	 .help = "the site it is at; needed when there are several and it was not seen"},
	{.name = "src",
	 .value = "ADDR",
	 .help = "beside a MAC: the IP source; the MAC in an IPv6 one (EUI-64) is judged too"},
	{.name = "dst",
	 .value = "ADDR[:PORT/PROTO]",
	 .help = "where it sends to; [ADDR]:PORT/PROTO for IPv6; any outside address if not given"},
	{.name = "at", .value = "TIME", .help = "judge at this moment (+7d, a date), not now"},
	{.name = "gateway",
	 .value = "HOST",
	 .complete = OG_COMPLETE_HOST,
	 .help = "with --config: as the gateway of this host name"},
	{},
};

static const struct og_option plan_options[] = {
	{.name = "at", .value = "TIME", .help = "what would be in force at this moment, not now"},
	{.name = "gateway",
	 .value = "HOST",
	 .complete = OG_COMPLETE_HOST,
	 .help = "as the gateway of this host name, whose interfaces are not known here"},
	{},
};

static const struct og_option apply_options[] = {
	{.name = "confirm",
	 .value = "TIME",
	 .help = "take it back after this time (5m) unless \"ouiguard confirm\" keeps it"},
	{},
};

static const struct og_option registry_options[] = {
	{.name = "verbose", .letter = 'v', .help = "also every name of every vendor"},
	{},
};

static const struct og_option yes_options[] = {
	{.name = "yes", .letter = 'y', .help = "do not ask"},
	{},
};

static const struct og_option exception_options[] = {
	{.name = "policy",
	 .value = "NAME",
	 .required = true,
	 .complete = OG_COMPLETE_POLICY,
	 .help = "the policy it is an exception to"},
	{.name = "device", .value = "MAC", .help = "the device that it lets through"},
	{.name = "prefix", .value = "PREFIX/LEN", .help = "or the MAC prefix"},
	{.name = "site",
	 .value = "NAME",
	 .complete = OG_COMPLETE_SITE,
	 .help = "only at this site; alone: everything at this site"},
	{.name = "to",
	 .value = "PREFIX[:PORT/PROTO]",
	 .many = true,
	 .help = "only to this destination"},
	{.name = "from", .value = "TIME", .help = "begins then; at once if not given"},
	{.name = "until", .value = "TIME", .required = true, .help = "ends then (+30d, a date)"},
	{.name = "reason", .value = "TEXT", .required = true, .help = "why"},
	{.name = "owner", .value = "TEXT", .help = "whose it is; you if not given"},
	{.name = "approver", .value = "TEXT", .required = true, .help = "who approved it"},
	{},
};

static const struct og_option pause_options[] = {
	{.name = "site",
	 .value = "NAME",
	 .required = true,
	 .complete = OG_COMPLETE_SITE,
	 .help = "the site where nothing is to be enforced"},
	{.name = "for", .value = "TIME", .required = true, .help = "how long: 30m, 2h"},
	{.name = "reason", .value = "TEXT", .required = true, .help = "why"},
	{},
};

const char og_version[] = OG_VERSION;

const struct og_verb og_verbs[] = {
	{.name = "init",
	 .options = init_options,
	 .run = og_verb_init,
	 .local = true,
	 .help = "write a first configuration that only observes and logs"},
	{.name = "check",
	 .synopsis = "[DIR]",
	 .max_words = 1,
	 .complete = OG_COMPLETE_DIRECTORY,
	 .options = check_options,
	 .run = og_verb_check,
	 .local = true,
	 .help = "read the configuration and show every error and warning"},
	{.name = "status",
	 .options = status_options,
	 .run = og_verb_status,
	 .help = "whether and what is enforced, what changes next, what cannot be seen",
	 .more = "Exit status 0: everything is enforced as configured; 1: it is not, or cannot be "
		 "told."},
	{.name = "devices",
	 .options = devices_options,
	 .run = og_verb_devices,
	 .help = "the devices that were seen"},
	{.name = "explain",
	 .synopsis = "MAC|IP",
	 .min_words = 1,
	 .max_words = 1,
	 .options = explain_options,
	 .run = og_verb_explain,
	 .help = "the verdict on a device's traffic and every step to it",
	 .more = "With --config it works on files alone, without the daemon."},
	{.name = "plan",
	 .options = plan_options,
	 .run = og_verb_plan,
	 .help = "what the files would change, and which seen devices it would touch",
	 .more = "Nothing is applied. Where no daemon can tell which devices were seen, those of "
		 "the asset "
		 "registers stand in."},
	{.name = "apply",
	 .options = apply_options,
	 .run = og_verb_apply,
	 .help = "let the daemon apply the files, with a way back"},
	{.name = "confirm", .run = og_verb_confirm, .help = "keep what apply --confirm applied"},
	{.name = "reload",
	 .run = og_verb_reload,
	 .help = "let the daemon read the files again; shows their errors",
	 .more = "Without a bus the files are checked here, and the process $MAINPID, which "
		 "systemd "
		 "sets, gets SIGHUP."},
	{.name = "exception add",
	 .options = exception_options,
	 .run = og_verb_exception_add,
	 .local = true,
	 .help = "let a device, prefix or site through, until a date"},
	{.name = "exception list",
	 .run = og_verb_exception_list,
	 .local = true,
	 .help = "the exceptions and when they end"},
	{.name = "exception revoke",
	 .synopsis = "NAME",
	 .min_words = 1,
	 .max_words = 1,
	 .complete = OG_COMPLETE_EXCEPTION,
	 .run = og_verb_exception_revoke,
	 .local = true,
	 .help = "end an exception now: remove its file"},
	{.name = "pause",
	 .options = pause_options,
	 .run = og_verb_pause,
	 .local = true,
	 .help = "enforce nothing at a site for a while"},
	{.name = "events",
	 .options = events_options,
	 .run = og_verb_events,
	 .help = "what happened: new devices, drops, logged egress, summaries"},
	{.name = "registry status",
	 .options = registry_options,
	 .run = og_verb_registry_status,
	 .local = true,
	 .help = "the registries' age, and the prefixes and near misses of each vendor"},
	{.name = "registry diff",
	 .synopsis = "[FILE ...]",
	 .max_words = OG_WORDS_ANY,
	 .complete = OG_COMPLETE_FILE,
	 .run = og_verb_registry_diff,
	 .local = true,
	 .help = "what the present registries, or these files, would list or unlist",
	 .more = "Exit status 1: something would change."},
	{.name = "registry accept",
	 .options = yes_options,
	 .run = og_verb_registry_accept,
	 .local = true,
	 .help = "write prefixes.lock from the present registries"},
	{.name = "detach",
	 .options = yes_options,
	 .run = og_verb_detach,
	 .help = "take enforcement down, until the next reload or start"},
	{.name = "completion",
	 .synopsis = "bash",
	 .min_words = 1,
	 .max_words = 1,
	 .complete = OG_COMPLETE_SHELL,
	 .run = og_verb_completion,
	 .help = "print the completion script for a shell"},
	{.name = "help",
	 .synopsis = "[VERB]",
	 .max_words = 2,
	 .complete = OG_COMPLETE_VERB,
	 .run = og_verb_help,
	 .help = "tell what a verb does and which options it has"},
	{},
};
