// SPDX-License-Identifier: GPL-2.0
/*
 * test-baseline.c: freezing a register is noted once and for all (daemon/inventory/store-baseline.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/inventory/store-baseline.h"
#include "daemon/inventory/store.h"

static char dir[64];

static struct og_store *open_store(void)
{
	struct og_store *store = NULL;
	struct og_diags diags = {0};

	assert_int_equal(og_store_open(dir, dir, 1000, &store, &diags), 0);
	assert_int_equal(diags.errors, 0);
	og_diags_free(&diags);
	return store;
}

static void the_latest_is_kept(void **state)
{
	struct og_baseline one = {.at = 1000, .actor = "alice", .devices = 7};
	struct og_baseline two = {.at = 900, .actor = "bob", .devices = 6};
	struct og_baseline read = {0};
	struct og_store *store;
	char command[96];

	(void)state;
	strcpy(dir, "/tmp/test-baseline-XXXXXX");
	assert_non_null(mkdtemp(dir));
	store = open_store();
	assert_int_equal(og_store_last_baseline(store, "hq", &read), -ENOENT);
	og_digest_data("one", 3, &one.digest);
	og_digest_data("two", 3, &two.digest);
	assert_int_equal(og_store_put_baseline(store, "hq", &one), 0);
	assert_int_equal(og_store_put_baseline(store, "other", &two), 0);
	/* The clock was set back: it still comes after the first. */
	assert_int_equal(og_store_put_baseline(store, "hq", &two), 0);
	assert_true(two.at == 1001);
	og_store_close(store);
	store = open_store();
	assert_int_equal(og_store_last_baseline(store, "hq", &read), 0);
	assert_true(read.at == 1001 && read.devices == 6);
	assert_string_equal(read.actor, "bob");
	assert_true(og_digest_equal(&read.digest, &two.digest));
	assert_int_equal(og_store_last_baseline(store, "other", &read), 0);
	assert_true(read.at == 900);
	og_store_close(store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_latest_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
