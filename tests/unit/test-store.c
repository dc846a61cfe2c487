// SPDX-License-Identifier: GPL-2.0
/*
 * test-store.c: the database: what it keeps, and what happens when it is no good (daemon/inventory/store*.c)
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "daemon/inventory/store-cut.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store.h"

#define NOW 1800000000

static char state_dir[64], runtime_dir[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(state_dir, "/tmp/test-store-XXXXXX");
	strcpy(runtime_dir, "/tmp/test-store-XXXXXX");
	return mkdtemp(state_dir) && mkdtemp(runtime_dir) ? 0 : -1;
}

static void remove_dir(const char *path)
{
	char name[512];
	struct dirent *entry;
	DIR *dir = opendir(path);

	while (dir && (entry = readdir(dir))) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] != '.')
			unlink(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

static int tear_down(void **state)
{
	(void)state;
	remove_dir(state_dir);
	remove_dir(runtime_dir);
	return 0;
}

static const char *file(const char *ending)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s%s", state_dir, OG_STORE_FILE, ending);
	return path;
}

static struct og_store *open_store(size_t errors)
{
	struct og_diags diags = {0};
	struct og_store *store = NULL;

	assert_int_equal(og_store_open(state_dir, runtime_dir, NOW, &store, &diags), 0);
	if (diags.errors != errors)
		og_diags_print(&diags, stdout);
	assert_int_equal(diags.errors, errors);
	og_diags_free(&diags);
	if (errors)
		assert_non_null(og_store_trouble(store));
	else
		assert_null(og_store_trouble(store));
	return store;
}

static void fill(struct og_inv_device *device)
{
	device->vendor = "acme";
	device->port = "lan0";
	device->vlan = 4094;
	device->role = 3;
	device->evidence = 1;
	device->action = 4;
	device->reason = 17;
	device->first_seen = NOW - 50;
	device->last_seen = NOW - 2;
	device->total = (struct og_counts){1, 2, 3, UINT64_MAX / 2, 5, 6};
	device->raw = (struct og_counts){7, 8, 9, 10, 11, 12};
	device->raw_first_seen = NOW - 40;
	*og_inv_dest_slot(device, 1) = (struct og_inv_dest){.addr = {UINT64_MAX, 3},
							    .packets = 4,
							    .raw = 5,
							    .last_seen = NOW - 9,
							    .port = 65535,
							    .proto = 17,
							    .reason = 2};
	*og_inv_dest_slot(device, 1) =
		(struct og_inv_dest){.addr = og_addr_v4(1), .packets = 9, .last_seen = NOW - 8};
	assert_int_equal(og_inv_add_drops(device, NOW - 60, 77), 0);
	device->dirty = OG_DIRTY_ROW | OG_DIRTY_DESTS | OG_DIRTY_DROPS;
}

static void put_one(struct og_store *store)
{
	struct og_inventory *inventory = og_inventory_new();
	struct og_inv_device *device = og_inventory_add(inventory, "hq", 0xfedcba987654, NULL);

	fill(device);
	assert_int_equal(og_store_begin(store), 0);
	assert_int_equal(og_store_put_device(store, device), 0);
	/* Again: an update, not a second row. */
	assert_int_equal(og_store_put_device(store, device), 0);
	assert_int_equal(og_store_commit(store), 0);
	og_inventory_free(inventory);
}

static void expect_one(struct og_store *store)
{
	struct og_inventory *inventory = og_inventory_new(), *wanted = og_inventory_new();
	struct og_inv_device *device, *other = og_inventory_add(wanted, "hq", 0xfedcba987654, NULL);

	fill(other);
	assert_int_equal(og_store_load_site(store, inventory, "hq", NOW), 0);
	assert_int_equal(og_inventory_count(inventory), 1);
	device = og_inventory_find(inventory, "hq", 0xfedcba987654);
	assert_non_null(device);
	assert_false(device->dirty);
	assert_memory_equal(&device->total, &other->total, sizeof(other->total));
	assert_memory_equal(&device->raw, &other->raw, sizeof(other->raw));
	assert_int_equal(device->raw_first_seen, other->raw_first_seen);
	assert_int_equal(device->first_seen, other->first_seen);
	assert_int_equal(device->last_seen, other->last_seen);
	assert_string_equal(device->vendor, "acme");
	assert_string_equal(device->port, "lan0");
	assert_int_equal(device->vlan, 4094);
	assert_int_equal(device->role, 3);
	assert_int_equal(device->evidence, 1);
	assert_int_equal(device->action, 4);
	assert_int_equal(device->reason, 17);
	assert_int_equal(device->dest_count, 2);
	assert_memory_equal(&device->dests[0].addr, &other->dests[0].addr, sizeof(struct og_addr));
	assert_int_equal(device->dests[0].port, 65535);
	assert_int_equal(device->dests[0].raw, 5);
	assert_int_equal(device->dests[1].packets, 9);
	assert_int_equal(og_inv_dropped(device, NOW), 77);
	og_inventory_free(inventory);
	og_inventory_free(wanted);
}

static void test_devices_come_back(void **state)
{
	struct og_store *store = open_store(0);

	(void)state;
	put_one(store);
	og_store_close(store);
	store = open_store(0);
	expect_one(store);
	og_store_close(store);
}

static void test_a_forgotten_device_leaves_nothing(void **state)
{
	struct og_store *store = open_store(0);
	struct og_inventory *inventory = og_inventory_new();
	sqlite3_stmt *query = NULL;
	sqlite3 *db;

	(void)state;
	put_one(store);
	assert_int_equal(og_store_forget_device(store, "depot", 0xfedcba987654), 0);
	expect_one(store);
	assert_int_equal(og_store_forget_device(store, "hq", 0xfedcba987654), 0);
	assert_int_equal(og_store_load_site(store, inventory, "hq", NOW), 0);
	assert_int_equal(og_inventory_count(inventory), 0);
	og_inventory_free(inventory);
	og_store_close(store);
	assert_int_equal(sqlite3_open(file(""), &db), SQLITE_OK);
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
	struct og_store *store = open_store(0);

	(void)state;
	assert_int_equal(og_store_number(store, "generation", -1), -1);
	assert_int_equal(og_store_set_number(store, "generation", 41), 0);
	assert_int_equal(og_store_set_number(store, "generation", 42), 0);
	og_store_close(store);
	store = open_store(0);
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
	struct og_store *store = open_store(0);
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

static struct og_seen_event event(int64_t id)
{
	struct og_seen_event e = {.id = id,
				  .at = NOW + id,
				  .mac = id % 2 ? 0xaabbccddeeff : 0x112233445566,
				  .generation = 9,
				  .dst = {5, 6},
				  .packets = 7,
				  .dropped = 8,
				  .vlan = 20,
				  .ethertype = 0x86dd,
				  .dport = 443,
				  .proto = 6,
				  .kind = id % 4,
				  .reason = 3,
				  .action = 4,
				  .evidence = 1,
				  .drop = true,
				  .site = "hq",
				  .vendor = "acme",
				  .policy = "cameras",
				  .exception = "ntp",
				  .interface = "lan0"};
	return e;
}

struct listed {
	size_t count;
	int64_t first, last;
};

static int each_event(void *userdata, const struct og_seen_event *seen)
{
	struct og_seen_event wanted = event(seen->id);
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
	struct og_store *store = open_store(0);
	struct og_seen_event e;
	struct listed listed;
	int64_t id;

	(void)state;
	assert_int_equal(og_store_last_event(store), 0);
	for (id = 1; id <= 100; id++) {
		e = event(id);
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
	struct og_store *store = open_store(0);
	struct og_seen_event e;
	struct listed listed;

	(void)state;
	e = event(1);
	assert_int_equal(og_store_put_event(store, &e), 0);
	e = event(2);
	assert_int_equal(og_store_put_event(store, &e), 0);
	e = event(OG_STORE_EVENTS + 1);
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
	DIR *dir = opendir(state_dir);
	size_t found = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		found += !!strstr(entry->d_name, ".damaged-20270115T080000Z");
	closedir(dir);
	return found;
}

static void test_a_damaged_database_is_kept_aside(void **state)
{
	struct og_store *store = open_store(0);
	int fd;

	(void)state;
	put_one(store);
	og_store_close(store);
	/* A page of the table's tree, not the header. */
	fd = open(file(""), O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, 4096), 8);
	close(fd);
	store = open_store(1);
	put_one(store);
	expect_one(store);
	og_store_close(store);
	assert_int_equal(kept_aside(), 1);
	og_store_close(open_store(0));
}

static void test_a_foreign_file_is_kept_aside(void **state)
{
	struct og_store *store;
	FILE *out;

	(void)state;
	/* Twice within one second: neither is lost. */
	for (int i = 1; i <= 2; i++) {
		out = fopen(file(""), "w");
		assert_non_null(out);
		fprintf(out, "This is somebody's letter, and not a database at all. %0900d", 1);
		fclose(out);
		store = open_store(1);
		put_one(store);
		og_store_close(store);
		assert_int_equal(kept_aside(), i);
	}
}

static void pragma(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(file(""), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_a_newer_schema_is_left_alone(void **state)
{
	struct og_store *store = open_store(0);
	struct stat before, after;

	(void)state;
	og_store_close(store);
	pragma("PRAGMA user_version = 1000");
	assert_int_equal(stat(file(""), &before), 0);
	store = open_store(1);
	assert_non_null(strstr(og_store_trouble(store), "later version"));
	put_one(store);
	expect_one(store);
	og_store_close(store);
	assert_int_equal(stat(file(""), &after), 0);
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
	store = open_store(0);
	put_one(store);
	og_store_close(store);
	assert_int_equal(sqlite3_open(file(""), &db), SQLITE_OK);
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

	assert_int_equal(sqlite3_open(file(""), &db), SQLITE_OK);
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
	store = open_store(0);
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
	put_one(store);
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
	struct og_store *store = open_store(0);

	(void)state;
	put_one(store);
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

/* What was committed is there after kill -9, what was not is not. */
static void test_killed(void **state)
{
	struct og_store *store;
	struct og_seen_event e;
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (!child) {
		struct og_diags diags = {0};

		if (og_store_open(state_dir, runtime_dir, NOW, &store, &diags))
			_exit(1);
		e = event(1);
		if (og_store_begin(store) || og_store_put_event(store, &e) ||
		    og_store_commit(store) || og_store_begin(store))
			_exit(2);
		e = event(2);
		if (og_store_put_event(store, &e))
			_exit(3);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	store = open_store(0);
	assert_int_equal(og_store_last_event(store), 1);
	og_store_close(store);
}

/* In a child with a mount namespace of its own: state on a file system that can be full or read-only.
 */
static int in_namespace(int (*body)(void))
{
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		if (unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("tmpfs", state_dir, "tmpfs", 0, "size=1m"))
			_exit(100);
		_exit(body());
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define EXPECT(condition)                      \
	do {                                   \
		if (!(condition))              \
			return __LINE__ % 100; \
	} while (0)

static int read_only_body(void)
{
	struct og_store *store = NULL;
	struct og_diags diags = {0};
	struct og_seen_event e = event(1);

	EXPECT(!og_store_open(state_dir, runtime_dir, NOW, &store, &diags) && !diags.errors);
	EXPECT(!og_store_put_event(store, &e));
	og_store_close(store);
	EXPECT(!mount("", state_dir, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	EXPECT(!og_store_open(state_dir, runtime_dir, NOW, &store, &diags) && diags.errors == 1);
	EXPECT(strstr(og_store_trouble(store), runtime_dir));
	EXPECT(og_store_last_event(store) == 1);
	e = event(2);
	EXPECT(!og_store_put_event(store, &e));
	og_store_close(store);
	og_diags_free(&diags);
	return 0;
}

/* A step of one device, as it is entered: all of it or nothing. */
static int put_state(struct og_store *store, enum og_device_state state, int64_t at)
{
	const struct og_inv_device device = {.site = "hq", .mac = 5, .vendor = "acme", .port = ""};
	const struct og_state_change change = {.site = "hq",
					       .mac = 5,
					       .at = at,
					       .state = state,
					       .actor = "alice",
					       .evidence = "ticket",
					       .gateway = ""};
	int err = og_store_begin(store);

	if (!err)
		err = og_store_put_device(store, &device);
	if (!err)
		err = og_store_put_state(store, &change) == 1 ? 0 : -EIO;
	if (!err)
		err = og_store_commit(store);
	if (err)
		og_store_rollback(store);
	return err;
}

static int count_state(void *userdata, const struct og_state_change *change)
{
	(void)change;
	++*(int *)userdata;
	return 0;
}

static int states(struct og_store *store)
{
	int count = 0;

	return og_store_each_state(store, "hq", 5, count_state, &count) ? -1 : count;
}

static int full_body(void)
{
	struct og_store *store = NULL;
	struct og_diags diags = {0};
	struct og_seen_event e = event(1);
	char block[65536] = {0}, path[128];
	int fd, err = 0, id;

	EXPECT(!og_store_open(state_dir, runtime_dir, NOW, &store, &diags) && !diags.errors);
	EXPECT(!og_store_put_event(store, &e));
	EXPECT(!put_state(store, OG_STATE_PLANNED, 1));
	snprintf(path, sizeof(path), "%s/ballast", state_dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	for (id = 2; !err && id < 1000; id++) {
		e = event(id);
		err = og_store_put_event(store, &e);
	}
	EXPECT(err == -ENOSPC || err == -EIO);
	EXPECT(og_store_trouble(store));
	EXPECT(og_store_last_event(store) == id - 2);
	/* Nor is a state entered; what was, is read. */
	EXPECT(put_state(store, OG_STATE_REMOVED, 2));
	EXPECT(states(store) == 1);
	og_store_close(store);
	/* A start with the disk full still reads everything. */
	EXPECT(!og_store_open(state_dir, runtime_dir, NOW, &store, &diags));
	EXPECT(og_store_last_event(store) == id - 2);
	EXPECT(!ftruncate(fd, 0));
	close(fd);
	EXPECT(states(store) == 1);
	EXPECT(!put_state(store, OG_STATE_REMOVED, 3));
	EXPECT(states(store) == 2);
	EXPECT(!og_store_begin(store));
	e = event(id);
	EXPECT(!og_store_put_event(store, &e));
	EXPECT(!og_store_commit(store));
	EXPECT(!og_store_trouble(store));
	og_store_close(store);
	og_diags_free(&diags);
	return 0;
}

static void test_read_only(void **state)
{
	(void)state;
	if (geteuid()) {
		print_message("needs root for a mount namespace\n");
		skip();
	}
	assert_int_equal(in_namespace(read_only_body), 0);
}

static void test_full(void **state)
{
	(void)state;
	if (geteuid()) {
		print_message("needs root for a mount namespace\n");
		skip();
	}
	assert_int_equal(in_namespace(full_body), 0);
}

static void test_no_directory(void **state)
{
	struct og_store *store;

	(void)state;
	strcat(state_dir, "-not-there");
	strcat(runtime_dir, "-not-there");
	store = open_store(1);
	put_one(store);
	expect_one(store);
	og_store_close(store);
	state_dir[strlen(state_dir) - strlen("-not-there")] = '\0';
	runtime_dir[strlen(runtime_dir) - strlen("-not-there")] = '\0';
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
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
		TEST(test_killed),
		TEST(test_read_only),
		TEST(test_full),
		TEST(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
