// SPDX-License-Identifier: GPL-2.0
/*
 * destination.c: an address or prefix with an optional port, as a user writes it
 */
#include <errno.h>
#include <string.h>

#include "cli/destination.h"

static int take(char part[OG_DESTINATION_PART], const char *from, size_t length)
{
	if (!length || length >= OG_DESTINATION_PART)
		return -EINVAL;
	memcpy(part, from, length);
	part[length] = '\0';
	return 0;
}

int og_destination_split(const char *text, struct og_destination *ret_destination)
{
	struct og_destination destination = {};
	const char *end, *service = NULL;
	int r;

	if (text[0] == '[') {
		end = strchr(++text, ']');
		if (!end || (end[1] && end[1] != ':'))
			return -EINVAL;
		if (end[1])
			service = end + 2;
	} else {
		const char *first = strchr(text, ':');

		end = strchr(text, '\0');
		/* One colon makes a port, more an IPv6 address. */
		if (first && !strchr(first + 1, ':')) {
			end = first;
			service = first + 1;
		}
	}
	r = take(destination.address, text, (size_t)(end - text));
	if (r == 0 && service)
		r = take(destination.service, service, strlen(service));
	if (r == 0)
		*ret_destination = destination;
	return r;
}
