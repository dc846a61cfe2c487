/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-db.h: what the parts of the store share; for store*.c alone
 */
#ifndef OUIGUARD_DAEMON_STORE_DB_H
#define OUIGUARD_DAEMON_STORE_DB_H

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>

#define OG_STORE_PATH 4096 /* bytes of a path with its terminator */

/* Statements that are prepared once. */
enum og_statement {
	OG_PUT_DEVICE,
	OG_DEVICE_ID,
	OG_FORGET_DEVICE,
	OG_CLEAR_DESTS,
	OG_PUT_DEST,
	OG_CLEAR_DROPS,
	OG_PUT_DROPS,
	OG_PUT_EVENT,
	OG_TRIM_EVENTS,
	OG_LAST_EVENT,
	OG_LIST_EVENTS,
	OG_GET_NUMBER,
	OG_PUT_NUMBER,
	OG_PUT_SITE,
	OG_CLEAR_SITES,
	OG_STATEMENT_COUNT,
};

struct og_store {
	sqlite3 *db;
	sqlite3_stmt *statements[OG_STATEMENT_COUNT];
	char trouble[2 * OG_STORE_PATH]; /* since opening */
	char failure[512];		 /* of the last write; cleared by one that works */
};

/* The columns of a row in their order, while it is bound or read. */
struct og_row {
	sqlite3_stmt *statement;
	int at; /* the next column, from 0 on */
};

/* og_row_put, og_row_put_text - bind the next column. @text must outlive the statement's run. */
static inline void og_row_put(struct og_row *row, int64_t number)
{
	sqlite3_bind_int64(row->statement, ++row->at, number);
}

static inline void og_row_put_text(struct og_row *row, const char *text)
{
	sqlite3_bind_text(row->statement, ++row->at, text, -1, SQLITE_STATIC);
}

/* og_row_take - the next column. og_row_take_text - the same as text, cut to @size bytes. */
static inline int64_t og_row_take(struct og_row *row)
{
	return sqlite3_column_int64(row->statement, row->at++);
}

static inline void og_row_take_text(struct og_row *row, char *to, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(row->statement, row->at++);

	snprintf(to, size, "%s", text ? text : "");
}

/* og_store_errno - the -errno for a result of SQLite; 0 for SQLITE_OK, _ROW and _DONE. */
int og_store_errno(int rc);

/* og_store_result - as og_store_errno(), and remembers a failure for og_store_trouble(). */
int og_store_result(struct og_store *store, int rc);

/*
 * og_store_statement - the prepared statement, reset, with its bindings cleared; NULL when it cannot
 * be prepared.
 */
sqlite3_stmt *og_store_statement(struct og_store *store, enum og_statement which);

/*
 * og_store_row - the same as a row whose first column comes next. 0 or -errno, remembered for
 * og_store_trouble().
 */
int og_store_row(struct og_store *store, enum og_statement which, struct og_row *ret_row);

/* og_store_run - step a statement that returns no rows, and reset it. 0 or -errno. */
int og_store_run(struct og_store *store, sqlite3_stmt *statement);

static inline void og_store_finalize(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}

#endif
