// SPDX-License-Identifier: GPL-2.0
/*
 * test-forecast.c: dates from rates, against figures worked out by hand and against simulation
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ouiguard/ruleset.h>
#include "policy/progress/forecast.h"

static uint64_t random_;

static uint32_t below(uint32_t limit)
{
	random_ = og_hash(random_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(random_ >> 33) % limit;
}

static struct og_forecast of(const int64_t *weeks, size_t count, uint64_t left, int64_t due)
{
	struct og_forecast f;

	og_forecast(weeks, count, left, due, &f);
	return f;
}

static void too_little(void **state)
{
	const int64_t none[13] = {0}, few[13] = {0, 0, 1, 0, 1}, back[5] = {3, 2, -4, -1, 0},
		      busy[3] = {100, 100, 100};

	(void)state;
	assert_int_equal(of(busy, 3, 0, -5).word, OG_FORECAST_IS_DONE);
	assert_int_equal(of(busy, 0, 5, 5).word, OG_FORECAST_TOO_FEW);
	assert_int_equal(of(busy, 3, 5, 5).word, OG_FORECAST_TOO_FEW);
	assert_int_equal(of(none, 13, 5, 5).word, OG_FORECAST_NO_PROGRESS);
	assert_int_equal(of(few, 13, 5, 5).word, OG_FORECAST_TOO_FEW);
	assert_int_equal(of(back, 5, 5, 5).word, OG_FORECAST_NO_PROGRESS);
	assert_int_equal(of(none, 13, 5, 5).days, -1);
	assert_int_equal(of(few, 13, 5, 5).late, -1);
}

/*
 * Four weeks of 10: m = 10, s^2 = 0, so the variance of counts, 10, stands in; t(3) = 1.638. Left 100:
 * 10 weeks. With A = m^2 - t^2 s^2/k = 93.2925 and B = 2 m L + t^2 s^2 = 2026.83, the roots of
 * A T^2 - B T + L^2 = 0 are 53.02 and 99.05 days: from the 54th day to the 100th.
 */
static void by_hand(void **state)
{
	const int64_t even[4] = {10, 10, 10, 10};
	struct og_forecast f = of(even, 4, 100, 70);

	(void)state;
	assert_int_equal(f.word, OG_FORECAST_ON_COURSE);
	assert_int_equal(f.days, 70);
	assert_int_equal(f.early, 54);
	assert_int_equal(f.late, 100);
	assert_int_equal(of(even, 4, 100, 69).word, OG_FORECAST_LATE);
	assert_int_equal(of(even, 4, 100, -1).word, OG_FORECAST_LATE);
	/* One more than what the weeks tell of needs a day more, not less. */
	assert_int_equal(of(even, 4, 101, 70).days, 71);
}

/* All in one batch: the rate could be nothing at all, so there is no late date. */
static void batch(void **state)
{
	const int64_t one[13] = {[6] = 130};
	struct og_forecast f = of(one, 13, 100, 1000);

	(void)state;
	assert_int_equal(f.days, 70);
	assert_true(f.early >= 0 && f.early < 70);
	assert_int_equal(f.late, -1);
}

/* Only the last weeks count. */
static void recent(void **state)
{
	int64_t weeks[20];

	(void)state;
	for (int i = 0; i < 20; i++)
		weeks[i] = i < 7 ? 1000 : 10;
	assert_int_equal(of(weeks, 20, 100, 0).days, 70);
}

static void far_away(void **state)
{
	const int64_t slow[13] = {1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0};
	struct og_forecast f = of(slow, 13, 210000, 1000);

	(void)state;
	assert_int_equal(f.word, OG_FORECAST_LATE);
	assert_int_equal(f.days, -1);
	assert_int_equal(f.late, -1);
}

/* Early is not after expected, nor that after late; less to do never takes longer. */
static void orders(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		int64_t weeks[OG_FORECAST_WEEKS];
		size_t count = 1 + below(OG_FORECAST_WEEKS);
		uint64_t left = 1 + below(5000);
		struct og_forecast f, less;

		for (size_t i = 0; i < count; i++)
			weeks[i] = (int64_t)below(1 + below(40)) - (below(10) ? 0 : 5);
		f = of(weeks, count, left, below(400));
		less = of(weeks, count, left - 1 ? left - 1 : 1, 0);
		assert_true(f.word != OG_FORECAST_IS_DONE);
		if (f.days < 0)
			continue;
		assert_true(f.early >= 0 && f.early <= f.days);
		assert_true(f.late < 0 || f.late >= f.days);
		assert_true(less.days <= f.days && less.early <= f.early);
		assert_true(f.late < 0 || (less.late >= 0 && less.late <= f.late));
	}
}

/*
 * The interval holds what it says: of 2000 programmes in which batches of 1 to 9 are done on random
 * days, the day that was forecast lies between the dates in some 4 of 5.
 */
static void covers(void **state)
{
	int inside = 0, rounds = 2000;

	(void)state;
	for (int round = 0; round < rounds; round++) {
		int64_t weeks[OG_FORECAST_WEEKS] = {0}, day = 0, left = 150;
		struct og_forecast f;

		for (int d = 0; d < 7 * OG_FORECAST_WEEKS; d++)
			weeks[d / 7] += below(4) ? 0 : 1 + below(9);
		f = of(weeks, OG_FORECAST_WEEKS, 150, 0);
		for (; left > 0; day++)
			left -= below(4) ? 0 : 1 + below(9);
		inside += f.early <= day && (f.late < 0 || day <= f.late);
	}
	if (inside < rounds * 75 / 100 || inside > rounds * 88 / 100)
		fail_msg("%d of %d", inside, rounds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_little), cmocka_unit_test(by_hand),  cmocka_unit_test(batch),
		cmocka_unit_test(recent),     cmocka_unit_test(far_away), cmocka_unit_test(orders),
		cmocka_unit_test(covers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
