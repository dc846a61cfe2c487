// SPDX-License-Identifier: GPL-2.0
/*
 * address.c: IP addresses and prefixes as text
 */
#include "policy/base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "policy/base/quantity.h"

static struct og_addr from_bytes(const unsigned char *bytes)
{
	struct og_addr addr = {0, 0};

	for (int i = 0; i < 8; i++) {
		addr.hi = addr.hi << 8 | bytes[i];
		addr.lo = addr.lo << 8 | bytes[8 + i];
	}
	return addr;
}

int og_addr_parse(const char *text, struct og_addr *ret_addr)
{
	unsigned char bytes[16];
	struct og_addr addr;
	struct in_addr v4;

	/* inet_pton() takes four decimal parts only, and refuses leading zeros. */
	if (inet_pton(AF_INET, text, &v4) == 1) {
		*ret_addr = og_addr_v4(ntohl(v4.s_addr));
		return 0;
	}
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return -EINVAL;
	addr = from_bytes(bytes);
	if (og_addr_is_v4(&addr))
		return -EINVAL;
	*ret_addr = addr;
	return 0;
}

char *og_addr_format(const struct og_addr *addr, char buffer[OG_ADDR_TEXT])
{
	unsigned char bytes[16];
	struct in_addr v4 = {htonl((uint32_t)addr->lo)};

	if (og_addr_is_v4(addr)) {
		inet_ntop(AF_INET, &v4, buffer, OG_ADDR_TEXT);
		return buffer;
	}
	for (int i = 0; i < 8; i++) {
		bytes[i] = (unsigned char)(addr->hi >> (56 - 8 * i));
		bytes[8 + i] = (unsigned char)(addr->lo >> (56 - 8 * i));
	}
	inet_ntop(AF_INET6, bytes, buffer, OG_ADDR_TEXT);
	return buffer;
}

/* The bits that a prefix of @length bits (0 to 128) leaves free. */
static struct og_addr host_bits(unsigned int length)
{
	struct og_addr bits;

	bits.hi = length >= 64 ? 0 : UINT64_MAX >> length;
	bits.lo = length >= 128 ? 0 : length <= 64 ? UINT64_MAX : UINT64_MAX >> (length - 64);
	return bits;
}

int og_prefix_parse(const char *text, struct og_addr *ret_lo, struct og_addr *ret_hi)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	char address[OG_ADDR_TEXT];
	struct og_addr addr, free_bits;
	uint64_t bits = 128;
	bool v4, ragged;

	if (length >= sizeof(address))
		return -EINVAL;
	memcpy(address, text, length);
	address[length] = '\0';
	if (og_addr_parse(address, &addr))
		return -EINVAL;
	v4 = og_addr_is_v4(&addr);
	if (slash && og_number_parse(slash + 1, 0, v4 ? 32 : 128, &bits))
		return -EINVAL;
	if (slash && v4)
		bits += 96;
	free_bits = host_bits((unsigned int)bits);
	ragged = (addr.hi & free_bits.hi) || (addr.lo & free_bits.lo);
	ret_lo->hi = addr.hi & ~free_bits.hi;
	ret_lo->lo = addr.lo & ~free_bits.lo;
	ret_hi->hi = addr.hi | free_bits.hi;
	ret_hi->lo = addr.lo | free_bits.lo;
	return ragged ? -ERANGE : 0;
}

bool og_prefix_without_v4(struct og_addr *lo, struct og_addr *hi, struct og_addr *ret_lo,
			  struct og_addr *ret_hi)
{
	const struct og_addr first = og_addr_v4(0), last = og_addr_v4(UINT32_MAX);

	if (og_addr_is_v4(lo) || og_addr_cmp(hi, &first) < 0 || og_addr_cmp(lo, &last) > 0)
		return false;
	ret_lo->hi = 0;
	ret_lo->lo = last.lo + 1;
	*ret_hi = *hi;
	hi->hi = 0;
	hi->lo = first.lo - 1;
	return true;
}

char *og_prefix_format(const struct og_addr *lo, const struct og_addr *hi,
		       char buffer[OG_PREFIX_TEXT])
{
	char first[OG_ADDR_TEXT], last[OG_ADDR_TEXT];
	struct og_addr free_bits;
	unsigned int length;

	og_addr_format(lo, first);
	for (length = 0; length <= 128; length++) {
		free_bits = host_bits(length);
		if ((lo->hi ^ hi->hi) == free_bits.hi && (lo->lo ^ hi->lo) == free_bits.lo &&
		    !(lo->hi & free_bits.hi) && !(lo->lo & free_bits.lo))
			break;
	}
	if (length > 128)
		snprintf(buffer, OG_PREFIX_TEXT, "%s-%s", first, og_addr_format(hi, last));
	else if (length == 128)
		snprintf(buffer, OG_PREFIX_TEXT, "%s", first);
	else
		snprintf(buffer, OG_PREFIX_TEXT, "%s/%u", first,
			 og_addr_is_v4(lo) ? length - 96 : length);
	return buffer;
}
