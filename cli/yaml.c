// SPDX-License-Identifier: GPL-2.0
/*
 * yaml.c: writing the few lines of YAML that the verbs write
 */
#include <stddef.h>

#include "cli/yaml.h"

void og_yaml_text(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			fprintf(out, "\\%c", byte);
		else if (byte < 0x20 || byte == 0x7f)
			fprintf(out, "\\x%02x", byte);
		else
			fputc(byte, out);
	}
	fputc('"', out);
}

void og_yaml_member(int indent, const char *key, const char *text, FILE *out)
{
	if (!text)
		return;
	fprintf(out, "%*s%s: ", indent, "", key);
	og_yaml_text(text, out);
	fputc('\n', out);
}
