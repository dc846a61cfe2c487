// SPDX-License-Identifier: GPL-2.0
/*
 * store.c: opening the database, its schema, transactions, and what is done when it is no good
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

#define APPLICATION_ID	0x4f554947 /* "OUIG" in the file's header */
#define BUSY_TIMEOUT_MS 2000

/* Each brings the schema from the version of its index to the next one. Append only. */
static const char *const migrations[] = {
	"CREATE TABLE number (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE site (name TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID;"
	"CREATE TABLE device ("
	"  id INTEGER PRIMARY KEY, site TEXT NOT NULL, mac INTEGER NOT NULL,"
	"  vendor TEXT NOT NULL, port TEXT NOT NULL, vlan INTEGER NOT NULL,"
	"  role INTEGER NOT NULL, evidence INTEGER NOT NULL,"
	"  action INTEGER NOT NULL, reason INTEGER NOT NULL,"
	"  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	"  packets INTEGER NOT NULL, bytes INTEGER NOT NULL, passed INTEGER NOT NULL,"
	"  dropped INTEGER NOT NULL, dropped_bytes INTEGER NOT NULL, egress INTEGER NOT NULL,"
	"  raw_first_seen INTEGER NOT NULL, raw_packets INTEGER NOT NULL,"
	"  raw_bytes INTEGER NOT NULL, raw_passed INTEGER NOT NULL,"
	"  raw_dropped INTEGER NOT NULL, raw_dropped_bytes INTEGER NOT NULL,"
	"  raw_egress INTEGER NOT NULL, UNIQUE (site, mac));"
	"CREATE TABLE destination ("
	"  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	"  hi INTEGER NOT NULL, lo INTEGER NOT NULL, port INTEGER NOT NULL,"
	"  proto INTEGER NOT NULL, packets INTEGER NOT NULL, raw INTEGER NOT NULL,"
	"  last_seen INTEGER NOT NULL, reason INTEGER NOT NULL,"
	"  PRIMARY KEY (device, hi, lo, port, proto)) WITHOUT ROWID;"
	"CREATE TABLE dropped ("
	"  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	"  minute INTEGER NOT NULL, packets INTEGER NOT NULL,"
	"  PRIMARY KEY (device, minute)) WITHOUT ROWID;"
	"CREATE TABLE event ("
	"  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
	"  mac INTEGER NOT NULL, site TEXT NOT NULL, vendor TEXT NOT NULL,"
	"  policy TEXT NOT NULL, exception TEXT NOT NULL, interface TEXT NOT NULL,"
	"  vlan INTEGER NOT NULL, hi INTEGER NOT NULL, lo INTEGER NOT NULL,"
	"  port INTEGER NOT NULL, proto INTEGER NOT NULL, ethertype INTEGER NOT NULL,"
	"  reason INTEGER NOT NULL, action INTEGER NOT NULL, evidence INTEGER NOT NULL,"
	"  dropped INTEGER NOT NULL, packets INTEGER NOT NULL, dropped_packets INTEGER NOT NULL,"
	"  generation INTEGER NOT NULL);"
	"CREATE INDEX event_mac ON event (mac, id);",
};

#define SCHEMA ((int)(sizeof(migrations) / sizeof(migrations[0])))

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

static int read_pragma(sqlite3 *db, const char *sql, int *ret_value)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(query);
	if (rc != SQLITE_ROW)
		return og_store_errno(rc) ? og_store_errno(rc) : -EIO;
	*ret_value = sqlite3_column_int(query, 0);
	return 0;
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

/* Returns 0, -EPROTO for a schema of a later version, -EUCLEAN for a file of another program. */
static int migrate(sqlite3 *db)
{
	char sql[96];
	int version, application, err;

	err = read_pragma(db, "PRAGMA user_version", &version);
	if (!err)
		err = read_pragma(db, "PRAGMA application_id", &application);
	if (err)
		return err;
	if (application && application != APPLICATION_ID)
		return -EUCLEAN;
	if (version < 0 || version > SCHEMA)
		return -EPROTO;
	for (; version < SCHEMA; version++) {
		compose(sql, sizeof(sql),
			"PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			APPLICATION_ID, version + 1);
		err = execute(db, "BEGIN IMMEDIATE");
		if (!err)
			err = execute(db, migrations[version]);
		if (!err)
			err = execute(db, sql);
		if (err) {
			execute(db, "ROLLBACK");
			return err;
		}
	}
	return 0;
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
	return err ? err : migrate(db);
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
	for (i = 0; i < OG_STATEMENT_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
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
