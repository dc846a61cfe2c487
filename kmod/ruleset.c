// SPDX-License-Identifier: GPL-2.0
#include "ruleset.h"

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include <ouiguard/verify.h>

static const char *const faults[] = {
#define TEXT(symbol, text) text,
	OG_FAULTS(TEXT)
#undef TEXT
};

static struct generation *in_force(struct gateway *gateway)
{
	return rcu_dereference_protected(gateway->generation, lockdep_is_held(&gateway->lock));
}

void transaction_abort(struct gateway *gateway)
{
	if (gateway->transaction)
		kvfree(gateway->transaction->generation);
	kfree(gateway->transaction);
	gateway->transaction = NULL;
}

int transaction_begin(struct gateway *gateway, __u32 portid, struct netlink_ext_ack *extack)
{
	struct transaction *transaction;

	if (gateway->transaction && gateway->transaction->portid != portid) {
		NL_SET_ERR_MSG(extack, "another process is in the middle of a transaction");
		return -EBUSY;
	}
	transaction_abort(gateway);
	transaction = kzalloc(sizeof(*transaction), GFP_KERNEL_ACCOUNT);
	if (!transaction || gateway_prepare(gateway) < 0)
		goto no_memory;
	transaction->generation = kvzalloc(sizeof(struct generation), GFP_KERNEL_ACCOUNT);
	if (!transaction->generation)
		goto no_memory;
	transaction->generation->state = gateway->state;
	transaction->portid = portid;
	gateway->transaction = transaction;
	return 0;

no_memory:
	kfree(transaction);
	NL_SET_ERR_MSG(extack, "no memory for another ruleset; the old one stays");
	return -ENOMEM;
}

static struct transaction *transaction_of(struct gateway *gateway, __u32 portid,
					  struct netlink_ext_ack *extack)
{
	if (gateway->transaction && gateway->transaction->portid == portid)
		return gateway->transaction;
	NL_SET_ERR_MSG(extack, "this socket has begun no transaction");
	return NULL;
}

int transaction_chunk(struct gateway *gateway, __u32 portid, __u32 offset, const void *data,
		      size_t size, struct netlink_ext_ack *extack)
{
	struct transaction *transaction = transaction_of(gateway, portid, extack);

	if (!transaction)
		return -ENOTCONN;
	if (!size || size % 8 || offset % 8) {
		NL_SET_ERR_MSG(extack, "a chunk begins and ends at multiples of 8 bytes");
		return -EINVAL;
	}
	if (offset < transaction->end) {
		NL_SET_ERR_MSG(extack, "a chunk begins before the end of the last one");
		return -EINVAL;
	}
	if (size > sizeof(struct og_ruleset) || offset > sizeof(struct og_ruleset) - size) {
		NL_SET_ERR_MSG(extack, "a chunk ends behind the end of the ruleset");
		return -ERANGE;
	}
	memcpy((__u8 *)&transaction->generation->rules + offset, data, size);
	transaction->end = offset + size;
	transaction->chunks++;
	return 0;
}

static int check(struct transaction *transaction, __u32 chunks, __u64 checksum,
		 struct netlink_ext_ack *extack)
{
	const struct og_ruleset *rules = &transaction->generation->rules;
	enum og_fault fault;

	if (chunks != transaction->chunks) {
		NL_SET_ERR_MSG(extack, "another number of chunks came than was sent");
		return -EPROTO;
	}
	if (checksum != rules->header.checksum) {
		NL_SET_ERR_MSG(extack, "the checksum is not the one in the ruleset's header");
		return -EBADMSG;
	}
	fault = og_verify(rules, sizeof(*rules));
	if (fault == OG_FAULT_NONE)
		return 0;
	extack->_msg = faults[fault];
	return fault == OG_FAULT_CHECKSUM ? -EBADMSG : -EINVAL;
}

/* While a policy is in force the module stays: every namespace that has one holds it. */
static void put_into_force(struct gateway *gateway, struct generation *generation)
{
	struct generation *old = in_force(gateway);

	if (generation && !old)
		__module_get(THIS_MODULE);
	rcu_assign_pointer(gateway->generation, generation);
	if (!old)
		return;
	/* Waiting here bounds the memory: never more than two generations and a transaction. */
	synchronize_rcu();
	kvfree(old);
	if (!generation)
		module_put(THIS_MODULE);
}

int transaction_commit(struct gateway *gateway, __u32 portid, __u32 chunks, __u64 checksum,
		       struct netlink_ext_ack *extack)
{
	struct transaction *transaction = transaction_of(gateway, portid, extack);
	int r;

	if (!transaction)
		return -ENOTCONN;
	r = check(transaction, chunks, checksum, extack);
	if (r == 0) {
		put_into_force(gateway, transaction->generation);
		transaction->generation = NULL;
	}
	/* Right or wrong, it ends here. */
	transaction_abort(gateway);
	return r;
}

void ruleset_clear(struct gateway *gateway)
{
	if (in_force(gateway))
		put_into_force(gateway, NULL);
}
