// SPDX-License-Identifier: GPL-2.0
/*
 * config-dir.c: the named files of a configuration's directories
 */
#include "policy/config/config-dir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length > tail && !strcmp(text + length - tail, suffix);
}

/* Backup copies and swap files: whoever made them knows that they are there. */
static bool leftover(const char *name)
{
	static const char *const suffixes[] = {"~",	    ".swp",	 ".swo",       ".swx",
					       ".bak",	    ".orig",	 ".rej",       ".tmp",
					       ".dpkg-old", ".dpkg-new", ".dpkg-dist", ".dpkg-bak",
					       ".dpkg-tmp", ".ucf-old",	 ".ucf-new",   ".ucf-dist",
					       ".rpmsave",  ".rpmnew",	 ".rpmorig"};

	if (name[0] == '.' || name[0] == '#')
		return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (ends_with(name, suffixes[i]))
			return true;
	return false;
}

/* Add one directory entry to @files, which has room for it. */
static int take(struct og_reader *reader, const char *dir, const char *entry, const char *suffix,
		struct og_dir_files *files)
{
	struct og_dir_file *file = &files->items[files->count];
	struct og_mark mark;

	if (leftover(entry))
		return 0;
	file->path = og_arena_printf(reader->arena, "%s/%s", dir, entry);
	if (!file->path)
		return -ENOMEM;
	mark = (struct og_mark){file->path, 0, 0};
	if (!ends_with(entry, suffix)) {
		og_warn(reader->diags, &mark, "ignored; expected only files named NAME%s here",
			suffix);
		return 0;
	}
	file->name = og_arena_strndup(reader->arena, entry, strlen(entry) - strlen(suffix));
	if (!file->name)
		return -ENOMEM;
	if (og_name_valid(file->name))
		files->count++;
	else
		og_error(
			reader->diags, &mark,
			"the file's name is not usable; expected NAME%s, with a NAME of a-z, 0-9, "
			"`.`, `_`, `-` that starts with a letter or digit and has 63 bytes at most",
			suffix);
	return 0;
}

static int grow(struct og_reader *reader, struct og_dir_files *files, size_t *room)
{
	size_t wanted = *room ? *room * 2 : 64;
	struct og_dir_file *items;

	if (files->count < *room)
		return 0;
	items = og_arena_array(reader->arena, wanted, sizeof(*items));
	if (!items)
		return -ENOMEM;
	if (files->count)
		memcpy(items, files->items, files->count * sizeof(*items));
	files->items = items;
	*room = wanted;
	return 0;
}

static int scan(struct og_reader *reader, const char *dir, const char *suffix,
		struct og_dir_files *files)
{
	struct og_mark mark = {og_arena_strdup(reader->arena, dir), 0, 0};
	struct dirent *entry;
	size_t room = 0;
	int ret = 0;
	DIR *stream;

	if (!mark.file)
		return -ENOMEM;
	stream = opendir(dir);
	if (!stream) {
		if (errno != ENOENT)
			og_error(reader->diags, &mark, "cannot be read: %s", strerror(errno));
		return 0;
	}
	while (!ret && (entry = readdir(stream))) {
		if (files->count == OG_DIR_FILES) {
			og_error(reader->diags, &mark, "more than %d files", OG_DIR_FILES);
			break;
		}
		ret = grow(reader, files, &room);
		if (!ret)
			ret = take(reader, dir, entry->d_name, suffix, files);
	}
	closedir(stream);
	return ret;
}

static int compare(const void *a, const void *b)
{
	const struct og_dir_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Merge two sorted lists; of two of one name the one of @first stays. */
static int merge(struct og_reader *reader, const struct og_dir_files *first,
		 const struct og_dir_files *second, struct og_dir_files *ret_files)
{
	struct og_dir_files files = {0};
	size_t i = 0, j = 0;

	files.items =
		og_arena_array(reader->arena, first->count + second->count, sizeof(*files.items));
	if (!files.items)
		return -ENOMEM;
	while (i < first->count || j < second->count) {
		int order = i == first->count	 ? 1
			    : j == second->count ? -1
						 : compare(&first->items[i], &second->items[j]);

		files.items[files.count++] = order > 0 ? second->items[j] : first->items[i];
		i += order <= 0;
		j += order >= 0;
	}
	*ret_files = files;
	return 0;
}

int og_dir_list(struct og_reader *reader, const char *dir, const char *shipped, const char *suffix,
		struct og_dir_files *ret_files)
{
	struct og_dir_files own = {0}, given = {0};
	int ret = scan(reader, dir, suffix, &own);

	if (!ret && shipped)
		ret = scan(reader, shipped, suffix, &given);
	if (ret)
		return ret;
	if (own.count)
		qsort(own.items, own.count, sizeof(*own.items), compare);
	if (given.count)
		qsort(given.items, given.count, sizeof(*given.items), compare);
	return merge(reader, &own, &given, ret_files);
}

static bool looks_like_configuration(const char *path)
{
	static const char *const suffixes[] = {".yaml", ".yml", ".csv", ".lock"};
	struct stat st;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++)
		if (ends_with(path, suffixes[i]))
			return true;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

int og_dir_check(struct og_reader *reader, const char *dir, const char *const *known, size_t count)
{
	DIR *stream = opendir(dir);
	struct dirent *entry;
	int ret = 0;

	/* Whoever opens the files in it says why it cannot be read. */
	if (!stream)
		return 0;
	while (!ret && (entry = readdir(stream))) {
		const char *name = entry->d_name, *closest;
		struct og_mark mark = {og_arena_printf(reader->arena, "%s/%s", dir, name), 0, 0};
		size_t i = 0;

		while (i < count && strcmp(name, known[i]))
			i++;
		if (!mark.file)
			ret = -ENOMEM;
		else if (i == count && !leftover(name) && looks_like_configuration(mark.file)) {
			/* `policy` is further from `policies` than a slip of the finger. */
			closest = !strcmp(name, "policy") ? "policies"
							  : og_closest(name, known, count);
			og_warn(reader->diags, &mark, "ignored%s%s%s",
				closest ? "; did you mean `" : ", for nothing reads it",
				closest ? closest : "", closest ? "`?" : "");
		}
	}
	closedir(stream);
	return ret;
}
