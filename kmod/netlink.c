// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

#include <linux/module.h>
#include <linux/netlink.h>

#include "compat.h"
#include "gateway.h"
#include "ruleset.h"

/* What a policy does not name is refused. */
static const struct nla_policy no_policy[OG_A_MAX + 1] = {};

static const struct nla_policy begin_policy[OG_A_MAX + 1] = {
	[OG_A_LAYOUT] = {.type = NLA_U32},
	[OG_A_SIZE] = {.type = NLA_U32},
};

static const struct nla_policy chunk_policy[OG_A_MAX + 1] = {
	[OG_A_OFFSET] = {.type = NLA_U32},
	[OG_A_DATA] = {.type = NLA_BINARY, .len = OG_CHUNK_MAX},
};

static const struct nla_policy commit_policy[OG_A_MAX + 1] = {
	[OG_A_COUNT] = {.type = NLA_U32},
	[OG_A_CHECKSUM] = {.type = NLA_U64},
};

static const struct nla_policy port_policy[OG_A_MAX + 1] = {
	[OG_A_PORT] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy ports_policy[OG_A_MAX + 1] = {
	[OG_A_PORTS] = NLA_POLICY_NESTED(port_policy),
};

static const struct nla_policy key_policy[OG_A_MAX + 1] = {
	[OG_A_KEY] = {.type = NLA_U64},
};

static const struct nla_policy clock_policy[OG_A_MAX + 1] = {
	[OG_A_WALL] = {.type = NLA_S64},
	[OG_A_MONO] = {.type = NLA_U64},
};

#define DO(command, function, allowed)                                                         \
	{                                                                                      \
		.cmd = command, .doit = function, .flags = GENL_ADMIN_PERM, .policy = allowed, \
		.maxattr = OG_A_MAX,                                                           \
	}
#define DUMP(command, function)                                                                    \
	{                                                                                          \
		.cmd = command, .dumpit = function, .flags = GENL_ADMIN_PERM, .policy = no_policy, \
		.maxattr = OG_A_MAX,                                                               \
	}

static const struct genl_ops operations[] = {
	DO(OG_CMD_BEGIN, netlink_begin, begin_policy),
	DO(OG_CMD_CHUNK, netlink_chunk, chunk_policy),
	DO(OG_CMD_COMMIT, netlink_commit, commit_policy),
	DO(OG_CMD_ABORT, netlink_abort, no_policy),
	DO(OG_CMD_SET_PORTS, netlink_set_ports, ports_policy),
	DUMP(OG_CMD_GET_PORTS, netlink_dump_ports),
	DO(OG_CMD_GET_STATUS, netlink_get_status, no_policy),
	DO(OG_CMD_GET_COUNTERS, netlink_get_counters, no_policy),
	DUMP(OG_CMD_GET_DEVICES, netlink_dump_devices),
	DO(OG_CMD_GET_DEVICE, netlink_get_device, key_policy),
	DO(OG_CMD_PROMOTE, netlink_promote, key_policy),
	DO(OG_CMD_FORGET, netlink_forget, key_policy),
	DO(OG_CMD_TAKE_EVENTS, netlink_take_events, no_policy),
	DO(OG_CMD_DETACH, netlink_detach, no_policy),
	DO(OG_CMD_SET_CLOCK, netlink_set_clock, clock_policy),
	DO(OG_CMD_GET_LAST, netlink_get_last, no_policy),
};

static const struct genl_multicast_group groups[] = {
	{.name = OG_GENL_EVENTS},
};

/* One command at a time; dumps take the lock themselves. */
static int lock_gateway(const struct compat_operation *operation, struct sk_buff *skb,
			struct genl_info *info)
{
	mutex_lock(&gateway_of(genl_info_net(info))->lock);
	return 0;
}

static void unlock_gateway(const struct compat_operation *operation, struct sk_buff *skb,
			   struct genl_info *info)
{
	mutex_unlock(&gateway_of(genl_info_net(info))->lock);
}

struct genl_family netlink_family = {
	.name = OG_GENL_NAME,
	.version = OG_GENL_VERSION,
	.maxattr = OG_A_MAX,
	.policy = no_policy,
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
	.resv_start_op = OG_CMD_BEGIN,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.pre_doit = lock_gateway,
	.post_doit = unlock_gateway,
};

int netlink_publish(struct net *net, const struct og_event *event)
{
	struct sk_buff *skb;
	void *header;

	if (!genl_has_listeners(&netlink_family, net, 0))
		return -ESRCH;
	skb = genlmsg_new(nla_total_size(sizeof(*event)), GFP_ATOMIC);
	if (!skb)
		return -ENOMEM;
	header = genlmsg_put(skb, 0, 0, &netlink_family, 0, OG_CMD_EVENT);
	if (!header || nla_put(skb, OG_A_EVENT, sizeof(*event), event)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return genlmsg_multicast_netns(&netlink_family, net, skb, 0, 0, GFP_ATOMIC);
}

/* A socket that closes takes its transaction with it. */
static int on_release(struct notifier_block *block, unsigned long event, void *info)
{
	const struct netlink_notify *notify = info;
	struct gateway *gateway;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	gateway = gateway_of(notify->net);
	mutex_lock(&gateway->lock);
	if (gateway->transaction && gateway->transaction->portid == notify->portid)
		transaction_abort(gateway);
	mutex_unlock(&gateway->lock);
	return NOTIFY_DONE;
}

static struct notifier_block release_notifier = {
	.notifier_call = on_release,
};

int netlink_init(void)
{
	int r;

	r = netlink_register_notifier(&release_notifier);
	if (r < 0)
		return r;
	r = genl_register_family(&netlink_family);
	if (r < 0)
		netlink_unregister_notifier(&release_notifier);
	return r;
}

void netlink_exit(void)
{
	genl_unregister_family(&netlink_family);
	netlink_unregister_notifier(&release_notifier);
}
