// SPDX-License-Identifier: GPL-2.0
/*
 * chart.c: the burn-down chart
 *
 * Devices still present as steps, for nothing is known between two days; those verified absent as a
 * second line; each milestone as an upright line at its date, with the original one beside it where
 * it was extended, and the goal as a mark where the milestone counts devices; the forecast as a
 * dashed line within its interval.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/report/chart.h"
#include "cli/report/html.h"

#define WIDTH  760
#define HEIGHT 300
#define LEFT   52
#define RIGHT  740
#define TOP    34
#define BOTTOM 262
#define DAY    86400
#define LAST   253402300799LL /* the last second of the year 9999 */
#define MOST   1000000000000LL

struct chart {
	FILE *out;
	const json_t *points, *milestones;
	int64_t from, to; /* seconds: the edges of the time axis */
	int64_t top;	  /* devices: the upper edge */
};

/* Of a file that anybody may have written: what can be drawn is between 0 and @most. */
static int64_t within(const json_t *record, const char *key, int64_t otherwise, int64_t most)
{
	int64_t number = og_json_number(record, key, otherwise);

	return number < 0 ? 0 : number > most ? most : number;
}

static int64_t moment_of(const json_t *record, const char *key, int64_t otherwise)
{
	return within(record, key, otherwise, LAST);
}

static int64_t count_of(const json_t *record, const char *key)
{
	return within(record, key, 0, MOST);
}

static double at_x(const struct chart *chart, int64_t second)
{
	double share = (double)(second - chart->from) / (double)(chart->to - chart->from);

	share = share < 0 ? 0 : share > 1 ? 1 : share;
	return LEFT + share * (RIGHT - LEFT);
}

static double at_y(const struct chart *chart, double devices)
{
	return BOTTOM - devices / (double)chart->top * (BOTTOM - TOP);
}

static void line(const struct chart *chart, const char *class, double x1, double y1, double x2,
		 double y2)
{
	fprintf(chart->out,
		"<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1,
		y1, x2, y2);
}

static void later(int64_t *latest, int64_t second)
{
	if (second > *latest)
		*latest = second;
}

/* The smallest of 1, 2, 5 times a power of ten that cuts @span into @parts or fewer. */
static int64_t step_of(int64_t span, int parts)
{
	static const int steps[] = {1, 2, 5};
	int64_t power = 1;

	for (;; power *= 10) {
		for (size_t i = 0; i < 3; i++) {
			if (steps[i] * power * parts >= span)
				return steps[i] * power;
		}
	}
}

static bool measure(struct chart *chart, const json_t *report)
{
	json_t *record;
	size_t i;

	chart->points = og_json_array(report, "burn_down");
	chart->milestones = og_json_array(report, "milestones");
	chart->to = moment_of(report, "cutoff_at", 0);
	if (json_array_size(chart->points) < 2)
		return false;
	json_array_foreach(chart->points, i, record)
	{
		if (!i)
			chart->from = moment_of(record, "at", 0);
		later(&chart->to, moment_of(record, "at", 0));
		later(&chart->top, count_of(record, "total"));
	}
	json_array_foreach(chart->milestones, i, record)
	{
		int64_t late = moment_of(record, "forecast_late_at", 0);

		later(&chart->to, moment_of(record, "due_at", 0));
		later(&chart->to, moment_of(record, "forecast_at", 0));
		/* An interval without end must not press the rest together. */
		if (late < chart->to + 730LL * DAY)
			later(&chart->to, late);
	}
	chart->top = chart->top < 5 ? 5 : chart->top;
	return chart->to > chart->from;
}

static void put_axes(const struct chart *chart)
{
	int64_t step = step_of(chart->top, 5);
	struct tm parts;
	time_t second = chart->from;
	int months, last;

	for (int64_t devices = 0; devices <= chart->top; devices += step) {
		line(chart, "axis", LEFT, at_y(chart, devices), RIGHT, at_y(chart, devices));
		fprintf(chart->out,
			"<text class=\"soft\" x=\"%d\" y=\"%.1f\" "
			"text-anchor=\"end\">%" PRId64 "</text>\n",
			LEFT - 6, at_y(chart, devices) + 4, devices);
	}
	months = (int)((chart->to - chart->from) / (30 * DAY) / 8) + 1;
	months = months <= 3 ? months : months <= 6 ? 6 : (months + 11) / 12 * 12;
	if (!localtime_r(&second, &parts))
		return;
	last = parts.tm_year * 12 + parts.tm_mon;
	for (int month = last / months * months;; month += months) {
		struct tm first = {
			.tm_year = month / 12, .tm_mon = month % 12, .tm_mday = 1, .tm_isdst = -1};
		int64_t tick = mktime(&first);

		if (tick < chart->from)
			continue;
		if (tick > chart->to)
			break;
		line(chart, "axis", at_x(chart, tick), BOTTOM, at_x(chart, tick), BOTTOM + 5);
		fprintf(chart->out,
			"<text class=\"soft\" x=\"%.1f\" y=\"%d\" "
			"text-anchor=\"middle\">%d-%02d</text>\n",
			at_x(chart, tick), BOTTOM + 20, first.tm_year + 1900, first.tm_mon + 1);
	}
}

/* Steps through the member @key of the points; @closed: down to the axis, as an area. */
static void put_steps(const struct chart *chart, const char *class, const char *key, bool closed)
{
	double x = 0, y = 0;
	json_t *record;
	size_t i;

	fprintf(chart->out, "<path class=\"%s\" d=\"", class);
	json_array_foreach(chart->points, i, record)
	{
		x = at_x(chart, moment_of(record, "at", 0));
		y = at_y(chart, count_of(record, key));
		if (!i)
			fprintf(chart->out, "M%.1f %.1f", x, closed ? (double)BOTTOM : y);
		if (i || closed)
			fprintf(chart->out, "H%.1fV%.1f", x, y);
	}
	if (closed)
		fprintf(chart->out, "H%.1fV%dZ", x, BOTTOM);
	fputs("\"/>\n", chart->out);
}

static bool counts_devices(const json_t *milestone)
{
	return !strcmp(og_json_text(milestone, "measure", ""), "devices");
}

/* Devices that may be left when the milestone is met. */
static double allowed(const json_t *milestone)
{
	double total = (double)count_of(milestone, "total");
	double wanted = (double)og_json_number(milestone, "wanted_percent", 0);

	if (!strcmp(og_json_text(milestone, "comparator", ""), "at_most"))
		return total * wanted / 100;
	return total * (100 - wanted) / 100;
}

static void put_milestone(const struct chart *chart, const json_t *milestone, size_t place)
{
	int64_t due = moment_of(milestone, "due_at", 0);
	int64_t original = moment_of(milestone, "original_due_at", due);
	bool at_edge = at_x(chart, due) > RIGHT - 120;
	double x = at_x(chart, due);

	if (original != due && original >= chart->from)
		line(chart, "was", at_x(chart, original), TOP, at_x(chart, original), BOTTOM);
	if (due < chart->from)
		return;
	line(chart, "goal", x, TOP, x, BOTTOM);
	fprintf(chart->out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">",
		at_edge ? x - 4 : x + 4, TOP - 18 + (int)(place % 2) * 14,
		at_edge ? "end" : "start");
	og_html_text(chart->out, og_json_text(milestone, "name", ""));
	fputs("</text>\n", chart->out);
	if (counts_devices(milestone))
		fprintf(chart->out, "<circle class=\"goal\" cx=\"%.1f\" cy=\"%.1f\" r=\"5\"/>\n", x,
			at_y(chart, allowed(milestone)));
}

/* From today to the day on which the last milestone would be met; sites have no place on this axis. */
static void put_forecast(const struct chart *chart, const json_t *milestone)
{
	const json_t *last = json_array_get(chart->points, json_array_size(chart->points) - 1);
	int64_t now = moment_of(last, "at", 0);
	int64_t end = moment_of(milestone, "forecast_at", 0);
	double x = at_x(chart, now), y = at_y(chart, count_of(last, "present"));
	double goal = at_y(chart, allowed(milestone));

	if (end <= now)
		return;
	if (!counts_devices(milestone)) {
		line(chart, "forecast", at_x(chart, end), TOP, at_x(chart, end), BOTTOM);
		return;
	}
	fprintf(chart->out, "<path class=\"area\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fZ\"/>\n", x, y,
		at_x(chart, moment_of(milestone, "forecast_early_at", end)), goal,
		at_x(chart, moment_of(milestone, "forecast_late_at", chart->to)), goal);
	line(chart, "forecast", x, y, at_x(chart, end), goal);
}

static void describe(const struct chart *chart)
{
	const json_t *first = json_array_get(chart->points, 0);
	const json_t *last = json_array_get(chart->points, json_array_size(chart->points) - 1);

	fputs("<title id=\"burn-title\">Devices still present over time</title>\n"
	      "<desc id=\"burn-words\">From ",
	      chart->out);
	og_html_count(chart->out, count_of(first, "present"));
	fputs(" to ", chart->out);
	og_html_count(chart->out, count_of(last, "present"));
	fputs(" devices present; upright lines are milestones.</desc>\n", chart->out);
}

void og_chart(FILE *out, const json_t *report)
{
	struct chart chart = {.out = out};
	json_t *milestone;
	size_t i;

	if (!measure(&chart, report)) {
		fputs("<p class=\"none\">There are not two days yet that a line could join.</p>\n",
		      out);
		return;
	}
	fprintf(out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		"aria-labelledby=\"burn-title burn-words\">\n",
		WIDTH, HEIGHT);
	describe(&chart);
	put_steps(&chart, "area", "present", true);
	put_axes(&chart);
	put_forecast(&chart,
		     json_array_get(chart.milestones, json_array_size(chart.milestones) - 1));
	put_steps(&chart, "present", "present", false);
	put_steps(&chart, "verified", "verified_absent", false);
	json_array_foreach(chart.milestones, i, milestone) put_milestone(&chart, milestone, i);
	fprintf(out,
		"<text class=\"soft\" x=\"%d\" y=\"%d\">devices present (area), verified absent "
		"(green line), milestones (upright), forecast (dashed)</text>\n</svg>\n",
		LEFT, HEIGHT - 4);
}
