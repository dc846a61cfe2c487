// SPDX-License-Identifier: GPL-2.0
/*
 * registry.c: who has which block of MAC addresses, from several files at once
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/arena.h"
#include "policy/registry/org-name.h"
#include "policy/registry/registry.h"
#include "policy/registry/registry-read.h"

/* A registered name, kept once for all its assignments. */
struct name {
	const char *text;
	size_t length;
	bool parent; /* it is the IEEE's own */
	bool hidden;
};

/* An assignment as read. Sorting needs no more than two numbers. */
struct entry {
	uint64_t key;	/* prefix << 16 | length << 8 | rank of the source, when sealed */
	uint32_t order; /* as read */
	uint32_t name;	/* index into names */
	uint8_t source;
	uint8_t kind;
};

struct og_registry {
	struct og_arena *arena;
	struct og_registry_source sources[OG_REGISTRY_SOURCES];
	size_t source_count;

	struct entry *entries;
	size_t entry_count, entry_room;
	struct name *names;
	size_t name_count, name_room;
	uint32_t *slots;   /* hash of names: index + 1, 0 when free */
	size_t slot_count; /* a power of two */

	bool sealed;
	struct og_assignment *assignments;
	size_t assignment_count;
	size_t by_length[3];
};

const char *og_registry_kind_name(enum og_registry_kind kind)
{
	static const char *const names[] = {
		[OG_REGISTRY_MA_L] = "MA-L",
		[OG_REGISTRY_MA_M] = "MA-M",
		[OG_REGISTRY_MA_S] = "MA-S",
		[OG_REGISTRY_IAB] = "IAB",
	};

	return kind <= OG_REGISTRY_IAB ? names[kind] : "?";
}

struct og_registry *og_registry_new(void)
{
	struct og_registry *registry = calloc(1, sizeof(*registry));

	if (!registry)
		return NULL;
	registry->arena = og_arena_new();
	if (!registry->arena) {
		free(registry);
		return NULL;
	}
	return registry;
}

void og_registry_free(struct og_registry *registry)
{
	if (!registry)
		return;
	free(registry->entries);
	free(registry->names);
	free(registry->slots);
	free(registry->assignments);
	og_arena_free(registry->arena);
	free(registry);
}

/* Names ------------------------------------------------------------------------------------------ */

static uint32_t hash(const char *text, size_t length)
{
	uint32_t value = 2166136261U; /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char)text[i]) * 16777619U;
	return value ^ value >> 15;
}

static int grow_slots(struct og_registry *registry)
{
	size_t count = registry->slot_count ? registry->slot_count * 2 : 65536;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < registry->name_count; i++) {
		const struct name *name = &registry->names[i];
		size_t at = hash(name->text, name->length) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(registry->slots);
	registry->slots = slots;
	registry->slot_count = count;
	return 0;
}

static int add_name(struct og_registry *registry, const char *text, size_t length)
{
	char folded[OG_ORG_NAME];
	struct name name = {.length = length};

	if (registry->name_count == registry->name_room) {
		size_t room = registry->name_room ? registry->name_room * 2 : 4096;
		struct name *names = reallocarray(registry->names, room, sizeof(*names));

		if (!names)
			return -ENOMEM;
		registry->names = names;
		registry->name_room = room;
	}
	name.text = og_arena_strndup(registry->arena, text, length);
	if (!name.text)
		return -ENOMEM;
	if (og_org_fold(text, folded) > 0) {
		name.parent = !strcmp(folded, "ieee registration authority");
		name.hidden = !strcmp(folded, "private");
	}
	registry->names[registry->name_count++] = name;
	return 0;
}

/* The index of a name, new or known; or -ENOMEM. */
static int intern(struct og_registry *registry, const char *text, size_t length)
{
	size_t at;

	if (registry->name_count * 2 >= registry->slot_count && grow_slots(registry))
		return -ENOMEM;
	at = hash(text, length) & (registry->slot_count - 1);
	for (; registry->slots[at]; at = (at + 1) & (registry->slot_count - 1)) {
		const struct name *name = &registry->names[registry->slots[at] - 1];

		if (name->length == length && !memcmp(name->text, text, length))
			return (int)registry->slots[at] - 1;
	}
	if (add_name(registry, text, length))
		return -ENOMEM;
	registry->slots[at] = (uint32_t)registry->name_count;
	return (int)registry->name_count - 1;
}

/* Reading ---------------------------------------------------------------------------------------- */

bool og_registry_fault(struct og_registry_file *file, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	og_error(file->diags, &file->mark, "%s", text);
	if (++file->errors < OG_REGISTRY_ERRORS)
		return false;
	og_error(file->diags, &file->mark, "too many errors: the file is not read from here on");
	return true;
}

int og_registry_digits(const char *digits, size_t length, struct og_mac_prefix *ret_prefix)
{
	uint64_t bits = 0;

	if (length != 6 && length != 7 && length != 9)
		return -EINVAL;
	for (size_t i = 0; i < length; i++) {
		char c = digits[i];

		if (c >= '0' && c <= '9')
			bits = bits << 4 | (uint64_t)(c - '0');
		else if (c >= 'A' && c <= 'F')
			bits = bits << 4 | (uint64_t)(c - 'A' + 10);
		else if (c >= 'a' && c <= 'f')
			bits = bits << 4 | (uint64_t)(c - 'a' + 10);
		else
			return -EINVAL;
	}
	ret_prefix->bits = bits << (48 - 4 * length);
	ret_prefix->length = (uint8_t)(4 * length);
	return 0;
}

static int grow_entries(struct og_registry *registry)
{
	size_t room = registry->entry_room ? registry->entry_room * 2 : 16384;
	struct entry *entries;

	if (registry->entry_count < registry->entry_room)
		return 0;
	entries = reallocarray(registry->entries, room, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	registry->entries = entries;
	registry->entry_room = room;
	return 0;
}

bool og_registry_entry(struct og_registry_file *file, const struct og_mac_prefix *prefix,
		       enum og_registry_kind kind, const char *name, size_t length)
{
	struct og_registry *registry = file->registry;
	char clean[OG_ORG_NAME];
	bool damaged = false;
	int used, index;

	used = og_org_clean(name, length, clean, &damaged);
	if (used < 0)
		return og_registry_fault(file, "the organisation's name is longer than %d bytes",
					 OG_ORG_NAME - 1);
	if (!used)
		return og_registry_fault(file, "the organisation has no name");
	if (damaged && file->warnings++ < OG_REGISTRY_ERRORS)
		og_warn(file->diags, &file->mark,
			"the organisation's name is not all UTF-8 text; it is read as \"%s\"",
			clean);
	if (registry->entry_count == OG_REGISTRY_ENTRIES) {
		og_registry_fault(file, "more than %d assignments in all files",
				  OG_REGISTRY_ENTRIES);
		return true;
	}
	index = intern(registry, clean, (size_t)used);
	if (index < 0 || grow_entries(registry)) {
		file->no_memory = true;
		return true;
	}
	registry->entries[registry->entry_count] = (struct entry){
		.key = prefix->bits << 16 | (uint64_t)prefix->length << 8,
		.order = (uint32_t)registry->entry_count,
		.name = (uint32_t)index,
		.source = (uint8_t)registry->source_count,
		.kind = (uint8_t)kind,
	};
	registry->entry_count++;
	file->entries++;
	return false;
}

static bool ends_with(const char *path, const char *end)
{
	size_t length = strlen(path), end_length = strlen(end);

	return length > end_length && !strcmp(path + length - end_length, end);
}

static void read_file(struct og_registry_file *file, const char *data, size_t length)
{
	const char *path = file->mark.file;

	if (file->registry->source_count == OG_REGISTRY_SOURCES)
		og_registry_fault(file, "more than %d registry files", OG_REGISTRY_SOURCES);
	else if (length > OG_REGISTRY_BYTES)
		og_registry_fault(file, "the file has %zu bytes; at most %d are allowed", length,
				  OG_REGISTRY_BYTES);
	else if (ends_with(path, ".hwdb"))
		og_registry_read_hwdb(file, data, length);
	else if (ends_with(path, ".csv"))
		og_registry_read_csv(file, data, length);
	else
		og_registry_fault(file, "a registry file's name ends with .hwdb or .csv");
	if (!file->errors && !file->entries && !file->no_memory) {
		file->mark.line = 0;
		og_registry_fault(file,
				  "there is no assignment in it: the file is cut off, or not a "
				  "registry");
	}
}

/* The last part of a path as one word, which prefixes.lock can hold. */
static char *short_name(struct og_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = og_arena_strndup(arena, slash ? slash + 1 : path, OG_REGISTRY_NAME - 1);

	for (char *c = name; c && *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
			    *c))
			*c = '_';
	return name;
}

int og_registry_add(struct og_registry *registry, const char *path, const char *data, size_t length,
		    int64_t date, struct og_diags *diags)
{
	struct og_registry_file file = {.registry = registry, .diags = diags, .mark.file = path};
	size_t entries_before = registry->entry_count;
	struct og_registry_source *source;

	if (registry->sealed)
		return -EBUSY;
	read_file(&file, length ? data : "", length);
	if (file.no_memory || file.errors) {
		registry->entry_count = entries_before;
		return file.no_memory ? -ENOMEM : -EINVAL;
	}
	source = &registry->sources[registry->source_count];
	source->path = og_arena_strdup(registry->arena, path);
	source->name = short_name(registry->arena, path);
	if (!source->path || !source->name) {
		registry->entry_count = entries_before;
		return -ENOMEM;
	}
	source->date = date;
	source->entries = file.entries;
	registry->source_count++;
	return 0;
}

/* Merging ---------------------------------------------------------------------------------------- */

/* 0 for the newest source; of the same second, the one that was added first. */
static void rank_sources(const struct og_registry *registry, uint8_t ranks[OG_REGISTRY_SOURCES])
{
	for (size_t i = 0; i < registry->source_count; i++) {
		ranks[i] = 0;
		for (size_t j = 0; j < registry->source_count; j++) {
			int64_t mine = registry->sources[i].date, other = registry->sources[j].date;

			if (other > mine || (other == mine && j < i))
				ranks[i]++;
		}
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Two files that agree are still one entry: keep the first of each prefix. */
static void take_winner(struct og_registry *registry, const struct entry *entry)
{
	struct og_assignment *assignment = &registry->assignments[registry->assignment_count];
	struct og_registry_source *source = &registry->sources[entry->source];
	const struct name *name = &registry->names[entry->name];
	uint8_t length = (uint8_t)(entry->key >> 8);

	*assignment = (struct og_assignment){
		.prefix = {.bits = entry->key >> 16, .length = length},
		.name = name->text,
		.source = source,
		.kind = entry->kind,
		.parent = name->parent && length == 24,
		.hidden = name->hidden,
	};
	registry->assignment_count++;
	registry->by_length[length == 24 ? 0 : length == 28 ? 1 : 2]++;
	source->winning++;
}

int og_registry_seal(struct og_registry *registry)
{
	uint8_t ranks[OG_REGISTRY_SOURCES];

	if (registry->sealed)
		return 0;
	registry->assignments =
		reallocarray(NULL, registry->entry_count + 1, sizeof(*registry->assignments));
	if (!registry->assignments)
		return -ENOMEM;
	rank_sources(registry, ranks);
	for (size_t i = 0; i < registry->entry_count; i++)
		registry->entries[i].key |= ranks[registry->entries[i].source];
	if (registry->entry_count)
		qsort(registry->entries, registry->entry_count, sizeof(*registry->entries),
		      compare_entries);
	for (size_t i = 0; i < registry->entry_count; i++)
		if (!i || registry->entries[i].key >> 8 != registry->entries[i - 1].key >> 8)
			take_winner(registry, &registry->entries[i]);
	free(registry->entries);
	registry->entries = NULL;
	registry->entry_count = registry->entry_room = 0;
	registry->sealed = true;
	return 0;
}

/* Looking up ------------------------------------------------------------------------------------- */

const struct og_assignment *og_registry_find(const struct og_registry *registry,
					     const struct og_mac_prefix *prefix)
{
	size_t low = 0, high = registry->assignment_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = og_mac_prefix_cmp(&registry->assignments[middle].prefix, prefix);

		if (!order)
			return &registry->assignments[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct og_assignment *og_registry_lookup(const struct og_registry *registry, uint64_t mac)
{
	static const uint8_t lengths[] = {36, 28, 24};

	for (size_t i = 0; i < sizeof(lengths); i++) {
		struct og_mac_prefix prefix = {mac & og_mac_prefix_mask(lengths[i]), lengths[i]};
		const struct og_assignment *found = og_registry_find(registry, &prefix);

		if (found)
			return found;
	}
	return NULL;
}

const struct og_assignment *og_registry_assignments(const struct og_registry *registry,
						    size_t *ret_count)
{
	*ret_count = registry->assignment_count;
	return registry->assignments;
}

const struct og_registry_source *og_registry_sources(const struct og_registry *registry,
						     size_t *ret_count)
{
	*ret_count = registry->source_count;
	return registry->sources;
}

size_t og_registry_count(const struct og_registry *registry, unsigned int length)
{
	switch (length) {
	case 24:
		return registry->by_length[0];
	case 28:
		return registry->by_length[1];
	case 36:
		return registry->by_length[2];
	default:
		return 0;
	}
}

int64_t og_registry_date(const struct og_registry *registry)
{
	int64_t newest = INT64_MIN;

	for (size_t i = 0; i < registry->source_count; i++)
		if (registry->sources[i].date > newest)
			newest = registry->sources[i].date;
	return newest;
}
