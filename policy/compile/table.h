/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table.h: building a ruleset, record by record
 *
 * The lowest layer of the compiler: it knows the layout of struct og_ruleset (ruleset.h) and nothing
 * of policies. A builder is filled in any order and then finished: the hash tables are placed under
 * a seed that suits all three, the header is written, and the ruleset is handed out. The same calls
 * in any order that gives records the same numbers give the same bytes.
 *
 * A table that is full is -E2BIG; og_table_full() says which one, in words for an administrator.
 */
#ifndef OUIGUARD_POLICY_TABLE_H
#define OUIGUARD_POLICY_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include <ouiguard/ruleset.h>
#include "policy/base/mac.h"

struct og_table;

/* og_table_new - an empty builder, or NULL without memory. */
struct og_table *og_table_new(void);

/* og_table_free - free a builder that was not finished; NULL is allowed. */
void og_table_free(struct og_table *table);

/*
 * og_table_ruleset - the ruleset under construction, for reading and for setting class_of[][] and
 * site[]. Owned by the builder; its hash tables and its header are empty until it is finished.
 */
struct og_ruleset *og_table_ruleset(struct og_table *table);

/*
 * og_table_prefix - sources in @prefix (24, 28 or 36 bits; 48: one device, at any site) belong to
 * @group (OG_GROUP_FIRST or above, below OG_GROUPS). The longest prefix wins at look-up, whatever
 * the order of the calls. Returns 0, -EINVAL for another length, a group out of bounds or a prefix
 * of 24 to 36 bits whose local or group bit is set, -EEXIST when the /24 has another group already,
 * -E2BIG, -ENOMEM.
 */
int og_table_prefix(struct og_table *table, const struct og_mac_prefix *prefix, uint16_t group);

/*
 * og_table_exact - the device @mac has the class @class (not OG_CLASS_NONE) at @site. Returns 0,
 * -EINVAL, -E2BIG, -ENOMEM.
 */
int og_table_exact(struct og_table *table, uint64_t mac, uint16_t site, uint16_t class);

/* og_table_own_mac - @mac is one of the gateway's own addresses. Returns 0 or -ENOMEM. */
int og_table_own_mac(struct og_table *table, uint64_t mac);

/*
 * og_table_port - frames of @vlan (0: untagged and priority-tagged, OG_VLAN_ALL: all) at the port
 * @ifindex are of @site. Returns 0, -EINVAL, -E2BIG, -ENOMEM.
 */
int og_table_port(struct og_table *table, uint32_t ifindex, uint16_t vlan, uint16_t site);

/*
 * Records. Each copies what it is given and returns its number in @ret_index. A run that the table
 * already holds in the same form is shared. Returns 0, -E2BIG (also for a class of more than
 * OG_CLASS_PHASES phases or a list of more than OG_SERVICE_LIST services), -ENOMEM; -EINVAL for
 * phases or ranges out of order.
 *
 * og_table_class - a class with @count phases, ascending by `from`; its fields phase and phases are
 *	filled in. Classes count from 1.
 * og_table_services - a run of services; its first index.
 * og_table_set - a set of sorted, disjoint ranges; sets count from 1, no range at all is
 *	OG_SET_NONE.
 */
int og_table_class(struct og_table *table, const struct og_class *class,
		   const struct og_phase *phases, size_t count, uint16_t *ret_index);
int og_table_services(struct og_table *table, const struct og_service_rec *services, size_t count,
		      uint32_t *ret_index);
int og_table_set(struct og_table *table, const struct og_range *ranges, size_t count,
		 uint32_t *ret_index);

/* og_table_full - which table was full, or had two entries of one key, in words for a diagnostic; when
 * none was, what ranges.h can have too many of. */
const char *og_table_full(const struct og_table *table);

/*
 * og_table_finish - place the hash tables, write the header with @flags, give the ruleset to the
 * caller (og_ruleset_free) and free the builder. On failure the builder stays: -EEXIST when one
 * device, port or prefix was given two values, -E2BIG when no seed was found for the hash tables,
 * -ENOMEM.
 */
int og_table_finish(struct og_table *table, uint32_t flags, struct og_ruleset **ret_ruleset);

/* og_ruleset_free - free a ruleset; NULL is allowed. */
void og_ruleset_free(struct og_ruleset *ruleset);

/* og_ruleset_checksum - FNV-1a, 64 bits, over everything after the header. */
uint64_t og_ruleset_checksum(const struct og_ruleset *ruleset);

/*
 * og_ruleset_verify - whether the @size bytes at @data are a ruleset of this layout, whole and
 * unchanged, and every index in it is in bounds. For what is read from a file or from a socket; the
 * look-ups of decide.h are memory-safe even without it. Returns 0; -EMSGSIZE for a wrong size,
 * -EPROTO for a wrong magic number, -EPROTONOSUPPORT for another layout, -EBADMSG for a wrong
 * checksum, -ERANGE for an index out of bounds. @data must be aligned to 8 bytes.
 */
int og_ruleset_verify(const void *data, size_t size);

#endif
