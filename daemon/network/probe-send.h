/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe-send.h: sending probes out of single ports, by a BPF program that is run on them
 *
 * That needs no packet socket, which could hear every frame on the gateway.
 */
#ifndef OUIGUARD_DAEMON_PROBE_SEND_H
#define OUIGUARD_DAEMON_PROBE_SEND_H

#include "daemon/network/probe-frame.h"

struct og_prober;

/*
 * og_prober_open - load the program. Returns 0; -EPERM without CAP_BPF and CAP_NET_ADMIN; or -errno, also
 * where the kernel has no BPF. Free with og_prober_free(), NULL is allowed.
 */
int og_prober_open(struct og_prober **ret_prober);
void og_prober_free(struct og_prober *prober);

/* og_prober_send - send @probe out of the port @ifindex alone. 0 or -errno; -EIO when the port took none. */
int og_prober_send(struct og_prober *prober, uint32_t ifindex, const struct og_probe *probe);

#endif
