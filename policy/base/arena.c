// SPDX-License-Identifier: GPL-2.0
/*
 * arena.c: memory that is freed all at once
 */
#include "policy/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536
#define ALIGNMENT  _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	size_t used;
	max_align_t data[];
};

struct og_arena {
	struct block *blocks;
};

struct og_arena *og_arena_new(void)
{
	return calloc(1, sizeof(struct og_arena));
}

void og_arena_free(struct og_arena *arena)
{
	struct block *block, *next;

	if (!arena)
		return;
	for (block = arena->blocks; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static struct block *add_block(struct og_arena *arena, size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		return NULL;
	block->size = size;
	/*
	 * A large request gets a block of its own behind the present one, so that the rest of the
	 * present one is not wasted.
	 */
	if (size > BLOCK_SIZE && arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

void *og_arena_alloc(struct og_arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (size == 0)
		size = ALIGNMENT;
	if (!block || block->size - block->used < size) {
		block = add_block(arena, size > BLOCK_SIZE ? size : BLOCK_SIZE);
		if (!block)
			return NULL;
	}
	memory = (char *)block->data + block->used;
	block->used += size;
	return memory;
}

void *og_arena_array(struct og_arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return og_arena_alloc(arena, bytes);
}

char *og_arena_strndup(struct og_arena *arena, const char *text, size_t length)
{
	char *copy;

	length = strnlen(text, length);
	copy = og_arena_alloc(arena, length + 1);
	if (copy)
		memcpy(copy, text, length);
	return copy;
}

char *og_arena_strdup(struct og_arena *arena, const char *text)
{
	return og_arena_strndup(arena, text, strlen(text));
}

char *og_arena_printf(struct og_arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return NULL;
	text = og_arena_alloc(arena, (size_t)length + 1);
	if (!text)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}
