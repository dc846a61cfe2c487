/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-baseline.h: when the asset register of a site was frozen, by whom and with what in it
 */
#ifndef OUIGUARD_DAEMON_STORE_BASELINE_H
#define OUIGUARD_DAEMON_STORE_BASELINE_H

#include <stdint.h>

#include "ipc/audit-chain.h"
#include "policy/base/digest.h"

struct og_store;

/* What was frozen; the register itself is a file. */
struct og_baseline {
	int64_t at; /* second */
	char actor[OG_AUDIT_WORDS];
	uint64_t devices;	 /* rows, but for false positives */
	struct og_digest digest; /* of the file */
};

/*
 * og_store_put_baseline - add one for @site, later than every other of the site: @baseline->at is
 * moved on where the clock was set back. 0 or -errno. og_store_last_baseline - the latest of @site; 0,
 * -ENOENT when there is none, or -errno.
 */
int og_store_put_baseline(struct og_store *store, const char *site, struct og_baseline *baseline);
int og_store_last_baseline(struct og_store *store, const char *site,
			   struct og_baseline *ret_baseline);

#endif
