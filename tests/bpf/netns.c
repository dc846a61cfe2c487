// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cmocka.h>

#define TCX_INGRESS 46

void netns_enter(void)
{
	assert_int_equal(unshare(CLONE_NEWNET | CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	mkdir(NETNS_BPFFS, 0700);
	if (mount("bpf", NETNS_BPFFS, "bpf", 0, "mode=0700") < 0 && errno != ENODEV)
		fail_msg("no BPF file system: %s", strerror(errno));
	netns_do("ip link set lo up");
	netns_try(
		"sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1");
}

void netns_leave(void)
{
	umount2(NETNS_BPFFS, MNT_DETACH);
	rmdir(NETNS_BPFFS);
}

static int run(const char *format, va_list arguments, const char *more)
{
	char command[1024], *text;

	assert_true(vasprintf(&text, format, arguments) >= 0);
	snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin:/sbin; { %s; } %s", text, more);
	free(text);
	return system(command);
}

void netns_do(const char *format, ...)
{
	va_list arguments;
	int status;

	va_start(arguments, format);
	status = run(format, arguments, "");
	va_end(arguments);
	if (status != 0)
		fail_msg("command failed: %s", format);
}

int netns_try(const char *format, ...)
{
	va_list arguments;
	int status;

	va_start(arguments, format);
	status = run(format, arguments, ">/dev/null 2>&1");
	va_end(arguments);
	return status;
}

uint32_t netns_veth(const char *name)
{
	uint32_t ifindex;

	netns_do("ip link add %s type veth peer name %s-p && ip link set %s up && "
		 "ip link set %s-p up",
		 name, name, name, name);
	ifindex = if_nametoindex(name);
	assert_int_not_equal(ifindex, 0);
	return ifindex;
}

void netns_send(const char *name, const void *frame, size_t length)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_halen = 6};
	char peer[IF_NAMESIZE + 8];
	int fd;

	snprintf(peer, sizeof(peer), "%s-p", name);
	to.sll_ifindex = if_nametoindex(peer);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, frame, length, 0, (struct sockaddr *)&to, sizeof(to)), length);
	close(fd);
	/* veth hands over in softirq, which has run when sendto() returns, or nearly so. */
	usleep(2000);
}

void foreign_load(struct foreign *f)
{
	struct bpf_insn code[] = {
		{.code = BPF_ST | BPF_MEM | BPF_W, .dst_reg = 10, .off = -4, .imm = 0},
		{.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD},
		{},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10},
		{.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -4},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_map_lookup_elem},
		{.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 0, .off = 2, .imm = 0},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = 1},
		{.code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = 0, .src_reg = 1, .imm = BPF_ADD},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -1},
		{.code = BPF_JMP | BPF_EXIT},
	};
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	memset(f, 0, sizeof(*f));
	f->link = -1;
	f->map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "foreign", 4, 8, 1, NULL);
	assert_true(f->map >= 0);
	code[1].imm = f->map;
	f->prog = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "foreign", "GPL", code,
				sizeof(code) / sizeof(code[0]), NULL);
	assert_true(f->prog >= 0);
	assert_int_equal(bpf_obj_get_info_by_fd(f->prog, &info, &size), 0);
	f->id = info.id;
}

uint64_t foreign_count(const struct foreign *f)
{
	uint64_t count = 0;
	uint32_t zero = 0;

	assert_int_equal(bpf_map_lookup_elem(f->map, &zero, &count), 0);
	return count;
}

void foreign_close(struct foreign *f)
{
	close(f->prog);
	close(f->map);
	if (f->link >= 0)
		close(f->link);
}

int foreign_tcx(struct foreign *f, uint32_t ifindex, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	f->link = bpf_link_create(f->prog, ifindex, (enum bpf_attach_type)TCX_INGRESS, &opts);
	return f->link < 0 ? f->link : 0;
}

void foreign_clsact(struct foreign *f, uint32_t ifindex, uint32_t handle, uint32_t priority,
		    int egress)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex,
		    .attach_point = egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = f->prog, .handle = handle, .priority = priority);

	assert_int_equal(bpf_tc_attach(&hook, &opts), 0);
}

int has_tcx(uint32_t ifindex)
{
	uint32_t ids[8], count = 8;

	return bpf_prog_query(ifindex, (enum bpf_attach_type)TCX_INGRESS, 0, NULL, ids, &count) >=
	       0;
}
