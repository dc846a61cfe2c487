// SPDX-License-Identifier: GPL-2.0
/*
 * test-gates.c: when the daemon opens the gates of phases (daemon/gates.c)
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "daemon-kit.h"

#define DAY 86400

static void reload(void)
{
	char error[64];

	assert_true(kit_call(kit_bus, "Reload", NULL, error, "") >= 0);
}

static void stop(void)
{
	kit_bus = sd_bus_close_unref(kit_bus);
	kill(kit_daemon, SIGKILL);
	assert_int_equal(waitpid(kit_daemon, NULL, 0), kit_daemon);
}

static void start(void)
{
	kit_daemon = kit_fork_daemon();
	assert_true(kit_daemon > 0);
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
}

/* While no daemon runs: the store is another one's then. */
static void change_store(const char *sql)
{
	char *error = NULL;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(kit_path("state/inventory.db"), &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s", error);
	sqlite3_close(db);
}

/* @gateway watched site hq, VLAN @vlan (-1: all) for @seconds on the day @ago days ago. */
static void put_watched_by(const char *gateway, int vlan, int ago, int seconds)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "INSERT OR REPLACE INTO watched VALUES ('hq', %d, %lld, '%s', %d)", vlan,
		 (long long)(kit_seconds() / DAY - ago), gateway, seconds);
	change_store(sql);
}

/* This gateway did. */
static void put_watched(int vlan, int ago, int seconds)
{
	char host[256] = "";

	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	put_watched_by(host, vlan, ago, seconds);
}

static void put_device(int vlan)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "INSERT OR REPLACE INTO device (id, site, mac, vendor, port, vlan, role, evidence,"
		 " action, reason, first_seen, last_seen, packets, bytes, passed, dropped,"
		 " dropped_bytes, egress, raw_first_seen, raw_packets, raw_bytes, raw_passed,"
		 " raw_dropped, raw_dropped_bytes, raw_egress) VALUES (7, 'hq', %lld, 'hikvision',"
		 " 'lan0', %d, 6, 0, 1, 17, 1, %lld, 9, 9, 9, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0)",
		 0x4419b6000001LL, vlan, (long long)kit_seconds());
	change_store(sql);
}

/* It sent to 198.51.100.9 @ago seconds ago. */
static void put_destination(int64_t ago)
{
	char sql[256];

	snprintf(
		sql, sizeof(sql),
		"DELETE FROM destination; INSERT INTO destination VALUES (7, 0, %lld, 443, 6, 9, 9,"
		" %lld, 17)",
		0xffffc6336409LL, (long long)(kit_seconds() - ago));
	change_store(sql);
}

/* The gate of the only phase with one. */
static json_t *gate(bool *ret_open)
{
	json_t *status = kit_status();
	json_t *one = json_incref(json_array_get(json_object_get(status, "gates"), 0));

	json_decref(status);
	assert_non_null(one);
	*ret_open = json_is_true(json_object_get(one, "open"));
	return one;
}

static bool is_open(void)
{
	bool open;

	json_decref(gate(&open));
	return open;
}

static void is_shut(const char *why)
{
	bool open;
	json_t *one = gate(&open);

	assert_false(open);
	assert_string_equal(kit_member(one, "why"), why);
	json_decref(one);
}

static void action_is(const char *action)
{
	json_t *status = kit_status();

	assert_string_equal(
		kit_member(json_array_get(json_object_get(status, "policies"), 0), "action"),
		action);
	json_decref(status);
}

static void put_gated(const char *from, const char *gate_text)
{
	kit_put("config/policies/cameras.yaml",
		"programme: ours\nphases:\n  - {from: 2026-01-01, action: log}\n"
		"  - {from: %s, action: block, gate: %s}\n",
		from, gate_text);
}

static void test_quiet_days(void **state)
{
	(void)state;
	kit_start_bus();
	kit_bus = kit_connect();
	assert_non_null(kit_bus);
	mkdir(kit_path("config/programmes"), 0700);
	mkdir(kit_path("config/assets"), 0700);
	kit_put("config/programmes/ours.yaml",
		"title: Ours\nauthority: us\nvendors: [hikvision]\n"
		"milestones: [{name: all, due: 2030-01-01, measure: devices, none_left: true}]\n");
	put_gated("2026-02-01", "{quiet_days: 2}");
	reload();
	is_shut("watched on 0 of the last 2 days");
	action_is("log");

	/* A device in VLAN 20, which was watched on one day and a bit. */
	stop();
	put_device(20);
	put_watched(20, 1, 20 * 3600);
	put_watched(20, 2, 20 * 3600 - 1);
	put_watched(-1, 0, DAY);
	put_watched(-1, 3, DAY);
	/* Another gateway's days say nothing of what went through this one. */
	put_watched_by("elsewhere", -1, 2, DAY);
	put_destination(4 * DAY);
	start();
	is_shut("watched on 1 of the last 2 days");
	stop();
	put_watched(-1, 2, DAY);
	put_destination(60);
	start();
	is_shut("44:19:b6:00:00:01 sent to 198.51.100.9 port 443, which the phase would drop");
	action_is("log");
	assert_false(kit_logged("the gate of policy cameras at hq is open"));

	stop();
	put_destination(4 * DAY);
	start();
	assert_true(is_open());
	action_is("block");
	assert_int_equal(
		kit_logged("the gate of policy cameras at hq is open (2 quiet days): block "
			   "is in force"),
		1);
}

/* What has opened stays open, whatever is seen later; an edited phase has another gate. */
static void test_stays_open(void **state)
{
	(void)state;
	stop();
	put_destination(60);
	start();
	assert_true(is_open());
	action_is("block");
	reload();
	assert_true(is_open());
	assert_int_equal(kit_logged("the gate of policy cameras at hq is open"), 1);
	put_gated("2026-02-02", "{quiet_days: 2}");
	reload();
	assert_false(is_open());
	action_is("log");
	put_gated("2026-02-01", "{quiet_days: 2}");
	reload();
	assert_true(is_open());
}

/* A gate is not looked at before the day before its phase. */
static void test_waits_for_its_time(void **state)
{
	stop();
	put_destination(4 * DAY);
	start();
	(void)state;
	put_gated("2099-01-01", "{quiet_days: 2}");
	reload();
	is_shut("");
	put_gated("2026-02-03", "{quiet_days: 1}");
	reload();
	assert_true(is_open());
}

static void test_milestone(void **state)
{
	(void)state;
	put_gated("2026-02-01", "{milestone: all}");
	kit_put("config/assets/hq.csv", "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n");
	reload();
	is_shut("0 of 1 devices are done");
	kit_put("config/assets/hq.csv", "mac,role,status\n44:19:b6:00:00:01,camera,removed\n");
	reload();
	assert_true(is_open());
	action_is("block");
	kit_put("config/assets/hq.csv", "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n");
	reload();
	assert_true(is_open());
}

static void lose_inventory(void)
{
	unlink(kit_path("state/inventory.db-wal"));
	kit_put("state/inventory.db", "%01000d", 0);
}

/* Nothing but what was decided says that the gate is open now. */
static void test_inventory_is_lost(void **state)
{
	(void)state;
	stop();
	lose_inventory();
	start();
	assert_true(is_open());
	action_is("block");
	assert_int_equal(kit_logged("taken from the copy"), 1);

	/* It is in the new inventory too. */
	stop();
	unlink(kit_path("state/decided"));
	start();
	assert_true(is_open());
	stop();
	unlink(kit_path("state/decided"));
	lose_inventory();
	start();
	assert_false(is_open());
	action_is("log");
}

/* The copy is a file like others: what is none of its lines counts for nothing. */
static void test_copy_is_damaged(void **state)
{
	(void)state;
	stop();
	kit_put("state/decided",
		"held \nheld hq\nheld hq 44:19:b6:00:00\ngate\n%0500d\n"
		"gate \x01\xff\nheld hq 44:19:b6:00:00:0",
		0);
	start();
	assert_false(is_open());
	action_is("log");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_days),	   cmocka_unit_test(test_stays_open),
		cmocka_unit_test(test_waits_for_its_time), cmocka_unit_test(test_milestone),
		cmocka_unit_test(test_inventory_is_lost),  cmocka_unit_test(test_copy_is_damaged),
	};

	return cmocka_run_group_tests(tests, kit_set_up, kit_tear_down);
}
