// SPDX-License-Identifier: GPL-2.0
/*
 * bench-store.c: what many devices in one store cost the daemon
 *
 * Two fleets: 913 devices at 250 sites of this gateway, and 210,000 devices at 5,000 sites that came
 * in as exports of others. Each is laid down in a child process and then measured in another one, so
 * that what is measured has used no memory before. Times are of the processor, with the file in the
 * page cache, so that others on the machine do not count: the whole list page by page, the timeline,
 * the report. Memory is the most that the process
 * ever had (VmHWM), with everything the daemon has but its engine.
 *
 * The aims: a report of the larger in less than 3 s, and less than 64 MiB.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <systemd/sd-event.h>

#include "daemon/bus/records-progress.h"
#include "daemon/bus/records.h"
#include "daemon/inventory/store-merge.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/state.h"

#define PREFIX	     0x4419b6000000
#define HISTORY_DAYS 400

struct fleet {
	const char *title;
	unsigned int devices, sites;
	bool own; /* the sites are in the configuration */
};

static const struct fleet fleets[] = {
	{"913 devices at 250 sites of this gateway", 913, 250, true},
	{"210,000 devices at 5,000 sites of others", 210000, 5000, false},
};

static char directory[] = "/tmp/bench-store-XXXXXX";

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench-store: %s failed\n", what);
	_exit(EXIT_FAILURE);
}

static void put(const char *name, const char *text)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	out = fopen(path, "w");
	if (!out || fputs(text, out) < 0 || fclose(out))
		fail("writing the configuration");
}

static void site_name(char name[32], unsigned int i)
{
	snprintf(name, 32, "site-%04u", i);
}

static void put_site(const struct fleet *fleet, unsigned int i)
{
	unsigned int each = fleet->devices / fleet->sites + 1, row;
	char name[32], path[64], text[512];
	char *rows;
	size_t size;
	FILE *out;

	site_name(name, i);
	snprintf(path, sizeof(path), "sites/%s.yaml", name);
	snprintf(text, sizeof(text), "class: sensitive\nports: [{name: lan%u}]\n", i);
	put(path, text);
	out = open_memstream(&rows, &size);
	fputs("mac,role,status\n", out);
	for (row = 0; row < each; row++) {
		uint64_t mac = PREFIX + i * each + row;

		fprintf(out, "44:19:b6:%02x:%02x:%02x,camera,legacy\n",
			(unsigned int)(mac >> 16 & 0xff), (unsigned int)(mac >> 8 & 0xff),
			(unsigned int)(mac & 0xff));
	}
	fclose(out);
	snprintf(path, sizeof(path), "assets/%s.csv", name);
	put(path, rows);
	free(rows);
}

static void put_configuration(const struct fleet *fleet)
{
	char command[256];
	unsigned int i;

	snprintf(command, sizeof(command),
		 "cd %s && rm -rf * && mkdir sites policies assets programmes", directory);
	if (system(command))
		fail("making directories");
	put("policies/cameras.yaml",
	    "programme: all\nphases: [{from: 2026-01-01, action: block}]\n");
	put("programmes/all.yaml",
	    "title: All\nauthority: Bench\nequipment: cameras\n"
	    "sources: [{date: 2026-01-01, title: Bench}]\nvendors: [hikvision]\n"
	    "milestones:\n  - {name: half, due: 2027-01-01, measure: devices, at_least: 50%}\n"
	    "  - {name: all, due: 2028-01-01, measure: sites, at_least: 100%}\n");
	put("prefixes.lock", "hikvision 44:19:b6/24 20-OUI.hwdb "
			     "\"Hangzhou Hikvision Digital Technology Co.,Ltd.\"\n");
	for (i = 0; i < fleet->sites && fleet->own; i++)
		put_site(fleet, i);
	if (!fleet->own) {
		put("sites/hq.yaml", "ports: [{name: lan0}]\n");
	}
}

static void lay_device(struct og_store *store, const struct fleet *fleet, unsigned int number,
		       const char *site, int64_t now)
{
	struct og_inv_device device = {
		.mac = PREFIX + number,
		.site = site,
		.vendor = "hikvision",
		.port = "lan0",
		.role = OG_ROLE_CAMERA,
		.action = OG_BLOCK,
		.reason = OG_R_EGRESS,
		.first_seen = now - HISTORY_DAYS * OG_DAY + number % 90 * OG_DAY,
		.last_seen = now - number % 60 * OG_DAY,
		.total = {100000 + number, 90000000, 50000, 50000 + number, 45000000, 50000},
		.dirty = OG_DIRTY_ROW | OG_DIRTY_DESTS,
	};
	unsigned int i;
	int err;

	for (i = 0; i < 4; i++)
		*og_inv_dest_slot(&device, device.last_seen) = (struct og_inv_dest){
			.addr = og_addr_v4(0x08080000 + number % 500 + i * 1000),
			.packets = 50 + i,
			.last_seen = device.last_seen,
			.port = 443,
			.proto = 6};
	err = fleet->own ? og_store_put_device(store, &device)
			 : og_store_merge_device(store, &device, "gw-far");
	for (i = 0; !err && i < HISTORY_DAYS / OG_BLOCK_DAYS; i++)
		err = og_store_put_sightings(store, site, device.mac,
					     device.last_seen / OG_DAY / OG_BLOCK_DAYS - i,
					     0xffffffff);
	og_inv_clear_dests(&device);
	if (err)
		fail("laying down a device");
}

/* Every third device went through the ladder. */
static void lay_states(struct og_store *store, unsigned int number, const char *site, int64_t now)
{
	static const enum og_device_state ladder[] = {OG_STATE_CONFIRMED, OG_STATE_PLANNED,
						      OG_STATE_REMOVED};
	struct og_state_change change = {.site = site,
					 .mac = PREFIX + number,
					 .actor = "alice",
					 .evidence = "ticket 1234",
					 .gateway = ""};
	size_t i;

	for (i = 0; i < 3 && number % 3 == 0; i++) {
		change.state = ladder[i];
		change.at = now - (200 - 60 * (int64_t)i) * OG_DAY + number % 50 * OG_DAY;
		if (og_store_put_state(store, &change) != 1)
			fail("laying down a state");
	}
}

static void lay_down(const struct fleet *fleet)
{
	struct og_diags diags = {0};
	struct og_store *store;
	int64_t now = time(NULL), day;
	unsigned int i, number = 0, each = fleet->devices / fleet->sites + 1;
	char site[32];

	if (og_store_open(directory, directory, now, &store, &diags) || og_store_begin(store))
		fail("opening the store");
	for (i = 0; i < fleet->sites; i++) {
		site_name(site, i);
		for (; number < fleet->devices && number < (i + 1) * each; number++) {
			lay_device(store, fleet, number, site, now);
			lay_states(store, number, site, now);
		}
		for (day = 1; day <= 100; day++)
			if (og_store_merge_watched(store, site, 0, now / OG_DAY - day, "gw-far",
						   86000))
				fail("laying down watched time");
	}
	if (og_store_commit(store))
		fail("the commit");
	og_store_close(store);
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

static struct og_manager *start(void)
{
	static struct og_manager_options options;
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	struct og_manager *m = NULL;
	sd_event *event;
	int err;

	options = (struct og_manager_options){.config = directory,
					      .data = "data",
					      .state = directory,
					      .runtime = directory,
					      .engine = "dry"};
	if (sd_event_new(&event) < 0 || og_manager_new(event, &options, &m) ||
	    og_store_open(directory, directory, time(NULL), &m->store, &diags) ||
	    og_links_watch(event, on_changed, on_broken, m, &m->links))
		fail("starting");
	err = og_loaded_read(directory, "data", directory, &loaded, &diags);
	if (!err)
		err = og_manager_put(m, loaded, &diags);
	if (err) {
		og_diags_print(&diags, stderr);
		fail("loading the configuration");
	}
	og_loaded_unref(loaded);
	og_diags_free(&diags);
	return m;
}

static long peak_kib(void)
{
	char line[128];
	FILE *in = fopen("/proc/self/status", "r");
	long kib = 0;

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	if (in)
		fclose(in);
	return kib;
}

/* As `ouiguard devices` asks for them. */
static size_t list_all(struct og_manager *m, double *ret_longest)
{
	json_t *filter = json_object(), *page, *last;
	size_t count = 0, got;
	const char *wrong;
	double begun;

	*ret_longest = 0;
	do {
		begun = now_s();
		if (og_record_devices(m, filter, &page, &wrong))
			fail("a page of devices");
		if (now_s() - begun > *ret_longest)
			*ret_longest = now_s() - begun;
		got = json_array_size(page);
		count += got;
		last = json_array_get(page, got - 1);
		json_object_set_new(filter, "after",
				    json_sprintf("%s/%s",
						 json_string_value(json_object_get(last, "site")),
						 json_string_value(json_object_get(last, "mac"))));
		json_decref(page);
	} while (got == OG_DEVICES_PAGE);
	json_decref(filter);
	return count;
}

static double take(struct og_manager *m, const char *what,
		   int (*record)(struct og_manager *m, json_t *query, json_t **ret_record,
				 const char **ret_wrong))
{
	json_t *query = json_pack("{s:s}", "programme", "all"), *answer = NULL;
	const char *wrong = NULL;
	double begun = now_s();

	if (record(m, query, &answer, &wrong))
		fail(what);
	begun = now_s() - begun;
	json_decref(answer);
	json_decref(query);
	return begun;
}

static void measure(const struct fleet *fleet)
{
	double begun = now_s(), started, listed, longest, timeline, report;
	struct og_manager *m = start();
	size_t count;

	started = now_s() - begun;
	begun = now_s();
	count = list_all(m, &longest);
	listed = now_s() - begun;
	timeline = take(m, "the timeline", og_record_timeline);
	report = take(m, "the report", og_record_report);
	printf("%s:\n"
	       "  start %.2f s, %zu devices listed in %.2f s (a page in %.0f ms at most), "
	       "timeline %.2f s, report %.2f s%s, %ld MiB at most%s\n",
	       fleet->title, started, count, listed, longest * 1e3, timeline, report,
	       report < 3 ? "" : " (aim: below 3)", peak_kib() / 1024,
	       peak_kib() < 64 * 1024 ? "" : " (aim: below 64)");
	fflush(stdout);
	if (count != fleet->devices)
		fail("listing every device");
}

static int in_child(void (*run)(const struct fleet *fleet), const struct fleet *fleet)
{
	int status;
	pid_t child = fork();

	if (!child) {
		run(fleet);
		_exit(EXIT_SUCCESS);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	char command[64];
	int err = 0;

	if (!mkdtemp(directory))
		return EXIT_FAILURE;
	for (size_t i = 0; !err && i < sizeof(fleets) / sizeof(fleets[0]); i++) {
		err = in_child(put_configuration, &fleets[i]);
		if (!err)
			err = in_child(lay_down, &fleets[i]);
		if (!err)
			err = in_child(measure, &fleets[i]);
	}
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return system(command) || err ? EXIT_FAILURE : EXIT_SUCCESS;
}
