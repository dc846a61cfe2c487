// SPDX-License-Identifier: GPL-2.0
/*
 * engine-bpf-pins.c: what outlives the process: maps, program and ruleset on a bpffs of our own
 */
#include "daemon/engine/engine-bpf.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/magic.h>

#include "bpf/tc.skel.h"
#include "daemon/cleanup.h"

static void pin_name(const struct bpf_engine *e, const char *name, char ret_pin[PATH_MAX])
{
	snprintf(ret_pin, PATH_MAX, "%s/%s", e->dir, name);
}

static bool is_bpffs(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

static int make_directories(const char *path)
{
	char part[PATH_MAX], *slash;

	snprintf(part, sizeof(part), "%s", path);
	for (slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(part, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int bpf_engine_prepare(struct bpf_engine *e, struct og_diags *diags)
{
	int r;

	r = make_directories(e->path);
	if (r == 0 && !is_bpffs(e->path)) {
		if (mount("bpf", e->path, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700") < 0)
			r = -errno;
		else
			e->mounted = true;
	}
	if (r < 0) {
		og_error(diags, NULL,
			 "%s: no bpffs is mounted there and mounting one failed: %s; "
			 "mount -t bpf bpf %s as root",
			 e->path, strerror(-r), e->path);
		return r;
	}
	r = make_directories(e->dir);
	if (r < 0)
		og_error(diags, NULL, "%s: %s; the directory must belong to the service's user",
			 e->dir, strerror(-r));
	return r;
}

static uint64_t object_hash(const struct tc_bpf *skel)
{
	const uint8_t *byte = skel->skeleton->data;
	uint64_t hash = 0xcbf29ce484222325ULL; /* FNV-1a */
	size_t i;

	for (i = 0; i < skel->skeleton->data_sz; i++)
		hash = (hash ^ byte[i]) * 0x100000001b3ULL;
	return hash;
}

/* Whether the map pinned at @pin can serve as @map; true also when there is none. */
static bool pinned_fits(const struct bpf_map *map, const char *pin)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);
	OG_CLEANUP(og_closep) int fd = bpf_obj_get(pin);

	if (fd < 0)
		return fd == -ENOENT;
	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return false;
	return info.type == (uint32_t)bpf_map__type(map) &&
	       info.key_size == bpf_map__key_size(map) &&
	       info.value_size == bpf_map__value_size(map) &&
	       info.max_entries == bpf_map__max_entries(map) &&
	       info.map_flags == bpf_map__map_flags(map);
}

struct og_bpf_meta bpf_engine_read_meta(const char *dir)
{
	uint32_t zero = 0, size = sizeof(struct bpf_map_info);
	struct bpf_map_info info = {};
	struct og_bpf_meta meta = {};
	OG_CLEANUP(og_closep) int fd = -1;
	char pin[PATH_MAX + 64];

	snprintf(pin, sizeof(pin), "%s/og_meta", dir);
	fd = bpf_obj_get(pin);
	/* The kernel writes as much as the map's values are long. */
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0 ||
	    info.key_size != sizeof(zero) || info.value_size != sizeof(meta) ||
	    bpf_map_lookup_elem(fd, &zero, &meta) < 0)
		memset(&meta, 0, sizeof(meta));
	return meta;
}

/* Name the place of every map's pin, after removing pins that this program cannot use. */
static int choose_pins(struct bpf_engine *e, const struct og_bpf_meta *meta, struct og_diags *diags)
{
	struct bpf_map *map;
	char pin[PATH_MAX];
	bool fits;
	int r;

	bpf_object__for_each_map(map, e->skel->obj)
	{
		if (bpf_map__is_internal(map))
			continue;
		pin_name(e, bpf_map__name(map), pin);
		fits = pinned_fits(map, pin);
		if (map == e->skel->maps.og_slot && meta->ruleset_size)
			fits = fits && meta->ruleset_size == sizeof(struct og_ruleset);
		if (!fits) {
			og_warn(diags, NULL, "%s is of another version: begun anew", pin);
			if (unlink(pin) < 0)
				return -errno;
		}
		r = bpf_map__set_pin_path(map, pin);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The map in the slot, through its own pin: only that says which generation is in force. */
static int find_ruleset(struct bpf_engine *e)
{
	static const char *const names[] = {"ruleset-new", "ruleset"};
	struct bpf_map_info info;
	uint32_t zero = 0, id, size, i;
	char pin[PATH_MAX];
	int fd;

	if (bpf_map_lookup_elem(bpf_map__fd(e->skel->maps.og_slot), &zero, &id) < 0)
		return -1;
	for (i = 0; i < 2; i++) {
		pin_name(e, names[i], pin);
		fd = bpf_obj_get(pin);
		if (fd < 0)
			continue;
		memset(&info, 0, sizeof(info));
		size = sizeof(info);
		if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && info.id == id)
			return fd;
		close(fd);
	}
	return -1;
}

int bpf_engine_load(struct bpf_engine *e, struct og_diags *diags)
{
	struct og_bpf_meta meta = bpf_engine_read_meta(e->dir);
	char pin[PATH_MAX];
	int r;

	e->skel = tc_bpf__open();
	if (!e->skel)
		return -errno;
	r = choose_pins(e, &meta, diags);
	if (r < 0)
		goto fail;
	pin_name(e, "prog", pin);
	e->prog_fd = -1;
	if (meta.object == object_hash(e->skel))
		e->prog_fd = bpf_obj_get(pin);
	e->replace = e->prog_fd < 0;
	/* The same program need not be verified again: that takes a tenth of a second and more. */
	if (!e->replace)
		bpf_program__set_autoload(e->skel->progs.og_ingress, false);
	r = tc_bpf__load(e->skel);
	if (r < 0)
		goto fail;
	if (e->replace)
		e->prog_fd = dup(bpf_program__fd(e->skel->progs.og_ingress));
	e->ruleset_fd = find_ruleset(e);
	return 0;
fail:
	og_error(diags, NULL,
		 "loading the BPF program failed: %s; it needs Linux 6.1 or later and "
		 "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON",
		 strerror(-r));
	return r;
}

/* The ruleset of a map, mapped; NULL when that fails. */
/*
 * A ruleset's map is mapped a part at a time: all its pages count as this process's memory while they are
 * mapped.
 */
#define PART (1024UL * 1024)

static size_t part_size(size_t at)
{
	return sizeof(struct og_ruleset) - at < PART ? sizeof(struct og_ruleset) - at : PART;
}

static void *map_part(int fd, int protection, size_t at)
{
	void *p = mmap(NULL, part_size(at), protection, MAP_SHARED, fd, at);

	return p == MAP_FAILED ? NULL : p;
}

static bool in_force(struct bpf_engine *e, const struct og_ruleset *ruleset)
{
	const uint8_t *bytes = (const uint8_t *)ruleset;
	bool same = e->ruleset_fd >= 0;
	void *part;
	size_t at;

	for (at = 0; same && at < sizeof(*ruleset); at += PART) {
		part = map_part(e->ruleset_fd, PROT_READ, at);
		same = part && memcmp(part, bytes + at, part_size(at)) == 0;
		if (part)
			munmap(part, part_size(at));
	}
	return same;
}

static int make_ruleset_map(const struct og_ruleset *ruleset)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	const uint8_t *bytes = (const uint8_t *)ruleset;
	void *part;
	size_t at;
	int fd;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "og_ruleset", sizeof(uint32_t), sizeof(*ruleset), 1,
			    &opts);
	if (fd < 0)
		return fd;
	for (at = 0; at < sizeof(*ruleset); at += PART) {
		part = map_part(fd, PROT_READ | PROT_WRITE, at);
		if (!part) {
			close(fd);
			return -ENOMEM;
		}
		memcpy(part, bytes + at, part_size(at));
		munmap(part, part_size(at));
	}
	return fd;
}

int bpf_engine_put(struct bpf_engine *e, const struct og_ruleset *ruleset, struct og_diags *diags)
{
	char aside[PATH_MAX], pin[PATH_MAX];
	uint32_t zero = 0;
	int fd, r;

	if (in_force(e, ruleset))
		return 0;
	/* No dots: bpffs keeps them to itself. */
	pin_name(e, "ruleset-new", aside);
	pin_name(e, "ruleset", pin);
	unlink(aside);
	fd = make_ruleset_map(ruleset);
	r = fd < 0 ? fd : bpf_obj_pin(fd, aside);
	if (r == 0)
		r = bpf_map_update_elem(bpf_map__fd(e->skel->maps.og_slot), &zero, &fd, BPF_ANY);
	if (r < 0) {
		og_error(diags, NULL,
			 "generation %llu could not be put into force: %s; the old one stays",
			 (unsigned long long)ruleset->header.generation, strerror(-r));
		unlink(aside);
		og_closep(&fd);
		return r;
	}
	og_closep(&e->ruleset_fd);
	e->ruleset_fd = fd;
	/* If this fails the next open finds the map under its other name. */
	if (rename(aside, pin) < 0)
		og_warn(diags, NULL, "%s: %s", pin, strerror(errno));
	return 0;
}

uint64_t bpf_engine_generation(struct bpf_engine *e)
{
	struct og_ruleset *rs = e->ruleset_fd < 0 ? NULL : map_part(e->ruleset_fd, PROT_READ, 0);
	uint64_t generation = rs ? rs->header.generation : e->inherited_generation;

	if (rs)
		munmap(rs, part_size(0));
	return generation;
}

int bpf_engine_pin_program(struct bpf_engine *e, struct og_diags *diags)
{
	struct og_bpf_meta meta = {
		.ruleset_size = sizeof(struct og_ruleset),
		.records = OG_RECORDS,
	};
	char aside[PATH_MAX], pin[PATH_MAX];
	uint32_t zero = 0;
	int r;

	pin_name(e, "prog-new", aside);
	pin_name(e, "prog", pin);
	unlink(aside);
	meta.object = object_hash(e->skel);
	r = bpf_obj_pin(e->prog_fd, aside);
	if (r == 0 && rename(aside, pin) < 0)
		r = -errno;
	if (r == 0)
		r = bpf_map_update_elem(bpf_map__fd(e->skel->maps.og_meta), &zero, &meta, BPF_ANY);
	if (r < 0)
		og_error(diags, NULL, "%s: %s", pin, strerror(-r));
	else
		e->replace = false;
	return r;
}

static int remove_pin(const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path) < 0 && errno != ENOENT ? -errno : 0;
}

/* Remove a directory of pins and all that is in it: another layout may have directories there. */
static int remove_pins(const char *path)
{
	int r = nftw(path, remove_pin, 8, FTW_DEPTH | FTW_PHYS);

	return r == -1 ? (errno == ENOENT ? 0 : -errno) : r;
}

static void unpin_other(struct bpf_engine *e, const char *dir)
{
	(void)e;
	/* What stays is tried again with the next ruleset. */
	remove_pins(dir);
}

void bpf_engine_unpin_others(struct bpf_engine *e)
{
	bpf_engine_each_other(e, unpin_other);
}

int bpf_engine_unpin_all(struct bpf_engine *e, struct og_diags *diags)
{
	int r = remove_pins(e->dir);

	if (r < 0)
		og_error(diags, NULL, "%s: %s; remove it by hand", e->dir, strerror(-r));
	if (e->mounted && umount(e->path) < 0)
		og_warn(diags, NULL, "%s: still mounted: %s", e->path, strerror(errno));
	return r;
}
