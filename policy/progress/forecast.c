// SPDX-License-Identifier: GPL-2.0
/*
 * forecast.c: a finishing date from the recent rate, with its uncertainty
 */
#include "policy/progress/forecast.h"

#include <stdbool.h>

static const char *const words[] = {
	[OG_FORECAST_IS_DONE] = "done",	   [OG_FORECAST_ON_COURSE] = "on-course",
	[OG_FORECAST_LATE] = "late",	   [OG_FORECAST_NO_PROGRESS] = "no-progress",
	[OG_FORECAST_TOO_FEW] = "too-few",
};
_Static_assert(sizeof(words) / sizeof(*words) == OG_FORECAST_WORDS, "a word for each forecast");

/* Student's t, 90% quantile, by degrees of freedom (Fisher and Yates, table III). */
static const double student[OG_FORECAST_WEEKS] = {
	[1] = 3.078, [2] = 1.886, [3] = 1.638, [4] = 1.533,  [5] = 1.476,  [6] = 1.440,
	[7] = 1.415, [8] = 1.397, [9] = 1.383, [10] = 1.372, [11] = 1.363, [12] = 1.356,
};

/* What the weeks tell. */
struct rate {
	double count;  /* weeks */
	double mean;   /* a week; above 0 */
	double spread; /* t^2 s^2 */
};

const char *og_forecast_name(enum og_forecast_word word)
{
	return word < OG_FORECAST_WORDS ? words[word] : "?";
}

/*
 * Whether @left is reached after @days at the far end of the interval: at the early end, or at the
 * late one. Compared squared: the root of the variance is never needed.
 */
static bool reached(const struct rate *rate, double left, int64_t days, bool early)
{
	double weeks = (double)days / 7, gap = left - rate->mean * weeks;
	double variance = rate->spread * (weeks + weeks * weeks / rate->count);

	if (early)
		return gap <= 0 || gap * gap <= variance;
	return gap <= 0 && gap * gap >= variance;
}

/*
 * The first day on which it is reached; -1: none in OG_FORECAST_DAYS. Once reached, it stays so: the
 * early end grows with time, and where the late one grows at all it does so ever after.
 */
static int64_t first_day(const struct rate *rate, double left, bool early)
{
	int64_t lo = 0, hi = OG_FORECAST_DAYS;

	if (!reached(rate, left, hi, early))
		return -1;
	while (lo < hi) {
		int64_t middle = lo + (hi - lo) / 2;

		if (reached(rate, left, middle, early))
			hi = middle;
		else
			lo = middle + 1;
	}
	return lo;
}

static void measure(const int64_t *weeks, size_t count, int64_t sum, struct rate *ret_rate)
{
	double mean = (double)sum / (double)count, squares = 0, variance;
	double t = student[count <= OG_FORECAST_WEEKS ? count - 1 : OG_FORECAST_WEEKS - 1];

	for (size_t i = 0; i < count; i++)
		squares += ((double)weeks[i] - mean) * ((double)weeks[i] - mean);
	variance = squares / (double)(count - 1);
	if (variance < mean)
		variance = mean;
	ret_rate->count = (double)count;
	ret_rate->mean = mean;
	ret_rate->spread = t * t * variance;
}

void og_forecast(const int64_t *weeks, size_t count, uint64_t left, int64_t due_days,
		 struct og_forecast *ret_forecast)
{
	struct og_forecast forecast = {.days = -1, .early = -1, .late = -1};
	int64_t sum = 0, done = 0;
	struct rate rate, certain;

	if (count > OG_FORECAST_WEEKS) {
		weeks += count - OG_FORECAST_WEEKS;
		count = OG_FORECAST_WEEKS;
	}
	for (size_t i = 0; i < count; i++) {
		sum += weeks[i];
		done += weeks[i] > 0 ? weeks[i] : 0;
	}
	if (!left) {
		forecast.word = OG_FORECAST_IS_DONE;
	} else if (count < OG_FORECAST_LEAST) {
		forecast.word = OG_FORECAST_TOO_FEW;
	} else if (sum <= 0) {
		forecast.word = OG_FORECAST_NO_PROGRESS;
	} else if (done < OG_FORECAST_DONE) {
		forecast.word = OG_FORECAST_TOO_FEW;
	} else {
		measure(weeks, count, sum, &rate);
		certain = rate;
		certain.spread = 0;
		forecast.days = first_day(&certain, (double)left, false);
		forecast.early = first_day(&rate, (double)left, true);
		forecast.late = first_day(&rate, (double)left, false);
		forecast.word = forecast.days >= 0 && forecast.days <= due_days
					? OG_FORECAST_ON_COURSE
					: OG_FORECAST_LATE;
	}
	*ret_forecast = forecast;
}
