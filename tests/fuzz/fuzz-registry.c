// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-registry.c: registries as udev and the IEEE write them, two after each other
 *
 * The first byte tells the format of the first one (c: csv, else hwdb); a NUL byte ends it and the
 * second follows in the same way.
 */
#include <errno.h>

#include "policy/registry/registry.h"
#include "tests/fuzz/fuzz.h"

static void add(struct og_registry *registry, const uint8_t *data, size_t size, int64_t date)
{
	struct og_diags diags = {};
	char *text;
	int ret;

	if (!size)
		return;
	text = copy_of(data + 1, size - 1);
	ret = og_registry_add(registry, *data == 'c' ? "/fuzz/oui.csv" : "/fuzz/20-OUI.hwdb", text,
			      size - 1, date, &diags);
	check(ret == 0 || ret == -EINVAL);
	check_diags(&diags, ret);
	free(text);
}

/* Every assignment is found again by itself and covers what it is found for. */
static void check_lookups(const struct og_registry *registry)
{
	const struct og_assignment *all, *found;
	size_t count, i, total;

	all = og_registry_assignments(registry, &count);
	total = og_registry_count(registry, 24) + og_registry_count(registry, 28) +
		og_registry_count(registry, 36);
	check(total == count);
	for (i = 0; i < count; i++) {
		check(og_registry_find(registry, &all[i].prefix) == &all[i]);
		found = og_registry_lookup(registry, all[i].prefix.bits);
		check(!found || og_mac_prefix_covers(&found->prefix, all[i].prefix.bits));
		check(all[i].name && all[i].source);
		check(i == 0 || og_mac_prefix_cmp(&all[i - 1].prefix, &all[i].prefix) < 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_registry *registry = og_registry_new();
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;
	size_t first = end ? (size_t)(end - data) : size;

	check(registry != NULL);
	add(registry, data, first, 1000);
	if (end)
		add(registry, end + 1, size - first - 1, 2000);
	check(og_registry_seal(registry) == 0);
	check_lookups(registry);
	og_registry_free(registry);
	return 0;
}
