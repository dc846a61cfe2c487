// SPDX-License-Identifier: GPL-2.0
#include "ports.h"

#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "hook.h"

/* Before every chain and flow table: those could hand a frame on without us. */
#define PRIORITY INT_MIN

static void cover(struct port *port, struct net_device *dev)
{
	if (dev->type != ARPHRD_ETHER && dev->type != ARPHRD_LOOPBACK) {
		port->error = -EPFNOSUPPORT;
		return;
	}
	port->ops = (struct nf_hook_ops){
		.hook = hook_ingress,
		.dev = dev,
		.priv = port,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = PRIORITY,
	};
	port->error = nf_register_net_hook(port->gateway->net, &port->ops);
	if (port->error)
		port->ops.dev = NULL;
}

static void uncover(struct port *port)
{
	if (port->ops.dev)
		nf_unregister_net_hook(port->gateway->net, &port->ops);
	port->ops.dev = NULL;
	port->error = -ENODEV;
}

static struct port *find_port(struct gateway *gateway, __u32 ifindex)
{
	struct port *port;

	list_for_each_entry(port, &gateway->ports, list) if (port->ifindex == ifindex) return port;
	return NULL;
}

static void remove_port(struct port *port)
{
	uncover(port);
	list_del(&port->list);
	/* The hook may be running with it. */
	kfree_rcu(port, rcu);
}

/* A port for each index that has none, not covered yet. */
static int add_ports(struct gateway *gateway, const __u32 *ifindexes, size_t count)
{
	struct port *port;
	size_t i;

	for (i = 0; i < count; i++) {
		port = find_port(gateway, ifindexes[i]);
		if (!port) {
			port = kzalloc(sizeof(*port), GFP_KERNEL_ACCOUNT);
			if (!port)
				return -ENOMEM;
			port->gateway = gateway;
			port->ifindex = ifindexes[i];
			port->error = -ENODEV;
			port->added = true;
			list_add_tail(&port->list, &gateway->ports);
		}
		port->wanted = true;
	}
	return 0;
}

/* Cover the wanted ports, then let the others go; on @failure take back the new ones instead. */
static void settle(struct gateway *gateway, bool failure)
{
	struct port *port, *next;
	struct net_device *dev;

	list_for_each_entry(port, &gateway->ports, list)
	{
		if (failure || !port->wanted || port->ops.dev)
			continue;
		dev = __dev_get_by_index(gateway->net, port->ifindex);
		port->error = -ENODEV;
		if (dev)
			cover(port, dev);
	}
	list_for_each_entry_safe(port, next, &gateway->ports, list)
	{
		if (failure ? port->added : !port->wanted)
			remove_port(port);
		else
			port->wanted = port->added = false;
	}
}

int ports_set(struct gateway *gateway, const __u32 *ifindexes, size_t count)
{
	int r;

	rtnl_lock();
	r = add_ports(gateway, ifindexes, count);
	settle(gateway, r < 0);
	rtnl_unlock();
	return r;
}

void ports_clear(struct gateway *gateway)
{
	struct port *port, *next;

	rtnl_lock();
	list_for_each_entry_safe(port, next, &gateway->ports, list) remove_port(port);
	rtnl_unlock();
}

/* A rename changes no index. A device that moves to another namespace is unregistered here. */
static int on_device(struct notifier_block *block, unsigned long event, void *info)
{
	struct net_device *dev = netdev_notifier_info_to_dev(info);
	struct port *port;

	if (event != NETDEV_REGISTER && event != NETDEV_UNREGISTER)
		return NOTIFY_DONE;
	port = find_port(gateway_of(dev_net(dev)), dev->ifindex);
	if (port && event == NETDEV_UNREGISTER)
		uncover(port);
	else if (port && !port->ops.dev)
		cover(port, dev);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = on_device,
};

int ports_init(void)
{
	return register_netdevice_notifier(&device_notifier);
}

void ports_exit(void)
{
	unregister_netdevice_notifier(&device_notifier);
}
