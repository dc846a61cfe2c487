// SPDX-License-Identifier: GPL-2.0
/*
 * peer.c: where the other member of a pair differs
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/files.h"
#include "cli/peer.h"
#include "ipc/version.h"
#include "policy/compile/gateway.h"

#define ASKED 8 /* most gateways that are asked after an apply */

void og_peer_clear(struct og_peer *peer)
{
	free(peer->version);
	json_decref(peer->files);
	*peer = (struct og_peer){};
}

/* Asking ----------------------------------------------------------------------------------------*/

/* The first answer waits for ssh; the second one is as old as the way back. */
static int ask_status(const struct og_cli *cli, sd_bus *bus, int flags, struct og_peer *peer,
		      json_t **ret_status)
{
	struct og_call call = {.method = "Status", .flags = flags};
	_cleanup_json_ json_t *first = NULL;
	int64_t before, after;
	int r = og_client_call(cli, bus, &call, &first);

	if (r < 0)
		return r;
	before = og_cli_clock();
	r = og_client_call(cli, bus, &call, ret_status);
	after = og_cli_clock();
	if (r < 0)
		return r;
	peer->unsure = after - before;
	peer->ahead = og_json_number(*ret_status, "now_at", before) - (before + after) / 2;
	return 0;
}

static int add(json_t *files, const char *path, const char *state)
{
	return json_array_append_new(files, json_pack("{s:s, s:s}", "path", path, "state", state));
}

/* Both lists ascend by path. */
static int compare(const struct og_config *config, const json_t *there, json_t *files)
{
	size_t here = 0, far = 0, count = json_array_size(there);
	int r = 0;

	while (r == 0 && (here < config->file_count || far < count)) {
		const struct og_conf_file *file = here < config->file_count ? &config->files[here]
									    : NULL;
		const json_t *other = far < count ? json_array_get(there, far) : NULL;
		const char *path = og_json_text(other, "path", "");
		int order = !file ? 1 : !other ? -1 : strcmp(file->path, path);
		struct og_digest digest;

		if (order < 0) {
			r = add(files, file->path, "only-here");
		} else if (order > 0) {
			r = add(files, path, "only-there");
		} else if (og_digest_parse(og_json_text(other, "sha256", ""), &digest) ||
			   !og_digest_equal(&digest, &file->digest)) {
			r = add(files, path, "differs");
		}
		here += order <= 0;
		far += order >= 0;
	}
	return r;
}

int og_peer_ask(const struct og_cli *cli, const struct og_config *config, const char *host,
		bool quiet, struct og_peer *ret_peer)
{
	_cleanup_peer_ struct og_peer peer = {.host = host, .files = json_array()};
	struct og_cli remote = *cli;
	_cleanup_json_ json_t *status = NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	int r;

	remote.host = host;
	r = quiet ? og_client_open_batch(host, &bus) : og_client_open(&remote, false, &bus);
	if (r == 0)
		r = ask_status(&remote, bus, quiet ? OG_CALL_SILENT : 0, &peer, &status);
	if (r < 0)
		return r;
	peer.version = strdup(og_json_text(status, "version", "unknown"));
	peer.stale = og_json_truth(status, "stale") || json_object_get(status, "last_reload_error");
	if (!peer.version || !peer.files ||
	    compare(config, og_json_array(status, "files"), peer.files)) {
		og_no_memory();
		return -ENOMEM;
	}
	*ret_peer = peer;
	peer = (struct og_peer){};
	return 0;
}

/* Telling ---------------------------------------------------------------------------------------*/

static bool clocks_agree(const struct og_peer *peer)
{
	int64_t allowed = OG_PEER_CLOCK + peer->unsure;

	return peer->ahead <= allowed && peer->ahead >= -allowed;
}

static bool same_version(const struct og_peer *peer)
{
	return !strcmp(peer->version, OG_VERSION);
}

bool og_peer_same(const struct og_peer *peer)
{
	return !json_array_size(peer->files) && clocks_agree(peer) && same_version(peer) &&
	       !peer->stale;
}

void og_peer_show(const struct og_cli *cli, const struct og_peer *peer, int indent)
{
	json_t *file;
	size_t i;

	json_array_foreach(peer->files, i, file)
	{
		const char *state = og_json_text(file, "state", "");

		og_say(cli, OG_BAD, "%*s%s %s\n", indent, "", og_json_text(file, "path", "?"),
		       !strcmp(state, "differs")     ? "differs"
		       : !strcmp(state, "only-here") ? "is only here"
						     : "is only there");
	}
	if (!same_version(peer))
		og_say(cli, OG_WARN, "%*sversion %s there, %s here\n", indent, "", peer->version,
		       OG_VERSION);
	if (!clocks_agree(peer))
		og_say(cli, OG_BAD,
		       "%*sits clock is %" PRId64 " s %s: phases begin at different seconds\n",
		       indent, "", peer->ahead < 0 ? -peer->ahead : peer->ahead,
		       peer->ahead < 0 ? "behind" : "ahead");
	if (peer->stale)
		og_say(cli, OG_WARN,
		       "%*swhat is in force there is not what its files say: \"ouiguard reload\" "
		       "there\n",
		       indent, "");
}

json_t *og_peer_record(const struct og_peer *peer)
{
	return json_pack("{s:s, s:b, s:s, s:O, s:I, s:b}", "peer", peer->host, "same",
			 og_peer_same(peer), "version", peer->version, "files", peer->files,
			 "clock_ahead", (json_int_t)(clocks_agree(peer) ? 0 : peer->ahead), "stale",
			 peer->stale);
}

/* After an apply --------------------------------------------------------------------------------*/

static void warn_of(const struct og_cli *cli, const struct og_config *config, const char *host)
{
	_cleanup_peer_ struct og_peer peer = {};

	og_progress("Asking the other gateways");
	if (og_peer_ask(cli, config, host, true, &peer) < 0) {
		og_progress(NULL);
		return;
	}
	og_progress(NULL);
	if (og_peer_same(&peer))
		return;
	og_say(cli, OG_WARN, "%s, of the same site, differs:\n", host);
	og_peer_show(cli, &peer, 2);
}

void og_peer_warn(const struct og_cli *cli)
{
	_cleanup_config_ struct og_config *config = NULL;
	_cleanup_diags_ struct og_diags diags = {};
	const char *asked[ASKED], *name;
	char own[256] = "";
	size_t count = 0, i;

	if (og_config_load(cli->config, cli->datadir, &config, &diags) < 0 ||
	    gethostname(own, sizeof(own) - 1) < 0)
		return;
	for (size_t s = 0; s < config->site_count; s++) {
		for (size_t g = 0; g < config->sites[s].gateways.count; g++) {
			name = config->sites[s].gateways.names[g];
			for (i = 0; i < count && !og_host_is(asked[i], name); i++)
				;
			if (i < count || count == ASKED || og_host_is(own, name))
				continue;
			asked[count++] = name;
		}
	}
	for (i = 0; i < count; i++)
		warn_of(cli, config, asked[i]);
}
