// SPDX-License-Identifier: GPL-2.0
/*
 * config-exception.c: reads exceptions/NAME.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-read.h"
#include "policy/base/mac.h"
#include "policy/base/person.h"

/* An exception while it is read. */
struct input {
	struct og_conf_exception exception;
	struct og_mark device, prefix;
};

static int read_policy(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	((struct input *)object)->exception.policy_mark = node->mark;
	return og_read_name(reader, field, node, object);
}

static int read_site(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	((struct input *)object)->exception.site_mark = node->mark;
	return og_read_name(reader, field, node, object);
}

static int read_approved(struct og_reader *reader, const struct og_field *field,
			 const struct og_node *node, void *object)
{
	((struct input *)object)->exception.approved_mark = node->mark;
	return og_read_text(reader, field, node, object);
}

static int read_device(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct input *input = object;
	uint64_t mac;

	input->device = node->mark;
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_mac_parse(node->text, &mac) || og_mac_is_group(mac)) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	input->exception.mac = (struct og_mac_prefix){mac, 48};
	input->exception.has_mac = true;
	return 0;
}

static int read_prefix(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct input *input = object;

	input->prefix = node->mark;
	return og_read_mac_prefix(reader, field, node, object);
}

#define AT(member) .offset = offsetof(struct input, exception.member)

static const struct og_field fields[] = {
	{.key = "policy",
	 .read = read_policy,
	 AT(policy),
	 .required = true,
	 .expected = "the name of the policy that it is an exception from"},
	{.key = "device",
	 .read = read_device,
	 .expected = "the MAC address of one device such as a4:14:37:00:12:34"},
	{.key = "prefix",
	 .read = read_prefix,
	 AT(mac),
	 .expected = "a MAC prefix of 24, 28, 36 or 48 bits such as a4:14:37/24"},
	{.key = "site", .read = read_site, AT(site), .expected = "the name of a site"},
	{.key = "to",
	 .read = og_read_allows,
	 AT(to),
	 .expected = "a list of destinations such as [192.0.2.0/24]"},
	{.key = "owner",
	 .read = og_read_text,
	 AT(owner),
	 .required = true,
	 .expected = "who needs the exception"},
	{.key = "reason",
	 .read = og_read_text,
	 AT(reason),
	 .required = true,
	 .expected = "why it is needed"},
	{.key = "approver",
	 .read = og_read_text,
	 AT(approver),
	 .required = true,
	 .expected = "who answers for it"},
	{.key = "author",
	 .read = og_read_text,
	 AT(author),
	 .required = true,
	 .expected = "the login name of who wrote it"},
	{.key = "approved_by",
	 .read = read_approved,
	 AT(approved_by),
	 .expected = "the login name of who approved it, which is not the author's"},
	{.key = "pause", .read = og_read_bool, AT(pause), .expected = "true or false"},
	{.key = "from", .read = og_read_when, AT(from), .expected = "a date such as 2027-06-07"},
	{.key = "until",
	 .read = og_read_when,
	 AT(until),
	 .required = true,
	 .expected = "a date such as 2027-06-07; every exception has an end"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "`policy`, `device` or `prefix` or `site`, `owner`, `reason`, "
			  "`approver`, `author`, `until`");

/* Who may let through without a second person: only a whole site, and only for a while. */
static void check_pause(struct og_reader *reader, const struct og_conf_exception *exception)
{
	if (exception->has_mac || exception->to.count || !exception->site)
		og_error(reader->diags, &exception->mark,
			 "`pause` is for a whole site; expected `site`, and none of `device`, "
			 "`prefix` and `to`");
	else if (!exception->from.set)
		og_error(reader->diags, &exception->mark,
			 "a pause without `from`; expected the moment it begins, for it lasts %d "
			 "hours at most",
			 OG_PAUSE_SECONDS / 3600);
}

static void check_approval(struct og_reader *reader, const struct og_conf_exception *exception)
{
	if (exception->approved_by && og_same_person(exception->approved_by, exception->author))
		og_error(reader->diags, &exception->approved_mark,
			 "`approved_by` is the author, `%s`; expected another login, or no such "
			 "line until another one approves",
			 exception->author);
}

static int read_one(struct og_reader *reader, const struct og_node *node, char *name,
		    struct og_conf_exception *ret_exception)
{
	struct input input = {.exception = {.name = name, .mark = node->mark}};
	struct og_conf_exception *exception = &input.exception;
	size_t errors = reader->diags->errors;
	int ret = og_schema_read(reader, &schema, NULL, node, &input);

	if (ret)
		return ret;
	if (exception->mac.length)
		exception->has_mac = true;
	if (input.device.line && input.prefix.line)
		og_error(reader->diags, &input.prefix,
			 "both `device` and `prefix` are given; expected one of them");
	else if (reader->diags->errors == errors && !exception->has_mac && !exception->site)
		og_error(reader->diags, &node->mark,
			 "none of `device`, `prefix` and `site` is given; expected at least one");
	if (reader->diags->errors == errors && exception->pause)
		check_pause(reader, exception);
	if (reader->diags->errors == errors)
		check_approval(reader, exception);
	*ret_exception = *exception;
	return 0;
}

int og_read_exceptions(struct og_reader *reader, const struct og_node *root, const char *name,
		       struct og_conf_exception **ret_exceptions, size_t *ret_count)
{
	bool several = root->kind == OG_NODE_SEQUENCE;
	size_t count = several ? root->count : 1, number = 0;
	struct og_conf_exception *exceptions;

	if (count > OG_CONF_EXCEPTIONS) {
		og_error(reader->diags, &root->mark,
			 "%zu exceptions in one file; expected %d at most", count,
			 OG_CONF_EXCEPTIONS);
		count = 0;
	}
	exceptions = og_arena_array(reader->arena, count, sizeof(*exceptions));
	if (!exceptions)
		return -ENOMEM;
	for (const struct og_node *node = several ? root->first : root; number < count;
	     node = node->next) {
		char *full = several ? og_arena_printf(reader->arena, "%s#%zu", name, number + 1)
				     : og_arena_strdup(reader->arena, name);
		int ret = full ? read_one(reader, node, full, &exceptions[number++]) : -ENOMEM;

		if (ret)
			return ret;
	}
	*ret_exceptions = exceptions;
	*ret_count = count;
	return 0;
}
