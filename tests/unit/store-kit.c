// SPDX-License-Identifier: GPL-2.0
/*
 * store-kit.c: a database in a directory of its own, with one device in it
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "store-kit.h"

#define NOW STORE_KIT_NOW

char store_kit_state[64], store_kit_runtime[64];

int store_kit_set_up(void **state)
{
	(void)state;
	strcpy(store_kit_state, "/tmp/test-store-XXXXXX");
	strcpy(store_kit_runtime, "/tmp/test-store-XXXXXX");
	return mkdtemp(store_kit_state) && mkdtemp(store_kit_runtime) ? 0 : -1;
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

int store_kit_tear_down(void **state)
{
	(void)state;
	remove_dir(store_kit_state);
	remove_dir(store_kit_runtime);
	return 0;
}

const char *store_kit_file(const char *ending)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s%s", store_kit_state, OG_STORE_FILE, ending);
	return path;
}

struct og_store *store_kit_open(size_t errors)
{
	struct og_diags diags = {0};
	struct og_store *store = NULL;

	assert_int_equal(og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags), 0);
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

void store_kit_put_one(struct og_store *store)
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

void store_kit_expect_one(struct og_store *store)
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

struct og_seen_event store_kit_event(int64_t id)
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
