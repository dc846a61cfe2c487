// SPDX-License-Identifier: GPL-2.0
/*
 * probe-socket.c: packet sockets that send probes and hear answers
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/network/probe-socket.h"

#define SOCKETS	  2
#define AT_ONCE	  256 /* answers; then others have their turn */
#define ANSWER_AT 256 /* bytes of one that are looked at */

struct og_probe_socket {
	int fds[SOCKETS];
	sd_event_source *sources[SOCKETS];
	void (*answer)(void *userdata, uint32_t ifindex, uint64_t mac, const struct og_addr *addr);
	void *userdata;
};

/* Offsets from the Ethernet header: ARP's operation; IPv6's next header and what follows it. */
static struct sock_filter arp_filter[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, ANSWER_AT),
	BPF_STMT(BPF_RET | BPF_K, 0),
};
static struct sock_filter nd_filter[] = {
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 0, 3),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 0, 1),
	BPF_STMT(BPF_RET | BPF_K, ANSWER_AT),	BPF_STMT(BPF_RET | BPF_K, 0),
};

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	struct og_probe_socket *sock = userdata;
	struct sockaddr_ll from = {0};
	uint8_t frame[ANSWER_AT];
	struct og_addr addr;
	unsigned int turns;
	socklen_t length;
	uint64_t mac;
	ssize_t size;

	(void)source;
	(void)events;
	for (turns = 0; turns < AT_ONCE; turns++) {
		length = sizeof(from);
		size = recvfrom(fd, frame, sizeof(frame), MSG_DONTWAIT, (struct sockaddr *)&from,
				&length);
		if (size < 0)
			break;
		if (from.sll_pkttype != PACKET_OUTGOING &&
		    og_probe_answer(frame, size, &mac, &addr) == 0)
			sock->answer(sock->userdata, from.sll_ifindex, mac, &addr);
	}
	return 0;
}

/* Bound after the filter is there, so that nothing else comes in before. */
static int open_one(uint16_t protocol, const struct sock_fprog *filter, int *ret_fd)
{
	const struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(protocol)};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) < 0 ||
	    bind(fd, (const struct sockaddr *)&all, sizeof(all)) < 0) {
		int err = -errno;

		close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

int og_probe_socket_open(sd_event *event,
			 void (*answer)(void *userdata, uint32_t ifindex, uint64_t mac,
					const struct og_addr *addr),
			 void *userdata, struct og_probe_socket **ret_socket)
{
	static const uint16_t protocols[SOCKETS] = {ETH_P_ARP, ETH_P_IPV6};
	static const struct sock_fprog filters[SOCKETS] = {
		{.len = sizeof(arp_filter) / sizeof(arp_filter[0]), .filter = arp_filter},
		{.len = sizeof(nd_filter) / sizeof(nd_filter[0]), .filter = nd_filter}};
	struct og_probe_socket *sock = calloc(1, sizeof(*sock));
	int i, err = 0;

	if (!sock)
		return -ENOMEM;
	sock->fds[0] = sock->fds[1] = -1;
	sock->answer = answer;
	sock->userdata = userdata;
	for (i = 0; err >= 0 && i < SOCKETS; i++) {
		err = open_one(protocols[i], &filters[i], &sock->fds[i]);
		if (err >= 0)
			err = sd_event_add_io(event, &sock->sources[i], sock->fds[i], EPOLLIN,
					      on_io, sock);
	}
	if (err < 0) {
		og_probe_socket_free(sock);
		return err;
	}
	*ret_socket = sock;
	return 0;
}

void og_probe_socket_free(struct og_probe_socket *sock)
{
	int i;

	if (!sock)
		return;
	for (i = 0; i < SOCKETS; i++) {
		sd_event_source_disable_unref(sock->sources[i]);
		if (sock->fds[i] >= 0)
			close(sock->fds[i]);
	}
	free(sock);
}

int og_probe_socket_send(struct og_probe_socket *sock, uint32_t ifindex,
			 const struct og_probe *probe)
{
	const struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex};
	uint8_t frame[OG_PROBE_BYTES];
	size_t size = og_probe_build(probe, frame);

	if (sendto(sock->fds[0], frame, size, MSG_DONTWAIT, (const struct sockaddr *)&to,
		   sizeof(to)) < 0)
		return -errno;
	return 0;
}
