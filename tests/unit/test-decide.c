// SPDX-License-Identifier: GPL-2.0
/*
 * test-decide.c: the searches, the rate, and hostile rulesets (include/ouiguard/decide.h)
 *
 * What verdicts must come out is in the corpus: test-vectors.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/decide.h>

static uint64_t state_ = 11;

static uint64_t random64(void)
{
	state_ = og_hash(state_ + 1, 0x9e3779b97f4a7c15);
	return state_;
}

static uint32_t below(uint32_t limit)
{
	return (uint32_t)(random64() >> 33) % limit;
}

static void finds_the_phase_in_force(void **state)
{
	struct og_ruleset *rs = calloc(1, sizeof(*rs));

	(void)state;
	assert_non_null(rs);
	for (uint32_t count = 0; count <= OG_CLASS_PHASES; count++) {
		uint32_t first = 100 + count;

		rs->class[1] = (struct og_class){.phase = first, .phases = count};
		for (uint32_t i = 0; i < count; i++)
			rs->phase[first + i].from = 1000 + 10 * (int64_t)i;
		for (int64_t now = 995; now < 1000 + 10 * (int64_t)count + 5; now++) {
			int expected = -1;

			for (uint32_t i = 0; i < count; i++)
				if (rs->phase[first + i].from <= now)
					expected = (int)(first + i);
			assert_int_equal(og_phase_at(rs, 1, now), expected);
		}
	}
	free(rs);
}

static void finds_the_range_of_an_address(void **state)
{
	struct og_ruleset *rs = calloc(1, sizeof(*rs));

	(void)state;
	assert_non_null(rs);
	for (uint32_t count = 0; count < 70; count++) {
		rs->set[5] = (struct og_set){.first = 30, .count = count};
		for (uint32_t i = 0; i < count; i++)
			rs->range[30 + i] = (struct og_range){.lo = {0, 10 * (i + 1)},
							      .hi = {0, 10 * (i + 1) + 6}};
		for (uint64_t at = 0; at < 10 * (count + 2); at++) {
			const struct og_addr addr = {0, at};
			uint32_t n = at / 10, expected = OG_NO_RANGE;

			if (n >= 1 && n <= count && at % 10 <= 6)
				expected = 30 + n - 1;
			assert_int_equal(og_range_of(rs, 5, &addr), expected);
		}
	}
	/* As many ranges as there can be. */
	rs->set[5] = (struct og_set){.first = 0, .count = OG_RANGES};
	for (uint32_t i = 0; i < OG_RANGES; i++)
		rs->range[i].lo = rs->range[i].hi = (struct og_addr){i, 0};
	for (uint32_t i = 0; i < OG_RANGES; i += 61) {
		const struct og_addr addr = {i, 0};

		assert_int_equal(og_range_of(rs, 5, &addr), i);
	}
	free(rs);
}

static void orders_scopes(void **state)
{
	static const struct {
		uint64_t hi;
		int local, multicast;
	} cases[] = {
		{0xfe80000000000000, 1, 0}, {0xfebfffffffffffff, 1, 0}, {0xfe7fffffffffffff, 0, 0},
		{0xfec0000000000000, 0, 0}, {0xff00000000000000, 0, 1}, {0xff01000000000000, 1, 1},
		{0xff05000000000000, 1, 1}, {0xff06000000000000, 0, 1}, {0xff0e000000000000, 0, 1},
		{0xfeffffffffffffff, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct og_addr addr = {cases[i].hi, 1};

		assert_int_equal(og_local_scope(&addr), cases[i].local);
		assert_int_equal(og_multicast(&addr), cases[i].multicast);
	}
}

/* 64 kbit/s: what conforms over ten minutes is the rate and the burst, whatever the frame sizes. */
static void keeps_the_rate(void **state)
{
	const uint64_t ns_per_kib = 8192ULL * 1000000000 / 64000, burst_ns = 2000000000;
	const uint64_t second = 1000000000;
	const double rate = 64000 / 8.0, burst = rate * 2;
	uint64_t tat = 0, now = 5 * second, passed = 0, largest = 0;

	(void)state;
	while (now < 605 * second) {
		uint32_t bytes = 60 + below(60000);
		uint64_t next;

		now += below(50000000);
		next = og_rate_step(tat, now, bytes, ns_per_kib, burst_ns);
		if (!next)
			continue;
		assert_true(next > tat);
		tat = next;
		passed += bytes;
		if (bytes > largest)
			largest = bytes;
	}
	assert_true((double)passed <= rate * 600 + burst + (double)largest);
	assert_true((double)passed >= rate * 600 * 0.98);
	/* A bucket that is not in debt takes a packet larger than the burst. */
	assert_true(og_rate_step(0, now, 65536, ns_per_kib, 1) != 0);
	assert_true(og_rate_step(now + 2, now, 1, ns_per_kib, 1) == 0);
}

/* Random bytes as a ruleset: whatever comes out, nothing outside it is read (AddressSanitizer). */
static void survives_hostile_rulesets(void **state)
{
	struct og_ruleset *rs = calloc(1, sizeof(*rs));
	uint64_t *words = (uint64_t *)rs;
	uint64_t drops = 0;

	(void)state;
	assert_non_null(rs);
	for (size_t i = 0; i < sizeof(*rs) / 8; i++)
		words[i] = random64();
	for (uint32_t i = 0; i < OG_CLASSES; i++)
		rs->class[i].flags = 0;
	for (uint32_t round = 0; round < 100000; round++) {
		struct og_facts facts = {
			.mac = random64() >> 16,
			.eui64 = below(2) ? random64() >> 16 : 0,
			.ethertype = below(2) ? OG_ETH_IPV4 : OG_ETH_IPV6,
			.proto = below(2) ? OG_PROTO_TCP : OG_PROTO_UDP,
			.flags = below(32),
			.dport = below(65536),
			.dst = {random64(), random64()},
		};
		struct og_verdict v = {0}, other = {0};
		uint32_t slot = below(OG_PORTS);

		facts.ifindex = (uint32_t)(rs->port_key[slot] >> 16);
		rs->port_key[og_hash(og_port_key(facts.ifindex, 0), rs->header.seed) * OG_BUCKET &
			     (OG_PORTS - 1)] = og_port_key(facts.ifindex, 0);
		og_decide(rs, &facts, (int64_t)random64(), &v, &other);
		assert_true(v.drop <= 1 && v.reason < OG_R_COUNT);
		assert_true(other.drop <= 1 && other.reason < OG_R_COUNT);
		drops += v.drop + other.drop;
	}
	assert_true(drops > 1000);
	free(rs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_phase_in_force),
		cmocka_unit_test(finds_the_range_of_an_address),
		cmocka_unit_test(orders_scopes),
		cmocka_unit_test(keeps_the_rate),
		cmocka_unit_test(survives_hostile_rulesets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
