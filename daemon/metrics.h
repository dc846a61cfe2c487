/* SPDX-License-Identifier: GPL-2.0 */
/*
 * metrics.h: figures for Prometheus, as a text file that node_exporter collects
 *
 * The format is Prometheus' text exposition format 0.0.4. There is no TCP port of our own.
 */
#ifndef OUIGUARD_DAEMON_METRICS_H
#define OUIGUARD_DAEMON_METRICS_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

struct og_manager;

/*
 * og_metrics_print - the figures of the status record @status and the timeline record @timeline
 * (docs/dbus.md; either may be NULL) to @out. Pure but for @out.
 */
void og_metrics_print(FILE *out, const json_t *status, const json_t *timeline);

/*
 * og_metrics_put - write the figures to the file that ouiguard.yaml names, whole or not at all, where
 * it names one. A failure is logged once until it works again.
 */
void og_metrics_put(struct og_manager *m);

#endif
