// SPDX-License-Identifier: GPL-2.0
/*
 * test-records.c: what a device did, from the engine to records and the store (daemon/bus/records*.c,
 * daemon/manager-device.c), with an engine that the test plays
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/bus/records.h"
#include "daemon/state.h"
#include "daemon/inventory/store-db.h"

#define MAC	0x4419b6010203
#define SITE	1
#define IFINDEX 1 /* lo is everywhere */
#define RECORDS 1200

static char dir[64];
static struct og_manager *m;
static sd_event *event;

/* The engine that the test plays. */
static struct {
	uint64_t keys[RECORDS];
	struct og_device records[RECORDS];
	bool known[RECORDS];
	size_t count, promotions, forgotten, room;
	struct og_event events[16];
	size_t event_count;
} played;

static size_t find(uint64_t key)
{
	size_t i;

	for (i = 0; i < played.count && played.keys[i] != key; i++)
		;
	return i;
}

static int play_each(struct og_engine *engine,
		     int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				 bool known),
		     void *userdata)
{
	size_t i;
	int r = 0;

	(void)engine;
	for (i = 0; !r && i < played.count; i++)
		r = each(userdata, played.keys[i], &played.records[i], played.known[i]);
	return r;
}

static int play_read(struct og_engine *engine, uint64_t key, struct og_device *ret_device)
{
	size_t i = find(key);

	(void)engine;
	if (i == played.count)
		return -ENOENT;
	*ret_device = played.records[i];
	return 0;
}

static int play_promote(struct og_engine *engine, uint64_t key)
{
	size_t i = find(key);

	(void)engine;
	if (played.promotions == played.room)
		return -ENOSPC;
	played.promotions++;
	if (i < played.count)
		played.known[i] = true;
	return 0;
}

static int play_forget(struct og_engine *engine, uint64_t key)
{
	(void)engine;
	(void)key;
	played.forgotten++;
	return 0;
}

static int play_events(struct og_engine *engine,
		       void (*each)(void *userdata, const struct og_event *event), void *userdata)
{
	size_t i, count = played.event_count;

	(void)engine;
	for (i = 0; i < count; i++)
		each(userdata, &played.events[i]);
	played.event_count = 0;
	return count;
}

static int play_counters(struct og_engine *engine, struct og_engine_counters *ret_counters)
{
	(void)engine;
	memset(ret_counters, 0, sizeof(*ret_counters));
	ret_counters->reasons[OG_R_EGRESS].packets = 12;
	ret_counters->reasons[OG_R_UNATTRIBUTABLE].packets = 7;
	ret_counters->events_lost = 3;
	return 0;
}

static int play_status(struct og_engine *engine, struct og_engine_status *ret_status)
{
	(void)engine;
	*ret_status = (struct og_engine_status){.name = "played", .generation = 1};
	return 0;
}

static int play_apply(struct og_engine *engine, const struct og_ruleset *ruleset,
		      const struct og_engine_port *ports, size_t port_count, struct og_diags *diags)
{
	(void)engine;
	(void)ruleset;
	(void)ports;
	(void)port_count;
	(void)diags;
	return 0;
}

static void play_close(struct og_engine *engine)
{
	(void)engine;
}

static const struct og_engine_ops ops = {
	.name = "played",
	.apply = play_apply,
	.read_counters = play_counters,
	.each_device = play_each,
	.read_device = play_read,
	.promote = play_promote,
	.forget = play_forget,
	.next_events = play_events,
	.status = play_status,
	.close = play_close,
};

static struct og_engine engine = {.ops = &ops};

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static void on_changed(void *userdata)
{
	(void)userdata;
}

static void on_broken(int error, void *userdata)
{
	(void)error;
	(void)userdata;
}

static void load(void)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	int err = og_loaded_read(dir, "data", dir, &loaded, &diags);

	if (!err)
		err = og_manager_put(m, loaded, &diags);
	if (err)
		og_diags_print(&diags, stdout);
	assert_int_equal(err, 0);
	og_loaded_unref(loaded);
	og_diags_free(&diags);
}

static int set_up(void **state)
{
	static struct og_manager_options options;
	struct og_diags diags = {0};
	char command[128];

	(void)state;
	memset(&played, 0, sizeof(played));
	played.room = RECORDS;
	strcpy(dir, "/tmp/test-records-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(command, sizeof(command), "cd %s && mkdir sites policies assets", dir);
	assert_int_equal(system(command), 0);
	put("sites/hq.yaml", "class: office\nports: [{name: lan-none}]\n");
	put("policies/cameras.yaml",
	    "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	put("assets/hq.csv", "mac,role,status\n44:19:b6:01:02:03,recorder,legacy\n");
	put("prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
			     "\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	options = (struct og_manager_options){.config = dir, .state = dir, .runtime = dir};
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(og_manager_new(event, &options, &m), 0);
	assert_int_equal(og_store_open(dir, dir, og_clock_now(), &m->store, &diags), 0);
	assert_int_equal(og_links_watch(event, on_changed, on_broken, m, &m->links), 0);
	m->ops = &ops;
	m->engine = &engine;
	load();
	og_diags_free(&diags);
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

static struct og_device *play_device(uint64_t mac, uint64_t packets, uint64_t dropped)
{
	struct og_device *record = &played.records[played.count];

	played.keys[played.count++] = og_exact_key(mac, SITE);
	*record = (struct og_device){
		.packets = packets,
		.bytes = packets * 60,
		.passed = packets - dropped,
		.dropped = dropped,
		.egress = dropped,
		.first_seen = og_clock_now() - 5,
		.last_seen = og_clock_now(),
		.ifindex = IFINDEX,
		.group = OG_GROUP_FIRST,
		.reason = OG_R_EGRESS,
		.action = OG_BLOCK,
		.dests = {{.addr = og_addr_v4(0x08080808),
			   .packets = dropped,
			   .last_seen = og_clock_now(),
			   .port = 53,
			   .proto = 17,
			   .reason = OG_R_EGRESS}},
	};
	return record;
}

static void play_event(enum og_event_kind kind, uint64_t mac)
{
	played.events[played.event_count++] = (struct og_event){
		.mac = mac,
		.at = og_clock_now(),
		.generation = m->generation,
		.dst = og_addr_v4(0x08080808),
		.packets = 1,
		.dropped = 1,
		.ifindex = IFINDEX,
		.site = SITE,
		.group = OG_GROUP_FIRST,
		.policy = 1,
		.ethertype = 0x0800,
		.dport = 53,
		.proto = 17,
		.kind = kind,
		.reason = OG_R_EGRESS,
		.action = OG_BLOCK,
		.drop = 1,
	};
}

static json_t *devices(const char *filter)
{
	json_t *object = json_loads(filter, 0, NULL), *array;
	const char *wrong;

	assert_non_null(object);
	assert_int_equal(og_record_devices(m, object, &array, &wrong), 0);
	json_decref(object);
	return array;
}

static json_t *events(const char *filter)
{
	json_t *object = json_loads(filter, 0, NULL), *array;
	const char *wrong;

	assert_int_equal(og_record_events(m, object, &array, &wrong), 0);
	json_decref(object);
	return array;
}

static void expect_text(json_t *record, const char *key, const char *wanted)
{
	const char *text = json_string_value(json_object_get(record, key));

	assert_non_null(text);
	assert_string_equal(text, wanted);
}

static void expect_number(json_t *record, const char *key, int64_t wanted)
{
	assert_true(json_is_integer(json_object_get(record, key)));
	assert_int_equal(json_integer_value(json_object_get(record, key)), wanted);
}

static void test_a_device_record(void **state)
{
	json_t *array, *record;

	(void)state;
	play_device(MAC, 10, 4);
	array = devices("{}");
	assert_int_equal(json_array_size(array), 1);
	record = json_array_get(array, 0);
	expect_text(record, "mac", "44:19:b6:01:02:03");
	expect_text(record, "site", "hq");
	expect_text(record, "vendor", "hikvision");
	expect_text(record, "vendor_title", "Hikvision");
	expect_text(record, "prefix", "44:19:b6/24");
	expect_text(record, "role", "recorder");
	expect_text(record, "status", "legacy");
	expect_text(record, "port", "lo");
	expect_text(record, "action", "block");
	expect_text(record, "reason", "egress");
	expect_text(record, "evidence", "mac");
	expect_text(record, "last_dst", "8.8.8.8");
	expect_number(record, "packets", 10);
	expect_number(record, "dropped", 4);
	expect_number(record, "passed", 6);
	record = json_array_get(json_object_get(record, "destinations"), 0);
	expect_text(record, "addr", "8.8.8.8");
	expect_text(record, "proto", "udp");
	expect_number(record, "port", 53);
	json_decref(array);
	/* It is kept for good now. */
	assert_int_equal(played.promotions, 1);
}

static void test_filters(void **state)
{
	static const struct {
		const char *filter;
		size_t count;
	} cases[] = {
		{"{}", 2},
		{"{\"mac\": \"44-19-B6-01-02-03\"}", 1},
		{"{\"mac\": \"44:19:b6:00:00:00\"}", 0},
		{"{\"site\": \"hq\"}", 2},
		{"{\"site\": \"depot\"}", 0},
		{"{\"vendor\": \"hikvision\", \"role\": \"recorder\"}", 1},
		{"{\"listed\": true}", 2},
		{"{\"listed\": false}", 0},
	};
	json_t *array;
	size_t i;

	(void)state;
	play_device(MAC, 1, 1);
	play_device(MAC + 1, 1, 1);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		array = devices(cases[i].filter);
		assert_int_equal(json_array_size(array), cases[i].count);
		json_decref(array);
	}
}

static void test_events(void **state)
{
	json_t *array, *record;

	(void)state;
	play_device(MAC, 1, 1);
	play_event(OG_EVENT_NEW, MAC);
	play_event(OG_EVENT_DROP, MAC);
	array = events("{}");
	assert_int_equal(json_array_size(array), 2);
	record = json_array_get(array, 0);
	expect_text(record, "kind", "new");
	expect_number(record, "id", 1);
	record = json_array_get(array, 1);
	expect_text(record, "kind", "drop");
	expect_text(record, "verdict", "drop");
	expect_text(record, "policy", "cameras");
	expect_text(record, "dst", "8.8.8.8");
	expect_text(record, "proto", "udp");
	expect_text(record, "interface", "lo");
	expect_number(record, "port", 53);
	json_decref(array);
	/* The engine forgot it, as after a boot: not new to us, and no event of that kind. */
	play_event(OG_EVENT_NEW, MAC);
	play_event(OG_EVENT_SUMMARY, MAC);
	array = events("{\"since_id\": 2}");
	assert_int_equal(json_array_size(array), 1);
	expect_text(json_array_get(array, 0), "kind", "summary");
	json_decref(array);
	array = events("{\"kind\": \"drop\", \"max\": 5}");
	assert_int_equal(json_array_size(array), 1);
	json_decref(array);
	/* Numbers of an older ruleset's policies say nothing. */
	play_event(OG_EVENT_DROP, MAC);
	played.events[0].generation--;
	array = events("{\"since_id\": 3}");
	assert_int_equal(json_array_size(array), 1);
	assert_null(json_object_get(json_array_get(array, 0), "policy"));
	expect_text(json_array_get(array, 0), "vendor", "hikvision");
	json_decref(array);
}

/* A number of a site that no ruleset has: nothing to attribute it to. */
/* A list with a hole would be taken for all there is. */
static void test_events_that_cannot_be_read(void **state)
{
	json_t *object = json_object(), *array = NULL;
	const char *wrong;

	(void)state;
	assert_int_equal(
		sqlite3_exec(m->store->db, "ALTER TABLE event RENAME TO lost", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_not_equal(og_record_events(m, object, &array, &wrong), 0);
	assert_null(array);
	assert_null(wrong);
	assert_int_equal(
		sqlite3_exec(m->store->db, "ALTER TABLE lost RENAME TO event", NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(og_record_events(m, object, &array, &wrong), 0);
	json_decref(array);
	json_decref(object);
}

static void test_unknown_sites_are_passed_over(void **state)
{
	json_t *array;

	(void)state;
	play_device(MAC, 1, 1);
	played.keys[0] = og_exact_key(MAC, 77);
	play_event(OG_EVENT_DROP, MAC);
	played.events[0].site = 77;
	array = devices("{}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
	array = events("{}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
}

static void test_status(void **state)
{
	json_t *record, *one;

	(void)state;
	play_device(MAC, 10, 4);
	play_device(MAC + 1, 10, 6);
	record = og_record_status(m);
	assert_non_null(record);
	assert_true(json_is_true(json_object_get(record, "enforcing")));
	expect_number(record, "unattributable", 7);
	expect_number(record, "events_lost", 3);
	expect_number(json_object_get(record, "reasons"), "egress", 12);
	one = json_array_get(json_object_get(record, "dropped_last_hour"), 0);
	expect_text(one, "mac", "44:19:b6:01:02:04");
	expect_number(one, "dropped", 6);
	one = json_array_get(json_object_get(record, "sites"), 0);
	expect_number(one, "devices", 2);
	expect_number(one, "dropping", 2);
	assert_true(json_is_true(json_object_get(one, "register")));
	assert_int_equal(json_array_size(json_object_get(record, "registers_missing")), 0);
	json_decref(record);
}

/* A site that comes before the others takes their number: counters stay with their site's name. */
static void test_sites_are_renumbered(void **state)
{
	json_t *array;

	(void)state;
	play_device(MAC, 10, 4);
	og_manager_refresh(m);
	played.records[0].packets = 15;
	played.records[0].passed = 11;
	put("sites/annex.yaml", "ports: [{name: lan-other}]\n");
	load();
	assert_int_equal(played.forgotten, 1);
	assert_string_equal(og_manager_site(m, 1), "annex");
	/* The engine begins anew under the new number. */
	played.count = 0;
	play_device(MAC, 2, 0);
	played.keys[0] = og_exact_key(MAC, 2);
	array = devices("{}");
	assert_int_equal(json_array_size(array), 1);
	expect_text(json_array_get(array, 0), "site", "hq");
	expect_number(json_array_get(array, 0), "packets", 17);
	json_decref(array);
}

static void test_a_flood_is_not_promoted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		play_device(MAC + i, 1, 1);
	og_manager_refresh(m);
	/* A minute may begin meanwhile. */
	assert_true(played.promotions >= OG_NEW_A_MINUTE &&
		    played.promotions <= 2 * OG_NEW_A_MINUTE);
	assert_int_equal(og_inventory_count(m->inventory), 1000);
	/* One of the others is still there a minute later. */
	played.promotions = 0;
	memset(played.known, true, 999);
	for (i = 0; i < 1000; i++)
		og_inventory_find(m->inventory, "hq", MAC + i)->promoted = i != 999;
	played.records[999].packets++;
	played.records[999].last_seen += OG_STAYS;
	og_manager_refresh(m);
	assert_int_equal(played.promotions, 1);
}

static void test_a_flood_does_not_fill_the_inventory(void **state)
{
	struct og_inv_device *device;
	int64_t now = og_clock_now();
	uint64_t mac;

	(void)state;
	for (mac = 0; mac < OG_INV_DEVICES / 10 * 9; mac++) {
		device = og_inventory_add(m->inventory, "hq", mac, NULL);
		device->first_seen = device->last_seen = now - 7200;
		/* One in a thousand stayed, another is from a moment ago. */
		if (mac % 1000 == 0)
			device->last_seen += OG_STAYS;
		else if (mac % 1000 == 1)
			device->first_seen = device->last_seen = now - 1;
	}
	og_manager_trim(m);
	assert_int_equal(og_inventory_count(m->inventory), 2 * OG_INV_DEVICES / 10 * 9 / 1000);
	og_manager_trim(m);
	assert_int_equal(og_inventory_count(m->inventory), 2 * OG_INV_DEVICES / 10 * 9 / 1000);
}

static void test_a_full_engine_is_not_asked_again(void **state)
{
	(void)state;
	played.room = 1;
	play_device(MAC, 1, 1);
	play_device(MAC + 1, 1, 1);
	og_manager_refresh(m);
	assert_true(m->known_full);
	played.room = 2;
	og_manager_refresh(m);
	assert_int_equal(played.promotions, 1);
}

/* What was seen outlives the daemon, and counts on. */
static void test_restart(void **state)
{
	struct og_diags diags = {0};
	struct og_inventory *again = og_inventory_new();
	struct og_inv_device *device;

	(void)state;
	play_device(MAC, 10, 4);
	og_manager_refresh(m);
	og_manager_flush(m);
	og_store_close(m->store);
	assert_int_equal(og_store_open(dir, dir, og_clock_now(), &m->store, &diags), 0);
	assert_int_equal(og_store_load_site(m->store, again, "hq", og_clock_now()), 0);
	og_inventory_free(m->inventory);
	m->inventory = again;
	assert_int_equal(og_inventory_hold(again, "hq"), 0);
	device = og_inventory_find(again, "hq", MAC);
	assert_non_null(device);
	og_manager_refresh(m);
	assert_int_equal(device->total.packets, 10);
	played.records[0].packets = 12;
	og_manager_refresh(m);
	assert_int_equal(device->total.packets, 12);
	assert_int_equal(og_inv_dropped(device, og_clock_now()), 4);
	og_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_a_device_record),
		TEST(test_filters),
		TEST(test_events),
		TEST(test_events_that_cannot_be_read),
		TEST(test_unknown_sites_are_passed_over),
		TEST(test_status),
		TEST(test_sites_are_renumbered),
		TEST(test_a_flood_is_not_promoted),
		TEST(test_a_flood_does_not_fill_the_inventory),
		TEST(test_a_full_engine_is_not_asked_again),
		TEST(test_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
