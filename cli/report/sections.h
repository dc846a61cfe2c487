/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sections.h: the sections of the HTML report, each from the report record
 */
#ifndef OUIGUARD_CLI_REPORT_SECTIONS_H
#define OUIGUARD_CLI_REPORT_SECTIONS_H

#include <stdio.h>

#include <jansson.h>

#include "cli/report/report.h"

/* page-one.c: what a reader sees first, and by what it can be checked. */
void og_section_head(FILE *out, const json_t *report, const char *kind);
void og_section_figures(FILE *out, const json_t *report);
void og_section_proof(FILE *out, const json_t *report);

/* sections.c: how far it has come. */
void og_section_chart(FILE *out, const json_t *report);
void og_section_milestones(FILE *out, const json_t *report);
void og_section_phases(FILE *out, const json_t *report);
void og_section_sites(FILE *out, const json_t *report);
void og_section_vendors(FILE *out, const json_t *report);
void og_section_exceptions(FILE *out, const json_t *report);
void og_section_returns(FILE *out, const json_t *report);
void og_section_destinations(FILE *out, const json_t *report);
void og_section_gateways(FILE *out, const json_t *report);
void og_section_files(FILE *out, const json_t *report);

/* sections-template.c: what only one template has. */
void og_section_answers(FILE *out, const json_t *report);
int og_section_equipment(FILE *out, const struct og_report_devices *devices);
void og_section_plan(FILE *out, const json_t *report);
void og_section_signature(FILE *out);

#endif
