// SPDX-License-Identifier: GPL-2.0
/*
 * neighbour-expect.c: having the kernel take the answer of a neighbour that it did not ask for
 */
#include <errno.h>
#include <sys/socket.h>

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "daemon/cleanup.h"
#include "daemon/network/links-read.h"
#include "daemon/network/neighbour-expect.h"

static void free_socket(struct nl_sock **sock)
{
	nl_socket_free(*sock);
}

static void free_message(struct nl_msg **message)
{
	nlmsg_free(*message);
}

static int put_addr(struct nl_msg *message, const struct og_addr *addr)
{
	uint8_t bytes[16];
	int i;

	for (i = 0; i < 8; i++) {
		bytes[i] = addr->hi >> (56 - 8 * i);
		bytes[8 + i] = addr->lo >> (56 - 8 * i);
	}
	if (og_addr_is_v4(addr))
		return nla_put(message, NDA_DST, 4, bytes + 12);
	return nla_put(message, NDA_DST, 16, bytes);
}

/* Send @type about the entry, and wait for the kernel's word. */
static int call(struct nl_sock *sock, int type, int flags, uint32_t ifindex,
		const struct og_addr *addr)
{
	OG_CLEANUP(free_message) struct nl_msg *message = nlmsg_alloc_simple(type, flags);
	const struct ndmsg request = {
		.ndm_family = og_addr_is_v4(addr) ? AF_INET : AF_INET6,
		.ndm_ifindex = ifindex,
		.ndm_state = NUD_NONE,
	};
	int err;

	if (!message || nlmsg_append(message, (void *)&request, sizeof(request), NLMSG_ALIGNTO) ||
	    put_addr(message, addr))
		return -ENOMEM;
	err = nl_send_auto(sock, message);
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	return err < 0 ? og_links_errno(err) : 0;
}

static int make(struct nl_sock *sock, uint32_t ifindex, const struct og_addr *addr)
{
	return call(sock, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, ifindex, addr);
}

static int read_state(struct nl_msg *message, void *userdata)
{
	struct nlmsghdr *hdr = nlmsg_hdr(message);
	int *state = userdata;

	if (hdr->nlmsg_type == RTM_NEWNEIGH && nlmsg_valid_hdr(hdr, sizeof(struct ndmsg)))
		*state = ((const struct ndmsg *)nlmsg_data(hdr))->ndm_state;
	return NL_OK;
}

/*
 * An entry that is there takes an answer as well; but not one that somebody wrote down, nor, of an
 * advertisement (RFC 4861, 7.2.5), one of a neighbour that did not answer before.
 */
static int make_anew(struct nl_sock *sock, uint32_t ifindex, const struct og_addr *addr)
{
	int state = NUD_NONE, err;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, read_state, &state);
	err = call(sock, RTM_GETNEIGH, 0, ifindex, addr);
	if (err)
		return err;
	if (state & (NUD_PERMANENT | NUD_NOARP))
		return -EBUSY;
	if (!(state & NUD_FAILED))
		return -EEXIST;
	call(sock, RTM_DELNEIGH, NLM_F_ACK, ifindex, addr);
	return make(sock, ifindex, addr);
}

static int open_socket(struct nl_sock **ret_sock)
{
	int err = og_links_open(ret_sock);

	if (!err)
		nl_socket_disable_auto_ack(*ret_sock);
	return err;
}

int og_neighbour_expect(uint32_t ifindex, const struct og_addr *addr)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;
	int err = open_socket(&sock);

	if (err)
		return err;
	err = make(sock, ifindex, addr);
	return err == -EEXIST ? make_anew(sock, ifindex, addr) : err;
}

void og_neighbour_unexpect(uint32_t ifindex, const struct og_addr *addr)
{
	OG_CLEANUP(free_socket) struct nl_sock *sock = NULL;

	if (open_socket(&sock) == 0)
		call(sock, RTM_DELNEIGH, NLM_F_ACK, ifindex, addr);
}
