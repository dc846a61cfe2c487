/* SPDX-License-Identifier: GPL-2.0 */
/*
 * offline.h: judging by the files alone
 */
#ifndef OUIGUARD_CLI_OFFLINE_H
#define OUIGUARD_CLI_OFFLINE_H

#include "cli/cli.h"
#include "policy/compile/compile.h"

/*
 * og_offline_compile - read the files of cli->config, and compile them for this gateway at second
 * @at. Errors go to stderr. Returns 0, or -errno after saying what is wrong. Free the results with
 * og_config_free() and og_compiled_free().
 */
int og_offline_compile(const struct og_cli *cli, int64_t at, struct og_config **ret_config,
		       struct og_compiled **ret_compiled);

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
