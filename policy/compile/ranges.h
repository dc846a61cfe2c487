/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ranges.h: sets of addresses, each range with the services it is open for
 *
 * A set is a sorted list of disjoint ranges of 128-bit addresses (types.h: IPv4 is mapped). A plain
 * set has all services everywhere. Neighbouring ranges with the same services are one range, so that
 * equal sets are equal lists.
 */
#ifndef OUIGUARD_POLICY_RANGES_H
#define OUIGUARD_POLICY_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#include <ouiguard/ruleset.h>
#include "policy/config/config.h"
#include "policy/compile/table.h"

/* Services: @count 0 means all traffic; else sorted, and no two of one protocol overlap. */
struct og_open {
	uint32_t count;
	struct og_service_rec items[OG_SERVICE_LIST];
};

struct og_span {
	struct og_addr lo, hi; /* both included */
	struct og_open open;
};

struct og_ranges {
	struct og_span *items;
	size_t count, room;
};

/* og_ranges_clear - free what the set holds and leave it empty. */
void og_ranges_clear(struct og_ranges *set);

/*
 * og_ranges_add - let @lo to @hi in, for all traffic (@service NULL) or one service. Returns 0,
 * -EINVAL when lo is above hi or the port range is reversed, -E2BIG for more than OG_SERVICE_LIST
 * services of one range, -ENOMEM. The set is unchanged on failure.
 */
int og_ranges_add(struct og_ranges *set, struct og_addr lo, struct og_addr hi,
		  const struct og_service *service);

/* og_ranges_add_allows - og_ranges_add() for each of @allows. */
int og_ranges_add_allows(struct og_ranges *set, const struct og_allows *allows);

/*
 * Set operations; @ret_set is empty before, and a set of its own after. Returns 0, -E2BIG, -ENOMEM
 * with @ret_set empty.
 *
 * og_ranges_union - what @a or @b lets through.
 * og_ranges_intersect - what both let through, range by range and service by service.
 * og_ranges_subtract - @a without the addresses of @b, whatever the services of @b.
 */
int og_ranges_union(const struct og_ranges *a, const struct og_ranges *b,
		    struct og_ranges *ret_set);
int og_ranges_intersect(const struct og_ranges *a, const struct og_ranges *b,
			struct og_ranges *ret_set);
int og_ranges_subtract(const struct og_ranges *a, const struct og_ranges *b,
		       struct og_ranges *ret_set);

/*
 * og_ranges_store - put the set into a ruleset under construction; @ret_set is its number there,
 * that of an equal set when the ruleset has one. Returns as og_table_set() does.
 */
int og_ranges_store(const struct og_ranges *set, struct og_table *table, uint32_t *ret_set);

#endif
