// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "policy/compile/table.h"

struct og_ruleset *rules_at(uint32_t ifindex, const struct og_phase *phase, uint64_t generation)
{
	const struct og_mac_prefix prefix = {.bits = RULES_LISTED, .length = 24};
	const struct og_range internal = {.lo = og_addr_v4(0x0a000000),
					  .hi = og_addr_v4(0x0affffff)};
	struct og_table *table = og_table_new();
	const struct og_class class = {};
	struct og_ruleset *rs;
	uint16_t number;
	uint32_t set;

	assert_non_null(table);
	assert_int_equal(og_table_prefix(table, &prefix, OG_GROUP_FIRST), 0);
	assert_int_equal(og_table_port(table, ifindex, 0, RULES_SITE), 0);
	assert_int_equal(og_table_class(table, &class, phase, 1, &number), 0);
	assert_int_equal(og_table_set(table, &internal, 1, &set), 0);
	rs = og_table_ruleset(table);
	rs->site[RULES_SITE].internal = set;
	rs->class_of[RULES_SITE][OG_GROUP_FIRST] = number;
	assert_int_equal(og_table_finish(table, 0, &rs), 0);
	rs->header.generation = generation;
	return rs;
}

struct og_ruleset *rules_block(uint32_t ifindex, uint64_t generation)
{
	const struct og_phase block = {.from = 1, .action = OG_BLOCK};

	return rules_at(ifindex, &block, generation);
}

size_t rules_frame(uint8_t *frame, uint64_t mac, uint32_t dst, uint16_t port)
{
	static const uint8_t head[] = {0x02, 0, 0,    0,    0,	  0x01, 0,  0,	0, 0,
				       0,    0, 0x08, 0x00, 0x45, 0,	0,  46, 0, 0,
				       0,    0, 64,   17,   0,	  0,	10, 0,	0, 9};
	int i;

	memset(frame, 0, 60);
	memcpy(frame, head, sizeof(head));
	for (i = 0; i < 6; i++)
		frame[6 + i] = mac >> (40 - 8 * i);
	for (i = 0; i < 4; i++)
		frame[30 + i] = dst >> (24 - 8 * i);
	frame[34] = 0x12;
	frame[35] = 0x34;
	frame[36] = port >> 8;
	frame[37] = port;
	frame[39] = 26;
	return 60;
}
