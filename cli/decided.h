/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decided.h: what a daemon has decided from what it saw, for judging by files
 */
#ifndef OUIGUARD_CLI_DECIDED_H
#define OUIGUARD_CLI_DECIDED_H

#include "cli/cli.h"
#include "policy/compile/decided.h"
#include "policy/config/config.h"

/* @view borrows from the rest. */
struct og_cli_decided {
	struct og_decided view;
	struct og_held *held;
	const char **gates;
	json_t *status;
};

/*
 * og_decided_ask - what the daemon that can be asked has decided; nothing where none can. Returns 0 or
 * -errno after saying what is wrong. Free with og_decided_clear().
 */
int og_decided_ask(const struct og_cli *cli, struct og_cli_decided *ret_decided);
void og_decided_clear(struct og_cli_decided *decided);

/*
 * og_decided_expect - add those of the device records @records (which must outlive @decided) that an
 * apply of @config would hold: they front others, have no asset row and were never enforced. 0 or
 * -ENOMEM.
 */
int og_decided_expect(struct og_cli_decided *decided, const json_t *records,
		      const struct og_config *config);

#endif
