// SPDX-License-Identifier: GPL-2.0
/* How much is told in the journal: a flood of one hides nobody else, and fills nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon/told.h"

#define NOW 5000000

static int events_told(struct og_told_events *told, og_budget *device, int64_t now, int count)
{
	int i, n = 0;

	for (i = 0; i < count; i++)
		n += og_told_event(told, device, now);
	return n;
}

static void test_flood_of_events_hides_no_other_device(void **state)
{
	struct og_told_events told = {0};
	og_budget flooding = 0, quiet = 0;

	(void)state;
	assert_int_equal(events_told(&told, &flooding, NOW, 100000),
			 OG_TOLD_EVENTS + OG_TOLD_DEVICE);
	assert_int_equal(events_told(&told, &quiet, NOW, 10), OG_TOLD_DEVICE);
	assert_int_equal(og_told_left_out(&told),
			 100000 - OG_TOLD_EVENTS - OG_TOLD_DEVICE + 10 - OG_TOLD_DEVICE);
	assert_int_equal(og_told_left_out(&told), 0);
	/* An hour of flood later: only its share, and the quiet one is heard again. */
	assert_int_equal(events_told(&told, &flooding, NOW + 1000, 100000),
			 1000 / OG_TOLD_EVENTS_MS);
	assert_int_equal(events_told(&told, &quiet, NOW + 1000, 1), 0);
	events_told(&told, &flooding, NOW + 2 * OG_TOLD_DEVICE_MS, 100000);
	assert_int_equal(events_told(&told, &quiet, NOW + 2 * OG_TOLD_DEVICE_MS, 10),
			 OG_TOLD_DEVICE);
}

static void test_made_up_devices_have_no_budget_of_their_own(void **state)
{
	struct og_told_events told = {0};

	(void)state;
	assert_int_equal(events_told(&told, NULL, NOW, 100000), OG_TOLD_EVENTS);
}

static int refusals_told(struct og_told_callers *told, uint32_t uid, int64_t now, int count,
			 uint64_t *ret_left_out)
{
	int i, n = 0;

	for (i = 0; i < count; i++)
		n += og_told_refusal(told, uid, now, ret_left_out);
	return n;
}

static void test_refused_caller_hides_no_other(void **state)
{
	struct og_told_callers told = {0};
	uint64_t left_out = 1;

	(void)state;
	assert_int_equal(refusals_told(&told, 1000, NOW, 100000, &left_out), OG_TOLD_CALLER);
	assert_int_equal(left_out, 0);
	assert_int_equal(refusals_told(&told, 1001, NOW, 1, &left_out), 1);
	assert_int_equal(left_out, 0);
	assert_int_equal(refusals_told(&told, 1000, NOW + OG_TOLD_CALLER_MS, 1, &left_out), 1);
	assert_int_equal(left_out, 100000 - OG_TOLD_CALLER);
}

/* Who has many users, as by namespaces, has no more than all have together. */
static void test_many_users_fill_nothing(void **state)
{
	struct og_told_callers told = {0};
	uint64_t left_out;
	uint32_t uid;
	int n = 0;

	(void)state;
	for (uid = 100000; uid < 165536; uid++)
		n += og_told_refusal(&told, uid, NOW + uid - 100000, &left_out);
	assert_in_range(n, OG_TOLD_REFUSED, OG_TOLD_REFUSED + 65536 / OG_TOLD_REFUSED_MS + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flood_of_events_hides_no_other_device),
		cmocka_unit_test(test_made_up_devices_have_no_budget_of_their_own),
		cmocka_unit_test(test_refused_caller_hides_no_other),
		cmocka_unit_test(test_many_users_fill_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
