// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-audit.c: exported audit logs; what is read as an entry is written again as the same bytes, and
 * what is good does not stay good when its last line goes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/audit-line.h"
#include "tests/fuzz/fuzz.h"

static void count_fault(void *userdata, int64_t line, const char *words)
{
	check(line > 0 && words && words[0]);
	++*(size_t *)userdata;
}

static struct og_audit_check verified(const uint8_t *data, size_t size,
				      const struct og_digest *wanted)
{
	struct og_audit_check result = {.wants = wanted != NULL};
	size_t faults = 0;
	FILE *in;

	if (wanted)
		result.wanted = *wanted;
	if (!size)
		return result;
	in = fmemopen((void *)data, size, "r");
	check(in != NULL);
	check(og_audit_lines_check(in, &result, count_fault, &faults) == 0);
	fclose(in);
	check(faults == result.faults);
	return result;
}

static void round_trip(const char *line, size_t size)
{
	struct og_audit_line read;
	char *again = NULL;
	size_t again_size;
	FILE *out;

	if (og_audit_line_read(line, size, &read))
		return;
	out = open_memstream(&again, &again_size);
	check(out != NULL);
	check(og_audit_line_write(&read.entry, out) == 0);
	check(fclose(out) == 0);
	check(again_size == size + 1 && !memcmp(again, line, size) && again[size] == '\n');
	free(again);
	og_audit_line_clear(&read);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_audit_check whole = verified(data, size, NULL), part;
	char *text = copy_of(data, size), *tidy;
	size_t line = 0, last = 0;

	for (size_t at = 0; at < size; at++) {
		if (text[at] != '\n')
			continue;
		round_trip(text + line, at - line);
		last = line;
		line = at + 1;
	}
	if (whole.entries && !whole.faults) {
		part = verified(data, size, &whole.head);
		check(og_audit_check_head(&part));
		part = verified(data, last, &whole.head);
		check(!og_audit_check_head(&part));
	}
	free(text);
	/* Not strndup(): ASan's looks at one byte behind an empty input. */
	text = calloc(1, size + 1);
	check(text != NULL);
	if (size)
		memcpy(text, data, size);
	tidy = og_audit_tidy(text, 32);
	check(tidy && strlen(tidy) < 32 + 64);
	free(tidy);
	free(text);
	return 0;
}
