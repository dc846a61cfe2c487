// SPDX-License-Identifier: GPL-2.0
/* Lease files that are written, replaced, gone and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/inventory/lease-files.h"

#define NOW 1700000000

static char path[] = "/tmp/test-lease-files-XXXXXX";
static struct og_lease_files *files;
static struct og_diags diags;
static int told;

static int set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/test-lease-files-XXXXXX");
	fd = mkstemp(path);
	files = og_lease_files_new();
	return fd < 0 || close(fd) || !files;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	og_lease_files_free(files);
	og_diags_free(&diags);
	return 0;
}

/* As a server does: into a file of its own that takes the old one's place. */
static void put(const char *text)
{
	char other[sizeof(path) + 4];
	FILE *file;

	snprintf(other, sizeof(other), "%s.new", path);
	file = fopen(other, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(other, path), 0);
}

static void count(void *userdata, const struct og_lease *lease)
{
	(void)userdata;
	assert_true(lease->until > NOW);
	told++;
}

/* How many leases were told. */
static int look(int64_t now)
{
	char *names[] = {path};
	const struct og_names paths = {.names = names, .count = 1};

	told = 0;
	og_diags_free(&diags);
	og_lease_files_read(files, &paths, now, count, NULL, &diags);
	return told;
}

static size_t troubles(void)
{
	struct og_diags found = {0};
	size_t number;

	og_lease_files_trouble(files, &found);
	number = found.count;
	og_diags_free(&found);
	return number;
}

static void test_only_what_is_new(void **state)
{
	(void)state;
	put("1700003600 44:19:b6:00:00:01 10.1.0.150 a *\n"
	    "1699999999 44:19:b6:00:00:02 10.1.0.151 ended *\n");
	assert_int_equal(look(NOW), 1);
	assert_int_equal(look(NOW), 0);
	put("1700003600 44:19:b6:00:00:01 10.1.0.150 a *\n"
	    "1700003600 44:19:b6:00:00:03 10.1.0.152 c *\n");
	assert_int_equal(look(NOW), 1);
	/* Renewed. */
	put("1700007200 44:19:b6:00:00:01 10.1.0.150 a *\n"
	    "1700003600 44:19:b6:00:00:03 10.1.0.152 c *\n");
	assert_int_equal(look(NOW), 1);
	assert_int_equal(diags.count, 0);
	assert_int_equal(troubles(), 0);
}

static void test_trouble_is_told_once(void **state)
{
	(void)state;
	put("this is a letter\nand no lease file\n");
	assert_int_equal(look(NOW), 0);
	assert_true(diags.count > 0);
	assert_int_equal(diags.errors, 0);
	put("this is a letter\nand no lease filE\n");
	assert_int_equal(look(NOW), 0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(troubles(), 1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(look(NOW), 0);
	assert_int_equal(diags.count, 1);
	assert_int_equal(look(NOW), 0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(troubles(), 1);
	put("1700003600 44:19:b6:00:00:01 10.1.0.150 a *\n");
	assert_int_equal(look(NOW), 1);
	assert_int_equal(troubles(), 0);
	/* One line that cannot be read, in a file that is written again and again. */
	put("1700003600 44:19:b6:00:00:01 10.1.0.150 a *\nodd\n");
	assert_int_equal(look(NOW), 0);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.items[0].line, 2);
	put("1700007200 44:19:b6:00:00:01 10.1.0.150 a *\nodd\n");
	assert_int_equal(look(NOW), 1);
	assert_int_equal(diags.count, 0);
	assert_int_equal(troubles(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_only_what_is_new),
					   TEST(test_trouble_is_told_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
