// SPDX-License-Identifier: GPL-2.0
/*
 * person.c: whether two login names are one person's
 */
#include "policy/base/person.h"

#include <string.h>
#include <strings.h>

static size_t trim(const char **text)
{
	size_t length;

	*text += strspn(*text, " \t");
	length = strlen(*text);
	while (length && strchr(" \t", (*text)[length - 1]))
		length--;
	return length;
}

bool og_same_person(const char *a, const char *b)
{
	size_t length = trim(&a);

	return length == trim(&b) && !strncasecmp(a, b, length);
}
