// SPDX-License-Identifier: GPL-2.0
/* Frames that ask whether a device still answers, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/frame.h>

#include "daemon/network/probe-frame.h"

#define OURS   0x020000000001
#define CAMERA 0x4419b6abcdef

static void test_arp(void **state)
{
	static const uint8_t wanted[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0,
					   0x01, 0x08, 0x06, 0,	   1,	 0x08, 0,    6, 4, 0, 1,
					   0x02, 0,    0,    0,	   0,	 0x01, 10,   1, 0, 1, 0,
					   0,	 0,    0,    0,	   0,	 10,   1,    0, 99};
	struct og_probe probe = {
		.mac = OURS, .from = og_addr_v4(0x0a010001), .target = og_addr_v4(0x0a010063)};
	uint8_t frame[OG_PROBE_BYTES];

	(void)state;
	assert_int_equal(og_probe_build(&probe, frame), 60);
	assert_memory_equal(frame, wanted, 60);
	/* Without an own address; in a VLAN. */
	probe.from = (struct og_addr){0};
	probe.vlan = 20;
	assert_int_equal(og_probe_build(&probe, frame), 60);
	assert_int_equal(OG_BE16(frame + 12), 0x8100);
	assert_int_equal(OG_BE16(frame + 14), 20);
	assert_int_equal(OG_BE16(frame + 16), 0x0806);
	assert_memory_equal(frame + 18, wanted + 14, 14);
	assert_int_equal(OG_BE32(frame + 32), 0);
	assert_memory_equal(frame + 36, wanted + 32, 10);
}

/* By the sum over the whole: with its checksum in place it is all ones. */
static void check_sum(const uint8_t *ip, size_t length)
{
	uint32_t sum = length + OG_PROTO_ICMPV6;
	size_t i;

	for (i = 8; i < 40 + length; i += 2)
		sum += OG_BE16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	assert_int_equal(sum, 0xffff);
}

static void test_nd(void **state)
{
	static const uint8_t group[16] = {0xff, 2, 0, 0, 0,    0,    0,	   0,
					  0,	0, 0, 1, 0xff, 0xab, 0xcd, 0xef};
	struct og_probe probe = {.mac = OURS,
				 .from = {0xfe80000000000000, 1},
				 .target = og_probe_link_local(CAMERA)};
	uint8_t frame[OG_PROBE_BYTES];

	(void)state;
	assert_true(probe.target.hi == 0xfe80000000000000 && probe.target.lo == 0x4619b6fffeabcdef);
	assert_true(og_eui64_mac(probe.target.lo) == CAMERA);
	assert_int_equal(og_probe_build(&probe, frame), 14 + 40 + 32);
	assert_memory_equal(
		frame, "\x33\x33\xff\xab\xcd\xef\x02\0\0\0\0\1\x86\xdd\x60\0\0\0\0\x20\x3a\xff",
		22);
	assert_memory_equal(frame + 14 + 24, group, 16);
	assert_int_equal(frame[54], 135);
	assert_memory_equal(frame + 54 + 24, "\1\1\2\0\0\0\0\1", 8);
	check_sum(frame + 14, 32);
	/* Without an own address it does not say whose it is. */
	probe.from = (struct og_addr){0};
	assert_int_equal(og_probe_build(&probe, frame), 14 + 40 + 24);
	check_sum(frame + 14, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arp),
		cmocka_unit_test(test_nd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
