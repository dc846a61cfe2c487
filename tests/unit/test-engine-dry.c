// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/engine/engine.h"
#include "policy/compile/table.h"

static void test_find(void **state)
{
	(void)state;
	assert_ptr_equal(og_engine_find("dry"), &og_engine_dry);
	assert_ptr_equal(og_engine_find("bpf"), &og_engine_bpf);
	assert_null(og_engine_find(""));
	assert_null(og_engine_find("dry "));
}

static void test_hook_names(void **state)
{
	(void)state;
	assert_string_equal(og_engine_hook_name(OG_HOOK_NONE), "none");
	assert_string_equal(og_engine_hook_name(OG_HOOK_TCX), "tcx");
	assert_string_equal(og_engine_hook_name(OG_HOOK_CLSACT), "clsact");
	assert_string_equal(og_engine_hook_name(OG_HOOK_DRY), "dry");
}

/* Everything that the daemon may ask of an engine, from opening to closing. */
static void test_life(void **state)
{
	const struct og_engine_port ports[] = {{3, "lan0"}, {4, "lan1"}};
	const struct og_engine_options options = {};
	struct og_engine_counters counters;
	struct og_engine_status status;
	struct og_diags diags = {};
	struct og_engine *engine;
	struct og_device device;
	struct og_ruleset *rs;

	(void)state;
	assert_int_equal(og_table_finish(og_table_new(), 0, &rs), 0);
	rs->header.generation = 9;
	assert_int_equal(og_engine_dry.probe(&options, &diags), 0);
	assert_int_equal(og_engine_dry.open(&options, &engine, &diags), 0);
	assert_ptr_equal(engine->ops, &og_engine_dry);
	assert_int_equal(og_engine_dry.apply(engine, rs, ports, 2, &diags), 0);
	assert_int_equal(og_engine_dry.status(engine, &status), 0);
	assert_string_equal(status.name, "dry");
	assert_int_equal(status.generation, 9);
	assert_int_equal(status.port_count, 2);
	assert_int_equal(status.ports[1].port.ifindex, 4);
	assert_string_equal(status.ports[1].port.name, "lan1");
	assert_int_equal(status.ports[1].hook, OG_HOOK_DRY);
	og_engine_status_clear(&status);
	assert_null(status.ports);
	assert_int_equal(og_engine_dry.read_counters(engine, &counters), 0);
	assert_int_equal(counters.reasons[OG_R_EGRESS].packets, 0);
	assert_int_equal(og_engine_dry.read_device(engine, 1, &device), -ENOENT);
	assert_true(og_engine_dry.event_fd(engine) < 0);
	/* A ruleset of another layout is refused, and the old one stays. */
	rs->header.generation = 10;
	rs->header.layout++;
	assert_int_equal(og_engine_dry.apply(engine, rs, ports, 1, &diags), -EINVAL);
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.items[0].text, "compile it anew"));
	assert_int_equal(og_engine_dry.status(engine, &status), 0);
	assert_int_equal(status.generation, 9);
	assert_int_equal(status.port_count, 2);
	og_engine_status_clear(&status);
	assert_int_equal(og_engine_dry.detach(engine, &diags), 0);
	assert_int_equal(og_engine_dry.status(engine, &status), 0);
	assert_int_equal(status.port_count, 0);
	og_engine_status_clear(&status);
	og_engine_dry.close(engine);
	og_engine_dry.close(NULL);
	og_ruleset_free(rs);
	og_diags_free(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_hook_names),
		cmocka_unit_test(test_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
