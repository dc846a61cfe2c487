// SPDX-License-Identifier: GPL-2.0
/*
 * config-phase.c: reads an action with its settings, and from when it holds
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "policy/config/config-read.h"
#include "policy/base/quantity.h"

#define RATE_LEAST   1000	  /* slower than any protocol's own timeouts */
#define RATE_MOST    100000000000 /* 100 Gbit/s */
#define BURST_LEAST  1600	  /* one full frame, or a full one never passes */
#define BURST_MOST   64000000
#define BURST_NORMAL 16000
#define QUIET_MOST   365

/* A phase while it is read, with the places of what may not be there. */
struct input {
	struct og_conf_phase phase;
	bool has_action;
	struct og_mark rate, burst, allow;
	bool gated; /* gates go with phases that have a date */
};

static int read_action(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	struct input *input = object;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_action_parse(node->text, &input->phase.setting.action))
		og_expect(reader, field, node, NULL);
	else
		input->has_action = true;
	return 0;
}

static int read_rate(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	struct input *input = object;
	uint64_t rate;

	input->rate = node->mark;
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_rate_parse(node->text, &rate) || rate < RATE_LEAST || rate > RATE_MOST)
		og_expect(reader, field, node, NULL);
	else
		input->phase.setting.rate = rate;
	return 0;
}

static int read_burst(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct input *input = object;
	uint64_t burst;

	input->burst = node->mark;
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	if (og_size_parse(node->text, &burst) || burst < BURST_LEAST || burst > BURST_MOST)
		og_expect(reader, field, node, NULL);
	else
		input->phase.setting.burst = burst;
	return 0;
}

static int read_allow(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	struct input *input = object;

	input->allow = node->mark;
	return og_read_allows(reader, field, node, object);
}

/* A number, decimal or after 0x, up to *@ret_end. */
static bool parse_mark(const char *text, uint32_t *ret_value, const char **ret_end)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	uint64_t value;
	size_t length;

	if (text[0] != '0' || text[1] != 'x') {
		if (og_number_prefix(text, 0, UINT32_MAX, &value, ret_end))
			return false;
		*ret_value = (uint32_t)value;
		return true;
	}
	/* Counted first: strtoul() by itself would take a sign, a space or a second 0x. */
	length = strspn(text + 2, digits);
	if (length == 0 || length > 8)
		return false;
	*ret_value = (uint32_t)strtoul(text + 2, NULL, 16);
	*ret_end = text + 2 + length;
	return true;
}

static int read_mark(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	struct og_setting *setting = &((struct input *)object)->phase.setting;
	uint32_t mark, mask = UINT32_MAX;
	const char *end;
	bool good;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	good = parse_mark(node->text, &mark, &end);
	if (good && *end == '/')
		good = parse_mark(end + 1, &mask, &end) && mask;
	if (!good || *end) {
		og_expect(reader, field, node, NULL);
		return 0;
	}
	if (mark & ~mask) {
		og_error(reader->diags, &node->mark,
			 "`mark` is `%.*s`, with bits that its mask leaves out; expected %s",
			 og_shown(node->text), node->text, field->expected);
		return 0;
	}
	setting->has_mark = 1;
	setting->mark = mark;
	setting->mark_mask = mask;
	return 0;
}

static int read_quiet_days(struct og_reader *reader, const struct og_field *field,
			   const struct og_node *node, void *object)
{
	struct og_conf_gate *gate = object;
	const char *text = og_expect_plain(reader, field, node);
	uint64_t days;

	if (!text)
		return 0;
	if (og_number_parse(text, 1, QUIET_MOST, &days))
		og_expect(reader, field, node, NULL);
	else
		gate->quiet_days = (unsigned int)days;
	return 0;
}

static const struct og_field gate_fields[] = {
	{.key = "milestone",
	 .read = og_read_name,
	 .offset = offsetof(struct og_conf_gate, milestone),
	 .expected = "the name of a milestone of the policy's programme"},
	{.key = "quiet_days",
	 .read = read_quiet_days,
	 .expected = "a number of days from 1 to 365"},
};
static const struct og_schema gate_schema =
	OG_SCHEMA(gate_fields, "{milestone: NAME} or {quiet_days: DAYS}");

static int read_gate(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	struct input *input = object;
	struct og_conf_gate *gate = &input->phase.gate;
	size_t errors = reader->diags->errors;
	int ret = og_read_mapping(reader, &gate_schema, field, node, gate);

	gate->mark = node->mark;
	if (ret || reader->diags->errors != errors)
		return ret;
	if (!gate->milestone == !gate->quiet_days)
		og_error(reader->diags, &node->mark, "`gate` holds %s; expected %s",
			 gate->milestone ? "both milestone and quiet_days" : "nothing",
			 field->expected);
	else if (!input->gated)
		og_error(reader->diags, &node->mark,
			 "`gate` goes with a phase, not with `new_devices`; remove it");
	return 0;
}

#define AT(member) .offset = offsetof(struct input, phase.member)

static const struct og_field fields[] = {
	{.key = "from",
	 .read = og_read_when,
	 AT(from),
	 .expected = "a date such as 2027-06-07 or 2027-06-07T10:00"},
	{.key = "action",
	 .read = read_action,
	 .required = true,
	 .expected = "observe, log, limit, restrict, block or isolate"},
	{.key = "rate",
	 .read = read_rate,
	 .expected = "a rate from 1kbit to 100gbit such as 64kbit"},
	{.key = "burst", .read = read_burst, .expected = "a size from 1600B to 64MB such as 16kB"},
	{.key = "allow",
	 .read = read_allow,
	 AT(allow),
	 .expected = "a list such as [{to: 10.1.0.0/16}, {to: 192.0.2.123, port: 123/udp}]"},
	{.key = "gate", .read = read_gate, .expected = "{milestone: NAME} or {quiet_days: DAYS}"},
	{.key = "mark", .read = read_mark, .expected = "a number or NUMBER/MASK such as 0x10/0xff"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "a phase such as {from: 2027-06-07T10:00, action: log}");

/* Which settings go with which action. */
static void check_settings(struct og_reader *reader, const struct input *input)
{
	const struct og_conf_phase *phase = &input->phase;
	const char *name = og_action_name(phase->setting.action);

	if (phase->setting.action == OG_LIMIT && !input->rate.line)
		og_error(reader->diags, &phase->mark,
			 "`action: limit` needs `rate`; add one such as `rate: 64kbit`");
	if (phase->setting.action != OG_LIMIT && input->rate.line)
		og_error(reader->diags, &input->rate,
			 "`rate` goes with `action: limit`, not with `%s`; remove one", name);
	if (phase->setting.action != OG_LIMIT && input->burst.line)
		og_error(reader->diags, &input->burst,
			 "`burst` goes with `action: limit`, not with `%s`; remove one", name);
	if (phase->setting.action == OG_RESTRICT && !input->allow.line)
		og_error(reader->diags, &phase->mark,
			 "`action: restrict` needs `allow`; add the destinations that stay open, "
			 "or use `action: block`");
	if (phase->setting.action != OG_RESTRICT && input->allow.line)
		og_error(reader->diags, &input->allow,
			 "`allow` goes with `action: restrict`, not with `%s`; remove one", name);
}

int og_read_phase(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, bool need_from, struct og_conf_phase *ret_phase,
		  bool *ret_good)
{
	struct input input = {.phase.mark = node->mark, .gated = need_from};
	struct og_setting *setting = &input.phase.setting;
	size_t errors = reader->diags->errors;
	int ret = og_read_mapping(reader, &schema, field, node, &input);

	if (ret)
		return ret;
	if (input.has_action)
		check_settings(reader, &input);
	if (need_from && !input.phase.from.set && reader->diags->errors == errors)
		og_error(reader->diags, &node->mark,
			 "`from` is missing; expected a date such as 2027-06-07 or "
			 "2027-06-07T10:00");
	/* A tenth of a second at the full rate, but room for a handful of frames. */
	if (setting->action == OG_LIMIT && !setting->burst) {
		setting->burst = setting->rate / 8 / 10;
		if (setting->burst < BURST_NORMAL)
			setting->burst = BURST_NORMAL;
		if (setting->burst > BURST_MOST)
			setting->burst = BURST_MOST;
	}
	*ret_good = reader->diags->errors == errors;
	*ret_phase = input.phase;
	return 0;
}
