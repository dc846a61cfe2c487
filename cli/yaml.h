/* SPDX-License-Identifier: GPL-2.0 */
/*
 * yaml.h: writing the few lines of YAML that the verbs write
 */
#ifndef OUIGUARD_CLI_YAML_H
#define OUIGUARD_CLI_YAML_H

#include <stdio.h>

/* og_yaml_text - @text in double quotes to @out, escaped so that it is read back as it is. */
void og_yaml_text(const char *text, FILE *out);

/* og_yaml_member - `KEY: "TEXT"` and a line feed after @indent spaces; nothing for a NULL @text. */
void og_yaml_member(int indent, const char *key, const char *text, FILE *out);

#endif
