// SPDX-License-Identifier: GPL-2.0
/*
 * config-vendor.c: reads vendors/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>

#include "policy/base/mac.h"
#include "policy/config/config-read.h"

#define SUBSIDIARIES 256
#define PREFIXES     4096

static const struct og_field subsidiary_fields[] = {
	{.key = "title",
	 .read = og_read_text,
	 .offset = offsetof(struct og_conf_subsidiary, title),
	 .required = true,
	 .expected = "the subsidiary's usual name"},
	{.key = "names",
	 .read = og_read_texts,
	 .offset = offsetof(struct og_conf_subsidiary, names),
	 .required = true,
	 .expected = "a list of registered names"},
};
static const struct og_schema subsidiary_schema =
	OG_SCHEMA(subsidiary_fields, "a subsidiary such as {title: EZVIZ, names: [\"...\"]}");

static int read_subsidiaries(struct og_reader *reader, const struct og_field *field,
			     const struct og_node *node, void *object)
{
	struct og_conf_vendor *vendor = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, SUBSIDIARIES))
		return 0;
	vendor->subsidiaries =
		og_arena_array(reader->arena, node->count, sizeof(*vendor->subsidiaries));
	if (!vendor->subsidiaries)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int ret = og_schema_read(reader, &subsidiary_schema, field->key, item,
					 &vendor->subsidiaries[vendor->subsidiary_count]);

		if (ret)
			return ret;
		vendor->subsidiary_count++;
	}
	return 0;
}

/* A block, or one device: a whole address, with or without its /48. */
static int read_prefix(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct og_conf_extra_prefix *extra = object;
	uint64_t mac;

	if (node->kind != OG_NODE_SCALAR || og_mac_parse(node->text, &mac))
		return og_read_mac_prefix(reader, field, node, object);
	extra->prefix = (struct og_mac_prefix){mac, 48};
	if (!og_mac_prefix_is_source(&extra->prefix))
		og_error(reader->diags, &node->mark,
			 "`%s` is `%.*s`, an address that no device has", field->key,
			 og_shown(node->text), node->text);
	return 0;
}

static const struct og_field prefix_fields[] = {
	{.key = "prefix",
	 .read = read_prefix,
	 .offset = offsetof(struct og_conf_extra_prefix, prefix),
	 .required = true,
	 .expected = "a MAC prefix of 24, 28 or 36 bits such as 70:b3:d5:12:30/36, or one "
		     "device such as 70:b3:d5:12:30:01"},
	{.key = "reason",
	 .read = og_read_text,
	 .offset = offsetof(struct og_conf_extra_prefix, reason),
	 .required = true,
	 .expected = "why it belongs to this vendor"},
};
static const struct og_schema prefix_schema =
	OG_SCHEMA(prefix_fields, "{prefix: \"70:b3:d5:12:30/36\", reason: \"...\"}");

static int read_prefixes(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	struct og_conf_vendor *vendor = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, PREFIXES))
		return 0;
	vendor->prefixes = og_arena_array(reader->arena, node->count, sizeof(*vendor->prefixes));
	if (!vendor->prefixes)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		struct og_conf_extra_prefix *prefix = &vendor->prefixes[vendor->prefix_count];
		size_t errors = reader->diags->errors;
		int ret = og_schema_read(reader, &prefix_schema, field->key, item, prefix);

		if (ret)
			return ret;
		prefix->mark = item->mark;
		vendor->prefix_count += reader->diags->errors == errors;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_vendor, member)

static const struct og_field fields[] = {
	{.key = "title",
	 .read = og_read_text,
	 AT(title),
	 .required = true,
	 .expected = "the vendor's usual name"},
	{.key = "parent", .read = og_read_text, AT(parent), .expected = "who owns the vendor"},
	{.key = "names",
	 .read = og_read_texts,
	 AT(names),
	 .expected = "a list of registered names, each as the registry spells it"},
	{.key = "subsidiaries",
	 .read = read_subsidiaries,
	 .expected = "a list such as [{title: EZVIZ, names: [\"...\"]}]"},
	{.key = "prefixes",
	 .read = read_prefixes,
	 .expected = "a list such as [{prefix: \"70:b3:d5:12:30/36\", reason: \"...\"}]"},
	{.key = "not_mapped",
	 .read = og_read_texts,
	 AT(near_misses),
	 .expected = "a list of registered names of other firms that look alike"},
};
static const struct og_schema schema = OG_SCHEMA(fields, "`key: value` lines with title and names");

int og_read_vendor(struct og_reader *reader, const struct og_node *root, void *thing)
{
	struct og_conf_vendor *vendor = thing;
	size_t errors = reader->diags->errors;
	int ret = og_schema_read(reader, &schema, NULL, root, vendor);

	if (!ret && reader->diags->errors == errors && !vendor->names.count &&
	    !vendor->subsidiary_count && !vendor->prefix_count)
		og_error(reader->diags, &root->mark,
			 "none of `names`, `subsidiaries` and `prefixes` is given; expected at "
			 "least one");
	return ret;
}
