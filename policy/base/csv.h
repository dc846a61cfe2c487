/* SPDX-License-Identifier: GPL-2.0 */
/*
 * csv.h: the fields of a CSV file, one after the other (RFC 4180)
 */
#ifndef OUIGUARD_POLICY_CSV_H
#define OUIGUARD_POLICY_CSV_H

#include <stddef.h>

#include "policy/base/diag.h"

#define OG_CSV_FIELD_BYTES 4096

struct og_csv {
	const char *file;
	struct og_diags *diags;
	const char *at, *end;
	struct og_mark mark; /* of @at */
	char *text;	     /* room for one field */
	char separator;	     /* a comma; the caller may set another after og_csv_open() */
};

struct og_csv_field {
	const char *
		text; /* without its quotes; a line break in it has become a space; until the next */
	struct og_mark mark;
};

enum og_csv_kind {
	OG_CSV_FIELD = 1, /* another field of the row follows */
	OG_CSV_LAST,	  /* the last one of its row */
	OG_CSV_END,	  /* no field: the file has ended */
};

/*
 * og_csv_open - start at the beginning of @size bytes at @data, after a byte order mark; @file names
 * them in marks. Nothing is copied but one field at a time. End with og_csv_close().
 */
void og_csv_open(struct og_csv *csv, const char *data, size_t size, const char *file,
		 struct og_diags *diags);

/*
 * og_csv_next - the next field. Returns an enum og_csv_kind; -EINVAL, with an error added, when what
 * follows cannot be told apart (a quote that is not closed, bytes that are no text); or -ENOMEM.
 */
int og_csv_next(struct og_csv *csv, struct og_csv_field *ret_field);

void og_csv_close(struct og_csv *csv);

#endif
