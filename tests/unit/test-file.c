// SPDX-License-Identifier: GPL-2.0
/*
 * test-file.c: reading what is no file, and writing over what is one
 */
#include <dirent.h>
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

#include "config-kit.h"
#include "policy/base/file.h"

static char path[256];

static const char *in(const char *dir, const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void reads_whole_files(void **state)
{
	char *dir = kit_make(NULL), *data = NULL;
	size_t size = 0;

	(void)state;
	kit_write(dir, "f", "a\0b", 3);
	assert_int_equal(og_file_read(in(dir, "f"), 3, &data, &size), 0);
	assert_int_equal(size, 3);
	assert_memory_equal(data, "a\0b", 4);
	free(data);
	data = NULL;
	assert_int_equal(og_file_read(in(dir, "f"), 2, &data, &size), -EFBIG);
	assert_int_equal(og_file_read(in(dir, "none"), 3, &data, &size), -ENOENT);
	assert_int_equal(og_file_read(dir, 3, &data, &size), -EISDIR);
	/* Nobody writes into this pipe: waiting for it would be for ever. */
	assert_int_equal(mkfifo(in(dir, "pipe"), 0600), 0);
	assert_int_equal(og_file_read(path, 3, &data, &size), -EINVAL);
	assert_int_equal(og_file_read("/dev/zero", 3, &data, &size), -EINVAL);
	assert_null(data);
	kit_remove(dir);
}

static size_t entries(const char *dir)
{
	DIR *stream = opendir(dir);
	size_t count = 0;

	while (readdir(stream))
		count++;
	closedir(stream);
	return count;
}

static void writes_at_once(void **state)
{
	char *dir = kit_make(NULL), *data = NULL;
	size_t size = 0, before = entries(dir);
	struct stat st;

	(void)state;
	assert_int_equal(og_file_write(in(dir, "f"), "one", 3, 0640, false), 0);
	assert_int_equal(og_file_write(path, "two", 3, 0640, false), -EEXIST);
	assert_int_equal(og_file_read(path, 10, &data, &size), 0);
	assert_string_equal(data, "one");
	free(data);
	assert_int_equal(og_file_write(path, "three", 5, 0644, true), 0);
	assert_int_equal(og_file_read(path, 10, &data, &size), 0);
	assert_string_equal(data, "three");
	free(data);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	/* No temporary file stays behind, neither after success nor after failure. */
	assert_int_equal(entries(dir), before + 1);
	assert_int_equal(og_file_write(in(dir, "none/f"), "x", 1, 0644, true), -ENOENT);
	kit_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_files),
		cmocka_unit_test(writes_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
