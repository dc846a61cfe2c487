// SPDX-License-Identifier: GPL-2.0
/*
 * utf8.c: reading and writing UTF-8, one character at a time (RFC 3629)
 */
#include "policy/base/utf8.h"

uint32_t og_utf8_next(const char **pos, const char *end)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)*pos;
	size_t left = (size_t)(end - *pos), bytes;
	uint32_t character;

	(*pos)++;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		bytes = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		bytes = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		bytes = 4;
	else
		return OG_UTF8_BAD;
	if (bytes > left)
		return OG_UTF8_BAD;
	character = p[0] & (0x7f >> bytes);
	for (size_t i = 1; i < bytes; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return OG_UTF8_BAD;
		character = character << 6 | (p[i] & 0x3f);
	}
	if (character < smallest[bytes] || character > 0x10ffff ||
	    (character >= 0xd800 && character <= 0xdfff))
		return OG_UTF8_BAD;
	*pos += bytes - 1;
	return character;
}

size_t og_utf8_put(uint32_t character, char buffer[4])
{
	if (character < 0x80) {
		buffer[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		buffer[0] = (char)(0xc0 | character >> 6);
		buffer[1] = (char)(0x80 | (character & 0x3f));
		return 2;
	}
	if (character < 0x10000) {
		buffer[0] = (char)(0xe0 | character >> 12);
		buffer[1] = (char)(0x80 | (character >> 6 & 0x3f));
		buffer[2] = (char)(0x80 | (character & 0x3f));
		return 3;
	}
	buffer[0] = (char)(0xf0 | (character >> 18 & 7));
	buffer[1] = (char)(0x80 | (character >> 12 & 0x3f));
	buffer[2] = (char)(0x80 | (character >> 6 & 0x3f));
	buffer[3] = (char)(0x80 | (character & 0x3f));
	return 4;
}

bool og_utf8_is_space(uint32_t character)
{
	return (character >= 0x09 && character <= 0x0d) || character == 0x20 || character == 0x85 ||
	       character == 0xa0 || character == 0x1680 ||
	       (character >= 0x2000 && character <= 0x200a) || character == 0x2028 ||
	       character == 0x2029 || character == 0x202f || character == 0x205f ||
	       character == 0x3000;
}

bool og_utf8_is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

bool og_utf8_is_format(uint32_t character)
{
	return character == 0xad || (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x202a && character <= 0x202e) ||
	       (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}
