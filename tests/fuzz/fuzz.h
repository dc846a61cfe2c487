/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fuzz.h: what the fuzzers share
 */
#ifndef OUIGUARD_TESTS_FUZZ_H
#define OUIGUARD_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* check - a property that must hold for every input: abort() is what libFuzzer reports. */
static inline void check(int condition)
{
	if (!condition)
		abort();
}

/* copy_of - the input in memory of exactly its size, so that one byte read beyond it is seen. */
static inline char *copy_of(const uint8_t *data, size_t size)
{
	char *copy = malloc(size ? size : 1);

	check(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/*
 * check_diags - @ret is what a reader returned: it refuses if and only if it says why, and nothing
 * of the file reaches a terminal as a control character. Frees the diagnostics.
 */
static inline void check_diags(struct og_diags *diags, int ret)
{
	char text[4096];
	size_t i, j;

	check(ret == 0 || diags->errors > 0);
	for (i = 0; i < diags->count; i++) {
		og_diag_text(&diags->items[i], text, sizeof(text));
		for (j = 0; text[j]; j++)
			check((unsigned char)text[j] >= ' ' && text[j] != 0x7f);
	}
	og_diags_free(diags);
}

#endif
