// SPDX-License-Identifier: GPL-2.0
/*
 * netlink-read.c: the commands that answer. Those for one answer are called under gateway->lock.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/sock.h>

#include "counter.h"
#include "device.h"
#include "event.h"
#include "gateway.h"
#include "netlink.h"
#include "ports.h"
#include "ruleset.h"

#define EVENTS_AT_ONCE 32

/* An answer of @size bytes of attributes to the request; NULL without memory. */
static struct sk_buff *answer_new(struct genl_info *info, size_t size, void **ret_header)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (skb)
		*ret_header = genlmsg_put_reply(skb, info, &netlink_family, 0, info->genlhdr->cmd);
	if (skb && *ret_header)
		return skb;
	nlmsg_free(skb);
	NL_SET_ERR_MSG(info->extack, "no memory for an answer");
	return NULL;
}

static int answer_send(struct sk_buff *skb, void *header, struct genl_info *info, bool full)
{
	if (full) {
		nlmsg_free(skb);
		NL_SET_ERR_MSG(info->extack, "the answer does not fit its message");
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_reply(skb, info);
}

int netlink_get_status(struct sk_buff *request, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	const struct generation *generation;
	const struct og_header none = {}, *rules = &none;
	__u32 known = 0, fresh = 0;
	struct sk_buff *skb;
	void *header;
	bool full;

	generation =
		rcu_dereference_protected(gateway->generation, lockdep_is_held(&gateway->lock));
	if (generation)
		rules = &generation->rules.header;
	if (gateway->state)
		devices_count(gateway->state->devices, &known, &fresh);
	skb = answer_new(info, NLMSG_DEFAULT_SIZE, &header);
	if (!skb)
		return -ENOMEM;
	full = nla_put_u32(skb, OG_A_LAYOUT, OG_LAYOUT) ||
	       nla_put_u32(skb, OG_A_SIZE, sizeof(struct og_ruleset)) ||
	       nla_put_u64_64bit(skb, OG_A_GENERATION, rules->generation, OG_A_PAD) ||
	       nla_put_u64_64bit(skb, OG_A_CHECKSUM, rules->checksum, OG_A_PAD) ||
	       nla_put_u32(skb, OG_A_KNOWN, known) ||
	       nla_put_u32(skb, OG_A_KNOWN_MAX, OG_KNOWN_MAX) ||
	       nla_put_u32(skb, OG_A_FRESH, fresh) ||
	       nla_put_u32(skb, OG_A_FRESH_MAX, OG_FRESH_MAX) ||
	       (debug && nla_put_flag(skb, OG_A_DEBUG));
	return answer_send(skb, header, info, full);
}

int netlink_get_counters(struct sk_buff *request, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	struct counters sum = {};
	struct sk_buff *skb;
	void *header;
	bool full;

	if (gateway->state)
		counters_sum(gateway->state->counters, &sum);
	skb = answer_new(info, NLMSG_DEFAULT_SIZE, &header);
	if (!skb)
		return -ENOMEM;
	full = nla_put(skb, OG_A_REASONS, sizeof(sum.reasons), sum.reasons) ||
	       nla_put_u64_64bit(skb, OG_A_EVENTS_LOST, sum.totals[TOTAL_EVENTS_LOST], OG_A_PAD) ||
	       nla_put_u64_64bit(skb, OG_A_OVERFLOW, sum.totals[TOTAL_OVERFLOW], OG_A_PAD) ||
	       nla_put_u64_64bit(skb, OG_A_RATE_CONFLICT, sum.totals[TOTAL_RATE_CONFLICT],
				 OG_A_PAD) ||
	       nla_put_u64_64bit(skb, OG_A_REJECTED, sum.totals[TOTAL_REJECTED], OG_A_PAD);
	return answer_send(skb, header, info, full);
}

static bool add_device(struct sk_buff *skb, const struct device_entry *entry)
{
	return nla_put_u64_64bit(skb, OG_A_KEY, entry->key, OG_A_PAD) ||
	       nla_put(skb, OG_A_DEVICE, sizeof(entry->record), &entry->record) ||
	       (entry->known && nla_put_flag(skb, OG_A_PROMOTED));
}

int netlink_get_device(struct sk_buff *request, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	const struct device_entry *entry = NULL;
	struct sk_buff *skb;
	struct nlattr *key;
	bool full = false;
	void *header;

	key = netlink_require(info, OG_A_KEY, "the device's key is missing");
	if (!key)
		return -EINVAL;
	skb = answer_new(info, NLMSG_DEFAULT_SIZE, &header);
	if (!skb)
		return -ENOMEM;
	rcu_read_lock();
	if (gateway->state)
		entry = device_find(gateway->state->devices, nla_get_u64(key));
	if (entry)
		full = add_device(skb, entry);
	rcu_read_unlock();
	if (entry)
		return answer_send(skb, header, info, full);
	nlmsg_free(skb);
	NL_SET_ERR_MSG(info->extack, "there is no record of this device");
	return -ENOENT;
}

int netlink_take_events(struct sk_buff *request, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	struct og_event event;
	struct sk_buff *skb;
	bool full = false;
	void *header;
	int i;

	skb = answer_new(info, EVENTS_AT_ONCE * nla_total_size(sizeof(event)), &header);
	if (!skb)
		return -ENOMEM;
	for (i = 0; i < EVENTS_AT_ONCE && !full; i++) {
		if (!gateway->state || !events_take(gateway->state->events, &event))
			break;
		full = nla_put(skb, OG_A_EVENT, sizeof(event), &event);
	}
	return answer_send(skb, header, info, full);
}

int netlink_get_last(struct sk_buff *request, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	static const struct state none;
	const struct state *state = gateway->state ? gateway->state : &none;
	struct sk_buff *skb;
	void *header;
	bool full;

	if (!debug) {
		NL_SET_ERR_MSG(info->extack, "only when the module was loaded with debug=1");
		return -EOPNOTSUPP;
	}
	skb = answer_new(info, NLMSG_DEFAULT_SIZE, &header);
	if (!skb)
		return -ENOMEM;
	full = nla_put_u64_64bit(skb, OG_A_RUNS, READ_ONCE(state->runs), OG_A_PAD) ||
	       nla_put(skb, OG_A_SEEN, sizeof(state->last), &state->last);
	return answer_send(skb, header, info, full);
}

static void *dump_put(struct sk_buff *skb, struct netlink_callback *cb, __u8 command)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &netlink_family,
			   NLM_F_MULTI, command);
}

static int dump_port(struct sk_buff *skb, struct netlink_callback *cb, const struct port *port)
{
	const struct net_device *dev = __dev_get_by_index(port->gateway->net, port->ifindex);
	void *header = dump_put(skb, cb, OG_CMD_GET_PORTS);

	if (!header)
		return -EMSGSIZE;
	if (nla_put_u32(skb, OG_A_PORT, port->ifindex) ||
	    (dev && nla_put_string(skb, OG_A_NAME, dev->name)) ||
	    nla_put_s32(skb, OG_A_ERROR, port->error)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

int netlink_dump_ports(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gateway *gateway = gateway_of(sock_net(skb->sk));
	const struct port *port;
	long at = 0;

	rtnl_lock();
	list_for_each_entry(port, &gateway->ports, list)
	{
		if (at++ < cb->args[0])
			continue;
		if (dump_port(skb, cb, port) < 0)
			break;
		cb->args[0]++;
	}
	rtnl_unlock();
	return skb->len;
}

struct device_dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
};

static int dump_device(void *context, const struct device_entry *entry)
{
	struct device_dump *dump = context;
	void *header = dump_put(dump->skb, dump->cb, OG_CMD_GET_DEVICES);

	if (!header)
		return -EMSGSIZE;
	if (add_device(dump->skb, entry)) {
		genlmsg_cancel(dump->skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dump->skb, header);
	return 0;
}

int netlink_dump_devices(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct gateway *gateway = gateway_of(sock_net(skb->sk));
	struct device_dump dump = {.skb = skb, .cb = cb};

	/* Records come and go with frames; their table stays while we have the lock. */
	mutex_lock(&gateway->lock);
	rcu_read_lock();
	if (gateway->state)
		devices_walk(gateway->state->devices, cb->args, dump_device, &dump);
	rcu_read_unlock();
	mutex_unlock(&gateway->lock);
	return skb->len;
}
