/* SPDX-License-Identifier: GPL-2.0 */
/*
 * news.h: what the present registries would change of prefixes.lock
 */
#ifndef OUIGUARD_DAEMON_NEWS_H
#define OUIGUARD_DAEMON_NEWS_H

#include <stddef.h>
#include <stdint.h>

#include "policy/config/config.h"

#define OG_NEWS_OLD (180 * 24 * 3600) /* seconds after which an accepted registry is called old */

/* A registry that was read. */
struct og_news_source {
	char *path;
	int64_t date; /* seconds since 1970 UTC */
	struct og_digest digest;
	bool digested; /* false: it could not be read once more */
};

struct og_news {
	struct og_news_source *sources;
	size_t source_count;
	int64_t present_at;		/* date of the newest; 0: none could be read */
	size_t listed, unlisted, moved; /* prefixes that accepting them would change */
	char *trouble;			/* why they could not be compared; NULL: they were */
};

/*
 * og_news_read - compare the present registries with config->lock, and put the prefixes that only
 * they list into config->unaccepted, which observes them. Registries that are older than the accepted
 * ones change nothing. That none can be read is told in the result. Returns 0 or -ENOMEM; free the
 * result with og_news_clear().
 */
int og_news_read(struct og_config *config, struct og_news *ret_news);
void og_news_clear(struct og_news *news);

#endif
