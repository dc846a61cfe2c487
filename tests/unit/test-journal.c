// SPDX-License-Identifier: GPL-2.0
/* What is told is one line, whatever it is about (daemon/journal.c). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/journal.h"

/* What @text becomes on standard error. */
static const char *told(const char *text)
{
	static char line[2 * OG_JOURNAL_TEXT];
	int ends[2], kept = dup(STDERR_FILENO);
	ssize_t length;

	assert_int_equal(pipe(ends), 0);
	assert_true(kept >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
	og_log(LOG_WARNING, "host %s is here", text);
	assert_true(dup2(kept, STDERR_FILENO) >= 0);
	close(kept);
	close(ends[1]);
	length = read(ends[0], line, sizeof(line) - 1);
	assert_true(length > 0);
	line[length] = '\0';
	assert_int_equal(read(ends[0], line + length, 1), 0);
	close(ends[0]);
	return line;
}

static void test_no_line_can_be_forged(void **state)
{
	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_string_equal(told("gate"), "<4>host gate is here\n");
	assert_string_equal(told("a\n<1>b"), "<4>host a?<1>b is here\n");
	assert_string_equal(told("a\r\x1b[2Jb\x7f"), "<4>host a??[2Jb? is here\n");
	assert_string_equal(told("Tür"), "<4>host Tür is here\n");
}

static void test_a_long_text_is_cut(void **state)
{
	char text[4 * OG_JOURNAL_TEXT];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(strlen(told(text)), 3 + OG_JOURNAL_TEXT - 1 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_line_can_be_forged),
		cmocka_unit_test(test_a_long_text_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
