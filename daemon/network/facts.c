// SPDX-License-Identifier: GPL-2.0
/*
 * facts.c: comparing what the gateway was with what it is
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/network/facts.h"

static int number_cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int link_cmp(const void *a, const void *b)
{
	const struct og_gw_link *x = a, *y = b;

	return number_cmp(x->ifindex, y->ifindex);
}

static int addr_cmp(const void *a, const void *b)
{
	const struct og_gw_addr *x = a, *y = b;
	int order = number_cmp(x->ifindex, y->ifindex);

	if (!order)
		order = og_addr_cmp(&x->addr, &y->addr);
	return order ? order : number_cmp(x->length, y->length);
}

static int nexthop_cmp(const void *a, const void *b)
{
	const struct og_gw_nexthop *x = a, *y = b;
	int order = number_cmp(x->ifindex, y->ifindex);

	return order ? order : og_addr_cmp(&x->addr, &y->addr);
}

static void sort(void *items, size_t count, size_t size, int (*cmp)(const void *, const void *))
{
	if (count > 1)
		qsort(items, count, size, cmp);
}

void og_facts_sort(struct og_gateway *gw)
{
	sort(gw->links, gw->link_count, sizeof(*gw->links), link_cmp);
	sort(gw->addrs, gw->addr_count, sizeof(*gw->addrs), addr_cmp);
	sort(gw->nexthops, gw->nexthop_count, sizeof(*gw->nexthops), nexthop_cmp);
}

/* Field by field: padding between fields means nothing. */
static bool link_equal(const struct og_gw_link *a, const struct og_gw_link *b)
{
	return a->ifindex == b->ifindex && a->master == b->master && a->link == b->link &&
	       a->type == b->type && a->up == b->up && a->vlan == b->vlan && a->mac == b->mac &&
	       !strcmp(a->name, b->name) && !strcmp(a->kind, b->kind);
}

bool og_facts_equal(const struct og_gateway *a, const struct og_gateway *b)
{
	size_t i;

	if (strcmp(a->host, b->host))
		return false;
	if (a->link_count != b->link_count || a->addr_count != b->addr_count ||
	    a->nexthop_count != b->nexthop_count)
		return false;
	for (i = 0; i < a->link_count; i++)
		if (!link_equal(&a->links[i], &b->links[i]))
			return false;
	for (i = 0; i < a->addr_count; i++)
		if (addr_cmp(&a->addrs[i], &b->addrs[i]))
			return false;
	for (i = 0; i < a->nexthop_count; i++)
		if (nexthop_cmp(&a->nexthops[i], &b->nexthops[i]) ||
		    a->nexthops[i].mac != b->nexthops[i].mac)
			return false;
	return true;
}

const struct og_gw_nexthop *og_facts_nexthop(const struct og_gateway *gw, uint32_t ifindex,
					     const struct og_addr *addr)
{
	size_t i;

	for (i = 0; i < gw->nexthop_count; i++)
		if (gw->nexthops[i].ifindex == ifindex && !og_addr_cmp(&gw->nexthops[i].addr, addr))
			return &gw->nexthops[i];
	return NULL;
}

void og_facts_carry(struct og_gateway *now, const struct og_gateway *before)
{
	const struct og_gw_nexthop *known;
	size_t i;

	for (i = 0; i < now->nexthop_count; i++) {
		if (now->nexthops[i].mac)
			continue;
		known = og_facts_nexthop(before, now->nexthops[i].ifindex, &now->nexthops[i].addr);
		if (known)
			now->nexthops[i].mac = known->mac;
	}
}
