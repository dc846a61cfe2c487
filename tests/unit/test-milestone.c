// SPDX-License-Identifier: GPL-2.0
/*
 * test-milestone.c: shares, comparators, scopes and due dates
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ouiguard/ruleset.h>
#include "policy/progress/milestone.h"

static uint64_t random_;

static uint32_t below(uint32_t limit)
{
	random_ = og_hash(random_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(random_ >> 33) % limit;
}

static void words(void **state)
{
	enum og_blocker code;

	(void)state;
	for (unsigned int i = 0; i < OG_BLOCKER_COUNT; i++) {
		assert_int_equal(og_blocker_parse(og_blocker_name(i), &code), 0);
		assert_int_equal(code, i);
	}
	assert_int_equal(og_blocker_parse("money", &code), -EINVAL);
	assert_string_equal(og_comparator_name(OG_AT_MOST), "at_most");
	assert_string_equal(og_comparator_name(OG_AT_LEAST), "at_least");
	assert_string_equal(og_comparator_name(OG_NONE_LEFT), "none_left");
	assert_string_equal(og_measure_name(OG_MEASURE_SITES), "sites");
	assert_string_equal(og_measure_name(OG_MEASURE_DEVICES), "devices");
}

static void shares(void **state)
{
	static const struct {
		enum og_comparator comparator;
		unsigned int percent;
		uint64_t total, needed;
	} cases[] = {
		{OG_AT_LEAST, 70, 10, 7},     {OG_AT_LEAST, 70, 11, 8},
		{OG_AT_LEAST, 100, 913, 913}, {OG_AT_LEAST, 0, 913, 0},
		{OG_AT_LEAST, 1, 1, 1},	      {OG_AT_LEAST, 50, 3, 2},
		{OG_AT_MOST, 35, 100, 65},    {OG_AT_MOST, 35, 10, 7},
		{OG_AT_MOST, 0, 7, 7},	      {OG_AT_MOST, 100, 7, 0},
		{OG_AT_MOST, 33, 3, 3},	      {OG_NONE_LEFT, 0, 9, 9},
		{OG_NONE_LEFT, 0, 0, 0},      {OG_AT_LEAST, 99, 210000, 207900},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct og_conf_milestone m = {.comparator = cases[i].comparator,
					      .percent = cases[i].percent};

		assert_int_equal(og_milestone_needed(&m, cases[i].total), cases[i].needed);
	}
}

/* The same said by the definition, one by one: a share is met exactly where its fraction is. */
static void shares_by_definition(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct og_conf_milestone m = {.comparator = below(3), .percent = below(101)};
		uint64_t total = below(400), done = below((uint32_t)total + 1);
		struct og_tally tally = {.total = total, .done = done, .sites = 1};
		struct og_milestone_result r;
		bool met = m.comparator == OG_AT_LEAST	? done * 100 >= m.percent * total
			   : m.comparator == OG_AT_MOST ? (total - done) * 100 <= m.percent * total
							: done == total;

		og_milestone_judge(&m, &tally, 1000, 1001, &r);
		assert_int_equal(r.met, met);
		assert_int_equal(r.overdue, !met);
		assert_true(r.needed <= total && r.percent <= 100);
		assert_true(r.percent < 100 || done == total);
		/* One more done never takes a milestone away. */
		tally.done += done < total;
		assert_true(!met || og_milestone_met(&m, &tally));
	}
}

static void survey(void **state)
{
	struct og_conf_milestone m = {.comparator = OG_NONE_LEFT, .measure = OG_MEASURE_DEVICES};
	struct og_tally tally = {.total = 5, .done = 5, .sites = 2, .not_surveyed = 1};
	struct og_milestone_result r;

	(void)state;
	assert_false(og_milestone_met(&m, &tally));
	m.comparator = OG_AT_LEAST;
	m.percent = 50;
	assert_false(og_milestone_met(&m, &tally));
	tally.not_surveyed = 0;
	assert_true(og_milestone_met(&m, &tally));
	/* In sites, those not surveyed are in the denominator already. */
	m.measure = OG_MEASURE_SITES;
	tally = (struct og_tally){.total = 10, .done = 5, .sites = 10, .not_surveyed = 5};
	assert_true(og_milestone_met(&m, &tally));
	/* Nothing in scope is nothing to show; an empty surveyed site is. */
	tally = (struct og_tally){0};
	og_milestone_judge(&m, &tally, 10, 11, &r);
	assert_false(r.met);
	assert_int_equal(r.percent, 0);
	m.measure = OG_MEASURE_DEVICES;
	tally.sites = 1;
	og_milestone_judge(&m, &tally, 10, 11, &r);
	assert_true(r.met);
	assert_int_equal(r.percent, 100);
	assert_false(r.overdue);
}

static void overdue(void **state)
{
	struct og_conf_milestone m = {.comparator = OG_NONE_LEFT};
	const struct og_tally tally = {.total = 3, .done = 2, .sites = 1};
	struct og_milestone_result r;

	(void)state;
	og_milestone_judge(&m, &tally, 500, 500, &r);
	assert_false(r.overdue);
	og_milestone_judge(&m, &tally, 500, 501, &r);
	assert_true(r.overdue);
	/* The clock was set back: it is not overdue yet, again. */
	og_milestone_judge(&m, &tally, 500, 499, &r);
	assert_false(r.overdue);
	assert_int_equal(r.percent, 66);
}

static void scope(void **state)
{
	char *vendors[] = {"acme", "zeta"};
	struct og_conf_milestone m = {0};

	(void)state;
	assert_true(og_milestone_concerns_site(&m, NULL));
	assert_true(og_milestone_concerns(&m, NULL, OG_ROLE_PHONE));
	m.scope.site_class = "sensitive";
	assert_true(og_milestone_concerns_site(&m, "sensitive"));
	assert_false(og_milestone_concerns_site(&m, "guest"));
	assert_false(og_milestone_concerns_site(&m, NULL));
	m.scope.vendors = (struct og_names){.names = vendors, .count = 2};
	assert_true(og_milestone_concerns(&m, "zeta", OG_ROLE_PHONE));
	assert_false(og_milestone_concerns(&m, "beta", OG_ROLE_PHONE));
	assert_false(og_milestone_concerns(&m, NULL, OG_ROLE_PHONE));
	m.scope.roles = 1u << OG_ROLE_CAMERA;
	assert_true(og_milestone_concerns(&m, "acme", OG_ROLE_CAMERA));
	assert_true(og_milestone_concerns(&m, "acme", OG_ROLE_UNKNOWN));
	assert_false(og_milestone_concerns(&m, "acme", OG_ROLE_PHONE));
}

static void original(void **state)
{
	struct og_conf_extension extensions[2] = {0};
	struct og_conf_milestone m = {.extensions = extensions};

	(void)state;
	assert_ptr_equal(og_milestone_original(&m), &m.due);
	m.extension_count = 2;
	assert_ptr_equal(og_milestone_original(&m), &extensions[0].was);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(shares),
		cmocka_unit_test(shares_by_definition),
		cmocka_unit_test(survey),
		cmocka_unit_test(overdue),
		cmocka_unit_test(scope),
		cmocka_unit_test(original),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
