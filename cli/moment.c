// SPDX-License-Identifier: GPL-2.0
/*
 * moment.c: seconds, packets and bytes as people read them
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/moment.h"
#include "policy/base/when.h"

char *og_moment(int64_t second, char buffer[OG_MOMENT_TEXT])
{
	time_t time = second;
	struct tm tm;

	if (!localtime_r(&time, &tm) ||
	    !strftime(buffer, OG_MOMENT_TEXT, "%Y-%m-%d %H:%M:%S %z", &tm))
		snprintf(buffer, OG_MOMENT_TEXT, "@%" PRId64, second);
	return buffer;
}

char *og_span(int64_t seconds, char buffer[OG_MOMENT_TEXT])
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	while (i < 3 && seconds < units[i].seconds)
		i++;
	if (i == 3 || !(seconds % units[i].seconds / units[i + 1].seconds))
		snprintf(buffer, OG_MOMENT_TEXT, "%" PRId64 " %s", seconds / units[i].seconds,
			 units[i].unit);
	else
		snprintf(buffer, OG_MOMENT_TEXT, "%" PRId64 " %s %" PRId64 " %s",
			 seconds / units[i].seconds, units[i].unit,
			 seconds % units[i].seconds / units[i + 1].seconds, units[i + 1].unit);
	return buffer;
}

char *og_ago(int64_t second, int64_t now, char buffer[OG_MOMENT_TEXT])
{
	char span[OG_MOMENT_TEXT];
	int64_t apart;

	if (__builtin_sub_overflow(second, now, &apart) || apart == INT64_MIN)
		snprintf(buffer, OG_MOMENT_TEXT, "unknown");
	else if (apart > 0)
		snprintf(buffer, OG_MOMENT_TEXT, "in %.40s", og_span(apart, span));
	else if (apart < 0)
		snprintf(buffer, OG_MOMENT_TEXT, "%.40s ago", og_span(-apart, span));
	else
		snprintf(buffer, OG_MOMENT_TEXT, "now");
	return buffer;
}

int og_moment_parse(const char *text, int64_t now, int64_t *ret_second)
{
	struct og_when when;
	int64_t seconds;
	char *end;
	int r;

	if (!strcmp(text, "now")) {
		*ret_second = now;
		return 0;
	}
	if (text[0] == '+' || text[0] == '-') {
		r = og_duration_parse(text + 1, &seconds);
		if (r < 0)
			return r;
		*ret_second = text[0] == '+' ? now + seconds : now - seconds;
		return 0;
	}
	if (text[0] == '@') {
		errno = 0;
		seconds = strtoll(text + 1, &end, 10);
		if (errno || end == text + 1 || *end || strchr(" +-", text[1]))
			return -EINVAL;
		*ret_second = seconds;
		return 0;
	}
	r = og_when_parse(text, &when);
	return r < 0 ? r : og_when_utc(&when, NULL, ret_second);
}

char *og_bytes(int64_t bytes, char buffer[OG_MOMENT_TEXT])
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double size = (double)bytes;
	size_t i = 0;

	while (size >= 1024 && i < 6) {
		size /= 1024;
		i++;
	}
	snprintf(buffer, OG_MOMENT_TEXT, i && size < 10 ? "%.1f %s" : "%.0f %s", size, units[i]);
	return buffer;
}
