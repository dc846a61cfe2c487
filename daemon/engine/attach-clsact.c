// SPDX-License-Identifier: GPL-2.0
/*
 * attach-clsact.c: filters of the clsact qdisc, where there is no tcx
 */
#include "daemon/engine/attach.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "daemon/engine/attach-ahead.h"

#define HANDLE	   0x4f47 /* "OG" */
#define PRIORITIES 8	  /* tried from 1 on; another kind of filter may hold the first */

/* libbpf refuses a structure whose padding is not zero: no initialiser promises that, this does. */
#define INGRESS_OF(index) \
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (index), .attach_point = BPF_TC_INGRESS)

static void remove_qdisc(uint32_t ifindex)
{
	INGRESS_OF(ifindex);

	/* Both directions together mean the qdisc itself. */
	hook.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	bpf_tc_hook_destroy(&hook);
}

int og_attach_clsact(int prog_fd, uint32_t ifindex, struct og_bpf_attached *attached)
{
	INGRESS_OF(ifindex);
	uint32_t priority = attached->priority ?: 1;
	int r, made;

	made = bpf_tc_hook_create(&hook);
	if (made < 0 && made != -EEXIST)
		return made;
	if (made == 0)
		attached->own_qdisc = 1;
	else if (!attached->priority)
		attached->own_qdisc = 0;
	for (;; priority++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = prog_fd, .handle = HANDLE,
			    .priority = priority, .flags = BPF_TC_F_REPLACE);

		r = bpf_tc_attach(&hook, &opts);
		/* -EINVAL: a filter of another kind has this priority. */
		if (r != -EINVAL || priority >= PRIORITIES)
			break;
	}
	if (r == 0)
		attached->priority = priority;
	else if (made == 0)
		remove_qdisc(ifindex);
	return r;
}

bool og_attach_clsact_alive(uint32_t ifindex, const struct og_bpf_attached *attached)
{
	INGRESS_OF(ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE, .priority = attached->priority);

	return bpf_tc_query(&hook, &opts) == 0;
}

/* What a dump of filters shows. */
struct filters {
	uint32_t count;
	uint32_t first_handle;
	uint32_t first_priority;
	uint32_t first_program; /* OG_ATTACH_AHEAD_UNKNOWN: not a BPF program */
};

static uint32_t program_of(struct nlmsghdr *header)
{
	struct nlattr *attrs[TCA_MAX + 1], *options[TCA_BPF_MAX + 1];

	if (nlmsg_parse(header, sizeof(struct tcmsg), attrs, TCA_MAX, NULL) < 0 ||
	    !attrs[TCA_KIND] || !attrs[TCA_OPTIONS] || nla_strcmp(attrs[TCA_KIND], "bpf") != 0)
		return OG_ATTACH_AHEAD_UNKNOWN;
	if (nla_parse_nested(options, TCA_BPF_MAX, attrs[TCA_OPTIONS], NULL) < 0 ||
	    !options[TCA_BPF_ID] || nla_len(options[TCA_BPF_ID]) < (int)sizeof(uint32_t))
		return OG_ATTACH_AHEAD_UNKNOWN;
	return nla_get_u32(options[TCA_BPF_ID]);
}

static int on_filter(struct nl_msg *message, void *userdata)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct filters *filters = userdata;
	struct tcmsg *tc;

	if (!nlmsg_valid_hdr(header, sizeof(*tc)))
		return NL_SKIP;
	tc = nlmsg_data(header);
	if (header->nlmsg_type != RTM_NEWTFILTER || !tc->tcm_handle) /* 0: the list's own head */
		return NL_SKIP;
	if (filters->count++ == 0) {
		filters->first_handle = tc->tcm_handle;
		filters->first_priority = TC_H_MAJ(tc->tcm_info) >> 16;
		filters->first_program = program_of(header);
	}
	return NL_OK;
}

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

/* Look through the filters below @parent, in the order in which they see frames. */
static int dump_filters(uint32_t ifindex, uint32_t parent, struct filters *ret_filters)
{
	struct tcmsg tc = {.tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex, .tcm_parent = parent};
	struct nl_sock *sock __attribute__((cleanup(free_socket))) = nl_socket_alloc();
	struct filters filters = {};

	if (!sock)
		return -ENOMEM;
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_filter, &filters);
	if (nl_connect(sock, NETLINK_ROUTE) < 0 ||
	    nl_send_simple(sock, RTM_GETTFILTER, NLM_F_DUMP, &tc, sizeof(tc)) < 0 ||
	    nl_recvmsgs_default(sock) < 0)
		return -EIO;
	*ret_filters = filters;
	return 0;
}

int og_detach_clsact(uint32_t ifindex, const struct og_bpf_attached *attached)
{
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = HANDLE, .priority = attached->priority);
	INGRESS_OF(ifindex);
	struct filters in, out;
	int r;

	r = bpf_tc_detach(&hook, &opts);
	/* No interface, no qdisc, no filter: what should not be there is not. */
	if (r < 0 && r != -ENOENT && r != -ENODEV && r != -EINVAL)
		return r;
	if (!attached->own_qdisc || r == -ENODEV)
		return 0;
	if (dump_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), &in) == 0 &&
	    dump_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS), &out) == 0 &&
	    in.count + out.count == 0)
		remove_qdisc(ifindex);
	return 0;
}

uint32_t og_clsact_ahead(uint32_t ifindex, const struct og_bpf_attached *attached)
{
	struct filters filters;

	if (dump_filters(ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS), &filters) < 0 ||
	    filters.count == 0)
		return 0;
	if (filters.first_handle == HANDLE && filters.first_priority == attached->priority)
		return 0;
	return filters.first_program;
}

uint32_t og_attach_ahead(uint32_t ifindex, const struct og_bpf_attached *attached, const char *pin)
{
	switch (attached->hook) {
	case OG_HOOK_TCX:
		return og_tcx_ahead(ifindex, pin);
	case OG_HOOK_CLSACT:
		return og_clsact_ahead(ifindex, attached);
	default:
		return 0;
	}
}
