// SPDX-License-Identifier: GPL-2.0
/*
 * login.bpf.c: the login uid of the processes that an iterator is made for (bpf_iter_link_info), one
 * number of 32 bits for each thread
 *
 * The same as /proc/PID/loginuid, which a service that sees no other processes in /proc cannot read.
 * The types name what is read of the kernel's own, the offsets of which libbpf fills in.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define OG_KERNEL __attribute__((preserve_access_index))

struct task_struct {
	struct {
		__u32 val;
	} loginuid;
} OG_KERNEL;

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} OG_KERNEL;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} OG_KERNEL;

SEC("iter/task")
int og_login(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	__u32 uid;

	if (!task)
		return 0;
	uid = task->loginuid.val;
	bpf_seq_write(context->meta->seq, &uid, sizeof(uid));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
