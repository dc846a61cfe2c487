// SPDX-License-Identifier: GPL-2.0
/*
 * config-kit.c: configuration directories for tests, and what is said about them
 */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "config-kit.h"

/* Small, and nothing is wrong with it. */
static const struct kit_file own_files[] = {
	{"vendors/acme.yaml", "title: Acme\nnames: [Acme Ltd.]\n"},
	{"vendors/zeta.yaml", "title: Zeta\nnames: [Zeta Inc.]\n"},
	{"programmes/cleanup.yaml", "title: Clean-up\n"
				    "authority: The ministry\n"
				    "vendors: [acme]\n"},
	{"sites/north.yaml", "class: sensitive\n"
			     "timezone: Europe/London\n"
			     "ports: [{name: lan0}]\n"},
	{"policies/cams.yaml", "programme: cleanup\n"
			       "phases:\n"
			       "  - {from: 2027-01-04T10:00, action: log}\n"},
	{"prefixes.lock", "acme 00:11:22/24 hwdb \"Acme Ltd.\"\n"
			  "zeta 00:11:33/24 hwdb \"Zeta Inc.\"\n"},
};

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void kit_remove(char *dir)
{
	assert_int_equal(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(dir);
}

void kit_write(const char *dir, const char *path, const char *text, size_t size)
{
	char full[512];
	FILE *file;

	assert_in_range(snprintf(full, sizeof(full), "%s/%s", dir, path), 1, sizeof(full) - 1);
	for (char *p = full + strlen(dir) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		assert_true(!mkdir(full, 0700) || errno == EEXIST);
		*p = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static int replaced(const struct kit_file *files, const char *path)
{
	for (; files && files->path; files++)
		if (!strcmp(files->path, path))
			return 1;
	return 0;
}

char *kit_make(const struct kit_file *files)
{
	char *dir = strdup("/tmp/ouiguard-test-XXXXXX");

	assert_non_null(dir);
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(own_files) / sizeof(*own_files); i++)
		if (!replaced(files, own_files[i].path))
			kit_write(dir, own_files[i].path, own_files[i].text,
				  strlen(own_files[i].text));
	for (; files && files->path; files++)
		if (files->text)
			kit_write(dir, files->path, files->text, strlen(files->text));
	return dir;
}

char *kit_text(const struct og_diag *diag, const char *dir)
{
	char text[4096], *at;
	size_t length = strlen(dir);

	og_diag_text(diag, text, sizeof(text));
	while ((at = strstr(text, dir))) {
		size_t cut = length + (at[length] == '/');

		memmove(at, at + cut, strlen(at + cut) + 1);
	}
	return strdup(text);
}

static void compare(const struct kit_case *kase, const char *dir, const struct og_diags *diags)
{
	size_t said = 0;

	while (said < sizeof(kase->says) / sizeof(*kase->says) && kase->says[said])
		said++;
	for (size_t i = 0; i < diags->count; i++) {
		char *text = kit_text(&diags->items[i], dir);

		if (i >= said || strcmp(text, kase->says[i]))
			fail_msg("%s: message %zu is\n  %s\nexpected\n  %s", kase->name, i + 1,
				 text, i < said ? kase->says[i] : "none");
		free(text);
	}
	if (diags->count < said)
		fail_msg("%s: missing: %s", kase->name, kase->says[diags->count]);
}

void kit_run(const struct kit_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct og_config *config = NULL;
		struct og_diags diags = {0};
		char *dir = kit_make(cases[i].files);
		int ret = og_config_load(dir, NULL, &config, &diags);

		compare(&cases[i], dir, &diags);
		if (ret != (diags.errors ? -EINVAL : 0) || !config != !!diags.errors)
			fail_msg("%s: returned %d with %zu errors", cases[i].name, ret,
				 diags.errors);
		og_config_free(config);
		og_diags_free(&diags);
		kit_remove(dir);
	}
}

static void run_one(void **state)
{
	kit_run(*state, 1);
}

int kit_main(const struct kit_case *cases, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));
	int failed;

	if (!tests)
		return EXIT_FAILURE;
	for (size_t i = 0; i < count; i++)
		tests[i] = (struct CMUnitTest){.name = cases[i].name,
					       .test_func = run_one,
					       .initial_state = (void *)&cases[i]};
	failed = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
	free(tests);
	return failed;
}
