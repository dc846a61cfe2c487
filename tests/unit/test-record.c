// SPDX-License-Identifier: GPL-2.0
/*
 * test-record.c: records between JSON and D-Bus (ipc/record.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "ipc/record.h"

static sd_bus *bus;
static int peer;

/* A bus that is never spoken to: messages need one to belong to. */
static int open_bus(void **state)
{
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer = pair[1];
	assert_int_equal(sd_bus_new(&bus), 0);
	assert_int_equal(sd_bus_set_fd(bus, pair[0], pair[0]), 0);
	assert_true(sd_bus_start(bus) >= 0);
	return 0;
}

static int close_bus(void **state)
{
	(void)state;
	bus = sd_bus_close_unref(bus);
	close(peer);
	return 0;
}

static sd_bus_message *message_new(void)
{
	sd_bus_message *message;

	assert_true(sd_bus_message_new_signal(bus, &message, "/org/ouiguard", "org.ouiguard.Test",
					      "Test") >= 0);
	return message;
}

static void seal(sd_bus_message *message)
{
	assert_true(sd_bus_message_seal(message, 1, 0) >= 0);
	assert_true(sd_bus_message_rewind(message, 1) >= 0);
}

static json_t *json(const char *text)
{
	json_error_t error;
	json_t *value = json_loads(text, 0, &error);

	if (!value)
		fail_msg("%s: %s", text, error.text);
	return value;
}

static void assert_json(json_t *got, const char *wanted)
{
	json_t *expected = json(wanted);

	if (!json_equal(got, expected))
		fail_msg("got %s, wanted %s", json_dumps(got, 0), wanted);
	json_decref(expected);
}

/* What goes in as @text comes out as @wanted, under the given signature. */
static void round_trip(const char *text, const char *wanted)
{
	sd_bus_message *message = message_new();
	json_t *object = json(text), *back = NULL;

	assert_int_equal(og_record_append(message, object), 0);
	seal(message);
	assert_string_equal(sd_bus_message_get_signature(message, 1), "a{sv}");
	assert_int_equal(og_record_read(message, &back), 0);
	assert_json(back, wanted);
	assert_int_equal(sd_bus_message_at_end(message, 1), 1);
	json_decref(back);
	json_decref(object);
	sd_bus_message_unref(message);
}

static void same(const char *text)
{
	round_trip(text, text);
}

static void every_type_comes_back(void **state)
{
	(void)state;
	same("{}");
	same("{\"s\": \"text\", \"empty\": \"\", \"utf8\": \"Z\xc3\xbcrich \xe6\xb5\xb7\"}");
	same("{\"x\": 0, \"low\": -9223372036854775808, \"high\": 9223372036854775807}");
	same("{\"yes\": true, \"no\": false}");
	same("{\"as\": [\"a\", \"\", \"b\"], \"none\": []}");
	same("{\"record\": {\"a\": 1, \"b\": {\"c\": [\"d\"]}}, \"nothing\": {}}");
	same("{\"records\": [{\"a\": 1}, {}, {\"b\": [{\"c\": true}]}]}");
}

static void null_is_left_out(void **state)
{
	(void)state;
	round_trip("{\"a\": null, \"b\": {\"c\": null}, \"d\": [{\"e\": null}]}",
		   "{\"b\": {}, \"d\": [{}]}");
}

static void arrays_of_records_come_back(void **state)
{
	static const char *const texts[] = {"[]", "[{}]",
					    "[{\"a\": 1}, {\"a\": [{\"b\": \"c\"}]}]"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		sd_bus_message *message = message_new();
		json_t *array = json(texts[i]), *back = NULL;

		assert_int_equal(og_record_append_array(message, array), 0);
		seal(message);
		assert_string_equal(sd_bus_message_get_signature(message, 1), "aa{sv}");
		assert_int_equal(og_record_read_array(message, &back), 0);
		assert_json(back, texts[i]);
		json_decref(back);
		json_decref(array);
		sd_bus_message_unref(message);
	}
}

static void signatures_are_those_of_the_manual(void **state)
{
	static const struct {
		const char *text, *contents;
	} cases[] = {
		{"{\"k\": \"v\"}", "s"},     {"{\"k\": 1}", "x"},   {"{\"k\": true}", "b"},
		{"{\"k\": [\"v\"]}", "as"},  {"{\"k\": []}", "as"}, {"{\"k\": {}}", "a{sv}"},
		{"{\"k\": [{}]}", "aa{sv}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sd_bus_message *message = message_new();
		json_t *object = json(cases[i].text);
		const char *key, *contents;
		char type;

		assert_int_equal(og_record_append(message, object), 0);
		seal(message);
		assert_true(sd_bus_message_enter_container(message, 'a', "{sv}") > 0);
		assert_true(sd_bus_message_enter_container(message, 'e', "sv") > 0);
		assert_true(sd_bus_message_read_basic(message, 's', &key) > 0);
		assert_true(sd_bus_message_peek_type(message, &type, &contents) > 0);
		assert_int_equal(type, 'v');
		assert_string_equal(contents, cases[i].contents);
		json_decref(object);
		sd_bus_message_unref(message);
	}
}

static void what_no_record_holds_is_refused(void **state)
{
	static const char *const texts[] = {
		"{\"a\": 1.5}",
		"{\"a\": [1]}",
		"{\"a\": [[]]}",
		"{\"a\": [\"b\", 1]}",
		"{\"a\": [{}, \"b\"]}",
		"{\"a\": [\"b\", {}]}",
		"{\"a\": [true]}",
		"{\"a\": [null]}",
		"{\"a\": [{}, null]}",
		"[]",
		"[{\"a\": 1}]",
		/* nine levels */
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}",
	};
	json_t *object = json_object();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		sd_bus_message *message = message_new();
		json_t *value = json(texts[i]);

		if (og_record_append(message, value) != -EINVAL)
			fail_msg("taken: %s", texts[i]);
		json_decref(value);
		sd_bus_message_unref(message);
	}
	/* A string cut at a NUL byte would be another string. */
	sd_bus_message *message = message_new();

	json_object_set_new(object, "a", json_stringn("b\0c", 3));
	assert_int_equal(og_record_append(message, object), -EINVAL);
	assert_int_equal(og_record_append_array(message, object), -EINVAL);
	json_decref(object);
	sd_bus_message_unref(message);
}

static void eight_levels_are_enough_and_the_most(void **state)
{
	(void)state;
	same("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}");
}

static void every_integer_is_read(void **state)
{
	sd_bus_message *message = message_new();
	json_t *back = NULL;

	(void)state;
	assert_true(sd_bus_message_append(message, "a{sv}", 9, "y", "y", 255, "n", "n", -32768, "q",
					  "q", 65535, "i", "i", INT32_MIN, "u", "u", UINT32_MAX,
					  "x", "x", INT64_MIN, "t", "t", (uint64_t)INT64_MAX, "o",
					  "o", "/a", "g", "g", "a{sv}") >= 0);
	seal(message);
	assert_int_equal(og_record_read(message, &back), 0);
	assert_json(back, "{\"y\": 255, \"n\": -32768, \"q\": 65535, \"i\": -2147483648, "
			  "\"u\": 4294967295, \"x\": -9223372036854775808, "
			  "\"t\": 9223372036854775807, \"o\": \"/a\", \"g\": \"a{sv}\"}");
	json_decref(back);
	sd_bus_message_unref(message);
}

/* Reading the message that append() made fails as @wanted, and leaves the output alone. */
static void refuse(sd_bus_message *message, int wanted)
{
	json_t *back = (json_t *)&bus;

	seal(message);
	assert_int_equal(og_record_read(message, &back), wanted);
	assert_ptr_equal(back, &bus);
	sd_bus_message_rewind(message, 1);
	assert_int_equal(og_record_read_array(message, &back), wanted);
	assert_ptr_equal(back, &bus);
	sd_bus_message_unref(message);
}

static void hostile_values_are_refused(void **state)
{
	sd_bus_message *message;

	(void)state;
	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "d", "d", 1.5) >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "t", "t", UINT64_MAX) >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "h", "h", peer) >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "v", "v", "s", "x") >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "ai", "ai", 1, 1) >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 1, "r", "(s)", "x") >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{sv}", 2, "k", "s", "1", "k", "s", "2") >= 0);
	refuse(message, -EBADMSG);
}

static void other_messages_are_refused(void **state)
{
	sd_bus_message *message;

	(void)state;
	message = message_new();
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "s", "text") >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "a{ss}", 1, "k", "v") >= 0);
	refuse(message, -EBADMSG);

	message = message_new();
	assert_true(sd_bus_message_append(message, "as", 1, "k") >= 0);
	refuse(message, -EBADMSG);
}

/* A record within records, @levels deep. */
static void nest(sd_bus_message *message, int levels)
{
	assert_true(sd_bus_message_open_container(message, 'a', "{sv}") >= 0);
	if (levels > 1) {
		assert_true(sd_bus_message_open_container(message, 'e', "sv") >= 0);
		assert_true(sd_bus_message_append_basic(message, 's', "a") >= 0);
		assert_true(sd_bus_message_open_container(message, 'v', "a{sv}") >= 0);
		nest(message, levels - 1);
		assert_true(sd_bus_message_close_container(message) >= 0);
		assert_true(sd_bus_message_close_container(message) >= 0);
	}
	assert_true(sd_bus_message_close_container(message) >= 0);
}

static void depth_is_bounded(void **state)
{
	sd_bus_message *message = message_new();
	json_t *back = NULL;

	(void)state;
	nest(message, 8);
	seal(message);
	assert_int_equal(og_record_read(message, &back), 0);
	json_decref(back);
	sd_bus_message_unref(message);

	message = message_new();
	nest(message, 9);
	refuse(message, -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_comes_back),
		cmocka_unit_test(null_is_left_out),
		cmocka_unit_test(arrays_of_records_come_back),
		cmocka_unit_test(signatures_are_those_of_the_manual),
		cmocka_unit_test(what_no_record_holds_is_refused),
		cmocka_unit_test(eight_levels_are_enough_and_the_most),
		cmocka_unit_test(every_integer_is_read),
		cmocka_unit_test(hostile_values_are_refused),
		cmocka_unit_test(other_messages_are_refused),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests_name("record", tests, open_bus, close_bus);
}
