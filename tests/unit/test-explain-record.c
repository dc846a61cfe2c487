// SPDX-License-Identifier: GPL-2.0
/*
 * test-explain-record.c: the query and the answer of explain as records (ipc/explain-record.c)
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/compile/calendar.h"
#include "policy/explain/explain.h"
#include "ipc/explain-record.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct og_query query;
static struct og_addr ip;
static const char *wrong;

/* The record stays: the query borrows its strings. */
static json_t *object;

static int read_query(const char *text)
{
	json_decref(object);
	object = json_loads(text, JSON_ALLOW_NUL, NULL);
	assert_non_null(object);
	memset(&query, 0, sizeof(query));
	memset(&ip, 0, sizeof(ip));
	return og_query_read(object, 1000, &query, &ip, &wrong);
}

static int drop_object(void **state)
{
	(void)state;
	json_decref(object);
	object = NULL;
	return 0;
}

static void a_query_is_read(void **state)
{
	struct og_addr dst = og_addr_v4(0xc0000201);

	(void)state;
	assert_int_equal(read_query("{\"mac\": \"a4:14:37:00:12:34\"}"), 0);
	assert_true(query.mac == 0xa41437001234);
	assert_null(query.site);
	assert_false(query.has_dst);
	assert_int_equal(query.at, 1000);
	assert_int_equal(read_query("{\"mac\": \"A4-14-37-00-12-34\", \"site\": \"home\", \"dst\": "
				    "\"192.0.2.1\", \"port\": 443, \"proto\": \"tcp\", \"at\": 5}"),
			 0);
	assert_true(query.mac == 0xa41437001234);
	assert_string_equal(query.site, "home");
	assert_true(query.has_dst);
	assert_int_equal(og_addr_cmp(&query.dst, &dst), 0);
	assert_int_equal(query.port, 443);
	assert_int_equal(query.proto, IPPROTO_TCP);
	assert_int_equal(query.at, 5);
	assert_int_equal(read_query("{\"ip\": \"192.0.2.1\", \"proto\": \"icmp\"}"), 0);
	assert_true(query.mac == 0);
	assert_int_equal(og_addr_cmp(&ip, &dst), 0);
	assert_int_equal(query.proto, IPPROTO_ICMP);
}

static void a_wrong_query_names_its_key(void **state)
{
	static const struct {
		const char *text, *wrong;
	} cases[] = {
		{"{}", "mac"},
		{"{\"mac\": 5}", "mac"},
		{"{\"mac\": \"a4:14:37\"}", "mac"},
		{"{\"mac\": \"a4:14:37:00:12:34\", \"ip\": \"192.0.2.1\"}", "ip"},
		{"{\"ip\": \"192.0.2.0/24\"}", "ip"},
		{"{\"ip\": true}", "ip"},
		{"{\"ip\": \"192.0.2.1\", \"site\": 1}", "site"},
		{"{\"ip\": \"192.0.2.1\", \"dst\": \"here\"}", "dst"},
		{"{\"ip\": \"192.0.2.1\", \"dst\": 1}", "dst"},
		{"{\"ip\": \"192.0.2.1\", \"port\": 0, \"proto\": \"tcp\"}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"port\": 65536, \"proto\": \"tcp\"}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"port\": -1, \"proto\": \"tcp\"}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"port\": \"443\", \"proto\": \"tcp\"}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"port\": 443}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"port\": 443, \"proto\": \"icmp\"}", "port"},
		{"{\"ip\": \"192.0.2.1\", \"proto\": \"443/tcp\"}", "proto"},
		{"{\"ip\": \"192.0.2.1\", \"proto\": 6}", "proto"},
		{"{\"ip\": \"192.0.2.1\", \"at\": \"now\"}", "at"},
		{"{\"ip\": \"192.0.2.1\", \"colour\": \"red\"}", "colour"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		query.mac = 42;
		if (read_query(cases[i].text) != -EINVAL)
			fail_msg("taken: %s", cases[i].text);
		assert_string_equal(wrong, cases[i].wrong);
		assert_true(query.mac == 0 && ip.lo == 0);
	}
}

static void assert_record(const struct og_explanation *explanation, const char *wanted)
{
	struct og_config config = {0};
	json_t *record = og_explanation_record(explanation, &query, &config);
	json_t *expected = json_loads(wanted, 0, NULL);

	assert_non_null(expected);
	if (!json_equal(record, expected))
		fail_msg("got %s", json_dumps(record, 0));
	json_decref(record);
	json_decref(expected);
}

static void what_is_not_known_is_left_out(void **state)
{
	const struct og_explanation explanation = {
		.verdict.reason = OG_R_UNLISTED,
		.answer = "pass",
		.reason = "unlisted",
		.mac = "00:00:5e:00:53:01",
	};

	(void)state;
	memset(&query, 0, sizeof(query));
	query.at = 7;
	assert_record(&explanation,
		      "{\"verdict\": \"pass\", \"reason\": \"unlisted\", \"reason_text\": "
		      "\"the source has no listed prefix\", \"mac\": \"00:00:5e:00:53:01\", "
		      "\"at\": 7, \"steps\": []}");
}

static void phases_and_destinations_are_told(void **state)
{
	char *steps[] = {(char *)"One.", (char *)"Two."};
	struct og_explanation explanation = {
		.verdict.reason = OG_R_EGRESS,
		.answer = "drop",
		.reason = "egress",
		.action = "block",
		.phased = true,
		.phase = OG_EVER,
		.next = 86400,
		.next_action = "isolate",
		.steps = steps,
		.step_count = 2,
	};
	static const char rest[] =
		"\"verdict\": \"drop\", \"reason\": \"egress\", \"reason_text\": "
		"\"the destination is outside\", \"action\": \"block\", "
		"\"next_phase\": \"isolate\", \"next_at\": 86400, \"at\": 7, "
		"\"steps\": [\"One.\", \"Two.\"]}";
	char text[1024];

	(void)state;
	memset(&query, 0, sizeof(query));
	query.at = 7;
	query.has_dst = true;
	query.dst = og_addr_v4(0xc0000201);
	snprintf(text, sizeof(text), "{\"destination\": \"192.0.2.1\", %s", rest);
	assert_record(&explanation, text);
	query.proto = IPPROTO_UDP;
	query.port = 53;
	snprintf(text, sizeof(text), "{\"destination\": \"192.0.2.1 53/udp\", %s", rest);
	assert_record(&explanation, text);
	query.proto = IPPROTO_ICMP;
	query.port = 0;
	explanation.phase = 1812358800;
	setenv("TZ", "Europe/London", 1);
	snprintf(text, sizeof(text),
		 "{\"destination\": \"192.0.2.1 icmp\", \"phase\": \"2027-06-07T10:00:00+01:00\", "
		 "\"phase_at\": 1812358800, %s",
		 rest);
	assert_record(&explanation, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_query_is_read, drop_object),
		cmocka_unit_test_teardown(a_wrong_query_names_its_key, drop_object),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(phases_and_destinations_are_told),
	};

	return cmocka_run_group_tests_name("explain-record", tests, NULL, NULL);
}
