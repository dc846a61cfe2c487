// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-vendor.c: any bytes as a registry, resolved for vendors and locked
 *
 * The first byte says as what: `h` an hwdb, `c` a csv file. What is taken is text, and the vendors'
 * prefixes found in it become a prefixes.lock that reads back without a difference.
 */
#include <errno.h>

#include "policy/base/arena.h"
#include "policy/registry/lock.h"
#include "policy/registry/lock-diff.h"
#include "policy/base/utf8.h"
#include "policy/registry/vendor.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		uint32_t c = og_utf8_next(&text, end);

		check(c != OG_UTF8_BAD && !og_utf8_is_control(c) && !og_utf8_is_format(c));
	}
}

static void check_lock(const struct og_lock *lock, struct og_arena *arena)
{
	struct og_lock_changes changes = {0};
	struct og_diags diags = {0};
	struct og_lock again = {0};
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	check(out != NULL);
	check(!og_lock_write(lock, out));
	check(!fclose(out));
	check(!og_lock_parse(text, size, "again", arena, &again, &diags));
	check(!og_lock_diff(lock, &again, &changes));
	check(!changes.count);
	og_lock_changes_free(&changes);
	free(text);
}

static void check_vendor(const struct og_vendor *vendor)
{
	size_t names = 0, by_length = vendor->by_length[0] + vendor->by_length[1] +
				      vendor->by_length[2] + vendor->by_length[3];

	for (size_t i = 0; i < vendor->name_count; i++)
		names += vendor->names[i].prefix_count;
	check(by_length == vendor->prefix_count && names == vendor->prefix_count);
	for (size_t i = 0; i < vendor->near_miss_count; i++)
		check(vendor->near_misses[i].prefix_count >= 1 && *vendor->near_misses[i].word);
}

static void check_vendors(const struct og_registry *registry)
{
	static char *names[] = {(char *)"Acme Cameras Co.,Ltd.", (char *)"XEROX CORPORATION",
				(char *)"Example Robots"};
	static struct og_mark marks[3];
	static const struct og_conf_vendor conf[] = {
		{.name = (char *)"acme", .names = {names, marks, 2}},
		{.name = (char *)"example", .names = {names + 2, marks, 1}},
	};
	struct og_arena *arena = og_arena_new();
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};
	struct og_lock lock = {0};

	check(arena != NULL);
	check(!og_vendors_resolve(conf, 2, registry, &vendors, &diags));
	for (size_t i = 0; i < vendors.count; i++)
		check_vendor(&vendors.items[i]);
	check(!og_vendors_lock(&vendors, arena, &lock));
	check_lock(&lock, arena);
	og_vendors_free(&vendors);
	og_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct og_assignment *all;
	struct og_registry *registry;
	struct og_diags diags = {0};
	size_t count;
	char *text;
	int ret;

	if (!size || (*data != 'h' && *data != 'c'))
		return 0;
	registry = og_registry_new();
	check(registry != NULL);
	text = copy_of(data + 1, size - 1);
	ret = og_registry_add(registry, *data == 'c' ? "oui.csv" : "20-OUI.hwdb", text, size - 1, 0,
			      &diags);
	check(!ret || ret == -EINVAL);
	free(text);
	check_diags(&diags, ret);
	check(!og_registry_seal(registry));
	all = og_registry_assignments(registry, &count);
	for (size_t i = 0; i < count; i++)
		check_text(all[i].name);
	check_vendors(registry);
	og_registry_free(registry);
	return 0;
}
