/* SPDX-License-Identifier: GPL-2.0 */
/*
 * explain.h: the verdict on a device's traffic, and every step to it
 *
 * The verdict is og_decide()'s on the facts that a frame as asked for would have; what is told
 * around it comes from the same configuration and ruleset.
 */
#ifndef OUIGUARD_POLICY_EXPLAIN_H
#define OUIGUARD_POLICY_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/decide.h>
#include "policy/compile/compile.h"
#include "policy/config/config.h"
#include "policy/registry/registry.h"

struct og_query {
	uint64_t mac;	  /* of the frame; 0: not known, @src tells who is behind */
	const char *site; /* NULL: the only one; an error when there are several */
	bool has_src;	  /* false: no IP source in particular */
	struct og_addr src;
	bool has_dst; /* false: some destination outside */
	struct og_addr dst;
	uint8_t proto;	   /* IPPROTO_*; 0: none in particular */
	uint16_t port;	   /* destination port; 0: none in particular */
	int64_t at;	   /* second */
	const char *clock; /* zone to tell dates in; NULL: that of the site */
};

/* What explain tells. Strings belong to it; those that do not apply are NULL. */
struct og_explanation {
	struct og_verdict verdict; /* as og_decide() gave it */
	const char *answer;	   /* `pass` or `drop` */
	const char *reason;	   /* word: reason.h */
	const char *mac;      /* of the device that decided: the frame's, or that in its source */
	const char *evidence; /* how it was recognised: `mac` or `eui64` */
	const char *prefix;   /* `44:19:b6/24`, the listed one that matched */
	const char *registry; /* the file that the accepted prefix came from */
	const char *name;     /* the registered name */
	const char *vendor, *site, *policy, *programme, *exception;
	const char *action; /* in force */
	const char *role;
	bool held;     /* a policy is held at log for it */
	bool phased;   /* a phase is in force: @phase */
	int64_t phase; /* since when; OG_EVER: from the beginning */
	int64_t next;  /* when the next phase begins; 0: none */
	const char *next_action;
	char **steps; /* sentences, in the order of the rules */
	size_t step_count;
	void *arena;
};

/*
 * og_explain - explain @query by @compiled, which was compiled from @config. @registry may be NULL:
 * then nothing is told about what it says today.
 *
 * A site whose ports this gateway lacks is explained as if it had one. Returns 0; -ENOENT for a site
 * that does not exist; -EINVAL when query->site is NULL and there are several sites or none; -ENOMEM.
 * @ret_explanation is set only on 0; free it with og_explanation_free().
 */
int og_explain(const struct og_config *config, const struct og_compiled *compiled,
	       const struct og_registry *registry, const struct og_query *query,
	       struct og_explanation **ret_explanation);

/* og_addr_eui64 - the MAC address that an IPv6 address was made from (EUI-64); 0: none. */
static inline uint64_t og_addr_eui64(const struct og_addr *addr)
{
	return og_addr_is_v4(addr) ? 0 : og_eui64_mac(addr->lo);
}

void og_explanation_free(struct og_explanation *explanation);

#endif
