/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compile-work.h: what the parts of the compiler share while they work
 *
 * compile.c leads; compile-prefix.c makes groups, compile-site.c ports and address sets,
 * compile-device.c classes. Nobody else includes this.
 */
#ifndef OUIGUARD_POLICY_COMPILE_WORK_H
#define OUIGUARD_POLICY_COMPILE_WORK_H

#include "policy/base/arena.h"
#include "policy/compile/calendar.h"
#include "policy/compile/compile.h"
#include "policy/compile/table.h"
#include "policy/compile/timeline.h"

/* A prefix that the ruleset knows: listed, or named by an exception inside a listed one. */
struct og_listed {
	struct og_mac_prefix prefix;
	uint16_t vendor; /* number */
	uint16_t group;
	bool unaccepted; /* nobody has accepted it: observed, whatever the policies say */
};

/* Prefixes of one vendor that the same exceptions concern. */
struct og_group {
	uint16_t vendor;
	bool unaccepted;      /* as in struct og_listed */
	uint16_t *exceptions; /* places in the configuration, ascending */
	size_t exception_count;
};

struct og_work {
	const struct og_config *config;
	const struct og_gateway *gateway;
	struct og_diags *diags;
	struct og_arena *arena;	  /* of the result */
	struct og_arena *scratch; /* goes with the work */
	struct og_table *table;
	struct og_calendars calendars;
	struct og_times times;
	struct og_compiled *out;
	struct og_listed *listed; /* ascending by prefix */
	size_t listed_count;
	struct og_group groups[OG_GROUPS];
	size_t group_count; /* includes groups 0 and 1 */
	uint32_t flags;	    /* of the header */
};

/* The error for a full table, or for no memory; returns @r. */
int og_work_failed(struct og_work *work, int r);

/* Groups and prefixes, into the table and work->listed. 0 or -errno with an error in the diags. */
int og_compile_prefixes(struct og_work *work);

/* The listed prefix that @mac falls under, the longest; NULL when there is none. */
const struct og_listed *og_work_listed(const struct og_work *work, uint64_t mac);

/* Ports, address sets and services of all sites. */
int og_compile_sites(struct og_work *work);

/* class_of[][] and the entries of single devices. */
int og_compile_devices(struct og_work *work);

#endif
