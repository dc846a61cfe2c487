// SPDX-License-Identifier: GPL-2.0
/*
 * config-main.c: reads ouiguard.yaml
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "policy/config/config-read.h"
#include "policy/progress/absence.h" /* defaults */

static int read_choice(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, const char *const *words, size_t count)
{
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(node->text, words[i]))
			return (int)i;
	og_expect(reader, field, node, NULL);
	return -1;
}

static int read_engine(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object)
{
	static const char *const words[] = {[OG_ENGINE_AUTO] = "auto",
					    [OG_ENGINE_BPF] = "bpf",
					    [OG_ENGINE_KMOD] = "kmod",
					    [OG_ENGINE_DRY] = "dry"};
	struct og_config *config = object;
	int choice = read_choice(reader, field, node, words, sizeof(words) / sizeof(*words));

	if (choice >= 0)
		config->engine = (enum og_engine_choice)choice;
	return 0;
}

static int read_hook(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, void *object)
{
	static const char *const words[] = {
		[OG_HOOK_AUTO] = "auto", [OG_HOOK_TC] = "tc", [OG_HOOK_XDP] = "xdp"};
	struct og_config *config = object;
	int choice = read_choice(reader, field, node, words, sizeof(words) / sizeof(*words));

	if (choice >= 0)
		config->hook = (enum og_hook_choice)choice;
	return 0;
}

static int read_paths(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object)
{
	const struct og_names *paths = og_field_member(field, object);
	int ret = og_read_texts(reader, field, node, object);

	for (size_t i = 0; !ret && i < paths->count; i++)
		if (paths->marks[i].line && *paths->names[i] != '/')
			og_error(reader->diags, &paths->marks[i],
				 "`%s` has `%.*s`; expected a path that starts with `/`",
				 field->key, og_shown(paths->names[i]), paths->names[i]);
	return ret;
}

static int read_metrics(struct og_reader *reader, const struct og_field *field,
			const struct og_node *node, void *object)
{
	char *const *path = og_field_member(field, object);
	int ret = og_read_text(reader, field, node, object);
	size_t length = *path ? strlen(*path) : 0;

	/* node_exporter passes over every other name. */
	if (!ret && *path && (**path != '/' || length < 7 || strcmp(*path + length - 5, ".prom")))
		og_expect(reader, field, node, NULL);
	return ret;
}

static const struct og_field fields[] = {
	{.key = "engine", .read = read_engine, .expected = "auto, bpf, kmod or dry"},
	{.key = "hook", .read = read_hook, .expected = "auto, tc or xdp"},
	{.key = "registry",
	 .read = read_paths,
	 .offset = offsetof(struct og_config, registry),
	 .expected = "a list of files and directories"},
	{.key = "metrics",
	 .read = read_metrics,
	 .offset = offsetof(struct og_config, metrics),
	 .expected = "a path that starts with `/` and ends with `.prom`"},
	{.key = "leases",
	 .read = read_paths,
	 .offset = offsetof(struct og_config, leases),
	 .expected = "a list of lease files such as [/var/lib/misc/dnsmasq.leases]"},
	{.key = "retention",
	 .read = og_read_retention,
	 .offset = offsetof(struct og_config, retention),
	 .expected = "a mapping such as {events: 100000, sightings: 800d}"},
	{.key = "absence",
	 .read = og_read_absence,
	 .offset = offsetof(struct og_config, absence),
	 .expected = "a mapping such as {days: 30, silent: 7}"},
};
static const struct og_schema schema =
	OG_SCHEMA(fields, "`key: value` lines with engine, hook, registry, metrics, leases, "
			  "retention or absence");

int og_default_main(struct og_reader *reader, struct og_config *config)
{
	static const char *const paths[] = {"/usr/lib/udev/hwdb.d/20-OUI.hwdb",
					    "/usr/share/ieee-data"};
	struct og_names *names = &config->registry;
	size_t count = sizeof(paths) / sizeof(*paths);

	config->retention = (struct og_conf_retention){
		.events = 100000, .sightings = 800, .destinations = 400, .addresses = 400};
	config->absence =
		(struct og_conf_absence){.days = OG_ABSENCE_DAYS, .silent = OG_SILENT_DAYS};
	names->names = og_arena_array(reader->arena, count, sizeof(*names->names));
	names->marks = og_arena_array(reader->arena, count, sizeof(*names->marks));
	if (!names->names || !names->marks)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		names->names[i] = og_arena_strdup(reader->arena, paths[i]);
		if (!names->names[i])
			return -ENOMEM;
		names->count++;
	}
	return 0;
}

int og_read_main(struct og_reader *reader, const struct og_node *root, struct og_config *config)
{
	int ret = og_schema_read(reader, &schema, NULL, root, config);

	if (!ret)
		og_check_retention(reader, &root->mark, config);
	return ret;
}
