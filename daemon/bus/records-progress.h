/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records-progress.h: the records Timeline and Report of docs/dbus.md
 */
#ifndef OUIGUARD_DAEMON_RECORDS_PROGRESS_H
#define OUIGUARD_DAEMON_RECORDS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "policy/config/config.h"
#include "policy/progress/progress.h"

struct og_manager;

/*
 * og_record_timeline, og_record_report - as asked for by @query (its keys as in Timeline and Report).
 * 0; -EINVAL with the key in @ret_wrong that is unknown or has a wrong value; -ENOENT when there is no
 * such site or programme; -EDESTADDRREQ when there is not exactly one programme in use and @query
 * names none; -ENODATA when no configuration is in force; -errno.
 */
int og_record_timeline(struct og_manager *m, json_t *query, json_t **ret_record,
		       const char **ret_wrong);
int og_record_report(struct og_manager *m, json_t *query, json_t **ret_record,
		     const char **ret_wrong);

/*
 * og_timeline_at, og_report_at - the same at second @now; @site and @programme NULL: all that policies
 * name; @since 0: from the beginning. 0 or -errno.
 */
int og_timeline_at(struct og_manager *m, const struct og_conf_programme *programme,
		   const char *site, int64_t now, json_t **ret_record);
int og_report_at(struct og_manager *m, const struct og_conf_programme *programme, int64_t since,
		 int64_t now, json_t **ret_record);

/* og_programme_used - whether a policy of @config names @programme. */
bool og_programme_used(const struct og_config *config, const struct og_conf_programme *programme);

/* og_record_summary, _milestones - of @result, as arrays and objects of the report. */
json_t *og_record_summary(const struct og_progress_result *result);
json_t *og_record_milestones(const struct og_progress_result *result, int64_t now);

/*
 * og_record_phases - every phase of the policies of @programme (NULL: of all policies), at @site
 * (NULL: everywhere).
 */
json_t *og_record_phases(const struct og_manager *m, const struct og_conf_programme *programme,
			 const char *site);

#endif
