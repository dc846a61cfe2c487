/* SPDX-License-Identifier: GPL-2.0 */
/*
 * plan.h: what a new configuration, or the passing of time, would change
 */
#ifndef OUIGUARD_POLICY_PLAN_H
#define OUIGUARD_POLICY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/decide.h>
#include "policy/compile/compile.h"

/* A device that was seen, and where; @site by name, because numbers differ between rulesets. */
struct og_plan_device {
	uint64_t mac;
	const char *site;
};

#define OG_PLAN_PROBES 64 /* most probes of one comparison */

/* Where a device would like to send: judged beside a destination outside that nobody names. */
struct og_plan_probe {
	struct og_addr dst;
	uint8_t proto;
	uint16_t port;
};

/* One side of a comparison. */
struct og_plan_side {
	const struct og_compiled *compiled;
	int64_t at; /* second */
};

/* What applies to a device on one side; names are borrowed from its og_compiled, NULL: none. */
struct og_plan_state {
	bool listed;
	bool infrastructure;
	bool held; /* a policy is held at log for it */
	enum og_action action;
	bool drop;	/* egress to a destination that nobody names */
	uint8_t reason; /* enum og_reason of that verdict */
	const char *vendor, *policy, *exception;
	uint64_t probes_dropped; /* bit N: the probe of that place is dropped */
};

/* A device that a change touches. */
struct og_plan_change {
	size_t device; /* place in the list that was given */
	int64_t from;  /* the first second at which it differs: the after side's, or later */
	struct og_plan_state before, after; /* at that second */
};

struct og_plan_changes {
	struct og_plan_change *items; /* by time, then as the devices were given */
	size_t count;
};

/*
 * og_plan_compare - which of @devices change their action, exception, vendor or verdicts from
 * @before to @after. When both sides are of the same second, later seconds are looked at too, so that
 * a change that only a coming phase shows is found, with the second it begins.
 *
 * Returns 0, -EINVAL for more than OG_PLAN_PROBES probes, -ENOMEM; @ret_changes is set on 0, borrows names from both sides, and is freed with
 * og_plan_changes_free().
 */
int og_plan_compare(const struct og_plan_side *before, const struct og_plan_side *after,
		    const struct og_plan_device *devices, size_t device_count,
		    const struct og_plan_probe *probes, size_t probe_count,
		    struct og_plan_changes *ret_changes);
void og_plan_changes_free(struct og_plan_changes *changes);

/*
 * og_plan_drops - whether @side drops what @device sends to @probe. A destination of zero stands for a
 * frame that is not IP; the probe's port is its EtherType then.
 */
bool og_plan_drops(const struct og_plan_side *side, const struct og_plan_device *device,
		   const struct og_plan_probe *probe);

/* A phase to come, for all devices of a site that share it. Names are borrowed. */
struct og_plan_step {
	int64_t at;
	const char *site, *vendor, *policy, *exception;
	enum og_role role;
	enum og_action before, after;
	bool everyone;	/* every device of the vendor that nothing distinguishes */
	size_t devices; /* single devices with an entry of their own: rows, exceptions */
};

struct og_plan_steps {
	struct og_plan_step *items; /* by time, site, vendor, role */
	size_t count;
};

/*
 * og_plan_upcoming - the phases that begin after @now, by time. Returns 0 or -ENOMEM; free the
 * result with og_plan_steps_free(), before @compiled.
 */
int og_plan_upcoming(const struct og_compiled *compiled, int64_t now,
		     struct og_plan_steps *ret_steps);
void og_plan_steps_free(struct og_plan_steps *steps);

#endif
