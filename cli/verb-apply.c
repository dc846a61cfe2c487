// SPDX-License-Identifier: GPL-2.0
/*
 * verb-apply.c: telling the daemon to take the files, to keep them, to let go
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/moment.h"
#include "cli/peer.h"
#include "cli/verbs.h"
#include "policy/base/when.h"

/* What Reload and Apply give: the generation now in force, and warnings. */
static int show_applied(const struct og_cli *cli, json_t *applied)
{
	json_t *warning;
	size_t i;

	if (cli->json)
		return og_print_json(json_incref(applied), OG_EXIT_OK);
	json_array_foreach(og_json_array(applied, "warnings"), i, warning)
		og_say(cli, OG_WARN, "%s\n",
		       json_is_string(warning) ? json_string_value(warning) : "unknown");
	og_say(cli, OG_PLAIN, "Generation %" PRId64 " is in force.\n",
	       og_json_number(applied, "generation", 0));
	return OG_EXIT_OK;
}

int og_verb_apply(struct og_cli *cli, const struct og_args *args)
{
	struct og_call call = {.method = "Apply", .flags = OG_CALL_SECONDS};
	const char *confirm = og_arg(args, "confirm");
	_cleanup_json_ json_t *applied = NULL;
	char moment[OG_MOMENT_TEXT];
	int r;

	if (confirm && og_duration_parse(confirm, &call.seconds) < 0)
		return og_misused("--confirm %s: write a time such as 90s or 5m", confirm);
	if (confirm && call.seconds < 1)
		return og_misused("--confirm: nobody can confirm in no time");
	if (og_ask(cli, &call, &applied) < 0)
		return OG_EXIT_FAILED;
	r = show_applied(cli, applied);
	if (confirm && !cli->json)
		og_say(cli, OG_BOLD,
		       "It is taken back at %s unless you say \"ouiguard confirm\" before.\n",
		       og_moment(cli->now + call.seconds, moment));
	if (!cli->host && !cli->json)
		og_peer_warn(cli);
	return r;
}

/* Verbs whose method gives nothing. */
static int order(const struct og_cli *cli, const char *method, const char *done)
{
	struct og_call call = {.method = method, .flags = OG_CALL_NOTHING};

	if (og_ask(cli, &call, NULL) < 0)
		return OG_EXIT_FAILED;
	if (cli->json)
		return og_print_json(json_pack("{s:b}", done, true), OG_EXIT_OK);
	return OG_EXIT_OK;
}

int og_verb_confirm(struct og_cli *cli, const struct og_args *args)
{
	int r = order(cli, "Confirm", "confirmed");

	(void)args;
	if (r == OG_EXIT_OK && !cli->json)
		og_say(cli, OG_PLAIN, "It stays in force.\n");
	return r;
}

int og_verb_detach(struct og_cli *cli, const struct og_args *args)
{
	int r;

	if (!og_arg_given(args, "yes") &&
	    !og_confirm("Take enforcement down? Nothing is judged until the next reload or start."))
		return OG_EXIT_FAILED;
	r = order(cli, "Detach", "detached");
	if (r == OG_EXIT_OK && !cli->json)
		og_say(cli, OG_PLAIN,
		       "Enforcement is down. \"ouiguard reload\" puts it back in force.\n");
	return r;
}

/* The process that systemd's ExecReload= names; 0 when it names none. */
static pid_t main_pid(void)
{
	const char *text = getenv("MAINPID");
	char *end;
	long pid;

	if (!text || text[0] < '1' || text[0] > '9')
		return 0;
	errno = 0;
	pid = strtol(text, &end, 10);
	return errno || *end || pid <= 1 || pid > INT32_MAX ? 0 : (pid_t)pid;
}

/*
 * No bus or no daemon on it. The files are checked here, so that a mistake is told; a daemon
 * without a bus is still told by the signal that ExecReload= would otherwise send.
 */
static int reload_without_bus(const struct og_cli *cli)
{
	pid_t pid = main_pid();

	if (og_files_check(cli) != OG_EXIT_OK) {
		og_complain("the configuration has errors: what is in force stays in force");
		return OG_EXIT_FAILED;
	}
	if (pid && kill(pid, SIGHUP) == 0) {
		og_hint("the files have no error; process %d was sent SIGHUP", (int)pid);
		return OG_EXIT_OK;
	}
	og_complain("the daemon cannot be reached on the system bus, so it was told nothing");
	og_hint("the files of %s have no error; start it: systemctl start ouiguard; if it runs "
		"without a bus: systemctl kill -s HUP ouiguard",
		cli->config);
	return OG_EXIT_FAILED;
}

int og_verb_reload(struct og_cli *cli, const struct og_args *args)
{
	struct og_call call = {.method = "Reload", .flags = cli->host ? 0 : OG_CALL_QUIET};
	_cleanup_json_ json_t *applied = NULL;
	int r;

	(void)args;
	r = og_ask(cli, &call, &applied);
	if (r == -ENXIO && !cli->host)
		return reload_without_bus(cli);
	return r < 0 ? OG_EXIT_FAILED : show_applied(cli, applied);
}
