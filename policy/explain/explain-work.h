/* SPDX-License-Identifier: GPL-2.0 */
/*
 * explain-work.h: what explain.c and explain-steps.c share
 */
#ifndef OUIGUARD_POLICY_EXPLAIN_WORK_H
#define OUIGUARD_POLICY_EXPLAIN_WORK_H

#include "policy/base/arena.h"
#include "policy/explain/explain.h"

struct og_explaining {
	const struct og_config *config;
	const struct og_compiled *compiled;
	const struct og_registry *registry;
	const struct og_query *query;
	const struct og_ruleset *rs;
	struct og_ruleset *lent; /* a copy with a port for the site, or NULL */
	struct og_arena *arena;
	struct og_explanation *out;
	struct og_facts facts;
	uint64_t subject; /* whom it is about: the frame's MAC, or that in its IPv6 source */
	const struct og_conf_site *site;
	uint16_t number; /* of the site */
	const struct og_conf_register *assets;
	const struct og_conf_asset *row;
	const struct og_lock_entry *listed;
	bool unaccepted; /* nobody has accepted @listed yet */
	const char *zone;
	bool covered; /* the gateway has a port of the site */
};

/* Fill x->out->steps. 0 or -ENOMEM. */
int og_explain_steps(struct og_explaining *x);

#endif
