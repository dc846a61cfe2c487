/* SPDX-License-Identifier: GPL-2.0 */
/*
 * forecast.h: when a milestone will be met if removal goes on as it did of late
 *
 * The last OG_FORECAST_WEEKS weeks are taken as samples of one rate: what was done in each, less what
 * came back. With k weeks, their mean m and their variance s^2 (no less than m, as counts of
 * independent events would have), what is done in T further weeks lies around mT with the variance
 * s^2 (T + T^2/k): the weeks to come vary as those past did, and the mean is itself an estimate. The
 * early and late dates are where that, at the 90% quantile of Student's t with k-1 degrees, reaches
 * what is left: an interval that holds the day in 4 of 5 cases, if nothing changes. Sites are cleared in
 * batches, so the variance is measured rather than assumed. Without enough to measure it there is no
 * date.
 */
#ifndef OUIGUARD_POLICY_FORECAST_H
#define OUIGUARD_POLICY_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#define OG_FORECAST_WEEKS 13	/* a quarter of a year */
#define OG_FORECAST_LEAST 4	/* fewer weeks say nothing */
#define OG_FORECAST_DONE  3	/* nor do fewer things done in them */
#define OG_FORECAST_DAYS  36525 /* a date farther ahead than a hundred years is none */

enum og_forecast_word {
	OG_FORECAST_IS_DONE,	 /* the milestone is met */
	OG_FORECAST_ON_COURSE,	 /* the expected day is not after the due date */
	OG_FORECAST_LATE,	 /* it is */
	OG_FORECAST_NO_PROGRESS, /* nothing was done in the weeks looked at, or more came back */
	OG_FORECAST_TOO_FEW,	 /* too little was seen to tell */
	OG_FORECAST_WORDS,
};

/* og_forecast_name - done, on-course, late, no-progress, too-few. */
const char *og_forecast_name(enum og_forecast_word word);

/* Days from now; -1: there is none, or it lies beyond OG_FORECAST_DAYS. */
struct og_forecast {
	enum og_forecast_word word;
	int64_t days;  /* expected */
	int64_t early; /* 80% interval */
	int64_t late;
};

/*
 * og_forecast - @weeks holds what was done, less what came back, in each of the last @count weeks
 * (at most OG_FORECAST_WEEKS are looked at: the last ones), the newest last. @left is what must still
 * be done, and @due_days how many days there are until the due date ends, negative when it is past.
 */
void og_forecast(const int64_t *weeks, size_t count, uint64_t left, int64_t due_days,
		 struct og_forecast *ret_forecast);

#endif
