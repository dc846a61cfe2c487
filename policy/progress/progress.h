/* SPDX-License-Identifier: GPL-2.0 */
/*
 * progress.h: how far a programme has come: counts, milestones, the way there
 *
 * The sites of a programme are given one after another, each with its devices; nothing but the sums
 * is kept of a device, so that a hundred thousand of them need no memory. Which sites and devices
 * belong to the programme is the caller's to know; what is a false positive, whether a site is
 * surveyed and what is in the scope of a milestone is judged here.
 *
 * Past days are days of UTC. What lies more than OG_PROGRESS_DAYS back, or at no known second, counts
 * as if it had always been so; what is dated after now (the clock was set back) counts as now.
 */
#ifndef OUIGUARD_POLICY_PROGRESS_H
#define OUIGUARD_POLICY_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/config/config.h"
#include "policy/progress/device-state.h"
#include "policy/progress/forecast.h"
#include "policy/progress/milestone.h"

#define OG_PROGRESS_DAYS   4096 /* eleven years */
#define OG_PROGRESS_POINTS 200	/* most points of the burn-down */

/* A site. Texts are copied; NULL: not known. */
struct og_progress_site {
	const char *name;
	const char *site_class;
	const char *owner;
	const char *gateway;  /* which one sees it */
	const char *zone;     /* NULL: the gateway's own */
	bool surveyed;	      /* it has an asset register */
	bool elsewhere;	      /* its files are on another gateway: its class is not known */
	uint32_t blind;	      /* sources without an attributable address */
	int64_t baseline_at;  /* when its register was frozen; 0: not known */
	uint64_t frozen;      /* devices in the register then; 0: not known */
	int64_t watched_days; /* for the record only; -1: not known */
};

/* A step of a device's history. */
struct og_state_step {
	int64_t at;
	enum og_device_state state;
};

/* A device of the site that was given last. */
struct og_progress_device {
	const char *vendor; /* one of the programme's */
	enum og_role role;
	struct og_state_facts facts;
	const struct og_state_step *steps; /* in the order in which they were entered */
	size_t step_count;
	bool silent, excepted, third_party;
	uint64_t dropped; /* packets */
};

struct og_progress_counts {
	uint64_t devices;	 /* the denominator: baseline + found_later */
	uint64_t baseline;	 /* rows of registers, no more than were frozen */
	uint64_t found_later;	 /* the others */
	uint64_t false_positive; /* not among the devices */
	uint64_t states[OG_STATE_COUNT];
	uint64_t gone;		  /* removed, disposed or verified absent, at surveyed sites */
	uint64_t present;	  /* the others: devices - gone */
	uint64_t verified_absent; /* of @gone */
	uint64_t unproven, silent, excepted, third_party;
	uint64_t dropped;
	int64_t last_seen; /* of any of them; 0: never */
};

struct og_progress_row {
	struct og_progress_site site;
	struct og_progress_counts counts;
	bool clean; /* surveyed, not blind, and no device is present */
};

struct og_progress_milestone {
	const struct og_conf_milestone *conf;
	struct og_tally tally;
	struct og_milestone_result result;
	int64_t due_at; /* last second of the due date, at the site where the day ends last */
	int64_t original_due_at; /* likewise, of the date first set */
	int64_t met_at;		 /* since when it is met; 0: it is not, or since no known second */
	struct og_forecast forecast;
};

struct og_progress_point {
	int64_t at;
	uint64_t total, gone, verified_absent;
};

struct og_progress_result {
	struct og_progress_counts whole;
	uint64_t sites_surveyed, sites_clean, sites_blind;
	uint64_t blind;			     /* sources at all sites */
	uint64_t overdue;		     /* milestones */
	const struct og_progress_row *sites; /* as they were given */
	size_t site_count;
	const struct og_progress_counts *vendors;	/* as in the programme */
	const struct og_progress_milestone *milestones; /* as in the programme */
	size_t milestone_count;
	struct og_progress_point points[OG_PROGRESS_POINTS]; /* ascending, the last one now */
	size_t point_count;
};

struct og_progress;

/*
 * og_progress_new - count for @programme (borrowed) at second @now. @zone: that of due dates where no
 * site is in scope (NULL: the gateway's own). NULL without memory. og_progress_free - NULL is allowed.
 */
struct og_progress *og_progress_new(const struct og_conf_programme *programme, const char *zone,
				    int64_t now);
void og_progress_free(struct og_progress *progress);

/*
 * og_progress_site - the devices that follow stand at @site. og_progress_device - one of them.
 * 0 or -ENOMEM.
 */
int og_progress_site(struct og_progress *progress, const struct og_progress_site *site);
int og_progress_device(struct og_progress *progress, const struct og_progress_device *device);

/*
 * og_progress_finish - what it all comes to; nothing more can be given then. The result belongs to
 * @progress. 0, -ENOMEM, or -EINVAL for a zone that does not exist.
 */
int og_progress_finish(struct og_progress *progress, const struct og_progress_result **ret_result);

#endif
