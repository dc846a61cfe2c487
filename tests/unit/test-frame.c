// SPDX-License-Identifier: GPL-2.0
/*
 * test-frame.c: facts of frames (include/ouiguard/frame.h)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ouiguard/frame.h>
#include <ouiguard/ruleset.h> /* og_hash */

static uint64_t state_ = 5;

static uint32_t below(uint32_t limit)
{
	state_ = og_hash(state_ + 1, 0x9e3779b97f4a7c15);
	return (uint32_t)(state_ >> 33) % limit;
}

static void reads_the_mac_of_an_interface_identifier(void **state)
{
	(void)state;
	/* RFC 4291, appendix A: 34-56-78-9A-BC-DE makes 36-56-78-FF-FE-9A-BC-DE. */
	assert_true(og_eui64_mac(0x365678fffe9abcde) == 0x3456789abcde);
	assert_true(og_eui64_mac(0x020000fffe000001) == 0x000000000001);
	assert_true(og_eui64_mac(0x345678fffe9abcde) == 0); /* from a local address */
	assert_true(og_eui64_mac(0x375678fffe9abcde) == 0); /* from a group address */
	assert_true(og_eui64_mac(0x365678fffd9abcde) == 0);
	assert_true(og_eui64_mac(0x365678feff9abcde) == 0);
	assert_true(og_eui64_mac(0) == 0);
}

/* A TCP segment over IPv4 in an 802.1ad and an 802.1Q tag, byte for byte. */
static const uint8_t segment[] = {
	0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x44, 0x19, 0xb6, 0x00, 0x00, 0x02, 0x88,
	0xa8, 0x60, 0x14, 0x81, 0x00, 0x00, 0x07, 0x08, 0x00, 0x45, 0x00, 0x00, 0x28,
	0x12, 0x34, 0x40, 0x00, 0x3f, 0x06, 0x00, 0x00, 0x0a, 0x01, 0x00, 0x09, 0xc6,
	0x33, 0x64, 0x07, 0xc3, 0x50, 0x01, 0xbb, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x50, 0x12, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
};

static void reads_each_field(void **state)
{
	struct og_frame frame = {.captured = sizeof(segment), .ifindex = 7};
	struct og_facts facts = {0};

	(void)state;
	memcpy(frame.bytes, segment, sizeof(segment));
	assert_int_equal(og_parse(&frame, &facts), 0);
	assert_true(facts.mac == 0x4419b6000002 && facts.dmac == 0x020000000001);
	assert_true(facts.src.hi == 0 && facts.src.lo == 0xffff0a010009);
	assert_true(facts.dst.hi == 0 && facts.dst.lo == 0xffffc6336407);
	assert_int_equal(facts.ifindex, 7);
	assert_int_equal(facts.vlan, 20);
	assert_int_equal(facts.tags, 2);
	assert_int_equal(facts.ethertype, OG_ETH_IPV4);
	assert_int_equal(facts.proto, OG_PROTO_TCP);
	assert_int_equal(facts.hop_limit, 63);
	assert_int_equal(facts.sport, 50000);
	assert_int_equal(facts.dport, 443);
	assert_int_equal(facts.tcp_flags, 0x12);
	assert_int_equal(facts.flags, OG_F_DST | OG_F_PORTS);
	assert_true(facts.eui64 == 0);
}

/* The tag in metadata and the tag in the frame are the same tag. */
static void reads_the_stripped_tag(void **state)
{
	struct og_frame with = {.captured = sizeof(segment)}, without = {0};
	struct og_facts a = {0}, b = {0};

	(void)state;
	memcpy(with.bytes, segment, sizeof(segment));
	memcpy(without.bytes, segment, 12);
	memcpy(without.bytes + 12, segment + 16, sizeof(segment) - 16);
	without.captured = sizeof(segment) - 4;
	without.tag_proto = OG_ETH_8021AD;
	without.tag_tci = 0x6014;
	og_parse(&with, &a);
	og_parse(&without, &b);
	assert_memory_equal(&a, &b, sizeof(a));
}

/* Bytes that were not captured must not show in the facts, and no byte may lead the reader astray. */
static void depends_on_captured_bytes_only(void **state)
{
	static const uint16_t types[] = {0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806, 0x0026};

	(void)state;
	for (int round = 0; round < 200000; round++) {
		struct og_frame a = {0}, b;
		struct og_facts x = {0}, y = {0};
		uint32_t length = below(OG_FRAME_BYTES + 1);
		uint16_t type = types[below(6)];

		for (size_t i = 0; i < sizeof(a.bytes); i++)
			a.bytes[i] = below(4) ? below(256) : 0;
		a.bytes[12] = type >> 8;
		a.bytes[13] = (uint8_t)type;
		if (type == 0x0800)
			a.bytes[14] = 0x45 + below(4);
		if (type == 0x86dd) {
			static const uint8_t next[] = {0, 6, 17, 43, 44, 51, 58, 60};

			a.bytes[14] = 0x60;
			a.bytes[20] = next[below(8)];
			a.bytes[54] = next[below(8)];
			a.bytes[55] = below(8);
		}
		a.captured = length;
		b = a;
		memset(b.bytes + length, 0xee, sizeof(b.bytes) - length);
		og_parse(&a, &x);
		og_parse(&b, &y);
		assert_memory_equal(&x, &y, sizeof(x));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_mac_of_an_interface_identifier),
		cmocka_unit_test(reads_each_field),
		cmocka_unit_test(reads_the_stripped_tag),
		cmocka_unit_test(depends_on_captured_bytes_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
