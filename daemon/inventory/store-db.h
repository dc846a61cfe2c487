/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-db.h: what the parts of the store share; for store*.c alone
 */
#ifndef OUIGUARD_DAEMON_STORE_DB_H
#define OUIGUARD_DAEMON_STORE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define OG_STORE_PATH 4096 /* bytes of a path with its terminator */

#define OG_STATEMENTS 160 /* most statements that are prepared once */

struct og_statement {
	const char *sql; /* which one it is, by its address */
	sqlite3_stmt *statement;
};

struct og_store {
	sqlite3 *db;
	struct og_statement statements[OG_STATEMENTS];
	size_t statement_count;
	bool passing;			 /* a copy, or in memory: gone with the daemon */
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

/*
 * og_row_take - the next column. og_row_take_text - the same as text, cut to @size bytes.
 * og_row_text - the same where it lies, until the next step; never NULL.
 */
static inline int64_t og_row_take(struct og_row *row)
{
	return sqlite3_column_int64(row->statement, row->at++);
}

static inline void og_row_take_text(struct og_row *row, char *to, size_t size)
{
	const char *text = (const char *)sqlite3_column_text(row->statement, row->at++);

	snprintf(to, size, "%s", text ? text : "");
}

static inline const char *og_row_text(struct og_row *row)
{
	const char *text = (const char *)sqlite3_column_text(row->statement, row->at++);

	return text ? text : "";
}

/* og_store_errno - the -errno for a result of SQLite; 0 for SQLITE_OK, _ROW and _DONE. */
int og_store_errno(int rc);

/* og_store_result - as og_store_errno(), and remembers a failure for og_store_trouble(). */
int og_store_result(struct og_store *store, int rc);

/*
 * og_store_row - the statement @sql, prepared once, reset and with its bindings cleared, as a row
 * whose first column comes next. @sql is told from others by its address: it must be a constant,
 * always the same one. 0 or -errno, remembered for og_store_trouble().
 */
int og_store_row(struct og_store *store, const char *sql, struct og_row *ret_row);

/* og_store_run - step a statement that returns no rows, and reset it. 0 or -errno. */
int og_store_run(struct og_store *store, sqlite3_stmt *statement);

/*
 * og_store_next - step a query to its next row, whose first column comes next. 1: there is one; 0:
 * no more, and it is reset; -errno, and it is reset.
 */
int og_store_next(struct og_store *store, struct og_row *row);

/* og_store_device_id - what other tables know a device by. 0, -ENOENT, -errno. */
int og_store_device_id(struct og_store *store, const char *site, uint64_t mac, int64_t *ret_id);

/* og_store_put_sightings_of - og_store_put_sightings() by the device's id. */
int og_store_put_sightings_of(struct og_store *store, int64_t id, int64_t block, uint32_t days);

/*
 * og_store_migrate - bring the schema up to date. 0; -EPROTO for a schema of a later version,
 * -EUCLEAN for a file of another program; -errno.
 */
int og_store_migrate(sqlite3 *db);

static inline void og_store_finalize(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}

#endif
