/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h: what is wrong with a configuration although each file is right
 */
#ifndef OUIGUARD_POLICY_CHECK_H
#define OUIGUARD_POLICY_CHECK_H

#include <stdint.h>

#include "policy/config/config.h"
#include "policy/compile/gateway.h"

/*
 * og_config_check - what the files alone can tell: names that do not exist, dates that do not
 * ascend, ports that overlap, marks that conflict; warnings for what is allowed and probably not
 * meant. og_config_load() calls it; @config may be one that was read with errors.
 *
 * Returns 0 (whatever was found) or -ENOMEM.
 */
int og_config_check(const struct og_config *config, struct og_diags *diags);

/*
 * og_config_check_gateway - what only the gateway's interfaces can tell: a bond's member, a bridge
 * without its uplink, an interface without an Ethernet header (errors), one that is not there yet
 * (a warning).
 */
void og_config_check_gateway(const struct og_config *config, const struct og_gateway *gateway,
			     struct og_diags *diags);

/*
 * og_config_warn_lock - warn that there is no prefixes.lock although a policy needs one. Not a part
 * of og_config_check(): the daemon accepts the present registry then, and says so itself.
 */
void og_config_warn_lock(const struct og_config *config, struct og_diags *diags);

/*
 * og_config_warn_times - warn of phases that will enforce (limit and stricter) and start at night
 * (22:00 to 06:00), on a Saturday or Sunday, or within a day of @now (seconds since 1970 UTC), by
 * the clock of a site they apply to. Phases that have begun are passed over.
 */
void og_config_warn_times(const struct og_config *config, int64_t now, struct og_diags *diags);

/* The parts of og_config_check(), for check.c. */
int og_check_ports(const struct og_config *config, struct og_diags *diags);
int og_check_marks(const struct og_config *config, struct og_diags *diags);
void og_check_coverage(const struct og_config *config, const struct og_conf_exception *exception,
		       struct og_diags *diags);

#endif
