// SPDX-License-Identifier: GPL-2.0
/*
 * news.c: what the present registries would change of prefixes.lock
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/accept.h"
#include "daemon/cleanup.h"
#include "daemon/news.h"
#include "policy/registry/lock-diff.h"

#define DAY 86400

static int note_sources(struct og_news *news, const struct og_registry *registry)
{
	size_t count;
	const struct og_registry_source *sources = og_registry_sources(registry, &count);

	news->sources = calloc(count + 1, sizeof(*news->sources));
	if (!news->sources)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		struct og_news_source *source = &news->sources[i];

		source->path = strdup(sources[i].path);
		if (!source->path)
			return -ENOMEM;
		source->date = sources[i].date;
		source->digested = !og_digest_file(source->path, &source->digest);
		news->source_count++;
	}
	news->present_at = og_registry_date(registry);
	return 0;
}

static int compare(struct og_config *config, const struct og_lock *present, struct og_news *news)
{
	struct og_lock_changes changes;
	int err;

	/* The day is all that the accepted file tells of its registry. */
	if (config->lock.date && present->date / DAY < config->lock.date / DAY)
		return 0;
	err = og_lock_diff(&config->lock, present, &changes);
	if (err)
		return err;
	news->listed = changes.by_kind[OG_LOCK_ADDED];
	news->unlisted = changes.by_kind[OG_LOCK_REMOVED];
	news->moved = changes.by_kind[OG_LOCK_VENDOR];
	og_lock_changes_free(&changes);
	return og_lock_unaccepted(&config->lock, present, config->arena, &config->unaccepted);
}

/* The first thing that is wrong; reading the registries again shows the others. */
static int note_trouble(struct og_news *news, const struct og_diags *diags)
{
	char text[1024] = "the registries cannot be read";

	for (size_t i = 0; i < diags->count; i++) {
		if (diags->items[i].severity != OG_ERROR)
			continue;
		og_diag_text(&diags->items[i], text, sizeof(text));
		break;
	}
	news->trouble = strdup(text);
	return news->trouble ? 0 : -ENOMEM;
}

static int read_news(struct og_config *config, struct og_arena *arena, struct og_news *news)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_registry *registry = NULL;
	struct og_lock present = {0};
	int err = og_present_lock(config, arena, &registry, &present, &diags);

	/* Half of the registries would make the rest look unlisted. */
	if (err == -EINVAL || (!err && diags.errors)) {
		og_registry_free(registry);
		return note_trouble(news, &diags);
	}
	if (!err)
		err = note_sources(news, registry);
	if (!err)
		err = compare(config, &present, news);
	og_registry_free(registry);
	return err;
}

int og_news_read(struct og_config *config, struct og_news *ret_news)
{
	struct og_arena *arena;
	struct og_news news = {0};
	int err;

	/* Without vendors no registry lists anything. */
	if (!config->vendor_count)
		return 0;
	arena = og_arena_new();
	if (!arena)
		return -ENOMEM;
	err = read_news(config, arena, &news);
	og_arena_free(arena);
	if (err)
		og_news_clear(&news);
	else
		*ret_news = news;
	return err;
}

void og_news_clear(struct og_news *news)
{
	for (size_t i = 0; i < news->source_count; i++)
		free(news->sources[i].path);
	free(news->sources);
	free(news->trouble);
	*news = (struct og_news){0};
}
