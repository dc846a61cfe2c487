// SPDX-License-Identifier: GPL-2.0
/*
 * test-standing.c: states of devices, asked for and by the daemon (daemon/standing*.c,
 * daemon/bus/records-standing.c, daemon/inventory/store-state.c, store-watch.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/audit.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/standing.h"
#include "played-kit.h"

#define MAC "44:19:b6:01:02:03"

static char refusal[OG_REFUSAL_TEXT];

/* What SetDevice gives for the members @request of a record, or for a refusal NULL. */
static json_t *set(int wanted, const char *request)
{
	json_t *object = json_loads(request, 0, NULL), *record = NULL;
	const char *wrong = NULL;
	int err;

	assert_non_null(object);
	refusal[0] = '\0';
	err = og_record_set_device(m, object, &record, &wrong, refusal);
	if (err != wanted)
		printf("%s: %s\n", request, wrong ? wrong : refusal);
	assert_int_equal(err, wanted);
	json_decref(object);
	return record;
}

static void set_state(const char *state, const char *evidence)
{
	char request[512];
	json_t *record;

	snprintf(request, sizeof(request),
		 "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"%s\", \"evidence\":\"%s\"}",
		 state, evidence);
	record = set(0, request);
	played_expect_text(record, "state", state);
	json_decref(record);
}

static struct og_inv_device *device(void)
{
	struct og_inv_device *found = og_inventory_find(m->inventory, "hq", PLAYED_MAC);

	assert_non_null(found);
	return found;
}

static int note_change(void *userdata, const struct og_state_change *change)
{
	char *text = userdata;

	sprintf(text + strlen(text), "%s>%s by %s; ",
		change->has_previous ? og_state_name(change->previous) : "",
		og_state_name(change->state), change->actor);
	return 0;
}

static void expect_history(const char *wanted)
{
	char text[1024] = "";

	assert_int_equal(og_store_each_state(m->store, "hq", PLAYED_MAC, note_change, text), 0);
	assert_string_equal(text, wanted);
}

static void test_a_ladder(void **state)
{
	json_t *array;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	array = played_devices("{}");
	/* A legacy row: confirmed, and nothing was entered. */
	played_expect_text(json_array_get(array, 0), "state", "confirmed");
	json_decref(array);
	og_audit_act_as(m, "alice");
	set_state("planned", "");
	og_audit_act_as(m, "bob");
	set_state("removed", "ticket 17");
	expect_history(">planned by alice; planned>removed by bob; ");
	array = played_devices("{\"state\": \"removed\"}");
	assert_int_equal(json_array_size(array), 1);
	played_expect_text(json_array_get(array, 0), "state_by", "bob");
	json_decref(array);
	array = played_devices("{\"state\": \"planned\"}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	/* Back, with evidence. */
	set(-EPERM, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"confirmed\"}");
	assert_non_null(strstr(refusal, "evidence"));
	set_state("confirmed", "it was the wrong one");
}

static void test_what_is_refused(void **state)
{
	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	played_device(PLAYED_MAC + 1, 10, 4);
	set(-EINVAL, "{\"mac\":\"" MAC "\", \"state\":\"planned\"}");
	set(-EINVAL, "{\"site\":\"hq\", \"state\":\"planned\"}");
	set(-EINVAL, "{\"site\":\"hq\", \"mac\":\"" MAC "\"}");
	set(-EINVAL, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"gone\"}");
	set(-EINVAL, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"colour\":\"red\"}");
	set(-EINVAL, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"removed\","
		     " \"evidence\":\"two\\nlines\"}");
	set(-ENOENT, "{\"site\":\"hq\", \"mac\":\"00:00:00:00:00:01\", \"state\":\"planned\"}");
	set(-ENOENT, "{\"site\":\"depot\", \"mac\":\"" MAC "\", \"state\":\"planned\"}");
	set(-EPERM, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"reappeared\"}");
	set(-EPERM, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"disposed\","
		    " \"evidence\":\"x\"}");
	/* Seen, and in no register: to be confirmed first. */
	set(-EPERM, "{\"site\":\"hq\", \"mac\":\"44:19:b6:01:02:04\", \"state\":\"removed\","
		    " \"evidence\":\"x\"}");
	expect_history("");
}

static void test_a_third_party(void **state)
{
	json_t *record;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	record = set(0, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"third_party\":true}");
	assert_true(json_is_true(json_object_get(record, "third_party")));
	json_decref(record);
	expect_history("");
	og_inventory_release(m->inventory, "hq");
	og_manager_hold(m, "hq");
	assert_true(device()->third_party);
}

static int note_entry(void *userdata, const struct og_audit_entry *entry)
{
	char *text = userdata;

	if (!strcmp(entry->kind, OG_AUDIT_STATE))
		sprintf(text + strlen(text), "%s %s: %s; ", entry->actor, entry->subject,
			entry->text);
	return 0;
}

static void test_every_change_has_its_entry(void **state)
{
	char text[1024] = "";

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_audit_act_as(m, "alice");
	json_decref(set(0, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"third_party\":true}"));
	json_decref(set(0, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"removed\","
			   " \"evidence\":\"t 1\", \"replacement\":\"00:11:22:33:44:55\"}"));
	set(-EPERM, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"suspected\"}");
	assert_int_equal(og_store_list_audit(m->store, 0, 1000, note_entry, text), 0);
	assert_string_equal(text, "alice hq/" MAC ": belongs to a third party; "
				  "alice hq/" MAC ": replaced by 00:11:22:33:44:55; "
				  "alice hq/" MAC ": confirmed -> removed: t 1; ");
}

/* A row that was never seen has a state too. */
static void test_a_device_that_was_never_seen(void **state)
{
	json_t *array;

	(void)state;
	set_state("removed", "taken down before the gateway came");
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 1);
	played_expect_text(json_array_get(array, 0), "state", "removed");
	assert_null(json_object_get(json_array_get(array, 0), "last_seen"));
	json_decref(array);
}

static void frame(void)
{
	played.records[0].packets++;
	played.records[0].last_seen = og_clock_now() + 1;
	og_manager_refresh(m);
}

static void test_a_removed_device_reappears(void **state)
{
	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	set_state("removed", "ticket 17");
	og_manager_refresh(m);
	expect_history(">removed by ouiguardd; ");
	frame();
	expect_history(">removed by ouiguardd; removed>reappeared by ouiguardd; ");
	/* Once. */
	frame();
	expect_history(">removed by ouiguardd; removed>reappeared by ouiguardd; ");
	assert_int_equal(device()->state, OG_STATE_REAPPEARED + 1);
}

static void test_a_row_that_says_removed(void **state)
{
	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	played_put("assets/hq.csv", "mac,role,status\n" MAC ",recorder,removed\n");
	played_load();
	/* What came before the row is no return. */
	og_manager_refresh(m);
	expect_history("");
	frame();
	expect_history(">reappeared by ouiguardd; ");
}

static void test_elsewhere(void **state)
{
	struct og_inv_device *there;
	char text[256] = "";

	(void)state;
	/* It was at another site of this gateway, some time ago, and at a third one it was removed. */
	og_manager_hold(m, "depot");
	there = og_inventory_add(m->inventory, "depot", PLAYED_MAC, NULL);
	there->first_seen = there->last_seen = og_clock_now() - 7200;
	og_manager_flush(m);
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	assert_int_equal(og_store_each_state(m->store, "depot", PLAYED_MAC, note_change, text), 0);
	assert_string_equal(text, ">moved by ouiguardd; ");
	expect_history("");
}

static void test_removed_elsewhere(void **state)
{
	const struct og_state_change change = {.site = "annex",
					       .mac = PLAYED_MAC,
					       .at = 5,
					       .state = OG_STATE_DISPOSED,
					       .actor = "carol",
					       .evidence = "certificate",
					       .gateway = "gw-b"};
	const struct og_inv_device other = {
		.site = "annex", .mac = PLAYED_MAC, .vendor = "hikvision", .port = ""};

	(void)state;
	assert_int_equal(og_store_put_device(m->store, &other), 0);
	assert_int_equal(og_store_put_state(m->store, &change), 1);
	assert_int_equal(og_store_put_state(m->store, &change), 0);
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	expect_history(">reappeared by ouiguardd; ");
}

/* Forty days that were watched and probed, after a removal by somebody else. */
static void lay_down_days(int64_t removed_at)
{
	const struct og_state_change change = {.site = "hq",
					       .mac = PLAYED_MAC,
					       .at = removed_at,
					       .state = OG_STATE_REMOVED,
					       .actor = "alice",
					       .evidence = "ticket 17",
					       .gateway = ""};
	int64_t day, today = og_clock_now() / OG_DAY;

	assert_int_equal(og_store_put_device(m->store, device()), 0);
	assert_int_equal(og_store_put_state(m->store, &change), 1);
	device()->state = OG_STATE_REMOVED + 1;
	device()->state_at = removed_at;
	for (day = removed_at / OG_DAY; day < today; day++) {
		assert_int_equal(
			og_store_add_watched(m->store, "hq", OG_WATCH_ALL, day, "gw-a", 86000), 0);
		assert_int_equal(og_store_put_probe(m->store, "hq", PLAYED_MAC, day, 3, 0), 0);
	}
}

#define VERIFY                                                                  \
	"{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"verified-absent\"," \
	" \"evidence\":\"looked everywhere\"}"

static void set_up_absence(void)
{
	int64_t removed_at = og_clock_now() - 40 * OG_DAY;

	played_put("assets/hq.csv",
		   "mac,role,status,serial,evidence\n" MAC ",recorder,legacy,SN1,shredded\n");
	played_load();
	og_inventory_add(m->inventory, "hq", PLAYED_MAC, NULL)->first_seen = removed_at - 9;
	device()->last_seen = removed_at - 5;
	lay_down_days(removed_at);
}

static void test_verified_absent(void **state)
{
	json_t *record;

	(void)state;
	set_up_absence();
	og_audit_act_as(m, "alice");
	set(-EPERM, VERIFY);
	assert_non_null(strstr(refusal, "the verifier is the one who removed it"));
	assert_null(strchr(refusal, '\n'));
	og_audit_act_as(m, "bob");
	record = set(0, VERIFY);
	played_expect_text(record, "state_by", "bob");
	json_decref(record);
}

static void test_not_verified_absent(void **state)
{
	int64_t seen = og_clock_now() / OG_DAY - 20;

	(void)state;
	set_up_absence();
	og_audit_act_as(m, "bob");
	/* A sighting in between begins the count anew. */
	assert_int_equal(og_store_put_sightings(m->store, "hq", PLAYED_MAC, seen / OG_BLOCK_DAYS,
						1U << seen % OG_BLOCK_DAYS),
			 0);
	assert_int_equal(og_store_put_blind(m->store, "hq", seen, 3), 0);
	set(-EPERM, VERIFY);
	assert_non_null(strstr(refusal, "19 of 30 watched days"));
	assert_non_null(strstr(refusal, "without an attributable address"));
	assert_int_equal(device()->state, OG_STATE_REMOVED + 1);
}

static void test_silent(void **state)
{
	int64_t day, today = og_clock_now() / OG_DAY;
	json_t *array;

	(void)state;
	og_inventory_add(m->inventory, "hq", PLAYED_MAC, NULL)->first_seen = 1;
	device()->last_seen = (today - 12) * OG_DAY;
	array = played_devices("{}");
	/* Not watched, so not known. */
	played_expect_number(json_array_get(array, 0), "watched_days_silent", 0);
	json_decref(array);
	for (day = today - 8; day < today; day++)
		assert_int_equal(og_store_add_watched(m->store, "hq", 0, day, "gw-a", 80000), 0);
	array = played_devices("{}");
	played_expect_number(json_array_get(array, 0), "watched_days_silent", 8);
	assert_true(json_is_true(json_object_get(json_array_get(array, 0), "silent")));
	json_decref(array);
}

/* What would be lost with the process is not entered. */
static void test_a_store_that_does_not_last(void **state)
{
	struct og_diags diags = {0};

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	og_store_close(m->store);
	assert_int_equal(og_store_open("/nowhere", "/nowhere", og_clock_now(), &m->store, &diags),
			 0);
	og_diags_free(&diags);
	set(-EROFS, "{\"site\":\"hq\", \"mac\":\"" MAC "\", \"state\":\"planned\"}");
	assert_non_null(strstr(refusal, "would be lost"));
	assert_int_equal(device()->state, 0);
}

/* A clock that was set back does not put a step before the one it follows. */
static void test_a_clock_set_back(void **state)
{
	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	set_state("planned", "");
	device()->state_at += 365 * OG_DAY;
	set_state("isolated", "");
	assert_int_equal(device()->state, OG_STATE_ISOLATED + 1);
	og_manager_refresh(m);
	assert_int_equal(device()->state, OG_STATE_ISOLATED + 1);
	og_inventory_release(m->inventory, "hq");
	og_manager_hold(m, "hq");
	assert_int_equal(device()->state, OG_STATE_ISOLATED + 1);
}

static int sum(void *userdata, int64_t day, uint32_t seconds)
{
	int64_t *sums = userdata;

	sums[0] += day;
	sums[1] += seconds;
	sums[2]++;
	return 0;
}

/* A pair is watched as long as its longer watching member; a day has 24 hours. */
static void test_watched_by_a_pair(void **state)
{
	int64_t sums[3] = {0};

	(void)state;
	assert_int_equal(og_store_add_watched(m->store, "hq", 20, 100, "gw-a", 3600), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 20, 100, "gw-a", 3600), 0);
	assert_int_equal(og_store_merge_watched(m->store, "hq", 20, 100, "gw-b", 5000), 0);
	assert_int_equal(og_store_merge_watched(m->store, "hq", 20, 100, "gw-b", 4000), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", OG_WATCH_ALL, 101, "gw-a", 86000), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", OG_WATCH_ALL, 101, "gw-a", 86000), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 30, 100, "gw-a", 50), 0);
	assert_int_equal(og_store_each_watched(m->store, "hq", 20, 100, sum, sums), 0);
	assert_int_equal(sums[0], 201);
	assert_int_equal(sums[1], 7200 + 86400);
	assert_int_equal(sums[2], 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, played_set_up, played_tear_down)
		TEST(test_a_ladder),
		TEST(test_what_is_refused),
		TEST(test_a_third_party),
		TEST(test_every_change_has_its_entry),
		TEST(test_a_device_that_was_never_seen),
		TEST(test_a_removed_device_reappears),
		TEST(test_a_row_that_says_removed),
		TEST(test_elsewhere),
		TEST(test_removed_elsewhere),
		TEST(test_verified_absent),
		TEST(test_not_verified_absent),
		TEST(test_silent),
		TEST(test_a_store_that_does_not_last),
		TEST(test_a_clock_set_back),
		TEST(test_watched_by_a_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
