/* SPDX-License-Identifier: GPL-2.0 */
/*
 * quantity.h: numbers, rates, sizes and shares as text
 *
 * All are decimal without sign, without leading zeros (`024` is 20 to some readers and 24 to
 * others) and without space. The functions return 0, or -EINVAL (not the form) or -ERANGE (out of
 * bounds), with the output untouched.
 */
#ifndef OUIGUARD_POLICY_QUANTITY_H
#define OUIGUARD_POLICY_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

/* og_number_parse - a whole number from @least to @most. */
int og_number_parse(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number);

/* og_number_prefix - as og_number_parse() for the digits at the start of @text; *ret_end follows
 * them. */
int og_number_prefix(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number,
		     const char **ret_end);

/* og_rate_parse - bits per second: `800bit`, `64kbit`, `2mbit`, `1gbit`, in thousands, any case. */
int og_rate_parse(const char *text, uint64_t *ret_bits);

/* og_size_parse - bytes: `1600B`, `16kB`, `1MB` in thousands; `16KiB`, `1MiB` in 1024s. */
int og_size_parse(const char *text, uint64_t *ret_bytes);

/* og_percent_parse - `70%`, 0 to 100. */
int og_percent_parse(const char *text, unsigned int *ret_percent);

/* og_rate_format - the shortest exact form into @buffer (at least 32 bytes). Returns @buffer. */
char *og_rate_format(uint64_t bits, char *buffer, size_t size);

/* og_size_format - likewise for bytes. */
char *og_size_format(uint64_t bytes, char *buffer, size_t size);

#endif
