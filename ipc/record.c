// SPDX-License-Identifier: GPL-2.0
/*
 * record.c: records between JSON and D-Bus
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "ipc/record.h"

/* Containers within containers; the records of docs/dbus.md need three. */
#define DEPTH 8

static void put_json(json_t **json)
{
	json_decref(*json);
}

#define _cleanup_json_ __attribute__((cleanup(put_json)))

static int append_record(sd_bus_message *message, json_t *object, int depth);

/* A string as the bus carries it: whole, or not at all. */
static const char *text_of(json_t *value)
{
	const char *text = json_string_value(value);

	return strlen(text) == json_string_length(value) ? text : NULL;
}

static int append_strings(sd_bus_message *message, json_t *array)
{
	json_t *item;
	size_t i;
	int r;

	r = sd_bus_message_open_container(message, 'a', "s");
	if (r < 0)
		return r;
	json_array_foreach(array, i, item)
	{
		if (!json_is_string(item) || !text_of(item))
			return -EINVAL;
		r = sd_bus_message_append_basic(message, 's', text_of(item));
		if (r < 0)
			return r;
	}
	return sd_bus_message_close_container(message);
}

static int append_records(sd_bus_message *message, json_t *array, int depth)
{
	json_t *item;
	size_t i;
	int r;

	r = sd_bus_message_open_container(message, 'a', "a{sv}");
	if (r < 0)
		return r;
	json_array_foreach(array, i, item)
	{
		r = append_record(message, item, depth);
		if (r < 0)
			return r;
	}
	return sd_bus_message_close_container(message);
}

/* The contents of the variant that carries @value; NULL for what no record holds. */
static const char *signature_of(json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return "s";
	case JSON_INTEGER:
		return "x";
	case JSON_TRUE:
	case JSON_FALSE:
		return "b";
	case JSON_OBJECT:
		return "a{sv}";
	case JSON_ARRAY:
		return json_is_object(json_array_get(value, 0)) ? "aa{sv}" : "as";
	default:
		return NULL;
	}
}

static int append_contents(sd_bus_message *message, json_t *value, int depth)
{
	int64_t number;
	int truth;

	switch (json_typeof(value)) {
	case JSON_STRING:
		if (!text_of(value))
			return -EINVAL;
		return sd_bus_message_append_basic(message, 's', text_of(value));
	case JSON_INTEGER:
		number = json_integer_value(value);
		return sd_bus_message_append_basic(message, 'x', &number);
	case JSON_TRUE:
	case JSON_FALSE:
		truth = json_is_true(value);
		return sd_bus_message_append_basic(message, 'b', &truth);
	case JSON_OBJECT:
		return append_record(message, value, depth);
	default:
		if (json_is_object(json_array_get(value, 0)))
			return append_records(message, value, depth);
		return append_strings(message, value);
	}
}

static int append_member(sd_bus_message *message, const char *key, json_t *value, int depth)
{
	const char *signature = signature_of(value);
	int r;

	if (!signature)
		return -EINVAL;
	r = sd_bus_message_open_container(message, 'e', "sv");
	if (r < 0)
		return r;
	r = sd_bus_message_append_basic(message, 's', key);
	if (r < 0)
		return r;
	r = sd_bus_message_open_container(message, 'v', signature);
	if (r < 0)
		return r;
	r = append_contents(message, value, depth);
	if (r < 0)
		return r;
	r = sd_bus_message_close_container(message);
	if (r < 0)
		return r;
	return sd_bus_message_close_container(message);
}

static int append_record(sd_bus_message *message, json_t *object, int depth)
{
	const char *key;
	json_t *value;
	int r;

	if (!json_is_object(object) || depth >= DEPTH)
		return -EINVAL;
	r = sd_bus_message_open_container(message, 'a', "{sv}");
	if (r < 0)
		return r;
	json_object_foreach(object, key, value)
	{
		if (json_is_null(value))
			continue;
		r = append_member(message, key, value, depth + 1);
		if (r < 0)
			return r;
	}
	return sd_bus_message_close_container(message);
}

int og_record_append(sd_bus_message *message, json_t *object)
{
	int r = append_record(message, object, 0);

	return r < 0 ? r : 0;
}

int og_record_append_array(sd_bus_message *message, json_t *array)
{
	int r;

	if (!json_is_array(array))
		return -EINVAL;
	r = append_records(message, array, 0);
	return r < 0 ? r : 0;
}

/* Reading ----------------------------------------------------------------------------------------
 *
 * sd-bus has checked that the message is well formed and its strings are UTF-8. That it has the
 * types we read is checked here: entering or reading another one than expected gives -ENXIO.
 */

static int read_record(sd_bus_message *message, json_t **ret_object, int depth);

static int bad(int r)
{
	return r == -ENXIO || r == -EBADMSG || r == 0 ? -EBADMSG : r;
}

static int read_string(sd_bus_message *message, char type, json_t **ret_value)
{
	const char *text;
	int r;

	r = sd_bus_message_read_basic(message, type, &text);
	if (r <= 0)
		return bad(r);
	*ret_value = json_string(text);
	return *ret_value ? 0 : -ENOMEM;
}

/* Any of the integer types; unsigned 64-bit numbers that JSON's do not reach are refused. */
static int read_number(sd_bus_message *message, char type, json_t **ret_value)
{
	union {
		uint8_t y;
		int16_t n;
		uint16_t q;
		int32_t i;
		uint32_t u;
		int64_t x;
		uint64_t t;
	} raw;
	json_int_t number;
	int r;

	r = sd_bus_message_read_basic(message, type, &raw);
	if (r <= 0)
		return bad(r);
	if (type == 't' && raw.t > INT64_MAX)
		return -EBADMSG;
	number = type == 'y'   ? raw.y
		 : type == 'n' ? raw.n
		 : type == 'q' ? raw.q
		 : type == 'i' ? raw.i
		 : type == 'u' ? raw.u
			       : raw.x;
	*ret_value = json_integer(number);
	return *ret_value ? 0 : -ENOMEM;
}

static int read_truth(sd_bus_message *message, json_t **ret_value)
{
	int truth, r;

	r = sd_bus_message_read_basic(message, 'b', &truth);
	if (r <= 0)
		return bad(r);
	*ret_value = json_boolean(truth);
	return 0;
}

static int read_array(sd_bus_message *message, const char *contents, json_t **ret_array, int depth)
{
	_cleanup_json_ json_t *array = json_array();
	bool records = !strcmp(contents, "a{sv}");
	int r;

	if (!array)
		return -ENOMEM;
	r = sd_bus_message_enter_container(message, 'a', contents);
	if (r <= 0)
		return bad(r);
	while ((r = sd_bus_message_at_end(message, false)) == 0) {
		json_t *item;

		r = records ? read_record(message, &item, depth) : read_string(message, 's', &item);
		if (r < 0)
			return r;
		if (json_array_append_new(array, item) < 0)
			return -ENOMEM;
	}
	if (r > 0)
		r = sd_bus_message_exit_container(message);
	if (r < 0)
		return r;
	*ret_array = json_incref(array);
	return 0;
}

/* What is inside a variant with these @contents. */
static int read_contents(sd_bus_message *message, const char *contents, json_t **ret_value,
			 int depth)
{
	if (!strcmp(contents, "as"))
		return read_array(message, "s", ret_value, depth);
	if (!strcmp(contents, "aa{sv}"))
		return read_array(message, "a{sv}", ret_value, depth);
	if (!strcmp(contents, "a{sv}"))
		return read_record(message, ret_value, depth);
	if (strlen(contents) != 1)
		return -EBADMSG;
	if (strchr("sog", contents[0]))
		return read_string(message, contents[0], ret_value);
	if (strchr("ynqiuxt", contents[0]))
		return read_number(message, contents[0], ret_value);
	if (contents[0] == 'b')
		return read_truth(message, ret_value);
	return -EBADMSG;
}

static int read_variant(sd_bus_message *message, json_t **ret_value, int depth)
{
	_cleanup_json_ json_t *value = NULL;
	const char *contents;
	char type;
	int r;

	r = sd_bus_message_peek_type(message, &type, &contents);
	if (r <= 0 || type != 'v')
		return r < 0 ? r : -EBADMSG;
	r = sd_bus_message_enter_container(message, 'v', contents);
	if (r <= 0)
		return bad(r);
	r = read_contents(message, contents, &value, depth);
	if (r < 0)
		return r;
	r = sd_bus_message_exit_container(message);
	if (r < 0)
		return r;
	*ret_value = json_incref(value);
	return 0;
}

static int read_member(sd_bus_message *message, json_t *object, int depth)
{
	const char *key;
	json_t *value;
	int r;

	r = sd_bus_message_enter_container(message, 'e', "sv");
	if (r <= 0)
		return bad(r);
	r = sd_bus_message_read_basic(message, 's', &key);
	if (r <= 0)
		return bad(r);
	if (json_object_get(object, key)) /* which of the two would be meant? */
		return -EBADMSG;
	r = read_variant(message, &value, depth);
	if (r < 0)
		return r;
	if (json_object_set_new(object, key, value) < 0)
		return -ENOMEM;
	return sd_bus_message_exit_container(message);
}

static int read_record(sd_bus_message *message, json_t **ret_object, int depth)
{
	_cleanup_json_ json_t *object = json_object();
	int r;

	if (!object)
		return -ENOMEM;
	if (depth >= DEPTH)
		return -EBADMSG;
	r = sd_bus_message_enter_container(message, 'a', "{sv}");
	if (r <= 0)
		return bad(r);
	while ((r = sd_bus_message_at_end(message, false)) == 0) {
		r = read_member(message, object, depth + 1);
		if (r < 0)
			return r;
	}
	if (r > 0)
		r = sd_bus_message_exit_container(message);
	if (r < 0)
		return r;
	*ret_object = json_incref(object);
	return 0;
}

int og_record_read(sd_bus_message *message, json_t **ret_object)
{
	return read_record(message, ret_object, 0);
}

int og_record_read_array(sd_bus_message *message, json_t **ret_array)
{
	return read_array(message, "a{sv}", ret_array, 0);
}
