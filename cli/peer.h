/* SPDX-License-Identifier: GPL-2.0 */
/*
 * peer.h: where the other member of a pair differs
 */
#ifndef OUIGUARD_CLI_PEER_H
#define OUIGUARD_CLI_PEER_H

#include "cli/cli.h"
#include "policy/config/config.h"

/* What was found. */
struct og_peer {
	const char *host;
	char *version;	/* of its daemon */
	json_t *files;	/* `path`, `state`: `differs`, `only-here`, `only-there` */
	int64_t ahead;	/* seconds that its clock is ahead; negative: behind */
	int64_t unsure; /* seconds that the question took: @ahead is known no better */
	bool stale;	/* its files are not what it has in force */
};

#define OG_PEER_CLOCK 2 /* seconds that two clocks may differ */

/*
 * og_peer_ask - ask the daemon of @host over ssh, and compare the files that it has in force with
 * those of @config. @quiet: ssh asks no question and waits a few seconds only, and nothing is said
 * when the host does not answer. Returns 0, or -errno after saying what is wrong. Clear with
 * og_peer_clear().
 */
int og_peer_ask(const struct og_cli *cli, const struct og_config *config, const char *host,
		bool quiet, struct og_peer *ret_peer);
void og_peer_clear(struct og_peer *peer);

/* og_peer_same - whether nothing differs. */
bool og_peer_same(const struct og_peer *peer);

/*
 * og_peer_show - what differs, for people, each line after @indent spaces. og_peer_record - as a
 * record: `peer`, `same`, `version`, `files`, `clock_ahead`, `stale`.
 */
void og_peer_show(const struct og_cli *cli, const struct og_peer *peer, int indent);
json_t *og_peer_record(const struct og_peer *peer);

/*
 * og_peer_warn - after an apply: ask the other gateways that the sites of this one name, as far as
 * they answer without a question, and say where they differ.
 */
void og_peer_warn(const struct og_cli *cli);

#define _cleanup_peer_ __attribute__((cleanup(og_peer_clear)))

#endif
