// SPDX-License-Identifier: GPL-2.0
/*
 * engine-kmod-events.c: events from the module: those that waited for us, then those that come
 */
#include "daemon/engine/engine-kmod.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#define BUFFER_BYTES (1024 * 1024)

static void hand_out(struct kmod_engine *e, struct nlattr *attribute)
{
	struct og_event event;

	if (kmod_link_copy(attribute, &event, sizeof(event)) < 0)
		return;
	e->event_count++;
	e->each_event(e->each_event_data, &event);
}

static int on_event(struct nl_msg *message, void *userdata)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct nlattr *attributes[OG_A_MAX + 1];

	if (genlmsg_parse(header, 0, attributes, OG_A_MAX, NULL) == 0 &&
	    genlmsg_hdr(header)->cmd == OG_CMD_EVENT)
		hand_out(userdata, attributes[OG_A_EVENT]);
	return NL_OK;
}

static int watch(struct kmod_engine *e, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};

	return epoll_ctl(e->poll_fd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void kmod_engine_listen(struct kmod_engine *e)
{
	nl_socket_disable_seq_check(e->events.sock);
	nl_socket_modify_cb(e->events.sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, e);
}

int kmod_engine_open_events(struct kmod_engine *e)
{
	int yes = 1, fd, r;

	r = kmod_link_open(&e->events);
	if (r < 0)
		return r;
	fd = nl_socket_get_fd(e->events.sock);
	kmod_engine_listen(e);
	nl_socket_set_nonblocking(e->events.sock);
	nl_socket_set_buffer_size(e->events.sock, BUFFER_BYTES, 0);
	/* The module then learns what does not fit, and counts it. */
	setsockopt(fd, SOL_NETLINK, NETLINK_BROADCAST_ERROR, &yes, sizeof(yes));
	if (nl_socket_add_membership(e->events.sock, e->events.group) < 0)
		return -EIO;
	/* From here on nothing is added to what waits. */
	e->waiting_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	e->poll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (e->waiting_fd < 0 || e->poll_fd < 0)
		return -errno;
	r = watch(e, e->waiting_fd);
	return r < 0 ? r : watch(e, fd);
}

void kmod_engine_close_events(struct kmod_engine *e)
{
	kmod_link_close(&e->events);
	if (e->waiting_fd >= 0)
		close(e->waiting_fd);
	if (e->poll_fd >= 0)
		close(e->poll_fd);
}

int kmod_engine_event_fd(struct og_engine *engine)
{
	return to_kmod(engine)->poll_fd;
}

/* An answer can hold many events, which a table of attributes by type cannot. */
static int on_waiting(struct nl_msg *message, void *userdata)
{
	struct nlmsghdr *header = nlmsg_hdr(message);
	struct nlattr *attribute;
	int left;

	nlmsg_for_each_attr(attribute, header, GENL_HDRLEN, left)
	{
		if (nla_type(attribute) == OG_A_EVENT)
			hand_out(userdata, attribute);
	}
	return NL_OK;
}

/* Hand out what waits in the module, until an answer brings nothing more. */
static int take_waiting(struct kmod_engine *e)
{
	int before, r;

	do {
		before = e->event_count;
		r = kmod_link_call_raw(&e->control,
				       kmod_link_request(&e->control, OG_CMD_TAKE_EVENTS, 0),
				       on_waiting, e);
	} while (r == 0 && e->event_count > before);
	return r;
}

int kmod_engine_next_events(struct og_engine *engine,
			    void (*each)(void *userdata, const struct og_event *event),
			    void *userdata)
{
	struct kmod_engine *e = to_kmod(engine);
	uint64_t ticks;
	int r = 0;

	e->each_event = each;
	e->each_event_data = userdata;
	e->event_count = 0;
	if (read(e->waiting_fd, &ticks, sizeof(ticks)) == sizeof(ticks))
		r = take_waiting(e);
	/* One message, or one datagram of several, at a time; until there is no more. A full buffer
	 * (NLE_NOMEM) has lost some, which the module has counted. */
	while (r >= 0 || r == -NLE_NOMEM)
		r = nl_recvmsgs_default(e->events.sock);
	return r == -NLE_AGAIN ? e->event_count : -EIO;
}
