// SPDX-License-Identifier: GPL-2.0
/*
 * config-programme.c: reads programmes/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-read.h"
#include "policy/base/quantity.h"

#define SOURCES	   256
#define MILESTONES 64

/* A source may be known by year or month only: `2023`, `2023-06`, `2023-06-30`. */
static int read_source_date(struct og_reader *reader, const struct og_field *field,
			    const struct og_node *node, void *object)
{
	char **member = og_field_member(field, object);
	struct og_when when;
	size_t length;
	char full[11] = "0000-01-01";

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	length = strlen(node->text);
	if (length == 4 || length == 7 || length == 10)
		memcpy(full, node->text, length);
	if (og_when_parse(full, &when)) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	*member = og_arena_strdup(reader->arena, node->text);
	return *member ? 0 : -ENOMEM;
}

#define AT(member) .offset = offsetof(struct og_conf_source, member)

static const struct og_field source_fields[] = {
	{.key = "date",
	 .read = read_source_date,
	 AT(date),
	 .required = true,
	 .expected = "a date such as 2022-11-24, 2022-11 or 2022"},
	{.key = "title",
	 .read = og_read_text,
	 AT(title),
	 .required = true,
	 .expected = "the source's title"},
	{.key = "url", .read = og_read_text, AT(url), .expected = "the source's address"},
};
#undef AT
static const struct og_schema source_schema =
	OG_SCHEMA(source_fields, "a source such as {date: 2022-11-24, title: \"...\"}");

static int read_sources(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	struct og_conf_programme *programme = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, SOURCES))
		return 0;
	programme->sources =
		og_arena_array(reader->arena, node->count, sizeof(*programme->sources));
	if (!programme->sources)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int ret = og_schema_read(reader, &source_schema, field->key, item,
					 &programme->sources[programme->source_count]);

		if (ret)
			return ret;
		programme->source_count++;
	}
	return 0;
}

/* A milestone while it is read: how many of the three comparators it has. */
struct milestone_input {
	struct og_conf_milestone milestone;
	unsigned int comparators;
};

static int read_measure(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	struct milestone_input *input = object;

	if (node->kind == OG_NODE_SCALAR && !strcmp(node->text, "devices"))
		input->milestone.measure = OG_MEASURE_DEVICES;
	else if (node->kind == OG_NODE_SCALAR && !strcmp(node->text, "sites"))
		input->milestone.measure = OG_MEASURE_SITES;
	else
		og_expect(reader, field, node, NULL);
	return 0;
}

static int read_share(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct milestone_input *input = object;

	input->comparators++;
	input->milestone.comparator = strcmp(field->key, "at_least") ? OG_AT_MOST : OG_AT_LEAST;
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_percent_parse(node->text, &input->milestone.percent))
		og_expect(reader, field, node, NULL);
	return 0;
}

static int read_none_left(struct og_reader *reader, const struct og_field *field,
			  const struct og_node *node, void *object)
{
	struct milestone_input *input = object;

	input->comparators++;
	input->milestone.comparator = OG_NONE_LEFT;
	if (node->kind != OG_NODE_SCALAR || !node->plain || strcmp(node->text, "true"))
		og_expect(reader, field, node, NULL);
	return 0;
}

#define AT(member) .offset = offsetof(struct milestone_input, milestone.member)
static const struct og_field milestone_fields[] = {
	{.key = "name",
	 .read = og_read_name,
	 AT(name),
	 .required = true,
	 .expected = "a name such as all"},
	{.key = "due",
	 .read = og_read_when,
	 AT(due),
	 .required = true,
	 .expected = "a date such as 2025-04-30"},
	{.key = "measure", .read = read_measure, .required = true, .expected = "devices or sites"},
	{.key = "at_least", .read = read_share, .expected = "a share such as 70%"},
	{.key = "at_most", .read = read_share, .expected = "a share such as 35%"},
	{.key = "none_left", .read = read_none_left, .expected = "true"},
};
#undef AT
static const struct og_schema milestone_schema = OG_SCHEMA(
	milestone_fields,
	"a milestone such as {name: all, due: 2025-04-30, measure: sites, at_least: 100%}");

static int read_milestone(struct og_reader *reader, const struct og_field *field,
			  const struct og_node *node, struct og_conf_programme *programme)
{
	struct milestone_input input = {.milestone.mark = node->mark};
	size_t errors = reader->diags->errors;
	int ret = og_schema_read(reader, &milestone_schema, field->key, node, &input);

	if (ret || reader->diags->errors != errors)
		return ret;
	if (input.comparators != 1)
		og_error(reader->diags, &node->mark,
			 "%s of at_least, at_most and none_left is given; expected one",
			 input.comparators ? "more than one" : "none");
	for (size_t i = 0; i < programme->milestone_count; i++)
		if (!strcmp(programme->milestones[i].name, input.milestone.name))
			og_error(reader->diags, &node->mark,
				 "a second milestone `%s`; expected another name",
				 input.milestone.name);
	programme->milestones[programme->milestone_count++] = input.milestone;
	return 0;
}

static int read_milestones(struct og_reader *reader, const struct og_field *field,
			   const struct og_node *node, void *object)
{
	struct og_conf_programme *programme = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, MILESTONES))
		return 0;
	programme->milestones =
		og_arena_array(reader->arena, node->count, sizeof(*programme->milestones));
	if (!programme->milestones)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		int ret = read_milestone(reader, field, item, programme);

		if (ret)
			return ret;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_programme, member)
static const struct og_field fields[] = {
	{.key = "title",
	 .read = og_read_text,
	 AT(title),
	 .required = true,
	 .expected = "the programme's title"},
	{.key = "authority",
	 .read = og_read_text,
	 AT(authority),
	 .required = true,
	 .expected = "who decided it"},
	{.key = "equipment",
	 .read = og_read_text,
	 AT(equipment),
	 .expected = "the equipment it is about"},
	{.key = "sources",
	 .read = read_sources,
	 .expected = "a list such as [{date: 2022-11-24, title: \"...\", url: \"...\"}]"},
	{.key = "vendors",
	 .read = og_read_names,
	 AT(vendors),
	 .required = true,
	 .expected = "a list of vendors such as [hikvision, dahua]"},
	{.key = "milestones",
	 .read = read_milestones,
	 .expected = "a list such as [{name: all, due: 2025-04-30, measure: sites, "
		     "at_least: 100%}]"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "`key: value` lines with title, authority and vendors");

int og_read_programme(struct og_reader *reader, const struct og_node *root, void *thing)
{
	return og_schema_read(reader, &schema, NULL, root, thing);
}
