// SPDX-License-Identifier: GPL-2.0
/*
 * gateway.c: what the gateway is at one moment, as input to the compiler
 */
#include "policy/compile/gateway.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "policy/config/config.h"

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

bool og_host_is(const char *one, const char *other)
{
	size_t a = strcspn(one, "."), b = strcspn(other, ".");

	if (one[a] && other[b])
		return !strcasecmp(one, other);
	return a == b && !strncasecmp(one, other, a);
}

bool og_gateway_has(const struct og_gateway *gw, const struct og_conf_site *site)
{
	if (!gw->host[0] || !site->gateways.count)
		return true;
	for (size_t i = 0; i < site->gateways.count; i++)
		if (og_host_is(gw->host, site->gateways.names[i]))
			return true;
	return false;
}

void og_gateway_clear(struct og_gateway *gw)
{
	free(gw->links);
	free(gw->addrs);
	free(gw->nexthops);
	*gw = (struct og_gateway){0};
}
