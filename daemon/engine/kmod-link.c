// SPDX-License-Identifier: GPL-2.0
#include "daemon/engine/kmod-link.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/handlers.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#define RECEIVE_BYTES (64 * 1024) /* the kernel fills dumps up to half of that */

/* One request on its way. */
struct call {
	struct kmod_link *link;
	kmod_link_each each;
	void *userdata;
	int result;
	bool done;
};

int kmod_link_open(struct kmod_link *link)
{
	int yes = 1, r;

	memset(link, 0, sizeof(*link));
	link->sock = nl_socket_alloc();
	if (!link->sock)
		return -ENOMEM;
	nl_socket_disable_auto_ack(link->sock);
	r = genl_connect(link->sock);
	if (r < 0) {
		kmod_link_close(link);
		return r == -NLE_NOMEM ? -ENOMEM : -EPROTONOSUPPORT;
	}
	link->family = genl_ctrl_resolve(link->sock, OG_GENL_NAME);
	link->group = link->family < 0
			      ? -1
			      : genl_ctrl_resolve_grp(link->sock, OG_GENL_NAME, OG_GENL_EVENTS);
	if (link->family < 0 || link->group < 0) {
		kmod_link_close(link);
		return -ENOENT;
	}
	nl_socket_set_msg_buf_size(link->sock, RECEIVE_BYTES);
	/* Without these the kernel says less about what went wrong, and sends it all back. */
	setsockopt(nl_socket_get_fd(link->sock), SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(yes));
	setsockopt(nl_socket_get_fd(link->sock), SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof(yes));
	return 0;
}

void kmod_link_close(struct kmod_link *link)
{
	if (link->sock)
		nl_socket_free(link->sock);
	memset(link, 0, sizeof(*link));
}

struct nl_msg *kmod_link_request(struct kmod_link *link, enum og_command command, int flags)
{
	/* Room for the largest chunk; libnl's own size is a page. */
	struct nl_msg *message = nlmsg_alloc_size(OG_CHUNK_MAX + 256);

	if (!message)
		return NULL;
	if (!(flags & NLM_F_DUMP))
		flags |= NLM_F_ACK;
	if (genlmsg_put(message, NL_AUTO_PORT, NL_AUTO_SEQ, link->family, 0, flags, command,
			OG_GENL_VERSION))
		return message;
	nlmsg_free(message);
	return NULL;
}

static int on_answer(struct nl_msg *message, void *userdata)
{
	struct nlattr *attributes[OG_A_MAX + 1];
	struct call *call = userdata;

	if (call->result || !call->each)
		return NL_OK;
	if (genlmsg_parse(nlmsg_hdr(message), 0, attributes, OG_A_MAX, NULL) < 0)
		call->result = -EPROTO;
	else
		call->result = call->each(call->userdata, attributes);
	return NL_OK;
}

static int on_end(struct nl_msg *message, void *userdata)
{
	struct call *call = userdata;

	(void)message;
	call->done = true;
	return NL_STOP;
}

/* What the kernel says about a failure stands behind the error, which is capped. */
static void note_message(struct kmod_link *link, const struct nlmsgerr *error)
{
	const struct nlmsghdr *header =
		(const struct nlmsghdr *)((const char *)error - NLMSG_HDRLEN);
	struct nlattr *attributes[NLMSGERR_ATTR_MAX + 1];
	uint32_t head = sizeof(*error), length = header->nlmsg_len - NLMSG_HDRLEN;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(header->nlmsg_flags & NLM_F_CAPPED)) {
		if (error->msg.nlmsg_len > length)
			return;
		head = NLMSG_ALIGN(sizeof(error->error) + error->msg.nlmsg_len);
	}
	if (head >= length ||
	    nla_parse(attributes, NLMSGERR_ATTR_MAX, (struct nlattr *)((char *)error + head),
		      length - head, NULL) < 0 ||
	    !attributes[NLMSGERR_ATTR_MSG])
		return;
	snprintf(link->message, sizeof(link->message), "%.*s",
		 nla_len(attributes[NLMSGERR_ATTR_MSG]),
		 (const char *)nla_data(attributes[NLMSGERR_ATTR_MSG]));
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *userdata)
{
	struct call *call = userdata;

	(void)from;
	call->result = error->error;
	call->done = true;
	note_message(call->link, error);
	return NL_STOP;
}

static int run(struct kmod_link *link, struct nl_msg *message, struct call *call,
	       nl_recvmsg_msg_cb_t each, void *userdata)
{
	struct nl_cb *own = nl_socket_get_cb(link->sock), *callbacks = nl_cb_clone(own);
	int r;

	nl_cb_put(own);
	link->message[0] = 0;
	if (!message || !callbacks) {
		nlmsg_free(message);
		nl_cb_put(callbacks);
		return -ENOMEM;
	}
	nl_cb_set(callbacks, NL_CB_VALID, NL_CB_CUSTOM, each, userdata);
	nl_cb_set(callbacks, NL_CB_ACK, NL_CB_CUSTOM, on_end, call);
	nl_cb_set(callbacks, NL_CB_FINISH, NL_CB_CUSTOM, on_end, call);
	nl_cb_err(callbacks, NL_CB_CUSTOM, on_error, call);
	r = nl_send_auto(link->sock, message);
	nlmsg_free(message);
	while (r >= 0 && !call->done)
		r = nl_recvmsgs(link->sock, callbacks);
	nl_cb_put(callbacks);
	if (call->done)
		return call->result;
	return r == -NLE_NOMEM ? -ENOMEM : -EIO;
}

int kmod_link_call(struct kmod_link *link, struct nl_msg *message, kmod_link_each each,
		   void *userdata)
{
	struct call call = {.link = link, .each = each, .userdata = userdata};

	return run(link, message, &call, on_answer, &call);
}

int kmod_link_call_raw(struct kmod_link *link, struct nl_msg *message,
		       int (*each)(struct nl_msg *message, void *userdata), void *userdata)
{
	struct call call = {.link = link};

	return run(link, message, &call, each, userdata);
}

uint32_t kmod_link_u32(struct nlattr *attribute)
{
	uint32_t value = 0;

	if (attribute && nla_len(attribute) == sizeof(value))
		memcpy(&value, nla_data(attribute), sizeof(value));
	return value;
}

uint64_t kmod_link_u64(struct nlattr *attribute)
{
	uint64_t value = 0;

	if (attribute && nla_len(attribute) == sizeof(value))
		memcpy(&value, nla_data(attribute), sizeof(value));
	return value;
}

int kmod_link_copy(struct nlattr *attribute, void *ret, int size)
{
	if (!attribute || nla_len(attribute) != size)
		return -EPROTO;
	memcpy(ret, nla_data(attribute), size);
	return 0;
}
