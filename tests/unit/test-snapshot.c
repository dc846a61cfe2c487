// SPDX-License-Identifier: GPL-2.0
/*
 * test-snapshot.c: the last good configuration, kept as files (daemon/snapshot.c)
 */
#include <errno.h>
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

#include "daemon/snapshot.h"

static char dir[64];

static char *in_dir(const char *name)
{
	static char path[4][192];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[0]), "%s/%s", dir, name);
	return path[next];
}

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void sh(const char *format, ...)
{
	char command[512];
	va_list args;
	int length = snprintf(command, sizeof(command), "cd %s && ", dir);

	va_start(args, format);
	vsnprintf(command + length, sizeof(command) - length, format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test-snapshot-XXXXXX");
	assert_non_null(mkdtemp(dir));
	sh("mkdir -p state etc/sites etc/policies share/vendors share/programmes");
	sh("echo one > etc/sites/hq.yaml; echo lock > etc/prefixes.lock; echo v > "
	   "share/vendors/v.yaml;"
	   "echo no > etc/sites/hq.yaml~; echo no > etc/secret; mkdir etc/sites/dir.yaml");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static int take(void)
{
	return og_snapshot_take(in_dir("state"), in_dir("etc"), in_dir("share"));
}

static ino_t inode(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_dir(name), &st), 0);
	return st.st_ino;
}

static void test_files_are_copied(void **state)
{
	(void)state;
	assert_false(og_snapshot_there(in_dir("state")));
	assert_int_equal(take(), 0);
	assert_true(og_snapshot_there(in_dir("state")));
	sh("cmp etc/sites/hq.yaml state/last-good/config/sites/hq.yaml");
	sh("cmp etc/prefixes.lock state/last-good/config/prefixes.lock");
	sh("cmp share/vendors/v.yaml state/last-good/data/vendors/v.yaml");
	/* What editors leave, and what is no file of ours, stays out. */
	sh("test $(find state/last-good -type f | wc -l) = 3");
	sh("test ! -e state/last-good.new");
}

static void test_a_new_one_takes_the_place_of_the_old(void **state)
{
	ino_t before;

	(void)state;
	assert_int_equal(take(), 0);
	before = inode("state/last-good");
	assert_int_equal(take(), 0);
	assert_true(inode("state/last-good") == before);
	sh("rm etc/sites/hq.yaml; echo two > etc/sites/annex.yaml");
	assert_int_equal(take(), 0);
	assert_true(inode("state/last-good") != before);
	sh("test ! -e state/last-good/config/sites/hq.yaml && "
	   "cmp etc/sites/annex.yaml state/last-good/config/sites/annex.yaml && "
	   "test ! -e state/last-good.new");
	/* One file less, one file more, other bytes of the same length: each is seen. */
	sh("echo x > etc/policies/p.yaml");
	assert_int_equal(take(), 0);
	sh("test -e state/last-good/config/policies/p.yaml; rm etc/policies/p.yaml");
	assert_int_equal(take(), 0);
	sh("test ! -e state/last-good/config/policies/p.yaml; echo owt > etc/sites/annex.yaml");
	assert_int_equal(take(), 0);
	sh("cmp etc/sites/annex.yaml state/last-good/config/sites/annex.yaml");
}

static void test_a_failure_keeps_the_old_one(void **state)
{
	(void)state;
	assert_int_equal(take(), 0);
	/* A file that no reader would take. */
	sh("truncate -s 64M etc/sites/huge.yaml");
	assert_int_equal(take(), -EFBIG);
	sh("test -e state/last-good/config/sites/hq.yaml && test ! -e state/last-good.new");
	/* Rests of a start that was killed are no hindrance. */
	sh("rm etc/sites/huge.yaml; echo 3 > etc/sites/hq.yaml; mkdir -p "
	   "state/last-good.new/config/x");
	assert_int_equal(take(), 0);
	sh("cmp etc/sites/hq.yaml state/last-good/config/sites/hq.yaml");
}

static void test_the_mark(void **state)
{
	(void)state;
	assert_false(og_snapshot_held(in_dir("state")));
	assert_int_equal(og_snapshot_hold(in_dir("state"), false), 0);
	assert_int_equal(og_snapshot_hold(in_dir("state"), true), 0);
	assert_int_equal(og_snapshot_hold(in_dir("state"), true), 0);
	assert_true(og_snapshot_held(in_dir("state")));
	assert_int_equal(og_snapshot_hold(in_dir("state"), false), 0);
	assert_false(og_snapshot_held(in_dir("state")));
	assert_true(og_snapshot_hold(in_dir("nowhere"), true) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_files_are_copied),
		TEST(test_a_new_one_takes_the_place_of_the_old),
		TEST(test_a_failure_keeps_the_old_one),
		TEST(test_the_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
