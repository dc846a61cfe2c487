// SPDX-License-Identifier: GPL-2.0
/*
 * quantity.c: numbers, rates, sizes and shares as text
 */
#include "policy/base/quantity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit rate_units[] = {
	{"gbit", 1000000000},
	{"mbit", 1000000},
	{"kbit", 1000},
	{"bit", 1},
};

static const struct unit size_units[] = {
	{"MiB", 1048576}, {"MB", 1000000}, {"KiB", 1024}, {"kB", 1000}, {"B", 1},
};

int og_number_prefix(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number,
		     const char **ret_end)
{
	const char *p = text;
	uint64_t number = 0;

	if (*p < '0' || *p > '9')
		return -EINVAL;
	if (p[0] == '0' && p[1] >= '0' && p[1] <= '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *p - '0', &number))
			return -ERANGE;
	}
	if (number < least || number > most)
		return -ERANGE;
	*ret_number = number;
	*ret_end = p;
	return 0;
}

int og_number_parse(const char *text, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	const char *end;
	uint64_t number;
	int ret = og_number_prefix(text, least, most, &number, &end);

	if (ret)
		return ret;
	if (*end)
		return -EINVAL;
	*ret_number = number;
	return 0;
}

static int with_unit(const char *text, const struct unit *units, size_t count,
		     int (*compare)(const char *, const char *), uint64_t *ret_value)
{
	const char *end;
	uint64_t number, value;
	int ret = og_number_prefix(text, 0, UINT64_MAX, &number, &end);

	if (ret)
		return ret;
	for (size_t i = 0; i < count; i++) {
		if (compare(end, units[i].name))
			continue;
		if (__builtin_mul_overflow(number, units[i].factor, &value))
			return -ERANGE;
		*ret_value = value;
		return 0;
	}
	return -EINVAL;
}

int og_rate_parse(const char *text, uint64_t *ret_bits)
{
	return with_unit(text, rate_units, sizeof(rate_units) / sizeof(*rate_units), strcasecmp,
			 ret_bits);
}

int og_size_parse(const char *text, uint64_t *ret_bytes)
{
	return with_unit(text, size_units, sizeof(size_units) / sizeof(*size_units), strcmp,
			 ret_bytes);
}

int og_percent_parse(const char *text, unsigned int *ret_percent)
{
	const char *end;
	uint64_t number;
	int ret = og_number_prefix(text, 0, 100, &number, &end);

	if (ret)
		return ret;
	if (strcmp(end, "%"))
		return -EINVAL;
	*ret_percent = (unsigned int)number;
	return 0;
}

static char *format(uint64_t value, const struct unit *units, size_t count, char *buffer,
		    size_t size)
{
	const struct unit *best = &units[count - 1];

	for (size_t i = 0; value && i < count; i++) {
		if (value % units[i].factor == 0) {
			best = &units[i];
			break;
		}
	}
	snprintf(buffer, size, "%" PRIu64 "%s", value / best->factor, best->name);
	return buffer;
}

char *og_rate_format(uint64_t bits, char *buffer, size_t size)
{
	return format(bits, rate_units, sizeof(rate_units) / sizeof(*rate_units), buffer, size);
}

char *og_size_format(uint64_t bytes, char *buffer, size_t size)
{
	return format(bytes, size_units, sizeof(size_units) / sizeof(*size_units), buffer, size);
}
