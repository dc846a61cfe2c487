// SPDX-License-Identifier: GPL-2.0
/*
 * mapping.c: which columns of somebody's own table hold what an asset register holds
 */
#include "policy/assets/mapping.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

/* Tables that are known ----------------------------------------------------------------------- */

/*
 * Netdisco's own words for the columns of its table `node` and of its views' CSV: the report of
 * nodes by vendor, the inventory of addresses, and the ports of a device.
 */
static const struct og_mapping known[] = {
	{.name = "register",
	 .columns = {"mac", "role", "status", "installed", "evidence", "asset_tag", "serial",
		     "switch_port", "location", "note"}},
	{.name = "devices",
	 .columns = {[OG_COLUMN_MAC] = "mac", [OG_COLUMN_ROLE] = "role"},
	 .several = true,
	 .seen = "last_seen",
	 .site = "site"},
	{.name = "netdisco",
	 .columns = {[OG_COLUMN_MAC] = "mac", [OG_COLUMN_SWITCH_PORT] = "switch+port"},
	 .several = true,
	 .seen = "time_last",
	 .since = "time_first"},
	{.name = "netdisco",
	 .columns = {[OG_COLUMN_MAC] = "MAC", [OG_COLUMN_SWITCH_PORT] = "Device+Port"},
	 .several = true},
	{.name = "netdisco",
	 .columns = {[OG_COLUMN_MAC] = "Node MAC", [OG_COLUMN_SWITCH_PORT] = "Port"},
	 .several = true},
	{.name = "netdisco", .columns = {[OG_COLUMN_MAC] = "MAC Address"}},
};

/* Titles that, beside those of its mapping, a table must have to be taken for the known one. */
static const char *const telling[][2] = {
	{"mac", NULL},	       {"mac", "vendor_title"},	      {"switch", "time_recent"},
	{"Device", "Company"}, {"Node MAC", "Archived Node"}, {"Node", "Time Since Last Seen"},
};

static bool has(const char *const *titles, size_t count, const char *title)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(titles[i], title))
			return true;
	return false;
}

/* An asset register has only its own titles; other tables of devices have a `mac` too. */
static bool is_register(const char *const *titles, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!has(og_asset_titles, OG_ASSET_COLUMNS, titles[i]))
			return false;
	return has(titles, count, "mac");
}

const struct og_mapping *og_mapping_known(const char *const *titles, size_t count, const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (name && strcmp(known[i].name, name))
			continue;
		if (i == 0 ? is_register(titles, count)
			   : has(titles, count, telling[i][0]) && has(titles, count, telling[i][1]))
			return &known[i];
	}
	return NULL;
}

bool og_mapping_known_name(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].name, name))
			return true;
	return false;
}

/* The command line ---------------------------------------------------------------------------- */

static char **slot(struct og_mapping *mapping, const char *column)
{
	for (enum og_asset_column i = 0; i < OG_ASSET_COLUMNS; i++)
		if (!strcmp(og_asset_titles[i], column))
			return &mapping->columns[i];
	return !strcmp(column, "seen") ? &mapping->seen : NULL;
}

static int parse_pair(struct og_reader *reader, char *pair, struct og_mapping *mapping)
{
	char *title = strchr(pair, '='), **member;

	if (!title || title == pair || !title[1]) {
		og_error(reader->diags, NULL,
			 "`%.*s`; expected COLUMN=TITLE, such as mac=MAC Address", og_shown(pair),
			 pair);
		return 0;
	}
	*title++ = '\0';
	member = slot(mapping, pair);
	if (!member) {
		og_error(reader->diags, NULL,
			 "unknown column `%.*s`; expected mac, role, status, installed, evidence, "
			 "asset_tag, serial, switch_port, location, note or seen",
			 og_shown(pair), pair);
	} else if (*member) {
		og_error(reader->diags, NULL, "`%s` is given twice", pair);
	} else {
		*member = og_arena_strdup(reader->arena, title);
		return *member ? 0 : -ENOMEM;
	}
	return 0;
}

static void want_mac(struct og_reader *reader, const struct og_mark *mark,
		     const struct og_mapping *mapping, size_t errors)
{
	if (reader->diags->errors == errors && !mapping->columns[OG_COLUMN_MAC])
		og_error(reader->diags, mark, "no column for `mac`; nothing names a device then");
}

int og_mapping_parse(struct og_reader *reader, const char *text, struct og_mapping *ret_mapping)
{
	char *copy = og_arena_strdup(reader->arena, text), *state = NULL;
	size_t errors = reader->diags->errors;

	if (!copy)
		return -ENOMEM;
	for (char *pair = strtok_r(copy, ",", &state); pair; pair = strtok_r(NULL, ",", &state)) {
		int ret = parse_pair(reader, pair, ret_mapping);

		if (ret)
			return ret;
	}
	want_mac(reader, NULL, ret_mapping, errors);
	return 0;
}

/* The file ------------------------------------------------------------------------------------ */

#define COLUMN(index, name, what)                                                \
	{                                                                        \
		.key = (name), .read = og_read_text, .expected = (what),         \
		.offset = offsetof(struct og_mapping, columns) +                 \
			  (index) * sizeof(((struct og_mapping *)0)->columns[0]) \
	}

#define TITLE "the title of a column"

static const struct og_field column_fields[] = {
	COLUMN(OG_COLUMN_MAC, "mac", TITLE),
	COLUMN(OG_COLUMN_ROLE, "role", TITLE),
	COLUMN(OG_COLUMN_STATUS, "status", TITLE),
	COLUMN(OG_COLUMN_INSTALLED, "installed", TITLE),
	COLUMN(OG_COLUMN_EVIDENCE, "evidence", TITLE),
	COLUMN(OG_COLUMN_ASSET_TAG, "asset_tag", TITLE),
	COLUMN(OG_COLUMN_SERIAL, "serial", TITLE),
	COLUMN(OG_COLUMN_SWITCH_PORT, "switch_port", TITLE),
	COLUMN(OG_COLUMN_LOCATION, "location", TITLE),
	COLUMN(OG_COLUMN_NOTE, "note", TITLE),
	{.key = "seen",
	 .read = og_read_text,
	 .offset = offsetof(struct og_mapping, seen),
	 .expected = TITLE},
};
static const struct og_schema column_schema =
	OG_SCHEMA(column_fields, "a mapping such as {mac: MAC Address, serial: S/N}");

#define ROLE(index, name)                                                                         \
	{                                                                                         \
		.key = (name), .read = og_read_texts,                                             \
		.offset = offsetof(struct og_mapping, roles) + (index) * sizeof(struct og_names), \
		.expected = "a list of words of your role column"                                 \
	}

static const struct og_field role_fields[] = {
	ROLE(OG_ROLE_CAMERA, "camera"),		  ROLE(OG_ROLE_RECORDER, "recorder"),
	ROLE(OG_ROLE_ROUTER, "router"),		  ROLE(OG_ROLE_PHONE, "phone"),
	ROLE(OG_ROLE_LIFE_SAFETY, "life-safety"), ROLE(OG_ROLE_OTHER, "other"),
	ROLE(OG_ROLE_UNKNOWN, "unknown"),
};
static const struct og_schema role_schema =
	OG_SCHEMA(role_fields, "a mapping such as {camera: [IP camera, Dome], recorder: [NVR]}");

static int read_columns(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	return og_schema_read(reader, &column_schema, field->key, node, object);
}

static int read_roles(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	return og_schema_read(reader, &role_schema, field->key, node, object);
}

static int read_dates(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	static const char *const words[] = {
		[OG_DATES_YMD] = "ymd", [OG_DATES_DMY] = "dmy", [OG_DATES_MDY] = "mdy"};
	const char *text = og_expect_plain(reader, field, node);
	struct og_mapping *mapping = object;

	for (enum og_date_order i = 0; text && i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(text, words[i]))
			continue;
		mapping->dates = i;
		return 0;
	}
	if (text)
		og_expect(reader, field, node, NULL);
	return 0;
}

static const struct og_field fields[] = {
	{.key = "columns",
	 .read = read_columns,
	 .required = true,
	 .expected = "a mapping such as {mac: MAC Address, serial: S/N}"},
	{.key = "roles",
	 .read = read_roles,
	 .expected = "a mapping such as {camera: [IP camera, Dome], recorder: [NVR]}"},
	{.key = "dates", .read = read_dates, .expected = "ymd, dmy or mdy"},
};
static const struct og_schema schema = OG_SCHEMA(fields, "`key: value` lines with columns");

int og_mapping_read(struct og_reader *reader, const char *data, size_t size, const char *file,
		    struct og_mapping *ret_mapping)
{
	struct og_mark start = {file, 1, 1};
	size_t errors = reader->diags->errors;
	struct og_node *root;
	int ret;

	ret = og_document_read(data, size, file, reader->arena, reader->diags, &root);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	ret = og_schema_read(reader, &schema, NULL, root, ret_mapping);
	if (!ret)
		want_mac(reader, &start, ret_mapping, errors);
	return ret;
}
