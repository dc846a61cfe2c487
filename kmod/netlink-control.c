// SPDX-License-Identifier: GPL-2.0
/*
 * netlink-control.c: the commands that change something. All are called under gateway->lock.
 */
#include <linux/slab.h>

#include "device.h"
#include "gateway.h"
#include "netlink.h"
#include "ports.h"
#include "ruleset.h"

int netlink_begin(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *layout, *size;

	layout = netlink_require(info, OG_A_LAYOUT, "the ruleset's layout is missing");
	if (!layout)
		return -EINVAL;
	size = netlink_require(info, OG_A_SIZE, "the ruleset's size is missing");
	if (!size)
		return -EINVAL;
	if (nla_get_u32(layout) != OG_LAYOUT) {
		NL_SET_ERR_MSG(info->extack, "the loaded module knows another ruleset layout: "
					     "load the module of this version");
		return -EPROTONOSUPPORT;
	}
	if (nla_get_u32(size) != sizeof(struct og_ruleset)) {
		NL_SET_ERR_MSG(info->extack, "the loaded module's rulesets have another size: "
					     "load the module of this version");
		return -EMSGSIZE;
	}
	return transaction_begin(gateway_of(genl_info_net(info)), info->snd_portid, info->extack);
}

int netlink_chunk(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *offset, *data;

	offset = netlink_require(info, OG_A_OFFSET, "the chunk's offset is missing");
	if (!offset)
		return -EINVAL;
	data = netlink_require(info, OG_A_DATA, "the chunk's data is missing");
	if (!data)
		return -EINVAL;
	return transaction_chunk(gateway_of(genl_info_net(info)), info->snd_portid,
				 nla_get_u32(offset), nla_data(data), nla_len(data), info->extack);
}

int netlink_commit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *count, *checksum;

	count = netlink_require(info, OG_A_COUNT, "the number of chunks is missing");
	if (!count)
		return -EINVAL;
	checksum = netlink_require(info, OG_A_CHECKSUM, "the ruleset's checksum is missing");
	if (!checksum)
		return -EINVAL;
	return transaction_commit(gateway_of(genl_info_net(info)), info->snd_portid,
				  nla_get_u32(count), nla_get_u64(checksum), info->extack);
}

int netlink_abort(struct sk_buff *skb, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));

	if (gateway->transaction && gateway->transaction->portid != info->snd_portid) {
		NL_SET_ERR_MSG(info->extack, "the transaction is another process's");
		return -EBUSY;
	}
	transaction_abort(gateway);
	return 0;
}

int netlink_set_ports(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *ports, *attribute;
	__u32 *ifindexes;
	size_t count = 0;
	int left, r;

	ports = netlink_require(info, OG_A_PORTS, "the list of ports is missing");
	if (!ports)
		return -EINVAL;
	ifindexes = kvcalloc(OG_PORTS_MAX, sizeof(*ifindexes), GFP_KERNEL_ACCOUNT);
	if (!ifindexes) {
		NL_SET_ERR_MSG(info->extack, "no memory for a list of ports");
		return -ENOMEM;
	}
	/* The policy lets nothing but ports in. */
	nla_for_each_nested(attribute, ports, left)
	{
		if (count == OG_PORTS_MAX) {
			NL_SET_ERR_MSG(info->extack, "too many ports");
			kvfree(ifindexes);
			return -E2BIG;
		}
		ifindexes[count++] = nla_get_u32(attribute);
	}
	r = ports_set(gateway_of(genl_info_net(info)), ifindexes, count);
	if (r < 0)
		NL_SET_ERR_MSG(info->extack, "no memory for more ports; the old ones stay");
	kvfree(ifindexes);
	return r;
}

/* The table that a request about one device is for, and its key. */
static struct devices *devices_of(struct genl_info *info, __u64 *ret_key)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	struct nlattr *key = netlink_require(info, OG_A_KEY, "the device's key is missing");
	__u64 value;

	if (!key)
		return NULL;
	value = nla_get_u64(key);
	if (!value || (value & 0xffff) == OG_SITE_NONE || (value & 0xffff) >= OG_SITES) {
		NL_SET_ERR_MSG(info->extack, "no device can have this key: it names no site");
		return NULL;
	}
	if (!gateway->state) {
		NL_SET_ERR_MSG(info->extack, "no policy is in force, and there are no devices");
		return NULL;
	}
	*ret_key = value;
	return gateway->state->devices;
}

int netlink_promote(struct sk_buff *skb, struct genl_info *info)
{
	struct devices *devices;
	__u64 key;
	int r;

	devices = devices_of(info, &key);
	if (!devices)
		return -EINVAL;
	r = device_promote(devices, key);
	if (r == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "no more devices can be known: forget some");
	else if (r < 0)
		NL_SET_ERR_MSG(info->extack, "no memory for the device's record");
	return r;
}

int netlink_forget(struct sk_buff *skb, struct genl_info *info)
{
	struct devices *devices;
	__u64 key;

	devices = devices_of(info, &key);
	if (!devices)
		return -EINVAL;
	device_forget(devices, key);
	return 0;
}

int netlink_detach(struct sk_buff *skb, struct genl_info *info)
{
	gateway_detach(gateway_of(genl_info_net(info)));
	return 0;
}

int netlink_set_clock(struct sk_buff *skb, struct genl_info *info)
{
	struct gateway *gateway = gateway_of(genl_info_net(info));
	struct nlattr *wall, *mono;

	if (!debug) {
		NL_SET_ERR_MSG(info->extack, "only when the module was loaded with debug=1");
		return -EOPNOTSUPP;
	}
	wall = netlink_require(info, OG_A_WALL, "the wall second is missing");
	if (!wall)
		return -EINVAL;
	mono = netlink_require(info, OG_A_MONO, "the monotonic time is missing");
	if (!mono)
		return -EINVAL;
	if (gateway_prepare(gateway) < 0) {
		NL_SET_ERR_MSG(info->extack, "no memory");
		return -ENOMEM;
	}
	gateway->state->fixed_mono = nla_get_u64(mono);
	gateway->state->fixed_wall = nla_get_s64(wall);
	return 0;
}
