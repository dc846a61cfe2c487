/* SPDX-License-Identifier: GPL-2.0 */
/*
 * moment.h: seconds, packets and bytes as people read them
 */
#ifndef OUIGUARD_CLI_MOMENT_H
#define OUIGUARD_CLI_MOMENT_H

#include <stddef.h>
#include <stdint.h>

#define OG_MOMENT_TEXT 48

/* og_moment - @second (since 1970-01-01 UTC) as `2027-06-07 10:00:00 +0100` in the local zone. */
char *og_moment(int64_t second, char buffer[OG_MOMENT_TEXT]);

/* og_ago - the time between @second and @now: `2 min ago`, `in 3 d 4 h`, `now`. */
char *og_ago(int64_t second, int64_t now, char buffer[OG_MOMENT_TEXT]);

/* og_span - @seconds, 0 or more, by its two largest units: `3 d 4 h`, `10 s`. */
char *og_span(int64_t seconds, char buffer[OG_MOMENT_TEXT]);

/*
 * og_moment_parse - what a user writes for a moment: `now`, `+2h` or `-1h30m` from @now, seconds as
 * `@1770000000`, or a date as in the configuration (when.h), in the local zone unless it has an
 * offset. Returns 0 or -EINVAL with the output untouched.
 */
int og_moment_parse(const char *text, int64_t now, int64_t *ret_second);

/* og_bytes - @bytes as `1.5 MiB`. */
char *og_bytes(int64_t bytes, char buffer[OG_MOMENT_TEXT]);

#endif
