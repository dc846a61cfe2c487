// SPDX-License-Identifier: GPL-2.0
/*
 * gateway.c: what the gateway is at one moment, as input to the compiler
 */
#include "policy/compile/gateway.h"

#include <stdlib.h>
#include <string.h>

const struct og_gw_link *og_gateway_link(const struct og_gateway *gw, const char *name)
{
	for (size_t i = 0; i < gw->link_count; i++)
		if (!strcmp(gw->links[i].name, name))
			return &gw->links[i];
	return NULL;
}

const struct og_gw_link *og_gateway_link_index(const struct og_gateway *gw, uint32_t ifindex)
{
	for (size_t i = 0; i < gw->link_count; i++)
		if (gw->links[i].ifindex == ifindex)
			return &gw->links[i];
	return NULL;
}

void og_gateway_clear(struct og_gateway *gw)
{
	free(gw->links);
	free(gw->addrs);
	free(gw->nexthops);
	*gw = (struct og_gateway){0};
}
