// SPDX-License-Identifier: GPL-2.0
/*
 * lans.c: the interfaces that `init` is given, `--lan IF` or `--lan BRIDGE:uplink=PORT`
 */
#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "cli/lans.h"
#include "policy/config/check.h"
#include "policy/config/config-port.h"

int og_lans_add(struct og_lans *lans, const char *text)
{
	static const char separator[] = ":uplink=";
	char *name, *uplink;

	if (lans->count == OG_LANS)
		return -E2BIG;
	if (strlen(text) >= sizeof(lans->names[0]))
		return -EINVAL;
	name = strcpy(lans->names[lans->count], text);
	uplink = strstr(name, separator);
	if (uplink)
		*uplink = '\0';
	lans->lan[lans->count] = name;
	lans->uplink[lans->count] = uplink ? uplink + strlen(separator) : NULL;
	lans->count++;
	return 0;
}

void og_lans_check(const struct og_lans *lans, const struct og_gateway *gateway,
		   struct og_diags *diags)
{
	struct og_conf_port ports[OG_LANS] = {};
	struct og_conf_site site = {.name = "main", .ports = ports, .port_count = lans->count};
	const struct og_config config = {.sites = &site, .site_count = 1};

	for (size_t i = 0; i < lans->count; i++) {
		ports[i].name = (char *)lans->lan[i];
		ports[i].uplink = (char *)lans->uplink[i];
		ports[i].untagged = true;
		ports[i].mark.file = "--lan";
	}
	og_config_check_gateway(&config, gateway, diags);
}

struct list {
	char text[256];
	size_t used;
};

static void append(struct list *list, const char *name)
{
	if (list->used < sizeof(list->text))
		list->used += (size_t)snprintf(list->text + list->used,
					       sizeof(list->text) - list->used, "%s%s",
					       list->used ? ", " : "", name);
}

static bool is_kind(const struct og_gw_link *link, const char *kind)
{
	return link && !strcmp(link->kind, kind);
}

/* Whether @link is what devices can be connected to: an interface of its own, or a bridge. */
static bool is_candidate(const struct og_gw_link *link)
{
	return link->type == ARPHRD_ETHER && !link->master && strcmp(link->kind, "dummy") &&
	       strcmp(link->kind, "ifb");
}

static bool list_candidates(const struct og_gateway *gateway, char text[OG_LAN_HINT])
{
	struct list list = {};

	for (size_t i = 0; i < gateway->link_count; i++)
		if (is_candidate(&gateway->links[i]))
			append(&list, gateway->links[i].name);
	if (list.used)
		snprintf(text, OG_LAN_HINT, "--lan IF, where the devices are connected; here: %s",
			 list.text);
	return list.used;
}

static bool list_uplinks(const struct og_gateway *gateway, const struct og_gw_link *bridge,
			 char text[OG_LAN_HINT])
{
	struct list list = {};

	for (size_t i = 0; i < gateway->link_count; i++)
		if (gateway->links[i].master == bridge->ifindex)
			append(&list, gateway->links[i].name);
	snprintf(text, OG_LAN_HINT,
		 "--lan %s:uplink=none when this gateway routes for it, or --lan %s:uplink=PORT "
		 "with "
		 "its port that leads outside%s%s",
		 bridge->name, bridge->name, list.used ? "; its ports: " : "", list.text);
	return true;
}

bool og_lan_instead(const struct og_lans *lans, size_t i, const struct og_gateway *gateway,
		    char text[OG_LAN_HINT])
{
	const struct og_gw_link *link = og_gateway_link(gateway, lans->lan[i]), *master, *uplink;
	const char *given = lans->uplink[i];

	if (!link)
		return false;
	master = og_gateway_link_index(gateway, link->master);
	if (link->type != ARPHRD_ETHER)
		return list_candidates(gateway, text);
	if (is_kind(master, "bond") || is_kind(master, "team")) {
		snprintf(text, OG_LAN_HINT, "--lan %s", master->name);
		return true;
	}
	if (!is_kind(link, "bridge")) {
		snprintf(text, OG_LAN_HINT, "--lan %s", link->name);
		return given;
	}
	if (!given)
		return list_uplinks(gateway, link, text);
	uplink = og_gateway_link(gateway, given);
	if (!uplink || uplink->master == link->ifindex)
		return false;
	return list_uplinks(gateway, link, text);
}
