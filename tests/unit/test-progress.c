// SPDX-License-Identifier: GPL-2.0
/*
 * test-progress.c: counts, histories and milestones of a programme against a naive model
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
#include "policy/progress/progress.h"

#define DAY 86400
#define T0  1830297600 /* 2028-01-01T00:00:00Z, of a leap year */

static uint64_t random_;

static uint32_t below(uint32_t limit)
{
	random_ = og_hash(random_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(random_ >> 33) % limit;
}

static char *vendor_names[] = {"acme", "zeta"};

/* A programme of two vendors and up to six milestones, due at the end of 2028-06-30. */
static struct og_conf_programme programme_of(struct og_conf_milestone *milestones, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!milestones[i].due.set)
			milestones[i].due =
				(struct og_when){.set = true, .year = 2028, .month = 6, .day = 30};
	return (struct og_conf_programme){
		.name = "cleanup",
		.vendors = {.names = vendor_names, .count = 2},
		.milestones = milestones,
		.milestone_count = count,
	};
}

static struct og_progress_device with_row(enum og_asset_status status)
{
	return (struct og_progress_device){.vendor = "acme",
					   .role = OG_ROLE_CAMERA,
					   .facts = {.has_row = true, .status = status}};
}

static void give_site(struct og_progress *p, const char *name, bool surveyed, int64_t baseline_at)
{
	const struct og_progress_site site = {
		.name = name, .zone = "UTC", .surveyed = surveyed, .baseline_at = baseline_at};

	assert_int_equal(og_progress_site(p, &site), 0);
}

/* @device with the state it had by its last step. */
static void give(struct og_progress *p, struct og_progress_device device,
		 const struct og_state_step *steps, size_t count)
{
	device.steps = steps;
	device.step_count = count;
	if (count) {
		device.facts.has_stored = true;
		device.facts.stored = steps[count - 1].state;
		device.facts.stored_at = steps[count - 1].at;
	}
	assert_int_equal(og_progress_device(p, &device), 0);
}

static const struct og_progress_result *finish(struct og_progress *p)
{
	const struct og_progress_result *result;

	assert_int_equal(og_progress_finish(p, &result), 0);
	return result;
}

static void counts(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "devices",
		 .measure = OG_MEASURE_DEVICES,
		 .comparator = OG_AT_LEAST,
		 .percent = 50},
		{.name = "sites",
		 .measure = OG_MEASURE_SITES,
		 .comparator = OG_AT_LEAST,
		 .percent = 50},
	};
	struct og_conf_programme programme = programme_of(m, 2);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0 + 40 * DAY);
	const struct og_state_step removed[] = {{T0 + 20 * DAY, OG_STATE_REMOVED}};
	const struct og_state_step verified[] = {{T0 + 5 * DAY, OG_STATE_REMOVED},
						 {T0 + 35 * DAY, OG_STATE_VERIFIED_ABSENT}};
	struct og_progress_device device = with_row(OG_ASSET_LEGACY), found = {.vendor = "zeta"};
	const struct og_progress_result *r;

	(void)state;
	give_site(p, "clean", true, T0);
	give(p, device, removed, 1);
	give(p, device, verified, 2);
	give(p, with_row(OG_ASSET_FALSE_POSITIVE), NULL, 0);
	give_site(p, "half", true, T0);
	give(p, with_row(OG_ASSET_LEGACY_UNPROVEN), NULL, 0);
	give(p, with_row(OG_ASSET_REPLACED), NULL, 0);
	found.facts.first_seen = found.facts.last_seen = T0 + 3 * DAY;
	found.silent = found.excepted = found.third_party = true;
	found.dropped = 7;
	give(p, found, NULL, 0);
	r = finish(p);
	assert_int_equal(r->whole.devices, 5);
	assert_int_equal(r->whole.baseline, 4);
	assert_int_equal(r->whole.found_later, 1);
	assert_int_equal(r->whole.false_positive, 1);
	assert_int_equal(r->whole.gone, 3);
	assert_int_equal(r->whole.present, 2);
	assert_int_equal(r->whole.verified_absent, 1);
	assert_int_equal(r->whole.unproven, 1);
	assert_int_equal(r->whole.states[OG_STATE_REMOVED], 2);
	assert_int_equal(r->whole.states[OG_STATE_SUSPECTED], 1);
	assert_int_equal(r->whole.silent + r->whole.excepted + r->whole.third_party, 3);
	assert_int_equal(r->vendors[0].devices, 4);
	assert_int_equal(r->vendors[0].gone, 3);
	assert_int_equal(r->vendors[1].present, 1);
	assert_int_equal(r->vendors[1].dropped, 7);
	assert_int_equal(r->whole.last_seen, T0 + 3 * DAY);
	assert_int_equal(r->sites_surveyed, 2);
	assert_int_equal(r->sites_clean, 1);
	assert_true(r->sites[0].clean && !r->sites[1].clean);
	/* Three of five devices: met when the third was gone. One of two sites: likewise. */
	assert_true(r->milestones[0].result.met);
	assert_int_equal(r->milestones[0].met_at, T0 + 20 * DAY);
	assert_int_equal(r->milestones[0].result.percent, 60);
	assert_int_equal(r->milestones[0].forecast.word, OG_FORECAST_IS_DONE);
	assert_true(r->milestones[1].result.met);
	assert_int_equal(r->milestones[1].met_at, T0 + 20 * DAY);
	assert_int_equal(r->milestones[1].result.percent, 50);
	og_progress_free(p);
}

static void not_surveyed(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "devices",
		 .measure = OG_MEASURE_DEVICES,
		 .comparator = OG_AT_LEAST,
		 .percent = 10},
		{.name = "sites", .measure = OG_MEASURE_SITES, .comparator = OG_NONE_LEFT},
	};
	struct og_conf_programme programme = programme_of(m, 2);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0 + 400 * DAY);
	const struct og_state_step removed[] = {{T0, OG_STATE_CONFIRMED}, {T0, OG_STATE_REMOVED}};
	const struct og_progress_result *r;

	(void)state;
	give_site(p, "surveyed", true, T0);
	give(p, with_row(OG_ASSET_LEGACY), removed, 2);
	give_site(p, "unknown", false, 0);
	give(p, (struct og_progress_device){.vendor = "acme"}, removed, 2);
	give_site(p, "empty", false, 0);
	r = finish(p);
	/* What was removed where nobody looked is in the denominator alone. */
	assert_int_equal(r->whole.gone, 1);
	assert_int_equal(r->whole.present, 1);
	assert_int_equal(r->whole.states[OG_STATE_REMOVED], 2);
	assert_int_equal(r->milestones[0].tally.total, 2);
	assert_int_equal(r->milestones[0].tally.done, 1);
	assert_int_equal(r->milestones[0].tally.not_surveyed, 2);
	assert_false(r->milestones[0].result.met);
	assert_true(r->milestones[0].result.overdue);
	assert_int_equal(r->milestones[0].forecast.word, OG_FORECAST_TOO_FEW);
	assert_int_equal(r->milestones[1].tally.total, 3);
	assert_int_equal(r->milestones[1].tally.done, 1);
	assert_int_equal(r->overdue, 2);
	assert_int_equal(r->sites_surveyed, 1);
	assert_false(r->sites[2].clean);
	og_progress_free(p);
}

static void blind_is_never_clean(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "sites", .measure = OG_MEASURE_SITES, .comparator = OG_NONE_LEFT}};
	struct og_conf_programme programme = programme_of(m, 1);

	(void)state;
	for (int blind = 0; blind < 2; blind++) {
		struct og_progress *p = og_progress_new(&programme, "UTC", T0 + DAY);
		const struct og_progress_site site = {
			.name = "s", .surveyed = true, .blind = blind, .baseline_at = T0};
		const struct og_progress_result *r;

		assert_int_equal(og_progress_site(p, &site), 0);
		give(p, with_row(OG_ASSET_REMOVED), NULL, 0);
		r = finish(p);
		assert_int_equal(r->sites_clean, !blind);
		assert_int_equal(r->sites_blind, blind);
		assert_int_equal(r->milestones[0].result.met, !blind);
		og_progress_free(p);
	}
}

/* What came after the freeze was found later, in the register or not. */
static void frozen(void **state)
{
	struct og_conf_programme programme = programme_of(NULL, 0);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0);
	const struct og_progress_site site = {.name = "s", .surveyed = true, .frozen = 2};
	const struct og_progress_result *r;

	(void)state;
	assert_int_equal(og_progress_site(p, &site), 0);
	for (int i = 0; i < 3; i++)
		give(p, with_row(OG_ASSET_LEGACY), NULL, 0);
	give(p, (struct og_progress_device){.vendor = "acme"}, NULL, 0);
	r = finish(p);
	assert_int_equal(r->whole.baseline, 2);
	assert_int_equal(r->whole.found_later, 2);
	assert_int_equal(r->whole.devices, 4);
	og_progress_free(p);
}

/* Due at the end of the day where it ends last: Honolulu, and not before. */
static void due_by_zone(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "a", .measure = OG_MEASURE_SITES, .comparator = OG_NONE_LEFT},
		{.name = "b",
		 .measure = OG_MEASURE_SITES,
		 .comparator = OG_NONE_LEFT,
		 .scope.site_class = "east"}};
	struct og_conf_extension moved[] = {
		{.was = {.set = true, .year = 2028, .month = 2, .day = 29}}};
	struct og_conf_programme programme = programme_of(m, 2);
	const struct og_progress_site sites[] = {
		{.name = "tokyo", .zone = "Asia/Tokyo", .site_class = "east"},
		{.name = "honolulu", .zone = "Pacific/Honolulu"},
		{.name = "osaka", .zone = "Asia/Tokyo", .site_class = "east"},
	};
	const int64_t utc = 1846022399; /* 2028-06-30T23:59:59Z */
	const struct og_progress_result *r;
	struct og_progress *p;

	(void)state;
	m[0].extensions = moved;
	m[0].extension_count = 1;
	for (int late = 0; late < 2; late++) {
		p = og_progress_new(&programme, "UTC", utc + 10 * 3600 + late);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(og_progress_site(p, &sites[i]), 0);
		r = finish(p);
		assert_int_equal(r->milestones[0].due_at, utc + 10 * 3600);
		assert_int_equal(r->milestones[0].original_due_at, T0 + 60 * DAY - 1 + 10 * 3600);
		assert_int_equal(r->milestones[0].result.overdue, late);
		assert_int_equal(r->milestones[1].due_at, utc - 9 * 3600);
		assert_int_equal(r->milestones[1].original_due_at, utc - 9 * 3600);
		assert_true(r->milestones[1].result.overdue);
		assert_int_equal(r->milestones[1].tally.total, 2);
		og_progress_free(p);
	}
	p = og_progress_new(&programme, "UTC", T0);
	assert_int_equal(
		og_progress_site(p, &(struct og_progress_site){.name = "x", .zone = "No/Where"}),
		0);
	assert_int_equal(og_progress_finish(p, &r), -EINVAL);
	og_progress_free(p);
}

/* Met, lost again by what was found later, met again: since the second time. */
static void met_again(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "devices", .measure = OG_MEASURE_DEVICES, .comparator = OG_NONE_LEFT},
		{.name = "sites", .measure = OG_MEASURE_SITES, .comparator = OG_NONE_LEFT}};
	struct og_conf_programme programme = programme_of(m, 2);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0 + 300 * DAY);
	const struct og_state_step first[] = {{T0 + 10 * DAY, OG_STATE_REMOVED},
					      {T0 + 20 * DAY, OG_STATE_REAPPEARED},
					      {T0 + 30 * DAY, OG_STATE_REMOVED}};
	const struct og_state_step later[] = {{T0 + 51 * DAY, OG_STATE_CONFIRMED},
					      {T0 + 60 * DAY + 5, OG_STATE_REMOVED}};
	struct og_progress_device found = {
		.vendor = "zeta",
		.facts = {.first_seen = T0 + 50 * DAY, .last_seen = T0 + 50 * DAY}};
	const struct og_progress_result *r;

	(void)state;
	give_site(p, "s", true, T0);
	give(p, with_row(OG_ASSET_LEGACY), first, 3);
	give(p, found, later, 2);
	r = finish(p);
	for (int i = 0; i < 2; i++) {
		assert_true(r->milestones[i].result.met);
		assert_int_equal(r->milestones[i].met_at, T0 + 60 * DAY + 5);
	}
	assert_int_equal(r->whole.gone, 2);
	og_progress_free(p);
}

/* 13 weeks of a device a day: 91 of 182 in half the time, the rest in as much. */
static void steady(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "all", .measure = OG_MEASURE_DEVICES, .comparator = OG_NONE_LEFT}};
	struct og_conf_programme programme = programme_of(m, 1);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0 + 91 * DAY + 3600);
	const struct og_progress_result *r;

	(void)state;
	give_site(p, "s", true, T0);
	for (int i = 0; i < 182; i++) {
		const struct og_state_step steps[] = {{T0 + i * DAY + 60, OG_STATE_REMOVED}};

		give(p, with_row(OG_ASSET_LEGACY), steps, i < 91);
	}
	r = finish(p);
	assert_int_equal(r->milestones[0].forecast.days, 91);
	assert_int_equal(r->milestones[0].forecast.word, OG_FORECAST_LATE);
	/* All days fit, and the last point is now. */
	assert_int_equal(r->point_count, 92);
	assert_int_equal(r->points[0].at, T0 + DAY - 1);
	assert_int_equal(r->points[0].total, 182);
	assert_int_equal(r->points[0].gone, 1);
	assert_int_equal(r->points[91].at, T0 + 91 * DAY + 3600);
	assert_int_equal(r->points[91].gone, 91);
	og_progress_free(p);
}

/* A clock that was set back a year: what is dated after now counts as now, and nothing is lost. */
static void clock_set_back(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "all", .measure = OG_MEASURE_DEVICES, .comparator = OG_NONE_LEFT},
		{.name = "sites", .measure = OG_MEASURE_SITES, .comparator = OG_NONE_LEFT}};
	struct og_conf_programme programme = programme_of(m, 2);
	struct og_progress *p = og_progress_new(&programme, "UTC", T0);
	const struct og_state_step steps[] = {{T0 + 365 * DAY, OG_STATE_REMOVED},
					      {T0 - 5 * DAY, OG_STATE_CONFIRMED},
					      {T0 - 4 * DAY, OG_STATE_REMOVED}};
	const struct og_progress_result *r;

	(void)state;
	give_site(p, "s", true, T0 + 360 * DAY);
	give(p, with_row(OG_ASSET_LEGACY), steps, 3);
	r = finish(p);
	assert_int_equal(r->whole.gone, 1);
	assert_int_equal(r->points[r->point_count - 1].gone, 1);
	assert_int_equal(r->points[r->point_count - 1].at, T0);
	for (int i = 0; i < 2; i++) {
		assert_true(r->milestones[i].result.met);
		assert_int_equal(r->milestones[i].met_at, T0);
	}
	og_progress_free(p);
}

/* A history of one device by the rules, from some day on. */
static size_t random_steps(struct og_state_step *steps, size_t most, bool row, int64_t from,
			   int64_t now)
{
	enum og_device_state at = row ? OG_STATE_CONFIRMED : OG_STATE_SUSPECTED;
	size_t count = 0, tries = below(30);

	for (size_t i = 0; i < tries && count < most; i++) {
		enum og_device_state to = below(OG_STATE_COUNT);

		from += below(20 * DAY);
		if (from > now || !og_state_may(at, to))
			continue;
		steps[count++] = (struct og_state_step){from, to};
		at = to;
	}
	return count;
}

static void check_result(const struct og_progress_result *r, int64_t now)
{
	const struct og_progress_point *last = &r->points[r->point_count - 1];
	uint64_t by_state = 0, clean = 0;

	for (size_t i = 0; i < OG_STATE_COUNT; i++)
		by_state += r->whole.states[i];
	assert_int_equal(by_state, r->whole.devices);
	assert_int_equal(r->whole.gone + r->whole.present, r->whole.devices);
	assert_int_equal(r->whole.baseline + r->whole.found_later, r->whole.devices);
	assert_true(r->whole.verified_absent <= r->whole.gone);
	assert_int_equal(r->vendors[0].devices + r->vendors[1].devices, r->whole.devices);
	for (size_t i = 0; i < r->site_count; i++)
		clean += r->sites[i].clean;
	assert_int_equal(clean, r->sites_clean);
	/* The history ends where the counts stand, and never goes beyond itself. */
	assert_true(r->point_count >= 1 && r->point_count <= OG_PROGRESS_POINTS);
	assert_int_equal(last->at, now);
	assert_int_equal(last->total, r->whole.devices);
	assert_int_equal(last->gone, r->whole.gone);
	assert_int_equal(last->verified_absent, r->whole.verified_absent);
	for (size_t i = 0; i < r->point_count; i++) {
		const struct og_progress_point *point = &r->points[i];

		assert_true(point->gone <= point->total && point->verified_absent <= point->gone);
		assert_true(!i || (point[-1].at < point->at && point[-1].total <= point->total));
	}
}

static void check_milestones(const struct og_progress_result *r, size_t count, int64_t now)
{
	for (size_t i = 0; i < count; i++) {
		const struct og_progress_milestone *m = &r->milestones[i];

		assert_true(m->tally.done <= m->tally.total);
		assert_true(m->tally.not_surveyed <= m->tally.sites);
		assert_int_equal(m->result.met, og_milestone_met(m->conf, &m->tally));
		assert_true(!(m->result.met && m->result.overdue));
		assert_true(m->met_at <= now && (m->result.met || !m->met_at));
		assert_int_equal(m->forecast.word == OG_FORECAST_IS_DONE, m->result.met);
		if (m->conf->measure == OG_MEASURE_SITES)
			assert_int_equal(m->tally.total, m->tally.sites);
	}
	/* Unlimited scopes, the same comparator: sites that are done are those that are clean. */
	assert_int_equal(r->milestones[0].tally.done, r->whole.gone);
	assert_int_equal(r->milestones[0].tally.total, r->whole.devices);
	assert_int_equal(r->milestones[1].tally.done, r->sites_clean);
	assert_true(r->milestones[2].tally.total <= r->whole.devices);
	assert_true(r->milestones[3].tally.done <= r->milestones[3].tally.total);
}

/* Sites, devices and histories at random: what must always hold. */
static void random_programmes(void **state)
{
	struct og_conf_milestone m[] = {
		{.name = "a", .measure = OG_MEASURE_DEVICES, .comparator = OG_NONE_LEFT},
		{.name = "b",
		 .measure = OG_MEASURE_SITES,
		 .comparator = OG_AT_LEAST,
		 .percent = 40},
		{.name = "c",
		 .measure = OG_MEASURE_DEVICES,
		 .comparator = OG_AT_MOST,
		 .percent = 60,
		 .scope.roles = 1u << OG_ROLE_CAMERA},
		{.name = "d",
		 .measure = OG_MEASURE_SITES,
		 .comparator = OG_AT_LEAST,
		 .percent = 70,
		 .scope.vendors = {.names = vendor_names, .count = 1}},
	};
	struct og_conf_programme programme = programme_of(m, 4);

	(void)state;
	for (int round = 0; round < 400; round++) {
		int64_t now = T0 + below(1500) * DAY + below(DAY);
		struct og_progress *p = og_progress_new(&programme, "UTC", now);
		const struct og_progress_result *r;
		size_t sites = below(8);

		for (size_t i = 0; i < sites; i++) {
			give_site(p, "s", below(4), below(3) ? T0 + below(100) * DAY : 0);
			for (size_t j = below(9); j; j--) {
				struct og_state_step steps[16];
				struct og_progress_device device = {.vendor =
									    vendor_names[below(2)],
								    .role = below(OG_ROLE_COUNT)};
				bool row = below(3);

				device.facts.has_row = row;
				device.facts.status = below(OG_ASSET_STATUS_COUNT);
				if (below(2))
					device.facts.first_seen = device.facts.last_seen =
						T0 + below(200) * DAY;
				give(p, device, steps, random_steps(steps, 16, row, T0, now));
			}
		}
		r = finish(p);
		assert_int_equal(r->site_count, sites);
		check_result(r, now);
		check_milestones(r, 4, now);
		og_progress_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(not_surveyed),
		cmocka_unit_test(blind_is_never_clean),
		cmocka_unit_test(frozen),
		cmocka_unit_test(due_by_zone),
		cmocka_unit_test(met_again),
		cmocka_unit_test(steady),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(random_programmes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
