// SPDX-License-Identifier: GPL-2.0
/*
 * test-store.c: the database: what it keeps, and what happens when it is no good (daemon/inventory/store*.c)
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/inventory/store-cut.h"
#include "daemon/inventory/store-state.h"
#include "store-kit.h"

#define NOW STORE_KIT_NOW

static void test_devices_come_back(void **state)
{
	struct og_store *store = store_kit_open(0);

	(void)state;
	store_kit_put_one(store);
	og_store_close(store);
	store = store_kit_open(0);
	store_kit_expect_one(store);
	og_store_close(store);
}

static void test_a_forgotten_device_leaves_nothing(void **state)
{
	struct og_store *store = store_kit_open(0);
	struct og_inventory *inventory = og_inventory_new();
	sqlite3_stmt *query = NULL;
	sqlite3 *db;

	(void)state;
	store_kit_put_one(store);
	assert_int_equal(og_store_forget_device(store, "depot", 0xfedcba987654), 0);
	store_kit_expect_one(store);
	assert_int_equal(og_store_forget_device(store, "hq", 0xfedcba987654), 0);
	assert_int_equal(og_store_load_site(store, inventory, "hq", NOW), 0);
	assert_int_equal(og_inventory_count(inventory), 0);
	og_inventory_free(inventory);
	og_store_close(store);
	assert_int_equal(sqlite3_open(store_kit_file(""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT (SELECT count(*) FROM destination) +"
					    " (SELECT count(*) FROM dropped)",
					    -1, &query, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(query, 0), 0);
	sqlite3_finalize(query);
	sqlite3_close(db);
}

static void test_numbers(void **state)
{
	struct og_store *store = store_kit_open(0);

	(void)state;
	assert_int_equal(og_store_number(store, "generation", -1), -1);
	assert_int_equal(og_store_set_number(store, "generation", 41), 0);
	assert_int_equal(og_store_set_number(store, "generation", 42), 0);
	og_store_close(store);
	store = store_kit_open(0);
	assert_int_equal(og_store_number(store, "generation", -1), 42);
	og_store_close(store);
}

static void note_site(void *userdata, const char *name, unsigned int number)
{
	char *text = userdata;

	sprintf(text + strlen(text), "%s=%u ", name, number);
}

static void test_sites(void **state)
{
	struct og_store *store = store_kit_open(0);
	char text[128] = "";

	(void)state;
	assert_int_equal(og_store_put_site(store, "hq", 2), 0);
	assert_int_equal(og_store_put_site(store, "depot", 1), 0);
	/* Two sites of one number cannot be. */
	assert_true(og_store_put_site(store, "annex", 1) < 0);
	assert_int_equal(og_store_each_site(store, note_site, text), 0);
	assert_string_equal(text, "depot=1 hq=2 ");
	assert_int_equal(og_store_clear_sites(store), 0);
	text[0] = '\0';
	assert_int_equal(og_store_each_site(store, note_site, text), 0);
	assert_string_equal(text, "");
	og_store_close(store);
}

struct listed {
	size_t count;
	int64_t first, last;
};

static int each_event(void *userdata, const struct og_seen_event *seen)
{
	struct og_seen_event wanted = store_kit_event(seen->id);
	struct listed *listed = userdata;

	assert_memory_equal(seen, &wanted, offsetof(struct og_seen_event, interface) + 16);
	if (!listed->count++)
		listed->first = seen->id;
	assert_true(seen->id > listed->last);
	listed->last = seen->id;
	return 0;
}

static struct listed list(struct og_store *store, struct og_event_filter filter)
{
	struct listed listed = {0};

	assert_int_equal(og_store_list_events(store, &filter, each_event, &listed), 0);
	return listed;
}

static void test_events(void **state)
{
	struct og_store *store = store_kit_open(0);
	struct og_seen_event e;
	struct listed listed;
	int64_t id;

	(void)state;
	assert_int_equal(og_store_last_event(store), 0);
	for (id = 1; id <= 100; id++) {
		e = store_kit_event(id);
		assert_int_equal(og_store_put_event(store, &e), 0);
	}
	assert_int_equal(og_store_last_event(store), 100);
	listed = list(store, (struct og_event_filter){.max = 10, .kind = -1});
	assert_int_equal(listed.count, 10);
	assert_int_equal(listed.first, 91);
	listed = list(store, (struct og_event_filter){.max = 1000, .kind = -1, .since_id = 98});
	assert_int_equal(listed.count, 2);
	listed = list(store,
		      (struct og_event_filter){
			      .max = 1000, .kind = -1, .has_mac = true, .mac = 0x112233445566});
	assert_int_equal(listed.count, 50);
	assert_int_equal(listed.first, 2);
	listed = list(store, (struct og_event_filter){.max = 1000, .kind = OG_EVENT_SUMMARY});
	assert_int_equal(listed.count, 25);
	listed = list(store, (struct og_event_filter){.max = 1000, .kind = -1, .site = "depot"});
	assert_int_equal(listed.count, 0);
	og_store_close(store);
}

static void test_events_are_bounded(void **state)
{
	struct og_store *store = store_kit_open(0);
	struct og_seen_event e;
	struct listed listed;

	(void)state;
	e = store_kit_event(1);
	assert_int_equal(og_store_put_event(store, &e), 0);
	e = store_kit_event(2);
	assert_int_equal(og_store_put_event(store, &e), 0);
	e = store_kit_event(OG_STORE_EVENTS + 1);
	assert_int_equal(og_store_put_event(store, &e), 0);
	assert_int_equal(og_store_cut(store, OG_CUT_EVENTS, 0, OG_STORE_EVENTS), 1);
	assert_int_equal(og_store_cut(store, OG_CUT_EVENTS, 0, OG_STORE_EVENTS), 0);
	assert_int_equal(og_store_cut_total(store, OG_CUT_EVENTS), 1);
	listed = list(store, (struct og_event_filter){.max = 1000, .kind = -1});
	assert_int_equal(listed.count, 2);
	assert_int_equal(listed.first, 2);
	og_store_close(store);
}

static size_t kept_aside(void)
{
	struct dirent *entry;
	DIR *dir = opendir(store_kit_state);
	size_t found = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		found += !!strstr(entry->d_name, ".damaged-20270115T080000Z");
	closedir(dir);
	return found;
}

static void test_a_damaged_database_is_kept_aside(void **state)
{
	struct og_store *store = store_kit_open(0);
	int fd;

	(void)state;
	store_kit_put_one(store);
	og_store_close(store);
	/* A page of the table's tree, not the header. */
	fd = open(store_kit_file(""), O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 4096), 8);
	close(fd);
	store = store_kit_open(1);
	store_kit_put_one(store);
	store_kit_expect_one(store);
	og_store_close(store);
	assert_int_equal(kept_aside(), 1);
	og_store_close(store_kit_open(0));
}

static void test_a_foreign_file_is_kept_aside(void **state)
{
	struct og_store *store;
	FILE *out;

	(void)state;
	/* Twice within one second: neither is lost. */
	for (int i = 1; i <= 2; i++) {
		out = fopen(store_kit_file(""), "w");
		assert_non_null(out);
		fprintf(out, "This is somebody's letter, and not a database at all. %0900d", 1);
		fclose(out);
		store = store_kit_open(1);
		store_kit_put_one(store);
		og_store_close(store);
		assert_int_equal(kept_aside(), i);
	}
}

static void pragma(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(store_kit_file(""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_a_newer_schema_is_left_alone(void **state)
{
	struct og_store *store = store_kit_open(0);
	struct stat before, after;

	(void)state;
	og_store_close(store);
	pragma("PRAGMA user_version = 1000");
	assert_int_equal(stat(store_kit_file(""), &before), 0);
	store = store_kit_open(1);
	assert_non_null(strstr(og_store_trouble(store), "later version"));
	store_kit_put_one(store);
	store_kit_expect_one(store);
	og_store_close(store);
	assert_int_equal(stat(store_kit_file(""), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_size, after.st_size);
	assert_int_equal(kept_aside(), 0);
}

/* A schema that a crash left half made is not there at all: migrations are transactions. */
static void test_migration_from_nothing(void **state)
{
	sqlite3 *db;
	struct og_store *store;

	(void)state;
	pragma("PRAGMA user_version = 0");
	store = store_kit_open(0);
	store_kit_put_one(store);
	og_store_close(store);
	assert_int_equal(sqlite3_open(store_kit_file(""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "INSERT INTO device (id) VALUES (1)", NULL, NULL, NULL),
			 SQLITE_CONSTRAINT);
	sqlite3_close(db);
}

/* The first schema as it was shipped, with a device, its destination and an event in it. */
static const char first_schema[] =
	"PRAGMA application_id = 1330989383; PRAGMA user_version = 1;"
	"CREATE TABLE number (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE site (name TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID;"
	"CREATE TABLE device (id INTEGER PRIMARY KEY, site TEXT NOT NULL, mac INTEGER NOT NULL,"
	" vendor TEXT NOT NULL, port TEXT NOT NULL, vlan INTEGER NOT NULL, role INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, action INTEGER NOT NULL, reason INTEGER NOT NULL,"
	" first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, packets INTEGER NOT NULL,"
	" bytes INTEGER NOT NULL, passed INTEGER NOT NULL, dropped INTEGER NOT NULL,"
	" dropped_bytes INTEGER NOT NULL, egress INTEGER NOT NULL,"
	" raw_first_seen INTEGER NOT NULL, raw_packets INTEGER NOT NULL,"
	" raw_bytes INTEGER NOT NULL, raw_passed INTEGER NOT NULL, raw_dropped INTEGER NOT NULL,"
	" raw_dropped_bytes INTEGER NOT NULL, raw_egress INTEGER NOT NULL, UNIQUE (site, mac));"
	"CREATE TABLE destination (device INTEGER NOT NULL REFERENCES device (id) ON DELETE "
	"CASCADE,"
	" hi INTEGER NOT NULL, lo INTEGER NOT NULL, port INTEGER NOT NULL, proto INTEGER NOT NULL,"
	" packets INTEGER NOT NULL, raw INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	" reason INTEGER NOT NULL, PRIMARY KEY (device, hi, lo, port, proto)) WITHOUT ROWID;"
	"CREATE TABLE dropped (device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	" minute INTEGER NOT NULL, packets INTEGER NOT NULL, PRIMARY KEY (device, minute))"
	" WITHOUT ROWID;"
	"CREATE TABLE event (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
	" mac INTEGER NOT NULL, site TEXT NOT NULL, vendor TEXT NOT NULL, policy TEXT NOT NULL,"
	" exception TEXT NOT NULL, interface TEXT NOT NULL, vlan INTEGER NOT NULL,"
	" hi INTEGER NOT NULL, lo INTEGER NOT NULL, port INTEGER NOT NULL, proto INTEGER NOT NULL,"
	" ethertype INTEGER NOT NULL, reason INTEGER NOT NULL, action INTEGER NOT NULL,"
	" evidence INTEGER NOT NULL, dropped INTEGER NOT NULL, packets INTEGER NOT NULL,"
	" dropped_packets INTEGER NOT NULL, generation INTEGER NOT NULL);"
	"CREATE INDEX event_mac ON event (mac, id);"
	"INSERT INTO device VALUES (9,'hq',0xfeedcafe0014,'acme','lan0',20,3,0,4,17,"
	" 1799999000,1799999900,100,200,60,40,80,50,1799999000,100,200,60,40,80,50);"
	"INSERT INTO destination VALUES (9,0,281471000000000,443,6,7,7,1799999900,17);"
	"INSERT INTO event (id, at, kind, mac, site, vendor, policy, exception, interface, vlan, "
	"hi,"
	" lo, port, proto, ethertype, reason, action, evidence, dropped, packets, dropped_packets,"
	" generation) VALUES (41,1,0,1,'hq','','','','',0,0,0,0,0,0,0,0,0,0,0,0,0);"
	"INSERT INTO number VALUES ('generation', 12);";

static int run_sql(const char *text)
{
	sqlite3 *db;
	int rc;

	assert_int_equal(sqlite3_open(store_kit_file(""), &db), SQLITE_OK);
	rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return rc;
}

static void test_migration_from_the_first_schema(void **state)
{
	struct og_inventory *inventory = og_inventory_new();
	const struct og_inv_device *device;
	struct og_store *store;

	(void)state;
	assert_int_equal(run_sql(first_schema), SQLITE_OK);
	store = store_kit_open(0);
	assert_int_equal(og_store_number(store, "generation", 0), 12);
	assert_int_equal(og_store_last_event(store), 41);
	assert_int_equal(og_store_load_site(store, inventory, "hq", NOW), 0);
	device = og_inventory_find(inventory, "hq", 0xfeedcafe0014);
	assert_non_null(device);
	assert_int_equal(device->total.dropped, 40);
	assert_int_equal(device->first_seen, 1799999000);
	assert_int_equal(device->dest_count, 1);
	assert_int_equal(device->dests[0].port, 443);
	og_inventory_free(inventory);
	store_kit_put_one(store);
	og_store_close(store);
	assert_int_equal(kept_aside(), 0);
	/* The new columns have their defaults, the new tables are there. */
	assert_int_equal(run_sql("INSERT INTO watched VALUES ('hq', 20, 20833, 'gw-a', 86400)"),
			 SQLITE_OK);
	assert_int_equal(run_sql("INSERT INTO sighting VALUES (9, 651, 3)"), SQLITE_OK);
	assert_int_equal(run_sql("CREATE TABLE t (n INTEGER CHECK (n = 2));"
				 "INSERT INTO t SELECT count(*) FROM device"
				 " WHERE state = '' AND gateway = '' AND third_party = 0"),
			 SQLITE_OK);
}

/* What is history cannot be changed through the database either, and outlives its device. */
static void test_history_is_append_only(void **state)
{
	static const char change[] =
		"INSERT INTO state_change (site, mac, at, state, previous,"
		" actor, evidence, verifier, third_party, gateway) VALUES"
		" ('hq', 0xfeedcafe0014, 5, 'removed', '', 'me', '', '', 0, '')";
	struct og_store *store = store_kit_open(0);

	(void)state;
	store_kit_put_one(store);
	og_store_close(store);
	assert_int_equal(run_sql(change), SQLITE_OK);
	assert_int_equal(run_sql(change), SQLITE_CONSTRAINT);
	assert_int_equal(
		run_sql("INSERT INTO audit (at, actor, kind, subject, text, previous, hash)"
			" VALUES (1, 'me', 'note', '', '', x'00', x'01');"
			"INSERT INTO address VALUES ('hq', 0xfedcba987654, 1, 2, 'arp', 3, 4)"),
		SQLITE_OK);
	assert_int_equal(run_sql("DELETE FROM device"), SQLITE_OK);
	assert_int_equal(run_sql("DELETE FROM state_change"), SQLITE_CONSTRAINT);
	assert_int_equal(run_sql("UPDATE state_change SET at = 6"), SQLITE_CONSTRAINT);
	assert_int_equal(run_sql("DELETE FROM audit"), SQLITE_CONSTRAINT);
	assert_int_equal(run_sql("UPDATE audit SET actor = 'you'"), SQLITE_CONSTRAINT);
	/* The address went with the device: a second one can be put in its place. */
	assert_int_equal(
		run_sql("INSERT INTO address VALUES ('hq', 0xfedcba987654, 1, 2, 'arp', 3, 4)"),
		SQLITE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_kit_set_up, store_kit_tear_down)
		TEST(test_devices_come_back),
		TEST(test_a_forgotten_device_leaves_nothing),
		TEST(test_numbers),
		TEST(test_sites),
		TEST(test_events),
		TEST(test_events_are_bounded),
		TEST(test_a_damaged_database_is_kept_aside),
		TEST(test_a_foreign_file_is_kept_aside),
		TEST(test_a_newer_schema_is_left_alone),
		TEST(test_migration_from_nothing),
		TEST(test_migration_from_the_first_schema),
		TEST(test_history_is_append_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
