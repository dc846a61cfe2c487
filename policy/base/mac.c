// SPDX-License-Identifier: GPL-2.0
/*
 * mac.c: MAC addresses and MAC prefixes as text
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/base/mac.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Groups of @per_group hex digits joined by @separator, at most @max of them, up to @end. Returns
 * how many groups there are, or -EINVAL.
 */
static int read_groups(const char *text, const char *end, int per_group, char separator, int max,
		       uint64_t *ret_value)
{
	uint64_t value = 0;
	int groups = 0;

	for (;;) {
		for (int i = 0; i < per_group; i++) {
			if (text == end || digit(*text) < 0)
				return -EINVAL;
			value = value << 4 | (uint64_t)digit(*text++);
		}
		groups++;
		if (text == end)
			break;
		if (*text++ != separator || groups == max)
			return -EINVAL;
	}
	*ret_value = value;
	return groups;
}

int og_mac_parse(const char *text, uint64_t *ret_mac)
{
	size_t length = strnlen(text, OG_MAC_TEXT);
	const char *end = text + length;
	uint64_t mac;

	if (length == 17 && (text[2] == ':' || text[2] == '-')) {
		if (read_groups(text, end, 2, text[2], 6, &mac) != 6)
			return -EINVAL;
	} else if (length == 14) {
		if (read_groups(text, end, 4, '.', 3, &mac) != 3)
			return -EINVAL;
	} else {
		return -EINVAL;
	}
	*ret_mac = mac;
	return 0;
}

char *og_mac_format(uint64_t mac, char buffer[OG_MAC_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	char *out = buffer;

	for (int shift = 44; shift >= 0; shift -= 4) {
		*out++ = digits[mac >> shift & 0xf];
		if (shift % 8 == 0 && shift)
			*out++ = ':';
	}
	*out = '\0';
	return buffer;
}

uint64_t og_mac_prefix_mask(unsigned int length)
{
	return length ? ~0ULL << (48 - length) & 0xffffffffffffULL : 0;
}

static int read_length(const char *text)
{
	static const struct {
		const char *text;
		int length;
	} lengths[] = {{"24", 24}, {"28", 28}, {"36", 36}, {"48", 48}};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (!strcmp(text, lengths[i].text))
			return lengths[i].length;
	return -EINVAL;
}

int og_mac_prefix_parse(const char *text, struct og_mac_prefix *ret_prefix)
{
	const char *slash = memchr(text, '/', strnlen(text, OG_MAC_PREFIX_TEXT));
	int length, octets;
	uint64_t bits;

	if (!slash || slash - text < 8 || (text[2] != ':' && text[2] != '-'))
		return -EINVAL;
	length = read_length(slash + 1);
	if (length < 0)
		return -EINVAL;
	octets = read_groups(text, slash, 2, text[2], 6, &bits);
	if (octets < 0 || octets * 8 < length)
		return -EINVAL;
	bits <<= 48 - 8 * octets;
	if (bits & ~og_mac_prefix_mask(length))
		return -ERANGE;
	*ret_prefix = (struct og_mac_prefix){.bits = bits, .length = length};
	return 0;
}

char *og_mac_prefix_format(const struct og_mac_prefix *prefix, char buffer[OG_MAC_PREFIX_TEXT])
{
	unsigned int octets = (prefix->length + 7) / 8;

	og_mac_format(prefix->bits, buffer);
	if (!octets || octets > 6)
		octets = 6;
	snprintf(buffer + octets * 3 - 1, OG_MAC_PREFIX_TEXT - (octets * 3 - 1), "/%u",
		 prefix->length % 100U);
	return buffer;
}

bool og_mac_prefix_is_source(const struct og_mac_prefix *prefix)
{
	if (prefix->length == 48)
		return prefix->bits && !og_mac_is_group(prefix->bits);
	return !og_mac_is_group(prefix->bits) && !og_mac_is_local(prefix->bits);
}

bool og_mac_prefix_covers(const struct og_mac_prefix *prefix, uint64_t mac)
{
	return (mac & og_mac_prefix_mask(prefix->length)) == prefix->bits;
}

int og_mac_prefix_cmp(const struct og_mac_prefix *a, const struct og_mac_prefix *b)
{
	if (a->bits != b->bits)
		return a->bits < b->bits ? -1 : 1;
	return a->length < b->length ? -1 : a->length > b->length;
}

bool og_mac_is_group(uint64_t mac)
{
	return mac >> 40 & 1;
}

bool og_mac_is_local(uint64_t mac)
{
	return mac >> 40 & 2;
}
