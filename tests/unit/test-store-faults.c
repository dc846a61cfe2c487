// SPDX-License-Identifier: GPL-2.0
/*
 * test-store-faults.c: the database under a kill, on a full disk, where nothing can be written
 */
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
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/inventory/store-state.h"
#include "store-kit.h"

#define NOW STORE_KIT_NOW

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

		if (og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags))
			_exit(1);
		e = store_kit_event(1);
		if (og_store_begin(store) || og_store_put_event(store, &e) ||
		    og_store_commit(store) || og_store_begin(store))
			_exit(2);
		e = store_kit_event(2);
		if (og_store_put_event(store, &e))
			_exit(3);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	store = store_kit_open(0);
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
		    mount("tmpfs", store_kit_state, "tmpfs", 0, "size=1m"))
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
	struct og_seen_event e = store_kit_event(1);

	EXPECT(!og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags) &&
	       !diags.errors);
	EXPECT(!og_store_put_event(store, &e));
	og_store_close(store);
	EXPECT(!mount("", store_kit_state, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	EXPECT(!og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags) &&
	       diags.errors == 1);
	EXPECT(strstr(og_store_trouble(store), store_kit_runtime));
	EXPECT(og_store_last_event(store) == 1);
	e = store_kit_event(2);
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
	struct og_seen_event e = store_kit_event(1);
	char block[65536] = {0}, path[128];
	int fd, err = 0, id;

	EXPECT(!og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags) &&
	       !diags.errors);
	EXPECT(!og_store_put_event(store, &e));
	EXPECT(!put_state(store, OG_STATE_PLANNED, 1));
	snprintf(path, sizeof(path), "%s/ballast", store_kit_state);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	while (write(fd, block, sizeof(block)) > 0)
		;
	for (id = 2; !err && id < 1000; id++) {
		e = store_kit_event(id);
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
	EXPECT(!og_store_open(store_kit_state, store_kit_runtime, NOW, &store, &diags));
	EXPECT(og_store_last_event(store) == id - 2);
	EXPECT(!ftruncate(fd, 0));
	close(fd);
	EXPECT(states(store) == 1);
	EXPECT(!put_state(store, OG_STATE_REMOVED, 3));
	EXPECT(states(store) == 2);
	EXPECT(!og_store_begin(store));
	e = store_kit_event(id);
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
	strcat(store_kit_state, "-not-there");
	strcat(store_kit_runtime, "-not-there");
	store = store_kit_open(1);
	store_kit_put_one(store);
	store_kit_expect_one(store);
	og_store_close(store);
	store_kit_state[strlen(store_kit_state) - strlen("-not-there")] = '\0';
	store_kit_runtime[strlen(store_kit_runtime) - strlen("-not-there")] = '\0';
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, store_kit_set_up, store_kit_tear_down)
		TEST(test_killed),
		TEST(test_read_only),
		TEST(test_full),
		TEST(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
