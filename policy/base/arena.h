/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arena.h: memory that is freed all at once
 *
 * A configuration is tens of thousands of small strings and arrays that live and die together. An
 * arena hands them out of large blocks and frees them in one call, so that no reader needs a
 * destructor of its own and no error path can leak.
 */
#ifndef OUIGUARD_POLICY_ARENA_H
#define OUIGUARD_POLICY_ARENA_H

#include <stddef.h>

struct og_arena;

/* og_arena_new - an empty arena, or NULL without memory. Free it with og_arena_free(). */
struct og_arena *og_arena_new(void);

/* og_arena_free - free the arena and everything that came from it; NULL is allowed. */
void og_arena_free(struct og_arena *arena);

/* og_arena_alloc - @size zeroed bytes, aligned for any type; NULL without memory. */
void *og_arena_alloc(struct og_arena *arena, size_t size);

/* og_arena_array - @count zeroed elements of @size bytes; NULL without memory or when it overflows.
 */
void *og_arena_array(struct og_arena *arena, size_t count, size_t size);

/* og_arena_strdup, og_arena_strndup - a copy of a string, of @length bytes at most. */
char *og_arena_strdup(struct og_arena *arena, const char *text);
char *og_arena_strndup(struct og_arena *arena, const char *text, size_t length);

/* og_arena_printf - a formatted string; NULL without memory. */
char *og_arena_printf(struct og_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
