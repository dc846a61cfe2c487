/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stage.h: trying a change of the files before it is made
 *
 * A copy of the configuration is made aside, the change is made there, and the whole is read as the
 * daemon would. Only then is the file itself written, in one step.
 */
#ifndef OUIGUARD_CLI_STAGE_H
#define OUIGUARD_CLI_STAGE_H

#include "cli/cli.h"

/*
 * og_stage_write - write @text to @file (a path within the configuration directory, such as
 * `exceptions/a.yaml`) if the configuration with it has no error. With @replace false a file that is
 * there is left alone.
 *
 * Returns 0; -EEXIST without a word; or another -errno after saying what is wrong.
 */
int og_stage_write(const struct og_cli *cli, const char *file, const char *text, bool replace);

/* og_stage_remove - remove @file if the configuration without it has no error. Likewise. */
int og_stage_remove(const struct og_cli *cli, const char *file);

#endif
