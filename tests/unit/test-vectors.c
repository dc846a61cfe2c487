// SPDX-License-Identifier: GPL-2.0
/*
 * test-vectors.c: the corpus through og_parse() and og_decide() in user space
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/explain/reason.h"
#include "tests/vectors/vectors.h"

static int differs(const struct vector *v)
{
	struct og_facts facts = {0};
	struct og_verdict verdict = {0}, other = {0};
	struct og_frame frame;

	vector_frame(v, &frame);
	og_parse(&frame, &facts);
	if (og_decide(v->rs, &facts, v->now, &verdict, &other))
		verdict = other;
	if (verdict.drop == v->drop && verdict.reason == v->reason &&
	    (v->evidence < 0 || verdict.evidence == v->evidence) &&
	    (verdict.drop || (verdict.mark == v->mark && verdict.mark_mask == v->mark_mask &&
			      verdict.ns_per_kib == v->ns_per_kib)))
		return 0;
	print_error("%s: %s %s mark=%#x/%#x ns=%llu evidence %s; expected %s %s mark=%#x/%#x "
		    "ns=%llu\n",
		    v->name, verdict.drop ? "drop" : "pass", og_reason_name(verdict.reason),
		    verdict.mark, verdict.mark_mask, (unsigned long long)verdict.ns_per_kib,
		    og_evidence_name(verdict.evidence), v->drop ? "drop" : "pass",
		    og_reason_name(v->reason), v->mark, v->mark_mask,
		    (unsigned long long)v->ns_per_kib);
	return 1;
}

static void every_vector(void **state)
{
	struct vectors vectors;
	size_t failed = 0;

	(void)state;
	vectors_load(&vectors);
	for (size_t i = 0; i < vectors.count; i++)
		failed += differs(&vectors.items[i]);
	print_message("# %zu vectors\n", vectors.count);
	assert_int_equal(failed, 0);
	assert_true(vectors.count >= 300);
	vectors_free(&vectors);
}

/* Every reason a ruleset can give without a rate's history is in the corpus. */
static void every_reason(void **state)
{
	struct vectors vectors;
	size_t seen[OG_R_COUNT] = {0};

	(void)state;
	vectors_load(&vectors);
	for (size_t i = 0; i < vectors.count; i++)
		seen[vectors.items[i].reason]++;
	for (unsigned int r = 0; r < OG_R_COUNT; r++) {
		if (r == OG_R_OVER_RATE) /* given by whoever keeps the bucket */
			continue;
		if (!seen[r])
			print_error("no vector gives %s\n", og_reason_name(r));
		assert_true(seen[r] > 0);
	}
	vectors_free(&vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector),
		cmocka_unit_test(every_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
