// SPDX-License-Identifier: GPL-2.0
/*
 * store-audit.c: the audit log in the database
 */
#include <errno.h>
#include <string.h>

#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-db.h"

static const char put_sql[] =
	"INSERT INTO audit (id, at, actor, kind, subject, text, previous, hash)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
static const char head_sql[] = "SELECT id, at, hash FROM audit ORDER BY id DESC LIMIT 1";
static const char has_sql[] = "SELECT 1 FROM audit WHERE hash = ?";
static const char list_sql[] =
	"SELECT id, at, actor, kind, subject, text, previous, hash FROM audit"
	" WHERE id > ? ORDER BY id LIMIT ?";

static void put_digest(struct og_row *row, const struct og_digest *digest)
{
	sqlite3_bind_blob(row->statement, ++row->at, digest->bytes, sizeof(digest->bytes),
			  SQLITE_STATIC);
}

/* SQLite keeps any type in any column: what is not of ours must not be taken for what was hashed. */
static int64_t take_number(struct og_row *row)
{
	int64_t number = sqlite3_column_type(row->statement, row->at) == SQLITE_INTEGER
				 ? sqlite3_column_int64(row->statement, row->at)
				 : 0;

	row->at++;
	return number;
}

static const char *take_text(struct og_row *row)
{
	bool is_text = sqlite3_column_type(row->statement, row->at) == SQLITE_TEXT;
	const char *text = (const char *)sqlite3_column_text(row->statement, row->at);
	int size = sqlite3_column_bytes(row->statement, row->at);

	row->at++;
	/* Nothing may hide behind a zero byte. */
	return is_text && text && strlen(text) == (size_t)size ? text : "(no text)";
}

static void take_digest(struct og_row *row, struct og_digest *digest)
{
	const void *bytes = sqlite3_column_type(row->statement, row->at) == SQLITE_BLOB
				    ? sqlite3_column_blob(row->statement, row->at)
				    : NULL;

	memset(digest, 0, sizeof(*digest));
	if (bytes && sqlite3_column_bytes(row->statement, row->at) == sizeof(digest->bytes))
		memcpy(digest->bytes, bytes, sizeof(digest->bytes));
	row->at++;
}

int og_store_audit_head(struct og_store *store, struct og_audit_head *ret_head)
{
	struct og_audit_head head = {0};
	struct og_row row;
	int err = og_store_row(store, head_sql, &row);

	if (!err)
		err = og_store_next(store, &row);
	if (err < 0)
		return err;
	if (err > 0) {
		head.entries = take_number(&row);
		head.at = take_number(&row);
		take_digest(&row, &head.hash);
		sqlite3_reset(row.statement);
	}
	*ret_head = head;
	return 0;
}

int og_store_put_audit(struct og_store *store, struct og_audit_entry *entry)
{
	struct og_audit_head head;
	struct og_row row;
	int err = og_store_audit_head(store, &head);

	if (err)
		return err;
	if (head.entries == INT64_MAX)
		return -EUCLEAN;
	entry->id = head.entries + 1;
	entry->previous = head.hash;
	err = og_audit_seal(entry);
	if (!err)
		err = og_store_row(store, put_sql, &row);
	if (err)
		return err;
	og_row_put(&row, entry->id);
	og_row_put(&row, entry->at);
	og_row_put_text(&row, entry->actor);
	og_row_put_text(&row, entry->kind);
	og_row_put_text(&row, entry->subject);
	og_row_put_text(&row, entry->text);
	put_digest(&row, &entry->previous);
	put_digest(&row, &entry->hash);
	return og_store_run(store, row.statement);
}

int og_store_has_audit(struct og_store *store, const struct og_digest *hash)
{
	struct og_row row;
	int err = og_store_row(store, has_sql, &row);

	if (err)
		return err;
	put_digest(&row, hash);
	err = og_store_next(store, &row);
	sqlite3_reset(row.statement);
	return err;
}

static void read_entry(struct og_row *row, struct og_audit_entry *entry)
{
	entry->id = take_number(row);
	entry->at = take_number(row);
	entry->actor = take_text(row);
	entry->kind = take_text(row);
	entry->subject = take_text(row);
	entry->text = take_text(row);
	take_digest(row, &entry->previous);
	take_digest(row, &entry->hash);
}

int og_store_list_audit(struct og_store *store, int64_t after, int64_t max,
			int (*each)(void *userdata, const struct og_audit_entry *entry),
			void *userdata)
{
	struct og_audit_entry entry;
	struct og_row row;
	int err = og_store_row(store, list_sql, &row);

	if (err)
		return err;
	og_row_put(&row, after);
	og_row_put(&row, max);
	while ((err = og_store_next(store, &row)) > 0) {
		read_entry(&row, &entry);
		err = each(userdata, &entry);
		if (err) {
			sqlite3_reset(row.statement);
			return err;
		}
	}
	return err;
}

bool og_store_is_lasting(const struct og_store *store)
{
	return !store->passing;
}

bool og_store_in_transaction(const struct og_store *store)
{
	return !sqlite3_get_autocommit(store->db);
}
