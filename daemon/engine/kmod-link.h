/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kmod-link.h: a netlink connection to the kernel module (include/ouiguard/netlink.h)
 */
#ifndef OUIGUARD_DAEMON_KMOD_LINK_H
#define OUIGUARD_DAEMON_KMOD_LINK_H

#include <stdint.h>

#include <netlink/attr.h>
#include <netlink/msg.h>

#include <ouiguard/netlink.h>

struct nl_sock;

struct kmod_link {
	struct nl_sock *sock;
	int family;
	int group;	   /* of the events */
	char message[256]; /* what the kernel said about the last failure; "" for nothing */
};

/*
 * kmod_link_open - connect. -ENOENT when the module is not loaded. kmod_link_close() frees what
 * belongs to the link and takes a link of zeroes too.
 */
int kmod_link_open(struct kmod_link *link);
void kmod_link_close(struct kmod_link *link);

/*
 * kmod_link_request - a request of @command, to be filled with attributes; NLM_F_DUMP as @flags for a
 * dump. NULL without memory. Free with nlmsg_free() unless it is sent.
 */
struct nl_msg *kmod_link_request(struct kmod_link *link, enum og_command command, int flags);

/* Called for each answer; @attributes are indexed by enum og_attribute. 0, or what ends the call. */
typedef int (*kmod_link_each)(void *userdata, struct nlattr **attributes);

/*
 * kmod_link_call - send @message, free it, and wait until it is done. @each is called for each answer;
 * NULL: there is none. Returns 0; -errno as the kernel gave it, with link->message; or what @each
 * returned. -ENOMEM when @message is NULL.
 */
int kmod_link_call(struct kmod_link *link, struct nl_msg *message, kmod_link_each each,
		   void *userdata);

/*
 * kmod_link_call_raw - the same, with each whole message given to a callback of libnl's kind, for
 * answers in which an attribute comes more than once.
 */
int kmod_link_call_raw(struct kmod_link *link, struct nl_msg *message,
		       int (*each)(struct nl_msg *message, void *userdata), void *userdata);

/* kmod_link_u32, ..._u64 - a number, which can stand unaligned; 0 when absent or of another size. */
uint32_t kmod_link_u32(struct nlattr *attribute);
uint64_t kmod_link_u64(struct nlattr *attribute);

/* kmod_link_copy - copy a structure of @size bytes; -EPROTO when it is absent or of another size. */
int kmod_link_copy(struct nlattr *attribute, void *ret, int size);

#endif
