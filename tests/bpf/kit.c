// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/kit.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define LOG_STATS 4

int bpf_kit_privileged(void)
{
	return geteuid() == 0;
}

void bpf_kit_need_root(void)
{
	if (bpf_kit_privileged())
		return;
	print_message("needs root\n");
	skip();
}

void bpf_kit_limit_rights(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {};
	static const int wanted[] = {CAP_NET_ADMIN, CAP_PERFMON, CAP_BPF};
	size_t i;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		data[wanted[i] / 32].effective |= 1U << wanted[i] % 32;
	for (i = 0; i < 2; i++)
		data[i].permitted = data[i].effective;
	if (syscall(SYS_capset, &header, data) < 0) {
		perror("capset");
		exit(EXIT_FAILURE);
	}
}

static void stay_on_cpu(struct kit *kit)
{
	cpu_set_t set;

	kit->cpu = sched_getcpu();
	CPU_ZERO(&set);
	CPU_SET(kit->cpu, &set);
	assert_int_equal(sched_setaffinity(0, sizeof(set), &set), 0);
}

void bpf_kit_open(struct kit *kit)
{
	memset(kit, 0, sizeof(*kit));
	kit->skel = tc_bpf__open_and_load();
	if (!kit->skel)
		fail_msg("the program does not load: %s", strerror(errno));
	kit->prog = bpf_program__fd(kit->skel->progs.og_ingress);
	stay_on_cpu(kit);
}

void bpf_kit_close(struct kit *kit)
{
	tc_bpf__destroy(kit->skel);
	memset(kit, 0, sizeof(*kit));
}

void bpf_kit_apply(struct kit *kit, const struct og_ruleset *rs)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	uint32_t zero = 0;
	void *value;
	int fd;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "og_ruleset", 4, sizeof(*rs), 1, &opts);
	assert_true(fd >= 0);
	value = mmap(NULL, sizeof(*rs), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(value, MAP_FAILED);
	memcpy(value, rs, sizeof(*rs));
	munmap(value, sizeof(*rs));
	assert_int_equal(
		bpf_map_update_elem(bpf_map__fd(kit->skel->maps.og_slot), &zero, &fd, BPF_ANY), 0);
	close(fd);
}

void bpf_kit_clock(struct kit *kit, int64_t wall, uint64_t mono)
{
	struct og_bpf_control control = {.fixed_wall = wall, .fixed_mono = mono};
	uint32_t zero = 0;

	assert_int_equal(bpf_map_update_elem(bpf_map__fd(kit->skel->maps.og_control), &zero,
					     &control, BPF_ANY),
			 0);
}

void bpf_kit_answer_now(struct kit *kit, struct bpf_kit_answer *ret_answer)
{
	size_t stride = (sizeof(struct og_bpf_scratch) + 7) & ~7UL;
	int cpus = libbpf_num_possible_cpus();
	uint8_t values[cpus * stride];
	struct og_bpf_scratch scratch;
	uint32_t zero = 0;

	assert_int_equal(
		bpf_map_lookup_elem(bpf_map__fd(kit->skel->maps.og_scratch), &zero, values), 0);
	memcpy(&scratch, values + kit->cpu * stride, sizeof(scratch));
	ret_answer->judged = scratch.runs != kit->runs;
	kit->runs = scratch.runs;
	ret_answer->verdict = scratch.seen.verdict;
	ret_answer->facts = scratch.seen.facts;
}

int bpf_kit_run(struct kit *kit, const uint8_t *frame, size_t length, uint32_t ifindex,
		struct bpf_kit_answer *ret_answer)
{
	struct __sk_buff context = {.ifindex = ifindex};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = length,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1);
	int r = bpf_prog_test_run_opts(kit->prog, &opts);

	if (r < 0)
		return r;
	bpf_kit_answer_now(kit, ret_answer);
	ret_answer->drop = (int)opts.retval == 2; /* TC_ACT_SHOT */
	assert_true(ret_answer->drop || (int)opts.retval == -1);
	return 0;
}

uint64_t bpf_kit_reason(struct kit *kit, enum og_reason reason)
{
	int cpus = libbpf_num_possible_cpus(), i;
	struct og_bpf_counter counters[cpus];
	uint32_t key = reason;
	uint64_t sum = 0;

	assert_int_equal(
		bpf_map_lookup_elem(bpf_map__fd(kit->skel->maps.og_reasons), &key, counters), 0);
	for (i = 0; i < cpus; i++)
		sum += counters[i].packets;
	return sum;
}

int bpf_kit_instructions(void)
{
	struct tc_bpf *skel = tc_bpf__open();
	static char log[1 << 20];
	int sum = 0;
	char *line;

	assert_non_null(skel);
	bpf_program__set_log_level(skel->progs.og_ingress, LOG_STATS);
	bpf_program__set_log_buf(skel->progs.og_ingress, log, sizeof(log));
	if (tc_bpf__load(skel) != 0) {
		puts(log);
		fail_msg("the program does not load: %s", strerror(errno));
	}
	line = strstr(log, "processed ");
	assert_non_null(line);
	assert_int_equal(sscanf(line, "processed %d insns", &sum), 1);
	tc_bpf__destroy(skel);
	return sum;
}

struct og_ruleset *bpf_kit_ruleset(void)
{
	struct og_ruleset *rs = calloc(1, sizeof(*rs));
	int i;

	assert_non_null(rs);
	rs->header.magic = OG_MAGIC;
	rs->header.layout = OG_LAYOUT;
	rs->header.size = sizeof(*rs);
	rs->header.generation = 1;
	for (i = 0; i < OG_LEAF; i++)
		rs->leaf[OG_LEAF_LOCAL][i] = OG_GROUP_LOCAL;
	/* Bits 0 (group) and 1 (local) of the first byte. */
	for (i = 0; i < OG_LEVEL1; i++)
		rs->level1[i] = i >> 8 & 3 ? OG_LEAF_LOCAL : OG_LEAF_EMPTY;
	return rs;
}
