// SPDX-License-Identifier: GPL-2.0
/*
 * message-size.c: the size of a message, which sd-bus does not tell
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "daemon/bus/message-size.h"

#define VALUE_BYTES 8 /* of a number, and of a text beside its letters */

static int count_values(sd_bus_message *message, size_t max, size_t *size);

/* The value that is next. */
static int count_value(sd_bus_message *message, char type, const char *contents, size_t max,
		       size_t *size)
{
	union {
		const char *text;
		uint64_t number;
	} value = {0};
	int r;

	*size += VALUE_BYTES;
	if (strchr("aver", type)) {
		r = sd_bus_message_enter_container(message, type, contents);
		if (r >= 0)
			r = count_values(message, max, size);
		return r < 0 || *size > max ? r : sd_bus_message_exit_container(message);
	}
	/* A descriptor stays the message's. */
	r = sd_bus_message_read_basic(message, type, &value);
	if (r >= 0 && strchr("sog", type))
		*size += strlen(value.text);
	return r;
}

static int count_values(sd_bus_message *message, size_t max, size_t *size)
{
	const char *contents;
	char type;
	int r = 0;

	while (*size <= max && (r = sd_bus_message_peek_type(message, &type, &contents)) > 0) {
		r = count_value(message, type, contents, max, size);
		if (r < 0)
			return r;
	}
	return r;
}

size_t og_message_size(sd_bus_message *message, size_t max)
{
	size_t size = 0;
	int r = count_values(message, max, &size);

	if (sd_bus_message_rewind(message, true) < 0 || r < 0)
		return SIZE_MAX;
	return size;
}
