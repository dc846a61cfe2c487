// SPDX-License-Identifier: GPL-2.0
/*
 * config-site.c: reads sites/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-port.h"
#include "policy/base/service.h"

static int read_timezone(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (!og_zone_valid(node->text)) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	site->timezone = og_arena_strdup(reader->arena, node->text);
	return site->timezone ? 0 : -ENOMEM;
}

static int read_ports(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_PORTS))
		return 0;
	if (node->count == 0)
		og_error(reader->diags, &node->mark, "`ports` is an empty list; expected %s",
			 field->expected);
	site->ports = og_arena_array(reader->arena, node->count, sizeof(*site->ports));
	if (!site->ports)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int ret = og_read_port(reader, item, &site->ports[site->port_count]);

		if (ret)
			return ret;
		site->port_count++;
	}
	return 0;
}

/* Whether range @i is all of IPv4, or with the one after it all of IPv6 (see og_read_cidrs). */
static bool holds_family(const struct og_cidrs *list, size_t i)
{
	const struct og_addr v4_first = og_addr_v4(0), v4_last = og_addr_v4(UINT32_MAX);
	const struct og_addr first = {0, 0}, last = {UINT64_MAX, UINT64_MAX};
	const struct og_cidr *range = &list->items[i];

	if (!og_addr_cmp(&range->lo, &v4_first))
		return !og_addr_cmp(&range->hi, &v4_last);
	/* Both halves of one prefix have one mark. */
	return !og_addr_cmp(&range->lo, &first) && i + 1 < list->count &&
	       range[1].mark.line == range->mark.line &&
	       range[1].mark.column == range->mark.column && !og_addr_cmp(&range[1].hi, &last);
}

static int read_internal(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;
	int ret;

	if (node->kind == OG_NODE_SCALAR) {
		if (strcmp(node->text, "connected"))
			og_expect(reader, field, node, NULL);
		return 0;
	}
	ret = og_read_cidrs(reader, field, node, object);
	if (ret || node->kind != OG_NODE_SEQUENCE)
		return ret;
	site->internal_connected = false;
	for (size_t i = 0; i < site->internal.count; i++)
		if (holds_family(&site->internal, i))
			og_error(reader->diags, &site->internal.items[i].mark,
				 "`internal` holds every address, so nothing would be egress; "
				 "expected the site's own prefixes");
	return 0;
}

/* Fill the services of @words into the site. */
static int read_services(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;
	struct og_service *services;
	size_t count = 0;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_SERVICES / 2))
		return 0;
	services = og_arena_array(reader->arena, node->count, OG_SERVICE_NAMED * sizeof(*services));
	if (!services)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int named;

		if (!og_expect_kind(reader, field, item, OG_NODE_SCALAR, 0))
			continue;
		named = og_service_named(item->text, &services[count]);
		if (named < 0)
			og_expect(reader, field, item, NULL);
		else
			count += (size_t)named;
	}
	site->gateway_services = services;
	site->gateway_service_count = count;
	return 0;
}

static int default_services(struct og_reader *reader, struct og_conf_site *site)
{
	static const char *const words[] = {"dhcp", "ntp", "icmp", "icmpv6"};
	size_t count = sizeof(words) / sizeof(*words);

	site->gateway_services = og_arena_array(reader->arena, count * OG_SERVICE_NAMED,
						sizeof(*site->gateway_services));
	if (!site->gateway_services)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		site->gateway_service_count += (size_t)og_service_named(
			words[i], &site->gateway_services[site->gateway_service_count]);
	return 0;
}

static int read_match(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;
	bool mac = false;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, 2))
		return 0;
	for (const struct og_node *item = node->first; item; item = item->next) {
		if (item->kind == OG_NODE_SCALAR && !strcmp(item->text, "mac"))
			mac = true;
		else if (item->kind == OG_NODE_SCALAR && !strcmp(item->text, "eui64"))
			site->match_eui64 = true;
		else
			og_expect(reader, field, item, NULL);
	}
	if (!mac)
		og_error(reader->diags, &node->mark,
			 "`match` lacks mac, which is always matched; expected %s",
			 field->expected);
	return 0;
}

static int read_on_block(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	struct og_conf_site *site = object;

	if (node->kind == OG_NODE_SCALAR && !strcmp(node->text, "reject")) {
		site->reject = true;
		site->reject_mark = node->mark;
	} else if (node->kind != OG_NODE_SCALAR || strcmp(node->text, "drop") != 0) {
		og_expect(reader, field, node, NULL);
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_site, member)

static const struct og_field fields[] = {
	{.key = "class", .read = og_read_name, AT(class), .expected = "a word such as sensitive"},
	{.key = "owner", .read = og_read_text, AT(owner), .expected = "who answers for the site"},
	{.key = "timezone",
	 .read = read_timezone,
	 .expected = "a name of the zone database such as Europe/London"},
	{.key = "gateways",
	 .read = og_read_texts,
	 AT(gateways),
	 .expected = "a list of host names such as [gw-a, gw-b]"},
	{.key = "ports",
	 .read = read_ports,
	 .required = true,
	 .expected = "a list of ports such as [{name: lan0}]"},
	{.key = "own_addresses",
	 .read = og_read_addresses,
	 AT(own_addresses),
	 .expected = "a list of addresses such as [10.1.0.254]"},
	{.key = "internal",
	 .read = read_internal,
	 AT(internal),
	 .expected = "connected, or a list of prefixes such as [10.1.0.0/16]"},
	{.key = "never_internal",
	 .read = og_read_cidrs,
	 AT(never_internal),
	 .expected = "a list of addresses or prefixes such as [10.0.0.53]"},
	{.key = "gateway_services",
	 .read = read_services,
	 .expected = "a list of dhcp, dns, ntp, icmp, icmpv6 or PORT/PROTO such as 161/udp"},
	{.key = "match", .read = read_match, .expected = "[mac] or [mac, eui64]"},
	{.key = "on_block", .read = read_on_block, .expected = "drop or reject"},
	{.key = "enforce_routers",
	 .read = og_read_bool,
	 AT(enforce_routers),
	 .expected = "true or false"},
	{.key = "probe", .read = og_read_bool, AT(probe), .expected = "true or false"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "`key: value` lines, of which `ports` is needed");

int og_read_site(struct og_reader *reader, const struct og_node *root, void *thing)
{
	struct og_conf_site *site = thing;
	int ret;

	site->internal_connected = true;
	site->probe = true;
	ret = og_schema_read(reader, &schema, NULL, root, site);
	/* An empty list is an answer too: no service at all. */
	if (!ret && !site->gateway_services)
		ret = default_services(reader, site);
	return ret;
}
