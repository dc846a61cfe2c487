// SPDX-License-Identifier: GPL-2.0
/*
 * test-engine-pick.c: which engine is chosen, and what is said about it
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/engine/engine-pick.h"

static const struct og_engine_options options;

static void takes_the_named_one(void **state)
{
	char reason[OG_ENGINE_REASON] = "";
	struct og_diags diags = {0};
	struct og_engine *engine;

	(void)state;
	assert_int_equal(og_engine_pick("dry", OG_ENGINE_BPF, &options, &engine, reason, &diags),
			 0);
	assert_ptr_equal(engine->ops, &og_engine_dry);
	assert_string_equal(reason, "named on the command line");
	og_engine_dry.close(engine);
	assert_int_equal(og_engine_pick(NULL, OG_ENGINE_DRY, &options, &engine, reason, &diags), 0);
	assert_ptr_equal(engine->ops, &og_engine_dry);
	assert_string_equal(reason, "named in ouiguard.yaml");
	/* Nothing else was in force before, and nothing is said. */
	og_engine_retire_other(engine, &options, &diags);
	og_engine_dry.close(engine);
	assert_int_equal(diags.count, 0);
}

static void refuses_an_unknown_one(void **state)
{
	char reason[OG_ENGINE_REASON] = "";
	struct og_engine *engine = NULL;
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(og_engine_pick("ebpf", OG_ENGINE_AUTO, &options, &engine, reason, &diags),
			 -EOPNOTSUPP);
	assert_null(engine);
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.items[0].text, "\"ebpf\""));
	og_diags_free(&diags);
}

/* Where the module is not loaded its engine says how to load it. */
static void says_what_is_missing(void **state)
{
	char reason[OG_ENGINE_REASON] = "";
	struct og_engine *engine = NULL;
	struct og_diags diags = {0};

	(void)state;
	if (access("/sys/module/ouiguard", F_OK) == 0) {
		print_message("the kernel module is loaded here\n");
		skip();
	}
	assert_int_equal(og_engine_pick(NULL, OG_ENGINE_KMOD, &options, &engine, reason, &diags),
			 -ENOENT);
	assert_null(engine);
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.items[0].text, "modprobe ouiguard"));
	og_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_named_one),
		cmocka_unit_test(refuses_an_unknown_one),
		cmocka_unit_test(says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
