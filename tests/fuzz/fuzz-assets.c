// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-assets.c: an asset register; what was read is written and read again as the same
 */
#include "policy/base/arena.h"
#include "policy/config/assets.h"
#include "tests/fuzz/fuzz.h"

/* written - the register as a file of @ret_size bytes; free() it. */
static char *written(const struct og_conf_register *assets, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	check(out != NULL);
	check(og_assets_write(assets, out) == 0);
	check(fclose(out) == 0);
	return text;
}

/* Any register that was read without an error stays the same through a file. */
static void round_trip(struct og_arena *arena, const struct og_conf_register *first)
{
	struct og_diags diags = {};
	struct og_reader reader = {.arena = arena, .diags = &diags};
	struct og_conf_register second = {};
	size_t first_size, second_size;
	char *first_text = written(first, &first_size), *second_text;

	check(og_assets_parse(&reader, first_text, first_size, "again", &second) == 0);
	check(diags.errors == 0);
	check(second.count == first->count);
	second_text = written(&second, &second_size);
	check(first_size == second_size && !memcmp(first_text, second_text, first_size));
	free(first_text);
	free(second_text);
	og_diags_free(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_diags diags = {};
	struct og_reader reader = {.arena = og_arena_new(), .diags = &diags};
	struct og_conf_register assets = {};
	char *text = copy_of(data, size);

	check(reader.arena != NULL);
	check(og_assets_parse(&reader, text, size, "fuzz", &assets) == 0);
	if (!diags.errors)
		round_trip(reader.arena, &assets);
	check_diags(&diags, 0);
	og_arena_free(reader.arena);
	free(text);
	return 0;
}
