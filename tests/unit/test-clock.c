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
#include <unistd.h>
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
	/* What a tick does takes time, which must not make the next one come early. */
	usleep(50000);
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
	/* Six phases, four of them with a date, and an exception; three warnings each. */
	assert_int_equal(schedule.count, 6 + 4 * 3 + 2 + 3);
	item = og_schedule_now(&schedule, NULL, "cameras", "berlin", BERLIN - 1);
	assert_int_equal(item->action, OG_LOG);
	assert_true(item->at == INT64_MIN);
	item = og_schedule_now(&schedule, NULL, "cameras", "berlin", BERLIN);
	assert_int_equal(item->action, OG_RESTRICT);
	assert_int_equal(item->previous, OG_LOG);
	assert_int_equal(og_schedule_now(&schedule, NULL, "cameras", "london", BERLIN)->action,
			 OG_LOG);
	item = og_schedule_next(&schedule, NULL, "cameras", "london", BERLIN);
	assert_int_equal(item->action, OG_RESTRICT);
	assert_true(item->at == LONDON);
	assert_null(og_schedule_next(&schedule, NULL, "cameras", "london", BLOCK));
	assert_null(og_schedule_now(&schedule, NULL, "cameras", "paris", BLOCK));
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
	assert_int_equal(found, 5 + 2 * 3);
	/* What has been in force for ever never begins. */
	for (i = og_schedule_between(&schedule, 0, 0, BERLIN - 1); i < schedule.count;
	     i = og_schedule_between(&schedule, i + 1, 0, BERLIN - 1))
		assert_true(schedule.items[i].kind >= OG_SCHEDULE_PHASE_SOON);
	og_schedule_clear(&schedule);
}

/* The warnings of what is due at @due, as `30 7 1`, in the order of their seconds. */
static const char *warnings(const struct og_schedule *schedule, enum og_schedule_kind kind,
			    int64_t due)
{
	static char text[64];
	size_t i;

	text[0] = '\0';
	for (i = 0; i < schedule->count; i++) {
		const struct og_schedule_item *item = &schedule->items[i];

		if (item->kind != kind || item->due != due)
			continue;
		assert_int_equal(item->at, due - 86400 * (int64_t)item->days);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), " %u", item->days);
	}
	return text;
}

static void test_warnings_come_before(void **state)
{
	struct og_conf_exception some[3];
	struct og_config more = config;
	struct og_schedule schedule;

	(void)state;
	some[0] = some[1] = some[2] = exceptions[0];
	/* Begins a week before its end: the moment of that warning is its own. */
	some[1].from =
		(struct og_when){.set = true, .year = 2027, .month = 2, .day = 22, .hour = 10};
	some[1].until.hour = 11;
	some[2].pause = true;
	some[2].until.hour = 12;
	more.exceptions = some;
	more.exception_count = 3;
	assert_int_equal(og_schedule_make(&more, &schedule), 0);
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_PHASE_SOON, BERLIN), " 30 7 1");
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_PHASE_SOON, LONDON), " 30 7 1");
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_PHASE_SOON, BLOCK), " 30 30 7 7 1 1");
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_EXCEPTION_SOON, BERLIN), " 30 7 1");
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_EXCEPTION_SOON, BERLIN + 3600), " 7 1");
	assert_string_equal(warnings(&schedule, OG_SCHEDULE_EXCEPTION_SOON, BERLIN + 7200), "");
	og_schedule_clear(&schedule);
}

/* After a sleep only the last warning that was due is told, and none of what has come. */
static void test_old_warnings_are_stale(void **state)
{
	const int64_t day = 86400, due = BLOCK;
	struct og_schedule_item month = {.days = 30, .due = due}, week = {.days = 7, .due = due};
	struct og_schedule_item last = {.days = 1, .due = due};

	(void)state;
	assert_false(og_schedule_is_stale(&month, due - 30 * day));
	assert_false(og_schedule_is_stale(&month, due - 7 * day - 1));
	assert_true(og_schedule_is_stale(&month, due - 7 * day));
	assert_false(og_schedule_is_stale(&week, due - 7 * day));
	assert_false(og_schedule_is_stale(&week, due - day - 1));
	assert_true(og_schedule_is_stale(&week, due - day));
	assert_false(og_schedule_is_stale(&last, due - 1));
	assert_true(og_schedule_is_stale(&last, due));
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
		cmocka_unit_test(test_warnings_come_before),
		cmocka_unit_test(test_old_warnings_are_stale),
		cmocka_unit_test(test_an_unknown_zone_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
