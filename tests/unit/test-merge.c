// SPDX-License-Identifier: GPL-2.0
/*
 * test-merge.c: exports of this gateway, merging those of others, and lists of both
 * (daemon/bus/records-export.c, records-merge.c, records-device.c, daemon/inventory/store-merge.c,
 * daemon/manager-inventory.c)
 */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "daemon/inventory/store-state.h"
#include "daemon/inventory/store-registers.h"
#include "daemon/inventory/store-watch.h"
#include "daemon/standing.h"
#include "played-kit.h"

#define MAC "44:19:b6:01:02:03"

static char refusal[OG_REFUSAL_TEXT];

static json_t *export_page(const char *after, int max)
{
	json_t *query = json_pack("{s:i, s:s*}", "max", max, "after", after), *array = NULL;
	const char *wrong;

	assert_int_equal(og_record_export(m, query, &array, &wrong), 0);
	json_decref(query);
	return array;
}

/* All of it, from pages of @max records. */
static json_t *export_all(int max)
{
	json_t *all = export_page(NULL, max), *page = json_incref(all);
	char after[128];

	while (json_array_size(page)) {
		json_t *last = json_array_get(page, json_array_size(page) - 1);

		snprintf(after, sizeof(after), "%s",
			 json_string_value(json_object_get(last, "cursor")));
		json_decref(page);
		page = export_page(after, max);
		assert_true(json_array_size(page) <= (size_t)max);
		json_array_extend(all, page);
	}
	json_decref(page);
	return all;
}

static json_t *merge(int wanted, json_t *array)
{
	json_t *record = NULL;
	int err;

	refusal[0] = '\0';
	err = og_record_merge(m, array, &record, refusal);
	if (err != wanted)
		printf("%s\n", refusal);
	assert_int_equal(err, wanted);
	json_decref(array);
	return record;
}

/* What another gateway exports, as a list after its header. */
static json_t *of_other(const char *records)
{
	json_t *array = json_loads(records, 0, NULL);
	json_t *header = json_pack("{s:s, s:i, s:s, s:I}", "kind", "ouiguard-inventory", "version",
				   1, "gateway", "gw-other", "at", (json_int_t)og_clock_now());

	assert_non_null(array);
	json_array_insert_new(array, 0, header);
	return array;
}

static void test_an_export(void **state)
{
	static const char *const kinds[] = {"ouiguard-inventory",
					    "device",
					    "device",
					    "watched",
					    "watched",
					    "state",
					    "asset",
					    "site",
					    NULL};
	json_t *all,
		*request =
			json_pack("{s:s, s:s, s:s}", "site", "hq", "mac", MAC, "state", "planned"),
		*record;
	const char *gateway = og_links_gateway(m->links)->host, *wrong;
	size_t i;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	played_device(PLAYED_MAC + 1, 20, 8);
	assert_int_equal(og_record_set_device(m, request, &record, &wrong, refusal), 0);
	json_decref(record);
	json_decref(request);
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, 20000, gateway, 60), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, 20001, gateway, 61), 0);
	assert_int_equal(og_store_add_watched(m->store, "hq", 0, 20001, "gw-other", 62), 0);
	for (int max = 1; max < 11; max++) {
		all = export_all(max);
		for (i = 0; kinds[i]; i++)
			played_expect_text(json_array_get(all, i), "kind", kinds[i]);
		assert_int_equal(json_array_size(all), i);
		json_decref(all);
	}
	all = export_all(100);
	played_expect_number(json_array_get(all, 2), "packets", 20);
	played_expect_number(json_array_get(all, 4), "seconds", 61);
	played_expect_text(json_array_get(all, 5), "state", "planned");
	played_expect_text(json_array_get(all, 6), "role", "recorder");
	played_expect_text(json_array_get(all, 7), "class", "office");
	assert_true(json_is_true(json_object_get(json_array_get(all, 7), "register")));
	/* Its own export is nobody else's. */
	merge(-EINVAL, all);
	assert_non_null(strstr(refusal, "of this gateway itself"));
}

static const char others[] =
	"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"vendor\":\"hikvision\","
	"\"vlan\":7,\"role\":\"camera\",\"evidence\":\"mac\",\"first_seen\":1000,"
	"\"last_seen\":1700000000,\"packets\":100,\"dropped\":7,"
	"\"sightings\":[{\"block\":614,\"days\":5}]},"
	"{\"kind\":\"device\",\"site\":\"annex\",\"mac\":\"44:19:b6:00:00:09\","
	"\"vendor\":\"hikvision\",\"role\":\"camera\",\"evidence\":\"eui64\",\"first_seen\":5,"
	"\"last_seen\":9,\"packets\":33},"
	"{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":0,\"day\":20001,\"seconds\":62},"
	"{\"kind\":\"state\",\"site\":\"annex\",\"mac\":\"44:19:b6:00:00:09\",\"at\":50,"
	"\"state\":\"removed\",\"actor\":\"carol\",\"evidence\":\"ticket\"}]";

static int sum(void *userdata, int64_t day, uint32_t seconds)
{
	*(int64_t *)userdata += day * 100 + seconds;
	return 0;
}

static int sum_days(void *userdata, int64_t day)
{
	*(int64_t *)userdata += day;
	return 0;
}

static void expect_merged(void)
{
	json_t *array = played_devices("{}");
	int64_t watched = 0, days = 0;

	assert_int_equal(og_manager_flush(m), 0);
	assert_int_equal(json_array_size(array), 2);
	played_expect_text(json_array_get(array, 0), "site", "annex");
	played_expect_text(json_array_get(array, 0), "state", "removed");
	played_expect_text(json_array_get(array, 0), "state_by", "carol");
	played_expect_number(json_array_get(array, 0), "packets", 33);
	/* Seen here too: counted together, and what it is says who sees it here. */
	played_expect_number(json_array_get(array, 1), "packets", 110);
	played_expect_number(json_array_get(array, 1), "dropped", 11);
	played_expect_number(json_array_get(array, 1), "first_seen", 1000);
	played_expect_number(json_array_get(array, 1), "vlan", 0);
	json_decref(array);
	assert_int_equal(og_store_each_watched(m->store, "hq", 0, 0, sum, &watched), 0);
	assert_int_equal(watched, 2000162);
	assert_int_equal(og_store_each_sighting(m->store, "hq", PLAYED_MAC, 0, sum_days, &days), 0);
	/* 2023-10-16 and 18, and today. */
	assert_int_equal(days, 614 * 64 + 2 + og_clock_now() / OG_DAY);
}

static void test_merging_twice(void **state)
{
	json_t *record;

	(void)state;
	played_device(PLAYED_MAC, 10, 4);
	og_manager_refresh(m);
	record = merge(0, of_other(others));
	played_expect_number(record, "devices", 2);
	played_expect_number(record, "states", 1);
	json_decref(record);
	expect_merged();
	record = merge(0, of_other(others));
	played_expect_number(record, "states", 0);
	json_decref(record);
	expect_merged();
	/* And it is all there after a restart. */
	og_inventory_release(m->inventory, "hq");
	og_manager_hold(m, "hq");
	expect_merged();
}

/* What was merged before the first frame here is told apart from what is counted here. */
static void test_seen_elsewhere_first(void **state)
{
	json_t *record = merge(0, of_other(others));

	(void)state;
	json_decref(record);
	og_inventory_release(m->inventory, "hq");
	played_device(PLAYED_MAC, 10, 4);
	expect_merged();
	og_manager_flush(m);
	og_inventory_release(m->inventory, "hq");
	expect_merged();
}

/* A register counts when the site has come after its rows; what a later one leaves out is gone. */
static const char first_register[] =
	"[{\"kind\":\"asset\",\"site\":\"annex\",\"mac\":\"44:19:b6:00:00:09\","
	"\"role\":\"camera\",\"status\":\"legacy\"},"
	"{\"kind\":\"asset\",\"site\":\"annex\",\"mac\":\"44:19:b6:00:00:0a\","
	"\"role\":\"phone\",\"status\":\"false-positive\"},"
	"{\"kind\":\"site\",\"site\":\"annex\",\"class\":\"sensitive\",\"owner\":\"o\","
	"\"timezone\":\"Asia/Tokyo\",\"register\":true,\"baseline_at\":40,"
	"\"baseline_devices\":1,\"blind\":2}]";
static const char second_register[] =
	"[{\"kind\":\"asset\",\"site\":\"annex\",\"mac\":\"44:19:b6:00:00:09\","
	"\"role\":\"camera\",\"status\":\"removed\"},"
	"{\"kind\":\"site\",\"site\":\"annex\",\"timezone\":\"No/Where\",\"register\":true}]";

static int count_assets(void *userdata, const struct og_far_asset *asset)
{
	int *sum = userdata;

	*sum = *sum * 100 + (int)asset->status * 10 + (int)asset->role;
	return 0;
}

static void expect_register(const char *class, const char *zone, int assets)
{
	struct og_far_site site;
	int sum = 0;

	assert_int_equal(og_store_next_far_site(m->store, "", &site), 0);
	assert_string_equal(site.name, "annex");
	assert_string_equal(site.gateway, "gw-other");
	assert_string_equal(site.site_class, class);
	assert_string_equal(site.zone, zone);
	assert_int_equal(og_store_each_far_asset(m->store, &site, count_assets, &sum), 0);
	assert_int_equal(sum, assets);
	assert_int_equal(og_store_next_far_site(m->store, "annex", &site), -ENOENT);
}

static void test_registers(void **state)
{
	const int camera = OG_ASSET_LEGACY * 10 + OG_ROLE_CAMERA;
	const int phone = OG_ASSET_FALSE_POSITIVE * 10 + OG_ROLE_PHONE;
	struct og_far_site site;
	json_t *list = of_other(first_register);

	(void)state;
	/* The rows alone are not a register yet. */
	json_array_remove(list, 3);
	json_decref(merge(0, list));
	assert_int_equal(og_store_next_far_site(m->store, "", &site), -ENOENT);
	json_decref(merge(0, of_other(first_register)));
	expect_register("sensitive", "Asia/Tokyo", camera * 100 + phone);
	/* An older export says nothing any more. */
	list = of_other(second_register);
	json_object_set_new(json_array_get(list, 0), "at", json_integer(1700000000));
	json_decref(merge(0, list));
	expect_register("sensitive", "Asia/Tokyo", camera * 100 + phone);
	list = of_other(second_register);
	json_object_set_new(json_array_get(list, 0), "at", json_integer(og_clock_now() + 60));
	json_decref(merge(0, list));
	expect_register("", "", OG_ASSET_REMOVED * 10 + OG_ROLE_CAMERA);
}

/* Sites in memory and in the store alone, one after the other, however long the pages are. */
static void test_pages_of_devices(void **state)
{
	static const char *const filters[] = {"", ", \"vendor\": \"hikvision\"",
					      ", \"listed\": true"};
	char text[1024], filter[256];
	json_t *array;
	size_t i;

	(void)state;
	json_decref(merge(0, of_other(others)));
	played_device(PLAYED_MAC + 2, 10, 4);
	played_device(PLAYED_MAC, 10, 4);
	for (int max = 1; max <= 4; max++) {
		for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
			text[0] = '\0';
			snprintf(filter, sizeof(filter), "{\"max\": %d%s}", max, filters[i]);
			array = played_devices(filter);
			while (json_array_size(array)) {
				json_t *device,
					*last = json_array_get(array, json_array_size(array) - 1);
				size_t j;

				assert_true(json_array_size(array) <= (size_t)max);
				json_array_foreach(array, j, device)
					sprintf(text + strlen(text), "%s/%s ",
						json_string_value(json_object_get(device, "site")),
						json_string_value(json_object_get(device, "mac")));
				snprintf(filter, sizeof(filter),
					 "{\"max\": %d, \"after\": \"%s/%s\"%s}", max,
					 json_string_value(json_object_get(last, "site")),
					 json_string_value(json_object_get(last, "mac")),
					 filters[i]);
				json_decref(array);
				array = played_devices(filter);
			}
			json_decref(array);
			assert_string_equal(text, "annex/44:19:b6:00:00:09 hq/" MAC
						  " hq/44:19:b6:01:02:05 ");
		}
	}
	array = played_devices("{\"site\": \"hq\", \"after\": \"annex/44:19:b6:00:00:09\"}");
	assert_int_equal(json_array_size(array), 2);
	json_decref(array);
	array = played_devices("{\"site\": \"annex\", \"after\": \"hq/" MAC "\"}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
}

static void test_pages_that_cannot_be(void **state)
{
	static const char *const wrong[] = {"{\"after\": \"hq\"}",   "{\"after\": \"/" MAC "\"}",
					    "{\"after\": \"hq/x\"}", "{\"after\": 5}",
					    "{\"max\": 0}",	     "{\"max\": \"many\"}"};
	const char *key;
	json_t *filter, *array;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		filter = json_loads(wrong[i], 0, NULL);
		assert_int_equal(og_record_devices(m, filter, &array, &key), -EINVAL);
		assert_non_null(json_object_get(filter, key));
		json_decref(filter);
	}
}

static void test_what_is_refused(void **state)
{
	static const char *const wrong[] = {
		"[{\"kind\":\"letter\"}]",
		"[{\"kind\":\"device\",\"site\":\"../x\",\"mac\":\"" MAC "\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"none\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"king\","
		"\"evidence\":\"mac\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"evidence\":\"mac\",\"first_seen\":9,\"last_seen\":8}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"evidence\":\"mac\",\"last_seen\":99999999999}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"evidence\":\"mac\",\"packets\":-1}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"evidence\":\"mac\",\"packets\":\"many\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"evidence\":\"mac\",\"sightings\":[{\"block\":1,\"days\":0}]}]",
		"[{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":4095,\"day\":1,\"seconds\":1}]",
		"[{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":1,\"day\":1,\"seconds\":90000}]",
		"[{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":1,\"day\":90000,\"seconds\":1}]",
		"[{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"at\":5,"
		"\"state\":\"removed\",\"actor\":\"carol\"}]",
		"[{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"at\":5,"
		"\"state\":\"gone\",\"actor\":\"carol\"}]",
		"[{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"at\":5,"
		"\"state\":\"removed\",\"actor\":\"\"}]",
		"[{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"at\":5,"
		"\"state\":\"removed\",\"actor\":\"a\\nb\"}]",
		"[{\"kind\":\"asset\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"king\","
		"\"status\":\"legacy\"}]",
		"[{\"kind\":\"asset\",\"site\":\"hq\",\"mac\":\"" MAC "\",\"role\":\"camera\","
		"\"status\":\"lost\"}]",
		"[{\"kind\":\"site\",\"site\":\"h q\"}]",
		"[{\"kind\":\"site\",\"site\":\"hq\",\"owner\":\"a\\tb\"}]",
		"[{\"kind\":\"site\",\"site\":\"hq\",\"blind\":-1}]",
		"[{\"kind\":\"site\",\"site\":\"hq\",\"baseline_at\":99999999999}]",
	};
	json_t *array, *good;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		/* With something that is right before it: all or nothing. */
		array = of_other(wrong[i]);
		good = json_loads("{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":0,\"day\":20001,"
				  "\"seconds\":9}",
				  0, NULL);
		json_array_insert_new(array, 1, good);
		merge(-EINVAL, array);
		assert_non_null(strstr(refusal, "record 2 after the header"));
	}
	array = of_other("[]");
	json_object_set_new(json_array_get(array, 0), "version", json_integer(2));
	merge(-EINVAL, array);
	assert_non_null(strstr(refusal, "later version"));
	array = of_other("[]");
	json_object_set_new(json_array_get(array, 0), "gateway", json_string("a/b"));
	merge(-EINVAL, array);
	merge(-EINVAL, json_array());
	array = played_devices("{}");
	assert_int_equal(json_array_size(array), 0);
	json_decref(array);
}

/* States that no gateway lets a person enter. */
static void test_states_that_cannot_follow(void **state)
{
	static const char *const wrong[] = {
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"role\":\"camera\",\"evidence\":\"mac\"},"
		"{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"at\":5,\"actor\":\"carol\",\"state\":\"verified-absent\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"role\":\"camera\",\"evidence\":\"mac\"},"
		"{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"at\":5,\"actor\":\"carol\",\"state\":\"verified-absent\",\"previous\":"
		"\"confirmed\"}]",
		"[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"role\":\"camera\",\"evidence\":\"mac\"},"
		"{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC
		"\",\"at\":5,\"actor\":\"carol\",\"state\":\"suspected\",\"previous\":\"removed\"}"
		"]",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		merge(-EINVAL, of_other(wrong[i]));
		assert_non_null(strstr(refusal, "record 2 after the header"));
		assert_non_null(strstr(refusal, "cannot follow"));
	}
	json_decref(
		merge(0, of_other("[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC
				  "\",\"role\":\"camera\",\"evidence\":\"mac\"},"
				  "{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC
				  "\",\"at\":5,\"actor\":\"carol\",\"state\":\"verified-absent\","
				  "\"previous\":\"removed\"}]")));
}

/* What would count as progress here, by a gateway that the site is not on. */
static void test_a_gateway_that_has_no_say(void **state)
{
	static const char said[] = "[{\"kind\":\"device\",\"site\":\"hq\",\"mac\":\"" MAC
				   "\",\"role\":\"camera\",\"evidence\":\"mac\"},"
				   "{\"kind\":\"state\",\"site\":\"hq\",\"mac\":\"" MAC
				   "\",\"at\":5,\"actor\":\"carol\",\"state\":\"removed\"}]";
	static const char watched[] = "[{\"kind\":\"watched\",\"site\":\"hq\",\"vlan\":0,"
				      "\"day\":20001,\"seconds\":9}]";
	static const char site[] = "ports: [{name: lan-none}]\ngateways: [gw-here, %s]\n";
	char text[128];

	(void)state;
	snprintf(text, sizeof(text), site, "gw-there");
	played_put("sites/hq.yaml", text);
	played_load();
	merge(-EINVAL, of_other(said));
	assert_non_null(strstr(refusal,
			       "record 2 after the header: `gateways` in sites/hq.yaml does not "
			       "have gw-other"));
	merge(-EINVAL, of_other(watched));
	snprintf(text, sizeof(text), site, "gw-other");
	played_put("sites/hq.yaml", text);
	played_load();
	json_decref(merge(0, of_other(said)));
	json_decref(merge(0, of_other(watched)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, played_set_up, played_tear_down)
		TEST(test_an_export),
		TEST(test_merging_twice),
		TEST(test_seen_elsewhere_first),
		TEST(test_registers),
		TEST(test_what_is_refused),
		TEST(test_states_that_cannot_follow),
		TEST(test_a_gateway_that_has_no_say),
		TEST(test_pages_of_devices),
		TEST(test_pages_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
