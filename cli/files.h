/* SPDX-License-Identifier: GPL-2.0 */
/*
 * files.h: the configuration's files, without the daemon
 */
#ifndef OUIGUARD_CLI_FILES_H
#define OUIGUARD_CLI_FILES_H

#include "cli/cli.h"
#include "policy/config/config.h"
#include "policy/base/diag.h"
#include "policy/compile/gateway.h"

/*
 * og_files_load - read the configuration of cli->config. Errors go to stderr, warnings nowhere
 * (`check` shows them). Returns 0, or -errno after saying what is wrong. Free with og_config_free().
 */
int og_files_load(const struct og_cli *cli, struct og_config **ret_config);

/* og_files_check - read and judge the files; errors go to stderr. Returns an exit status. */
int og_files_check(const struct og_cli *cli);

/* og_files_print - the errors of @diags on stderr, then its warnings if they are wanted. */
void og_files_print(const struct og_diags *diags, bool warnings);

/*
 * og_files_gateway - this gateway's interfaces, addresses and next hops; with --gateway, of another
 * one, only its host name. Returns 0, or -errno after a complaint. Free with og_gateway_clear().
 */
int og_files_gateway(const struct og_cli *cli, struct og_gateway *ret_gateway);

/* og_files_same - whether two paths name the same directory. */
bool og_files_same(const char *one, const char *other);

/*
 * og_files_told - after files were changed: let a running daemon read them again. Says on stdout
 * (stderr with --json) what came of it. Returns an exit status: that there is no daemon is no
 * failure, that it refuses is one.
 */
int og_files_told(const struct og_cli *cli);

static inline void og_put_config(struct og_config **config)
{
	og_config_free(*config);
}

#define _cleanup_config_  __attribute__((cleanup(og_put_config)))
#define _cleanup_diags_	  __attribute__((cleanup(og_diags_free)))
#define _cleanup_gateway_ __attribute__((cleanup(og_gateway_clear)))

#endif
