/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h: a netlink socket of libnl that hears the fuzzer's input instead of the kernel
 *
 * The input is a row of datagrams, each behind its length in two bytes, least first: what a real
 * socket received, in that order. What is sent goes nowhere.
 */
#ifndef OUIGUARD_TESTS_FUZZ_NETLINK_H
#define OUIGUARD_TESTS_FUZZ_NETLINK_H

#include <netlink/errno.h>
#include <netlink/handlers.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "tests/fuzz/fuzz.h"

static const uint8_t *heard;
static size_t heard_left;

/* next_datagram - a copy of the next one, of exactly its size, for free(); NULL at the end. */
static inline unsigned char *next_datagram(size_t *ret_size)
{
	unsigned char *copy;
	size_t size;

	if (heard_left <= 2)
		return NULL;
	size = heard[0] | heard[1] << 8;
	if (size > heard_left - 2)
		size = heard_left - 2;
	copy = (unsigned char *)copy_of(heard + 2, size);
	heard += 2 + size;
	heard_left -= 2 + size;
	*ret_size = size;
	return copy;
}

static int hear(struct nl_sock *sock, struct sockaddr_nl *from, unsigned char **ret_bytes,
		struct ucred **ret_creds)
{
	size_t size = 0;

	(void)sock;
	(void)ret_creds;
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	do
		*ret_bytes = next_datagram(&size);
	while (*ret_bytes && !size && (free(*ret_bytes), true));
	return *ret_bytes ? (int)size : -NLE_AGAIN;
}

static int say(struct nl_sock *sock, struct nl_msg *message)
{
	(void)sock;
	(void)message;
	return 0;
}

/* netlink_of - a socket that hears @data, which stays where it is. Free with nl_socket_free(). */
static inline struct nl_sock *netlink_of(const uint8_t *data, size_t size)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_cb *callbacks;

	check(sock != NULL);
	heard = data;
	heard_left = size;
	nl_socket_disable_seq_check(sock);
	callbacks = nl_socket_get_cb(sock);
	nl_cb_overwrite_recv(callbacks, hear);
	nl_cb_overwrite_send(callbacks, say);
	nl_cb_put(callbacks);
	return sock;
}

#endif
