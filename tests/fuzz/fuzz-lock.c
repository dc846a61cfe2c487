// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-lock.c: prefixes.lock; what was read is written and read again as the same
 */
#include <errno.h>

#include "policy/base/arena.h"
#include "policy/registry/lock.h"
#include "tests/fuzz/fuzz.h"

static char *written(const struct og_lock *lock, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	check(out != NULL);
	check(og_lock_write(lock, out) == 0);
	check(fclose(out) == 0);
	return text;
}

static void round_trip(struct og_arena *arena, const struct og_lock *first)
{
	struct og_diags diags = {};
	struct og_lock second = {};
	size_t first_size, second_size;
	char *first_text = written(first, &first_size), *second_text;

	check(og_lock_parse(first_text, first_size, "again", arena, &second, &diags) == 0);
	check(diags.count == 0 && second.count == first->count && second.present);
	second_text = written(&second, &second_size);
	check(first_size == second_size && !memcmp(first_text, second_text, first_size));
	free(first_text);
	free(second_text);
	og_diags_free(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_arena *arena = og_arena_new();
	struct og_diags diags = {};
	struct og_lock lock = {};
	char *text = copy_of(data, size);
	int ret;

	check(arena != NULL);
	ret = og_lock_parse(text, size, "fuzz", arena, &lock, &diags);
	check(ret == 0 || ret == -EINVAL);
	if (!ret) {
		check(og_lock_sort(&lock) == 0);
		round_trip(arena, &lock);
	}
	check_diags(&diags, ret);
	og_arena_free(arena);
	free(text);
	return 0;
}
