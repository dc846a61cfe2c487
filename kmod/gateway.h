/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gateway.h: what the module keeps per network namespace
 *
 * Locks, in the order of taking: genl_mutex (the netlink core's), gateway->lock, RTNL.
 *
 *	lock	transaction; changes of generation and state
 *	RTNL	ports
 *	RCU	reading generation; a generation's state lives as long as some port has the hook
 */
#ifndef OUIGUARD_KMOD_GATEWAY_H
#define OUIGUARD_KMOD_GATEWAY_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <net/net_namespace.h>

#include <ouiguard/account.h>

struct counters;
struct devices;
struct events;
struct generation;
struct transaction;

/* What the hook writes to. Made by the first transaction, freed by detaching. */
struct state {
	struct net *net;
	struct devices *devices;
	struct events *events;
	struct counters __percpu *counters;
	struct og_overflow *overflow; /* by class */
	__s64 fixed_wall; /* debug: this second instead of the clock's; 0: the clock's */
	__u64 fixed_mono;
	__u64 runs; /* debug: frames judged */
	struct og_seen last;
	__u64 reject_tat; /* budget for answers of `on_block: reject` */
};

struct gateway {
	struct net *net;
	struct mutex lock;
	struct generation __rcu *generation; /* NULL: every frame passes */
	struct state *state;
	struct transaction *transaction;
	struct list_head ports;
};

/* debug - the module parameter of that name. */
extern bool debug;

/* gateway_of - the gateway that a namespace is. */
struct gateway *gateway_of(const struct net *net);

/* gateway_prepare - make the state, if there is none. Under gateway->lock. 0 or -ENOMEM. */
int gateway_prepare(struct gateway *gateway);

/* gateway_detach - take everything down; the gateway stays, empty. Under gateway->lock. */
void gateway_detach(struct gateway *gateway);

#endif
