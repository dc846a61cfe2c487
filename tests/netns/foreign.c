// SPDX-License-Identifier: GPL-2.0
/*
 * foreign: load somebody else's program beside ouiguard's, and read what it counted
 *
 *   foreign load OBJECT DIR     load; pin the program as DIR/program and its counter as DIR/frames
 *   foreign tcx DIR IF          attach it at the end of the interface's tcx programs, as DIR/link
 *   foreign head DIR IF         likewise at their head
 *   foreign read DIR            print how many frames it has counted
 *
 * DIR is in a bpffs. An attachment by clsact is made with tc.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Numbers of Linux 6.6, for older headers. */
#define TCX_INGRESS 46
#define FLAG_BEFORE (1U << 3)

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "foreign: %s: %s\n", what, strerror(errno));
	exit(1);
}

static const char *in(const char *directory, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static int opened(const char *directory, const char *name)
{
	int fd = bpf_obj_get(in(directory, name));

	if (fd < 0)
		die(in(directory, name));
	return fd;
}

static int run_load(const char *file, const char *directory)
{
	struct bpf_object *object = bpf_object__open_file(file, NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		die(file);
	program = bpf_object__find_program_by_name(object, "count");
	if (!program || bpf_program__pin(program, in(directory, "program")))
		die(in(directory, "program"));
	if (bpf_map__pin(bpf_object__find_map_by_name(object, "frames"), in(directory, "frames")))
		die(in(directory, "frames"));
	bpf_object__close(object);
	return 0;
}

static int run_attach(const char *directory, const char *interface, unsigned int flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, options, .flags = flags);
	int fd;

	fd = bpf_link_create(opened(directory, "program"), if_nametoindex(interface), TCX_INGRESS,
			     &options);
	if (fd < 0)
		die(interface);
	if (bpf_obj_pin(fd, in(directory, "link")))
		die(in(directory, "link"));
	return 0;
}

static int run_read(const char *directory)
{
	uint32_t zero = 0;
	uint64_t value;

	if (bpf_map_lookup_elem(opened(directory, "frames"), &zero, &value))
		die(directory);
	printf("%llu\n", (unsigned long long)value);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "load"))
		return run_load(argv[2], argv[3]);
	if (argc == 4 && !strcmp(argv[1], "tcx"))
		return run_attach(argv[2], argv[3], 0);
	if (argc == 4 && !strcmp(argv[1], "head"))
		return run_attach(argv[2], argv[3], FLAG_BEFORE);
	if (argc == 3 && !strcmp(argv[1], "read"))
		return run_read(argv[2]);
	fputs("usage: foreign load OBJECT DIR | tcx DIR IF | head DIR IF | read DIR\n", stderr);
	return 2;
}
