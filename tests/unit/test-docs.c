// SPDX-License-Identifier: GPL-2.0
/*
 * test-docs.c: the main example of each page about a file format loads as it stands there
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/base/file.h"

/* The lines of the block number @number (from 1) that is indented by four spaces, without them. */
static char *read_example(const char *page, int number)
{
	char path[128], *text = NULL, *example, *out;
	bool inside = false;
	size_t size = 0;

	snprintf(path, sizeof(path), "docs/%s", page);
	if (og_file_read(path, 1 << 20, &text, &size))
		fail_msg("%s cannot be read: the tests run from the top directory", path);
	example = out = calloc(1, size + 1);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		bool indented = !strncmp(line, "    ", 4);

		number -= indented && !inside;
		inside = indented;
		if (indented && number == 0)
			out += sprintf(out, "%s\n", line + 4);
	}
	free(text);
	assert_true(out > example);
	return example;
}

/* One page's example beside what it speaks of. */
static void load_example(const char *page, int number, const char *path,
			 const struct kit_file *beside)
{
	char *example = read_example(page, number), *dir = kit_make(beside);
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	kit_write(dir, path, example, strlen(example));
	if (og_config_load(dir, NULL, &config, &diags))
		fail_msg("docs/%s: %s", page, diags.items[0].text);
	og_config_free(config);
	og_diags_free(&diags);
	kit_remove(dir);
	free(example);
}

static void examples_load(void **state)
{
	static const struct kit_file none[] = {{0}};
	static const struct kit_file vendors[] = {
		{"vendors/hikvision.yaml", "title: H\nnames: [H]\n"},
		{"vendors/dahua.yaml", "title: D\nnames: [D]\n"},
		{"programmes/uk-sensitive-sites.yaml",
		 "title: T\nauthority: A\nvendors: [hikvision]\n"},
		{0}};
	static const struct kit_file scope[] = {
		{"sites/whitehall.yaml", "ports: [{name: lan9}]\n"},
		{"policies/cameras.yaml",
		 "vendors: [acme]\nphases: [{from: 2027-01-04, action: log}]\n"},
		{0}};

	(void)state;
	load_example("ouiguard.yaml.md", 1, "ouiguard.yaml", none);
	load_example("sites.md", 1, "sites/north.yaml", none);
	load_example("policies.md", 1, "policies/cameras.yaml", vendors);
	load_example("exceptions.md", 1, "exceptions/x.yaml", scope);
	load_example("assets.md", 1, "assets/north.csv", none);
	load_example("programmes.md", 1, "programmes/uk-sensitive-sites.yaml", vendors);
	load_example("vendors.md", 1, "vendors/hikvision.yaml", vendors);
	load_example("prefixes.lock.md", 2, "prefixes.lock", vendors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
