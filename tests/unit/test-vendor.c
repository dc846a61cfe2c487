// SPDX-License-Identifier: GPL-2.0
/*
 * test-vendor.c: names to prefixes, near misses, and what prefixes.lock gets (policy/registry/vendor.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/registry/vendor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char hwdb[] = "OUI:001100*\n ID_OUI_FROM_DATABASE=Acme Cameras Co.,Ltd.\n\n"
			   "OUI:001101*\n ID_OUI_FROM_DATABASE=ACME CAMERAS CO., LTD\n\n"
			   "OUI:001102*\n ID_OUI_FROM_DATABASE=Acme Scale Factory\n\n"
			   "OUI:001103*\n ID_OUI_FROM_DATABASE=Acme Scale Factory\n\n"
			   "OUI:001104*\n ID_OUI_FROM_DATABASE=Budget Vision\n\n"
			   "OUI:001105*\n ID_OUI_FROM_DATABASE=Private\n\n"
			   "OUI:001106*\n ID_OUI_FROM_DATABASE=Acmeville Toys\n\n"
			   "OUI:001107*\n ID_OUI_FROM_DATABASE=Preacme Toys\n\n"
			   "OUI:001108*\n ID_OUI_FROM_DATABASE=Somebody Else\n\n"
			   "OUI:021109*\n ID_OUI_FROM_DATABASE=Acme Cameras Co.,Ltd.\n\n"
			   "OUI:70B3D5*\n ID_OUI_FROM_DATABASE=IEEE Registration Authority\n\n"
			   "OUI:70B3D5123*\n ID_OUI_FROM_DATABASE=Acme Robots\n\n"
			   "OUI:B0B3536*\n ID_OUI_FROM_DATABASE=Acme Robots\n\n"
			   "OUI:70B3D5124*\n ID_OUI_FROM_DATABASE=Private\n";

static struct og_registry *registry;

static int set_up(void **state)
{
	struct og_diags diags = {0};

	(void)state;
	registry = og_registry_new();
	return og_registry_add(registry, "/x/20-OUI.hwdb", hwdb, sizeof(hwdb) - 1, 0, &diags) ||
	       og_registry_seal(registry);
}

static int tear_down(void **state)
{
	(void)state;
	og_registry_free(registry);
	return 0;
}

/* Names with marks that count up, so that a message can be told from another. */
#define NAMES(file, line, ...)                                    \
	{                                                         \
		.names = (char *[]){__VA_ARGS__},                 \
		.marks = (struct og_mark[]){{file, line, 3},      \
					    {file, line + 1, 3},  \
					    {file, line + 2, 3}}, \
		.count = COUNT(((char *[]){__VA_ARGS__}))         \
	}

static struct og_conf_subsidiary robots[] = {
	{.title = (char *)"Robots", .names = NAMES("acme.yaml", 10, (char *)"Acme Robots")},
};

static struct og_conf_extra_prefix extra[] = {
	{.prefix = {0x001108000000, 24},
	 .reason = (char *)"seen on\n  a label",
	 .mark = {"acme.yaml", 20, 5}},
	{.prefix = {0x021122334455, 48},
	 .reason = (char *)"a made-up address",
	 .mark = {"acme.yaml", 21, 5}},
};

static const struct og_conf_vendor acme = {
	.name = (char *)"acme",
	.title = (char *)"Acme",
	.names = NAMES("acme.yaml", 5, (char *)"Acme Cameras Co.,Ltd.", (char *)"Acme Gone"),
	.subsidiaries = robots,
	.subsidiary_count = 1,
	.prefixes = extra,
	.prefix_count = COUNT(extra),
};

static const struct og_conf_vendor budget = {
	.name = (char *)"budget",
	.title = (char *)"Budget",
	.names = NAMES("budget.yaml", 3, (char *)"BUDGET-VISION"),
};

static void gives_each_vendor_its_prefixes(void **state)
{
	const struct og_conf_vendor conf[] = {acme, budget};
	static const struct {
		uint64_t bits;
		int length;
		const char *name, *registry, *subsidiary;
	} expected[] = {
		{0x001100000000, 24, "Acme Cameras Co.,Ltd.", "20-OUI.hwdb", NULL},
		{0x001101000000, 24, "ACME CAMERAS CO., LTD", "20-OUI.hwdb", NULL},
		{0x001108000000, 24, "seen on\n  a label", "manual", NULL},
		{0x021122334455, 48, "a made-up address", "manual", NULL},
		{0x70b3d5123000, 36, "Acme Robots", "20-OUI.hwdb", "Robots"},
		{0xb0b353600000, 28, "Acme Robots", "20-OUI.hwdb", "Robots"},
	};
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	const struct og_vendor *vendor;

	(void)state;
	assert_int_equal(og_vendors_resolve(conf, 2, registry, &vendors, &diags), 0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(vendors.count, 2);
	vendor = &vendors.items[0];
	assert_int_equal(vendor->prefix_count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct og_vendor_prefix *prefix = &vendor->prefixes[i];

		assert_true(prefix->prefix.bits == expected[i].bits);
		assert_int_equal(prefix->prefix.length, expected[i].length);
		assert_string_equal(prefix->name, expected[i].name);
		assert_string_equal(prefix->registry, expected[i].registry);
		if (expected[i].subsidiary)
			assert_string_equal(prefix->subsidiary, expected[i].subsidiary);
		else
			assert_null(prefix->subsidiary);
		assert_int_equal(!prefix->assignment, !strcmp(prefix->registry, "manual"));
	}
	assert_int_equal(vendor->by_length[0], 3);
	assert_int_equal(vendor->by_length[1], 1);
	assert_int_equal(vendor->by_length[2], 1);
	assert_int_equal(vendor->by_length[3], 1);
	assert_int_equal(vendors.items[1].prefix_count, 1);
	assert_true(vendors.items[1].prefixes[0].prefix.bits == 0x001104000000);
	og_vendors_free(&vendors);
}

static void counts_names_and_shows_stale_ones(void **state)
{
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	const struct og_vendor_name *names;

	(void)state;
	assert_int_equal(og_vendors_resolve(&acme, 1, registry, &vendors, &diags), 0);
	names = vendors.items[0].names;
	assert_int_equal(vendors.items[0].name_count, 3);
	assert_string_equal(names[0].name, "Acme Cameras Co.,Ltd.");
	assert_int_equal(names[0].prefix_count, 2);
	assert_int_equal(names[0].by_length[0], 2);
	assert_string_equal(names[1].name, "Acme Gone");
	assert_int_equal(names[1].prefix_count, 0);
	assert_int_equal(names[1].mark.line, 6);
	assert_string_equal(names[2].subsidiary, "Robots");
	assert_int_equal(names[2].prefix_count, 2);
	assert_int_equal(names[2].by_length[1], 1);
	assert_int_equal(names[2].by_length[2], 1);
	og_vendors_free(&vendors);
}

static void shows_near_misses_until_they_are_set_aside(void **state)
{
	struct og_conf_vendor conf = acme;
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	const struct og_vendor *vendor;

	(void)state;
	assert_int_equal(og_vendors_resolve(&conf, 1, registry, &vendors, &diags), 0);
	vendor = &vendors.items[0];
	assert_int_equal(vendor->near_miss_count, 1);
	assert_string_equal(vendor->near_misses[0].name, "Acme Scale Factory");
	assert_string_equal(vendor->near_misses[0].word, "acme");
	assert_int_equal(vendor->near_misses[0].prefix_count, 2);
	og_vendors_free(&vendors);

	conf.near_misses = (struct og_names)NAMES("acme.yaml", 30, (char *)"ACME SCALE FACTORY",
						  (char *)"Acme Nothing");
	assert_int_equal(og_vendors_resolve(&conf, 1, registry, &vendors, &diags), 0);
	vendor = &vendors.items[0];
	assert_int_equal(vendor->near_miss_count, 0);
	assert_int_equal(vendor->not_mapped_count, 2);
	assert_int_equal(vendor->not_mapped[0].prefix_count, 2);
	assert_int_equal(vendor->not_mapped[1].prefix_count, 0);
	assert_int_equal(vendor->prefix_count, 6);
	og_vendors_free(&vendors);
}

/* What one vendor sets aside, or has, is no near miss of it and may be another's. */
static void lets_one_vendor_map_what_another_sets_aside(void **state)
{
	struct og_conf_vendor conf[] = {acme, budget};
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};

	(void)state;
	conf[0].near_misses = (struct og_names)NAMES("acme.yaml", 30, (char *)"Acme Scale Factory");
	conf[1].names = (struct og_names)NAMES("budget.yaml", 3, (char *)"Acme Scale Factory");
	assert_int_equal(og_vendors_resolve(conf, 2, registry, &vendors, &diags), 0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(vendors.items[0].near_miss_count, 0);
	assert_int_equal(vendors.items[1].prefix_count, 2);
	og_vendors_free(&vendors);
}

static struct og_conf_extra_prefix wrong[] = {
	{.prefix = {0x001100000000, 24}, .mark = {"budget.yaml", 10, 1}},
	{.prefix = {0x001108000000, 24}, .mark = {"budget.yaml", 11, 1}},
	{.prefix = {0x001104000000, 24}, .mark = {"budget.yaml", 12, 1}},
	{.prefix = {0x001199000000, 24}, .mark = {"budget.yaml", 13, 1}},
	{.prefix = {0x001199000000, 24}, .mark = {"budget.yaml", 14, 1}},
	{.prefix = {0x70b3d5000000, 24}, .mark = {"budget.yaml", 15, 1}},
	{.prefix = {0x021100000000, 24}, .mark = {"budget.yaml", 16, 1}},
	{.prefix = {0x011122334455, 48}, .mark = {"budget.yaml", 17, 1}},
	{.prefix = {0x021122334466, 48}, .mark = {"budget.yaml", 18, 1}},
	{.prefix = {0x021122334466, 48}, .mark = {"budget.yaml", 19, 1}},
};
static const char clashes[] =
	"acme.yaml:31:3: \"acme gone\" is both mapped and not mapped, first at "
	"acme.yaml:6\n"
	"budget.yaml:3:3: \"ACME CAMERAS CO LTD\" belongs to vendor `acme` already, at "
	"acme.yaml:5\n"
	"budget.yaml:4:3: \"Private\" is no firm: its blocks belong to many that are not "
	"named\n"
	"budget.yaml:5:3: \"...\" holds no letter or digit\n"
	"budget.yaml:10:1: 00:11:00/24 belongs to vendor `acme` already (20-OUI.hwdb, "
	"\"Acme "
	"Cameras Co.,Ltd.\")\n"
	"budget.yaml:11:1: 00:11:08/24 belongs to vendor `acme` already (manual, \"seen "
	"on?  a "
	"label\")\n"
	"budget.yaml:12:1: 00:11:04/24 belongs to vendor `third` already (20-OUI.hwdb, "
	"\"Budget Vision\")\n"
	"budget.yaml:14:1: 00:11:99/24 is listed twice, first in line 13\n"
	"budget.yaml:15:1: 70:b3:d5/24 holds the smaller blocks of many organisations; "
	"name "
	"those of 28 or 36 bits\n"
	"budget.yaml:16:1: 02:11:00/24 is a group or locally administered block, which no "
	"vendor "
	"has\n"
	"budget.yaml:17:1: 01:11:22:33:44:55/48 is an address that no device has\n"
	"budget.yaml:19:1: 02:11:22:33:44:66/48 is listed twice, first in line 18\n"
	"third.yaml:3:3: \"IEEE registration authority\" is no firm: its blocks belong to "
	"many "
	"that are not named\n"
	"third.yaml:5:3: warning: \"Budget  Vision\" is the same name as \"Budget Vision\" "
	"at "
	"third.yaml:4\n";

static void refuses_claims_that_clash(void **state)
{
	struct og_conf_vendor conf[] = {acme, budget, budget};
	struct og_vendors vendors = {.count = 42};
	struct og_diags diags = {0};
	char *printed = NULL;
	size_t size = 0;
	FILE *out;

	(void)state;
	conf[0].near_misses = (struct og_names)NAMES("acme.yaml", 30, (char *)"Acme Scale Factory",
						     (char *)"acme gone");
	conf[1].names = (struct og_names)NAMES("budget.yaml", 3, (char *)"ACME CAMERAS CO LTD",
					       (char *)"Private", (char *)"...");
	conf[1].prefixes = wrong;
	conf[1].prefix_count = COUNT(wrong);
	conf[2].name = (char *)"third";
	conf[2].names = (struct og_names)NAMES("third.yaml", 3,
					       (char *)"IEEE registration authority",
					       (char *)"Budget Vision", (char *)"Budget  Vision");
	assert_int_equal(og_vendors_resolve(conf, 3, registry, &vendors, &diags), -EINVAL);
	assert_int_equal(vendors.count, 42);
	og_diags_sort(&diags);
	out = open_memstream(&printed, &size);
	assert_non_null(out);
	og_diags_print(&diags, out);
	fclose(out);
	assert_string_equal(printed, clashes);
	free(printed);
	og_diags_free(&diags);
}

static void warns_of_a_prefix_that_is_registered_anyway(void **state)
{
	static struct og_conf_extra_prefix own[] = {
		{.prefix = {0x001104000000, 24}, .mark = {"budget.yaml", 12, 1}},
	};
	struct og_conf_vendor conf = budget;
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};

	(void)state;
	conf.prefixes = own;
	conf.prefix_count = 1;
	assert_int_equal(og_vendors_resolve(&conf, 1, registry, &vendors, &diags), 0);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.errors, 0);
	assert_string_equal(diags.items[0].text, "00:11:04/24 is registered to this vendor anyway "
						 "(20-OUI.hwdb, \"Budget Vision\")");
	assert_int_equal(vendors.items[0].prefix_count, 1);
	assert_string_equal(vendors.items[0].prefixes[0].registry, "20-OUI.hwdb");
	og_vendors_free(&vendors);
	og_diags_free(&diags);
}

static void resolves_vendors_without_names_or_registry(void **state)
{
	struct og_registry *empty = og_registry_new();
	struct og_conf_vendor conf = {.name = (char *)"bare", .prefixes = extra, .prefix_count = 1};
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_registry_seal(empty), 0);
	assert_int_equal(og_vendors_resolve(&conf, 1, empty, &vendors, &diags), 0);
	assert_int_equal(vendors.items[0].prefix_count, 1);
	og_vendors_free(&vendors);
	assert_int_equal(og_vendors_resolve(NULL, 0, empty, &vendors, &diags), 0);
	assert_int_equal(vendors.count, 0);
	og_vendors_free(&vendors);
	og_registry_free(empty);
}

static void writes_a_lock_that_can_be_read(void **state)
{
	static const char expected[] = "acme 00:11:00/24 20-OUI.hwdb \"Acme Cameras Co.,Ltd.\"\n"
				       "acme 00:11:01/24 20-OUI.hwdb \"ACME CAMERAS CO., LTD\"\n"
				       "budget 00:11:04/24 20-OUI.hwdb \"Budget Vision\"\n"
				       "acme 00:11:08/24 manual \"seen on a label\"\n"
				       "acme 02:11:22:33:44:55/48 manual \"a made-up address\"\n"
				       "acme 70:b3:d5:12:30/36 20-OUI.hwdb \"Acme Robots\"\n"
				       "acme b0:b3:53:60/28 20-OUI.hwdb \"Acme Robots\"\n";
	const struct og_conf_vendor conf[] = {budget, acme};
	struct og_arena *arena = og_arena_new();
	struct og_lock lock = {0}, again = {0};
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	assert_int_equal(og_vendors_resolve(conf, 2, registry, &vendors, &diags), 0);
	assert_int_equal(og_vendors_lock(&vendors, arena, &lock), 0);
	og_vendors_free(&vendors);
	assert_true(lock.present);
	assert_int_equal(og_lock_write(&lock, out), 0);
	fclose(out);
	assert_non_null(strstr(text, "\nacme 00:11:00/24"));
	assert_string_equal(strstr(text, "\nacme 00:11:00/24") + 1, expected);
	assert_int_equal(og_lock_parse(text, size, "prefixes.lock", arena, &again, &diags), 0);
	assert_int_equal(again.count, 7);
	free(text);
	og_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_each_vendor_its_prefixes),
		cmocka_unit_test(counts_names_and_shows_stale_ones),
		cmocka_unit_test(shows_near_misses_until_they_are_set_aside),
		cmocka_unit_test(lets_one_vendor_map_what_another_sets_aside),
		cmocka_unit_test(refuses_claims_that_clash),
		cmocka_unit_test(warns_of_a_prefix_that_is_registered_anyway),
		cmocka_unit_test(resolves_vendors_without_names_or_registry),
		cmocka_unit_test(writes_a_lock_that_can_be_read),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
