/* SPDX-License-Identifier: GPL-2.0 */
/*
 * progress.h: sites, devices and histories on their way from files and store to the sums
 *
 * The configuration says which sites a programme is about, what stands in their asset registers and
 * what is excepted; the inventory and the store say what was seen and entered. Both are ordered by
 * site and MAC, and are merged as they go by (policy/progress/progress.h counts them).
 */
#ifndef OUIGUARD_DAEMON_PROGRESS_H
#define OUIGUARD_DAEMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "policy/progress/progress.h"

#define OG_RECENT_DAYS 30 /* for which blind sources and watched days are told */

struct og_manager;

/* A device that was gone and was seen again. */
struct og_reappearance {
	const char *site, *vendor;
	uint64_t mac;
	int64_t removed_at; /* 0: not known */
	int64_t at;
};

/* What to gather; the programme is one of the configuration in force. */
struct og_gathering {
	const struct og_conf_programme *programme;
	const char *site; /* NULL: all that the programme is about */
	int64_t now;
	/* Called for each reappearance, unless NULL; 0 or -errno, which ends it all. */
	int (*reappeared)(void *userdata, const struct og_reappearance *reappearance);
	void *userdata;
};

/*
 * og_programme_covers - whether @programme is about @site: one of its policies applies there. One that
 * no policy names is about every site.
 */
bool og_programme_covers(const struct og_config *config, const struct og_conf_programme *programme,
			 const struct og_conf_site *site);

/*
 * og_progress_gather - count what @gathering asks for, by the configuration in force and what is in
 * memory and store. Of sites whose files are on other gateways, what came with their exports stands
 * in; where that is nothing but devices, they count with every programme, and are not surveyed.
 *
 * Returns 0; -errno. @ret_progress owns the result; free it with og_progress_free().
 */
int og_progress_gather(struct og_manager *m, const struct og_gathering *gathering,
		       struct og_progress **ret_progress,
		       const struct og_progress_result **ret_result);

#endif
