/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timeline.h: phases and milestones along an axis of time, for a terminal
 */
#ifndef OUIGUARD_CLI_TIMELINE_H
#define OUIGUARD_CLI_TIMELINE_H

#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "cli/sheet.h"

#define OG_TIMELINE_WIDTH 100 /* columns of a line at most */

/*
 * og_timeline_draw - the axis with a row for each of @milestones and for each policy of @phases (both
 * as in the Timeline record, docs/dbus.md), and what the signs mean, to @out. Phases that are the same
 * at several sites are one row. Nothing where there is nothing to draw. Months are those of UTC.
 * Returns 0 or -ENOMEM.
 */
int og_timeline_draw(FILE *out, const json_t *milestones, const json_t *phases, int64_t now,
		     bool colour);

#endif
