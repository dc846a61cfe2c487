/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ruleset.h: the ruleset in force, and the one that a transaction puts together
 *
 * Functions are called under gateway->lock and may sleep.
 */
#ifndef OUIGUARD_KMOD_RULESET_H
#define OUIGUARD_KMOD_RULESET_H

#include <linux/netlink.h>

#include <ouiguard/ruleset.h>
#include "gateway.h"

/* A ruleset in force. Immutable; what the hook counts goes to @state. */
struct generation {
	struct state *state;
	struct og_ruleset rules;
};

struct transaction {
	struct generation *generation;
	__u32 portid; /* of the netlink socket */
	__u32 chunks;
	__u32 end; /* of the last chunk */
};

/* Each returns 0 or -errno, the reason being in @extack. */
int transaction_begin(struct gateway *gateway, __u32 portid, struct netlink_ext_ack *extack);
int transaction_chunk(struct gateway *gateway, __u32 portid, __u32 offset, const void *data,
		      size_t size, struct netlink_ext_ack *extack);
int transaction_commit(struct gateway *gateway, __u32 portid, __u32 chunks, __u64 checksum,
		       struct netlink_ext_ack *extack);

/* transaction_abort - forget the transaction, if there is one. */
void transaction_abort(struct gateway *gateway);

/* ruleset_clear - put no ruleset into force. */
void ruleset_clear(struct gateway *gateway);

#endif
