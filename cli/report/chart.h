/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chart.h: how many devices are left, against the milestones, as SVG
 */
#ifndef OUIGUARD_CLI_REPORT_CHART_H
#define OUIGUARD_CLI_REPORT_CHART_H

#include <stdio.h>

#include <jansson.h>

/*
 * og_chart - the burn-down of the report record @report (its members burn_down, milestones and
 * cutoff_at) to @out. Says so in words where there are fewer than two points to draw.
 */
void og_chart(FILE *out, const json_t *report);

#endif
