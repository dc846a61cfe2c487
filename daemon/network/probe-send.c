// SPDX-License-Identifier: GPL-2.0
/*
 * probe-send.c: sending probes out of single ports, by a BPF program that is run on them
 */
#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/send.skel.h"
#include "daemon/network/probe-send.h"

struct og_prober {
	struct send_bpf *skel;
};

int og_prober_open(struct og_prober **ret_prober)
{
	struct og_prober *prober = calloc(1, sizeof(*prober));
	int err;

	if (!prober)
		return -ENOMEM;
	/* Why is said by whoever calls. */
	libbpf_set_print(NULL);
	prober->skel = send_bpf__open_and_load();
	if (!prober->skel) {
		err = errno ? -errno : -EINVAL;
		free(prober);
		return err;
	}
	*ret_prober = prober;
	return 0;
}

void og_prober_free(struct og_prober *prober)
{
	if (!prober)
		return;
	send_bpf__destroy(prober->skel);
	free(prober);
}

int og_prober_send(struct og_prober *prober, uint32_t ifindex, const struct og_probe *probe)
{
	struct __sk_buff context = {.cb = {ifindex}};
	uint8_t frame[OG_PROBE_BYTES];
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = frame, .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = 1);
	int err;

	run.data_size_in = og_probe_build(probe, frame);
	err = bpf_prog_test_run_opts(bpf_program__fd(prober->skel->progs.og_send), &run);
	if (err)
		return err;
	if ((int)run.retval < 0)
		return (int)run.retval;
	return run.retval ? -EIO : 0;
}
