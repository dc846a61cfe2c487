// SPDX-License-Identifier: GPL-2.0
/*
 * test-replay.c: two years of a programme, replayed against the clock of a script, give the reports
 * that are expected, byte by byte (tests/data/replay/)
 *
 * Each line of the script is `TIME VERB ARGUMENTS`:
 *
 *   load DIR			the configuration of this directory comes into force
 *   seen SITE MAC VENDOR VLAN	a frame of a device
 *   state SITE MAC STATE	somebody enters a state
 *   frozen SITE DEVICES	the site's baseline is frozen
 *   watched SITE VLAN DAYS	the VLAN was watched on the days up to this one
 *   blind SITE SOURCES		sources without an attributable address
 *   replaced SITE MAC NEW BY	a MAC stopped and another took its place
 *   gateway NAME		another gateway's inventory comes in
 *   asset SITE MAC ROLE STATUS	with it a row of the register of one of its sites
 *   site SITE GATEWAY CLASS TIME DEVICES	and then the site, whose baseline was frozen then
 *   report NAME		the report must be tests/data/replay/NAME.json
 *
 * A report that differs is left in build/replay/NAME.json: look at it, and copy it when it is right.
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

#include "daemon/bus/records-progress.h"
#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-baseline.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-registers.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/progress.h"
#include "daemon/state.h"
#include "policy/base/file.h"

#define DATA	"tests/data/replay/"
#define DAY	86400
#define DEVICES 96

static char dir[64];
static struct og_manager *m;
static sd_event *event;

/* What was seen, as the inventory of a gateway would have it. */
static struct {
	char site[OG_INV_SITE], vendor[OG_INV_SITE];
	struct og_inv_device device;
} seen[DEVICES];
static size_t seen_count;

static void execute(const char *format, ...)
{
	char sql[1024], *error = NULL;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(sql, sizeof(sql), format, arguments);
	va_end(arguments);
	if (sqlite3_exec(m->store->db, sql, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", sql, error);
}

static int64_t second_of(const char *text)
{
	struct og_when when;
	int64_t second = 0;

	assert_int_equal(og_when_parse(text, &when), 0);
	assert_int_equal(og_when_utc(&when, "UTC", &second), 0);
	return second;
}

static uint64_t mac_of(const char *text)
{
	uint64_t mac = 0;

	assert_int_equal(og_mac_parse(text, &mac), 0);
	return mac;
}

static struct og_inv_device *find_device(const char *site, uint64_t mac)
{
	size_t i;

	for (i = 0; i < seen_count; i++)
		if (!strcmp(seen[i].site, site) && seen[i].device.mac == mac)
			return &seen[i].device;
	assert_true(seen_count < DEVICES);
	seen_count++;
	strcpy(seen[i].site, site);
	seen[i].device = (struct og_inv_device){
		.mac = mac, .site = seen[i].site, .vendor = seen[i].vendor, .port = "lan0"};
	return &seen[i].device;
}

static void put_device(const struct og_inv_device *device)
{
	struct og_inv_device copy = *device;

	copy.dirty = OG_DIRTY_ROW;
	assert_int_equal(og_store_put_device(m->store, &copy), 0);
}

static void do_load(int64_t now, char *const *words)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	char path[256];

	(void)now;
	snprintf(path, sizeof(path), DATA "%s", words[0]);
	if (og_loaded_read(path, path, dir, &loaded, &diags))
		fail_msg("%s: %s", path, diags.items[0].text);
	og_loaded_unref(m->loaded);
	m->loaded = loaded;
	og_diags_free(&diags);
}

static void do_seen(int64_t now, char *const *words)
{
	struct og_inv_device *device = find_device(words[0], mac_of(words[1]));

	strcpy((char *)device->vendor, words[2]);
	device->vlan = (uint16_t)atoi(words[3]);
	if (!device->first_seen)
		device->first_seen = now;
	device->last_seen = now;
	device->total.packets += 10;
	device->total.dropped += 3;
	put_device(device);
}

static void do_state(int64_t now, char *const *words)
{
	struct og_state_change change = {.site = words[0],
					 .mac = mac_of(words[1]),
					 .at = now,
					 .actor = "alice",
					 .evidence = "on site",
					 .gateway = ""};

	/* What stands in a register alone has a row in the store, too, once something is entered. */
	put_device(find_device(words[0], change.mac));
	assert_int_equal(og_state_parse(words[2], &change.state), 0);
	assert_int_equal(og_store_put_state(m->store, &change), 1);
}

static void do_frozen(int64_t now, char *const *words)
{
	struct og_baseline baseline = {.at = now, .devices = atoi(words[1]), .actor = "alice"};

	assert_int_equal(og_store_put_baseline(m->store, words[0], &baseline), 0);
}

static void do_watched(int64_t now, char *const *words)
{
	for (int i = 0; i < atoi(words[2]); i++)
		assert_int_equal(og_store_merge_watched(m->store, words[0], atoi(words[1]),
							now / DAY - i, "this", DAY),
				 0);
}

static void do_blind(int64_t now, char *const *words)
{
	assert_int_equal(og_store_put_blind(m->store, words[0], now / DAY, atoi(words[1])), 0);
}

static void do_replaced(int64_t now, char *const *words)
{
	struct og_replacement replacement = {
		.mac = mac_of(words[1]), .new_mac = mac_of(words[2]), .at = now};

	strcpy(replacement.site, words[0]);
	strcpy(replacement.by, words[3]);
	assert_int_equal(og_store_put_replacement(m->store, &replacement), 1);
}

static void do_gateway(int64_t now, char *const *words)
{
	execute("INSERT INTO gateway VALUES ('%s', %" PRId64 ", %" PRId64 ")", words[0], now, now);
}

static void do_asset(int64_t now, char *const *words)
{
	struct og_far_asset asset = {.mac = mac_of(words[1])};

	assert_int_equal(og_role_parse(words[2], &asset.role), 0);
	assert_int_equal(og_asset_status_parse(words[3], &asset.status), 0);
	assert_int_equal(og_store_put_far_asset(m->store, words[0], now, &asset), 0);
}

static void do_site(int64_t now, char *const *words)
{
	struct og_far_site site = {
		.zone = "Europe/Paris", .at = now, .surveyed = true, .frozen = atoi(words[4])};

	site.baseline_at = second_of(words[3]);
	strcpy(site.name, words[0]);
	strcpy(site.gateway, words[1]);
	strcpy(site.site_class, words[2]);
	assert_int_equal(og_store_put_far_site(m->store, &site), 0);
}

static unsigned int different; /* reports */

static void compare(const char *name, const char *text)
{
	char path[256], *expected = NULL;
	size_t size = 0;
	FILE *out;

	snprintf(path, sizeof(path), DATA "%s.json", name);
	if (!og_file_read(path, 1 << 20, &expected, &size) && !strcmp(expected, text)) {
		free(expected);
		return;
	}
	free(expected);
	mkdir("build/replay", 0777);
	snprintf(path, sizeof(path), "build/replay/%s.json", name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	print_error("the report is not " DATA "%s.json but %s\n", name, path);
	different++;
}

static json_t *report_at(int64_t now)
{
	const struct og_conf_programme *programme =
		og_config_programme(m->loaded->config, "removal");
	json_t *record = NULL;

	assert_non_null(programme);
	assert_int_equal(og_report_at(m, programme, 0, now, &record), 0);
	/* It changes with each release, and nothing else does. */
	assert_int_equal(json_object_del(record, "version"), 0);
	return record;
}

/* Where the devices are, in memory or in the store alone, is nobody's business. */
static json_t *report_from_memory(int64_t now)
{
	const struct og_config *config = m->loaded->config;
	json_t *record;

	for (size_t i = 0; i < config->site_count; i++) {
		assert_int_equal(
			og_store_load_site(m->store, m->inventory, config->sites[i].name, now), 0);
		assert_int_equal(og_inventory_hold(m->inventory, config->sites[i].name), 0);
	}
	record = report_at(now);
	for (size_t i = 0; i < config->site_count; i++)
		og_inventory_release(m->inventory, config->sites[i].name);
	return record;
}

static void do_report(int64_t now, char *const *words)
{
	json_t *record = report_at(now), *again = report_from_memory(now);
	char *text;

	assert_true(json_equal(record, again));
	json_decref(again);
	text = json_dumps(record, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENSURE_ASCII);
	assert_non_null(text);
	text = realloc(text, strlen(text) + 2);
	strcat(text, "\n");
	compare(words[0], text);
	free(text);
	json_decref(record);
}

static const struct {
	const char *name;
	int words;
	void (*run)(int64_t now, char *const *words);
} verbs[] = {
	{"load", 1, do_load},	  {"seen", 4, do_seen},		{"state", 3, do_state},
	{"frozen", 2, do_frozen}, {"watched", 3, do_watched},	{"blind", 2, do_blind},
	{"report", 1, do_report}, {"replaced", 4, do_replaced}, {"gateway", 1, do_gateway},
	{"asset", 4, do_asset},	  {"site", 5, do_site},
};

static void run_line(char *line)
{
	char *words[8];
	int count = 0;
	int64_t now;

	for (char *word = strtok(line, " "); word && count < 8; word = strtok(NULL, " "))
		words[count++] = word;
	if (!count || words[0][0] == '#')
		return;
	now = second_of(words[0]);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verbs[i].name, words[1]))
			continue;
		assert_int_equal(count, verbs[i].words + 2);
		verbs[i].run(now, words + 2);
		return;
	}
	fail_msg("the script has the verb %s", words[1]);
}

static void replay(void **state)
{
	char *script = NULL, *line, *rest;
	size_t size;

	(void)state;
	assert_int_equal(og_file_read(DATA "script", 1 << 20, &script, &size), 0);
	for (line = script; line; line = rest) {
		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		run_line(line);
	}
	free(script);
	assert_int_equal(different, 0);
}

static json_int_t timeline_devices(const char *site)
{
	const struct og_conf_programme *programme =
		og_config_programme(m->loaded->config, "removal");
	json_int_t devices = -1;
	json_t *record = NULL;
	int err = og_timeline_at(m, programme, site, second_of("2029-01-03T09:00"), &record);

	if (err == -ENOENT)
		return -1;
	assert_int_equal(err, 0);
	assert_int_equal(json_unpack(record, "{s:[{s:{s:I}}]}", "programmes", "summary", "devices",
				     &devices),
			 0);
	json_decref(record);
	return devices;
}

/* As if there were only one site, of this gateway or of another one; after the replay. */
static void one_site(void **state)
{
	(void)state;
	assert_int_equal(timeline_devices(NULL), 44);
	assert_int_equal(timeline_devices("north"), 5);
	assert_int_equal(timeline_devices("depot"), 3);
	/* A site of a class that no policy of the programme is for is there, and has none. */
	assert_int_equal(timeline_devices("hotel"), 0);
	assert_int_equal(timeline_devices("nowhere"), -1);
}

static int set_up(void **state)
{
	static struct og_manager_options options;
	struct og_diags diags = {0};

	(void)state;
	setenv("TZ", "UTC", 1);
	strcpy(dir, "/tmp/test-replay-XXXXXX");
	assert_non_null(mkdtemp(dir));
	options = (struct og_manager_options){.config = dir, .state = dir, .runtime = dir};
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(og_manager_new(event, &options, &m), 0);
	assert_int_equal(og_store_open(dir, dir, 0, &m->store, &diags), 0);
	og_diags_free(&diags);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	og_loaded_unref(m->loaded);
	m->loaded = NULL;
	og_manager_free(m);
	sd_event_unref(event);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replay),
		cmocka_unit_test(one_site),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
