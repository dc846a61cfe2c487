// SPDX-License-Identifier: GPL-2.0
/*
 * check-coverage.c: whether an exception lets anybody through
 *
 * An address with a wrong digit is not wrong by itself. But an exception for what no prefix of the
 * policy's vendors lists changes nothing, and is found out when the device is needed.
 */
#include <string.h>

#include "policy/config/check.h"
#include "policy/base/mac.h"

static bool is_vendor(const struct og_names *vendors, const char *name)
{
	for (size_t i = 0; i < vendors->count; i++)
		if (!strcmp(vendors->names[i], name))
			return true;
	return false;
}

/* The first entry that is not before @bits; the lock is sorted. */
static size_t first_from(const struct og_lock *lock, uint64_t bits)
{
	size_t lo = 0, hi = lock->count;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (lock->entries[middle].prefix.bits < bits)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

/* Whether a prefix around @mac, or one inside it, is of one of @vendors. */
static bool is_listed(const struct og_lock *lock, const struct og_names *vendors,
		      const struct og_mac_prefix *mac)
{
	/* All that can be around or inside begins in the same 24 bits: few entries. */
	uint64_t block = mac->bits & og_mac_prefix_mask(24);

	for (size_t i = first_from(lock, block); i < lock->count; i++) {
		const struct og_lock_entry *entry = &lock->entries[i];
		unsigned int shorter = entry->prefix.length < mac->length ? entry->prefix.length
									  : mac->length;

		if ((entry->prefix.bits & og_mac_prefix_mask(24)) != block)
			break;
		if (!((entry->prefix.bits ^ mac->bits) & og_mac_prefix_mask(shorter)) &&
		    is_vendor(vendors, entry->vendor))
			return true;
	}
	return false;
}

void og_check_coverage(const struct og_config *config, const struct og_conf_exception *exception,
		       struct og_diags *diags)
{
	const struct og_conf_policy *policy =
		exception->policy ? og_config_policy(config, exception->policy) : NULL;
	char mac[OG_MAC_TEXT], prefix[OG_MAC_PREFIX_TEXT];

	if (!policy || !exception->has_mac || !config->lock.present ||
	    is_listed(&config->lock, og_policy_vendors(config, policy), &exception->mac))
		return;
	og_warn(diags, &exception->mark,
		"%s is in no prefix of policy `%s`, so this exception changes nothing; expected a "
		"listed device or prefix",
		exception->mac.length == 48 ? og_mac_format(exception->mac.bits, mac)
					    : og_mac_prefix_format(&exception->mac, prefix),
		policy->name);
}
