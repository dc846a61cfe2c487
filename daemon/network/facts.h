/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts.h: comparing what the gateway was with what it is
 *
 * Pure: no socket, no log. struct og_gateway is policy/compile/gateway.h's.
 */
#ifndef OUIGUARD_DAEMON_FACTS_H
#define OUIGUARD_DAEMON_FACTS_H

#include <stdbool.h>

#include "policy/compile/gateway.h"

/* og_facts_sort - bring every array into one order, so that equal facts are equal bytes. */
void og_facts_sort(struct og_gateway *gw);

/* og_facts_equal - whether two sorted sets of facts say the same. */
bool og_facts_equal(const struct og_gateway *a, const struct og_gateway *b);

/*
 * og_facts_carry - give next hops of @now that are not resolved the MAC that @before knew for them.
 * The kernel forgets the neighbour entry of a silent router, but the route to it says that it is
 * still one. Only for the same interface and address.
 */
void og_facts_carry(struct og_gateway *now, const struct og_gateway *before);

/* og_facts_nexthop - the next hop with that address on that interface, or NULL. */
const struct og_gw_nexthop *og_facts_nexthop(const struct og_gateway *gw, uint32_t ifindex,
					     const struct og_addr *addr);

#endif
