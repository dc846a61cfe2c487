// SPDX-License-Identifier: GPL-2.0
/*
 * test-import.c: somebody's own table becomes rows of an asset register
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/assets/import.h"

struct kit {
	struct og_diags diags;
	struct og_reader reader;
	struct og_mapping mapping;
	struct og_import_how how;
	struct og_import import;
};

static int set_up(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	kit->reader.arena = og_arena_new();
	kit->reader.diags = &kit->diags;
	kit->how.site = "north";
	*state = kit;
	return 0;
}

static int take_down(void **state)
{
	struct kit *kit = *state;

	og_arena_free(kit->reader.arena);
	og_diags_free(&kit->diags);
	free(kit);
	return 0;
}

static void map(struct kit *kit, const char *text)
{
	assert_int_equal(og_mapping_parse(&kit->reader, text, &kit->mapping), 0);
	kit->how.mapping = &kit->mapping;
}

static void import(struct kit *kit, const char *text)
{
	assert_int_equal(og_import_parse(&kit->reader, text, strlen(text), "cmdb.csv", &kit->how,
					 &kit->import),
			 0);
}

/* Exactly these diagnostics, in order; NULL ends them. */
static void says(struct kit *kit, const char *const *wanted)
{
	char text[1024];
	size_t i;

	for (i = 0; i < kit->diags.count && wanted[i]; i++) {
		og_diag_text(&kit->diags.items[i], text, sizeof(text));
		assert_string_equal(text, wanted[i]);
	}
	assert_int_equal(i, kit->diags.count);
	assert_null(wanted[i]);
}

static const char *const nothing[] = {NULL};

static void row(const struct kit *kit, size_t index, uint64_t mac, const char *written)
{
	struct og_conf_register one = {.rows = &kit->import.rows.rows[index], .count = 1};
	char *text = NULL, *line;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_true(index < kit->import.rows.count);
	assert_true(one.rows->mac == mac);
	assert_int_equal(og_assets_write(&one, out), 0);
	fclose(out);
	line = strchr(text, '\n') + 1;
	/* The address has been looked at. */
	assert_memory_equal(line + 17, written, strlen(written));
	assert_string_equal(line + 17 + strlen(written), "\n");
	free(text);
}

static void takes_ones_own_columns(void **state)
{
	struct kit *kit = *state;

	map(kit, "mac=MAC Address,serial=S/N,installed=bought,evidence=Invoice,location=Room,"
		 "role=Kind");
	import(kit, "Room;MAC Address;s/n;Kind;bought;Invoice;Price\r\n"
		    "\"Gate; north\";A41437001234; DS1 ;Camera;2019-05-30 10:00;I-7;99\r\n"
		    "Hall;a4-14-37-00-12-35;DS2;;2020-01-01;;1\r\n"
		    "Chair;;;;;;5\r\n"
		    "Roof;a414.3700.1233;DS3;camera;;I-8;1\r\n");
	says(kit, nothing);
	assert_int_equal(kit->import.rows.count, 3);
	assert_int_equal(kit->import.lines, 4);
	assert_int_equal(kit->import.without, 1);
	assert_false(kit->import.cut);
	/* Ascending; proof is both a date and what it rests on. */
	row(kit, 0, 0xa41437001233, ",camera,legacy-unproven,,I-8,,DS3,,Roof,");
	row(kit, 1, 0xa41437001234, ",camera,legacy,2019-05-30,I-7,,DS1,,Gate; north,");
	row(kit, 2, 0xa41437001235, ",unknown,legacy-unproven,2020-01-01,,,DS2,,Hall,");
}

static void says_where_it_is_wrong(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"cmdb.csv:2:1: `a4:14:37:00:12` is no address of a device such as "
		"a4:14:37:00:12:34",
		"cmdb.csv:3:1: `01:00:5e:00:00:01` is no address of a device such as "
		"a4:14:37:00:12:34",
		"cmdb.csv:4:19: `installed` is `30/05/2019`; expected a date such as 2021-05-30 "
		"(--dates dmy or mdy for others)",
		"cmdb.csv:5:1: 2 fields; expected 3 as in the first line",
		"cmdb.csv:7:30: `status` is `gone`; expected legacy, legacy-unproven, removed, "
		"replaced or false-positive",
		"cmdb.csv:8:1: a4:14:37:00:12:39 is here twice, and the rows differ; the other "
		"row is in line 6",
		NULL};

	map(kit, "mac=m,installed=d,status=s");
	import(kit, "m,d,s\n"
		    "a4:14:37:00:12,,\n"
		    "01:00:5e:00:00:01,,\n"
		    "a4:14:37:00:12:36,30/05/2019,\n"
		    "a4:14:37:00:12:37,\n"
		    "a4:14:37:00:12:39,2019-05-30,\n"
		    "a4:14:37:00:12:38,2019-05-30,gone\n"
		    "a4:14:37:00:12:39,2019-05-31,\n");
	says(kit, wanted);
	assert_int_equal(kit->import.refused, 6);
	assert_int_equal(kit->import.rows.count, 1);
}

static void a_quote_that_is_never_closed_cuts(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"cmdb.csv:3:19: the quote that opens here is never closed", NULL};

	map(kit, "mac=m");
	import(kit, "m,n\na4:14:37:00:12:36,x\na4:14:37:00:12:37,\"y\n");
	says(kit, wanted);
	assert_true(kit->import.cut);
}

static void equal_rows_are_one(void **state)
{
	struct kit *kit = *state;

	map(kit, "mac=m,serial=s");
	import(kit, "m,s,ip\na4:14:37:00:12:36,x,1\nA4-14-37-00-12-36,x,2\n");
	says(kit, nothing);
	assert_int_equal(kit->import.rows.count, 1);
	assert_int_equal(kit->import.repeated, 1);
}

static void day_month_and_year(void **state)
{
	static const struct {
		enum og_date_order order;
		const char *text, *date;
	} cases[] = {
		{OG_DATES_DMY, "30/05/2019", "2019-05-30"},
		{OG_DATES_DMY, "1.2.2019", "2019-02-01"},
		{OG_DATES_MDY, "05/30/2019", "2019-05-30"},
		{OG_DATES_MDY, "2019-05-30", "2019-05-30"},
		{OG_DATES_DMY, "29/02/2020", "2020-02-29"},
		{OG_DATES_DMY, "29/02/2021", NULL},
		{OG_DATES_DMY, "1/2/19", NULL},
		{OG_DATES_MDY, "30/05/2019", NULL},
		{OG_DATES_YMD, "2019-5-3", "2019-05-03"},
		{OG_DATES_YMD, "2019-05-301", NULL},
		{OG_DATES_YMD, "2019-05", NULL},
		{OG_DATES_DMY, "1/2/20199", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[128];
		void *one;
		struct kit *kit;

		set_up(&one);
		kit = one;
		map(kit, "mac=m,installed=d");
		kit->mapping.dates = cases[i].order;
		snprintf(text, sizeof(text), "m,d\na4:14:37:00:12:36,%s\n", cases[i].text);
		import(kit, text);
		assert_int_equal(kit->import.rows.count, cases[i].date != NULL);
		if (cases[i].date)
			assert_string_equal(kit->import.rows.rows[0].installed, cases[i].date);
		take_down(&one);
	}
}

static void titles_that_are_not_there(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"cmdb.csv:1:1: no column `Dossier`; there are MAC, Serial no.",
		"cmdb.csv:1:1: no column `Serial No`; did you mean `Serial no.`?", NULL};

	map(kit, "mac=mac,serial=Serial No,evidence=Dossier");
	import(kit, "MAC,Serial no.\na4:14:37:00:12:36,x\n");
	says(kit, wanted);
	assert_int_equal(kit->import.rows.count, 0);
	assert_true(kit->import.cut);
}

static void mappings_that_are_none(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"`serial`; expected COLUMN=TITLE, such as mac=MAC Address",
		"unknown column `sn`; expected mac, role, status, installed, evidence, asset_tag, "
		"serial, switch_port, location, note or seen",
		"`mac` is given twice", NULL};

	map(kit, "serial,sn=x,mac=a,mac=b");
	says(kit, wanted);
}

static void reads_a_mapping_from_a_file(void **state)
{
	struct kit *kit = *state;
	static const char text[] = "columns:\n"
				   "  mac: \"MAC, wired\"\n"
				   "  role: Type\n"
				   "  installed: Since\n"
				   "roles:\n"
				   "  camera: [Dome, Bullet]\n"
				   "  recorder: [NVR]\n"
				   "dates: dmy\n";
	static const char *const wanted[] = {
		"cmdb.csv:4:19: warning: `Toaster` is no role: taken as other; `roles` in a "
		"mapping file can name it",
		NULL};

	kit->how.role = OG_ROLE_OTHER;
	assert_int_equal(
		og_mapping_read(&kit->reader, text, strlen(text), "map.yaml", &kit->mapping), 0);
	says(kit, nothing);
	kit->how.mapping = &kit->mapping;
	import(kit, "\"MAC, wired\",Type,Since\n"
		    "a4:14:37:00:12:31,dome,31/12/2018\n"
		    "a4:14:37:00:12:32,nvr,\n"
		    "a4:14:37:00:12:33,Toaster,\n"
		    "a4:14:37:00:12:34,toaster,\n"
		    "a4:14:37:00:12:35,Router,\n");
	says(kit, wanted);
	row(kit, 0, 0xa41437001231, ",camera,legacy-unproven,2018-12-31,,,,,,");
	row(kit, 1, 0xa41437001232, ",recorder,legacy-unproven,,,,,,,");
	row(kit, 3, 0xa41437001234, ",other,legacy-unproven,,,,,,,");
	row(kit, 4, 0xa41437001235, ",router,legacy-unproven,,,,,,,");
}

static void mapping_files_with_errors(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"map.yaml:2:3: unknown key `serail`; did you mean `serial`?",
		"map.yaml:3:8: `dates` is `german`; expected ymd, dmy or mdy", NULL};
	static const char text[] = "columns:\n  serail: x\ndates: german\n";

	assert_int_equal(
		og_mapping_read(&kit->reader, text, strlen(text), "map.yaml", &kit->mapping), 0);
	says(kit, wanted);
}

/* Netdisco's table of nodes: the newest place counts, older ones are known to be older. */
static void knows_the_nodes_of_netdisco(void **state)
{
	struct kit *kit = *state;

	import(kit, "mac,switch,port,active,oui,time_first,time_recent,time_last,vlan\n"
		    "a4:14:37:00:12:34,10.0.0.2,Gi1/0/17,t,a4:14:37,2019-05-30 12:00:00.1,"
		    "2026-01-01 00:00:00,2026-11-01 08:00:00,20\n"
		    "a4:14:37:00:12:34,10.0.0.3,Gi1/0/1,f,a4:14:37,2018-02-01 12:00:00,"
		    "2018-02-01 12:00:00,2019-05-01 08:00:00,20\n");
	says(kit, nothing);
	assert_string_equal(kit->import.mapping->name, "netdisco");
	assert_int_equal(kit->import.repeated, 1);
	row(kit, 0, 0xa41437001234,
	    ",unknown,legacy-unproven,,,,,10.0.0.2/Gi1/0/17,,first seen by netdisco 2019-05-30");
}

static void knows_the_reports_of_netdisco(void **state)
{
	struct kit *kit = *state;

	import(kit, "MAC,Company,Device,Port\n"
		    "A4:14:37:00:12:34,Hikvision,sw1.example.org,Gi1/0/17\n");
	row(kit, 0, 0xa41437001234, ",unknown,legacy-unproven,,,,,sw1.example.org/Gi1/0/17,,");
	import(kit, "Port,Description,\"Node MAC\",\"Archived Node\"\n"
		    "Gi1/0/1,,,\nGi1/0/17,x,a4:14:37:00:12:35,No\n");
	row(kit, 0, 0xa41437001235, ",unknown,legacy-unproven,,,,,Gi1/0/17,,");
	assert_int_equal(kit->import.without, 1);
	import(kit, "Node,\"MAC Address\",Vendor,DNS,NetBIOS,\"Time Since Last Seen\"\n"
		    "10.0.0.9,a4:14:37:00:12:36,x,,,\n");
	row(kit, 0, 0xa41437001236, ",unknown,legacy-unproven,,,,,,,");
	says(kit, nothing);
}

static void knows_a_list_of_devices_and_a_register(void **state)
{
	struct kit *kit = *state;

	import(kit, "mac,site,vendor,vendor_title,role,last_seen\n"
		    "a4:14:37:00:12:34,north,hikvision,Hikvision,camera,2026-11-01T00:00:00Z\n"
		    "a4:14:37:00:12:35,south,hikvision,Hikvision,camera,2026-11-01T00:00:00Z\n");
	assert_int_equal(kit->import.elsewhere, 1);
	assert_int_equal(kit->import.rows.count, 1);
	row(kit, 0, 0xa41437001234, ",camera,legacy-unproven,,,,,,,");
	import(kit, "mac,status,installed,evidence\n"
		    "a4:14:37:00:12:34,removed,2019-05-30,\n"
		    "a4:14:37:00:12:35,legacy,2019-05-30,\n");
	row(kit, 0, 0xa41437001234, ",unknown,removed,2019-05-30,,,,,,");
	row(kit, 1, 0xa41437001235, ",unknown,legacy-unproven,2019-05-30,,,,,,");
	says(kit, nothing);
}

static void a_table_that_nobody_knows(void **state)
{
	struct kit *kit = *state;
	static const char *const wanted[] = {
		"cmdb.csv:1:1: these columns are not those of a known netdisco; say which column "
		"is which: --map \"mac=TITLE,serial=TITLE\"",
		"cmdb.csv:1:1: the file is empty; expected a first line with the titles of the "
		"columns",
		NULL};

	kit->how.format = "netdisco";
	import(kit, "mac,serial\na4:14:37:00:12:34,x\n");
	assert_true(kit->import.cut);
	import(kit, "");
	assert_true(kit->import.cut);
	says(kit, wanted);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, take_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_ones_own_columns),
		TEST(says_where_it_is_wrong),
		TEST(a_quote_that_is_never_closed_cuts),
		TEST(equal_rows_are_one),
		cmocka_unit_test(day_month_and_year),
		TEST(titles_that_are_not_there),
		TEST(mappings_that_are_none),
		TEST(reads_a_mapping_from_a_file),
		TEST(mapping_files_with_errors),
		TEST(knows_the_nodes_of_netdisco),
		TEST(knows_the_reports_of_netdisco),
		TEST(knows_a_list_of_devices_and_a_register),
		TEST(a_table_that_nobody_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
