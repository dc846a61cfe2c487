// SPDX-License-Identifier: GPL-2.0
/*
 * ranges.c: sets of addresses, each range with the services it is open for
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile/ranges.h"

enum operation { UNION, INTERSECT, SUBTRACT };

static const struct og_addr highest = {UINT64_MAX, UINT64_MAX};

static struct og_addr next(struct og_addr a)
{
	a.lo++;
	a.hi += !a.lo;
	return a;
}

static struct og_addr before(struct og_addr a)
{
	a.hi -= !a.lo;
	a.lo--;
	return a;
}

void og_ranges_clear(struct og_ranges *set)
{
	free(set->items);
	*set = (struct og_ranges){0};
}

/* Services --------------------------------------------------------------------------------------*/

static bool is_any_port(const struct og_service_rec *s)
{
	return s->port_lo == 0 && s->port_hi == 65535;
}

static int by_service(const void *a, const void *b)
{
	const struct og_service_rec *x = a, *y = b;

	if (x->proto != y->proto)
		return x->proto - y->proto;
	if (x->port_lo != y->port_lo)
		return x->port_lo - y->port_lo;
	return x->port_hi - y->port_hi;
}

/* Bring @count services into the one form of struct og_open; -E2BIG when they are too many. */
static int tidy_services(struct og_service_rec *items, size_t count, struct og_open *ret_open)
{
	struct og_open open = {0};
	size_t kept = 0;

	if (!count)
		return -EINVAL;
	qsort(items, count, sizeof(*items), by_service);
	for (size_t i = 1; i < count; i++) {
		struct og_service_rec *last = &items[kept];

		if (items[i].proto == last->proto && items[i].port_lo <= last->port_hi + 1) {
			if (items[i].port_hi > last->port_hi)
				last->port_hi = items[i].port_hi;
		} else {
			items[++kept] = items[i];
		}
	}
	kept++;
	if (items[0].proto != 0 || !is_any_port(&items[0])) {
		if (kept > OG_SERVICE_LIST)
			return -E2BIG;
		open.count = kept;
		memcpy(open.items, items, kept * sizeof(*items));
	}
	*ret_open = open;
	return 0;
}

static int either_service(const struct og_open *a, const struct og_open *b,
			  struct og_open *ret_open)
{
	struct og_service_rec items[2 * OG_SERVICE_LIST];

	if (!a->count || !b->count) {
		*ret_open = (struct og_open){0};
		return 0;
	}
	memcpy(items, a->items, a->count * sizeof(*items));
	memcpy(items + a->count, b->items, b->count * sizeof(*items));
	return tidy_services(items, a->count + b->count, ret_open);
}

static bool common_service(const struct og_service_rec *a, const struct og_service_rec *b,
			   struct og_service_rec *ret_service)
{
	struct og_service_rec s = {
		.proto = a->proto ? a->proto : b->proto,
		.port_lo = a->port_lo > b->port_lo ? a->port_lo : b->port_lo,
		.port_hi = a->port_hi < b->port_hi ? a->port_hi : b->port_hi,
	};

	if ((a->proto && b->proto && a->proto != b->proto) || s.port_lo > s.port_hi)
		return false;
	*ret_service = s;
	return true;
}

/* Services of both; -ENOENT when there is none. */
static int both_services(const struct og_open *a, const struct og_open *b, struct og_open *ret_open)
{
	struct og_service_rec items[OG_SERVICE_LIST * OG_SERVICE_LIST];
	size_t count = 0;

	if (!a->count || !b->count) {
		*ret_open = a->count ? *a : *b;
		return 0;
	}
	for (size_t i = 0; i < a->count; i++)
		for (size_t j = 0; j < b->count; j++)
			count += common_service(&a->items[i], &b->items[j], &items[count]);
	if (!count)
		return -ENOENT;
	return tidy_services(items, count, ret_open);
}

/* Ranges ----------------------------------------------------------------------------------------*/

/* Append a span after all others, or widen the last one. */
static int append(struct og_ranges *set, struct og_addr lo, struct og_addr hi,
		  const struct og_open *open)
{
	struct og_span *last = set->count ? &set->items[set->count - 1] : NULL;

	if (set->count && !memcmp(&last->open, open, sizeof(*open))) {
		struct og_addr after = next(last->hi);

		if (!og_addr_cmp(&after, &lo)) {
			last->hi = hi;
			return 0;
		}
	}
	if (set->count == set->room) {
		size_t room = set->room ? set->room * 2 : 4;
		struct og_span *items = reallocarray(set->items, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		set->items = items;
		set->room = room;
	}
	set->items[set->count++] = (struct og_span){lo, hi, *open};
	return 0;
}

/* One stretch that @a, @b or both cover from end to end. */
static int stretch(enum operation op, struct og_addr lo, struct og_addr hi, const struct og_span *a,
		   const struct og_span *b, struct og_ranges *set)
{
	struct og_open open;
	int r = 0;

	if (op == SUBTRACT) {
		if (!a || b)
			return 0;
		open = a->open;
	} else if (a && b) {
		r = op == UNION ? either_service(&a->open, &b->open, &open)
				: both_services(&a->open, &b->open, &open);
	} else if (op == UNION && (a || b)) {
		open = a ? a->open : b->open;
	} else {
		return 0;
	}
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return append(set, lo, hi, &open);
}

/* Where the stretch that begins at @at ends, as far as @span says; whether @span covers it. */
static bool covers(const struct og_span *span, const struct og_addr *at, struct og_addr *end)
{
	struct og_addr edge;
	bool inside;

	if (!span)
		return false;
	inside = og_addr_cmp(&span->lo, at) <= 0;
	edge = inside ? span->hi : before(span->lo);
	if (og_addr_cmp(&edge, end) < 0)
		*end = edge;
	return inside;
}

static const struct og_span *skip(const struct og_ranges *set, size_t *i, const struct og_addr *at)
{
	while (*i < set->count && og_addr_cmp(&set->items[*i].hi, at) < 0)
		(*i)++;
	return *i < set->count ? &set->items[*i] : NULL;
}

/* Walk both sets at once, from stretch to stretch. */
static int combine(enum operation op, const struct og_ranges *a, const struct og_ranges *b,
		   struct og_ranges *ret_set)
{
	struct og_ranges set = {0};
	struct og_addr at = {0, 0};
	size_t i = 0, j = 0;
	int r = 0;

	for (;;) {
		const struct og_span *x = skip(a, &i, &at), *y = skip(b, &j, &at);
		struct og_addr end = highest;
		bool in_x = covers(x, &at, &end), in_y = covers(y, &at, &end);

		if (!x && !y)
			break;
		r = stretch(op, at, end, in_x ? x : NULL, in_y ? y : NULL, &set);
		if (r < 0 || !og_addr_cmp(&end, &highest))
			break;
		at = next(end);
	}
	if (r < 0)
		og_ranges_clear(&set);
	else
		*ret_set = set;
	return r;
}

int og_ranges_union(const struct og_ranges *a, const struct og_ranges *b, struct og_ranges *ret_set)
{
	return combine(UNION, a, b, ret_set);
}

int og_ranges_intersect(const struct og_ranges *a, const struct og_ranges *b,
			struct og_ranges *ret_set)
{
	return combine(INTERSECT, a, b, ret_set);
}

int og_ranges_subtract(const struct og_ranges *a, const struct og_ranges *b,
		       struct og_ranges *ret_set)
{
	return combine(SUBTRACT, a, b, ret_set);
}

int og_ranges_add(struct og_ranges *set, struct og_addr lo, struct og_addr hi,
		  const struct og_service *service)
{
	struct og_span span = {.lo = lo, .hi = hi};
	struct og_ranges one = {&span, 1, 1}, sum = {0};
	int r;

	if (og_addr_cmp(&lo, &hi) > 0 || (service && service->port_lo > service->port_hi))
		return -EINVAL;
	if (service) {
		struct og_service_rec rec = {
			.proto = service->proto,
			.port_lo = service->port_lo,
			.port_hi = service->port_hi,
		};

		r = tidy_services(&rec, 1, &span.open);
		if (r < 0)
			return r;
	}
	r = combine(UNION, set, &one, &sum);
	if (r < 0)
		return r;
	og_ranges_clear(set);
	*set = sum;
	return 0;
}

int og_ranges_add_allows(struct og_ranges *set, const struct og_allows *allows)
{
	int r = 0;

	for (size_t i = 0; i < allows->count && r == 0; i++)
		r = og_ranges_add(set, allows->items[i].to.lo, allows->items[i].to.hi,
				  &allows->items[i].service);
	return r;
}

int og_ranges_store(const struct og_ranges *set, struct og_table *table, uint32_t *ret_set)
{
	struct og_range *ranges = calloc(set->count + 1, sizeof(*ranges));
	int r = 0;

	if (!ranges)
		return -ENOMEM;
	for (size_t i = 0; i < set->count && r == 0; i++) {
		const struct og_span *span = &set->items[i];

		ranges[i].lo = span->lo;
		ranges[i].hi = span->hi;
		ranges[i].services = span->open.count;
		r = og_table_services(table, span->open.items, span->open.count,
				      &ranges[i].service);
	}
	if (r == 0)
		r = og_table_set(table, ranges, set->count, ret_set);
	free(ranges);
	return r;
}
