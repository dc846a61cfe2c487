/* SPDX-License-Identifier: GPL-2.0 */
/*
 * explain-record.h: the query and the answer of `explain` as records, for the daemon's method and
 * for the offline verb alike
 */
#ifndef OUIGUARD_IPC_EXPLAIN_RECORD_H
#define OUIGUARD_IPC_EXPLAIN_RECORD_H

#include <stdint.h>

#include <jansson.h>

#include <ouiguard/types.h>

struct og_config;
struct og_explanation;
struct og_query;

/*
 * og_query_read - the record @object (docs/dbus.md, Explain) as a query. Exactly one of `mac` and
 * `ip` must be there; with `ip`, it is the query's source and @ret_ip, and the query's mac is 0 for
 * the caller to find.
 * Without `at` it is @now. Strings are borrowed from @object.
 *
 * Returns 0, or -EINVAL with the key that is unknown, missing or wrong in @ret_wrong.
 */
int og_query_read(json_t *object, int64_t now, struct og_query *ret_query, struct og_addr *ret_ip,
		  const char **ret_wrong);

/*
 * og_explanation_record - @explanation of @query as a record; times as text are those of its site's
 * zone in @config. Returns a new reference, or NULL without memory.
 */
json_t *og_explanation_record(const struct og_explanation *explanation,
			      const struct og_query *query, const struct og_config *config);

#endif
