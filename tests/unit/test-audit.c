// SPDX-License-Identifier: GPL-2.0
/*
 * test-audit.c: what is noted, what becomes of it when it cannot be kept, and what is found at a start
 * (daemon/audit.c, daemon/audit-files.c, daemon/inventory/store-audit.c)
 */
#include <errno.h>
#include <inttypes.h>
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

#include "daemon/audit-files.h"
#include "daemon/audit-milestones.h"
#include "daemon/bus/records-audit.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-db.h"
#include "daemon/state.h"
#include "policy/base/file.h"

static char dir[64], state_dir[96], config_dir[96];
static struct og_manager *m;
static sd_event *event;

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void sh(const char *format, ...)
{
	char command[512];
	va_list args;
	int length = snprintf(command, sizeof(command), "cd %s && ", dir);

	va_start(args, format);
	vsnprintf(command + length, sizeof(command) - length, format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static void open_manager(const char *state)
{
	static struct og_manager_options options;
	struct og_diags diags = {0};

	options = (struct og_manager_options){
		.config = config_dir, .data = "/nowhere", .state = state, .runtime = dir};
	assert_int_equal(og_manager_new(event, &options, &m), 0);
	assert_int_equal(og_store_open(state, dir, og_clock_now(), &m->store, &diags), 0);
	og_audit_open(m);
	og_diags_free(&diags);
}

static void again(void)
{
	og_manager_free(m);
	open_manager(state_dir);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test-audit-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(state_dir, sizeof(state_dir), "%s/state", dir);
	snprintf(config_dir, sizeof(config_dir), "%s/etc", dir);
	sh("mkdir -p state etc/sites etc/assets");
	assert_true(sd_event_new(&event) >= 0);
	open_manager(state_dir);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	og_manager_free(m);
	sd_event_unref(event);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

/* The log as text, one line `ACTOR KIND SUBJECT: TEXT` an entry. */
static int add_line(void *userdata, const struct og_audit_entry *entry)
{
	char *log = userdata, text[600];

	/* Of long ones the beginning will do. */
	snprintf(text, sizeof(text), "%s %s %s: %.300s\n", entry->actor, entry->kind,
		 entry->subject, entry->text);
	strncat(log, text, 65000 - strlen(log));
	return 0;
}

static const char *entries(int64_t after)
{
	static char log[65536];

	log[0] = '\0';
	assert_int_equal(og_store_list_audit(m->store, after, INT64_MAX, add_line, log), 0);
	return log;
}

static struct og_audit_head head(void)
{
	struct og_audit_head head;

	assert_int_equal(og_store_audit_head(m->store, &head), 0);
	return head;
}

/* What the file beside the database says is what the database says. */
static bool is_noted(void)
{
	struct og_audit_head now = head();
	char path[128], wanted[256], hash[OG_DIGEST_TEXT], *data;
	size_t size;
	bool same;

	snprintf(path, sizeof(path), "%s/audit.head", state_dir);
	snprintf(wanted, sizeof(wanted), "%s %" PRId64 " %" PRId64 "\n",
		 og_digest_format(&now.hash, hash), now.entries, now.at);
	assert_int_equal(og_file_read(path, 1000, &data, &size), 0);
	same = !strcmp(data, wanted);
	free(data);
	return same;
}

static size_t faults(void)
{
	struct og_audit_check check;

	assert_int_equal(og_audit_verify(m, NULL, NULL, NULL, &check), 0);
	assert_int_equal(check.entries, head().entries);
	return check.faults;
}

static void test_who(void **state)
{
	(void)state;
	assert_int_equal(og_audit_note(m, NULL, OG_AUDIT_STATE, "hq/a", "one"), 0);
	og_audit_act_as(m, "alice");
	assert_string_equal(og_audit_actor(m), "alice");
	assert_int_equal(og_audit_note(m, NULL, OG_AUDIT_STATE, "hq/a", "two"), 0);
	assert_int_equal(og_audit_note(m, "bob", OG_AUDIT_STATE, "hq/a", "three"), 0);
	og_audit_act_as(m, NULL);
	og_audit_tell(m, OG_AUDIT_STATE, "hq/\x01", "%s", "fo\xffur");
	assert_string_equal(entries(1), "ouiguardd state hq/a: one\n"
					"alice state hq/a: two\n"
					"bob state hq/a: three\n"
					"ouiguardd state hq/\xef\xbf\xbd: fo\xef\xbf\xbdur\n");
	assert_int_equal(faults(), 0);
	assert_true(is_noted());
	again();
	assert_int_equal(head().entries, 5);
	assert_int_equal(faults(), 0);
}

/* With a change that does not come about, its entry does not either. */
static void test_in_a_transaction(void **state)
{
	int64_t before = head().entries;

	(void)state;
	assert_int_equal(og_store_begin(m->store), 0);
	assert_int_equal(og_audit_note(m, NULL, OG_AUDIT_STATE, "hq/a", "no"), 0);
	og_store_rollback(m->store);
	assert_int_equal(head().entries, before);
	assert_true(is_noted());

	assert_int_equal(og_store_begin(m->store), 0);
	assert_int_equal(og_audit_note(m, NULL, OG_AUDIT_STATE, "hq/a", "yes"), 0);
	assert_int_equal(og_store_commit(m->store), 0);
	og_audit_tick(m, og_clock_now());
	assert_string_equal(entries(before), "ouiguardd state hq/a: yes\n");
	assert_true(is_noted());
	assert_int_equal(faults(), 0);
}

static void fill_disk(bool full)
{
	assert_int_equal(
		sqlite3_exec(m->store->db,
			     full ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 100000",
			     NULL, NULL, NULL),
		SQLITE_OK);
}

static void test_a_full_disk(void **state)
{
	static char text[20000];
	int64_t before = head().entries;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	fill_disk(true);
	assert_int_equal(og_audit_note(m, NULL, OG_AUDIT_STATE, "hq/a", text), -ENOSPC);
	og_audit_tell(m, OG_AUDIT_STATE, "hq/b", "%s", text);
	assert_int_equal(head().entries, before);
	assert_true(is_noted());
	fill_disk(false);
	/* What was refused never happened: one is missing. */
	og_audit_tell(m, OG_AUDIT_STATE, "hq/c", "there");
	assert_string_equal(entries(before),
			    "ouiguardd log lost: 1 of the entries before this one could not be "
			    "kept: see the journal\n"
			    "ouiguardd state hq/c: there\n");
	og_audit_tell(m, OG_AUDIT_STATE, "hq/c", "once");
	assert_string_equal(entries(before + 2), "ouiguardd state hq/c: once\n");
	assert_int_equal(faults(), 0);
}

/* A log that ends with the daemon leaves the head of the one that lasts alone. */
static void test_in_memory(void **state)
{
	struct og_audit_head lasting = head(), now;
	char path[128], *before, *after;
	size_t size;

	(void)state;
	snprintf(path, sizeof(path), "%s/audit.head", state_dir);
	assert_int_equal(og_file_read(path, 1000, &before, &size), 0);
	og_manager_free(m);
	/* A database of a later version is left alone. */
	sh("cp state/inventory.db kept.db && sqlite3 state/inventory.db 'PRAGMA user_version = 99' "
	   ">/dev/null");
	open_manager(state_dir);
	assert_false(og_store_is_lasting(m->store));
	og_audit_tell(m, OG_AUDIT_STATE, "hq/a", "passing");
	og_audit_tick(m, og_clock_now());
	assert_non_null(strstr(entries(0), "log anew: the audit log begins anew;"));
	assert_non_null(strstr(entries(0), "hq/a: passing"));
	assert_int_equal(og_file_read(path, 1000, &after, &size), 0);
	assert_string_equal(before, after);
	free(before);
	free(after);
	og_manager_free(m);
	sh("cp kept.db state/inventory.db");
	open_manager(state_dir);
	now = head();
	assert_true(og_digest_equal(&now.hash, &lasting.hash));
	assert_int_equal(faults(), 0);
}

static void test_starts(void **state)
{
	struct og_audit_head old;

	(void)state;
	assert_string_equal(entries(0), "ouiguardd log begin: the audit log begins\n");
	again();
	assert_int_equal(head().entries, 1);
	old = head();

	sh("rm state/audit.head");
	again();
	assert_non_null(strstr(entries(1), "log head: the head noted beside the database cannot"));
	sh("echo nonsense > state/audit.head");
	again();
	assert_non_null(strstr(entries(2), "log head: "));
	assert_int_equal(faults(), 0);

	/* An older database comes back. */
	og_manager_free(m);
	sh("cp state/inventory.db old.db");
	open_manager(state_dir);
	og_audit_tell(m, OG_AUDIT_STATE, "hq/a", "later");
	og_manager_free(m);
	sh("cp old.db state/inventory.db; rm -f state/inventory.db-wal");
	open_manager(state_dir);
	assert_non_null(strstr(entries(3), "log cut: the log was cut or replaced: "));
	assert_int_equal(faults(), 1);
	again();
	assert_int_equal(head().entries, 4);

	/* No database, but a head. */
	old = head();
	og_manager_free(m);
	sh("rm -f state/inventory.db*");
	open_manager(state_dir);
	assert_int_equal(head().entries, 1);
	assert_non_null(strstr(entries(0), "log anew: "));
	assert_int_equal(og_store_has_audit(m->store, &old.hash), 0);
	assert_int_equal(faults(), 1);
	assert_true(is_noted());
}

static void count_fault(void *userdata, const char *words)
{
	++*(size_t *)userdata;
	assert_non_null(strstr(words, "is not in the log"));
}

/* The noted head is looked for in the log also while the daemon runs. */
static void test_the_noted_head(void **state)
{
	struct og_digest other = {{1}};
	struct og_audit_check check;
	struct og_audit_head now = head();
	size_t found = 0;

	(void)state;
	assert_int_equal(og_audit_verify(m, &now.hash, count_fault, &found, &check), 0);
	assert_int_equal(check.faults, 0);
	assert_true(og_digest_equal(&check.head, &now.hash));
	assert_int_equal(og_audit_verify(m, &other, count_fault, &found, &check), 0);
	assert_int_equal(check.faults, 1);
	sh("echo %064d 7 7 > state/audit.head", 5);
	assert_int_equal(og_audit_verify(m, NULL, count_fault, &found, &check), 0);
	assert_int_equal(check.faults, 1);
	assert_int_equal(found, 2);
}

static void test_every_day(void **state)
{
	int64_t now = 20000 * 86400LL;

	(void)state;
	og_audit_tick(m, now);
	assert_int_equal(m->audit.faults, 0);
	assert_int_equal(sqlite3_exec(m->store->db,
				      "DROP TRIGGER audit_holds; UPDATE audit SET at = at + 1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	og_audit_tick(m, now + 86399);
	assert_int_equal(m->audit.faults, 0);
	og_audit_tick(m, now + 86400);
	assert_int_equal(m->audit.faults, 1);
}

static void test_files(void **state)
{
	int64_t before;
	const char *text;

	(void)state;
	sh("echo 'class: a' > etc/sites/hq.yaml; echo lock > etc/prefixes.lock; echo no > "
	   "etc/no.txt");
	og_audit_files(m);
	text = entries(1);
	assert_non_null(strstr(text, "/etc/prefixes.lock: added\nafter "));
	assert_non_null(strstr(text, "/etc/sites/hq.yaml: added\nafter "));
	assert_null(strstr(text, "no.txt"));
	before = head().entries;
	assert_int_equal(before, 3);
	og_audit_files(m);
	assert_int_equal(head().entries, before);

	/* Not while it cannot be noted; then all of it. */
	sh("echo 'class: b' > etc/sites/hq.yaml; rm etc/prefixes.lock; seq 20000 > "
	   "etc/assets/hq.csv");
	fill_disk(true);
	og_audit_files(m);
	assert_int_equal(head().entries, before);
	fill_disk(false);
	og_audit_act_as(m, "alice");
	og_audit_files(m);
	text = entries(before);
	assert_non_null(strstr(text, "/etc/prefixes.lock: removed\nbefore "));
	assert_non_null(strstr(text, "/etc/assets/hq.csv: added\n"));
	assert_non_null(strstr(text, "/etc/sites/hq.yaml: changed\nbefore "));
	assert_int_equal(strncmp(text, "alice file ", 11), 0);
	assert_int_equal(head().entries, before + 3);
	assert_int_equal(faults(), 0);
}

static int longest(void *userdata, const struct og_audit_entry *entry)
{
	size_t *most = userdata;

	if (strlen(entry->text) > *most)
		*most = strlen(entry->text);
	return 0;
}

/* What differs is told in 16 KiB a file and 1 MiB at once. */
static void test_many_files(void **state)
{
	size_t most = 0;

	(void)state;
	sh("for i in $(seq 100); do seq 5000 > etc/sites/s$i.yaml; done");
	og_audit_files(m);
	assert_int_equal(head().entries, 101);
	assert_int_equal(og_store_list_audit(m->store, 0, 60, longest, &most), 0);
	assert_in_range(most, 16 * 1024, 16 * 1024 + 200);
	most = 0;
	assert_int_equal(og_store_list_audit(m->store, 70, 100, longest, &most), 0);
	assert_in_range(most, 64, 200);
	assert_int_equal(faults(), 0);
}

static void put(const char *name, const char *text)
{
	char path[192];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", config_dir, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

/* Records -------------------------------------------------------------------------------------- */

/* The ids that ListAudit gives, as text; or the key that is wrong. */
static const char *listed(const char *filter)
{
	static char text[256];
	json_t *object = json_loads(filter, 0, NULL), *array = NULL, *entry;
	const char *wrong = NULL;
	size_t i;

	assert_non_null(object);
	text[0] = '\0';
	if (og_record_audit(m, object, &array, &wrong))
		snprintf(text, sizeof(text), "wrong %s", wrong);
	json_array_foreach(array, i, entry)
		sprintf(text + strlen(text), "%s%" JSON_INTEGER_FORMAT, i ? " " : "",
			json_integer_value(json_object_get(entry, "id")));
	json_decref(array);
	json_decref(object);
	return text;
}

static void test_lists(void **state)
{
	int64_t at = head().at;
	char filter[64];

	(void)state;
	for (int i = 0; i < 4; i++)
		og_audit_tell(m, OG_AUDIT_STATE, "hq/a", "%d", i);
	assert_int_equal(sqlite3_exec(m->store->db,
				      "DROP TRIGGER audit_holds;"
				      "UPDATE audit SET at = at - 1000 WHERE id < 4",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_string_equal(listed("{}"), "1 2 3 4 5");
	assert_string_equal(listed("{\"max\": 2}"), "4 5");
	assert_string_equal(listed("{\"max\": 2, \"since_id\": 0}"), "1 2");
	assert_string_equal(listed("{\"max\": 2, \"since_id\": 2}"), "3 4");
	assert_string_equal(listed("{\"since_id\": 5}"), "");
	snprintf(filter, sizeof(filter), "{\"since_at\": %" PRId64 ", \"max\": 1}", at - 500);
	assert_string_equal(listed(filter), "4");
	assert_string_equal(listed("{\"max\": 0}"), "wrong max");
	assert_string_equal(listed("{\"max\": true}"), "wrong max");
	assert_string_equal(listed("{\"since_id\": -1}"), "wrong since_id");
	assert_string_equal(listed("{\"since_at\": \"now\"}"), "wrong since_at");
	assert_string_equal(listed("{\"actor\": \"alice\"}"), "wrong actor");
}

static void test_verifies(void **state)
{
	json_t *query = json_pack("{s:s}", "head", "abc"), *record = NULL;
	char text[OG_DIGEST_TEXT];
	struct og_audit_head now = head();
	const char *wrong;

	(void)state;
	assert_int_equal(og_record_audit_verify(m, query, &record, &wrong), -EINVAL);
	assert_string_equal(wrong, "head");
	json_object_set_new(query, "head", json_string(og_digest_format(&now.hash, text)));
	assert_int_equal(og_record_audit_verify(m, query, &record, &wrong), 0);
	assert_true(json_is_true(json_object_get(record, "good")));
	assert_string_equal(json_string_value(json_object_get(record, "head")), text);
	json_decref(record);
	/* Many faults are counted, a hundred are told. */
	for (int i = 0; i < 150; i++)
		og_audit_tell(m, OG_AUDIT_STATE, "hq/a", "%d", i);
	assert_int_equal(sqlite3_exec(m->store->db,
				      "DROP TRIGGER audit_holds; UPDATE audit SET at = at + 1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(og_record_audit_verify(m, query, &record, &wrong), 0);
	assert_true(json_is_false(json_object_get(record, "good")));
	assert_int_equal(json_integer_value(json_object_get(record, "faults")), 151);
	assert_int_equal(json_array_size(json_object_get(record, "found")), 100);
	json_decref(record);
	json_object_set_new(query, "colour", json_string("red"));
	assert_int_equal(og_record_audit_verify(m, query, &record, &wrong), -EINVAL);
	json_decref(query);
}

/* What a reload does, without an engine. */
static void load(void)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;

	if (og_loaded_read(config_dir, "data", state_dir, &loaded, &diags))
		og_diags_print(&diags, stdout);
	assert_non_null(loaded);
	og_loaded_unref(m->loaded);
	m->loaded = loaded;
	og_audit_files(m);
	og_diags_free(&diags);
}

#define PROGRAMME                                                                   \
	"title: t\nauthority: a\nequipment: e\nvendors: [hikvision]\nmilestones:\n" \
	"  - {name: all, measure: devices, at_least: 100%%, "

#define DUE 1900000000 /* 2030-03-17 */

static void put_programme(const char *rest)
{
	char text[512];

	snprintf(text, sizeof(text), PROGRAMME "%s", rest);
	put("programmes/ours.yaml", text);
}

/* The milestone entries after @after, without those of files. */
static const char *milestones(int64_t after)
{
	static char found[2048];
	char *line, *log = strdup(entries(after));

	found[0] = '\0';
	for (line = strtok(log, "\n"); line; line = strtok(NULL, "\n"))
		if (strstr(line, " milestone "))
			strcat(strcat(found, line), "\n");
	free(log);
	return found;
}

static void test_milestones(void **state)
{
	int64_t before;

	(void)state;
	m->options.data = "data";
	sh("mkdir -p etc/programmes etc/policies");
	put("prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
			     "\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	put("sites/hq.yaml", "ports: [{name: lan-none}]\n");
	put("policies/p.yaml", "programme: ours\nphases: [{from: 2026-01-01, action: log}]\n");
	put("assets/hq.csv", "mac,role,status\n44:19:b6:01:02:03,camera,legacy\n"
			     "44:19:b6:01:02:04,camera,removed\n");
	put_programme("due: 2030-03-01}\n");
	load();
	og_audit_milestones(m, DUE - 30 * 86400);
	assert_string_equal(milestones(0), "");

	/* The date passes. */
	before = head().entries;
	og_audit_milestones(m, DUE);
	assert_string_equal(entries(before),
			    "ouiguardd milestone ours/all: missed, due 2030-03-01: 1 of 2 devices, "
			    "2 needed; sites not surveyed: 0\n");
	og_audit_milestones(m, DUE);
	og_audit_milestones(m, DUE + 86400);
	assert_int_equal(head().entries, before + 1);

	/* It is moved: with its reason, and nobody forgets that it was missed. */
	before = head().entries;
	og_audit_act_as(m, "alice");
	put_programme("due: 2030-06-01, extensions: [{was: 2030-03-01, decided: 2030-02-01, "
		      "reason: no lorries, code: supply}]}\n");
	load();
	og_audit_act_as(m, NULL);
	assert_string_equal(milestones(before),
			    "alice milestone ours/all: moved from 2030-03-01 to "
			    "2030-06-01: supply, no lorries\n");
	before = head().entries;
	og_audit_milestones(m, DUE + 86400);
	assert_int_equal(head().entries, before);

	/* The last one goes, and comes back. */
	put("assets/hq.csv", "mac,role,status\n44:19:b6:01:02:03,camera,removed\n"
			     "44:19:b6:01:02:04,camera,removed\n");
	load();
	og_audit_milestones(m, DUE + 86400);
	assert_string_equal(
		milestones(before),
		"ouiguardd milestone ours/all: reached, due 2030-06-01: 2 of 2 devices, "
		"2 needed; sites not surveyed: 0\n");
	put("assets/hq.csv", "mac,role,status\n44:19:b6:01:02:03,camera,legacy\n"
			     "44:19:b6:01:02:04,camera,removed\n");
	before = head().entries;
	load();
	og_audit_milestones(m, DUE + 86400);
	assert_non_null(
		strstr(milestones(before), "no longer met, due 2030-06-01: 1 of 2 devices"));

	/* Another name is one that goes and one that comes. */
	before = head().entries;
	put("programmes/ours.yaml",
	    "title: t\nauthority: a\nequipment: e\nvendors: [hikvision]\nmilestones:\n"
	    "  - {name: every, measure: devices, at_least: 100%, due: 2030-06-01}\n");
	load();
	assert_string_equal(milestones(before),
			    "ouiguardd milestone ours/every: added, due 2030-06-01\n"
			    "ouiguardd milestone ours/all: removed, due 2030-06-01\n");
	assert_int_equal(faults(), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_who),		TEST(test_in_a_transaction),
		TEST(test_a_full_disk), TEST(test_in_memory),
		TEST(test_starts),	TEST(test_the_noted_head),
		TEST(test_every_day),	TEST(test_files),
		TEST(test_many_files),	TEST(test_milestones),
		TEST(test_lists),	TEST(test_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
