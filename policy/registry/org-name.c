// SPDX-License-Identifier: GPL-2.0
/*
 * org-name.c: names of organisations, as registries write them
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "policy/registry/org-name.h"
#include "policy/base/utf8.h"

struct text {
	char *buffer;
	size_t used;
	bool space; /* one is due before the next character */
};

static int put(struct text *text, uint32_t character)
{
	char bytes[4];
	size_t count = og_utf8_put(character, bytes);
	size_t space = text->space && text->used ? 1 : 0;

	if (text->used + space + count >= OG_ORG_NAME)
		return -E2BIG;
	if (space)
		text->buffer[text->used++] = ' ';
	text->space = false;
	memcpy(text->buffer + text->used, bytes, count);
	text->used += count;
	return 0;
}

/* Unicode spaces at the end, which og_org_clean() keeps elsewhere. */
static void trim_end(struct text *text)
{
	size_t used = 0;
	const char *at = text->buffer, *end = at + text->used;

	while (at < end)
		if (!og_utf8_is_space(og_utf8_next(&at, end)))
			used = (size_t)(at - text->buffer);
	text->used = used;
}

int og_org_clean(const char *data, size_t length, char buffer[OG_ORG_NAME], bool *ret_damaged)
{
	struct text text = {.buffer = buffer};
	const char *end = data + length;
	bool damaged = false;

	while (data < end) {
		uint32_t c;

		/* Nearly all there is: a registry has two million such characters. */
		if (*data > ' ' && *data < 0x7f && !text.space && text.used < OG_ORG_NAME - 1) {
			buffer[text.used++] = *data++;
			continue;
		}
		c = og_utf8_next(&data, end);
		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			text.space = true;
			continue;
		}
		if (c != OG_UTF8_BAD &&
		    (og_utf8_is_format(c) || (!text.used && og_utf8_is_space(c))))
			continue;
		if (c == OG_UTF8_BAD || og_utf8_is_control(c)) {
			c = OG_UTF8_REPLACED;
			damaged = true;
		}
		if (put(&text, c))
			return -E2BIG;
	}
	if (text.used && (buffer[text.used - 1] & 0x80))
		trim_end(&text);
	buffer[text.used] = '\0';
	*ret_damaged = damaged;
	return (int)text.used;
}

static bool is_separator(uint32_t c)
{
	if (c < 0x80)
		return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
	return og_utf8_is_space(c) || og_utf8_is_control(c) ||
	       (c >= 0xa1 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0xd7 ||
	       c == 0xf7 || (c >= 0x2010 && c <= 0x205e) || c == 0x2122 ||
	       (c >= 0x3001 && c <= 0x3003) || (c >= 0x3008 && c <= 0x301f);
}

static uint32_t lower(uint32_t c)
{
	/* Full-width forms of ASCII, which a Chinese keyboard gives. */
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c >= 'A' && c <= 'Z')
		return c + 0x20;
	if (c < 0xc0)
		return c;
	if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9 && c != 0x3a2) ||
	    (c >= 0x410 && c <= 0x42f))
		return c + 0x20;
	if (c >= 0x400 && c <= 0x40f)
		return c + 0x50;
	/* Latin Extended-A: pairs, the capital first; three stretches of it, and Y with diaeresis. */
	if ((c >= 0x100 && c <= 0x137 && c != 0x130 && c != 0x131) || (c >= 0x14a && c <= 0x177))
		return c | 1;
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1);
	return c == 0x178 ? 0xff : c;
}

int og_org_fold(const char *name, char buffer[OG_ORG_NAME])
{
	struct text text = {.buffer = buffer};
	const char *end = name + strlen(name);

	while (name < end) {
		uint32_t c = og_utf8_next(&name, end);

		c = c == OG_UTF8_BAD ? OG_UTF8_REPLACED : lower(c);
		if (og_utf8_is_format(c))
			continue;
		if (is_separator(c))
			text.space = true;
		else if (put(&text, c))
			return -E2BIG;
	}
	buffer[text.used] = '\0';
	return (int)text.used;
}
