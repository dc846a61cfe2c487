// SPDX-License-Identifier: GPL-2.0
/*
 * test-registry-installed.c: the registries that this system has, and the vendors we ship
 *
 * Registries grow, so counts are lower bounds; what they were in 2025 is the bound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "policy/config/config.h"
#include "policy/registry/lock-diff.h"
#include "policy/registry/vendor.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HWDB	     "/usr/lib/udev/hwdb.d/20-OUI.hwdb"
#define IEEE_DATA    "/usr/share/ieee-data"
#define LOOKED_AT    1751328000 /* 2025-07-01: newer registries may have names nobody has looked at */

static bool missing(const char *path)
{
	if (!access(path, R_OK))
		return false;
	print_message("%s is not installed\n", path);
	return true;
}

static struct og_registry *load(char *first, char *second)
{
	char *paths[] = {first, second};
	struct og_registry *registry = NULL;
	struct og_diags diags = {0};

	assert_int_equal(og_registry_load(paths, second ? 2 : 1, &registry, &diags), 0);
	if (diags.count)
		og_diags_print(&diags, stderr);
	assert_int_equal(diags.count, 0);
	return registry;
}

static const struct og_assignment *get(const struct og_registry *registry, uint64_t mac)
{
	const struct og_assignment *found = og_registry_lookup(registry, mac);

	assert_non_null(found);
	return found;
}

static void reads_the_hwdb(void **state)
{
	struct og_registry *registry;

	(void)state;
	if (missing(HWDB))
		skip();
	registry = load((char *)HWDB, NULL);
	assert_true(og_registry_count(registry, 24) > 36000);
	assert_true(og_registry_count(registry, 28) > 5000);
	assert_true(og_registry_count(registry, 36) > 6000);
	assert_string_equal(get(registry, 0x000000123456)->name, "XEROX CORPORATION");
	assert_string_equal(get(registry, 0x085411000001)->name,
			    "Hangzhou Hikvision Digital Technology Co.,Ltd.");
	/* a block of 28 bits, and the one beside it, which is another's */
	assert_string_equal(get(registry, 0xb0b353600000)->name,
			    "Hangzhou Hikrobot Technology Co., Ltd.");
	assert_int_equal(get(registry, 0xb0b353600000)->prefix.length, 28);
	assert_string_not_equal(get(registry, 0xb0b353700000)->name,
				"Hangzhou Hikrobot Technology Co., Ltd.");
	og_registry_free(registry);
}

static void reads_the_files_of_the_ieee(void **state)
{
	struct og_registry *registry;
	const struct og_registry_source *sources;
	struct stat status;
	size_t count;

	(void)state;
	if (missing(IEEE_DATA "/iab.csv") || missing(IEEE_DATA "/oui.csv"))
		skip();
	registry = load((char *)IEEE_DATA, NULL);
	sources = og_registry_sources(registry, &count);
	assert_int_equal(count, 4);
	assert_true(og_registry_count(registry, 24) > 32000);
	assert_true(og_registry_count(registry, 28) > 4000);
	assert_true(og_registry_count(registry, 36) > 9000);
	assert_true(get(registry, 0x70b3d5fff000)->prefix.length == 36 ||
		    get(registry, 0x70b3d5fff000)->parent);
	assert_string_equal(get(registry, 0x0050c27d5000)->name, "DEUTA-WERKE GmbH");
	assert_int_equal(get(registry, 0x0050c27d5000)->kind, OG_REGISTRY_IAB);
	/* .lastupdate says when they were fetched: before they were packaged */
	assert_int_equal(stat(sources[0].path, &status), 0);
	assert_true(sources[0].date > 1600000000 &&
		    sources[0].date <= status.st_mtim.tv_sec + 86400);
	og_registry_free(registry);
}

static void merges_the_two(void **state)
{
	struct og_registry *registry;
	const struct og_registry_source *sources;
	size_t count, assignments, winning = 0;

	(void)state;
	if (missing(HWDB) || missing(IEEE_DATA "/iab.csv"))
		skip();
	registry = load((char *)HWDB, (char *)IEEE_DATA);
	sources = og_registry_sources(registry, &count);
	assert_int_equal(count, 5);
	for (size_t i = 0; i < count; i++)
		winning += sources[i].winning;
	og_registry_assignments(registry, &assignments);
	assert_int_equal(winning, assignments);
	assert_true(assignments > 50000);
	/* Only the csv files have the parents, and the hwdb of today no small blocks of the IAB. */
	assert_true(get(registry, 0x70b3d5fff000)->prefix.length == 36 ||
		    get(registry, 0x70b3d5fff000)->parent);
	assert_string_equal(get(registry, 0x0050c27d5000)->source->name, "iab.csv");
	og_registry_free(registry);
}

/* The shipped vendors ----------------------------------------------------------------------------- */

static struct og_config *shipped(void)
{
	char directory[] = "/tmp/test-registry-installed-XXXXXX";
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	assert_non_null(mkdtemp(directory));
	og_config_load(directory, "data", &config, &diags);
	rmdir(directory);
	/* Nothing is said but that there is neither a site nor a policy. */
	if (diags.count != 2 || diags.errors)
		og_diags_print(&diags, stderr);
	assert_int_equal(diags.count, 2);
	assert_int_equal(diags.errors, 0);
	assert_non_null(config);
	og_diags_free(&diags);
	return config;
}

static const struct og_vendor *vendor_of(const struct og_vendors *vendors, const char *name)
{
	for (size_t i = 0; i < vendors->count; i++)
		if (!strcmp(vendors->items[i].conf->name, name))
			return &vendors->items[i];
	fail_msg("no vendor %s", name);
	return NULL;
}

/* Shipped names that registries before 2026 do not have yet. */
static bool is_recent(const char *name)
{
	return !strcmp(name, "ZHEJIANG DAHUA ZHILIAN CO.,LTD");
}

static void finds_the_shipped_vendors(void **state)
{
	static const struct {
		const char *vendor;
		size_t by_length[3];
	} expected[] = {
		{"hikvision", {75 + 2 + 11 + 1, 1, 0}},
		{"dahua", {27 + 4 + 1, 0, 0}},
		{"huawei", {1257 + 560 + 1, 0, 0}},
		{"zte", {457, 1, 0}},
		{"hytera", {2, 0, 0}},
		{"sensetime", {0, 1, 0}},
		{"alibaba", {3, 1, 0}},
		{"megvii", {0, 1, 0}},
		{"yitu", {0, 1, 0}},
		{"uniview", {4, 0, 0}},
		{"tiandy", {2, 0, 0}},
	};
	struct og_registry *registry;
	struct og_config *config;
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};

	(void)state;
	if (missing(HWDB))
		skip();
	registry = load((char *)HWDB, NULL);
	config = shipped();
	assert_int_equal(config->vendor_count, COUNT(expected));
	assert_int_equal(og_vendors_resolve(config->vendors, config->vendor_count, registry,
					    &vendors, &diags),
			 0);
	assert_int_equal(diags.count, 0);
	for (size_t i = 0; i < COUNT(expected); i++) {
		const struct og_vendor *vendor = vendor_of(&vendors, expected[i].vendor);

		for (size_t j = 0; j < 3; j++)
			if (vendor->by_length[j] < expected[i].by_length[j])
				fail_msg("%s: %zu prefixes, at least %zu expected",
					 expected[i].vendor, vendor->by_length[j],
					 expected[i].by_length[j]);
		for (size_t j = 0; j < vendor->name_count; j++)
			if (!vendor->names[j].prefix_count && !is_recent(vendor->names[j].name))
				fail_msg("no registry has \"%s\"", vendor->names[j].name);
		for (size_t j = 0; j < vendor->not_mapped_count; j++)
			if (!vendor->not_mapped[j].prefix_count)
				fail_msg("no registry has \"%s\"", vendor->not_mapped[j].name);
	}
	og_vendors_free(&vendors);
	og_config_free(config);
	og_registry_free(registry);
}

/* Every name that comes close to a shipped vendor in these registries has been looked at. */
static void leaves_no_near_miss_undecided(void **state)
{
	struct og_registry *registry;
	struct og_config *config;
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	size_t undecided = 0;

	(void)state;
	if (missing(IEEE_DATA "/oui.csv"))
		skip();
	registry = load((char *)IEEE_DATA, NULL);
	if (og_registry_date(registry) > LOOKED_AT) {
		og_registry_free(registry);
		print_message("%s is newer than the shipped vendors\n", IEEE_DATA);
		skip();
	}
	config = shipped();
	assert_int_equal(og_vendors_resolve(config->vendors, config->vendor_count, registry,
					    &vendors, &diags),
			 0);
	for (size_t i = 0; i < vendors.count; i++) {
		for (size_t j = 0; j < vendors.items[i].near_miss_count; j++) {
			print_message("%s: \"%s\"\n", vendors.items[i].conf->name,
				      vendors.items[i].near_misses[j].name);
			undecided++;
		}
	}
	assert_int_equal(undecided, 0);
	og_vendors_free(&vendors);
	og_config_free(config);
	og_registry_free(registry);
}

/* A whole lock of the shipped vendors: written, read again, and no difference found. */
static void locks_them_all(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_lock lock = {0}, again = {0};
	struct og_lock_changes changes = {0};
	struct og_vendors vendors = {0};
	struct og_registry *registry;
	struct og_config *config;
	struct og_diags diags = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	(void)state;
	if (missing(HWDB)) {
		og_arena_free(arena);
		skip();
	}
	registry = load((char *)HWDB, NULL);
	config = shipped();
	assert_int_equal(og_vendors_resolve(config->vendors, config->vendor_count, registry,
					    &vendors, &diags),
			 0);
	assert_int_equal(og_vendors_lock(&vendors, arena, &lock), 0);
	assert_true(lock.count > 2400);
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(og_lock_write(&lock, out), 0);
	fclose(out);
	assert_int_equal(og_lock_parse(text, size, "prefixes.lock", arena, &again, &diags), 0);
	assert_int_equal(og_lock_diff(&lock, &again, &changes), 0);
	assert_int_equal(changes.count, 0);
	assert_non_null(strstr(text, "\nhikvision b0:b3:53:60/28 20-OUI.hwdb \"Hangzhou Hikrobot "
				     "Technology Co., Ltd.\"\n"));
	og_lock_changes_free(&changes);
	free(text);
	og_vendors_free(&vendors);
	og_config_free(config);
	og_registry_free(registry);
	og_arena_free(arena);
}

/* Every programme names its authority and only vendors that there are, and enforces nothing. */
static void ships_whole_programmes(void **state)
{
	static const char *const names[] = {
		"au-government-sites", "ca-government",	 "dk-capital-region",	"eu-parliament",
		"uk-sensitive-sites",  "us-entity-list", "us-fcc-covered-list", "us-ndaa-889",
	};
	struct og_config *config = shipped();

	(void)state;
	assert_int_equal(config->programme_count, COUNT(names));
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct og_conf_programme *programme = og_config_programme(config, names[i]);

		assert_non_null(programme);
		assert_non_null(programme->authority);
		assert_true(programme->vendors.count >= 1);
		for (size_t j = 0; j < programme->vendors.count; j++)
			assert_non_null(og_config_vendor(config, programme->vendors.names[j]));
	}
	assert_int_equal(og_config_programme(config, "uk-sensitive-sites")->milestone_count, 2);
	og_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_hwdb),
		cmocka_unit_test(reads_the_files_of_the_ieee),
		cmocka_unit_test(merges_the_two),
		cmocka_unit_test(finds_the_shipped_vendors),
		cmocka_unit_test(leaves_no_near_miss_undecided),
		cmocka_unit_test(locks_them_all),
		cmocka_unit_test(ships_whole_programmes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
