// SPDX-License-Identifier: GPL-2.0
/*
 * test-quantity.c: numbers, rates, sizes and shares as text
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/quantity.h"

static void reads_numbers(void **state)
{
	static const char *const bad[] = {"",	"-1", "+1",  " 1",  "1 ",
					  "01", "00", "0x1", "1e3", "1_0"};
	uint64_t number = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_number_parse(bad[i], 0, UINT64_MAX, &number) != -EINVAL)
			fail_msg("`%s` is taken for a number", bad[i]);
	assert_int_equal(og_number_parse("18446744073709551616", 0, UINT64_MAX, &number), -ERANGE);
	assert_int_equal(og_number_parse("0", 1, 10, &number), -ERANGE);
	assert_int_equal(og_number_parse("11", 1, 10, &number), -ERANGE);
	assert_int_equal(number, 42);
	assert_int_equal(og_number_parse("0", 0, 10, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(og_number_parse("18446744073709551615", 0, UINT64_MAX, &number), 0);
	assert_true(number == UINT64_MAX);
}

static void reads_rates(void **state)
{
	static const struct {
		const char *text;
		uint64_t bits;
	} good[] = {{"800bit", 800}, {"64kbit", 64000}, {"2mbit", 2000000}, {"1gbit", 1000000000}};
	static const char *const bad[] = {"",	      "64",	 "64k",	    "64kbps", "64 kbit",
					  "64kbit/s", "1.5mbit", "064kbit", "kbit"};
	uint64_t bits = 42;
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_rate_parse(bad[i], &bits) != -EINVAL)
			fail_msg("`%s` is taken for a rate", bad[i]);
	assert_int_equal(og_rate_parse("18446744073709551615kbit", &bits), -ERANGE);
	assert_int_equal(bits, 42);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(og_rate_parse(good[i].text, &bits), 0);
		assert_int_equal(bits, good[i].bits);
		assert_string_equal(og_rate_format(bits, text, sizeof(text)), good[i].text);
	}
	assert_int_equal(og_rate_parse("64Kbit", &bits), 0);
	assert_int_equal(bits, 64000);
	assert_string_equal(og_rate_format(64001, text, sizeof(text)), "64001bit");
	assert_string_equal(og_rate_format(0, text, sizeof(text)), "0bit");
}

static void reads_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {{"1601B", 1601},
		    {"16kB", 16000},
		    {"16KiB", 16384},
		    {"1MB", 1000000},
		    {"3MiB", 3145728}};
	static const char *const bad[] = {"", "16", "16k", "16KB", "16kb", "16 kB", "-1B", "016kB"};
	uint64_t bytes = 42;
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_size_parse(bad[i], &bytes) != -EINVAL)
			fail_msg("`%s` is taken for a size", bad[i]);
	assert_int_equal(bytes, 42);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(og_size_parse(good[i].text, &bytes), 0);
		assert_int_equal(bytes, good[i].bytes);
		assert_string_equal(og_size_format(bytes, text, sizeof(text)), good[i].text);
	}
}

static void reads_shares(void **state)
{
	unsigned int percent = 42;

	(void)state;
	assert_int_equal(og_percent_parse("70", &percent), -EINVAL);
	assert_int_equal(og_percent_parse("070%", &percent), -EINVAL);
	assert_int_equal(og_percent_parse("70%%", &percent), -EINVAL);
	assert_int_equal(og_percent_parse("101%", &percent), -ERANGE);
	assert_int_equal(percent, 42);
	assert_int_equal(og_percent_parse("70%", &percent), 0);
	assert_int_equal(percent, 70);
	assert_int_equal(og_percent_parse("100%", &percent), 0);
	assert_int_equal(og_percent_parse("0%", &percent), 0);
	assert_int_equal(percent, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_rates),
		cmocka_unit_test(reads_sizes),
		cmocka_unit_test(reads_shares),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
