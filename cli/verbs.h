/* SPDX-License-Identifier: GPL-2.0 */
/*
 * verbs.h: the verbs' functions, for the table in verbs.c
 *
 * Each takes the command line taken apart, prints, and returns the exit status (enum og_exit).
 */
#ifndef OUIGUARD_CLI_VERBS_H
#define OUIGUARD_CLI_VERBS_H

#include "cli/cli.h"

/* cli.c */
int og_verb_help(struct og_cli *cli, const struct og_args *args);
int og_verb_completion(struct og_cli *cli, const struct og_args *args);

/* verb-init.c, verb-check.c */
int og_verb_init(struct og_cli *cli, const struct og_args *args);
int og_verb_check(struct og_cli *cli, const struct og_args *args);

/* verb-status.c, verb-devices.c, verb-events.c */
int og_verb_status(struct og_cli *cli, const struct og_args *args);
int og_verb_devices(struct og_cli *cli, const struct og_args *args);
int og_verb_events(struct og_cli *cli, const struct og_args *args);

/* verb-audit.c */
int og_verb_audit_list(struct og_cli *cli, const struct og_args *args);
int og_verb_audit_verify(struct og_cli *cli, const struct og_args *args);
int og_verb_inventory_export(struct og_cli *cli, const struct og_args *args);
int og_verb_inventory_merge(struct og_cli *cli, const struct og_args *args);
int og_verb_audit_export(struct og_cli *cli, const struct og_args *args);

/* verb-explain.c, verb-plan.c */
int og_verb_explain(struct og_cli *cli, const struct og_args *args);
int og_verb_plan(struct og_cli *cli, const struct og_args *args);

/* verb-apply.c */
int og_verb_apply(struct og_cli *cli, const struct og_args *args);
int og_verb_confirm(struct og_cli *cli, const struct og_args *args);
int og_verb_reload(struct og_cli *cli, const struct og_args *args);
int og_verb_detach(struct og_cli *cli, const struct og_args *args);

/* verb-exception.c */
int og_verb_exception_add(struct og_cli *cli, const struct og_args *args);
int og_verb_exception_approve(struct og_cli *cli, const struct og_args *args);
int og_verb_exception_list(struct og_cli *cli, const struct og_args *args);
int og_verb_exception_revoke(struct og_cli *cli, const struct og_args *args);
int og_verb_pause(struct og_cli *cli, const struct og_args *args);

/* verb-device.c */
int og_verb_device_show(struct og_cli *cli, const struct og_args *args);
int og_verb_device_set(struct og_cli *cli, const struct og_args *args);

/* verb-baseline.c */
int og_verb_baseline_freeze(struct og_cli *cli, const struct og_args *args);

/* verb-asset.c */
int og_verb_asset_import(struct og_cli *cli, const struct og_args *args);

/* verb-registry.c */
int og_verb_registry_status(struct og_cli *cli, const struct og_args *args);
int og_verb_registry_diff(struct og_cli *cli, const struct og_args *args);
int og_verb_registry_accept(struct og_cli *cli, const struct og_args *args);

/* verb-timeline.c */
int og_verb_timeline(struct og_cli *cli, const struct og_args *args);

/* verb-report.c */
int og_verb_report(struct og_cli *cli, const struct og_args *args);

#endif
