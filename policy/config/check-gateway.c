// SPDX-License-Identifier: GPL-2.0
/*
 * check-gateway.c: whether the ports of the files can be covered on this gateway
 */
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "policy/config/check.h"
#include "policy/config/config-port.h"

struct check {
	const struct og_gateway *gw;
	struct og_diags *diags;
};

/* The names of a bridge's ports, for a message: `lan0, lan1`. Returns how many there are. */
static size_t list_ports(const struct og_gateway *gw, const struct og_gw_link *bridge, char *text,
			 size_t size)
{
	size_t count = 0, used = 0;

	*text = '\0';
	for (size_t i = 0; i < gw->link_count; i++) {
		if (gw->links[i].master != bridge->ifindex)
			continue;
		if (used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s",
						 count ? ", " : "", gw->links[i].name);
		count++;
	}
	return count;
}

static void check_bridge(const struct check *c, const struct og_conf_port *port,
			 const struct og_gw_link *bridge)
{
	const struct og_gw_link *uplink;
	char ports[256];
	size_t count = list_ports(c->gw, bridge, ports, sizeof(ports));

	if (!port->uplink) {
		og_error(c->diags, &port->mark,
			 "`%s` is a bridge; expected its `uplink` (`uplink: none` when it has no "
			 "port that leads outside), or its ports instead of it%s%s%s",
			 port->name, count ? " (" : "", ports, count ? ")" : "");
		return;
	}
	if (!strcmp(port->uplink, OG_UPLINK_NONE)) {
		if (!count)
			og_warn(c->diags, &port->mark,
				"bridge `%s` has no port yet, so nothing is covered", port->name);
		return;
	}
	uplink = og_gateway_link(c->gw, port->uplink);
	if (!uplink)
		og_warn(c->diags, &port->mark,
			"there is no interface `%s`, the uplink of `%s`, yet", port->uplink,
			port->name);
	else if (uplink->master != bridge->ifindex)
		og_error(c->diags, &port->mark,
			 "`%s` is no port of bridge `%s`; expected as `uplink` one of its "
			 "ports%s%s%s",
			 port->uplink, port->name, count ? " (" : "", ports, count ? ")" : "");
	else if (count == 1)
		og_warn(c->diags, &port->mark,
			"bridge `%s` has no port but its uplink yet, so nothing is covered",
			port->name);
}

/* The entry that names a bridge with its uplink, and so covers all other ports of it. */
static const struct og_conf_port *entry_of_bridge(const struct check *c,
						  const struct og_config *config, const char *name)
{
	for (size_t i = 0; i < config->site_count; i++)
		for (size_t j = 0;
		     og_gateway_has(c->gw, &config->sites[i]) && j < config->sites[i].port_count;
		     j++)
			if (config->sites[i].ports[j].uplink &&
			    !strcmp(config->sites[i].ports[j].name, name))
				return &config->sites[i].ports[j];
	return NULL;
}

static void check_member(const struct check *c, const struct og_config *config,
			 const struct og_conf_port *port, const struct og_gw_link *link)
{
	const struct og_gw_link *master = og_gateway_link_index(c->gw, link->master);
	const struct og_conf_port *entry;

	if (!master)
		return;
	if (!strcmp(master->kind, "bond") || !strcmp(master->kind, "team")) {
		og_error(c->diags, &port->mark,
			 "`%s` is a member of %s `%s`, which gets its frames; expected `%s` "
			 "instead",
			 port->name, master->kind, master->name, master->name);
		return;
	}
	if (strcmp(master->kind, "bridge"))
		return;
	entry = entry_of_bridge(c, config, master->name);
	if (entry)
		og_error(c->diags, &port->mark,
			 "`%s` is a port of bridge `%s`, which covers it already (%s:%u); remove "
			 "one of the two",
			 port->name, master->name, entry->mark.file, entry->mark.line);
}

/* A VLAN device of any name (check-ports.c knows those called `lan0.20`) on a port that has its VLAN. */
static void check_vlan_device(const struct check *c, const struct og_config *config,
			      const struct og_conf_port *port, const struct og_gw_link *link)
{
	const struct og_gw_link *below = og_gateway_link_index(c->gw, link->link);
	char usual[32];

	if (strcmp(link->kind, "vlan") || !below || !link->vlan || link->vlan > 4094)
		return;
	snprintf(usual, sizeof(usual), "%s.%u", below->name, link->vlan);
	if (!strcmp(usual, port->name))
		return;
	for (size_t i = 0; i < config->site_count; i++) {
		for (size_t j = 0; j < config->sites[i].port_count; j++) {
			const struct og_conf_port *other = &config->sites[i].ports[j];

			if (strcmp(other->name, below->name) || !og_port_vlan(other, link->vlan) ||
			    !og_gateway_has(c->gw, &config->sites[i]))
				continue;
			og_error(c->diags, &port->mark,
				 "`%s` is VLAN %u of `%s`, which covers it already (%s:%u); remove "
				 "one of the two",
				 port->name, link->vlan, below->name, other->mark.file,
				 other->mark.line);
			return;
		}
	}
}

static void check_port(const struct check *c, const struct og_config *config,
		       const struct og_conf_port *port)
{
	const struct og_gw_link *link = og_gateway_link(c->gw, port->name);

	if (!link) {
		og_warn(c->diags, &port->mark,
			"there is no interface `%s` yet; it is covered as soon as it appears",
			port->name);
		return;
	}
	if (link->type != ARPHRD_ETHER) {
		og_error(c->diags, &port->mark,
			 "`%s` has no Ethernet header (PPP, WireGuard and tunnels have none), so "
			 "its frames carry no MAC address; expected the interface that the devices "
			 "are connected to",
			 port->name);
		return;
	}
	check_member(c, config, port, link);
	check_vlan_device(c, config, port, link);
	if (!strcmp(link->kind, "bridge"))
		check_bridge(c, port, link);
	else if (port->uplink)
		og_error(c->diags, &port->mark,
			 "`%s` is no bridge, so it has no `uplink`; remove `uplink`", port->name);
}

void og_config_check_gateway(const struct og_config *config, const struct og_gateway *gateway,
			     struct og_diags *diags)
{
	const struct check c = {gateway, diags};
	size_t here = 0;

	for (size_t i = 0; i < config->site_count; i++)
		here += og_gateway_has(gateway, &config->sites[i]);
	if (config->site_count && !here)
		og_warn(diags, &config->sites[0].mark,
			"no site names this gateway, `%s`, in its `gateways`, so nothing is "
			"covered "
			"here; expected its host name in one of them",
			gateway->host);
	for (size_t i = 0; i < config->site_count; i++)
		for (size_t j = 0;
		     og_gateway_has(gateway, &config->sites[i]) && j < config->sites[i].port_count;
		     j++)
			check_port(&c, config, &config->sites[i].ports[j]);
}
