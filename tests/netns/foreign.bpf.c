// SPDX-License-Identifier: GPL-2.0
/*
 * foreign.bpf.c: somebody else's program at an interface: counts frames and lets the next one judge
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} frames SEC(".maps");

SEC("tc")
int count(struct __sk_buff *skb)
{
	__u32 zero = 0;
	__u64 *value = bpf_map_lookup_elem(&frames, &zero);

	(void)skb;
	if (value)
		__sync_fetch_and_add(value, 1);
	return -1; /* TCX_NEXT, TC_ACT_UNSPEC */
}

char _license[] SEC("license") = "GPL";
