/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe-socket.h: packet sockets (packet(7)) that send probes and hear answers
 *
 * The kernel passes on ARP replies and neighbour advertisements alone. Open only while answers are
 * waited for: every frame of these kinds on the gateway comes by.
 */
#ifndef OUIGUARD_DAEMON_PROBE_SOCKET_H
#define OUIGUARD_DAEMON_PROBE_SOCKET_H

#include <systemd/sd-event.h>

#include "daemon/network/probe-frame.h"

struct og_probe_socket;

/*
 * og_probe_socket_open - begin to listen in @event; @answer is called for every answer that comes in,
 * whoever asked: @mac says to have @addr, heard at the interface @ifindex. Returns 0, -EPERM without
 * CAP_NET_RAW, or -errno. Free with og_probe_socket_free(), NULL is allowed.
 */
int og_probe_socket_open(sd_event *event,
			 void (*answer)(void *userdata, uint32_t ifindex, uint64_t mac,
					const struct og_addr *addr),
			 void *userdata, struct og_probe_socket **ret_socket);
void og_probe_socket_free(struct og_probe_socket *sock);

/* og_probe_socket_send - send @probe out of the port @ifindex alone. 0 or -errno. */
int og_probe_socket_send(struct og_probe_socket *sock, uint32_t ifindex,
			 const struct og_probe *probe);

#endif
