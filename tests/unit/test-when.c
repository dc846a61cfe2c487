// SPDX-License-Identifier: GPL-2.0
/*
 * test-when.c: dates, zones, leap days, skipped and repeated local times, durations
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/when.h"

static void refuses_what_is_no_date(void **state)
{
	static const char *const bad[] = {
		"",
		"2027",
		"2027-06",
		"2027-6-7",
		"27-06-07",
		"2027-06-07 10:00",
		"2027-02-29",
		"2100-02-29",
		"2027-00-10",
		"2027-13-01",
		"2027-04-31",
		"2027-06-00",
		"1969-12-31",
		"2027-06-07T",
		"2027-06-07T10",
		"2027-06-07T24:00",
		"2027-06-07T10:60",
		"2027-06-07T10:00:60",
		"2027-06-07T10:00:0",
		"2027-06-07T10:00z",
		"2027-06-07T10:00+1:00",
		"2027-06-07T10:00+0100",
		"2027-06-07T10:00+15:00",
		"2027-06-07T10:00+01:60",
		"2027-06-07Z",
		"2027-06-07T10:00Z ",
		" 2027-06-07",
		"2027-06-07x",
		"+027-06-07",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct og_when when = {.year = 1234};

		if (og_when_parse(bad[i], &when) != -EINVAL)
			fail_msg("`%s` is taken for a date", bad[i]);
		assert_int_equal(when.year, 1234);
	}
}

/* The seconds are from `date -u -d ...  +%s` and the zones' published rules. */
static const struct {
	const char *text, *zone;
	int64_t second;
	const char *local;
} moments[] = {
	{"1970-01-01", "UTC", 0, "1970-01-01T00:00:00+00:00"},
	{"2027-06-07T10:00:30Z", NULL, 1812362430, NULL},
	{"2027-06-07T12:00:30+02:00", "Asia/Tokyo", 1812362430, "2027-06-07T19:00:30+09:00"},
	{"2027-06-07T04:30:30-05:30", "UTC", 1812362430, "2027-06-07T10:00:30+00:00"},
	/* Summer and winter time. */
	{"2027-06-07T10:00", "Europe/London", 1812358800, "2027-06-07T10:00:00+01:00"},
	{"2027-01-04T10:00", "Europe/London", 1799056800, "2027-01-04T10:00:00+00:00"},
	{"2027-06-07", "America/New_York", 1812340800, "2027-06-07T00:00:00-04:00"},
	{"2027-06-07", "Asia/Kolkata", 1812306600, "2027-06-07T00:00:00+05:30"},
	/* Leap days, also that of a century. */
	{"2028-02-29", "UTC", 1835395200, "2028-02-29T00:00:00+00:00"},
	{"2000-02-29T23:59:59", "UTC", 951868799, "2000-02-29T23:59:59+00:00"},
	/* 2027-03-28 01:00 to 02:00 does not exist in London: the second after the gap. */
	{"2027-03-28T00:59:59", "Europe/London", 1806195599, "2027-03-28T00:59:59+00:00"},
	{"2027-03-28T01:00", "Europe/London", 1806195600, "2027-03-28T02:00:00+01:00"},
	{"2027-03-28T01:30", "Europe/London", 1806195600, "2027-03-28T02:00:00+01:00"},
	{"2027-03-28T02:00", "Europe/London", 1806195600, "2027-03-28T02:00:00+01:00"},
	/* 2027-10-31 01:30 occurs twice in London: the first. */
	{"2027-10-31T01:30", "Europe/London", 1824942600, "2027-10-31T01:30:00+01:00"},
	{"2027-10-31T02:00", "Europe/London", 1824948000, "2027-10-31T02:00:00+00:00"},
	/* West of Greenwich. */
	{"2027-03-14T02:30", "America/New_York", 1805007600, "2027-03-14T03:00:00-04:00"},
	{"2027-11-07T01:30", "America/New_York", 1825565400, "2027-11-07T01:30:00-04:00"},
	/* Half an hour, on Lord Howe Island: 02:00 becomes 02:30. */
	{"2027-10-03T02:15", "Australia/Lord_Howe", 1822491000, "2027-10-03T02:30:00+11:00"},
	/* Midnight does not exist on the day that summer time begins in Beirut. */
	{"2027-03-28", "Asia/Beirut", 1806184800, "2027-03-28T01:00:00+03:00"},
	/* A day that did not happen: Samoa went over the date line. */
	{"2011-12-30T12:00", "Pacific/Apia", 1325239200, "2011-12-31T00:00:00+14:00"},
	/* After the last rule that a 32-bit clock would know. */
	{"2050-07-01", "Europe/London", 2540242800, "2050-07-01T00:00:00+01:00"},
};

static void finds_the_second(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(*moments); i++) {
		struct og_when when;
		char text[40];
		int64_t second = -1;

		assert_int_equal(og_when_parse(moments[i].text, &when), 0);
		assert_true(when.set);
		assert_int_equal(og_when_utc(&when, moments[i].zone, &second), 0);
		if (second != moments[i].second)
			fail_msg("%s in %s is %lld", moments[i].text, moments[i].zone,
				 (long long)second);
		if (moments[i].local)
			assert_string_equal(
				og_when_format(second, moments[i].zone, text, sizeof(text)),
				moments[i].local);
	}
}

/* A thing due on a date is due by the end of that day, however long the day is. */
static void finds_the_last_second(void **state)
{
	static const struct {
		const char *text, *zone, *last;
	} dates[] = {
		{"2027-06-07", "UTC", "2027-06-07T23:59:59+00:00"},
		{"2028-02-28", "UTC", "2028-02-28T23:59:59+00:00"},
		{"2028-02-29", "UTC", "2028-02-29T23:59:59+00:00"},
		{"2027-02-28", "UTC", "2027-02-28T23:59:59+00:00"},
		{"2000-02-29", "UTC", "2000-02-29T23:59:59+00:00"},
		{"2027-12-31", "Asia/Tokyo", "2027-12-31T23:59:59+09:00"},
		/* Days of 23 and 25 hours. */
		{"2027-03-28", "Europe/London", "2027-03-28T23:59:59+01:00"},
		{"2027-10-31", "Europe/London", "2027-10-31T23:59:59+00:00"},
		/* The next day begins at one o'clock. */
		{"2027-03-27", "Asia/Beirut", "2027-03-27T23:59:59+02:00"},
		/* The next day did not happen. */
		{"2011-12-29", "Pacific/Apia", "2011-12-29T23:59:59-10:00"},
		/* What names a second means it. */
		{"2027-06-07T10:00", "Europe/London", "2027-06-07T10:00:00+01:00"},
		{"2027-06-07T00:00Z", "Europe/London", "2027-06-07T01:00:00+01:00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		struct og_when when;
		int64_t second, first;
		char text[40];

		assert_int_equal(og_when_parse(dates[i].text, &when), 0);
		assert_int_equal(og_when_last(&when, dates[i].zone, &second), 0);
		assert_string_equal(og_when_format(second, dates[i].zone, text, sizeof(text)),
				    dates[i].last);
		assert_int_equal(og_when_utc(&when, dates[i].zone, &first), 0);
		assert_true(first <= second && second - first < 26 * 3600);
	}
}

static void compares_as_written(void **state)
{
	static const char *const ascending[] = {"2027-06-07",	       "2027-06-07T00:00:01",
						"2027-06-07T00:01",    "2027-06-07T10:00",
						"2027-06-08T09:00",    "2027-07-01",
						"2028-01-01T00:00:00", NULL};
	struct og_when a, b;

	(void)state;
	for (size_t i = 0; ascending[i + 1]; i++) {
		assert_int_equal(og_when_parse(ascending[i], &a), 0);
		assert_int_equal(og_when_parse(ascending[i + 1], &b), 0);
		assert_true(og_when_before(&a, &b));
		assert_false(og_when_before(&b, &a));
		assert_false(og_when_before(&a, &a));
	}
}

static void leaves_the_own_zone_alone(void **state)
{
	struct og_when when;
	int64_t second = 0;
	char text[40];

	(void)state;
	assert_int_equal(og_when_parse("2027-06-07T10:00", &when), 0);
	setenv("TZ", "Asia/Tokyo", 1);
	assert_int_equal(og_when_utc(&when, "Europe/London", &second), 0);
	assert_string_equal(getenv("TZ"), "Asia/Tokyo");
	assert_int_equal(og_when_utc(&when, NULL, &second), 0);
	assert_int_equal(second, 1812358800 - 8 * 3600);
	assert_string_equal(og_when_format(second, NULL, text, sizeof(text)),
			    "2027-06-07T10:00:00+09:00");
	unsetenv("TZ");
	assert_int_equal(og_when_utc(&when, "Europe/London", &second), 0);
	assert_null(getenv("TZ"));
}

static void knows_zones(void **state)
{
	static const char *const bad[] = {"",		"Mars",		  "Europe",
					  "zone.tab",	"../etc/passwd",  "/etc/passwd",
					  "UTC0",	"Europe/../UTC",  ":Europe/London",
					  "EST5EDT,M3", "Europe/Lon\ndon"};
	static const struct og_when when = {.set = true, .year = 2027, .month = 1, .day = 1};
	int64_t second = 42;

	(void)state;
	assert_true(og_zone_valid("UTC"));
	assert_true(og_zone_valid("Europe/London"));
	assert_true(og_zone_valid("America/Argentina/Buenos_Aires"));
	assert_true(og_zone_valid("Etc/GMT+5"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (og_zone_valid(bad[i]))
			fail_msg("`%s` is taken for a zone", bad[i]);
		assert_int_equal(og_when_utc(&when, bad[i], &second), -EINVAL);
	}
	assert_int_equal(second, 42);
}

static void reads_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} good[] = {{"30s", 30},     {"5m", 300},	  {"2h", 7200}, {"7d", 604800},
		    {"1h30m", 5400}, {"1d2h3m4s", 93784}, {"0s", 0},	{"3653d", 315619200}};
	static const char *const bad[] = {"",
					  "5",
					  "m",
					  "5 m",
					  "-5m",
					  "1.5h",
					  "05m",
					  "30m1h",
					  "1h1h",
					  "5min",
					  "3654d",
					  "3653d1s",
					  "99999999999999999999s"};
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(og_duration_parse(good[i].text, &seconds), 0);
		assert_int_equal(seconds, good[i].seconds);
	}
	seconds = 42;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_duration_parse(bad[i], &seconds) != -EINVAL)
			fail_msg("`%s` is taken for a duration", bad[i]);
	assert_int_equal(seconds, 42);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_date),
		cmocka_unit_test(finds_the_second),
		cmocka_unit_test(leaves_the_own_zone_alone),
		cmocka_unit_test(knows_zones),
		cmocka_unit_test(reads_durations),
		cmocka_unit_test(finds_the_last_second),
		cmocka_unit_test(compares_as_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
