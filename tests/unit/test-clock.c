// SPDX-License-Identifier: GPL-2.0
/*
 * test-clock.c: the second hand, and which phase begins when (daemon/clock.c, daemon/schedule.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "daemon/clock.h"
#include "daemon/schedule.h"

static void test_delay_ends_after_the_full_second(void **state)
{
	const struct timespec cases[] = {{5, 0}, {5, 1}, {5, 500000000}, {5, 999999999}};
	uint64_t end;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		end = cases[i].tv_nsec / 1000 + og_clock_delay(&cases[i]);
		assert_true(end > 1000000 && end < 1010000);
	}
}

static void test_offset_is_rounded(void **state)
{
	const struct timespec real = {1000, 999999000};
	struct timespec tai = {1038, 500};

	(void)state;
	/* 37 s and a little, read across a full second. */
	assert_int_equal(og_clock_offset(&tai, &real), 37);
	tai = (struct timespec){1037, 999990000};
	assert_int_equal(og_clock_offset(&tai, &real), 37);
	tai = (struct timespec){1000, 999998000};
	assert_int_equal(og_clock_offset(&tai, &real), 0);
	tai = (struct timespec){999, 999999000};
	assert_int_equal(og_clock_offset(&tai, &real), -1);
}

struct ticks {
	sd_event *event;
	int64_t seconds[3];
	size_t count;
};

static void on_tick(void *userdata, int64_t now)
{
	struct ticks *ticks = userdata;

	ticks->seconds[ticks->count++] = now;
	if (ticks->count == 3)
		sd_event_exit(ticks->event, 0);
}

static void on_step(void *userdata)
{
	(void)userdata;
}

static void on_tai(void *userdata, int64_t offset)
{
	(void)userdata;
	(void)offset;
}

static void test_one_tick_a_second(void **state)
{
	const struct og_clock_calls calls = {.tick = on_tick, .stepped = on_step, .tai = on_tai};
	struct ticks ticks = {0};
	struct og_clock *clock = NULL;
	struct timespec now;

	(void)state;
	assert_true(sd_event_new(&ticks.event) >= 0);
	assert_int_equal(og_clock_new(ticks.event, &calls, &ticks, &clock), 0);
	assert_int_equal(sd_event_loop(ticks.event), 0);
	clock_gettime(CLOCK_REALTIME, &now);
	assert_int_equal(ticks.seconds[1] - ticks.seconds[0], 1);
	assert_int_equal(ticks.seconds[2] - ticks.seconds[1], 1);
	assert_true(now.tv_sec == ticks.seconds[2]);
	og_clock_free(clock);
	sd_event_unref(ticks.event);
}

/* Two sites in two zones, one policy with three phases, one exception at one site. */
static struct og_conf_phase phases[] = {
	{.setting.action = OG_LOG},
	{.from = {.set = true, .year = 2027, .month = 3, .day = 1, .hour = 10},
	 .setting.action = OG_RESTRICT},
	{.from = {.set = true,
		  .has_offset = true,
		  .year = 2027,
		  .month = 6,
		  .day = 7,
		  .hour = 10,
		  .offset = 0},
	 .setting.action = OG_BLOCK},
};
static struct og_conf_policy policies[] = {{.name = "cameras", .phases = phases, .phase_count = 3}};
static struct og_conf_site sites[] = {{.name = "berlin", .timezone = "Europe/Berlin"},
				      {.name = "london", .timezone = "Europe/London"}};
static struct og_conf_exception exceptions[] = {
	{.name = "ntp",
	 .policy = "cameras",
	 .site = "berlin",
	 .until = {.set = true, .year = 2027, .month = 3, .day = 1, .hour = 10}}};
static const struct og_config config = {
	.sites = sites,
	.site_count = 2,
	.policies = policies,
	.policy_count = 1,
	.exceptions = exceptions,
	.exception_count = 1,
};

#define BERLIN 1803891600 /* 2027-03-01T10:00+01:00 */
#define LONDON 1803895200 /* 2027-03-01T10:00+00:00 */
#define BLOCK  1812362400 /* 2027-06-07T10:00Z, both */

static void test_each_site_has_its_zone(void **state)
{
	const struct og_schedule_item *item;
	struct og_schedule schedule;

	(void)state;
	assert_int_equal(og_schedule_make(&config, &schedule), 0);
	assert_int_equal(schedule.count, 8);
	item = og_schedule_now(&schedule, "cameras", "berlin", BERLIN - 1);
	assert_int_equal(item->action, OG_LOG);
	assert_true(item->at == INT64_MIN);
	item = og_schedule_now(&schedule, "cameras", "berlin", BERLIN);
	assert_int_equal(item->action, OG_RESTRICT);
	assert_int_equal(item->previous, OG_LOG);
	assert_int_equal(og_schedule_now(&schedule, "cameras", "london", BERLIN)->action, OG_LOG);
	item = og_schedule_next(&schedule, "cameras", "london", BERLIN);
	assert_int_equal(item->action, OG_RESTRICT);
	assert_true(item->at == LONDON);
	assert_null(og_schedule_next(&schedule, "cameras", "london", BLOCK));
	assert_null(og_schedule_now(&schedule, "cameras", "paris", BLOCK));
	og_schedule_clear(&schedule);
}

static void test_what_began_between(void **state)
{
	struct og_schedule schedule;
	size_t i, found = 0, ended = 0;

	(void)state;
	assert_int_equal(og_schedule_make(&config, &schedule), 0);
	/* The phase of Berlin and the end of its exception, which were at that second. */
	for (i = og_schedule_between(&schedule, 0, BERLIN - 1, BERLIN); i < schedule.count;
	     i = og_schedule_between(&schedule, i + 1, BERLIN - 1, BERLIN)) {
		found++;
		ended += schedule.items[i].kind == OG_SCHEDULE_EXCEPTION_ENDS;
	}
	assert_int_equal(found, 2);
	assert_int_equal(ended, 1);
	/* A second belongs to one interval only. */
	assert_int_equal(og_schedule_between(&schedule, 0, BERLIN, BERLIN + 1), schedule.count);
	/* A long sleep misses none. */
	for (found = 0, i = og_schedule_between(&schedule, 0, BERLIN - 10, BLOCK);
	     i < schedule.count; i = og_schedule_between(&schedule, i + 1, BERLIN - 10, BLOCK))
		found++;
	assert_int_equal(found, 5);
	/* What has been in force for ever never begins. */
	assert_int_equal(og_schedule_between(&schedule, 0, 0, BERLIN - 1), schedule.count);
	og_schedule_clear(&schedule);
}

static void test_an_unknown_zone_is_an_error(void **state)
{
	struct og_conf_site site = {.name = "mars", .timezone = "Mars/Olympus"};
	struct og_config wrong = config;
	struct og_schedule schedule = {0};

	(void)state;
	wrong.sites = &site;
	wrong.site_count = 1;
	wrong.exception_count = 0;
	assert_int_equal(og_schedule_make(&wrong, &schedule), -EINVAL);
	assert_null(schedule.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_delay_ends_after_the_full_second),
		cmocka_unit_test(test_offset_is_rounded),
		cmocka_unit_test(test_one_tick_a_second),
		cmocka_unit_test(test_each_site_has_its_zone),
		cmocka_unit_test(test_what_began_between),
		cmocka_unit_test(test_an_unknown_zone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
