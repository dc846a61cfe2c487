// SPDX-License-Identifier: GPL-2.0
/*
 * config.c: the files that decide, as read
 */
#include "policy/config/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "policy/config/assets.h"
#include "policy/config/check.h"
#include "policy/config/config-dir.h"
#include "policy/config/config-read.h"
#include "policy/base/file.h"
#include "policy/registry/lock.h"

/* A load under way. */
struct load {
	struct og_reader reader;
	struct og_config *config;
	const char *dir, *datadir;
	size_t exception_room, pending_room, file_room;
};

static const char *why(int error)
{
	switch (error) {
	case -EFBIG:
		return "the file is too large";
	case -EISDIR:
	case -EINVAL:
		return "not a regular file";
	case -EAGAIN:
		return "the file is being written; try again";
	default:
		return strerror(-error);
	}
}

/* What @path is called below @dir; NULL when it is not there. */
static const char *below(const char *path, const char *dir)
{
	size_t length = dir ? strlen(dir) : 0;

	return length && !strncmp(path, dir, length) && path[length] == '/' ? path + length + 1
									    : NULL;
}

/* Remember what was read: what decides is compared with that of another gateway. */
static int note_file(struct load *load, const char *path, const char *data, size_t size)
{
	struct og_config *config = load->config;
	size_t wanted = load->file_room ? load->file_room * 2 : 64;
	const char *name = below(path, load->dir);
	struct og_conf_file *files, *file;

	if (config->file_count == load->file_room) {
		files = og_arena_array(load->reader.arena, wanted, sizeof(*files));
		if (!files)
			return -ENOMEM;
		if (config->file_count)
			memcpy(files, config->files, config->file_count * sizeof(*files));
		config->files = files;
		load->file_room = wanted;
	}
	file = &config->files[config->file_count++];
	file->shipped = !name;
	if (!name)
		name = below(path, load->datadir);
	file->path = og_arena_strdup(load->reader.arena, name ? name : path);
	og_digest_data(data, size, &file->digest);
	return file->path ? 0 : -ENOMEM;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct og_conf_file *)a)->path,
		      ((const struct og_conf_file *)b)->path);
}

/*
 * The content of a file. Returns 0; -ENOENT without a word where @optional; -EINVAL with an error
 * added; or -ENOMEM.
 */
static int read_bytes(struct load *load, const char *path, size_t limit, bool optional,
		      char **ret_data, size_t *ret_size)
{
	struct og_mark mark = {path, 0, 0};
	int ret = og_file_read(path, limit, ret_data, ret_size);

	if (!ret) {
		ret = note_file(load, path, *ret_data, *ret_size);
		if (ret)
			free(*ret_data);
		return ret;
	}
	if (ret == -ENOMEM || (ret == -ENOENT && optional))
		return ret;
	og_error(load->reader.diags, &mark, "cannot be read: %s", why(ret));
	return -EINVAL;
}

/*
 * The document of a YAML file, in an arena of its own that the caller frees. Returns as
 * read_bytes(); @ret_root and @ret_nodes are set on 0 only.
 */
static int read_document(struct load *load, const char *path, bool optional,
			 struct og_arena **ret_nodes, struct og_node **ret_root)
{
	struct og_arena *nodes;
	char *data;
	size_t size;
	int ret = read_bytes(load, path, OG_DOCUMENT_BYTES, optional, &data, &size);

	if (ret)
		return ret;
	nodes = og_arena_new();
	ret = nodes ? og_document_read(data, size, path, nodes, load->reader.diags, ret_root)
		    : -ENOMEM;
	free(data);
	if (ret) {
		og_arena_free(nodes);
		return ret;
	}
	*ret_nodes = nodes;
	return 0;
}

static char *join(struct load *load, const char *dir, const char *name)
{
	return og_arena_printf(load->reader.arena, "%s/%s", dir, name);
}

/* Errors of one file before the rest of it is left unread. */
#define FILE_ERRORS 200

static void begin_file(struct load *load)
{
	load->reader.stop = load->reader.diags->errors + FILE_ERRORS;
}

static void end_file(struct load *load, const char *path)
{
	struct og_mark mark = {path, 0, 0};

	if (og_reader_stop(&load->reader))
		og_error(load->reader.diags, &mark,
			 "more than %d errors, so the rest of the file is left unread",
			 FILE_ERRORS - 1);
}

/* A kind of file of which each holds one thing of one name. */
struct kind {
	const char *directory; /* also what such things are called */
	bool shipped;	       /* looked for in the shipped data too */
	size_t limit;
	size_t array, count; /* where they are in the configuration */
	size_t size, mark;   /* of one, which begins with its name; where its mark is */
	int (*read)(struct og_reader *reader, const struct og_node *root, void *thing);
};

#define LIBRARY 4096 /* vendors, or programmes */

#define KIND(type, member)                                                        \
	.array = offsetof(struct og_config, member), .size = sizeof(struct type), \
	.mark = offsetof(struct type, mark)

static const struct kind kinds[] = {
	{.directory = "vendors",
	 .shipped = true,
	 .limit = LIBRARY,
	 KIND(og_conf_vendor, vendors),
	 .count = offsetof(struct og_config, vendor_count),
	 .read = og_read_vendor},
	{.directory = "programmes",
	 .shipped = true,
	 .limit = LIBRARY,
	 KIND(og_conf_programme, programmes),
	 .count = offsetof(struct og_config, programme_count),
	 .read = og_read_programme},
	{.directory = "sites",
	 .limit = OG_CONF_SITES,
	 KIND(og_conf_site, sites),
	 .count = offsetof(struct og_config, site_count),
	 .read = og_read_site},
	{.directory = "policies",
	 .limit = OG_CONF_POLICIES,
	 KIND(og_conf_policy, policies),
	 .count = offsetof(struct og_config, policy_count),
	 .read = og_read_policy},
};

static int load_one(struct load *load, const struct kind *kind, const struct og_dir_file *file,
		    char *thing)
{
	struct og_mark mark = {file->path, 1, 1};
	struct og_arena *nodes;
	struct og_node *root;
	int ret;

	/* A thing that cannot be read is there all the same: others that name it are right. */
	memcpy(thing, &file->name, sizeof(file->name));
	memcpy(thing + kind->mark, &mark, sizeof(mark));
	ret = read_document(load, file->path, false, &nodes, &root);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	begin_file(load);
	ret = kind->read(&load->reader, root, thing);
	end_file(load, file->path);
	og_arena_free(nodes);
	return ret;
}

/* List a directory of @dir, and of the shipped data where that has some. */
static int list(struct load *load, const char *directory, bool shipped, const char *suffix,
		struct og_dir_files *ret_files)
{
	char *own = join(load, load->dir, directory);
	char *given = shipped && load->datadir ? join(load, load->datadir, directory) : NULL;

	if (!own || (shipped && load->datadir && !given))
		return -ENOMEM;
	return og_dir_list(&load->reader, own, given, suffix, ret_files);
}

static int load_kind(struct load *load, const struct kind *kind)
{
	struct og_dir_files files;
	char *array;
	int ret = list(load, kind->directory, kind->shipped, ".yaml", &files);

	if (ret)
		return ret;
	if (files.count > kind->limit) {
		og_error(load->reader.diags, &(struct og_mark){files.items[0].path, 0, 0},
			 "%zu %s; expected %zu at most", files.count, kind->directory, kind->limit);
		files.count = kind->limit;
	}
	array = og_arena_array(load->reader.arena, files.count, kind->size);
	if (!array)
		return -ENOMEM;
	memcpy((char *)load->config + kind->array, &array, sizeof(array));
	memcpy((char *)load->config + kind->count, &files.count, sizeof(files.count));
	for (size_t i = 0; i < files.count; i++) {
		ret = load_one(load, kind, &files.items[i], array + i * kind->size);
		if (ret)
			return ret;
	}
	return 0;
}

static int load_main(struct load *load)
{
	char *path = join(load, load->dir, "ouiguard.yaml");
	struct og_arena *nodes;
	struct og_node *root;
	int ret;

	if (!path)
		return -ENOMEM;
	ret = og_default_main(&load->reader, load->config);
	if (ret)
		return ret;
	ret = read_document(load, path, true, &nodes, &root);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	begin_file(load);
	ret = og_read_main(&load->reader, root, load->config);
	end_file(load, path);
	og_arena_free(nodes);
	return ret;
}

/* Put one more exception behind the @count of @list, which has room for so many. */
static int append(struct load *load, const struct og_conf_exception *one,
		  struct og_conf_exception **list, size_t *count, size_t *room)
{
	struct og_conf_exception *longer;

	if (*count == *room) {
		*room = *room ? *room * 2 : 16;
		longer = og_arena_array(load->reader.arena, *room, sizeof(*longer));
		if (!longer)
			return -ENOMEM;
		if (*count)
			memcpy(longer, *list, *count * sizeof(*longer));
		*list = longer;
	}
	(*list)[(*count)++] = *one;
	return 0;
}

/* The exceptions of one more file. What nobody has approved is kept apart: it decides nothing. */
static int append_exceptions(struct load *load, const struct og_conf_exception *more, size_t count)
{
	struct og_config *c = load->config;
	int ret = 0;

	for (size_t i = 0; !ret && i < count; i++)
		ret = og_exception_is_pending(&more[i])
			      ? append(load, &more[i], &c->pending, &c->pending_count,
				       &load->pending_room)
			      : append(load, &more[i], &c->exceptions, &c->exception_count,
				       &load->exception_room);
	return ret;
}

static int load_exceptions(struct load *load)
{
	struct og_conf_exception *more;
	struct og_dir_files files;
	int ret = list(load, "exceptions", false, ".yaml", &files);

	for (size_t i = 0; !ret && i < files.count; i++) {
		struct og_mark mark = {files.items[i].path, 0, 0};
		struct og_arena *nodes;
		struct og_node *root;
		size_t count;

		ret = read_document(load, files.items[i].path, false, &nodes, &root);
		if (ret == -EINVAL) {
			ret = 0;
			continue;
		}
		if (ret)
			break;
		begin_file(load);
		ret = og_read_exceptions(&load->reader, root, files.items[i].name, &more, &count);
		end_file(load, files.items[i].path);
		og_arena_free(nodes);
		if (ret)
			break;
		if (load->config->exception_count + load->config->pending_count + count >
		    OG_CONF_EXCEPTIONS) {
			og_error(load->reader.diags, &mark,
				 "more than %d exceptions up to this file; remove those that have "
				 "ended",
				 OG_CONF_EXCEPTIONS);
			break;
		}
		ret = append_exceptions(load, more, count);
	}
	return ret;
}

static int load_register(struct load *load, struct og_dir_file *file,
			 struct og_conf_register *assets)
{
	char *data;
	size_t size;
	int ret;

	assets->site = file->name;
	assets->mark = (struct og_mark){file->path, 1, 1};
	ret = read_bytes(load, file->path, OG_ASSETS_BYTES, false, &data, &size);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	begin_file(load);
	ret = og_assets_parse(&load->reader, data, size, file->path, assets);
	end_file(load, file->path);
	free(data);
	return ret;
}

static int load_registers(struct load *load)
{
	struct og_config *config = load->config;
	struct og_dir_files files;
	size_t rows = 0;
	int ret = list(load, "assets", false, ".csv", &files);

	if (ret)
		return ret;
	config->registers =
		og_arena_array(load->reader.arena, files.count, sizeof(*config->registers));
	if (!config->registers)
		return -ENOMEM;
	for (size_t i = 0; i < files.count; i++) {
		struct og_conf_register *assets = &config->registers[config->register_count];

		ret = load_register(load, &files.items[i], assets);
		if (ret)
			return ret;
		config->register_count++;
		rows += assets->count;
		if (rows > OG_CONF_ASSETS) {
			og_error(load->reader.diags, &assets->mark,
				 "more than %d rows in all asset registers together",
				 OG_CONF_ASSETS);
			return 0;
		}
	}
	return 0;
}

static int load_lock(struct load *load)
{
	char *path = join(load, load->dir, "prefixes.lock");
	char *data;
	size_t size;
	int ret;

	if (!path)
		return -ENOMEM;
	ret = read_bytes(load, path, OG_LOCK_BYTES, true, &data, &size);
	if (ret)
		return ret == -ENOMEM ? ret : 0;
	ret = og_lock_parse(data, size, path, load->reader.arena, &load->config->lock,
			    load->reader.diags);
	free(data);
	/* Its prefixes are not known then, but there is one. */
	load->config->lock.present = true;
	return ret == -ENOMEM ? ret : 0;
}

static int load_all(struct load *load)
{
	static const char *const known[] = {"ouiguard.yaml", "sites",	     "policies",
					    "exceptions",    "assets",	     "programmes",
					    "vendors",	     "prefixes.lock"};
	struct og_mark mark = {load->dir, 0, 0};
	struct stat st;
	int ret;

	if (stat(load->dir, &st) < 0 || !S_ISDIR(st.st_mode)) {
		og_error(load->reader.diags, &mark,
			 "no such directory; `ouiguard init` writes a first configuration");
		return 0;
	}
	ret = og_dir_check(&load->reader, load->dir, known, sizeof(known) / sizeof(*known));
	if (!ret)
		ret = load_main(load);
	for (size_t i = 0; !ret && i < sizeof(kinds) / sizeof(*kinds); i++)
		ret = load_kind(load, &kinds[i]);
	if (!ret)
		ret = load_exceptions(load);
	if (!ret)
		ret = load_registers(load);
	if (!ret)
		ret = load_lock(load);
	if (load->config->file_count)
		qsort(load->config->files, load->config->file_count, sizeof(*load->config->files),
		      by_path);
	if (!ret)
		ret = og_config_check(load->config, load->reader.diags);
	return ret;
}

int og_config_load(const char *dir, const char *datadir, struct og_config **ret_config,
		   struct og_diags *diags)
{
	struct og_arena *arena = og_arena_new();
	struct og_config *config = arena ? og_arena_alloc(arena, sizeof(*config)) : NULL;
	struct load load = {.reader = {.arena = arena, .diags = diags}, .config = config};
	int ret = -ENOMEM;

	if (config) {
		config->arena = arena;
		load.dir = og_arena_strdup(arena, dir);
		load.datadir = datadir ? og_arena_strdup(arena, datadir) : NULL;
		if (load.dir && (load.datadir || !datadir))
			ret = load_all(&load);
	}
	og_diags_sort(diags);
	if (!ret && diags->out_of_memory)
		ret = -ENOMEM;
	if (!ret && diags->errors)
		ret = -EINVAL;
	if (ret) {
		og_arena_free(arena);
		return ret;
	}
	*ret_config = config;
	return 0;
}

void og_config_free(struct og_config *config)
{
	/* The structure itself lies in the arena. */
	if (config)
		og_arena_free(config->arena);
}

/* The thing of that name in an array sorted by name, whose elements begin with a name. */
static const void *find(const void *array, size_t count, size_t size, const char *name)
{
	size_t lo = 0, hi = count;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;
		const char *thing = (const char *)array + middle * size;
		int order = strcmp(name, *(char *const *)thing);

		if (!order)
			return thing;
		if (order < 0)
			hi = middle;
		else
			lo = middle + 1;
	}
	return NULL;
}

_Static_assert(offsetof(struct og_conf_site, name) == 0 &&
		       offsetof(struct og_conf_policy, name) == 0 &&
		       offsetof(struct og_conf_vendor, name) == 0 &&
		       offsetof(struct og_conf_programme, name) == 0 &&
		       offsetof(struct og_conf_register, site) == 0,
	       "find() needs the name first");

const struct og_conf_site *og_config_site(const struct og_config *config, const char *name)
{
	return find(config->sites, config->site_count, sizeof(*config->sites), name);
}

const struct og_conf_policy *og_config_policy(const struct og_config *config, const char *name)
{
	return find(config->policies, config->policy_count, sizeof(*config->policies), name);
}

const struct og_conf_vendor *og_config_vendor(const struct og_config *config, const char *name)
{
	return find(config->vendors, config->vendor_count, sizeof(*config->vendors), name);
}

const struct og_conf_programme *og_config_programme(const struct og_config *config,
						    const char *name)
{
	return find(config->programmes, config->programme_count, sizeof(*config->programmes), name);
}

const struct og_conf_register *og_config_register(const struct og_config *config, const char *site)
{
	return find(config->registers, config->register_count, sizeof(*config->registers), site);
}

bool og_policy_applies(const struct og_conf_policy *policy, const struct og_conf_site *site)
{
	if (policy->site_class)
		return site->class && !strcmp(policy->site_class, site->class);
	for (size_t i = 0; i < policy->sites.count; i++)
		if (!strcmp(policy->sites.names[i], site->name))
			return true;
	return policy->sites.count == 0;
}

const struct og_names *og_policy_vendors(const struct og_config *config,
					 const struct og_conf_policy *policy)
{
	const struct og_conf_programme *programme =
		policy->programme ? og_config_programme(config, policy->programme) : NULL;

	return programme ? &programme->vendors : &policy->vendors;
}
