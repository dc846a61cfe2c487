// SPDX-License-Identifier: GPL-2.0
/*
 * config-port.c: reads the entries of a site's `ports`
 */
#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-port.h"
#include "policy/base/quantity.h"

#define VLAN_LAST 4094

bool og_interface_valid(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length >= IFNAMSIZ || !strcmp(text, ".") || !strcmp(text, ".."))
		return false;
	for (const char *p = text; *p; p++)
		if (*p == '/' || *p == ':' || *p <= ' ' || *p >= 0x7f)
			return false;
	return true;
}

static int read_interface(struct og_reader *reader, const struct og_field *field,
			  const struct og_node *node, void *object)
{
	char **member = og_field_member(field, object);

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (!og_interface_valid(node->text)) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	*member = og_arena_strdup(reader->arena, node->text);
	return *member ? 0 : -ENOMEM;
}

/* One VLAN id or range of them. */
static void add_vlans(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, struct og_conf_port *port)
{
	const char *end = NULL;
	uint64_t lo, hi;
	int ret;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return;
	ret = og_number_prefix(node->text, 1, VLAN_LAST, &lo, &end);
	hi = lo;
	if (!ret && *end == '-')
		ret = og_number_prefix(end + 1, lo, VLAN_LAST, &hi, &end);
	if (ret || *end) {
		og_expect(reader, field, node, NULL);
		return;
	}
	for (uint64_t id = lo; id <= hi; id++) {
		if (og_port_vlan(port, (unsigned int)id)) {
			og_error(reader->diags, &node->mark, "VLAN %u is in `vlans` twice",
				 (unsigned int)id);
			return;
		}
		port->vlans[id / 8] |= (uint8_t)(1u << (id % 8));
	}
}

static int read_vlans(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_conf_port *port = object;

	if (node->kind == OG_NODE_SCALAR && !strcmp(node->text, "all")) {
		port->vlans_all = true;
	} else if (node->kind == OG_NODE_SCALAR) {
		add_vlans(reader, field, node, port);
	} else if (og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, VLAN_LAST)) {
		if (node->count == 0)
			og_error(reader->diags, &node->mark,
				 "`vlans` is an empty list; expected %s", field->expected);
		for (const struct og_node *item = node->first; item; item = item->next)
			add_vlans(reader, field, item, port);
	}
	return 0;
}

static const struct og_field fields[] = {
	{.key = "name",
	 .read = read_interface,
	 .offset = offsetof(struct og_conf_port, name),
	 .required = true,
	 .expected = "the name of an interface, 15 bytes at most"},
	{.key = "uplink",
	 .read = read_interface,
	 .offset = offsetof(struct og_conf_port, uplink),
	 .expected = "the name of the bridge's port that leads away from the site, or none"},
	{.key = "vlans",
	 .read = read_vlans,
	 .expected = "VLAN ids from 1 to 4094 such as [20, 30-39], or all"},
	{.key = "untagged",
	 .read = og_read_bool,
	 .offset = offsetof(struct og_conf_port, untagged),
	 .expected = "true or false"},
};
static const struct og_schema schema = OG_SCHEMA(fields, "a port such as {name: lan0}");

bool og_port_vlan(const struct og_conf_port *port, unsigned int id)
{
	return port->vlans_all || (port->vlans[id / 8] >> (id % 8) & 1);
}

static bool any_vlan(const struct og_conf_port *port)
{
	static const uint8_t none[sizeof(port->vlans)];

	return port->vlans_all || memcmp(port->vlans, none, sizeof(none));
}

int og_read_port(struct og_reader *reader, const struct og_node *node, struct og_conf_port *port)
{
	size_t errors = reader->diags->errors;
	int ret;

	port->untagged = true;
	port->mark = node->mark;
	ret = og_schema_read(reader, &schema, "ports", node, port);
	if (ret || reader->diags->errors != errors)
		return ret;
	if (!port->untagged && !any_vlan(port))
		og_error(
			reader->diags, &node->mark,
			"port `%s` has `untagged: false` and no `vlans`, so it covers nothing; add "
			"`vlans`",
			port->name);
	if (port->uplink && !strcmp(port->uplink, port->name))
		og_error(reader->diags, &node->mark,
			 "port `%s` is its own uplink; expected the bridge's port that leads away "
			 "from the site",
			 port->name);
	return 0;
}
