// SPDX-License-Identifier: GPL-2.0
/*
 * config-value.c: values that several kinds of files share: moments, prefixes, allow lists
 */
#include <errno.h>
#include <string.h>

#include "policy/base/address.h"
#include "policy/config/config-read.h"
#include "policy/base/mac.h"
#include "policy/base/service.h"

int og_read_when(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object)
{
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_when_parse(node->text, og_field_member(field, object)))
		og_expect(reader, field, node, NULL);
	return 0;
}

/*
 * One prefix. Returns how many ranges were written: 0 after an error, 2 for an IPv6 prefix that
 * would otherwise take all of IPv4 with it.
 */
static size_t parse_prefix(struct og_reader *reader, const struct og_field *field,
			   const struct og_node *node, struct og_cidr ranges[2])
{
	char text[OG_PREFIX_TEXT];
	int ret;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	ranges[0].mark = ranges[1].mark = node->mark;
	ret = og_prefix_parse(node->text, &ranges[0].lo, &ranges[0].hi);
	if (ret == -ERANGE) {
		og_error(reader->diags, &node->mark,
			 "`%s` has `%.*s`, with bits beyond its length; expected %s", field->key,
			 og_shown(node->text), node->text,
			 og_prefix_format(&ranges[0].lo, &ranges[0].hi, text));
		return 0;
	}
	if (ret) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	return og_prefix_without_v4(&ranges[0].lo, &ranges[0].hi, &ranges[1].lo, &ranges[1].hi) ? 2
												: 1;
}

int og_read_cidrs(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object)
{
	struct og_cidrs *member = og_field_member(field, object);
	struct og_cidrs list = {0};

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_PREFIXES))
		return 0;
	list.items = og_arena_array(reader->arena, node->count, 2 * sizeof(*list.items));
	if (!list.items)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next)
		list.count += parse_prefix(reader, field, item, &list.items[list.count]);
	*member = list;
	return 0;
}

int og_read_addresses(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_cidrs *member = og_field_member(field, object);
	struct og_cidrs list = {0};

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_PREFIXES))
		return 0;
	list.items = og_arena_array(reader->arena, node->count, sizeof(*list.items));
	if (!list.items)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		struct og_cidr *cidr = &list.items[list.count];

		if (!og_expect_kind(reader, field, item, OG_NODE_SCALAR, 0))
			continue;
		if (og_addr_parse(item->text, &cidr->lo)) {
			og_expect(reader, field, item, NULL);
			continue;
		}
		cidr->hi = cidr->lo;
		cidr->mark = item->mark;
		list.count++;
	}
	*member = list;
	return 0;
}

/* One item of an allow list, while it is read. */
struct allow_input {
	struct og_cidr ranges[2];
	size_t count;
	struct og_service service;
};

static int read_to(struct og_reader *reader, const struct og_field *field,
		   const struct og_node *node, void *object)
{
	struct allow_input *input = object;

	input->count = parse_prefix(reader, field, node, input->ranges);
	return 0;
}

static int read_service(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	struct allow_input *input = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_service_parse(node->text, &input->service)) {
		og_expect(reader, field, node, NULL);
		input->count = 0;
	}
	return 0;
}

static const struct og_field allow_fields[] = {
	{.key = "to",
	 .read = read_to,
	 .required = true,
	 .expected = "a prefix such as 10.1.0.0/16 or an address"},
	{.key = "port",
	 .read = read_service,
	 .expected = "PORT/PROTO such as 123/udp or 8000-8010/tcp, or a protocol such as icmp"},
};
static const struct og_schema allow_schema =
	OG_SCHEMA(allow_fields, "a prefix, or {to: PREFIX, port: PORT/PROTO}");

static int read_allow(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, struct og_allows *allows)
{
	struct allow_input input = {.service = {0, 0, UINT16_MAX}};
	size_t errors = reader->diags->errors;
	int ret = 0;

	if (node->kind == OG_NODE_SCALAR)
		ret = read_to(reader, field, node, &input);
	else
		ret = og_schema_read(reader, &allow_schema, field->key, node, &input);
	if (reader->diags->errors != errors)
		return ret;
	for (size_t i = 0; i < input.count; i++)
		allows->items[allows->count++] = (struct og_allow){input.ranges[i], input.service};
	return ret;
}

int og_read_allows(struct og_reader *reader, const struct og_field *field,
		   const struct og_node *node, void *object)
{
	struct og_allows *member = og_field_member(field, object);
	struct og_allows allows = {0};

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_ALLOWED))
		return 0;
	if (node->count == 0)
		og_error(reader->diags, &node->mark, "`%s` is an empty list; expected %s",
			 field->key, field->expected);
	allows.items = og_arena_array(reader->arena, node->count, 2 * sizeof(*allows.items));
	if (!allows.items)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int ret = read_allow(reader, field, item, &allows);

		if (ret)
			return ret;
	}
	*member = allows;
	return 0;
}

int og_read_mac_prefix(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct og_mac_prefix prefix;
	int ret;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	ret = og_mac_prefix_parse(node->text, &prefix);
	if (ret == -ERANGE)
		og_error(reader->diags, &node->mark,
			 "`%s` is `%.*s`, with bits set beyond its length; clear them", field->key,
			 og_shown(node->text), node->text);
	else if (ret)
		og_expect(reader, field, node, NULL);
	else if (og_mac_is_group(prefix.bits))
		og_error(reader->diags, &node->mark,
			 "`%s` is `%.*s`, a group address; no device sends from one", field->key,
			 og_shown(node->text), node->text);
	else if (og_mac_is_local(prefix.bits) && prefix.length < 48)
		og_error(reader->diags, &node->mark,
			 "`%s` is `%.*s`, which is locally administered; such addresses never "
			 "match a prefix",
			 field->key, og_shown(node->text), node->text);
	else
		*(struct og_mac_prefix *)og_field_member(field, object) = prefix;
	return 0;
}

char *og_allow_format(const struct og_allow *allow, char buffer[OG_ALLOW_TEXT])
{
	char prefix[OG_PREFIX_TEXT], service[OG_SERVICE_TEXT];
	bool any = !allow->service.proto && !allow->service.port_lo &&
		   allow->service.port_hi == UINT16_MAX;

	og_prefix_format(&allow->to.lo, &allow->to.hi, prefix);
	if (any)
		snprintf(buffer, OG_ALLOW_TEXT, "%s", prefix);
	else
		snprintf(buffer, OG_ALLOW_TEXT, "%s %s", prefix,
			 og_service_format(&allow->service, service));
	return buffer;
}
