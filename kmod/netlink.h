/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h: the generic netlink family, as include/ouiguard/netlink.h tells
 */
#ifndef OUIGUARD_KMOD_NETLINK_H
#define OUIGUARD_KMOD_NETLINK_H

#include <net/genetlink.h>

#include <ouiguard/device.h>
#include <ouiguard/netlink.h>

/* netlink_init, netlink_exit - begin and end to listen. */
int netlink_init(void);
void netlink_exit(void);

/*
 * netlink_publish - send an event to the group's members in a namespace. 0; -ESRCH when there are
 * none; another -errno when some member did not get it.
 */
int netlink_publish(struct net *net, const struct og_event *event);

extern struct genl_family netlink_family;

/* The commands that change something: netlink-control.c. */
int netlink_begin(struct sk_buff *skb, struct genl_info *info);
int netlink_chunk(struct sk_buff *skb, struct genl_info *info);
int netlink_commit(struct sk_buff *skb, struct genl_info *info);
int netlink_abort(struct sk_buff *skb, struct genl_info *info);
int netlink_set_ports(struct sk_buff *skb, struct genl_info *info);
int netlink_promote(struct sk_buff *skb, struct genl_info *info);
int netlink_forget(struct sk_buff *skb, struct genl_info *info);
int netlink_detach(struct sk_buff *skb, struct genl_info *info);
int netlink_set_clock(struct sk_buff *skb, struct genl_info *info);

/* The commands that answer: netlink-read.c. */
int netlink_get_status(struct sk_buff *skb, struct genl_info *info);
int netlink_get_counters(struct sk_buff *skb, struct genl_info *info);
int netlink_get_device(struct sk_buff *skb, struct genl_info *info);
int netlink_take_events(struct sk_buff *skb, struct genl_info *info);
int netlink_get_last(struct sk_buff *skb, struct genl_info *info);
int netlink_dump_ports(struct sk_buff *skb, struct netlink_callback *cb);
int netlink_dump_devices(struct sk_buff *skb, struct netlink_callback *cb);

/*
 * netlink_require - the attribute @type of the request; NULL, with @message in the acknowledgement,
 * when it is not there. @message is a literal.
 */
#define netlink_require(info, type, message)                     \
	({                                                       \
		struct nlattr *attribute_ = (info)->attrs[type]; \
		if (!attribute_)                                 \
			NL_SET_ERR_MSG((info)->extack, message); \
		attribute_;                                      \
	})

#endif
