/* SPDX-License-Identifier: GPL-2.0 */
/*
 * utf8.h: reading and writing UTF-8, one character at a time (RFC 3629)
 */
#ifndef OUIGUARD_POLICY_UTF8_H
#define OUIGUARD_POLICY_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OG_UTF8_BAD	 0xffffffffU /* what og_utf8_next() gives for bytes that are no character */
#define OG_UTF8_REPLACED 0xfffdU     /* U+FFFD, what stands for them in text */

/*
 * og_utf8_next - the character at *@pos, which is before @end, and move *@pos behind it. Over-long
 * forms, surrogates, values above U+10FFFF and cut sequences give OG_UTF8_BAD and move one byte on.
 */
uint32_t og_utf8_next(const char **pos, const char *end);

/* og_utf8_put - @character, a valid one, as UTF-8 into @buffer. Returns its bytes, 1 to 4. */
size_t og_utf8_put(uint32_t character, char buffer[4]);

/* og_utf8_is_space - white space of Unicode (property White_Space), U+200B to U+200D excluded. */
bool og_utf8_is_space(uint32_t character);

/* og_utf8_is_control - C0, DEL and C1 controls. */
bool og_utf8_is_control(uint32_t character);

/*
 * og_utf8_is_format - invisible: soft hyphen, zero width spaces and joiners, directional marks,
 * byte order mark. They are left out of names, which would otherwise differ without looking
 * different.
 */
bool og_utf8_is_format(uint32_t character);

#endif
