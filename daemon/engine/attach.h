/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attach.h: a tc program at the ingress of an interface, by tcx or by clsact
 *
 * Neither disturbs what others have put there: a tcx link goes to the head of the list, a clsact
 * filter has a handle and priority of its own, a qdisc is made only where there is none, and removed
 * only when we made it and nothing else uses it. Needs CAP_NET_ADMIN. Nothing here logs.
 */
#ifndef OUIGUARD_DAEMON_ATTACH_H
#define OUIGUARD_DAEMON_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/state.h"
#include "daemon/engine/engine.h"

/* og_attach_ahead(): something other than a BPF program stands before ours. */
#define OG_ATTACH_AHEAD_UNKNOWN UINT32_MAX

/*
 * og_attach_tcx - attach @prog_fd to @ifindex by a link that is pinned at @pin. Returns 0;
 * -EOPNOTSUPP where the kernel has no tcx; -ENODEV when the interface is gone; other -errno.
 */
int og_attach_tcx(int prog_fd, uint32_t ifindex, const char *pin);

/* og_attach_tcx_alive - whether the link pinned at @pin still holds a program at @ifindex. */
bool og_attach_tcx_alive(const char *pin, uint32_t ifindex);

/* og_attach_tcx_update - put @prog_fd in the place of the program of the pinned link. */
int og_attach_tcx_update(const char *pin, int prog_fd);

/*
 * og_detach_tcx - take down the link pinned at @pin, and remove the pin. Once it returns 0 no frame
 * meets the program any more. 0 if already gone.
 */
int og_detach_tcx(const char *pin);

/*
 * og_attach_clsact - attach @prog_fd to @ifindex by a filter, or replace ours if it is there.
 * attached->priority and own_qdisc are read (of an earlier attach; zero: none) and set.
 */
int og_attach_clsact(int prog_fd, uint32_t ifindex, struct og_bpf_attached *attached);

/* og_attach_clsact_alive - whether our filter is there. */
bool og_attach_clsact_alive(uint32_t ifindex, const struct og_bpf_attached *attached);

/* og_detach_clsact - remove our filter, and the qdisc if it is ours and empty. 0 if already gone. */
int og_detach_clsact(uint32_t ifindex, const struct og_bpf_attached *attached);

/*
 * og_attach_ahead - id of the program that sees frames of @ifindex before ours does; 0 when ours is
 * first. @pin is that of the tcx link; unused for clsact.
 */
uint32_t og_attach_ahead(uint32_t ifindex, const struct og_bpf_attached *attached, const char *pin);

#endif
