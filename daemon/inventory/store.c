// SPDX-License-Identifier: GPL-2.0
/*
 * store.c: opening the database, transactions, statements, and what is done when it is no good
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

#define BUSY_TIMEOUT_MS 2000

int og_store_errno(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return -EROFS;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	default:
		return -EIO;
	}
}

int og_store_result(struct og_store *store, int rc)
{
	int err = og_store_errno(rc);

	if (err)
		snprintf(store->failure, sizeof(store->failure),
			 "the inventory cannot be written: %s", sqlite3_errmsg(store->db));
	return err;
}

int og_store_row(struct og_store *store, const char *sql, struct og_row *ret_row)
{
	struct og_statement *known = store->statements, *end = known + store->statement_count;
	int rc;

	while (known < end && known->sql != sql)
		known++;
	if (known == store->statements + OG_STATEMENTS)
		return -E2BIG;
	if (known == end) {
		rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
					&known->statement, NULL);
		if (rc != SQLITE_OK)
			return og_store_result(store, rc);
		known->sql = sql;
		store->statement_count++;
	} else {
		sqlite3_reset(known->statement);
		sqlite3_clear_bindings(known->statement);
	}
	*ret_row = (struct og_row){.statement = known->statement};
	return 0;
}

int og_store_next(struct og_store *store, struct og_row *row)
{
	int rc = sqlite3_step(row->statement);

	row->at = 0;
	if (rc == SQLITE_ROW)
		return 1;
	sqlite3_reset(row->statement);
	return og_store_result(store, rc);
}

int og_store_run(struct og_store *store, sqlite3_stmt *statement)
{
	int err = og_store_result(store, sqlite3_step(statement));

	sqlite3_reset(statement);
	return err;
}

/* A text that does not fit is an error where it is a path, and cut where it is for people. */
static int __attribute__((format(printf, 3, 4)))
compose(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to, size, format, args);
	va_end(args);
	return length < 0 || (size_t)length >= size ? -ENAMETOOLONG : 0;
}

static int execute(sqlite3 *db, const char *sql)
{
	return og_store_errno(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static int quick_check(sqlite3 *db)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	const char *answer;
	int rc = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &query, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(query);
	if (rc != SQLITE_ROW)
		return og_store_errno(rc) ? og_store_errno(rc) : -EUCLEAN;
	answer = (const char *)sqlite3_column_text(query, 0);
	return answer && !strcmp(answer, "ok") ? 0 : -EUCLEAN;
}

/*
 * Exclusive before WAL: then there is no shared memory file, and a full disk can still be read.
 * FULL, because a commit that was told of must outlive a power cut.
 */
static int set_up(sqlite3 *db)
{
	static const char pragmas[] = "PRAGMA locking_mode = EXCLUSIVE;"
				      "PRAGMA journal_mode = WAL;"
				      "PRAGMA synchronous = FULL;"
				      "PRAGMA foreign_keys = ON;"
				      "PRAGMA trusted_schema = OFF;"
				      "PRAGMA cell_size_check = ON";
	int err;

	sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	err = execute(db, pragmas);
	if (!err)
		err = quick_check(db);
	return err ? err : og_store_migrate(db);
}

static int open_file(const char *path, sqlite3 **ret_db)
{
	sqlite3 *db = NULL;
	int err;

	err = og_store_errno(sqlite3_open_v2(
		path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL));
	if (!err && sqlite3_db_readonly(db, "main") == 1)
		err = -EROFS;
	if (!err)
		err = set_up(db);
	if (err) {
		sqlite3_close(db);
		return err;
	}
	*ret_db = db;
	return 0;
}

/* A name that is not taken yet, and the database with its log moved there. */
static int keep_aside(const char *path, int64_t now, char *aside, size_t size)
{
	static const char *const endings[] = {"", "-wal", "-journal"};
	char from[OG_STORE_PATH + 16], to[OG_STORE_PATH + 96], date[32];
	time_t second = now;
	struct tm tm;
	unsigned int n;
	size_t i;

	if (!gmtime_r(&second, &tm))
		return -EINVAL;
	strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	compose(aside, size, "%s.damaged-%s", path, date);
	for (n = 2; access(aside, F_OK) == 0 && n < 1000; n++)
		compose(aside, size, "%s.damaged-%s.%u", path, date, n);
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		compose(from, sizeof(from), "%s%s", path, endings[i]);
		compose(to, sizeof(to), "%s%s", aside, endings[i]);
		if (rename(from, to) < 0 && (i == 0 || errno != ENOENT))
			return -errno;
	}
	return 0;
}

static int copy_file(const char *from, const char *to)
{
	OG_CLEANUP(og_closep) int in = -1;
	OG_CLEANUP(og_closep) int out = -1;
	char buffer[65536];
	ssize_t got, put, done;

	in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (out < 0)
		return -errno;
	while ((got = read(in, buffer, sizeof(buffer))) > 0)
		for (done = 0; done < got; done += put) {
			put = write(out, buffer + done, got - done);
			if (put < 0)
				return -errno;
		}
	return got < 0 ? -errno : 0;
}

/* The log goes with the database: what was committed last is only there. */
static int copy_database(const char *from, const char *to)
{
	char from_wal[OG_STORE_PATH + 8], to_wal[OG_STORE_PATH + 8];
	int err;

	compose(from_wal, sizeof(from_wal), "%s-wal", from);
	compose(to_wal, sizeof(to_wal), "%s-wal", to);
	err = copy_file(from, to);
	if (err && err != -ENOENT)
		return err;
	if (err == -ENOENT && unlink(to) < 0 && errno != ENOENT)
		return -errno;
	err = copy_file(from_wal, to_wal);
	if (err == -ENOENT && unlink(to_wal) < 0 && errno != ENOENT)
		return -errno;
	return err == -ENOENT ? 0 : err;
}

static void note(struct og_store *store, struct og_diags *diags, const char *text)
{
	compose(store->trouble, sizeof(store->trouble), "%s", text);
	og_error(diags, NULL, "%s", text);
}

static int open_aside(struct og_store *store, const char *path, int64_t now, struct og_diags *diags)
{
	char aside[OG_STORE_PATH + 64], text[2 * OG_STORE_PATH];
	int err = keep_aside(path, now, aside, sizeof(aside));

	if (!err)
		err = open_file(path, &store->db);
	if (err)
		return err;
	compose(text, sizeof(text),
		"the inventory was damaged and is kept as %s; a new one is begun, enforcement is "
		"not affected",
		aside);
	note(store, diags, text);
	return 0;
}

static int open_copy(struct og_store *store, const char *path, const char *runtime,
		     struct og_diags *diags)
{
	char copy[OG_STORE_PATH], text[2 * OG_STORE_PATH + 128];
	int err;

	err = compose(copy, sizeof(copy), "%s/%s", runtime, OG_STORE_FILE);
	if (!err)
		err = copy_database(path, copy);
	if (!err)
		err = open_file(copy, &store->db);
	if (err)
		return err;
	compose(text, sizeof(text),
		"%s cannot be written: a copy is used as %s until the next start; what it learns "
		"is lost with it",
		path, copy);
	note(store, diags, text);
	store->passing = true;
	return 0;
}

static int open_memory(struct og_store *store, const char *path, int why, struct og_diags *diags)
{
	char text[2 * OG_STORE_PATH];
	int err = open_file(":memory:", &store->db);

	if (err)
		return -ENOMEM;
	if (why == -EPROTO)
		compose(text, sizeof(text),
			"%s was written by a later version of ouiguard: the inventory is kept in "
			"memory only; install that version or move the file away",
			path);
	else
		compose(text, sizeof(text),
			"%s cannot be used: %s: the inventory is kept in memory only", path,
			strerror(-why));
	note(store, diags, text);
	store->passing = true;
	return 0;
}

int og_store_open(const char *state, const char *runtime, int64_t now, struct og_store **ret_store,
		  struct og_diags *diags)
{
	struct og_store *store = calloc(1, sizeof(*store));
	char path[OG_STORE_PATH];
	int err;

	if (!store)
		return -ENOMEM;
	err = compose(path, sizeof(path), "%s/%s", state, OG_STORE_FILE);
	if (!err)
		err = open_file(path, &store->db);
	if (err == -EUCLEAN)
		err = open_aside(store, path, now, diags);
	else if (err == -EROFS)
		err = open_copy(store, path, runtime, diags);
	if (err)
		err = open_memory(store, path, err, diags);
	if (err) {
		free(store);
		return err;
	}
	*ret_store = store;
	return 0;
}

void og_store_close(struct og_store *store)
{
	size_t i;

	if (!store)
		return;
	for (i = 0; i < store->statement_count; i++)
		sqlite3_finalize(store->statements[i].statement);
	sqlite3_close(store->db);
	free(store);
}

const char *og_store_trouble(const struct og_store *store)
{
	if (store->failure[0])
		return store->failure;
	return store->trouble[0] ? store->trouble : NULL;
}

int og_store_begin(struct og_store *store)
{
	return og_store_result(store, sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
}

int og_store_commit(struct og_store *store)
{
	int err = og_store_result(store, sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL));

	if (!err)
		store->failure[0] = '\0';
	return err;
}

void og_store_rollback(struct og_store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* What fails here fails again in the queries, and is told there. */
void og_store_begin_reading(struct og_store *store)
{
	sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL);
}

void og_store_end_reading(struct og_store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
}
