// SPDX-License-Identifier: GPL-2.0
/*
 * when.c: a moment as an operator writes it, and the second it means
 *
 * The zone database is read through the C library, which knows one zone at a time, that of TZ. Each
 * function that needs another sets TZ and puts it back: none of them may run beside a thread that
 * uses local time.
 */
#include "policy/base/when.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/base/quantity.h"

#define ZONEINFO "/usr/share/zoneinfo"
#define DAY	 86400

static bool digits(const char *text, size_t count, int *ret_number)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (text[i] - '0');
	}
	*ret_number = number;
	return true;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* `Z`, `+HH:MM` or `-HH:MM`, in seconds east. */
static bool parse_offset(const char *text, int *ret_offset)
{
	int hours, minutes;

	if (!strcmp(text, "Z")) {
		*ret_offset = 0;
		return true;
	}
	if ((*text != '+' && *text != '-') || strlen(text) != 6 || text[3] != ':' ||
	    !digits(text + 1, 2, &hours) || !digits(text + 4, 2, &minutes) || hours > 14 ||
	    minutes > 59)
		return false;
	*ret_offset = (hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
	return true;
}

/* What follows the date: `THH:MM[:SS][OFFSET]`. */
static bool parse_time(const char *text, struct og_when *when)
{
	if (*text != 'T' || !digits(text + 1, 2, &when->hour) || text[3] != ':' ||
	    !digits(text + 4, 2, &when->minute))
		return false;
	text += 6;
	if (*text == ':') {
		if (!digits(text + 1, 2, &when->second))
			return false;
		text += 3;
	}
	/* Second 60 is left out: no clock that decides about a phase ever shows it. */
	if (when->hour > 23 || when->minute > 59 || when->second > 59)
		return false;
	if (!*text)
		return true;
	when->has_offset = true;
	return parse_offset(text, &when->offset);
}

int og_when_parse(const char *text, struct og_when *ret_when)
{
	struct og_when when = {.set = true};

	if (!digits(text, 4, &when.year) || text[4] != '-' || !digits(text + 5, 2, &when.month) ||
	    text[7] != '-' || !digits(text + 8, 2, &when.day))
		return -EINVAL;
	if (when.year < 1970 || when.month < 1 || when.month > 12 || when.day < 1 ||
	    when.day > days_in_month(when.year, when.month))
		return -EINVAL;
	if (text[10] && !parse_time(text + 10, &when))
		return -EINVAL;
	*ret_when = when;
	return 0;
}

bool og_zone_valid(const char *zone)
{
	const char *directory = getenv("TZDIR");
	char path[512], magic[4];
	bool valid;
	int fd;

	if (!*zone || *zone == '/' || strstr(zone, "..") ||
	    strspn(zone, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/") !=
		    strlen(zone))
		return false;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s",
			     directory && *directory ? directory : ZONEINFO, zone) >= sizeof(path))
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	/* A directory of zones, or zone.tab, is no zone. */
	valid = read(fd, magic, sizeof(magic)) == sizeof(magic) &&
		!memcmp(magic, "TZif", sizeof(magic));
	close(fd);
	return valid;
}

/* Enter @zone; *ret_saved is what leave_zone() needs. NULL changes nothing. */
static int enter_zone(const char *zone, char **ret_saved)
{
	const char *old = getenv("TZ");
	char name[256];

	*ret_saved = NULL;
	if (!zone) {
		tzset();
		return 0;
	}
	if (!og_zone_valid(zone))
		return -EINVAL;
	if (old) {
		*ret_saved = strdup(old);
		if (!*ret_saved)
			return -ENOMEM;
	}
	/* The colon says that it is a file, never a rule such as `UTC0`. */
	snprintf(name, sizeof(name), ":%s", zone);
	if (setenv("TZ", name, 1) < 0) {
		free(*ret_saved);
		return -ENOMEM;
	}
	tzset();
	return 0;
}

static void leave_zone(const char *zone, char *saved)
{
	if (!zone)
		return;
	if (saved)
		setenv("TZ", saved, 1);
	else
		unsetenv("TZ");
	free(saved);
	tzset();
}

/* Seconds east of UTC at @second, in the zone that was entered. */
static int64_t offset_at(int64_t second)
{
	time_t t = (time_t)second;
	struct tm local;

	return localtime_r(&t, &local) ? local.tm_gmtoff : 0;
}

/*
 * The second at which a local clock shows @wall (a local time counted as if it were UTC). Offsets
 * change at most once within the two days around it, so it is one of two seconds, both or none.
 */
static int64_t resolve(int64_t wall)
{
	int64_t before = offset_at(wall - DAY), after = offset_at(wall + DAY);
	int64_t early = wall - before, late = wall - after;
	bool early_fits = offset_at(early) == before, late_fits = offset_at(late) == after;
	int64_t lo, hi;

	if (early_fits && late_fits)
		return early < late ? early : late;
	if (early_fits || late_fits)
		return early_fits ? early : late;
	/* Skipped: find the second at which the clock was put forward. */
	lo = wall - DAY;
	hi = wall + DAY;
	while (hi - lo > 1) {
		int64_t middle = lo + (hi - lo) / 2;

		if (offset_at(middle) == before)
			lo = middle;
		else
			hi = middle;
	}
	return hi;
}

int og_when_utc(const struct og_when *when, const char *zone, int64_t *ret_second)
{
	struct tm tm = {.tm_year = when->year - 1900,
			.tm_mon = when->month - 1,
			.tm_mday = when->day,
			.tm_hour = when->hour,
			.tm_min = when->minute,
			.tm_sec = when->second};
	int64_t wall = (int64_t)timegm(&tm);
	char *saved;
	int ret;

	if (when->has_offset) {
		*ret_second = wall - when->offset;
		return 0;
	}
	ret = enter_zone(zone, &saved);
	if (ret)
		return ret;
	*ret_second = resolve(wall);
	leave_zone(zone, saved);
	return 0;
}

int og_when_last(const struct og_when *when, const char *zone, int64_t *ret_second)
{
	struct og_when next = *when;
	int64_t second;
	int ret;

	if (when->has_offset || when->hour || when->minute || when->second)
		return og_when_utc(when, zone, ret_second);
	if (++next.day > days_in_month(next.year, next.month)) {
		next.day = 1;
		if (++next.month > 12) {
			next.month = 1;
			next.year++;
		}
	}
	ret = og_when_utc(&next, zone, &second);
	if (ret)
		return ret;
	*ret_second = second - 1;
	return 0;
}

bool og_when_before(const struct og_when *a, const struct og_when *b)
{
	const int as[] = {a->year, a->month, a->day, a->hour, a->minute, a->second};
	const int bs[] = {b->year, b->month, b->day, b->hour, b->minute, b->second};

	for (size_t i = 0; i < sizeof(as) / sizeof(*as); i++)
		if (as[i] != bs[i])
			return as[i] < bs[i];
	return false;
}

char *og_when_format(int64_t second, const char *zone, char *buffer, size_t size)
{
	time_t t = (time_t)second;
	struct tm local = {0};
	long minutes;
	char *saved;

	/* In an unknown zone the moment is still right when shown as UTC. */
	if (enter_zone(zone, &saved)) {
		gmtime_r(&t, &local);
	} else {
		localtime_r(&t, &local);
		leave_zone(zone, saved);
	}
	minutes = labs(local.tm_gmtoff) / 60;
	snprintf(buffer, size, "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld", local.tm_year + 1900,
		 local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec,
		 local.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return buffer;
}

int og_duration_parse(const char *text, int64_t *ret_seconds)
{
	static const struct {
		char unit;
		uint64_t seconds;
	} units[] = {{'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};
	const uint64_t most = 3653ULL * DAY;
	uint64_t total = 0, number;
	size_t unit = 0;

	if (!*text)
		return -EINVAL;
	while (*text) {
		if (og_number_prefix(text, 0, most, &number, &text))
			return -EINVAL;
		/* Each unit once, from the largest down: `30m1h` is a slip more often than a sum. */
		while (unit < 4 && units[unit].unit != *text)
			unit++;
		if (unit == 4)
			return -EINVAL;
		total += number * units[unit++].seconds;
		if (total > most)
			return -EINVAL;
		text++;
	}
	*ret_seconds = (int64_t)total;
	return 0;
}
