// SPDX-License-Identifier: GPL-2.0
/*
 * records-registry.c: the files that decide, and the registries they came from, as records
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "daemon/bus/records.h"
#include "daemon/state.h"

json_t *og_record_files(const struct og_config *config)
{
	json_t *files = json_array(), *file;
	char digest[OG_DIGEST_TEXT];

	for (size_t i = 0; i < config->file_count; i++) {
		file = json_object();
		og_set_text(file, "path", config->files[i].path);
		og_set_text(file, "sha256", og_digest_format(&config->files[i].digest, digest));
		if (config->files[i].shipped)
			json_object_set_new(file, "shipped", json_true());
		json_array_append_new(files, file);
	}
	return files;
}

json_t *og_record_registries(const struct og_loaded *loaded)
{
	json_t *sources = json_array(), *source;
	char digest[OG_DIGEST_TEXT];

	for (size_t i = 0; i < loaded->news.source_count; i++) {
		const struct og_news_source *from = &loaded->news.sources[i];

		source = json_object();
		og_set_text(source, "path", from->path);
		og_set_number(source, "date_at", from->date);
		if (from->digested)
			og_set_text(source, "sha256", og_digest_format(&from->digest, digest));
		json_array_append_new(sources, source);
	}
	return sources;
}

json_t *og_record_registry(const struct og_loaded *loaded)
{
	const struct og_news *news = &loaded->news;
	json_t *registry = json_object();

	if (loaded->config->lock.date)
		og_set_number(registry, "accepted_at", loaded->config->lock.date);
	if (news->present_at)
		og_set_number(registry, "present_at", news->present_at);
	og_set_number(registry, "prefixes", loaded->config->lock.count);
	og_set_number(registry, "would_list", news->listed);
	og_set_number(registry, "would_unlist", news->unlisted);
	og_set_number(registry, "would_move", news->moved);
	og_set_text(registry, "trouble", news->trouble);
	json_object_set_new(registry, "sources", og_record_registries(loaded));
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
