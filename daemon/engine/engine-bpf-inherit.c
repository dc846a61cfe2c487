// SPDX-License-Identifier: GPL-2.0
/*
 * engine-bpf-inherit.c: what a version with another layout left: where it is attached, what it counted
 *
 * Its pins lie in a directory of their own, beside ours. What it attached becomes ours at once, and
 * goes on judging by its own maps until apply() has put our program in the place of its one, port by
 * port: no frame meets neither. Three things hold across all layouts, older and newer: og_attached is a
 * hash by ifindex whose value begins with struct og_bpf_attached, the link of a port at tcx is pinned as
 * tcx-IFINDEX, and a ruleset begins as struct og_header does, up to its generation. What is
 * counted is carried over where it means the same (OG_RECORDS).
 */
#include "daemon/engine/engine-bpf.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/tc.skel.h"
#include "daemon/cleanup.h"

#define ATTACHED_MAX 256 /* bytes of an og_attached value that may have grown */

int bpf_engine_each_other(struct bpf_engine *e, void (*each)(struct bpf_engine *e, const char *dir))
{
	const char *ours = strrchr(e->dir, '/') + 1;
	char path[PATH_MAX + 256];
	struct dirent *entry;
	DIR *dir = opendir(e->path);
	int count = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] != 'v' || strcmp(entry->d_name, ours) == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", e->path, entry->d_name) >= PATH_MAX)
			continue;
		each(e, path);
		count++;
	}
	closedir(dir);
	return count;
}

/* The map pinned as @name below @dir, if it has this type and size of key; negative if not. */
static int open_map(const char *dir, const char *name, uint32_t type, uint32_t key_size,
		    struct bpf_map_info *ret_info)
{
	uint32_t size = sizeof(*ret_info);
	char pin[PATH_MAX + 64];
	int fd;

	snprintf(pin, sizeof(pin), "%s/%s", dir, name);
	fd = bpf_obj_get(pin);
	if (fd < 0)
		return fd;
	memset(ret_info, 0, sizeof(*ret_info));
	if (bpf_obj_get_info_by_fd(fd, ret_info, &size) == 0 && ret_info->type == type &&
	    ret_info->key_size == key_size)
		return fd;
	close(fd);
	return -1;
}

static void adopt_port(struct bpf_engine *e, const char *dir, uint32_t ifindex,
		       struct og_bpf_attached *a)
{
	char from[PATH_MAX + 64], to[PATH_MAX + 64];

	a->name[sizeof(a->name) - 1] = 0;
	if (a->hook != OG_HOOK_TCX && a->hook != OG_HOOK_CLSACT)
		return;
	/* The entry first: whatever a crash leaves of this is found by it. */
	if (bpf_map_update_elem(bpf_map__fd(e->skel->maps.og_attached), &ifindex, a, BPF_NOEXIST))
		return;
	e->inherited++;
	snprintf(from, sizeof(from), "%s/tcx-%u", dir, ifindex);
	snprintf(to, sizeof(to), "%s/tcx-%u", e->dir, ifindex);
	/* If this fails there was no link: reconciling sees that. */
	if (a->hook == OG_HOOK_TCX)
		rename(from, to);
}

/* The generation that the other version has in force; without it the number would begin anew. */
static void read_generation(struct bpf_engine *e, const char *dir)
{
	struct og_header *header;
	struct bpf_map_info info;
	OG_CLEANUP(og_closep)
	int fd = open_map(dir, "ruleset", BPF_MAP_TYPE_ARRAY, sizeof(uint32_t), &info);

	if (fd < 0 || info.value_size < sizeof(*header))
		return;
	header = mmap(NULL, sizeof(*header), PROT_READ, MAP_SHARED, fd, 0);
	if (header == MAP_FAILED)
		return;
	if (header->magic == OG_MAGIC && header->generation > e->inherited_generation)
		e->inherited_generation = header->generation;
	munmap(header, sizeof(*header));
}

static void adopt_ports(struct bpf_engine *e, const char *dir)
{
	uint8_t value[ATTACHED_MAX];
	struct og_bpf_attached a;
	struct bpf_map_info info;
	uint32_t ifindex, last;
	bool first = true;
	OG_CLEANUP(og_closep)
	int fd = open_map(dir, "og_attached", BPF_MAP_TYPE_HASH, sizeof(ifindex), &info);

	if (fd < 0 || info.value_size < sizeof(a) || info.value_size > sizeof(value))
		return;
	read_generation(e, dir);
	while (bpf_map_get_next_key(fd, first ? NULL : &last, &ifindex) == 0) {
		if (bpf_map_lookup_elem(fd, &ifindex, value) == 0) {
			memcpy(&a, value, sizeof(a));
			adopt_port(e, dir, ifindex, &a);
		}
		last = ifindex;
		first = false;
	}
}

/* Copy the first elements of an array per processor. */
static void carry_array(const char *dir, const struct bpf_map *map)
{
	int cpus = libbpf_num_possible_cpus();
	OG_CLEANUP(og_freep) uint64_t *values = NULL;
	struct bpf_map_info info;
	uint32_t key;
	OG_CLEANUP(og_closep)
	int fd = open_map(dir, bpf_map__name(map), BPF_MAP_TYPE_PERCPU_ARRAY, sizeof(key), &info);

	if (fd < 0 || cpus < 0 || info.value_size != bpf_map__value_size(map))
		return;
	values = calloc(cpus, (info.value_size + 7) / 8 * 8);
	for (key = 0; values && key < info.max_entries && key < bpf_map__max_entries(map); key++)
		if (bpf_map_lookup_elem(fd, &key, values) == 0)
			bpf_map_update_elem(bpf_map__fd(map), &key, values, BPF_ANY);
}

static int carry_device(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	const struct tc_bpf *skel = userdata;

	bpf_map_update_elem(bpf_map__fd(known ? skel->maps.og_known : skel->maps.og_fresh), &key,
			    device, BPF_ANY);
	return 0;
}

static void carry_devices(struct bpf_engine *e, const char *dir, const struct bpf_map *map)
{
	bool known = map == e->skel->maps.og_known;
	struct bpf_map_info info;
	OG_CLEANUP(og_closep)
	int fd = open_map(dir, bpf_map__name(map), bpf_map__type(map), sizeof(uint64_t), &info);

	if (fd >= 0 && info.value_size == sizeof(struct og_device))
		bpf_engine_each_of(fd, known, carry_device, e->skel);
}

static void carry(struct bpf_engine *e, const char *dir)
{
	struct og_bpf_meta meta = bpf_engine_read_meta(dir);

	if (meta.records != OG_RECORDS)
		return;
	carry_array(dir, e->skel->maps.og_reasons);
	carry_array(dir, e->skel->maps.og_totals);
	carry_devices(e, dir, e->skel->maps.og_known);
	carry_devices(e, dir, e->skel->maps.og_fresh);
	e->carried = true;
}

void bpf_engine_inherit(struct bpf_engine *e)
{
	/* A filter that is there may be of any of them, so ours must be put in its place. */
	if (bpf_engine_each_other(e, adopt_ports) > 0)
		e->replace = true;
	bpf_engine_carry(e);
}

void bpf_engine_carry(struct bpf_engine *e)
{
	if (e->ruleset_fd < 0)
		bpf_engine_each_other(e, carry);
}
