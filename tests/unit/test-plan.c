// SPDX-License-Identifier: GPL-2.0
/*
 * test-plan.c: what a new configuration, or time, would change (policy/plan*.c)
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/explain/plan.h"
#include "tests/vectors/house.h"

#define CAMERA	0x4419b6000001
#define OTHER	0xe0508b000001
#define JANUARY 1798761600 /* 2027-01-01 00:00 UTC */
#define JUNE	1811808000 /* 2027-06-01 00:00 UTC */

static struct house *common(void)
{
	struct house *house = house_new();

	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock",
		   "alpha 44:19:b6/24 csv \"Alpha\"\nbeta e0:50:8b/24 csv \"Beta\"\n");
	house_file(house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(house, "vendors/beta.yaml", "title: Beta\nnames: [\"Beta\"]\n");
	house_file(house, "sites/office.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	house_file(house, "policies/cameras.yaml",
		   "vendors: [alpha]\nphases: [{from: 2027-01-01, action: log}]\n");
	return house;
}

static const struct og_plan_device seen[] = {
	{CAMERA, "office"},	    {CAMERA + 1, "office"}, {OTHER, "office"},
	{0x000102030405, "office"}, {CAMERA, "elsewhere"},
};

static void compares_two_configurations(void **state)
{
	const struct og_plan_probe probes[] = {{house_address("198.51.100.7"), IPPROTO_UDP, 123}};
	struct house *house = common();
	struct og_compiled *old = house_compile(house, 0), *new;
	struct og_plan_side before = {old, JANUARY}, after = {NULL, JANUARY};
	struct og_plan_changes changes;

	(void)state;
	house_file(house, "policies/cameras.yaml",
		   "vendors: [alpha]\nphases: [{from: 2027-01-01, action: log}, {from: 2027-06-01, "
		   "action: restrict, allow: [{to: 198.51.100.0/24}]}]\n");
	house_file(house, "policies/more.yaml",
		   "vendors: [beta]\nphases: [{from: 2026-01-01, action: block}]\n");
	house_file(house, "exceptions/one.yaml",
		   "{policy: cameras, device: \"44:19:b6:00:00:02\", owner: a, reason: b, "
		   "approver: c, author: x, approved_by: y, until: 2030-01-01}\n");
	new = house_compile(house, 0);
	after.compiled = new;
	assert_int_equal(og_plan_compare(&before, &after, seen, 5, probes, 1, &changes), 0);
	assert_int_equal(changes.count, 3);
	/* At once: the exception, and the vendor that is blocked. */
	assert_int_equal(changes.items[0].device, 1);
	assert_int_equal(changes.items[0].from, JANUARY);
	assert_string_equal(changes.items[0].after.exception, "one");
	assert_int_equal(changes.items[1].device, 2);
	assert_int_equal(changes.items[1].before.action, OG_OBSERVE);
	assert_int_equal(changes.items[1].after.action, OG_BLOCK);
	assert_string_equal(changes.items[1].after.policy, "more");
	assert_true(changes.items[1].after.drop);
	assert_int_equal(changes.items[1].after.probes_dropped, 1);
	/* In June: the restriction, which lets the probe through. */
	assert_int_equal(changes.items[2].device, 0);
	assert_int_equal(changes.items[2].from, JUNE);
	assert_int_equal(changes.items[2].before.action, OG_LOG);
	assert_int_equal(changes.items[2].after.action, OG_RESTRICT);
	assert_true(changes.items[2].after.drop);
	assert_int_equal(changes.items[2].after.probes_dropped, 0);
	og_plan_changes_free(&changes);

	/* Nothing changes by itself. */
	assert_int_equal(og_plan_compare(&after, &after, seen, 5, NULL, 0, &changes), 0);
	assert_int_equal(changes.count, 0);
	og_plan_changes_free(&changes);
	/* But by time it does. */
	before.compiled = new;
	after.at = JUNE;
	assert_int_equal(og_plan_compare(&before, &after, seen, 5, NULL, 0, &changes), 0);
	assert_int_equal(changes.count, 1);
	assert_int_equal(changes.items[0].device, 0);
	og_plan_changes_free(&changes);
	assert_int_equal(
		og_plan_compare(&before, &after, seen, 5, probes, OG_PLAN_PROBES + 1, &changes),
		-EINVAL);
	og_compiled_free(old);
	og_compiled_free(new);
	house_free(house);
}

static void tells_what_comes(void **state)
{
	struct house *house = common();
	struct og_compiled *compiled;
	struct og_plan_steps steps;

	(void)state;
	house_file(house, "sites/barn.yaml", "timezone: UTC\nports: [{name: lan1}]\n");
	house_file(house, "policies/cameras.yaml",
		   "vendors: [alpha]\nphases: [{from: 2027-01-01, action: log}, {from: 2027-06-01, "
		   "action: block}]\n");
	house_file(house, "assets/office.csv",
		   "mac,role,status\n44:19:b6:00:00:01,camera,legacy\n"
		   "44:19:b6:00:00:02,camera,legacy\n44:19:b6:00:00:03,unknown,legacy\n");
	compiled = house_compile(house, 0);
	assert_int_equal(og_plan_upcoming(compiled, JANUARY, &steps), 0);
	assert_int_equal(steps.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(steps.items[i].at, JUNE);
		assert_int_equal(steps.items[i].before, OG_LOG);
		assert_int_equal(steps.items[i].after, OG_BLOCK);
		assert_string_equal(steps.items[i].vendor, "alpha");
		assert_string_equal(steps.items[i].policy, "cameras");
		assert_null(steps.items[i].exception);
	}
	assert_string_equal(steps.items[0].site, "barn");
	assert_true(steps.items[0].everyone);
	assert_int_equal(steps.items[0].devices, 0);
	assert_string_equal(steps.items[1].site, "office");
	assert_int_equal(steps.items[1].role, OG_ROLE_UNKNOWN);
	assert_true(steps.items[1].everyone);
	assert_int_equal(steps.items[1].devices, 1);
	assert_int_equal(steps.items[2].role, OG_ROLE_CAMERA);
	assert_false(steps.items[2].everyone);
	assert_int_equal(steps.items[2].devices, 2);
	og_plan_steps_free(&steps);
	assert_int_equal(og_plan_upcoming(compiled, JUNE, &steps), 0);
	assert_int_equal(steps.count, 0);
	og_plan_steps_free(&steps);
	og_compiled_free(compiled);
	house_free(house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_two_configurations),
		cmocka_unit_test(tells_what_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
