// SPDX-License-Identifier: GPL-2.0
/*
 * test-ranges.c: sets of addresses against a naive model (policy/compile/ranges.c)
 *
 * The model is a table: for each of 64 addresses (on both sides of the edge between two 64-bit
 * halves), protocols and ports, whether it is open.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/compile/ranges.h"

#define ADDRESSES 64
#define PROTOS	  3
#define PORTS	  8
#define ROUNDS	  3000

struct model {
	uint8_t open[ADDRESSES][PROTOS][PORTS];
};

static const uint8_t protos[PROTOS] = {6, 17, 47};
static uint64_t state_;

static uint32_t below(uint32_t limit)
{
	state_ = og_hash(state_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(state_ >> 33) % limit;
}

/* Address number @n of the model: across the carry from the low half into the high one. */
static struct og_addr addr(uint32_t n)
{
	struct og_addr a = {7, UINT64_MAX - 31 + n};

	if (n >= 32)
		a = (struct og_addr){8, n - 32};
	return a;
}

static bool is_open(const struct og_open *open, uint8_t proto, uint16_t port)
{
	if (!open->count)
		return true;
	for (uint32_t i = 0; i < open->count; i++)
		if ((!open->items[i].proto || open->items[i].proto == proto) &&
		    open->items[i].port_lo <= port && port <= open->items[i].port_hi)
			return true;
	return false;
}

static void assert_same(const struct og_ranges *set, const struct model *model)
{
	size_t at = 0;

	for (size_t i = 0; i < set->count; i++) {
		assert_true(og_addr_cmp(&set->items[i].lo, &set->items[i].hi) <= 0);
		if (i)
			assert_true(og_addr_cmp(&set->items[i - 1].hi, &set->items[i].lo) < 0);
	}
	for (uint32_t n = 0; n < ADDRESSES; n++) {
		struct og_addr a = addr(n);
		bool inside;

		while (at < set->count && og_addr_cmp(&set->items[at].hi, &a) < 0)
			at++;
		inside = at < set->count && og_addr_cmp(&set->items[at].lo, &a) <= 0;
		for (int p = 0; p < PROTOS; p++)
			for (int q = 0; q < PORTS; q++)
				assert_int_equal(
					inside && is_open(&set->items[at].open, protos[p], 100 + q),
					model->open[n][p][q]);
	}
}

/* A random set of up to four entries, and its model. */
static void draw(struct og_ranges *set, struct model *model)
{
	memset(model, 0, sizeof(*model));
	for (uint32_t i = below(5); i > 0; i--) {
		uint32_t lo = below(ADDRESSES), hi = lo + below(ADDRESSES - lo);
		uint32_t proto = below(PROTOS + 1), first = below(PORTS);
		uint32_t last = first + below(PORTS - first);
		const struct og_service service = {
			.proto = proto < PROTOS ? protos[proto] : 0,
			.port_lo = 100 + first,
			.port_hi = 100 + last,
		};
		bool all = !below(3);

		assert_int_equal(og_ranges_add(set, addr(lo), addr(hi), all ? NULL : &service), 0);
		for (uint32_t n = lo; n <= hi; n++)
			for (uint32_t p = 0; p < PROTOS; p++)
				for (uint32_t q = 0; q < PORTS; q++)
					if (all || ((proto == PROTOS || p == proto) && q >= first &&
						    q <= last))
						model->open[n][p][q] = 1;
	}
}

static void agrees_with_the_model(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct og_ranges a = {0}, b = {0}, sum = {0}, common = {0}, rest = {0};
		struct model x, y, z;
		uint8_t *px = &x.open[0][0][0], *py = &y.open[0][0][0], *pz = &z.open[0][0][0];

		draw(&a, &x);
		draw(&b, &y);
		assert_same(&a, &x);
		assert_int_equal(og_ranges_union(&a, &b, &sum), 0);
		for (size_t i = 0; i < sizeof(z); i++)
			pz[i] = px[i] | py[i];
		assert_same(&sum, &z);
		assert_int_equal(og_ranges_intersect(&a, &b, &common), 0);
		for (size_t i = 0; i < sizeof(z); i++)
			pz[i] = px[i] & py[i];
		assert_same(&common, &z);
		assert_int_equal(og_ranges_subtract(&a, &b, &rest), 0);
		for (uint32_t n = 0; n < ADDRESSES; n++) {
			bool gone = memchr(y.open[n], 1, sizeof(y.open[n])) != NULL;

			memcpy(z.open[n], x.open[n], sizeof(z.open[n]));
			if (gone)
				memset(z.open[n], 0, sizeof(z.open[n]));
		}
		assert_same(&rest, &z);
		og_ranges_clear(&a);
		og_ranges_clear(&b);
		og_ranges_clear(&sum);
		og_ranges_clear(&common);
		og_ranges_clear(&rest);
	}
}

/* The order in which a set is put together must not show: equal sets are equal lists. */
static void one_form_of_each_set(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct og_ranges a = {0}, b = {0}, ab = {0}, ba = {0};
		struct model x, y;

		draw(&a, &x);
		draw(&b, &y);
		assert_int_equal(og_ranges_union(&a, &b, &ab), 0);
		assert_int_equal(og_ranges_union(&b, &a, &ba), 0);
		assert_int_equal(ab.count, ba.count);
		for (size_t i = 0; i < ab.count; i++) {
			const struct og_span *one = &ab.items[i], *other = &ba.items[i];

			assert_true(!og_addr_cmp(&one->lo, &other->lo));
			assert_true(!og_addr_cmp(&one->hi, &other->hi));
			assert_memory_equal(&one->open, &other->open, sizeof(one->open));
		}
		og_ranges_clear(&a);
		og_ranges_clear(&b);
		og_ranges_clear(&ab);
		og_ranges_clear(&ba);
	}
}

static void reaches_both_ends(void **state)
{
	const struct og_addr zero = {0, 0}, top = {UINT64_MAX, UINT64_MAX};
	struct og_ranges all = {0}, hole = {0}, rest = {0}, back = {0};

	(void)state;
	assert_int_equal(og_ranges_add(&all, zero, top, NULL), 0);
	assert_int_equal(og_ranges_add(&hole, og_addr_v4(0), og_addr_v4(UINT32_MAX), NULL), 0);
	assert_int_equal(og_ranges_subtract(&all, &hole, &rest), 0);
	assert_int_equal(rest.count, 2);
	assert_true(!og_addr_cmp(&rest.items[0].lo, &zero) &&
		    !og_addr_cmp(&rest.items[1].hi, &top));
	assert_int_equal(og_ranges_union(&rest, &hole, &back), 0);
	assert_int_equal(back.count, 1);
	og_ranges_clear(&rest);
	assert_int_equal(og_ranges_subtract(&all, &all, &rest), 0);
	assert_int_equal(rest.count, 0);
	assert_int_equal(og_ranges_add(&rest, top, zero, NULL), -EINVAL);
	assert_int_equal(rest.count, 0);
	og_ranges_clear(&all);
	og_ranges_clear(&hole);
	og_ranges_clear(&rest);
	og_ranges_clear(&back);
}

static void refuses_too_many_services(void **state)
{
	struct og_ranges set = {0};
	int r = 0;
	uint32_t i;

	(void)state;
	for (i = 0; r == 0; i++) {
		const struct og_service service = {6, 10 * i + 1, 10 * i + 2};

		r = og_ranges_add(&set, og_addr_v4(1), og_addr_v4(9), &service);
	}
	assert_int_equal(r, -E2BIG);
	assert_int_equal(i, OG_SERVICE_LIST + 1);
	assert_int_equal(set.items[0].open.count, OG_SERVICE_LIST);
	og_ranges_clear(&set);
}

static void stores_equal_sets_once(void **state)
{
	const struct og_service ntp = {17, 123, 123};
	struct og_table *table = og_table_new();
	struct og_ranges a = {0}, b = {0}, none = {0};
	uint32_t first, second, third;
	struct og_ruleset *rs;

	(void)state;
	assert_int_equal(og_ranges_add(&a, og_addr_v4(1), og_addr_v4(5), &ntp), 0);
	assert_int_equal(og_ranges_add(&a, og_addr_v4(6), og_addr_v4(9), &ntp), 0);
	assert_int_equal(og_ranges_add(&b, og_addr_v4(1), og_addr_v4(9), &ntp), 0);
	assert_int_equal(og_ranges_store(&a, table, &first), 0);
	assert_int_equal(og_ranges_store(&b, table, &second), 0);
	assert_int_equal(og_ranges_store(&none, table, &third), 0);
	assert_int_equal(first, second);
	assert_int_equal(third, OG_SET_NONE);
	assert_int_equal(og_table_finish(table, 0, &rs), 0);
	assert_int_equal(rs->header.ranges_used, 1);
	assert_int_equal(rs->header.services_used, 1);
	assert_int_equal(og_ruleset_verify(rs, sizeof(*rs)), 0);
	og_ruleset_free(rs);
	og_ranges_clear(&a);
	og_ranges_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_model),
		cmocka_unit_test(one_form_of_each_set),
		cmocka_unit_test(reaches_both_ends),
		cmocka_unit_test(refuses_too_many_services),
		cmocka_unit_test(stores_equal_sets_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
