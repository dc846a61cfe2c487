// SPDX-License-Identifier: GPL-2.0
/* Whether a device that stopped was replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/progress/replacement.h"

#define NEW 1800000000

static enum og_replaced judge(int64_t old_seen, int64_t now)
{
	const struct og_replacement_facts facts = {
		.old_seen = old_seen, .new_seen = NEW, .now = now};

	return og_replacement_judge(&facts);
}

static void test_judge(void **state)
{
	(void)state;
	assert_int_equal(judge(NEW - 10, NEW), OG_REPLACED_WAIT);
	assert_int_equal(judge(NEW - 10, NEW + OG_REPLACED_AFTER - 1), OG_REPLACED_WAIT);
	assert_int_equal(judge(NEW - 10, NEW + OG_REPLACED_AFTER), OG_REPLACED_YES);
	assert_int_equal(judge(NEW, NEW + OG_REPLACED_AFTER), OG_REPLACED_YES);
	/* Both go on. */
	assert_int_equal(judge(NEW + 1, NEW + 1), OG_REPLACED_NO);
	assert_int_equal(judge(NEW + 1, NEW + OG_REPLACED_AFTER), OG_REPLACED_NO);
	/* It never was there, or is gone for long. */
	assert_int_equal(judge(0, NEW + 1000), OG_REPLACED_NO);
	assert_int_equal(judge(NEW - OG_REPLACED_WITHIN, NEW + 1000), OG_REPLACED_YES);
	assert_int_equal(judge(NEW - OG_REPLACED_WITHIN - 1, NEW + 1000), OG_REPLACED_NO);
	/* The clock was set back a year: not yet. */
	assert_int_equal(judge(NEW - 10, NEW - 31536000), OG_REPLACED_WAIT);
	assert_int_equal(judge(INT64_MAX, NEW), OG_REPLACED_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_judge)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
