/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records-audit.h: the audit log as records (docs/dbus.md)
 */
#ifndef OUIGUARD_DAEMON_RECORDS_AUDIT_H
#define OUIGUARD_DAEMON_RECORDS_AUDIT_H

#include <jansson.h>

struct og_manager;

#define OG_AUDIT_PAGE	1000 /* most entries in one answer */
#define OG_AUDIT_FAULTS 100  /* faults that are told in words; the rest is counted */

/*
 * og_record_audit_head - `head`, `entries`, `head_at` of the log, for other records. A new reference;
 * NULL without memory.
 */
json_t *og_record_audit_head(struct og_manager *m);

/*
 * og_record_audit - the entries that @filter (its keys as in ListAudit) wants, as an array. 0; -EINVAL
 * with the key in @ret_wrong that is unknown or has a wrong value; -errno.
 */
int og_record_audit(struct og_manager *m, json_t *filter, json_t **ret_array,
		    const char **ret_wrong);

/*
 * og_record_audit_verify - verify the log, with the head that @query (its keys as in VerifyAudit) may
 * name. Results as above.
 */
int og_record_audit_verify(struct og_manager *m, json_t *query, json_t **ret_record,
			   const char **ret_wrong);

#endif
