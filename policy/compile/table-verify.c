// SPDX-License-Identifier: GPL-2.0
/*
 * table-verify.c: whether bytes are a whole and sane ruleset
 */
#include <errno.h>

#include <ouiguard/verify.h>
#include "policy/compile/table.h"

uint64_t og_ruleset_checksum(const struct og_ruleset *ruleset)
{
	return og_checksum(ruleset);
}

int og_ruleset_verify(const void *data, size_t size)
{
	switch (og_verify(data, size)) {
	case OG_FAULT_NONE:
		return 0;
	case OG_FAULT_SIZE:
		return -EMSGSIZE;
	case OG_FAULT_MAGIC:
		return -EPROTO;
	case OG_FAULT_LAYOUT:
		return -EPROTONOSUPPORT;
	case OG_FAULT_CHECKSUM:
		return -EBADMSG;
	default:
		return -ERANGE;
	}
}
