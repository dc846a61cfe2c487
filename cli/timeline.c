// SPDX-License-Identifier: GPL-2.0
/*
 * timeline.c: phases and milestones along an axis of time
 */
#include "cli/timeline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"

#define LABEL 34			      /* columns of a label at most */
#define AXIS  (OG_TIMELINE_WIDTH - LABEL - 4) /* of the axis */
#define TICK  12			      /* least columns between two ticks */
#define YEARS 30			      /* from now on that are drawn at most */
#define DAY   86400

/* The seconds that the axis spans. */
struct axis {
	int64_t first, last, now;
};

struct row {
	char *label;
	char cells[AXIS + 1];
	enum og_style style;
	char policy[80]; /* of phases, which are one row when these are the same */
	size_t sites;
};

struct drawing {
	struct axis axis;
	struct row *rows;
	size_t count;
};

static void stretch(struct axis *axis, int64_t second)
{
	if (second < axis->first)
		axis->first = second;
	if (second > axis->last)
		axis->last = second;
}

/* A late date can lie beyond any axis: what is drawn ends with the dates that matter. */
static struct axis span(const json_t *milestones, const json_t *phases, int64_t now)
{
	struct axis axis = {.first = now - 30 * DAY, .last = now + 30 * DAY, .now = now};
	int64_t years = (int64_t)YEARS * 365 * DAY;
	static const char *const keys[] = {"due_at", "original_due_at", "met_at", "forecast_at"};
	const json_t *item;
	size_t i, j;

	json_array_foreach(milestones, i, item)
	{
		for (j = 0; j < sizeof(keys) / sizeof(*keys); j++)
			stretch(&axis, og_json_number(item, keys[j], now));
	}
	json_array_foreach(phases, i, item)
	{
		stretch(&axis, og_json_number(item, "from_at", now));
	}
	if (axis.first < now - years)
		axis.first = now - years;
	if (axis.last > now + years)
		axis.last = now + years;
	axis.last += (axis.last - axis.first) / 20;
	return axis;
}

static int column(const struct axis *axis, int64_t second)
{
	if (second < axis->first)
		second = axis->first;
	if (second > axis->last)
		second = axis->last;
	return (int)((second - axis->first) * (AXIS - 1) / (axis->last - axis->first));
}

static struct row *add_row(struct drawing *drawing, const char *label)
{
	struct row *rows = reallocarray(drawing->rows, drawing->count + 1, sizeof(*rows)), *row;

	if (!rows)
		return NULL;
	drawing->rows = rows;
	row = &rows[drawing->count];
	*row = (struct row){.label = strdup(label)};
	if (!row->label)
		return NULL;
	memset(row->cells, ' ', AXIS);
	drawing->count++;
	return row;
}

static void fill(struct row *row, int from, int to, char sign)
{
	for (int i = from; i <= to; i++)
		row->cells[i] = sign;
}

/* From the first due date to the present one; then the forecast; what is met has no forecast. */
static int add_milestone(struct drawing *drawing, const json_t *m)
{
	struct row *row = add_row(drawing, og_json_text(m, "name", "?"));
	const struct axis *axis = &drawing->axis;
	int64_t due = og_json_number(m, "due_at", axis->now);
	int64_t original = og_json_number(m, "original_due_at", due);
	int64_t at = og_json_number(m, "forecast_at", 0);
	int64_t early = og_json_number(m, "forecast_early_at", at);
	int64_t late = og_json_number(m, "forecast_late_at", axis->last);

	if (!row)
		return -ENOMEM;
	if (at) {
		fill(row, column(axis, early), column(axis, late), '-');
		row->cells[column(axis, early)] = '[';
		row->cells[column(axis, late)] = late < axis->last ? ']' : '>';
		row->cells[column(axis, at)] = '*';
	}
	if (original != due) {
		fill(row, column(axis, original), column(axis, due), '=');
		row->cells[column(axis, original)] = 'o';
	}
	row->cells[column(axis, due)] = '#';
	if (og_json_number(m, "met_at", 0))
		row->cells[column(axis, og_json_number(m, "met_at", 0))] = 'M';
	row->style = og_json_truth(m, "met")	   ? OG_GOOD
		     : og_json_truth(m, "overdue") ? OG_BAD
						   : OG_PLAIN;
	return 0;
}

static char action_sign(const char *action)
{
	static const char *const actions[] = {"observe",  "log",   "limit",
					      "restrict", "block", "isolate"};
	static const char signs[] = ".lmrBI";

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (!strcmp(action, actions[i]))
			return signs[i];
	return '?';
}

/* The phases of the policy and site of phase @first, which is its first one. */
static int add_phases(struct drawing *drawing, const json_t *phases, size_t first)
{
	const json_t *phase = json_array_get(phases, first);
	const char *policy = og_json_text(phase, "policy", "?");
	const char *site = og_json_text(phase, "site", "?");
	struct row *row = add_row(drawing, site);

	if (!row)
		return -ENOMEM;
	snprintf(row->policy, sizeof(row->policy), "%s", policy);
	row->sites = 1;
	for (size_t i = first; i < json_array_size(phases); i++) {
		phase = json_array_get(phases, i);
		if (!strcmp(og_json_text(phase, "policy", "?"), policy) &&
		    !strcmp(og_json_text(phase, "site", "?"), site))
			fill(row,
			     column(&drawing->axis,
				    og_json_number(phase, "from_at", drawing->axis.first)),
			     AXIS - 1, action_sign(og_json_text(phase, "action", "?")));
	}
	/* The same as another site's: one row for both. */
	for (size_t i = 0; i + 1 < drawing->count; i++) {
		struct row *other = &drawing->rows[i];

		if (!other->sites || strcmp(other->policy, row->policy) ||
		    memcmp(other->cells, row->cells, AXIS))
			continue;
		other->sites++;
		free(row->label);
		drawing->count--;
		break;
	}
	return 0;
}

/* Whether an earlier phase has the policy and site of phase @index. */
static bool is_drawn(const json_t *phases, size_t index)
{
	const json_t *phase = json_array_get(phases, index), *other;
	size_t i;

	json_array_foreach(phases, i, other)
	{
		if (i == index)
			return false;
		if (!strcmp(og_json_text(other, "policy", "?"),
			    og_json_text(phase, "policy", "?")) &&
		    !strcmp(og_json_text(other, "site", "?"), og_json_text(phase, "site", "?")))
			return true;
	}
	return false;
}

/* What stands before a row, cut to @size bytes: all of it are names, which are ASCII. */
static void label_of(const struct row *row, char *label, size_t size)
{
	if (row->sites > 1)
		snprintf(label, size, "%s: %zu sites", row->policy, row->sites);
	else if (row->sites)
		snprintf(label, size, "%s: %s", row->policy, row->label);
	else
		snprintf(label, size, "%s", row->label);
}

/* Columns of the longest label. */
static int label_width(const struct drawing *drawing)
{
	char label[LABEL + 1];
	int widest = 0, width;

	for (size_t i = 0; i < drawing->count; i++) {
		label_of(&drawing->rows[i], label, sizeof(label));
		width = og_text_width(label);
		if (width > widest)
			widest = width;
	}
	return widest;
}

/* Blanks at the end of a line are for nobody. */
static void trim(char *cells)
{
	for (size_t length = AXIS; length && cells[length - 1] == ' '; length--)
		cells[length - 1] = '\0';
}

/* The first second of a month, by its number since the year 0. */
static int64_t month_start(int month)
{
	struct tm tm = {.tm_year = month / 12 - 1900, .tm_mon = month % 12, .tm_mday = 1};

	return (int64_t)timegm(&tm);
}

static void put_axis(FILE *out, const struct axis *axis, int indent, bool colour)
{
	static const int steps[] = {1, 2, 3, 6, 12, 24, 60, 120};
	char names[AXIS + 16], line[AXIS + 1] = "";
	time_t first = (time_t)axis->first;
	struct tm tm = {0};
	size_t step = 0;
	int month;

	while (step + 1 < sizeof(steps) / sizeof(*steps) &&
	       (int64_t)steps[step] * 30 * DAY * AXIS < (axis->last - axis->first) * TICK)
		step++;
	gmtime_r(&first, &tm);
	month = ((tm.tm_year + 1900) * 12 + tm.tm_mon) / steps[step] * steps[step];
	memset(names, ' ', sizeof(names));
	memset(line, '-', AXIS);
	for (; month_start(month) <= axis->last; month += steps[step]) {
		char name[16];
		int at = column(axis, month_start(month));

		if (month_start(month) < axis->first || at + 7 > AXIS)
			continue;
		snprintf(name, sizeof(name), "%04d-%02d", month / 12 % 10000, month % 12 + 1);
		memcpy(names + at, name, strlen(name));
		line[at] = '+';
	}
	line[column(axis, axis->now)] = '|';
	names[AXIS] = '\0';
	trim(names);
	fprintf(out, "  %*s %s\n  %*s ", indent, "", names, indent, "");
	og_text_put(line, OG_DIM, out, colour);
	fputc('\n', out);
}

static void put_row(FILE *out, const struct drawing *drawing, struct row *row, int indent,
		    bool colour)
{
	int now = column(&drawing->axis, drawing->axis.now);
	char label[LABEL + 1];

	if (row->cells[now] == ' ' || row->cells[now] == '-' || row->cells[now] == '=')
		row->cells[now] = '|';
	trim(row->cells);
	label_of(row, label, sizeof(label));
	fputs("  ", out);
	og_text_put(label, row->style, out, colour);
	fprintf(out, "%*s ", indent - og_text_width(label), "");
	og_text_put(row->cells, row->style, out, colour);
	fputc('\n', out);
}

static void put_legend(FILE *out, const struct drawing *drawing, bool colour)
{
	bool milestones = false, phases = false;

	for (size_t i = 0; i < drawing->count; i++) {
		milestones |= !drawing->rows[i].sites;
		phases |= drawing->rows[i].sites > 0;
	}
	if (milestones)
		og_text_put("  # due  o== first due, then moved  [-*-] forecast  M met", OG_DIM,
			    out, colour);
	if (milestones && phases)
		fputc('\n', out);
	if (phases)
		og_text_put("  . observe  l log  m limit  r restrict  B block  I isolate", OG_DIM,
			    out, colour);
	og_text_put("  | now", OG_DIM, out, colour);
	fputc('\n', out);
}

int og_timeline_draw(FILE *out, const json_t *milestones, const json_t *phases, int64_t now,
		     bool colour)
{
	struct drawing drawing = {.axis = span(milestones, phases, now)};
	int indent, r = 0;
	size_t i;

	for (i = 0; i < json_array_size(milestones) && !r; i++)
		r = add_milestone(&drawing, json_array_get(milestones, i));
	for (i = 0; i < json_array_size(phases) && !r; i++)
		if (!is_drawn(phases, i))
			r = add_phases(&drawing, phases, i);
	if (!r && drawing.count) {
		indent = label_width(&drawing);
		put_axis(out, &drawing.axis, indent, colour);
		for (i = 0; i < drawing.count; i++)
			put_row(out, &drawing, &drawing.rows[i], indent, colour);
		put_legend(out, &drawing, colour);
	}
	for (i = 0; i < drawing.count; i++)
		free(drawing.rows[i].label);
	free(drawing.rows);
	return r;
}
