/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line-diff.h: how two texts differ, line by line
 */
#ifndef OUIGUARD_POLICY_LINE_DIFF_H
#define OUIGUARD_POLICY_LINE_DIFF_H

#include <stddef.h>

#define OG_LINE_DIFF_EDITS 512 /* more removed and added lines than these are told as one block */

/*
 * og_line_diff - what must be done to the lines of @before to make them those of @after, as
 * `diff -U0` writes it: `@@ -LINE,COUNT +LINE,COUNT @@`, then removed lines with `-` and added ones
 * with `+`. It is the shortest such list (Myers 1986) up to OG_LINE_DIFF_EDITS lines. Bytes are not
 * interpreted: what is in the texts is in the result; zero bytes are not. Once the result has @limit
 * bytes no more lines are added, and a last one in brackets tells how many are left out.
 *
 * Returns the text, "" when the two are the same, which the caller frees; NULL without memory.
 */
char *og_line_diff(const char *before, size_t before_size, const char *after, size_t after_size,
		   size_t limit);

#endif
