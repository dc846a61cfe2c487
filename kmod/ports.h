/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ports.h: the ports that the gateway covers, as devices come and go
 */
#ifndef OUIGUARD_KMOD_PORTS_H
#define OUIGUARD_KMOD_PORTS_H

#include <linux/netfilter.h>

#include "gateway.h"

struct port {
	struct list_head list;
	struct gateway *gateway;
	struct og_port_state state;
	struct nf_hook_ops ops; /* with .dev while the hook is registered, else NULL */
	__u32 ifindex;
	int error;   /* 0, or -errno why it is not covered */
	bool wanted; /* while a new list is taken over: it is on it */
	bool added;  /* ... and is new with it */
	struct rcu_head rcu;
};

/* ports_init, ports_exit - begin and end to follow devices. */
int ports_init(void);
void ports_exit(void);

/* ports_set - cover these @count interfaces and no others. 0 or -ENOMEM, and then nothing changed. */
int ports_set(struct gateway *gateway, const __u32 *ifindexes, size_t count);

/* ports_clear - cover nothing. The hook may still run on other processors when this returns. */
void ports_clear(struct gateway *gateway);

#endif
