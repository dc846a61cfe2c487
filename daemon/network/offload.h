/* SPDX-License-Identifier: GPL-2.0 */
/*
 * offload.h: hardware that may forward frames of covered ports past every software hook
 */
#ifndef OUIGUARD_DAEMON_OFFLOAD_H
#define OUIGUARD_DAEMON_OFFLOAD_H

#include <stdbool.h>

#include "policy/base/diag.h"
#include "policy/compile/compile.h"
#include "policy/compile/gateway.h"

/* Where it is asked for; tests have their own. */
struct og_offload_source {
	const char *net; /* as /sys/class/net */
	bool (*feature)(const char *name, const char *feature);
};

/* og_offload_kernel - this network namespace's. */
extern const struct og_offload_source og_offload_kernel;

/*
 * og_offload_warn - a warning into @diags for each interface under the ports of @compiled (the port, a
 * VLAN device's lower interface, a bond's members) that belongs to a switch chip
 * (IF/phys_switch_id can be read), and for each that has hw-tc-offload on. What cannot be read is
 * taken for absent. That a chip could forward does not say that it does.
 */
void og_offload_warn(const struct og_compiled *compiled, const struct og_gateway *gateway,
		     const struct og_offload_source *source, struct og_diags *diags);

/*
 * og_offload_feature - whether @feature (as in `ethtool -k`, its kernel name) of interface @name is
 * on; false where the kernel does not tell. ETHTOOL_GFEATURES of <linux/ethtool.h>.
 */
bool og_offload_feature(const char *name, const char *feature);

#endif
