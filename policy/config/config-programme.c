// SPDX-License-Identifier: GPL-2.0
/*
 * config-programme.c: reads programmes/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-read.h"
#include "policy/base/quantity.h"
#include "policy/progress/milestone.h"

#define SOURCES	   256
#define MILESTONES 64
#define EXTENSIONS 64

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

static int read_code(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	struct og_conf_extension *extension = object;

	if (node->kind != OG_NODE_SCALAR || og_blocker_parse(node->text, &extension->code))
		og_expect(reader, field, node, NULL);
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_extension, member)
static const struct og_field extension_fields[] = {
	{.key = "was",
	 .read = og_read_when,
	 AT(was),
	 .required = true,
	 .expected = "the date that held before, such as 2024-10-31"},
	{.key = "decided",
	 .read = og_read_when,
	 AT(decided),
	 .required = true,
	 .expected = "the date of the decision, such as 2024-09-01"},
	{.key = "reason",
	 .read = og_read_text,
	 AT(reason),
	 .required = true,
	 .expected = "why the date was moved"},
	{.key = "code",
	 .read = read_code,
	 .expected = "funding, supply, labour, weather, review or other"},
};
#undef AT
static const struct og_schema extension_schema =
	OG_SCHEMA(extension_fields,
		  "an extension such as {was: 2024-10-31, decided: 2024-09-01, reason: \"...\", "
		  "code: supply}");

static int read_extensions(struct og_reader *reader, const struct og_field *field,
			   const struct og_node *node, void *object)
{
	struct milestone_input *input = object;
	struct og_conf_milestone *milestone = &input->milestone;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, EXTENSIONS))
		return 0;
	milestone->extensions =
		og_arena_array(reader->arena, node->count, sizeof(*milestone->extensions));
	if (!milestone->extensions)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		struct og_conf_extension *extension =
			&milestone->extensions[milestone->extension_count];
		int ret = og_schema_read(reader, &extension_schema, field->key, item, extension);

		if (ret)
			return ret;
		extension->mark = item->mark;
		milestone->extension_count++;
	}
	return 0;
}

static int read_scope_roles(struct og_reader *reader, const struct og_field *field,
			    const struct og_node *node, void *object)
{
	struct og_conf_scope *scope = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_ROLE_COUNT))
		return 0;
	if (!node->count)
		og_error(reader->diags, &node->mark, "`roles` is an empty list; expected %s",
			 field->expected);
	for (const struct og_node *item = node->first; item; item = item->next) {
		enum og_role role;

		if (item->kind != OG_NODE_SCALAR || og_role_parse(item->text, &role))
			og_expect(reader, field, item, NULL);
		else
			scope->roles |= 1u << role;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_scope, member)
static const struct og_field scope_fields[] = {
	{.key = "class",
	 .read = og_read_name,
	 AT(site_class),
	 .expected = "a class of sites such as sensitive"},
	{.key = "vendors",
	 .read = og_read_names,
	 AT(vendors),
	 .expected = "a list of vendors such as [hikvision]"},
	{.key = "roles",
	 .read = read_scope_roles,
	 .expected = "a list of camera, recorder, router, phone, life-safety, other"},
};
#undef AT
static const struct og_schema scope_schema =
	OG_SCHEMA(scope_fields, "a scope such as {class: sensitive, vendors: [hikvision]}");

static int read_scope(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct milestone_input *input = object;

	return og_read_mapping(reader, &scope_schema, field, node, &input->milestone.scope);
}

/* Each date that was moved lies before the one that took its place. */
static void check_extensions(struct og_reader *reader, const struct og_conf_milestone *milestone)
{
	for (size_t i = 0; i < milestone->extension_count; i++) {
		bool last = i + 1 == milestone->extension_count;
		const struct og_when *next = last ? &milestone->due
						  : &milestone->extensions[i + 1].was;

		if (!og_when_before(&milestone->extensions[i].was, next))
			og_error(reader->diags, &milestone->extensions[i].mark,
				 "`was` is not before %s; expected extensions in their order, each "
				 "with the date that held until it was decided",
				 last ? "the milestone's `due`" : "that of the next extension");
	}
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
	{.key = "extensions",
	 .read = read_extensions,
	 .expected = "a list such as [{was: 2024-10-31, decided: 2024-09-01, reason: \"...\"}]"},
	{.key = "verifier",
	 .read = og_read_text,
	 AT(verifier),
	 .expected = "who verifies that it is met"},
	{.key = "scope",
	 .read = read_scope,
	 .expected = "{class: CLASS}, {vendors: [...]} or {roles: [...]}"},
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
	check_extensions(reader, &input.milestone);
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

static bool among(const struct og_names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], name))
			return true;
	return false;
}

/* A milestone can only count vendors that its programme is about. */
static void check_scope(struct og_reader *reader, const struct og_conf_programme *programme,
			const struct og_names *scope)
{
	for (size_t i = 0; i < scope->count; i++)
		if (!among(&programme->vendors, scope->names[i]))
			og_error(
				reader->diags, &scope->marks[i],
				"`%s` is not among the programme's `vendors`; expected one of them",
				scope->names[i]);
}

int og_read_programme(struct og_reader *reader, const struct og_node *root, void *thing)
{
	struct og_conf_programme *programme = thing;
	size_t errors = reader->diags->errors;
	int ret = og_schema_read(reader, &schema, NULL, root, programme);

	/* With an error in it, what is not there may only not have been read. */
	if (ret || reader->diags->errors != errors)
		return ret;
	for (size_t i = 0; i < programme->milestone_count; i++)
		check_scope(reader, programme, &programme->milestones[i].scope.vendors);
	return 0;
}
