// SPDX-License-Identifier: GPL-2.0
/*
 * config-policy.c: reads policies/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-read.h"

#define EVERY_ROLE ((1u << OG_ROLE_COUNT) - 1)
/* Alarm panels, intercoms and desk phones of listed makers: never touched unless a policy says so. */
#define SPARED_ROLES (1u << OG_ROLE_LIFE_SAFETY | 1u << OG_ROLE_PHONE)

static int read_programme(struct og_reader *reader, const struct og_field *field,
			  const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;

	policy->programme_mark = node->mark;
	return og_read_name(reader, field, node, object);
}

static const struct og_field applies_fields[] = {
	{.key = "class",
	 .read = og_read_name,
	 .offset = offsetof(struct og_conf_policy, site_class),
	 .expected = "a class of sites such as sensitive"},
	{.key = "sites",
	 .read = og_read_names,
	 .offset = offsetof(struct og_conf_policy, sites),
	 .expected = "a list of sites such as [whitehall]"},
};
static const struct og_schema applies_schema =
	OG_SCHEMA(applies_fields, "{class: CLASS} or {sites: [SITE, ...]}");

static int read_applies(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;
	size_t errors = reader->diags->errors;
	int ret;

	policy->applies_mark = node->mark;
	ret = og_read_mapping(reader, &applies_schema, field, node, object);
	if (ret || reader->diags->errors != errors)
		return ret;
	if (!policy->site_class == !policy->sites.count)
		og_error(reader->diags, &node->mark,
			 "`applies_to` holds %s; expected %s, or no such line for every site",
			 policy->site_class ? "both class and sites" : "nothing", field->expected);
	return 0;
}

/* The member of this row is the bit set of the roles it names. */
struct roles_input {
	bool only_given, except_given;
	uint32_t only, except;
};

static int read_role_list(struct og_reader *reader, const struct og_field *field,
			  const struct og_node *node, void *object)
{
	uint32_t *member = og_field_member(field, object);
	struct roles_input *input = object;
	bool only = member == &input->only;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_ROLE_COUNT))
		return 0;
	if (only)
		input->only_given = true;
	else
		input->except_given = true;
	if (only && node->count == 0)
		og_error(reader->diags, &node->mark,
			 "`only` is an empty list, so the policy would apply to nothing; expected "
			 "%s",
			 field->expected);
	for (const struct og_node *item = node->first; item; item = item->next) {
		enum og_role role;

		if (item->kind != OG_NODE_SCALAR || og_role_parse(item->text, &role))
			og_expect(reader, field, item, NULL);
		else
			*member |= 1u << role;
	}
	return 0;
}

#define ROLES "a list of camera, recorder, router, phone, life-safety, other, unknown"

static const struct og_field role_fields[] = {
	{.key = "only",
	 .read = read_role_list,
	 .offset = offsetof(struct roles_input, only),
	 .expected = ROLES},
	{.key = "except",
	 .read = read_role_list,
	 .offset = offsetof(struct roles_input, except),
	 .expected = ROLES},
};
static const struct og_schema role_schema =
	OG_SCHEMA(role_fields, "{only: [ROLE, ...]} or {except: [ROLE, ...]}");

static int read_roles(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;
	struct roles_input input = {0};
	size_t errors = reader->diags->errors;
	int ret = og_read_mapping(reader, &role_schema, field, node, &input);

	policy->roles_given = true;
	if (ret || reader->diags->errors != errors)
		return ret;
	if (input.only_given == input.except_given)
		og_error(reader->diags, &node->mark, "`roles` holds %s; expected %s",
			 input.only_given ? "both only and except" : "nothing", field->expected);
	policy->roles = input.only_given ? input.only : EVERY_ROLE & ~input.except;
	return 0;
}

static int read_guard(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;
	const char *text = og_expect_plain(reader, field, node);

	if (!text)
		return 0;
	policy->hold = !strcmp(text, "hold");
	if (!policy->hold && strcmp(text, "off"))
		og_expect(reader, field, node, NULL);
	return 0;
}

static int read_new_devices(struct og_reader *reader, const struct og_field *field,
			    const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;

	return og_read_phase(reader, field, node, false, &policy->new_devices,
			     &policy->has_new_devices);
}

static int read_phases(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct og_conf_policy *policy = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_CONF_PHASES))
		return 0;
	if (node->count == 0)
		og_error(reader->diags, &node->mark, "`phases` is an empty list; expected %s",
			 field->expected);
	policy->phases = og_arena_array(reader->arena, node->count, sizeof(*policy->phases));
	if (!policy->phases)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		bool good = false;
		int ret = og_read_phase(reader, field, item, true,
					&policy->phases[policy->phase_count], &good);

		if (ret)
			return ret;
		policy->phase_count += good;
	}
	return 0;
}

#define AT(member) .offset = offsetof(struct og_conf_policy, member)

static const struct og_field fields[] = {
	{.key = "programme",
	 .read = read_programme,
	 AT(programme),
	 .expected = "the name of a programme such as uk-sensitive-sites"},
	{.key = "vendors",
	 .read = og_read_names,
	 AT(vendors),
	 .expected = "a list of vendors such as [hikvision, dahua]"},
	{.key = "applies_to",
	 .read = read_applies,
	 .expected = "{class: CLASS} or {sites: [SITE, ...]}"},
	{.key = "roles",
	 .read = read_roles,
	 .expected = "{only: [ROLE, ...]} or {except: [ROLE, ...]}"},
	{.key = "guard", .read = read_guard, .expected = "hold or off"},
	{.key = "new_devices",
	 .read = read_new_devices,
	 .expected = "an action such as {action: block}"},
	{.key = "phases",
	 .read = read_phases,
	 .expected = "a list such as [{from: 2027-06-07T10:00, action: log}]"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "`key: value` lines with programme or vendors, and phases");

int og_read_policy(struct og_reader *reader, const struct og_node *root, void *thing)
{
	struct og_conf_policy *policy = thing;
	size_t errors = reader->diags->errors;
	int ret;

	policy->roles = EVERY_ROLE & ~SPARED_ROLES;
	policy->hold = true;
	ret = og_schema_read(reader, &schema, NULL, root, policy);
	if (ret || reader->diags->errors != errors)
		return ret;
	if (!policy->programme == !policy->vendors.count)
		og_error(reader->diags, &root->mark,
			 "%s; expected `programme: NAME` or `vendors: [NAME, ...]`",
			 policy->programme ? "both `programme` and `vendors` are given"
					   : "neither `programme` nor `vendors` is given");
	if (!policy->phase_count && !policy->has_new_devices)
		og_error(reader->diags, &root->mark,
			 "neither `phases` nor `new_devices` is given; expected phases such as "
			 "[{from: 2027-06-07T10:00, action: log}]");
	return 0;
}
