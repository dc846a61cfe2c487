// SPDX-License-Identifier: GPL-2.0
/*
 * test-arena.c: alignment, zeroing, large requests and overflow of policy/base/arena.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/arena.h"

static void gives_aligned_zeroed_memory(void **state)
{
	struct og_arena *arena = og_arena_new();
	unsigned char *previous = NULL;

	(void)state;
	assert_non_null(arena);
	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *memory = og_arena_alloc(arena, size);

		assert_non_null(memory);
		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		assert_ptr_not_equal(memory, previous);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
		previous = memory;
	}
	og_arena_free(arena);
}

static void keeps_small_and_large_apart(void **state)
{
	struct og_arena *arena = og_arena_new();
	char *small = og_arena_strdup(arena, "before");
	char *large = og_arena_array(arena, 1000000, 1);
	char *after = og_arena_strdup(arena, "after");

	(void)state;
	assert_non_null(large);
	memset(large, 'x', 1000000);
	assert_string_equal(small, "before");
	assert_string_equal(after, "after");
	/* The large one did not end the block that the small ones share. */
	assert_true(after - small < 64 && after > small);
	og_arena_free(arena);
}

static void refuses_what_overflows(void **state)
{
	struct og_arena *arena = og_arena_new();

	(void)state;
	assert_null(og_arena_array(arena, SIZE_MAX / 2, 3));
	assert_null(og_arena_alloc(arena, SIZE_MAX));
	og_arena_free(arena);
	og_arena_free(NULL);
}

static void copies_strings(void **state)
{
	struct og_arena *arena = og_arena_new();

	(void)state;
	assert_string_equal(og_arena_strndup(arena, "whitehall", 5), "white");
	assert_string_equal(og_arena_strndup(arena, "abc", 5), "abc");
	assert_string_equal(og_arena_printf(arena, "%s#%d", "file", 12), "file#12");
	og_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_aligned_zeroed_memory),
		cmocka_unit_test(keeps_small_and_large_apart),
		cmocka_unit_test(refuses_what_overflows),
		cmocka_unit_test(copies_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
