// SPDX-License-Identifier: GPL-2.0
/*
 * test-accept.c: the first prefixes.lock, and reading a whole configuration (daemon/accept.c,
 * daemon/loaded.c)
 */
#include <errno.h>
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

#include "daemon/loaded.h"

static char dir[64], state_dir[96];

static void sh(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void sh(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	assert_int_equal(system(command), 0);
}

static int set_up(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/test-accept-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(state_dir, sizeof(state_dir), "%s/state", dir);
	sh("cd %s && mkdir state sites vendors policies assets && cp -r "
	   "$OLDPWD/tests/data/registry . &&"
	   "echo 'registry: [%s/registry/good]' > ouiguard.yaml",
	   dir, dir);
	sh("cd %s && echo 'ports: [{name: lan0}]' > sites/hq.yaml &&"
	   "printf 'title: Small\\nprefixes: [{prefix: \"70:b3:d5:12:30/36\", reason: "
	   "\"label\"}]\\n'"
	   " > vendors/small.yaml",
	   dir);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	sh("rm -rf %s", dir);
	return 0;
}

/* Reads the configuration; @wanted is a part of the one warning about the lock, NULL: none. */
static struct og_loaded *load(const char *wanted)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	bool found = false;
	size_t i;

	if (og_loaded_read(dir, "data", state_dir, &loaded, &diags))
		og_diags_print(&diags, stdout);
	assert_non_null(loaded);
	for (i = 0; i < diags.count; i++) {
		/* What is no longer so when it is read. */
		assert_null(strstr(diags.items[i].text, "there is no prefixes.lock yet"));
		found = found || (wanted && strstr(diags.items[i].text, wanted));
	}
	assert_true(found == !!wanted);
	og_diags_free(&diags);
	return loaded;
}

static void test_it_is_accepted_once(void **state)
{
	struct og_loaded *loaded = load("the present registry was accepted");
	size_t count = loaded->config->lock.count;

	(void)state;
	assert_true(count >= 1 && loaded->config->lock.present);
	assert_string_equal(og_loaded_prefix(loaded, 0x70b3d5123fff)->vendor, "small");
	assert_null(og_loaded_prefix(loaded, 0x70b3d5124000));
	og_loaded_unref(loaded);
	/* A newer registry changes nothing by itself. */
	sh("cd %s && sed -i s/good/newer/ ouiguard.yaml && cp prefixes.lock before", dir);
	loaded = load(NULL);
	assert_int_equal(loaded->config->lock.count, count);
	og_loaded_unref(loaded);
	sh("cd %s && cmp prefixes.lock before", dir);
}

/* What only the newer one lists is there to be observed, until it is accepted or gone. */
static void test_what_only_the_newer_registry_lists(void **state)
{
	struct og_loaded *loaded = load("the present registry was accepted");

	(void)state;
	assert_true(loaded->config->lock.date > 0);
	assert_int_equal(loaded->news.listed + loaded->news.unlisted + loaded->news.moved, 0);
	assert_int_equal(loaded->news.source_count, 4);
	og_loaded_unref(loaded);
	sh("cd %s && sed -i s/good/newer/ ouiguard.yaml &&"
	   "printf 'title: S\nnames: [Third Sensors]\nprefixes: [{prefix: \"70:b3:d5:12:30/36\", "
	   "reason: \"label\"}]\n' > vendors/small.yaml",
	   dir);
	loaded = load(NULL);
	assert_int_equal(loaded->news.listed, 1);
	assert_int_equal(loaded->config->unaccepted.count, 1);
	assert_string_equal(og_loaded_prefix(loaded, 0x70b3d5125fff)->vendor, "small");
	og_loaded_unref(loaded);
	/* An older registry than the accepted one has no news. */
	sh("touch -d 2001-01-01 %s/registry/newer/20-OUI.hwdb", dir);
	loaded = load(NULL);
	assert_int_equal(loaded->news.listed, 0);
	assert_int_equal(loaded->config->unaccepted.count, 0);
	og_loaded_unref(loaded);
	sh("echo OUI:00112 > %s/registry/newer/20-OUI.hwdb", dir);
	loaded = load(NULL);
	assert_non_null(strstr(loaded->news.trouble, "20-OUI.hwdb"));
	assert_int_equal(loaded->config->unaccepted.count, 0);
	og_loaded_unref(loaded);
}

/* Root writes everywhere, so it becomes nobody for a moment. */
static void test_where_etc_cannot_be_written(void **state)
{
	struct og_loaded *first, *second;
	uid_t uid = geteuid();

	(void)state;
	sh("chmod -R go+rX %s && chmod 777 %s && chmod 555 %s", dir, state_dir, dir);
	if (!uid)
		assert_int_equal(seteuid(65534), 0);
	first = load("none can be written there");
	second = load("which an earlier start accepted, is used");
	assert_int_equal(seteuid(uid), 0);
	assert_int_equal(first->config->lock.count, second->config->lock.count);
	og_loaded_unref(first);
	og_loaded_unref(second);
	sh("chmod 700 %s && test -e %s/prefixes.lock && test ! -e %s/prefixes.lock", dir, state_dir,
	   dir);
}

/* What an earlier start kept is used, and not accepted anew. */
static void test_what_was_kept_is_used(void **state)
{
	struct og_loaded *loaded;

	(void)state;
	sh("echo 'small 70:b3:d5:12:30/36 manual \"label\"' > %s/prefixes.lock", state_dir);
	loaded = load("which an earlier start accepted, is used");
	assert_int_equal(loaded->config->lock.count, 1);
	og_loaded_unref(loaded);
	sh("test ! -e %s/prefixes.lock", dir);
}

static void expect_refused(const char *wanted)
{
	struct og_diags diags = {0};
	struct og_loaded *loaded = NULL;
	bool found = false;
	size_t i;

	assert_int_equal(og_loaded_read(dir, "data", state_dir, &loaded, &diags), -EINVAL);
	assert_null(loaded);
	assert_true(diags.errors > 0);
	for (i = 0; i < diags.count; i++)
		found = found || strstr(diags.items[i].text, wanted);
	if (!found)
		og_diags_print(&diags, stdout);
	assert_true(found);
	og_diags_free(&diags);
}

static void test_refusals(void **state)
{
	(void)state;
	/* Without any registry nothing can be accepted. */
	sh("echo 'registry: [/nonexistent/registry]' > %s/ouiguard.yaml", dir);
	expect_refused("registry");
	/* What was kept and is damaged is not quietly accepted anew. */
	sh("echo 'small nonsense' > %s/prefixes.lock", state_dir);
	expect_refused("");
	sh("test ! -e %s/prefixes.lock", dir);
}

static void test_asset_rows(void **state)
{
	struct og_loaded *loaded;

	(void)state;
	sh("printf 'mac,role,status\\n70:b3:d5:12:30:09,camera,legacy\\n70:b3:d5:12:30:01,recorder,"
	   "removed\\n' > %s/assets/hq.csv",
	   dir);
	loaded = load("accepted");
	assert_int_equal(og_loaded_asset(loaded, "hq", 0x70b3d5123001)->role, OG_ROLE_RECORDER);
	assert_int_equal(og_loaded_asset(loaded, "hq", 0x70b3d5123009)->role, OG_ROLE_CAMERA);
	assert_null(og_loaded_asset(loaded, "hq", 0x70b3d5123005));
	assert_null(og_loaded_asset(loaded, "annex", 0x70b3d5123001));
	og_loaded_unref(loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(test_it_is_accepted_once),
		TEST(test_what_only_the_newer_registry_lists),
		TEST(test_where_etc_cannot_be_written),
		TEST(test_what_was_kept_is_used),
		TEST(test_refusals),
		TEST(test_asset_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
