// SPDX-License-Identifier: GPL-2.0
/* Does the program load, with no more rights than the service has, and within its budget? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "tests/bpf/kit.h"

#define BUDGET 150000

static void test_loads(void **state)
{
	struct utsname host;
	int instructions;

	(void)state;
	if (!bpf_kit_privileged()) {
		print_message("needs root\n");
		skip();
	}
	instructions = bpf_kit_instructions();
	uname(&host);
	printf("# tc: the verifier of %s walked %d instructions\n", host.release, instructions);
	assert_in_range(instructions, 1000, BUDGET);
}

static void test_passes_without_ruleset(void **state)
{
	static const uint8_t frame[64] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x06};
	struct bpf_kit_answer answer;
	struct kit kit;

	(void)state;
	if (!bpf_kit_privileged()) {
		print_message("needs root\n");
		skip();
	}
	bpf_kit_open(&kit);
	assert_int_equal(bpf_kit_run(&kit, frame, sizeof(frame), 0, &answer), 0);
	assert_false(answer.drop);
	assert_false(answer.judged);
	bpf_kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_passes_without_ruleset),
	};

	if (bpf_kit_privileged())
		bpf_kit_limit_rights();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
