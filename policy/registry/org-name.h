/* SPDX-License-Identifier: GPL-2.0 */
/*
 * org-name.h: names of organisations, as registries write them
 *
 * One firm is registered as "Foo Co.,Ltd.", "FOO CO., LTD" and "Foo\u2002Co Ltd". Folded, the three
 * are the same; nothing else is: no part of a name ever matches another name.
 */
#ifndef OUIGUARD_POLICY_ORG_NAME_H
#define OUIGUARD_POLICY_ORG_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define OG_ORG_NAME 256 /* bytes of a cleaned or folded name, with the terminator */

/*
 * og_org_clean - @length untrusted bytes as a name that can be shown and kept: white space of ASCII
 * becomes single spaces, white space at both ends goes, invisible characters go, and what is no
 * UTF-8 or a control character becomes U+FFFD, with *@ret_damaged set.
 *
 * Returns the bytes in @buffer without the terminator (0: nothing is left), or -E2BIG.
 */
int og_org_clean(const char *data, size_t length, char buffer[OG_ORG_NAME], bool *ret_damaged);

/*
 * og_org_fold - @name (UTF-8) in the form in which names are compared: letters in lower case (Latin,
 * Greek, Cyrillic, and the full-width forms of ASCII as ASCII), every run of white space and
 * punctuation as one space, none at the ends, invisible characters dropped. Other characters stay.
 *
 * Returns the bytes in @buffer without the terminator (0: nothing is left), or -E2BIG.
 */
int og_org_fold(const char *name, char buffer[OG_ORG_NAME]);

#endif
