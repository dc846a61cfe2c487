// SPDX-License-Identifier: GPL-2.0
/*
 * test-action.c: each word for an action, a role and a state leads back to itself
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/base/action.h"

static void words_lead_back(void **state)
{
	(void)state;
	for (int i = 0; i < OG_ACTION_COUNT; i++) {
		enum og_action action = OG_ACTION_COUNT;

		assert_int_equal(og_action_parse(og_action_name((enum og_action)i), &action), 0);
		assert_int_equal(action, i);
	}
	for (int i = 0; i < OG_ROLE_COUNT; i++) {
		enum og_role role = OG_ROLE_COUNT;

		assert_int_equal(og_role_parse(og_role_name((enum og_role)i), &role), 0);
		assert_int_equal(role, i);
	}
	for (int i = 0; i < OG_ASSET_STATUS_COUNT; i++) {
		enum og_asset_status status = OG_ASSET_STATUS_COUNT;
		const char *word = og_asset_status_name((enum og_asset_status)i);

		assert_int_equal(og_asset_status_parse(word, &status), 0);
		assert_int_equal(status, i);
	}
}

static void other_words_do_not(void **state)
{
	enum og_action action = OG_BLOCK;
	enum og_role role = OG_ROLE_PHONE;
	enum og_asset_status status = OG_ASSET_REMOVED;

	(void)state;
	assert_int_equal(og_action_parse("Block", &action), -EINVAL);
	assert_int_equal(og_role_parse("", &role), -EINVAL);
	assert_int_equal(og_asset_status_parse("legacy ", &status), -EINVAL);
	assert_int_equal(action, OG_BLOCK);
	assert_int_equal(role, OG_ROLE_PHONE);
	assert_int_equal(status, OG_ASSET_REMOVED);
	assert_string_equal(og_action_name(OG_ACTION_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_lead_back),
		cmocka_unit_test(other_words_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
