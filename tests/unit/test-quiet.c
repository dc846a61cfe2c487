// SPDX-License-Identifier: GPL-2.0
/*
 * test-quiet.c: whether anything that a phase would drop was seen of late (policy/explain/quiet.c)
 */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "policy/explain/quiet.h"
#include "tests/vectors/house.h"

#define CAMERA 0x4419b6000001
#define NOW    1800000000
#define DAY    86400

struct scene {
	struct house *house;
	struct og_compiled *compiled;
	struct og_plan_side side;
};

static void open_scene(struct scene *s, const char *phase)
{
	char policy[256];

	s->house = house_new();
	house_file(s->house, "ouiguard.yaml", "engine: auto\n");
	house_file(s->house, "prefixes.lock", "alpha 44:19:b6/24 csv \"Alpha\"\n");
	house_file(s->house, "vendors/alpha.yaml", "title: Alpha\nnames: [\"Alpha\"]\n");
	house_file(s->house, "sites/office.yaml", "timezone: UTC\nports: [{name: lan0}]\n");
	snprintf(policy, sizeof(policy), "vendors: [alpha]\nphases: [{from: 2026-01-01, %s}]\n",
		 phase);
	house_file(s->house, "policies/p.yaml", policy);
	house_link(s->house, (struct og_gw_link){.name = "lan0", .ifindex = 3});
	house_addr(s->house, 3, "10.1.0.1", 24);
	s->compiled = house_compile(s->house, NOW);
	s->side = (struct og_plan_side){s->compiled, NOW};
}

static void close_scene(struct scene *s)
{
	og_compiled_free(s->compiled);
	house_free(s->house);
}

static struct og_quiet_dest dest(const char *addr, uint16_t port, int64_t last_seen)
{
	struct og_quiet_dest dest = {.probe = {.proto = IPPROTO_TCP, .port = port},
				     .last_seen = last_seen};

	if (addr)
		dest.probe.dst = house_address(addr);
	return dest;
}

static bool is_quiet(struct scene *s, struct og_quiet_dest one)
{
	const struct og_plan_device device = {CAMERA, "office"};

	return og_quiet_judge(&s->side, &device, &one, 1, NOW - 3 * DAY, NULL);
}

static void test_a_block_drops_what_left(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, "action: block");
	assert_false(is_quiet(&s, dest("198.51.100.9", 443, NOW)));
	assert_false(is_quiet(&s, dest("198.51.100.9", 443, NOW - 3 * DAY)));
	assert_true(is_quiet(&s, dest("198.51.100.9", 443, NOW - 3 * DAY - 1)));
	/* What is internal by now is no egress any more. */
	assert_true(is_quiet(&s, dest("10.1.0.9", 443, NOW)));
	/* A frame that is not IP. */
	assert_false(is_quiet(&s, dest(NULL, 0x8137, NOW)));
	close_scene(&s);
}

static void test_a_restriction_drops_what_it_does_not_allow(void **state)
{
	struct og_quiet_dest dests[] = {dest("198.51.100.9", 443, NOW),
					dest("203.0.113.9", 80, NOW - DAY),
					dest("203.0.113.9", 81, NOW)};
	const struct og_plan_device device = {CAMERA, "office"}, other = {0x000102030405, "office"};
	struct scene s;
	size_t place = 9;

	(void)state;
	open_scene(&s,
		   "action: restrict, allow: [198.51.100.0/24, {to: 203.0.113.9, port: 81/tcp}]");
	assert_false(og_quiet_judge(&s.side, &device, dests, 3, NOW - 3 * DAY, &place));
	assert_int_equal(place, 1);
	assert_true(og_quiet_judge(&s.side, &device, dests, 3, NOW - DAY + 1, &place));
	assert_true(og_quiet_judge(&s.side, &other, dests, 3, 0, &place));
	close_scene(&s);
}

static void test_log_and_limit_drop_nothing(void **state)
{
	struct scene s;

	(void)state;
	open_scene(&s, "action: log");
	assert_true(is_quiet(&s, dest("198.51.100.9", 443, NOW)));
	close_scene(&s);
	open_scene(&s, "action: limit, rate: 64kbit");
	assert_true(is_quiet(&s, dest("198.51.100.9", 443, NOW)));
	close_scene(&s);
}

/* While an old destination is left that may make room, none of late had to. */
static void test_what_was_cut_may_have_been_of_late(void **state)
{
	struct og_quiet_dest dests[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		dests[i] = dest("198.51.100.9", i, i < 8 ? NOW : NOW - 9 * DAY);
	assert_false(og_quiet_cut(dests, 16, 0, 16, 8, NOW - DAY));
	assert_true(og_quiet_cut(dests, 16, 1, 16, 8, NOW - DAY));
	dests[0].last_seen = NOW - 9 * DAY;
	assert_false(og_quiet_cut(dests, 16, 1, 16, 8, NOW - DAY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_block_drops_what_left),
		cmocka_unit_test(test_a_restriction_drops_what_it_does_not_allow),
		cmocka_unit_test(test_log_and_limit_drop_nothing),
		cmocka_unit_test(test_what_was_cut_may_have_been_of_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
