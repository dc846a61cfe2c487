// SPDX-License-Identifier: GPL-2.0
/*
 * test-init.c: what `init` writes loads without a word, does nothing to anybody, and replaces nothing
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/config/init.h"

/* 2026-11-22T06:00Z */
#define NOW 1795327200

/* A directory with the kit's vendors and programme, but no site and no policy. */
static char *shipped(void)
{
	static const struct kit_file files[] = {
		{"sites/north.yaml", NULL}, {"policies/cams.yaml", NULL}, {0}};

	return kit_make(files);
}

static struct og_config *write_and_load(const struct og_init *init, const char *dir)
{
	struct og_init_file files[OG_INIT_FILES];
	struct og_arena *arena = og_arena_new();
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	assert_int_equal(og_init_text(init, arena, files, &diags), 0);
	assert_int_equal(og_init_write(dir, files, &diags), 0);
	og_arena_free(arena);
	assert_int_equal(og_config_load(dir, NULL, &config, &diags), 0);
	assert_int_equal(diags.count, 0);
	return config;
}

static void writes_what_loads(void **state)
{
	static const char *const lans[] = {"lan0", "br-lan.20"};
	const struct og_init init = {lans, NULL, 2, "cleanup", NULL, NOW};
	char *dir = shipped();
	struct og_config *config = write_and_load(&init, dir);
	const struct og_conf_site *site = og_config_site(config, "main");
	const struct og_conf_policy *policy = og_config_policy(config, "cleanup");

	(void)state;
	assert_int_equal(config->site_count, 1);
	assert_non_null(site);
	assert_int_equal(site->port_count, 2);
	assert_string_equal(site->ports[0].name, "lan0");
	assert_string_equal(site->ports[1].name, "br-lan.20");
	assert_true(site->ports[0].untagged);
	assert_true(site->internal_connected);
	assert_non_null(policy);
	assert_string_equal(policy->programme, "cleanup");
	assert_true(og_policy_applies(policy, site));
	assert_false(policy->has_new_devices);
	assert_int_equal(policy->phase_count, 1);
	assert_int_equal(policy->phases[0].setting.action, OG_LOG);
	assert_int_equal(policy->phases[0].from.year, 2026);
	assert_int_equal(policy->phases[0].from.day, 22);
	og_config_free(config);
	kit_remove(dir);
}

/* Who follows the comments must not meet an error: take every `#` from the last lines. */
static void its_examples_load_too(void **state)
{
	static const char *const lans[] = {"lan0"};
	const struct og_init init = {lans, NULL, 1, "cleanup", "north", NOW};
	struct og_init_file files[OG_INIT_FILES];
	struct og_arena *arena = og_arena_new();
	struct og_config *config = NULL;
	struct og_diags diags = {0};
	char *dir = shipped(), *text, *at;

	(void)state;
	assert_int_equal(og_init_text(&init, arena, files, &diags), 0);
	text = strdup(files[2].text);
	while ((at = strstr(text, "\n#  - ")))
		memmove(at + 1, at + 2, strlen(at + 2) + 1);
	at = strstr(text, "# applies_to");
	assert_non_null(at);
	memmove(at, at + 2, strlen(at + 2) + 1);
	files[2].text = text;
	assert_int_equal(og_init_write(dir, files, &diags), 0);
	if (og_config_load(dir, NULL, &config, &diags))
		fail_msg("%s", diags.items[0].text);
	assert_int_equal(config->policies[0].phase_count, 3);
	assert_int_equal(config->policies[0].phases[2].setting.action, OG_BLOCK);
	assert_int_equal(config->policies[0].sites.count, 1);
	og_config_free(config);
	free(text);
	og_arena_free(arena);
	kit_remove(dir);
}

/* What Linux takes as a name, YAML may take for something else. */
static void quotes_odd_interfaces(void **state)
{
	static const char *const lans[] = {"null", "0x10", "~", "a'b\"c", "#1",
					   "[x]",  "{y",   "*", "-"};
	const struct og_init init = {lans, NULL, 9, "cleanup", "north", NOW};
	char *dir = shipped();
	struct og_config *config = write_and_load(&init, dir);

	(void)state;
	for (size_t i = 0; i < 9; i++)
		assert_string_equal(config->sites[0].ports[i].name, lans[i]);
	og_config_free(config);
	kit_remove(dir);
}

static void refuses_bad_names(void **state)
{
	static const char *const lans[] = {"lan0", "a very long name", "x\ny: 1"};
	const struct og_init init = {lans, NULL, 3, "../x", "A", NOW},
			     none = {NULL, NULL, 0, "p", "s", NOW};
	struct og_init_file files[OG_INIT_FILES];
	struct og_arena *arena = og_arena_new();
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_init_text(&init, arena, files, &diags), -EINVAL);
	assert_int_equal(diags.errors, 4);
	assert_int_equal(og_init_text(&none, arena, files, &diags), -EINVAL);
	assert_int_equal(diags.errors, 5);
	og_diags_free(&diags);
	og_arena_free(arena);
}

static void replaces_nothing(void **state)
{
	static const struct og_init_file files[OG_INIT_FILES] = {{"ouiguard.yaml", "new\n"},
								 {"sites/north.yaml", "new\n"},
								 {"policies/new.yaml", "new\n"}};
	struct og_diags diags = {0};
	char *dir = kit_make(NULL), *text, path[256];

	(void)state;
	assert_int_equal(og_init_write(dir, files, &diags), -EEXIST);
	assert_int_equal(diags.count, 1);
	text = kit_text(&diags.items[0], dir);
	assert_string_equal(text, "sites/north.yaml: exists already and is left alone; edit it, or "
				  "move it away");
	free(text);
	snprintf(path, sizeof(path), "%s/ouiguard.yaml", dir);
	assert_int_equal(access(path, F_OK), -1);
	og_diags_free(&diags);
	kit_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_loads),	 cmocka_unit_test(its_examples_load_too),
		cmocka_unit_test(quotes_odd_interfaces), cmocka_unit_test(refuses_bad_names),
		cmocka_unit_test(replaces_nothing),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
