// SPDX-License-Identifier: GPL-2.0
/*
 * test-reason.c: the words for reasons (policy/explain/reason.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/decide.h>
#include "policy/explain/reason.h"

static void there_and_back(void **state)
{
	enum og_reason reason = OG_R_COUNT;

	(void)state;
	for (unsigned int i = 0; i < OG_R_COUNT; i++) {
		assert_int_equal(og_reason_parse(og_reason_name(i), &reason), 0);
		assert_int_equal(reason, i);
		assert_true(strlen(og_reason_text(i)) > 10);
		assert_int_equal(og_reason_drops(i), i >= OG_DROP_FIRST);
	}
	assert_int_equal(og_reason_parse("", &reason), -EINVAL);
	assert_int_equal(og_reason_parse("Egress", &reason), -EINVAL);
	assert_int_equal(reason, OG_R_COUNT - 1);
	assert_string_equal(og_reason_name(OG_R_COUNT), "unknown");
	assert_int_equal(og_reason_drops(OG_R_COUNT), 0);
	assert_string_equal(og_evidence_name(OG_EVIDENCE_EUI64), "eui64");
	assert_string_equal(og_evidence_name(99), "unknown");
}

/* The page of the rules lists every reason, with its verdict. */
static void are_documented(void **state)
{
	char text[32768], row[128];
	FILE *file = fopen("docs/semantics.md", "r");
	size_t length;

	(void)state;
	assert_non_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	assert_true(length > 0 && length < sizeof(text) - 1);
	text[length] = '\0';
	for (unsigned int i = 0; i < OG_R_COUNT; i++) {
		snprintf(row, sizeof(row), "| `%s` | %s | %s |", og_reason_name(i),
			 og_reason_drops(i) ? "drop" : "pass", og_reason_text(i));
		if (!strstr(text, row))
			print_error("docs/semantics.md has no row \"%s\"\n", row);
		assert_non_null(strstr(text, row));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(are_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
