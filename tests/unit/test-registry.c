// SPDX-License-Identifier: GPL-2.0
/*
 * test-registry.c: reading, merging and looking up registries (policy/registry*.c)
 */
#include <errno.h>
#include <fcntl.h>
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

#include "policy/registry/registry.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GOOD	     "tests/data/registry/good"
#define NEWER	     "tests/data/registry/newer/20-OUI.hwdb"

static char *slurp(const char *path, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	char *data = malloc(65536);

	assert_non_null(file);
	assert_non_null(data);
	*ret_length = fread(data, 1, 65536, file);
	fclose(file);
	return data;
}

static int add_bytes(struct og_registry *registry, const char *path, const char *bytes,
		     size_t length, int64_t date, struct og_diags *diags)
{
	/* Exactly as long as it is, so that the sanitizer sees a read beyond it. */
	char *data = malloc(length ? length : 1);
	int err;

	assert_non_null(data);
	memcpy(data, bytes, length);
	err = og_registry_add(registry, path, data, length, date, diags);
	free(data);
	return err;
}

static void add_file(struct og_registry *registry, const char *path, int64_t date)
{
	struct og_diags diags = {0};
	size_t length;
	char *data = slurp(path, &length);

	assert_int_equal(add_bytes(registry, path, data, length, date, &diags), 0);
	assert_int_equal(diags.count, 0);
	free(data);
}

static const struct og_assignment *get(const struct og_registry *registry, uint64_t mac)
{
	const struct og_assignment *found = og_registry_lookup(registry, mac);

	assert_non_null(found);
	return found;
}

static struct og_registry *load(const char *path, struct og_diags *diags)
{
	struct og_registry *registry = NULL;
	char *paths[] = {(char *)path};

	assert_int_equal(og_registry_load(paths, 1, &registry, diags), 0);
	assert_non_null(registry);
	return registry;
}

static void reads_quotes_line_feeds_and_spaces(void **state)
{
	struct og_diags diags = {0};
	struct og_registry *registry = load(GOOD, &diags);

	(void)state;
	assert_int_equal(diags.count, 0);
	assert_string_equal(get(registry, 0x001122334455)->name,
			    "Comma, Quote \"Q\" and Sons, Ltd.");
	assert_string_equal(get(registry, 0x001123000000)->name, "Padded name");
	assert_string_equal(get(registry, 0x001124000000)->name,
			    "Caf\xc3\xa9 Schl\xc3\xbcter\xe2\x80\x82GmbH");
	assert_string_equal(get(registry, 0x001127000000)->name, "ZeroWidth");
	assert_string_equal(get(registry, 0xb0b353600000)->name, "Example Robots Co.");
	assert_string_equal(get(registry, 0x70b3d5123fff)->name, "Example Sensors");
	og_registry_free(registry);
}

static void knows_file_kind_and_place(void **state)
{
	struct og_diags diags = {0};
	struct og_registry *registry = load(GOOD, &diags);
	static const struct {
		uint64_t mac;
		int length;
		enum og_registry_kind kind;
		const char *kind_name, *file;
	} cases[] = {
		{0x001122000000, 24, OG_REGISTRY_MA_L, "MA-L", "oui.csv"},
		{0xb0b353600000, 28, OG_REGISTRY_MA_M, "MA-M", "mam.csv"},
		{0x70b3d5123000, 36, OG_REGISTRY_MA_S, "MA-S", "oui36.csv"},
		{0x0050c27d5000, 36, OG_REGISTRY_IAB, "IAB", "iab.csv"},
	};
	size_t count;
	const struct og_registry_source *sources = og_registry_sources(registry, &count);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct og_assignment *found = get(registry, cases[i].mac);

		assert_int_equal(found->prefix.length, cases[i].length);
		assert_int_equal(found->kind, cases[i].kind);
		assert_string_equal(og_registry_kind_name(found->kind), cases[i].kind_name);
		assert_string_equal(found->source->name, cases[i].file);
	}
	assert_int_equal(count, 4);
	assert_string_equal(sources[0].path, GOOD "/oui.csv");
	assert_int_equal(sources[0].entries, 10);
	assert_int_equal(sources[0].winning, 9);
	assert_int_equal(og_registry_count(registry, 24), 9);
	assert_int_equal(og_registry_count(registry, 28), 1);
	assert_int_equal(og_registry_count(registry, 36), 3);
	assert_int_equal(og_registry_count(registry, 48), 0);
	og_registry_free(registry);
}

static void finds_the_longest_prefix_and_no_neighbour(void **state)
{
	struct og_diags diags = {0};
	struct og_registry *registry = load(GOOD, &diags);
	static const struct og_mac_prefix whole = {0x70b3d5000000, 24};

	(void)state;
	assert_string_equal(get(registry, 0x70b3d5123000)->name, "Example Sensors");
	assert_string_equal(get(registry, 0x70b3d5124000)->name, "Neighbour Sensors");
	assert_true(get(registry, 0x70b3d5125000)->parent);
	assert_true(get(registry, 0x70b3d5122fff)->parent);
	assert_ptr_equal(get(registry, 0x70b3d5125000), og_registry_find(registry, &whole));
	assert_null(og_registry_lookup(registry, 0xb0b353700000));
	assert_null(og_registry_lookup(registry, 0xb0b3535fffff));
	assert_null(og_registry_lookup(registry, 0x001129000000));
	assert_null(og_registry_lookup(registry, 0));
	assert_null(og_registry_lookup(registry, 0xffffffffffff));
	og_registry_free(registry);
}

static void knows_whose_blocks_are_nobodys(void **state)
{
	struct og_diags diags = {0};
	struct og_registry *registry = load(GOOD, &diags);

	(void)state;
	assert_true(get(registry, 0x70b3d5000000)->parent);
	assert_false(get(registry, 0x70b3d5123000)->parent);
	assert_true(get(registry, 0x001125000000)->hidden);
	assert_false(get(registry, 0x001126000000)->hidden);
	og_registry_free(registry);
}

static void takes_the_first_of_two_in_one_file(void **state)
{
	struct og_diags diags = {0};
	struct og_registry *registry = load(GOOD, &diags);

	(void)state;
	assert_string_equal(get(registry, 0x001128000000)->name, "First of two");
	og_registry_free(registry);
}

/* The same two files, the dates and the order of reading differing. */
static void takes_the_newest_file_for_each_prefix(void **state)
{
	static const struct {
		int64_t csv, hwdb;
		bool csv_first;
		const char *owner;
	} cases[] = {
		{100, 200, true, "New Owner Inc."}, {100, 200, false, "New Owner Inc."},
		{200, 100, true, "Old Owner Inc."}, {200, 100, false, "Old Owner Inc."},
		{100, 100, true, "Old Owner Inc."}, {100, 100, false, "New Owner Inc."},
		{-5, -6, false, "Old Owner Inc."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_registry *registry = og_registry_new();
		bool csv_wins = !strcmp(cases[i].owner, "Old Owner Inc.");

		if (cases[i].csv_first)
			add_file(registry, GOOD "/oui.csv", cases[i].csv);
		add_file(registry, NEWER, cases[i].hwdb);
		if (!cases[i].csv_first)
			add_file(registry, GOOD "/oui.csv", cases[i].csv);
		assert_int_equal(og_registry_seal(registry), 0);
		assert_string_equal(get(registry, 0x001126000000)->name, cases[i].owner);
		assert_string_equal(get(registry, 0x001126000000)->source->name,
				    csv_wins ? "oui.csv" : "20-OUI.hwdb");
		/* What only the older file has stays, with its own source. */
		assert_string_equal(get(registry, 0x001123000000)->source->name, "oui.csv");
		assert_string_equal(get(registry, 0x70b3d5125000)->source->name, "20-OUI.hwdb");
		assert_true(og_registry_date(registry) ==
			    (cases[i].csv > cases[i].hwdb ? cases[i].csv : cases[i].hwdb));
		og_registry_free(registry);
	}
}

static void lists_in_order_and_once(void **state)
{
	struct og_registry *registry = og_registry_new();
	const struct og_assignment *all;
	size_t count, winning = 0, sources;

	(void)state;
	add_file(registry, NEWER, 2);
	add_file(registry, GOOD "/oui.csv", 1);
	add_file(registry, GOOD "/mam.csv", 1);
	assert_int_equal(og_registry_seal(registry), 0);
	all = og_registry_assignments(registry, &count);
	assert_int_equal(count, 11);
	for (size_t i = 1; i < count; i++)
		assert_true(og_mac_prefix_cmp(&all[i - 1].prefix, &all[i].prefix) < 0);
	og_registry_sources(registry, &sources);
	for (size_t i = 0; i < sources; i++)
		winning += og_registry_sources(registry, &sources)[i].winning;
	assert_int_equal(winning, count);
	og_registry_free(registry);
}

static void seals_once_and_for_all(void **state)
{
	struct og_registry *registry = og_registry_new();
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_registry_seal(registry), 0);
	assert_int_equal(og_registry_seal(registry), 0);
	assert_int_equal(add_bytes(registry, "a.csv", "", 0, 0, &diags), -EBUSY);
	assert_null(og_registry_lookup(registry, 0x001122000000));
	assert_true(og_registry_date(registry) == INT64_MIN);
	og_registry_free(registry);
	og_registry_free(NULL);
}

/*
 * Cut anywhere: an error, or exactly the assignments whose lines are whole. A cut between two
 * assignments cannot be seen in the file itself.
 */
static void never_takes_a_part_of_an_assignment(void **state)
{
	static const char *const paths[] = {GOOD "/oui.csv", GOOD "/mam.csv", GOOD "/oui36.csv",
					    GOOD "/iab.csv", NEWER};

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		size_t length, whole = 0, taken = 0;
		char *data = slurp(paths[i], &length);

		for (size_t cut = 0; cut <= length; cut++) {
			struct og_registry *registry = og_registry_new();
			struct og_diags diags = {0};
			int err = add_bytes(registry, paths[i], data, cut, 0, &diags);
			const struct og_registry_source *source;
			size_t count;

			if (err) {
				assert_int_equal(err, -EINVAL);
				assert_true(diags.errors >= 1);
				assert_string_equal(diags.items[0].file, paths[i]);
			} else {
				assert_int_equal(data[cut - 1], '\n');
				assert_int_equal(diags.count, 0);
				whole++;
				source = og_registry_sources(registry, &count);
				assert_int_equal(count, 1);
				assert_true(source->entries >= taken);
				taken = source->entries;
			}
			assert_int_equal(og_registry_seal(registry), 0);
			og_registry_free(registry);
			og_diags_free(&diags);
		}
		/* Not everything was refused, and the whole file was taken. */
		assert_true(whole >= 1 && taken >= 1);
		free(data);
	}
}

static void replaces_what_is_no_text_and_says_so(void **state)
{
	static const char csv[] =
		"Registry,Assignment,Organization Name,Organization Address\r\n"
		"MA-L,001122,Caf\xe9 \xc3(\xed\xa0\x80,\xff\xfe is no matter here\r\n";
	struct og_registry *registry = og_registry_new();
	struct og_diags diags = {0};
	char text[256];

	(void)state;
	assert_int_equal(add_bytes(registry, "dir/oui.csv", csv, sizeof(csv) - 1, 0, &diags), 0);
	assert_int_equal(diags.count, 1);
	assert_int_equal(diags.errors, 0);
	og_diag_text(&diags.items[0], text, sizeof(text));
	assert_string_equal(
		text, "dir/oui.csv:2: warning: the organisation's name is not all UTF-8 text; it "
		      "is read as \"Caf\xef\xbf\xbd \xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd"
		      "\xef\xbf\xbd\"");
	og_registry_free(registry);
	og_diags_free(&diags);
}

static void gives_odd_file_names_one_word(void **state)
{
	static const char hwdb[] = "OUI:001122*\n ID_OUI_FROM_DATABASE=x\n";
	struct og_registry *registry = og_registry_new();
	struct og_diags diags = {0};
	char path[200];
	size_t count;

	(void)state;
	assert_int_equal(
		add_bytes(registry, "/a b/my \"own\" list.hwdb", hwdb, sizeof(hwdb) - 1, 0, &diags),
		0);
	assert_string_equal(og_registry_sources(registry, &count)[0].name, "my__own__list.hwdb");
	memset(path, 'x', sizeof(path));
	memcpy(path + sizeof(path) - 6, ".hwdb", 6);
	assert_int_equal(add_bytes(registry, path, hwdb, sizeof(hwdb) - 1, 0, &diags), 0);
	assert_int_equal(strlen(og_registry_sources(registry, &count)[1].name), 63);
	og_registry_free(registry);
}

static void bounds_the_number_of_files(void **state)
{
	static const char hwdb[] = "OUI:001122*\n ID_OUI_FROM_DATABASE=x\n";
	struct og_registry *registry = og_registry_new();
	struct og_diags diags = {0};

	(void)state;
	for (int i = 0; i < OG_REGISTRY_SOURCES; i++)
		assert_int_equal(add_bytes(registry, "a.hwdb", hwdb, sizeof(hwdb) - 1, i, &diags),
				 0);
	assert_int_equal(add_bytes(registry, "a.hwdb", hwdb, sizeof(hwdb) - 1, 0, &diags), -EINVAL);
	assert_string_equal(diags.items[0].text, "more than 64 registry files");
	assert_int_equal(og_registry_seal(registry), 0);
	assert_int_equal(og_registry_count(registry, 24), 1);
	og_registry_free(registry);
	og_diags_free(&diags);
}

/* Files ------------------------------------------------------------------------------------------ */

static char directory[] = "/tmp/test-registry-XXXXXX";

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static void write_file(const char *name, const char *content, int64_t mtime)
{
	struct timespec times[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	fputs(content, file);
	fclose(file);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void remove_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	unlink(path);
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static void takes_dates_from_the_note_or_the_file(void **state)
{
	static const char csv[] = "Registry,Assignment,Organization Name,Organization Address\r\n"
				  "MA-L,001122,From csv,\r\n";
	static const char hwdb[] = "OUI:001122*\n ID_OUI_FROM_DATABASE=From hwdb\n";
	static const struct {
		const char *note;
		int64_t csv_date;
	} cases[] = {
		{NULL, 5000},	     {"3000", 3000},
		{"3000\n", 3000},    {"", 5000},
		{"yesterday", 5000}, {"3000 x\n", 5000},
		{"-1\n", 5000},	     {"99999999999999\n", 5000},
	};

	(void)state;
	write_file("oui.csv", csv, 5000);
	write_file("20-OUI.hwdb", hwdb, 4000);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_diags diags = {0};
		struct og_registry *registry;
		const struct og_registry_source *sources;
		size_t count;

		if (cases[i].note)
			write_file(".lastupdate", cases[i].note, 1);
		registry = load(directory, &diags);
		sources = og_registry_sources(registry, &count);
		assert_int_equal(count, 2);
		assert_true(sources[0].date == 4000);
		assert_true(sources[1].date == cases[i].csv_date);
		assert_string_equal(get(registry, 0x001122000000)->name,
				    cases[i].csv_date > 4000 ? "From csv" : "From hwdb");
		og_registry_free(registry);
	}
	remove_file(".lastupdate");
	remove_file("oui.csv");
	remove_file("20-OUI.hwdb");
}

static void reads_the_others_when_one_is_broken(void **state)
{
	char *paths[] = {directory, (char *)GOOD "/mam.csv", (char *)"/nonexistent/oui.csv",
			 (char *)"/dev/null", (char *)"tests/data/registry"};
	struct og_registry *registry = NULL;
	struct og_diags diags = {0};
	char expected[1024], *printed = NULL;
	size_t size = 0, count;
	FILE *out;

	(void)state;
	write_file("oui.csv", "<html>404</html>\n", 1);
	write_file("oui36.csv",
		   "Registry,Assignment,Organization Name,Organization Address\r\n"
		   "MA-S,70B3D5123,Cut \"\" off",
		   1);
	assert_int_equal(og_registry_load(paths, COUNT(paths), &registry, &diags), 0);
	og_registry_sources(registry, &count);
	assert_int_equal(count, 1);
	assert_string_equal(get(registry, 0xb0b353600000)->name, "Example Robots Co.");
	assert_null(og_registry_lookup(registry, 0x70b3d5123000));

	out = open_memstream(&printed, &size);
	assert_non_null(out);
	og_diags_print(&diags, out);
	fclose(out);
	snprintf(expected, sizeof(expected),
		 "%s/oui.csv:1: this is not a registry of the IEEE: the header "
		 "`Registry,Assignment,Organization Name,Organization Address` is expected\n"
		 "%s/oui36.csv:2: a quote inside a field that does not begin with one\n"
		 "/nonexistent/oui.csv: warning: no such registry; install it, or take it out of "
		 "`registry` in ouiguard.yaml\n"
		 "/dev/null: cannot read this registry: it is not a regular file\n"
		 "tests/data/registry: there is no registry in this directory: 20-OUI.hwdb, "
		 "oui.csv, "
		 "mam.csv, oui36.csv or iab.csv is expected\n",
		 directory, directory);
	assert_string_equal(printed, expected);
	free(printed);
	og_registry_free(registry);
	og_diags_free(&diags);
	remove_file("oui.csv");
	remove_file("oui36.csv");
}

static void refuses_to_be_without_any(void **state)
{
	char *paths[] = {(char *)"/nonexistent"};
	struct og_registry *registry = NULL;
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_registry_load(paths, 1, &registry, &diags), -ENOENT);
	assert_null(registry);
	assert_int_equal(diags.count, 2);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.items[1].text, "no registry could be read; install ieee-data, or "
						 "name one in `registry` in ouiguard.yaml");
	og_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_quotes_line_feeds_and_spaces),
		cmocka_unit_test(knows_file_kind_and_place),
		cmocka_unit_test(finds_the_longest_prefix_and_no_neighbour),
		cmocka_unit_test(knows_whose_blocks_are_nobodys),
		cmocka_unit_test(takes_the_first_of_two_in_one_file),
		cmocka_unit_test(takes_the_newest_file_for_each_prefix),
		cmocka_unit_test(lists_in_order_and_once),
		cmocka_unit_test(seals_once_and_for_all),
		cmocka_unit_test(never_takes_a_part_of_an_assignment),
		cmocka_unit_test(replaces_what_is_no_text_and_says_so),
		cmocka_unit_test(gives_odd_file_names_one_word),
		cmocka_unit_test(bounds_the_number_of_files),
		cmocka_unit_test(takes_dates_from_the_note_or_the_file),
		cmocka_unit_test(reads_the_others_when_one_is_broken),
		cmocka_unit_test(refuses_to_be_without_any),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
