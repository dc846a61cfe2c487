// SPDX-License-Identifier: GPL-2.0
/*
 * test-journal-socket.c: entries for a journal that reads, that does not, and that comes anew
 * (daemon/journal-socket.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/journal-socket.h"

static char dir[] = "/tmp/test-journal-XXXXXX", path[64];
static char first[] = "PRIORITY=4\n", second[] = "MESSAGE=text\n";
static struct iovec parts[] = {{first, sizeof(first) - 1}, {second, sizeof(second) - 1}};

static int be_journal(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	unlink(path);
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static int say(void)
{
	return og_journal_send(path, parts, 2);
}

static size_t read_all(int fd)
{
	size_t entries = 0;
	char entry[64];
	ssize_t size;

	while ((size = recv(fd, entry, sizeof(entry), 0)) > 0) {
		assert_int_equal(size, sizeof(first) + sizeof(second) - 2);
		assert_memory_equal(entry, "PRIORITY=4\nMESSAGE=text\n", size);
		entries++;
	}
	return entries;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void test_no_journal(void **state)
{
	(void)state;
	assert_int_equal(say(), -ENOENT);
}

static void test_it_comes_anew(void **state)
{
	int journal = be_journal();

	(void)state;
	assert_int_equal(say(), 0);
	assert_int_equal(say(), 0);
	assert_int_equal(read_all(journal), 2);
	close(journal);
	assert_int_not_equal(say(), 0);
	journal = be_journal();
	assert_int_equal(say(), 0);
	assert_int_equal(read_all(journal), 1);
	close(journal);
}

/* It is waited for once, and no longer than it may take. */
static void test_it_does_not_read(void **state)
{
	int journal = be_journal(), i;
	size_t taken = 0;
	double start;

	(void)state;
	while (say() == 0)
		assert_true(++taken < 100000);
	start = seconds();
	for (i = 0; i < 1000; i++)
		assert_int_equal(say(), -EAGAIN);
	assert_true(seconds() - start < 1000 * OG_JOURNAL_PATIENCE_MS / 1e3 / 10);
	assert_int_equal(read_all(journal), taken);
	assert_int_equal(say(), 0);
	close(journal);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/socket", dir);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_journal),
		cmocka_unit_test(test_it_comes_anew),
		cmocka_unit_test(test_it_does_not_read),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
