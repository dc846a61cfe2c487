/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-db.h: what the parts of the store share; for store*.c alone
 */
#ifndef OUIGUARD_DAEMON_STORE_DB_H
#define OUIGUARD_DAEMON_STORE_DB_H

#include <sqlite3.h>
#include <stdint.h>

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

/* og_store_errno - the -errno for a result of SQLite; 0 for SQLITE_OK, _ROW and _DONE. */
int og_store_errno(int rc);

/* og_store_result - as og_store_errno(), and remembers a failure for og_store_trouble(). */
int og_store_result(struct og_store *store, int rc);

/*
 * og_store_statement - the prepared statement, reset, with its bindings cleared; NULL when it cannot
 * be prepared.
 */
sqlite3_stmt *og_store_statement(struct og_store *store, enum og_statement which);

/* og_store_run - step a statement that returns no rows, and reset it. 0 or -errno. */
int og_store_run(struct og_store *store, sqlite3_stmt *statement);

static inline void og_store_finalize(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}

#endif
