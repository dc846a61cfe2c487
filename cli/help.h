/* SPDX-License-Identifier: GPL-2.0 */
/*
 * help.h: help and bash completion, generated from the tables
 */
#ifndef OUIGUARD_CLI_HELP_H
#define OUIGUARD_CLI_HELP_H

#include <stdio.h>

#include "cli/options.h"

/* og_help_all - the verbs, one line each, and the common options, to @out. */
void og_help_all(const struct og_verb *verbs, FILE *out);

/* og_help_verb - what @verb does, its words and options, to @out. */
void og_help_verb(const struct og_verb *verb, FILE *out);

/* og_help_group - the verbs of two words that begin with @group, to @out. */
void og_help_group(const struct og_verb *verbs, const char *group, FILE *out);

/* og_completion_bash - a bash script that completes verbs, options and values, to @out. */
void og_completion_bash(const struct og_verb *verbs, FILE *out);

#endif
