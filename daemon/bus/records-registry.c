// SPDX-License-Identifier: GPL-2.0
/*
 * records-registry.c: the accepted and the present registries in the status record
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "daemon/bus/records.h"
#include "daemon/state.h"

json_t *og_record_registry(const struct og_loaded *loaded)
{
	const struct og_news *news = &loaded->news;
	json_t *registry = json_object(), *sources = json_array(), *source;

	if (loaded->config->lock.date)
		og_set_number(registry, "accepted_at", loaded->config->lock.date);
	if (news->present_at)
		og_set_number(registry, "present_at", news->present_at);
	og_set_number(registry, "prefixes", loaded->config->lock.count);
	og_set_number(registry, "would_list", news->listed);
	og_set_number(registry, "would_unlist", news->unlisted);
	og_set_number(registry, "would_move", news->moved);
	og_set_text(registry, "trouble", news->trouble);
	for (size_t i = 0; i < news->source_count; i++) {
		source = json_object();
		og_set_text(source, "path", news->sources[i].path);
		og_set_number(source, "date_at", news->sources[i].date);
		json_array_append_new(sources, source);
	}
	json_object_set_new(registry, "sources", sources);
	return registry;
}

static void __attribute__((format(printf, 2, 3)))
add_warning(json_t *warnings, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(warnings, json_string(text));
}

void og_warn_registry(json_t *warnings, const struct og_loaded *loaded, int64_t now)
{
	const struct og_news *news = &loaded->news;
	int64_t accepted = loaded->config->lock.date;

	if (accepted && now - accepted > OG_NEWS_OLD)
		add_warning(warnings,
			    "the accepted registry is %" PRId64 " days old: \"ouiguard registry "
			    "diff\" with a newer one shows what it misses",
			    (now - accepted) / 86400);
	if (news->listed || news->unlisted || news->moved)
		add_warning(
			warnings,
			"the present registries would list %zu, unlist %zu and move %zu prefixes "
			"(what they would list is observed): \"ouiguard registry diff\" shows "
			"them, \"ouiguard registry accept\" takes them",
			news->listed, news->unlisted, news->moved);
	if (news->trouble)
		add_warning(warnings, "the registries cannot be compared with prefixes.lock: %s",
			    news->trouble);
}
