// SPDX-License-Identifier: GPL-2.0
/*
 * test-device-state.c: which state may follow which, and where a device stands
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/ruleset.h>
#include "policy/progress/device-state.h"

static uint64_t random_;

static uint32_t below(uint32_t limit)
{
	random_ = og_hash(random_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(random_ >> 33) % limit;
}

static void words(void **state)
{
	enum og_device_state found;

	(void)state;
	for (unsigned int i = 0; i < OG_STATE_COUNT; i++) {
		assert_int_equal(og_state_parse(og_state_name(i), &found), 0);
		assert_int_equal(found, i);
	}
	found = OG_STATE_MOVED;
	assert_int_equal(og_state_parse("gone", &found), -EINVAL);
	assert_int_equal(og_state_parse("", &found), -EINVAL);
	assert_int_equal(found, OG_STATE_MOVED);
	assert_string_equal(og_state_name(OG_STATE_COUNT), "?");
}

/* The whole table, a line for each state: which of the others may follow, in the order of the enum. */
static void table(void **state)
{
	static const char *const expected[OG_STATE_COUNT] = {
		/* s c p i d r D v R m */
		"0100000011", "0011110011", "0101110001", "0110110001", "0111010001",
		"0111101110", "0111110110", "0111111010", "0111110001", "0111110010",
	};

	(void)state;
	for (unsigned int from = 0; from < OG_STATE_COUNT; from++)
		for (unsigned int to = 0; to < OG_STATE_COUNT; to++)
			if (og_state_may(from, to) != (expected[from][to] == '1'))
				fail_msg("%s to %s", og_state_name(from), og_state_name(to));
	assert_false(og_state_may(OG_STATE_COUNT, OG_STATE_CONFIRMED));
	assert_false(og_state_may(OG_STATE_CONFIRMED, OG_STATE_COUNT));
}

static void refusals(void **state)
{
	char text[256];

	(void)state;
	assert_string_equal(
		og_state_refusal(OG_STATE_PLANNED, OG_STATE_DISPOSED, text, sizeof(text)),
		"from planned to disposed: it must be removed first, by a person who is "
		"named");
	assert_string_equal(
		og_state_refusal(OG_STATE_REMOVED, OG_STATE_REMOVED, text, sizeof(text)),
		"from removed to removed: it is in that state already");
	assert_non_null(
		strstr(og_state_refusal(OG_STATE_SUSPECTED, OG_STATE_REMOVED, text, sizeof(text)),
		       "confirm first"));
	assert_non_null(
		strstr(og_state_refusal(OG_STATE_REMOVED, OG_STATE_SUSPECTED, text, sizeof(text)),
		       "false-positive"));
	assert_non_null(
		strstr(og_state_refusal(OG_STATE_REMOVED, OG_STATE_MOVED, text, sizeof(text)),
		       "frames alone"));
	for (unsigned int from = 0; from < OG_STATE_COUNT; from++)
		for (unsigned int to = 0; to < OG_STATE_COUNT; to++)
			assert_int_equal(!og_state_refusal(from, to, text, sizeof(text)),
					 og_state_may(from, to));
}

static void evidence(void **state)
{
	(void)state;
	assert_true(og_state_needs_evidence(OG_STATE_CONFIRMED, OG_STATE_REMOVED));
	assert_true(og_state_needs_evidence(OG_STATE_DISPOSED, OG_STATE_VERIFIED_ABSENT));
	assert_true(og_state_needs_evidence(OG_STATE_REMOVED, OG_STATE_CONFIRMED));
	assert_true(og_state_needs_evidence(OG_STATE_ISOLATED, OG_STATE_PLANNED));
	assert_false(og_state_needs_evidence(OG_STATE_SUSPECTED, OG_STATE_CONFIRMED));
	assert_false(og_state_needs_evidence(OG_STATE_REAPPEARED, OG_STATE_CONFIRMED));
	assert_false(og_state_needs_evidence(OG_STATE_MOVED, OG_STATE_PLANNED));
	assert_false(og_state_needs_evidence(OG_STATE_CONFIRMED, OG_STATE_ISOLATED));
}

/*
 * Whatever is tried, in whatever order: nothing is gone that nobody removed, nothing verified that was
 * not removed, and a device can always be put back among those that are present.
 */
static void histories(void **state)
{
	(void)state;
	for (int round = 0; round < 2000; round++) {
		enum og_device_state at = OG_STATE_SUSPECTED;
		bool removed = false;

		for (int i = 0; i < 40; i++) {
			enum og_device_state to = below(OG_STATE_COUNT);

			if (!og_state_may(at, to))
				continue;
			if (to == OG_STATE_REMOVED)
				removed = true;
			else if (!og_state_gone(to))
				removed = false;
			assert_true(!og_state_gone(to) || removed);
			if (og_state_gone(to))
				assert_true(og_state_needs_evidence(at, to));
			if (og_state_gone(at) && !og_state_gone(to))
				assert_true(to == OG_STATE_REAPPEARED ||
					    og_state_needs_evidence(at, to));
			at = to;
			if (at != OG_STATE_CONFIRMED)
				assert_true(og_state_may(at, OG_STATE_CONFIRMED));
		}
	}
}

static struct og_standing derive(const struct og_state_facts *facts)
{
	struct og_standing standing;

	og_state_derive(facts, &standing);
	return standing;
}

static void derived(void **state)
{
	static const struct {
		enum og_asset_status status;
		enum og_device_state is;
		bool counts, unproven;
	} rows[] = {
		{OG_ASSET_LEGACY, OG_STATE_CONFIRMED, true, false},
		{OG_ASSET_LEGACY_UNPROVEN, OG_STATE_CONFIRMED, true, true},
		{OG_ASSET_REMOVED, OG_STATE_REMOVED, true, false},
		{OG_ASSET_REPLACED, OG_STATE_REMOVED, true, false},
		{OG_ASSET_FALSE_POSITIVE, OG_STATE_CONFIRMED, false, false},
	};
	struct og_standing s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		/* Of a row nobody knows since when it holds: an earlier frame says nothing. */
		s = derive(&(struct og_state_facts){.has_row = true,
						    .status = rows[i].status,
						    .first_seen = 100,
						    .last_seen = 200});
		assert_int_equal(s.state, rows[i].is);
		assert_int_equal(s.counts, rows[i].counts);
		assert_int_equal(s.unproven, rows[i].unproven);
	}
	s = derive(&(struct og_state_facts){.first_seen = 100, .last_seen = 200});
	assert_int_equal(s.state, OG_STATE_SUSPECTED);
	assert_int_equal(s.state_at, 100);
	assert_true(s.counts);
	/* What was entered comes before the row. */
	s = derive(&(struct og_state_facts){.has_row = true,
					    .status = OG_ASSET_LEGACY_UNPROVEN,
					    .has_stored = true,
					    .stored = OG_STATE_REMOVED,
					    .stored_at = 300,
					    .last_seen = 300});
	assert_int_equal(s.state, OG_STATE_REMOVED);
	assert_int_equal(s.state_at, 300);
	assert_true(s.unproven);
}

static void seen_again(void **state)
{
	struct og_state_facts facts = {
		.has_stored = true, .stored = OG_STATE_VERIFIED_ABSENT, .stored_at = 300};
	struct og_standing s;

	(void)state;
	facts.last_seen = 301;
	s = derive(&facts);
	assert_int_equal(s.state, OG_STATE_REAPPEARED);
	assert_int_equal(s.state_at, 301);
	facts.stored = OG_STATE_DISCONNECTED;
	assert_int_equal(derive(&facts).state, OG_STATE_DISCONNECTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),      cmocka_unit_test(table),
		cmocka_unit_test(refusals),   cmocka_unit_test(evidence),
		cmocka_unit_test(histories),  cmocka_unit_test(derived),
		cmocka_unit_test(seen_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
