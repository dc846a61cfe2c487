// SPDX-License-Identifier: GPL-2.0
/*
 * send.bpf.c: sends the frame that it is run on (BPF_PROG_TEST_RUN) out of the port cb[0]
 *
 * A packet socket could send it too, but reads every frame of the gateway as well, and needs
 * CAP_NET_RAW for that. This is attached nowhere and reads nothing.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int og_send(struct __sk_buff *skb)
{
	return bpf_clone_redirect(skb, skb->cb[0], 0);
}

char LICENSE[] SEC("license") = "GPL";
