// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-import.c: a mapping, as of the command line or, where it has lines, as a file, and a table, apart
 * by the first zero byte; what was read goes into a register once, and into that one again without
 * any change
 */
#include "policy/assets/import.h"
#include "policy/assets/merge.h"
#include "tests/fuzz/fuzz.h"

static void merge_twice(struct og_arena *arena, const struct og_import *import)
{
	static const struct og_lock lock = {.present = true};
	struct og_merge once, again;

	if (og_merge(arena, NULL, &import->rows, &lock, true, &once))
		return;
	check(once.by_kind[OG_MERGE_ADDED] == import->rows.count);
	check(og_merge(arena, &once.rows, &import->rows, &lock, false, &again) == 0);
	check(again.by_kind[OG_MERGE_SAME] == import->rows.count);
	check(again.rows.count == once.rows.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = memchr(data, 0, size);
	size_t length = zero ? (size_t)(zero - data) : 0, rest = zero ? size - length - 1 : size;
	struct og_diags diags = {};
	struct og_reader reader = {.arena = og_arena_new(), .diags = &diags};
	char *map = copy_of(data, length + 1 <= size ? length + 1 : 0);
	char *table = copy_of(zero ? zero + 1 : data, rest);
	struct og_import_how how = {.site = "north"};
	struct og_mapping mapping = {};
	struct og_import import = {};

	check(reader.arena != NULL);
	if (zero) {
		if (memchr(map, '\n', length))
			check(og_mapping_read(&reader, map, length, "map", &mapping) == 0);
		else
			check(og_mapping_parse(&reader, map, &mapping) == 0);
		how.mapping = diags.errors ? NULL : &mapping;
	}
	check(og_import_parse(&reader, table, rest, "fuzz", &how, &import) == 0);
	check(!import.cut || diags.errors);
	check(import.rows.count <= import.lines);
	for (size_t i = 1; i < import.rows.count; i++)
		check(import.rows.rows[i - 1].mac < import.rows.rows[i].mac);
	merge_twice(reader.arena, &import);
	check_diags(&diags, 0);
	og_arena_free(reader.arena);
	free(table);
	free(map);
	return 0;
}
