// SPDX-License-Identifier: GPL-2.0
/*
 * config-retention.c: the keys `retention` and `absence` of ouiguard.yaml
 */
#include <stddef.h>

#include "policy/base/quantity.h"
#include "policy/config/config-read.h"

#define DAYS_MOST   36500
#define EVENTS_MOST 10000000

/* `400d`; @ret_days keeps what it had when it is anything else. */
static int read_days(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	const char *text = og_expect_plain(reader, field, node), *end;
	unsigned int *days = og_field_member(field, object);
	uint64_t number;

	if (!text)
		return 0;
	if (og_number_prefix(text, 30, DAYS_MOST, &number, &end) || end[0] != 'd' || end[1])
		og_expect(reader, field, node, NULL);
	else
		*days = (unsigned int)number;
	return 0;
}

static int read_number(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, uint64_t least, uint64_t most, void *object)
{
	const char *text = og_expect_plain(reader, field, node);
	unsigned int *member = og_field_member(field, object);
	uint64_t number;

	if (!text)
		return 0;
	if (og_number_parse(text, least, most, &number))
		og_expect(reader, field, node, NULL);
	else
		*member = (unsigned int)number;
	return 0;
}

static int read_events(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	return read_number(reader, field, node, 1000, EVENTS_MOST, object);
}

static int read_watched_days(struct og_reader *reader, const struct og_field *field,
			     const struct og_node *node, void *object)
{
	return read_number(reader, field, node, 1, 365, object);
}

static const struct og_field retention_fields[] = {
	{.key = "events",
	 .read = read_events,
	 .offset = offsetof(struct og_conf_retention, events),
	 .expected = "a number from 1000 to 10000000"},
	{.key = "sightings",
	 .read = read_days,
	 .offset = offsetof(struct og_conf_retention, sightings),
	 .expected = "days such as 800d, at least 30d"},
	{.key = "destinations",
	 .read = read_days,
	 .offset = offsetof(struct og_conf_retention, destinations),
	 .expected = "days such as 400d, at least 30d"},
	{.key = "addresses",
	 .read = read_days,
	 .offset = offsetof(struct og_conf_retention, addresses),
	 .expected = "days such as 400d, at least 30d"},
};
static const struct og_schema retention_schema =
	OG_SCHEMA(retention_fields, "a mapping with events, sightings, destinations or addresses");

static const struct og_field absence_fields[] = {
	{.key = "days",
	 .read = read_watched_days,
	 .offset = offsetof(struct og_conf_absence, days),
	 .expected = "a number of watched days from 1 to 365"},
	{.key = "silent",
	 .read = read_watched_days,
	 .offset = offsetof(struct og_conf_absence, silent),
	 .expected = "a number of watched days from 1 to 365"},
};
static const struct og_schema absence_schema =
	OG_SCHEMA(absence_fields, "a mapping with days or silent");

int og_read_retention(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	return og_schema_read(reader, &retention_schema, field->key, node,
			      og_field_member(field, object));
}

int og_read_absence(struct og_reader *reader, const struct og_field *field,
		    const struct og_node *node, void *object)
{
	return og_schema_read(reader, &absence_schema, field->key, node,
			      og_field_member(field, object));
}

void og_check_retention(struct og_reader *reader, const struct og_mark *mark,
			const struct og_config *config)
{
	if (config->retention.sightings < config->absence.days)
		og_error(reader->diags, mark,
			 "`retention` keeps sightings for %u days, but `absence` wants %u watched "
			 "ones: no absence could be verified",
			 config->retention.sightings, config->absence.days);
}
