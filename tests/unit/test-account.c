// SPDX-License-Identifier: GPL-2.0
/* What every engine writes down about a judged frame, by the header that all of them compile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ouiguard/account.h>

static struct og_seen seen_from(__u64 hi, __u64 lo)
{
	return (struct og_seen){.facts = {.src = {hi, lo}, .flags = OG_F_DST}};
}

static void note(struct og_device *d, __u64 hi, __u64 lo)
{
	const struct og_seen seen = seen_from(hi, lo);

	og_device_src(&seen, d);
}

static void note_v4(struct og_device *d, __u32 v4)
{
	note(d, 0, og_addr_v4(v4).lo);
}

static int holds(const struct og_device *d, __u64 hi, __u64 lo)
{
	int i, found = 0;

	for (i = 0; i < OG_SRCS; i++)
		found += d->srcs[i].hi == hi && d->srcs[i].lo == lo;
	return found;
}

static int distinct(const struct og_device *d)
{
	return __builtin_popcountll(d->src_bits);
}

static void test_sources(void **state)
{
	struct og_device d = {};
	__u32 i;

	(void)state;
	note_v4(&d, 0x0a000001);
	note_v4(&d, 0x0a000001);
	assert_int_equal(holds(&d, 0, og_addr_v4(0x0a000001).lo), 1);
	assert_int_equal(distinct(&d), 1);
	for (i = 2; i <= 5; i++)
		note_v4(&d, 0x0a000000 | i);
	/* The oldest made room. */
	assert_int_equal(holds(&d, 0, og_addr_v4(0x0a000001).lo), 0);
	for (i = 2; i <= 5; i++)
		assert_int_equal(holds(&d, 0, og_addr_v4(0x0a000000 | i).lo), 1);
	assert_int_equal(d.srcs[d.src_last].lo, og_addr_v4(0x0a000005).lo);
	note_v4(&d, 0x0a000003);
	assert_int_equal(d.srcs[d.src_last].lo, og_addr_v4(0x0a000003).lo);
	/* What was counted once is not counted again, seen or forgotten. */
	i = distinct(&d);
	note_v4(&d, 0x0a000001);
	assert_int_equal(distinct(&d), i);
}

/* A host that asks for an address has none; and of frames that are no IP nothing is known. */
static void test_no_source(void **state)
{
	struct og_seen arp = {.facts = {.src = {0, og_addr_v4(0x0a000001).lo}}};
	struct og_device d = {}, none = {};

	(void)state;
	note(&d, 0, 0);
	note_v4(&d, 0);
	og_device_src(&arp, &d);
	assert_memory_equal(&d, &none, sizeof(d));
}

/* What tells a device that passes on what others send: networks, and IPv4 addresses. */
static void test_distinct(void **state)
{
	struct og_device host = {}, router = {};
	__u32 i;

	(void)state;
	note(&host, 0xfe80000000000000, 0x0211223344556677);
	note_v4(&host, 0xa9fe0102);
	assert_int_equal(distinct(&host), 0);
	assert_int_equal(holds(&host, 0xfe80000000000000, 0x0211223344556677), 1);
	for (i = 0; i < 1000; i++)
		note(&host, 0x20010db800000001, 0x1000 + i);
	note_v4(&host, 0xc0000201);
	assert_in_range(distinct(&host), 1, 2);
	for (i = 0; i < 1000; i++)
		note_v4(&router, 0xc6336400 + i);
	assert_int_equal(distinct(&router), 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_no_source),
		cmocka_unit_test(test_distinct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
