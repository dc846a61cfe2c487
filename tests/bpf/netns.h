/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h: a network namespace for a test, with pairs of interfaces whose both ends are in it: what is
 * sent from one end arrives at the other's ingress
 */
#ifndef OUIGUARD_TESTS_BPF_NETNS_H
#define OUIGUARD_TESTS_BPF_NETNS_H

#include <stddef.h>
#include <stdint.h>

#define NETNS_BPFFS "/tmp/ouiguard-test-bpf"

/* netns_enter - new network and mount namespaces, without IPv6 chatter, and a bpffs of its own. */
void netns_enter(void);

/* netns_leave - unmount that bpffs; the namespaces go with the process, or with the next enter. */
void netns_leave(void);

/* netns_do - run a shell command; fails the test when that fails. Printf-formatted. */
void netns_do(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* netns_try - the same, returning its exit status; its output is dropped. */
int netns_try(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* netns_veth - make a pair, up; returns the index of @name. The other end is "@name-p". */
uint32_t netns_veth(const char *name);

/* netns_send - one frame into @name's ingress, sent from its other end. */
void netns_send(const char *name, const void *frame, size_t length);

/* A foreign program: counts frames and goes on. */
struct foreign {
	int prog;
	int map;
	int link;
	uint32_t id;
};

void foreign_load(struct foreign *f);
uint64_t foreign_count(const struct foreign *f);
void foreign_close(struct foreign *f);

/* foreign_tcx - attach at tcx ingress with @flags; 0 or -errno. */
int foreign_tcx(struct foreign *f, uint32_t ifindex, uint32_t flags);

/* foreign_clsact - attach as a clsact filter; makes no qdisc. */
void foreign_clsact(struct foreign *f, uint32_t ifindex, uint32_t handle, uint32_t priority,
		    int egress);

#define FOREIGN_BEFORE 8 /* BPF_F_BEFORE */
#define FOREIGN_AFTER  16

/* has_tcx - whether this kernel has tcx. */
int has_tcx(uint32_t ifindex);

#endif
