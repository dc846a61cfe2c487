/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit-line.h: exported audit logs: one entry a line, `HASH CANONICAL-TEXT` (docs/audit.md)
 */
#ifndef OUIGUARD_IPC_AUDIT_LINE_H
#define OUIGUARD_IPC_AUDIT_LINE_H

#include <jansson.h>
#include <stdio.h>

#include "ipc/audit-chain.h"

/* Most bytes of a line with its end: every byte of the texts may need six. */
#define OG_AUDIT_LINE (6 * (OG_AUDIT_TEXT + 4 * OG_AUDIT_WORDS) + 1024)

/* An entry that was read from a line; its texts belong to @owner. */
struct og_audit_line {
	struct og_audit_entry entry; /* @previous is all zeros: a line does not hold it */
	json_t *owner;
};

/*
 * og_audit_line_read - read the @size bytes at @line, without a line feed. Returns 0, -EINVAL when
 * they are no entry in its canonical form, -ENOMEM. Clear with og_audit_line_clear().
 */
int og_audit_line_read(const char *line, size_t size, struct og_audit_line *ret_line);
void og_audit_line_clear(struct og_audit_line *line);

/* og_audit_line_write - write @entry as a line with its line feed. 0, -EIO or -ENOMEM. */
int og_audit_line_write(const struct og_audit_entry *entry, FILE *out);

/*
 * og_audit_lines_check - verify all lines of @in with @check, which the caller may have given a
 * wanted head. @fault is called with the number (from 1) and the words for each line that is wrong.
 * Returns 0 however many those are; -errno when @in cannot be read.
 */
int og_audit_lines_check(FILE *in, struct og_audit_check *check,
			 void (*fault)(void *userdata, int64_t line, const char *words),
			 void *userdata);

#endif
