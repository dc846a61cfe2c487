/* SPDX-License-Identifier: GPL-2.0 */
/*
 * when.h: a moment as an operator writes it, and the second it means
 *
 * `2027-06-07`, `2027-06-07T10:00[:SS]` mean local time in a site's zone; with `Z` or `+HH:MM`
 * (RFC 3339) the moment is the same everywhere. Which second a local time means is known only when
 * the zone is.
 */
#ifndef OUIGUARD_POLICY_WHEN_H
#define OUIGUARD_POLICY_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct og_when {
	bool set;
	bool has_offset;
	int year, month, day, hour, minute, second;
	int offset; /* seconds east of UTC, when has_offset */
};

/* og_when_parse - read @text. Returns 0, or -EINVAL (not a date of the calendar, or not its form).
 */
int og_when_parse(const char *text, struct og_when *ret_when);

/*
 * og_when_utc - the second since 1970-01-01 UTC that @when means in @zone (a name of the zone
 * database, NULL: the gateway's own). A local time that a clock change skips means the second after
 * the gap; one that occurs twice means the first. Returns 0, or -EINVAL for an unknown zone.
 */
int og_when_utc(const struct og_when *when, const char *zone, int64_t *ret_second);

/*
 * og_when_last - the last second of what @when names: of a plain date (midnight without an offset is
 * one) the one before the next day begins in @zone, else the second itself. A thing due on a date is
 * due by the end of that day. Returns as og_when_utc().
 */
int og_when_last(const struct og_when *when, const char *zone, int64_t *ret_second);

/* og_when_before - whether @a is written as an earlier moment than @b, offsets and zones aside. */
bool og_when_before(const struct og_when *a, const struct og_when *b);

/* og_zone_valid - whether the zone database has @zone. */
bool og_zone_valid(const char *zone);

/*
 * og_when_format - @second as `2027-06-07T10:00:00+01:00` in @zone (NULL: the gateway's own) into
 * @buffer (at least 32 bytes). Returns @buffer.
 */
char *og_when_format(int64_t second, const char *zone, char *buffer, size_t size);

/*
 * og_duration_parse - `30s`, `5m`, `2h`, `7d`, or sums (`1h30m`), in seconds. Returns 0 or -EINVAL
 * (empty, no unit, above ten years).
 */
int og_duration_parse(const char *text, int64_t *ret_seconds);

#endif
