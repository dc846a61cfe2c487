// SPDX-License-Identifier: GPL-2.0
/*
 * played-kit.c: a manager with an engine that the test plays
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

#include "played-kit.h"

char played_dir[64];
struct og_manager *m;
static sd_event *event;

struct played played;

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
	if (!played.covered)
		return 0;
	ret_status->ports = calloc(1, sizeof(*ret_status->ports));
	assert_non_null(ret_status->ports);
	ret_status->ports[0].port.ifindex = PLAYED_IFINDEX;
	ret_status->ports[0].hook = OG_HOOK_TCX;
	ret_status->port_count = 1;
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

void played_put(const char *name, const char *text)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", played_dir, name);
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

void played_load(void)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	int err = og_loaded_read(played_dir, "data", played_dir, &loaded, &diags);

	if (!err)
		err = og_manager_put(m, loaded, &diags);
	if (err)
		og_diags_print(&diags, stdout);
	assert_int_equal(err, 0);
	og_loaded_unref(loaded);
	og_diags_free(&diags);
}

int played_set_up(void **state)
{
	static struct og_manager_options options;
	struct og_diags diags = {0};
	char command[128];

	(void)state;
	memset(&played, 0, sizeof(played));
	played.room = PLAYED_RECORDS;
	strcpy(played_dir, "/tmp/test-records-XXXXXX");
	assert_non_null(mkdtemp(played_dir));
	snprintf(command, sizeof(command), "cd %s && mkdir sites policies assets", played_dir);
	assert_int_equal(system(command), 0);
	played_put("sites/hq.yaml", "class: office\nports: [{name: lan-none}]\n");
	played_put("policies/cameras.yaml",
		   "vendors: [hikvision]\nphases: [{from: 2026-01-01, action: block}]\n");
	played_put("assets/hq.csv", "mac,role,status\n44:19:b6:01:02:03,recorder,legacy\n");
	played_put("prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
				    "\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	options = (struct og_manager_options){
		.config = played_dir, .state = played_dir, .runtime = played_dir};
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(og_manager_new(event, &options, &m), 0);
	assert_int_equal(og_store_open(played_dir, played_dir, og_clock_now(), &m->store, &diags),
			 0);
	assert_int_equal(og_links_watch(event, on_changed, on_broken, m, &m->links), 0);
	m->ops = &ops;
	m->engine = &engine;
	played_load();
	og_diags_free(&diags);
	return 0;
}

int played_tear_down(void **state)
{
	char command[128];

	(void)state;
	og_manager_free(m);
	sd_event_unref(event);
	snprintf(command, sizeof(command), "rm -rf %s", played_dir);
	return system(command);
}

struct og_device *played_device(uint64_t mac, uint64_t packets, uint64_t dropped)
{
	struct og_device *record = &played.records[played.count];

	played.keys[played.count++] = og_exact_key(mac, PLAYED_SITE);
	*record = (struct og_device){
		.packets = packets,
		.bytes = packets * 60,
		.passed = packets - dropped,
		.dropped = dropped,
		.egress = dropped,
		.first_seen = og_clock_now() - 5,
		.last_seen = og_clock_now(),
		.ifindex = PLAYED_IFINDEX,
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

void played_event(enum og_event_kind kind, uint64_t mac)
{
	played.events[played.event_count++] = (struct og_event){
		.mac = mac,
		.at = og_clock_now(),
		.generation = m->generation,
		.dst = og_addr_v4(0x08080808),
		.packets = 1,
		.dropped = 1,
		.ifindex = PLAYED_IFINDEX,
		.site = PLAYED_SITE,
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

json_t *played_devices(const char *filter)
{
	json_t *object = json_loads(filter, 0, NULL), *array;
	const char *wrong;

	assert_non_null(object);
	assert_int_equal(og_record_devices(m, object, &array, &wrong), 0);
	json_decref(object);
	return array;
}

json_t *played_events(const char *filter)
{
	json_t *object = json_loads(filter, 0, NULL), *array;
	const char *wrong;

	assert_int_equal(og_record_events(m, object, &array, &wrong), 0);
	json_decref(object);
	return array;
}

void played_expect_text(json_t *record, const char *key, const char *wanted)
{
	const char *text = json_string_value(json_object_get(record, key));

	assert_non_null(text);
	assert_string_equal(text, wanted);
}

void played_expect_number(json_t *record, const char *key, int64_t wanted)
{
	assert_true(json_is_integer(json_object_get(record, key)));
	assert_int_equal(json_integer_value(json_object_get(record, key)), wanted);
}
