// SPDX-License-Identifier: GPL-2.0
/*
 * test-store-killed.c: a daemon that is killed while it writes: whatever state and audit entry it told
 * somebody of is there afterwards, and nothing half of one (daemon/inventory/store*.c)
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/inventory/store-audit.h"
#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/inventory/store.h"

#define NOW   1800000000
#define KILLS 200
#define MAC   0x4419b6010203

static char dir[] = "/tmp/test-store-killed-XXXXXX";

static struct og_store *open_store(void)
{
	struct og_diags diags = {0};
	struct og_store *store = NULL;
	int err = og_store_open(dir, dir, NOW, &store, &diags);

	if (diags.errors)
		og_diags_print(&diags, stdout);
	/* In a child too, where an assertion would go on with the parent's tests. */
	if (err || diags.errors)
		_exit(2);
	og_diags_free(&diags);
	return store;
}

/* The @number'th step with its entry and counters, as the daemon enters one. */
static int write_step(struct og_store *store, int64_t number)
{
	const struct og_inv_device device = {.mac = MAC,
					     .site = "hq",
					     .vendor = "acme",
					     .port = "lan0",
					     .first_seen = NOW,
					     .last_seen = NOW + number,
					     .total = {.packets = number}};
	const struct og_state_change change = {.site = "hq",
					       .mac = MAC,
					       .at = number,
					       .state = number % 2 ? OG_STATE_PLANNED
								   : OG_STATE_ISOLATED,
					       .actor = "alice",
					       .evidence = "ticket",
					       .gateway = ""};
	char actor[] = "alice", kind[] = "state", subject[] = "hq/44:19:b6:01:02:03", text[32];
	struct og_audit_entry entry = {
		.at = number, .actor = actor, .kind = kind, .subject = subject, .text = text};
	int err = og_store_begin(store);

	snprintf(text, sizeof(text), "%ld", (long)number);
	if (!err)
		err = og_store_put_device(store, &device);
	if (!err)
		err = og_store_put_state(store, &change) == 1 ? 0 : -1;
	if (!err)
		err = og_store_put_audit(store, &entry);
	if (!err)
		err = og_store_add_watched(store, "hq", 0, 20000, "gw-a", 1);
	return err ? err : og_store_commit(store);
}

static void write_on(int64_t number, int to)
{
	struct og_store *store = open_store();

	for (;; number++)
		if (write_step(store, number) ||
		    write(to, &number, sizeof(number)) != sizeof(number))
			_exit(3);
}

struct found {
	int64_t states, entries;
	struct og_digest head;
};

static int note_state(void *userdata, const struct og_state_change *change)
{
	struct found *found = userdata;

	assert_int_equal(change->at, ++found->states);
	return 0;
}

static int note_entry(void *userdata, const struct og_audit_entry *entry)
{
	struct found *found = userdata;

	assert_int_equal(entry->at, ++found->entries);
	assert_memory_equal(&entry->previous, &found->head, sizeof(found->head));
	found->head = entry->hash;
	return 0;
}

static int note_watched(void *userdata, int64_t day, uint32_t seconds)
{
	(void)day;
	*(int64_t *)userdata = seconds;
	return 0;
}

/* How many steps are there: each whole, none missing in between. */
static int64_t count_steps(void)
{
	struct og_inventory *inventory = og_inventory_new();
	struct og_store *store = open_store();
	struct found found = {0};
	struct og_inv_device *device;
	int64_t watched = 0;

	assert_int_equal(og_store_each_state(store, "hq", MAC, note_state, &found), 0);
	assert_int_equal(og_store_list_audit(store, 0, INT64_MAX, note_entry, &found), 0);
	assert_int_equal(found.entries, found.states);
	assert_int_equal(og_store_each_watched(store, "hq", 0, 0, note_watched, &watched), 0);
	assert_int_equal(watched, found.states < OG_DAY ? found.states : OG_DAY);
	assert_int_equal(og_store_load_site(store, inventory, "hq", NOW), 0);
	device = og_inventory_find(inventory, "hq", MAC);
	if (device) {
		assert_int_equal(device->state_at, found.states);
		assert_int_equal(device->total.packets, found.states);
	}
	og_inventory_free(inventory);
	og_store_close(store);
	return found.states;
}

static void test_killed_at_any_moment(void **state)
{
	struct timespec nap = {0};
	int64_t told, all = 0, there;
	int kill_number, pipes[2], status;
	pid_t child;

	(void)state;
	srandom(7);
	for (kill_number = 0; kill_number < KILLS; kill_number++) {
		assert_int_equal(pipe(pipes), 0);
		child = fork();
		assert_true(child >= 0);
		if (!child) {
			close(pipes[0]);
			write_on(all + 1, pipes[1]);
		}
		close(pipes[1]);
		told = all;
		/* Every other time from the first step on; else also while the file is opened. */
		if (kill_number % 2)
			assert_int_equal(read(pipes[0], &told, sizeof(told)), sizeof(told));
		nap.tv_nsec = random() % 20000000;
		nanosleep(&nap, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(pipes[0], &told, sizeof(told)) == sizeof(told))
			;
		close(pipes[0]);
		there = count_steps();
		assert_true(there >= told);
		/* One may have been committed and not told of any more. */
		assert_true(there <= told + 1);
		all = there;
	}
	print_message("%ld steps outlived %d kills\n", (long)all, KILLS);
	assert_true(all >= KILLS / 2);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_killed_at_any_moment, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
