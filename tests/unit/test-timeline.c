// SPDX-License-Identifier: GPL-2.0
/*
 * test-timeline.c: policies, dates and exceptions against a naive model (policy/compile/timeline.c)
 *
 * Random policies and exceptions are written as files and compiled. A model that looks at one
 * second and one device at a time must agree, whatever second the ruleset was compiled for.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/decide.h>
#include "tests/vectors/house.h"

#define POLICIES   4
#define PHASES	   4
#define EXCEPTIONS 4
#define DEVICES	   4
#define ROUNDS	   12
#define DAY	   86400
#define START	   1798761600 /* 2027-01-01 00:00 UTC */
#define FIRST	   0x4419b6000000

/* Days count from START; a device is FIRST + its number. Device 0 has no row and so is new. */
struct plan {
	struct {
		bool vendor, has_new;
		int new_day, new_action; /* day -1: at once */
		int phases, day[PHASES], action[PHASES];
	} policy[POLICIES];
	struct {
		int policy, device; /* device -1: the whole site */
		int from, until;    /* from -1: at once */
	} exception[EXCEPTIONS];
	bool register_there;
};

static uint64_t state_ = 1;

static int below(int limit)
{
	state_ = og_hash(state_ + 1, 0x9e3779b97f4a7c15);
	return (int)((state_ >> 33) % (unsigned int)limit);
}

static void draw(struct plan *plan)
{
	memset(plan, 0, sizeof(*plan));
	plan->register_there = below(2);
	for (int p = 0; p < POLICIES; p++) {
		plan->policy[p].vendor = below(4) > 0;
		plan->policy[p].has_new = below(2);
		plan->policy[p].new_day = below(12) - 1;
		plan->policy[p].new_action = below(OG_ACTION_COUNT);
		plan->policy[p].phases = 1 + below(PHASES);
		for (int i = 0, day = 0; i < plan->policy[p].phases; i++) {
			day += 1 + below(4);
			plan->policy[p].day[i] = day;
			plan->policy[p].action[i] = below(OG_ACTION_COUNT);
		}
	}
	for (int e = 0; e < EXCEPTIONS; e++) {
		plan->exception[e].policy = below(POLICIES);
		plan->exception[e].device = below(DEVICES + 1) - 1;
		plan->exception[e].from = below(10) - 1;
		plan->exception[e].until = plan->exception[e].from + 2 + below(6);
	}
}

static const char *const actions[OG_ACTION_COUNT] = {
	"action: observe",
	"action: log",
	"action: limit, rate: 64kbit, burst: 16kB",
	"action: restrict, allow: [{to: 192.0.2.0/24}]",
	"action: block",
	"action: isolate",
};

static void write_policy(struct house *house, const struct plan *plan, int p)
{
	char name[32], text[2048];
	int at = snprintf(text, sizeof(text), "vendors: [%s]\n",
			  plan->policy[p].vendor ? "alpha" : "beta");

	if (plan->policy[p].has_new && plan->policy[p].new_day < 0)
		at += snprintf(text + at, sizeof(text) - at, "new_devices: {%s}\n",
			       actions[plan->policy[p].new_action]);
	else if (plan->policy[p].has_new)
		at += snprintf(text + at, sizeof(text) - at,
			       "new_devices: {from: 2027-01-%02d, %s}\n",
			       plan->policy[p].new_day + 1, actions[plan->policy[p].new_action]);
	at += snprintf(text + at, sizeof(text) - at, "phases:\n");
	for (int i = 0; i < plan->policy[p].phases; i++)
		at += snprintf(text + at, sizeof(text) - at, "  - {from: 2027-01-%02d, %s}\n",
			       plan->policy[p].day[i] + 1, actions[plan->policy[p].action[i]]);
	snprintf(name, sizeof(name), "policies/p%d.yaml", p);
	house_file(house, name, text);
}

static void write_exception(struct house *house, const struct plan *plan, int e)
{
	char name[32], text[512], who[64] = "site: office", from[32] = "";

	if (plan->exception[e].device >= 0)
		snprintf(who, sizeof(who), "device: \"44:19:b6:00:00:%02x\"",
			 plan->exception[e].device);
	if (plan->exception[e].from >= 0)
		snprintf(from, sizeof(from), ", from: 2027-01-%02d", plan->exception[e].from + 1);
	snprintf(text, sizeof(text),
		 "{policy: p%d, %s, owner: a, reason: b, approver: c, author: x, approved_by: y, "
		 "until: 2027-01-%02d%s}\n",
		 plan->exception[e].policy, who, plan->exception[e].until + 1, from);
	snprintf(name, sizeof(name), "exceptions/e%d.yaml", e);
	house_file(house, name, text);
}

static struct house *write_plan(const struct plan *plan)
{
	struct house *house = house_new();

	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock",
		   "alpha 44:19:b6/24 csv \"Alpha\"\nbeta e0:50:8b/24 csv \"Beta\"\n");
	house_file(house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(house, "vendors/beta.yaml", "title: Beta\nnames: [\"Beta\"]\n");
	house_file(house, "sites/office.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	if (plan->register_there)
		house_file(house, "assets/office.csv",
			   "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n"
			   "44:19:b6:00:00:02,camera,removed\n44:19:b6:00:00:03,phone,legacy\n");
	for (int p = 0; p < POLICIES; p++)
		write_policy(house, plan, p);
	for (int e = 0; e < EXCEPTIONS; e++)
		write_exception(house, plan, e);
	return house;
}

/* What policy @p says about @device at @day; -1: nothing. */
static int model_policy(const struct plan *plan, int p, int device, int day)
{
	bool is_new = plan->register_there && device != 1 && device != 3;
	int action = -1;

	if (!plan->policy[p].vendor || (plan->register_there && device == 3))
		return -1;
	for (int i = 0; i < plan->policy[p].phases && plan->policy[p].day[i] <= day; i++)
		action = plan->policy[p].action[i];
	if (is_new && plan->policy[p].has_new && plan->policy[p].new_day <= day)
		action = plan->policy[p].new_action;
	return action;
}

static int model(const struct plan *plan, int device, int day, bool *ret_excepted)
{
	int strictest = OG_OBSERVE;

	*ret_excepted = false;
	for (int p = 0; p < POLICIES; p++) {
		int action = model_policy(plan, p, device, day);
		bool excepted = false;

		for (int e = 0; e < EXCEPTIONS; e++)
			excepted |= plan->exception[e].policy == p &&
				    (plan->exception[e].device < 0 ||
				     plan->exception[e].device == device) &&
				    plan->exception[e].from <= day &&
				    day < plan->exception[e].until;
		if (action > OG_OBSERVE && excepted) {
			*ret_excepted = true;
			action = -1;
		}
		if (action > strictest)
			strictest = action;
	}
	return strictest;
}

static void check(const struct plan *plan, const struct og_compiled *compiled, int device, int day,
		  int64_t second)
{
	const struct og_ruleset *rs = compiled->ruleset;
	uint64_t mac = FIRST + (uint64_t)device;
	int phase = og_phase_at(rs, og_class_of(rs, mac, 1, og_group_of(rs, mac)), second);
	int action = phase < 0 ? OG_OBSERVE : rs->phase[phase].action;
	bool excepted;

	assert_int_equal(action, model(plan, device, day, &excepted));
	assert_int_equal(phase >= 0 && rs->phase[phase].exception, excepted);
	if (phase >= 0)
		assert_int_equal(!!(rs->phase[phase].flags & OG_PHASE_LOG), action >= OG_LOG);
}

static void agrees_with_the_model(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct house *house;
		struct plan plan;

		draw(&plan);
		house = write_plan(&plan);
		/* Compiled for any day, it is right from that day on. */
		for (int now = -1; now < 20; now += 3) {
			struct og_compiled *compiled =
				house_compile(house, START + now * DAY + DAY / 2);

			for (int device = 0; device < DEVICES; device++) {
				check(&plan, compiled, device, now, START + now * DAY + DAY / 2);
				for (int day = now + 1; day < 24; day++) {
					int64_t midnight = START + (int64_t)day * DAY;

					check(&plan, compiled, device, day, midnight);
					check(&plan, compiled, device, day, midnight + DAY - 1);
				}
			}
			og_compiled_free(compiled);
		}
		house_free(house);
	}
}

static void reads_dates_by_the_clock_of_the_site(void **state)
{
	struct house *house = house_new();
	struct og_compiled *compiled;
	const struct og_ruleset *rs;

	(void)state;
	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock", "alpha 44:19:b6/24 csv \"Alpha\"\n");
	house_file(house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(house, "sites/a.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	house_file(house, "sites/b.yaml", "timezone: Europe/London\nports: [{name: lan1}]\n");
	house_file(house, "sites/c.yaml", "timezone: Asia/Tokyo\nports: [{name: lan2}]\n");
	house_file(house, "policies/p.yaml",
		   "vendors: [alpha]\nphases: [{from: 2027-07-01, action: log}, {from: "
		   "\"2027-08-01T00:00:00Z\", action: block}]\n");
	compiled = house_compile(house, 0);
	rs = compiled->ruleset;
	for (int site = 1; site <= 3; site++) {
		static const int64_t first[] = {1814400000, 1814400000 - 3600,
						1814400000 - 9 * 3600};
		const struct og_class *class = &rs->class[rs->class_of[site][OG_GROUP_FIRST]];

		assert_int_equal(class->phases, 2);
		assert_int_equal(rs->phase[class->phase].from, first[site - 1]);
		assert_int_equal(rs->phase[class->phase + 1].from, 1817078400);
	}
	og_compiled_free(compiled);
	house_free(house);
}

/* An exception for every site goes by the gateway's clock, one for a site by the site's. */
static void reads_exceptions_by_their_clock(void **state)
{
	struct house *house = house_new();
	struct og_compiled *compiled;
	const char *zone = getenv("TZ");
	char *kept = zone ? strdup(zone) : NULL;

	(void)state;
	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock", "alpha 44:19:b6/24 csv \"Alpha\"\n");
	house_file(house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(house, "sites/a.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	house_file(house, "policies/p.yaml",
		   "vendors: [alpha]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "exceptions/all.yaml",
		   "{policy: p, device: \"44:19:b6:00:00:01\", owner: a, reason: b, approver: c, "
		   "author: x, approved_by: y, "
		   "until: 2027-07-01}\n");
	house_file(house, "exceptions/one.yaml",
		   "{policy: p, device: \"44:19:b6:00:00:02\", site: a, owner: a, reason: b, "
		   "approver: c, author: x, approved_by: y, until: 2027-07-01}\n");
	setenv("TZ", "Asia/Tokyo", 1);
	compiled = house_compile(house, 1800000000);
	for (uint64_t device = 1; device <= 2; device++) {
		const struct og_ruleset *rs = compiled->ruleset;
		int64_t until = 1814400000 - (device == 1 ? 9 * 3600 : 0);
		uint32_t class = og_class_of(rs, FIRST + device, 1, OG_GROUP_FIRST);
		int last = og_phase_at(rs, class, until - 1), first = og_phase_at(rs, class, until);

		assert_true(first >= 0);
		assert_int_equal(last < 0 ? OG_OBSERVE : rs->phase[last].action, OG_OBSERVE);
		assert_int_equal(rs->phase[first].action, OG_BLOCK);
	}
	if (kept)
		setenv("TZ", kept, 1);
	else
		unsetenv("TZ");
	free(kept);
	og_compiled_free(compiled);
	house_free(house);
}

static void bounds_the_phases_of_a_class(void **state)
{
	struct house *house = house_new();

	(void)state;
	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock", "alpha 44:19:b6/24 csv \"Alpha\"\n");
	house_file(house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(house, "sites/office.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	house_file(house, "policies/p.yaml",
		   "vendors: [alpha]\nphases: [{from: 2027-01-01, action: block}]\n");
	for (int i = 0; i < 40; i++) {
		char name[32], text[256];

		snprintf(text, sizeof(text),
			 "{policy: p, site: office, owner: a, reason: b, approver: c, author: x, "
			 "approved_by: y, from: "
			 "20%d-01-01, until: 20%d-02-01}\n",
			 30 + i, 30 + i);
		snprintf(name, sizeof(name), "exceptions/e%d.yaml", i);
		house_file(house, name, text);
	}
	house_refused(house, 0, -E2BIG, "site `office` has more than 64 changes ahead");
	house_free(house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_model),
		cmocka_unit_test(reads_dates_by_the_clock_of_the_site),
		cmocka_unit_test(reads_exceptions_by_their_clock),
		cmocka_unit_test(bounds_the_phases_of_a_class),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
