/* SPDX-License-Identifier: GPL-2.0 */
/*
 * offline.h: judging by the files alone
 */
#ifndef OUIGUARD_CLI_OFFLINE_H
#define OUIGUARD_CLI_OFFLINE_H

#include "cli/cli.h"
#include "policy/compile/compile.h"

/*
 * og_offline_judge - compile @config, which was read from cli->config, for this gateway at second @at;
 * @decided (NULL: nothing) is what was decided from what was seen. Errors go to stderr. Returns 0, or
 * -errno after saying what is wrong. Free the result with og_compiled_free().
 */
int og_offline_judge(const struct og_cli *cli, const struct og_config *config, int64_t at,
		     const struct og_decided *decided, struct og_compiled **ret_compiled);

/*
 * og_offline_explain - what the daemon's method Explain would answer to @query (docs/dbus.md), by
 * the files of cli->config. Returns 0, or -errno after saying what is wrong.
 */
int og_offline_explain(const struct og_cli *cli, json_t *query, json_t **ret_record);

static inline void og_put_compiled(struct og_compiled **compiled)
{
	og_compiled_free(*compiled);
}

#define _cleanup_compiled_ __attribute__((cleanup(og_put_compiled)))

#endif
