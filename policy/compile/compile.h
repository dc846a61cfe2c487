/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compile.h: intent to ruleset
 *
 * og_compile() turns the files that decide, what the gateway is, and the second into one immutable
 * ruleset, and into the names of the numbers that verdicts, events and device records carry. It
 * reads no file, no clock and no socket: the same input gives the same bytes.
 */
#ifndef OUIGUARD_POLICY_COMPILE_H
#define OUIGUARD_POLICY_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include <ouiguard/ruleset.h>
#include "policy/config/config.h"
#include "policy/base/diag.h"
#include "policy/compile/decided.h"
#include "policy/compile/gateway.h"

/* A port that an engine has to cover. One interface can appear several times, once per site. */
struct og_compiled_port {
	uint32_t ifindex;
	char name[16];
	uint16_t site;
};

/* A port that the files name and the gateway does not have yet. */
struct og_compiled_missing {
	const char *name; /* owned by the struct og_compiled */
	uint16_t site;
};

/* A listed MAC address that is not judged at a site. */
struct og_compiled_router {
	uint64_t mac;
	uint16_t site;
	bool declared; /* by an asset row; false: a next hop of the gateway's routes */
};

/* A device that is kept at log until the asset register says what it is. */
struct og_compiled_held {
	uint64_t mac;
	uint16_t site;
};

/*
 * Names count from 1, as the numbers in records do; element 0 is NULL, and each count includes it.
 * Sites and policies have their place in the configuration, plus 1; vendors those of the
 * configuration's vendors, exceptions likewise.
 */
struct og_compiled {
	struct og_ruleset *ruleset; /* aligned, owned */
	int64_t now;		    /* the second it was compiled for */
	int64_t next_change;	    /* the first second after it at which a phase begins; 0: none */

	char **vendors, **sites, **policies, **exceptions;
	size_t vendor_count, site_count, policy_count, exception_count;
	uint16_t *group_vendor; /* by group: number of its vendor; 0 for groups 0 and 1 */
	size_t group_count;

	struct og_compiled_port *ports; /* ascending by ifindex, then site */
	size_t port_count;
	struct og_compiled_missing *missing;
	size_t missing_count;
	struct og_compiled_router *routers; /* ascending by mac, then site */
	size_t router_count;
	struct og_compiled_held *held; /* ascending by mac, then site */
	size_t held_count;
	struct og_decided decided; /* what it was compiled with; a copy */
	bool *elsewhere; /* by number of the site: it is of other gateways, and not covered here */
	void *arena;	 /* owns all of the above but the ruleset */
};

/*
 * og_compile - compile @config (as og_config_load() gives it, prefixes.lock included) for @gateway
 * at second @now. Phases that have passed collapse into the one in force, and the verdicts are the
 * same for every second from @now on.
 *
 * Errors and warnings are added to @diags: ports that cannot be covered
 * (og_config_check_gateway()), tables that are full, marks that conflict. Returns 0; -EINVAL or
 * -E2BIG when @diags holds an error; -ENOMEM. @ret_compiled is set only on 0 and does not refer to
 * @config or @gateway; free it with og_compiled_free().
 */
int og_compile(const struct og_config *config, const struct og_gateway *gateway, int64_t now,
	       struct og_compiled **ret_compiled, struct og_diags *diags);

/* og_compiled_free - free it with its ruleset; NULL is allowed. */
void og_compiled_free(struct og_compiled *compiled);

/*
 * The name of a number in a record; NULL for 0 and for a number of another generation that is out of
 * bounds. og_compiled_group_vendor gives the vendor's name of a group.
 */
const char *og_compiled_vendor(const struct og_compiled *compiled, uint16_t number);
const char *og_compiled_site(const struct og_compiled *compiled, uint16_t number);
const char *og_compiled_policy(const struct og_compiled *compiled, uint16_t number);
const char *og_compiled_exception(const struct og_compiled *compiled, uint16_t number);
const char *og_compiled_group_vendor(const struct og_compiled *compiled, uint16_t group);

#endif
