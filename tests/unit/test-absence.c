// SPDX-License-Identifier: GPL-2.0
/*
 * test-absence.c: watched days, silence, and each condition of verified absence
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/progress/absence.h"

#define WATCHED 86400

static struct og_watch_count count_of(const struct og_watch_day *days, size_t n)
{
	struct og_watch_count count = OG_WATCH_NONE;

	for (size_t i = 0; i < n; i++)
		og_watch_add(&count, &days[i]);
	return count;
}

static void days(void **state)
{
	static const struct og_watch_day some[] = {
		{.day = 1, .seconds = WATCHED, .probes = 2},
		{.day = 2, .seconds = WATCHED, .frames = 1},
		{.day = 3, .seconds = OG_WATCHED_ENOUGH},
		{.day = 4, .seconds = OG_WATCHED_ENOUGH - 1, .probes = 3},
		{.day = 9, .seconds = WATCHED, .probes = 1},
		{.day = 10, .seconds = WATCHED, .probes = 1, .answered = 1},
		{.day = 11, .seconds = WATCHED, .probes = 1},
		{.day = 12, .seconds = 0, .frames = 1},
	};
	struct og_watch_count count;

	(void)state;
	count = count_of(some, 0);
	assert_int_equal(count.watched, 0);
	assert_true(count.last_day == INT64_MIN);
	count = count_of(some, 1);
	assert_int_equal(count.watched, 1);
	assert_int_equal(count.probed, 1);
	count = count_of(some, 2);
	assert_int_equal(count.watched, 0);
	assert_int_equal(count.probed, 0);
	assert_int_equal(count.last_day, 2);
	/* An unwatched day, and days of which nothing is known, neither count nor reset. */
	count = count_of(some, 5);
	assert_int_equal(count.watched, 2);
	assert_int_equal(count.probed, 1);
	assert_int_equal(count.last_day, 2);
	/* An answer is a sign of life. */
	count = count_of(some, 7);
	assert_int_equal(count.watched, 1);
	assert_int_equal(count.last_day, 10);
	/* So is a frame on a day that was hardly watched. */
	count = count_of(some, 8);
	assert_int_equal(count.watched, 0);
	assert_int_equal(count.last_day, 12);
}

static void silence(void **state)
{
	struct og_watch_count count = {.watched = 7, .last_day = 100};

	(void)state;
	assert_true(og_silent(OG_STATE_ISOLATED, &count, OG_SILENT_DAYS));
	assert_false(og_silent(OG_STATE_REMOVED, &count, OG_SILENT_DAYS));
	count.watched = 6;
	assert_false(og_silent(OG_STATE_ISOLATED, &count, OG_SILENT_DAYS));
	/* What was never seen is not silent: nothing stopped. */
	count = (struct og_watch_count){.watched = 99, .last_day = INT64_MIN};
	assert_false(og_silent(OG_STATE_CONFIRMED, &count, OG_SILENT_DAYS));
}

static struct og_absence proven(void)
{
	return (struct og_absence){
		.state = OG_STATE_DISPOSED,
		.count = {.watched = 30, .probed = 30, .last_day = INT64_MIN},
		.days_wanted = OG_ABSENCE_DAYS,
		.has_row = true,
		.serial = "SN1",
		.disposal = "certificate 7",
		.remover = "alice",
		.verifier = "bob",
	};
}

/* @facts fail in @lack alone, in these words. */
static void lacks(const struct og_absence *facts, enum og_absence_lack lack, const char *says)
{
	char text[OG_ABSENCE_TEXT];

	assert_int_equal(og_absence_judge(facts), 1u << lack);
	og_absence_text(lack, facts, text, sizeof(text));
	if (!strstr(text, says))
		fail_msg("\"%s\" does not say \"%s\"", text, says);
	assert_true(strlen(text) < sizeof(text) - 1);
}

static void one_lacks(void **state)
{
	struct og_absence f;

	(void)state;
	f = proven();
	assert_int_equal(og_absence_judge(&f), 0);
	f.state = OG_STATE_REAPPEARED;
	lacks(&f, OG_LACK_REMOVED, "not removed");
	f = proven();
	f.remover = "";
	lacks(&f, OG_LACK_REMOVED, "nobody is named");
	f = proven();
	f.count.watched = 29;
	f.count.probed = 29;
	f.days_wanted = 29;
	assert_int_equal(og_absence_judge(&f), 0);
	f.count.probed = 28;
	lacks(&f, OG_LACK_PROBED, "28 of 29");
	f = proven();
	f.count.watched = 29;
	lacks(&f, OG_LACK_WATCHED, "29 of 30");
	f = proven();
	f.site_blind = true;
	lacks(&f, OG_LACK_BLIND, "without an attributable address");
	f = proven();
	f.has_row = false;
	lacks(&f, OG_LACK_ROW, "no row");
	f = proven();
	f.verifier = NULL;
	lacks(&f, OG_LACK_VERIFIER, "no verifier");
	f = proven();
	f.verifier = "Alice";
	lacks(&f, OG_LACK_OTHER, "another person");
}

static void proof_or_replacement(void **state)
{
	struct og_absence f = proven();

	(void)state;
	f.serial = "";
	lacks(&f, OG_LACK_PROOF, "no serial");
	f.serial = "SN1";
	f.disposal = NULL;
	lacks(&f, OG_LACK_PROOF, "no serial");
	f.has_replacement = true;
	lacks(&f, OG_LACK_CHECKED, "was not checked");
	f.replacement_checked = true;
	assert_int_equal(og_absence_judge(&f), 0);
	/* A listed replacement is no progress, whatever paper there is of the old one. */
	f.replacement_listed = true;
	f.disposal = "certificate 7";
	lacks(&f, OG_LACK_CHECKED, "itself of a listed vendor");
}

/* Every mixture of failing conditions is told in full, and each has words. */
static void all_mixtures(void **state)
{
	char text[OG_ABSENCE_TEXT];

	(void)state;
	for (unsigned int mix = 0; mix < 1u << 7; mix++) {
		struct og_absence f = proven();
		unsigned int expected = 0;

		if (mix & 1)
			f.state = OG_STATE_PLANNED, expected |= 1u << OG_LACK_REMOVED;
		if (mix & 2)
			f.count.watched = 0, expected |= 1u << OG_LACK_WATCHED;
		if (mix & 4)
			f.count.probed = 0, expected |= 1u << OG_LACK_PROBED;
		if (mix & 8)
			f.site_blind = true, expected |= 1u << OG_LACK_BLIND;
		if (mix & 16)
			f.has_row = false, expected |= 1u << OG_LACK_ROW;
		if (mix & 32)
			f.has_replacement = true, expected |= 1u << OG_LACK_CHECKED;
		if (mix & 64)
			f.verifier = f.remover, expected |= 1u << OG_LACK_OTHER;
		assert_int_equal(og_absence_judge(&f), expected);
		for (unsigned int i = 0; i < OG_LACK_COUNT; i++)
			assert_true(strlen(og_absence_text(i, &f, text, sizeof(text))) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),		cmocka_unit_test(silence),
		cmocka_unit_test(one_lacks),	cmocka_unit_test(proof_or_replacement),
		cmocka_unit_test(all_mixtures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
