// SPDX-License-Identifier: GPL-2.0
/*
 * progress.c: counts sites and devices of a programme
 *
 * Each device enters the sums of its site, of its vendor and of the whole, and the history (history.h)
 * of the whole and of each milestone it is in the scope of. A milestone in sites needs all devices of
 * a site together, day by day: these are the only things kept until a site ends.
 */
#include "policy/progress/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/arena.h"
#include "policy/progress/history.h"
#include "policy/progress/presence.h"

struct zone {
	const char *name;    /* NULL: the gateway's own */
	uint64_t milestones; /* bits of those with a site of this zone in their scope */
};

/* What is kept of each milestone. */
struct course {
	const struct og_conf_milestone *conf;
	struct og_history *history;
	uint64_t sites, not_surveyed, total, done;
	bool in_scope;	  /* the site that is being counted */
	uint64_t present; /* of its devices */
};

struct og_progress {
	const struct og_conf_programme *programme;
	const char *zone;
	int64_t now;
	struct og_arena *arena;
	struct og_history *history; /* of the whole */
	struct course *courses;
	struct og_progress_row *rows;
	size_t row_count, row_room;
	struct og_presence presence; /* of the site that is being counted */
	struct zone *zones;
	size_t zone_count;
	struct og_progress_counts *vendors;
	struct og_progress_milestone *milestones;
	struct og_progress_result result;
};

struct og_progress *og_progress_new(const struct og_conf_programme *programme, const char *zone,
				    int64_t now)
{
	struct og_progress *p = calloc(1, sizeof(*p));
	size_t count = programme->milestone_count;

	if (!p)
		return NULL;
	p->programme = programme;
	p->zone = zone;
	p->now = now;
	p->arena = og_arena_new();
	p->history = og_history_new(now);
	p->courses = calloc(count + 1, sizeof(*p->courses));
	p->milestones = calloc(count + 1, sizeof(*p->milestones));
	p->vendors = calloc(programme->vendors.count + 1, sizeof(*p->vendors));
	for (size_t i = 0; p->courses && i < count; i++) {
		p->courses[i].conf = &programme->milestones[i];
		p->courses[i].history = og_history_new(now);
		if (!p->courses[i].history)
			goto fail;
	}
	if (p->arena && p->history && p->courses && p->milestones && p->vendors)
		return p;
fail:
	og_progress_free(p);
	return NULL;
}

void og_progress_free(struct og_progress *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->courses && i < p->programme->milestone_count; i++)
		og_history_free(p->courses[i].history);
	og_history_free(p->history);
	og_presence_clear(&p->presence);
	og_arena_free(p->arena);
	free(p->courses);
	free(p->milestones);
	free(p->vendors);
	free(p->zones);
	free(p->rows);
	free(p);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Note that milestones count a site of @zone: a date there ends when its day does. */
static int note_zone(struct og_progress *p, const char *zone, uint64_t milestones)
{
	struct zone *zones;

	for (size_t i = 0; i < p->zone_count; i++) {
		if (same(p->zones[i].name, zone)) {
			p->zones[i].milestones |= milestones;
			return 0;
		}
	}
	zones = reallocarray(p->zones, p->zone_count + 1, sizeof(*zones));
	if (!zones)
		return -ENOMEM;
	p->zones = zones;
	zones[p->zone_count++] = (struct zone){.name = zone, .milestones = milestones};
	return 0;
}

static void sum(struct og_progress_counts *to, const struct og_progress_counts *from)
{
	to->devices += from->devices;
	to->baseline += from->baseline;
	to->found_later += from->found_later;
	to->false_positive += from->false_positive;
	for (size_t i = 0; i < OG_STATE_COUNT; i++)
		to->states[i] += from->states[i];
	to->gone += from->gone;
	to->present += from->present;
	to->verified_absent += from->verified_absent;
	to->unproven += from->unproven;
	to->silent += from->silent;
	to->excepted += from->excepted;
	to->third_party += from->third_party;
	to->dropped += from->dropped;
	if (from->last_seen > to->last_seen)
		to->last_seen = from->last_seen;
}

/* A register that was frozen may have grown since: what is more than that was found later. */
static void split_baseline(struct og_progress_row *row)
{
	uint64_t frozen = row->site.frozen;

	if (frozen && row->counts.baseline > frozen) {
		row->counts.found_later += row->counts.baseline - frozen;
		row->counts.baseline = frozen;
	}
}

/* The site that was given last has all its devices. */
static void end_site(struct og_progress *p)
{
	struct og_progress_row *row;

	if (!p->row_count)
		return;
	row = &p->rows[p->row_count - 1];
	split_baseline(row);
	sum(&p->result.whole, &row->counts);
	row->clean = row->site.surveyed && !row->site.blind && !row->counts.present;
	p->result.sites_surveyed += row->site.surveyed;
	p->result.sites_blind += row->site.blind > 0;
	p->result.blind += row->site.blind;
	p->result.sites_clean += row->clean;
	og_presence_sort(&p->presence);
	for (size_t i = 0; i < p->programme->milestone_count; i++) {
		struct course *course = &p->courses[i];

		if (!course->in_scope || course->conf->measure != OG_MEASURE_SITES ||
		    !row->site.surveyed || row->site.blind)
			continue;
		course->done += !course->present;
		og_presence_tell(&p->presence, i, row->site.baseline_at, course->history);
	}
	p->presence.count = 0;
}

static int keep(struct og_arena *arena, const char **text)
{
	if (*text)
		*text = og_arena_strdup(arena, *text);
	return *text ? 0 : -ENOMEM;
}

/* A new row with the texts of @site in memory of our own. */
static struct og_progress_row *add_row(struct og_progress *p, const struct og_progress_site *site)
{
	struct og_progress_row row = {.site = *site}, *rows;
	const char **texts[] = {&row.site.name, &row.site.site_class, &row.site.owner,
				&row.site.gateway, &row.site.zone};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (*texts[i] && keep(p->arena, texts[i]))
			return NULL;
	if (p->row_count == p->row_room) {
		size_t room = p->row_room ? p->row_room * 2 : 64;

		rows = reallocarray(p->rows, room, sizeof(*rows));
		if (!rows)
			return NULL;
		p->rows = rows;
		p->row_room = room;
	}
	p->rows[p->row_count] = row;
	return &p->rows[p->row_count++];
}

int og_progress_site(struct og_progress *p, const struct og_progress_site *site)
{
	const struct og_progress_row *row;
	uint64_t scopes = 0;

	end_site(p);
	row = add_row(p, site);
	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < p->programme->milestone_count; i++) {
		struct course *course = &p->courses[i];
		bool sites = course->conf->measure == OG_MEASURE_SITES;

		course->present = 0;
		course->in_scope = site->elsewhere ||
				   og_milestone_concerns_site(course->conf, site->site_class);
		if (!course->in_scope)
			continue;
		scopes |= 1ULL << i;
		course->sites++;
		course->total += sites;
		course->not_surveyed += !site->surveyed;
		og_history_add(course->history, 0, sites, 0, 1);
		if (site->surveyed)
			og_history_add(course->history, site->baseline_at, 0, 0, -1);
	}
	return note_zone(p, row->site.zone, scopes);
}

/* A device on its way through time. */
struct walk {
	struct og_progress *p;
	uint64_t scopes; /* milestones that count it */
	bool surveyed, gone, verified;
};

static int change(struct walk *w, int64_t at, int total, int gone, int verified)
{
	struct og_progress *p = w->p;

	og_history_add(p->history, at, total, gone, verified);
	for (size_t i = 0; i < p->programme->milestone_count; i++)
		if (w->scopes >> i & 1 && p->courses[i].conf->measure == OG_MEASURE_DEVICES)
			og_history_add(p->courses[i].history, at, total, gone, 0);
	if (!w->surveyed || total == gone)
		return 0;
	return og_presence_add(&p->presence, at, w->scopes, total - gone);
}

static int step(struct walk *w, int64_t at, enum og_device_state state)
{
	bool gone = w->surveyed && og_state_gone(state);
	bool verified = w->surveyed && state == OG_STATE_VERIFIED_ABSENT;
	int by_gone = gone - w->gone, by_verified = verified - w->verified;

	w->gone = gone;
	w->verified = verified;
	return by_gone || by_verified ? change(w, at, 0, by_gone, by_verified) : 0;
}

/* When a device became known; 0: no second of it is. */
static int64_t entered(const struct og_progress_device *device, int64_t baseline_at)
{
	int64_t times[] = {device->facts.first_seen, device->step_count ? device->steps[0].at : 0,
			   device->facts.has_row ? baseline_at : 0};
	int64_t first = 0;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (times[i] > 0 && (!first || times[i] < first))
			first = times[i];
	return first;
}

/* A clock that was set back must not let a later step come first. */
static int walk_history(struct walk *w, const struct og_progress_device *device,
			const struct og_standing *standing, int64_t baseline_at)
{
	int64_t at = entered(device, baseline_at);
	int r = change(w, at, 1, 0, 0);

	for (size_t i = 0; i < device->step_count && r == 0; i++) {
		if (device->steps[i].at > at)
			at = device->steps[i].at;
		r = step(w, at, device->steps[i].state);
	}
	if (r == 0)
		r = step(w, standing->state_at > at ? standing->state_at : at, standing->state);
	return r;
}

static void count(struct og_progress_counts *counts, const struct og_progress_device *device,
		  const struct og_standing *standing, bool gone)
{
	counts->devices++;
	if (device->facts.has_row)
		counts->baseline++;
	else
		counts->found_later++;
	counts->states[standing->state]++;
	counts->gone += gone;
	counts->present += !gone;
	counts->verified_absent += gone && standing->state == OG_STATE_VERIFIED_ABSENT;
	counts->unproven += standing->unproven;
	counts->silent += device->silent;
	counts->excepted += device->excepted;
	counts->third_party += device->third_party;
	counts->dropped += device->dropped;
	if (device->facts.last_seen > counts->last_seen)
		counts->last_seen = device->facts.last_seen;
}

static struct og_progress_counts *vendor_counts(struct og_progress *p, const char *vendor)
{
	for (size_t i = 0; i < p->programme->vendors.count; i++)
		if (same(p->programme->vendors.names[i], vendor))
			return &p->vendors[i];
	return NULL;
}

int og_progress_device(struct og_progress *p, const struct og_progress_device *device)
{
	struct og_progress_row *row = &p->rows[p->row_count - 1];
	struct og_progress_counts *vendor = vendor_counts(p, device->vendor);
	struct walk w = {.p = p, .surveyed = row->site.surveyed};
	struct og_standing standing;
	bool gone;

	og_state_derive(&device->facts, &standing);
	if (!standing.counts) {
		row->counts.false_positive++;
		if (vendor)
			vendor->false_positive++;
		return 0;
	}
	gone = row->site.surveyed && og_state_gone(standing.state);
	count(&row->counts, device, &standing, gone);
	if (vendor)
		count(vendor, device, &standing, gone);
	for (size_t i = 0; i < p->programme->milestone_count; i++) {
		struct course *course = &p->courses[i];

		if (!course->in_scope ||
		    !og_milestone_concerns(course->conf, device->vendor, device->role))
			continue;
		w.scopes |= 1ULL << i;
		course->present += !gone;
		if (course->conf->measure == OG_MEASURE_DEVICES) {
			course->total++;
			course->done += gone;
		}
	}
	return walk_history(&w, device, &standing, row->site.baseline_at);
}

/* The last second of a date in the scope of milestone @index. */
static int last_second(const struct og_progress *p, const struct og_when *when, size_t index,
		       int64_t *ret_second)
{
	int64_t last = INT64_MIN, second;
	int r;

	for (size_t i = 0; i < p->zone_count; i++) {
		if (!(p->zones[i].milestones >> index & 1))
			continue;
		r = og_when_last(when, p->zones[i].name, &second);
		if (r < 0)
			return r;
		if (second > last)
			last = second;
	}
	if (last == INT64_MIN)
		return og_when_last(when, p->zone, ret_second);
	*ret_second = last;
	return 0;
}

/* Since when a milestone is met without a break. */
struct met {
	const struct course *course;
	bool met;
	int64_t since;
};

static void note_met(void *userdata, int64_t at, const struct og_history_day *sums)
{
	struct met *met = userdata;
	const struct og_tally tally = {.total = (uint64_t)sums->total,
				       .done = (uint64_t)sums->done,
				       .sites = met->course->sites,
				       .not_surveyed = (uint64_t)sums->third};
	bool is = og_milestone_met(met->course->conf, &tally);

	(void)at;
	if (is && !met->met)
		met->since = sums->last_at;
	met->met = is;
}

static void forecast(const struct og_progress *p, const struct course *course,
		     struct og_progress_milestone *m)
{
	int64_t weeks[OG_FORECAST_WEEKS];
	size_t weeks_known = og_history_weeks(course->history, weeks, OG_FORECAST_WEEKS);
	int64_t ahead = m->due_at - p->now;
	uint64_t left = 0;

	if (m->result.needed > m->tally.done)
		left = m->result.needed - m->tally.done;
	/* What nobody has surveyed cannot be forecast, however the rest stands. */
	if (course->conf->measure == OG_MEASURE_DEVICES && m->tally.not_surveyed)
		weeks_known = 0;
	if (!m->result.met && !left)
		left = 1;
	og_forecast(weeks, weeks_known, left, ahead < 0 ? -1 : ahead / 86400, &m->forecast);
}

static int finish_milestone(struct og_progress *p, size_t index)
{
	const struct course *course = &p->courses[index];
	struct og_progress_milestone *m = &p->milestones[index];
	struct met met = {.course = course};
	int r;

	m->conf = course->conf;
	m->tally = (struct og_tally){.total = course->total,
				     .done = course->done,
				     .sites = course->sites,
				     .not_surveyed = course->not_surveyed};
	r = last_second(p, &course->conf->due, index, &m->due_at);
	if (r == 0)
		r = last_second(p, og_milestone_original(course->conf), index, &m->original_due_at);
	if (r < 0)
		return r;
	og_milestone_judge(course->conf, &m->tally, m->due_at, p->now, &m->result);
	if (m->result.met) {
		og_history_each(course->history, note_met, &met);
		m->met_at = met.since;
	}
	forecast(p, course, m);
	p->result.overdue += m->result.overdue;
	return 0;
}

/* The burn-down, every so many days, the last of them today. */
struct drawing {
	struct og_progress_result *result;
	size_t day, days, every;
};

static void draw(void *userdata, int64_t at, const struct og_history_day *sums)
{
	struct drawing *d = userdata;

	if ((d->days - ++d->day) % d->every == 0)
		d->result->points[d->result->point_count++] =
			(struct og_progress_point){.at = at,
						   .total = (uint64_t)sums->total,
						   .gone = (uint64_t)sums->done,
						   .verified_absent = (uint64_t)sums->third};
}

int og_progress_finish(struct og_progress *p, const struct og_progress_result **ret_result)
{
	struct drawing drawing = {.result = &p->result, .days = og_history_days(p->history)};
	int r = 0;

	end_site(p);
	for (size_t i = 0; i < p->programme->milestone_count && r == 0; i++)
		r = finish_milestone(p, i);
	if (r < 0)
		return r;
	drawing.every = (drawing.days + OG_PROGRESS_POINTS - 1) / OG_PROGRESS_POINTS;
	og_history_each(p->history, draw, &drawing);
	p->result.sites = p->rows;
	p->result.site_count = p->row_count;
	p->result.vendors = p->vendors;
	p->result.milestones = p->milestones;
	p->result.milestone_count = p->programme->milestone_count;
	*ret_result = &p->result;
	return 0;
}
