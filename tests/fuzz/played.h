/* SPDX-License-Identifier: GPL-2.0 */
/*
 * played.h: the daemon's manager with a played engine (tests/unit/played-kit.h), as new for each input
 */
#ifndef OUIGUARD_TESTS_FUZZ_PLAYED_H
#define OUIGUARD_TESTS_FUZZ_PLAYED_H

#include <sqlite3.h>

#include "daemon/inventory/store-db.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/played-kit.h"

static inline void end_of_play(void)
{
	played_tear_down(NULL);
}

static inline void execute(const char *sql)
{
	if (sqlite3_exec(m->store->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	printf("%s: %s\n", sql, sqlite3_errmsg(m->store->db));
	fflush(stdout);
	abort();
}

/* play - once, before the first input. The history of states can then be deleted. */
static inline void play(void)
{
	check(played_set_up(NULL) == 0);
	atexit(end_of_play);
	execute("PRAGMA synchronous=OFF; DROP TRIGGER state_change_stays");
}

/* play_anew - forget what the last input brought. Entries of the audit stay: they are a chain. */
static inline void play_anew(void)
{
	execute("BEGIN; DELETE FROM device; DELETE FROM event; DELETE FROM state_change;"
		"DELETE FROM watched; DELETE FROM merged; DELETE FROM gateway;"
		"DELETE FROM merged_site; DELETE FROM merged_asset; COMMIT");
	og_inventory_release(m->inventory, "hq");
	og_manager_hold(m, "hq");
	m->pending_count = 0;
	m->new_count = 0;
	m->known_full = false;
	played.count = played.event_count = played.promotions = 0;
}

/* rows - how many the table has. */
static inline int64_t rows(const char *table)
{
	sqlite3_stmt *statement = NULL;
	char sql[64];
	int64_t count;

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
	check(sqlite3_prepare_v2(m->store->db, sql, -1, &statement, NULL) == SQLITE_OK);
	check(sqlite3_step(statement) == SQLITE_ROW);
	count = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return count;
}

/* check_text - a record, or a list of them, can be told to others as text. Frees it. */
static inline void check_text(json_t *record)
{
	char *text = json_dumps(record, 0);

	check(text != NULL);
	free(text);
	json_decref(record);
}

#endif
