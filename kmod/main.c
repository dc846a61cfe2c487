// SPDX-License-Identifier: GPL-2.0
/*
 * main.c: loading and unloading, and namespaces that come and go
 */
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netns/generic.h>

#include "counter.h"
#include "device.h"
#include "event.h"
#include "gateway.h"
#include "netlink.h"
#include "ports.h"
#include "ruleset.h"

bool debug;
module_param(debug, bool, 0444);
MODULE_PARM_DESC(debug, "let tests set the clock and read verdicts (netlink.h); not for gateways");

static unsigned int net_id;

struct gateway *gateway_of(const struct net *net)
{
	return net_generic(net, net_id);
}

static void free_state(struct state *state)
{
	devices_free(state->devices);
	events_free(state->events);
	counters_free(state->counters);
	kvfree(state->overflow);
	kfree(state);
}

int gateway_prepare(struct gateway *gateway)
{
	struct state *state;

	if (gateway->state)
		return 0;
	state = kzalloc(sizeof(*state), GFP_KERNEL_ACCOUNT);
	if (!state)
		return -ENOMEM;
	state->net = gateway->net;
	state->devices = devices_new();
	state->events = events_new();
	state->counters = counters_new();
	state->overflow = kvcalloc(OG_CLASSES, sizeof(*state->overflow), GFP_KERNEL_ACCOUNT);
	if (!state->devices || !state->events || !state->counters || !state->overflow) {
		free_state(state);
		return -ENOMEM;
	}
	gateway->state = state;
	return 0;
}

void gateway_detach(struct gateway *gateway)
{
	ports_clear(gateway);
	transaction_abort(gateway);
	ruleset_clear(gateway);
	/* What runs in the hook now has found its generation before. */
	synchronize_net();
	if (gateway->state)
		free_state(gateway->state);
	gateway->state = NULL;
}

static int __net_init net_enter(struct net *net)
{
	struct gateway *gateway = gateway_of(net);

	gateway->net = net;
	mutex_init(&gateway->lock);
	INIT_LIST_HEAD(&gateway->ports);
	return 0;
}

static void __net_exit net_leave(struct net *net)
{
	struct gateway *gateway = gateway_of(net);

	mutex_lock(&gateway->lock);
	if (gateway->state || !list_empty(&gateway->ports))
		gateway_detach(gateway);
	mutex_unlock(&gateway->lock);
}

static struct pernet_operations net_operations = {
	.init = net_enter,
	.exit = net_leave,
	.id = &net_id,
	.size = sizeof(struct gateway),
};

static int __init ouiguard_init(void)
{
	int r;

	r = devices_init();
	if (r < 0)
		return r;
	r = register_pernet_subsys(&net_operations);
	if (r < 0)
		goto no_pernet;
	r = ports_init();
	if (r < 0)
		goto no_ports;
	r = netlink_init();
	if (r < 0)
		goto no_netlink;
	return 0;

no_netlink:
	ports_exit();
no_ports:
	unregister_pernet_subsys(&net_operations);
no_pernet:
	devices_exit();
	return r;
}

static void __exit ouiguard_exit(void)
{
	netlink_exit();
	ports_exit();
	unregister_pernet_subsys(&net_operations);
	devices_exit();
}

module_init(ouiguard_init);
module_exit(ouiguard_exit);

MODULE_DESCRIPTION("ouiguard: egress of listed vendors' equipment, by MAC prefix and date");
MODULE_LICENSE("GPL");
