// SPDX-License-Identifier: GPL-2.0
/*
 * test-mac.c: addresses and prefixes as text (policy/base/mac.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/mac.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void reads_the_three_forms(void **state)
{
	static const char *const texts[] = {"0a:1B:2c:3D:4e:5F", "0A-1b-2C-3d-4E-5f",
					    "0a1b.2C3D.4e5f"};
	char text[OG_MAC_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		uint64_t mac = 0;

		assert_int_equal(og_mac_parse(texts[i], &mac), 0);
		assert_true(mac == 0x0a1b2c3d4e5f);
	}
	assert_string_equal(og_mac_format(0x0a1b2c3d4e5f, text), "0a:1b:2c:3d:4e:5f");
	assert_string_equal(og_mac_format(0, text), "00:00:00:00:00:00");
	assert_string_equal(og_mac_format(0xffffffffffff, text), "ff:ff:ff:ff:ff:ff");
}

static void refuses_other_addresses(void **state)
{
	static const char *const texts[] = {
		"",
		"0a",
		"0a:1b:2c:3d:4e",
		"0a:1b:2c:3d:4e:5",
		"0a:1b:2c:3d:4e:5f:",
		"0a:1b:2c:3d:4e:5f:60",
		"0a:1b:2c-3d:4e:5f",
		"0a:1b:2c:3d:4e:5g",
		"a:1b:2c:3d:4e:5f",
		" 0a:1b:2c:3d:4e:5f",
		"0a:1b:2c:3d:4e:5f ",
		"0a1b2c3d4e5f",
		"0a1b:2c3d:4e5f",
		"0a1b.2c3d.4e5",
		"0a1b.2c3d.4e5f.6071",
		"0a.1b.2c.3d.4e.5f",
		"0x:1b:2c:3d:4e:5f",
		"+a:1b:2c:3d:4e:5f",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		uint64_t mac = 42;

		assert_int_equal(og_mac_parse(texts[i], &mac), -EINVAL);
		assert_true(mac == 42);
	}
}

static void reads_and_writes_prefixes(void **state)
{
	static const struct {
		const char *text, *canonical;
		uint64_t bits;
		int length;
	} cases[] = {
		{"aa:bb:cc/24", "aa:bb:cc/24", 0xaabbcc000000, 24},
		{"AA-BB-CC-00-00-00/24", "aa:bb:cc/24", 0xaabbcc000000, 24},
		{"b0:b3:53:60/28", "b0:b3:53:60/28", 0xb0b353600000, 28},
		{"b0:b3:53:60:00/28", "b0:b3:53:60/28", 0xb0b353600000, 28},
		{"70:b3:d5:12:30:00/36", "70:b3:d5:12:30/36", 0x70b3d5123000, 36},
		{"70:b3:d5:12:30/36", "70:b3:d5:12:30/36", 0x70b3d5123000, 36},
		{"02:00:00:00:00:01/48", "02:00:00:00:00:01/48", 0x020000000001, 48},
	};
	char text[OG_MAC_PREFIX_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_mac_prefix prefix = {0};

		assert_int_equal(og_mac_prefix_parse(cases[i].text, &prefix), 0);
		assert_true(prefix.bits == cases[i].bits);
		assert_int_equal(prefix.length, cases[i].length);
		assert_string_equal(og_mac_prefix_format(&prefix, text), cases[i].canonical);
	}
}

static void refuses_other_prefixes(void **state)
{
	static const struct {
		const char *text;
		int error;
	} cases[] = {
		{"", -EINVAL},
		{"/24", -EINVAL},
		{"aa:bb:cc", -EINVAL},
		{"aa:bb:cc/", -EINVAL},
		{"aa:bb:cc/024", -EINVAL},
		{"aa:bb:cc/25", -EINVAL},
		{"aa:bb:cc/32", -EINVAL},
		{"aa:bb:cc/28", -EINVAL},
		{"aa:bb/24", -EINVAL},
		{"aa:bb:cc:dd/36", -EINVAL},
		{"aa:bb:cc:dd:ee/48", -EINVAL},
		{"aa:bb:cc:/24", -EINVAL},
		{"aa:bb:cc:d/28", -EINVAL},
		{"aa:bb-cc/24", -EINVAL},
		{"aabb.cc/24", -EINVAL},
		{"aa:bb:cc:00:00:00:00/24", -EINVAL},
		{"aa:bb:cc/24 ", -EINVAL},
		{"aa:bb:cc:00:00:00/24x", -EINVAL},
		{"aa:bb:cc:01/24", -ERANGE},
		{"aa:bb:cc:d1/28", -ERANGE},
		{"aa:bb:cc:dd:e1/36", -ERANGE},
		{"aa:bb:cc:dd:e0:01/36", -ERANGE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_mac_prefix prefix = {42, 7};

		assert_int_equal(og_mac_prefix_parse(cases[i].text, &prefix), cases[i].error);
		assert_true(prefix.bits == 42 && prefix.length == 7);
	}
}

static void covers_its_block_and_no_neighbour(void **state)
{
	static const struct og_mac_prefix s = {0x70b3d5123000, 36}, l = {0x70b3d5000000, 24},
					  whole = {0x70b3d5123456, 48};

	(void)state;
	assert_true(og_mac_prefix_covers(&s, 0x70b3d5123000));
	assert_true(og_mac_prefix_covers(&s, 0x70b3d5123fff));
	assert_false(og_mac_prefix_covers(&s, 0x70b3d5122fff));
	assert_false(og_mac_prefix_covers(&s, 0x70b3d5124000));
	assert_true(og_mac_prefix_covers(&l, 0x70b3d5ffffff));
	assert_false(og_mac_prefix_covers(&l, 0x70b3d6000000));
	assert_true(og_mac_prefix_covers(&whole, 0x70b3d5123456));
	assert_false(og_mac_prefix_covers(&whole, 0x70b3d5123457));
	assert_true(og_mac_prefix_mask(0) == 0);
	assert_true(og_mac_prefix_mask(48) == 0xffffffffffff);
}

static void orders_by_bits_then_length(void **state)
{
	static const struct og_mac_prefix l = {0x70b3d5000000, 24}, m = {0x70b3d5000000, 28},
					  next = {0x70b3d5100000, 28};

	(void)state;
	assert_true(og_mac_prefix_cmp(&l, &m) < 0);
	assert_true(og_mac_prefix_cmp(&m, &l) > 0);
	assert_true(og_mac_prefix_cmp(&m, &next) < 0);
	assert_int_equal(og_mac_prefix_cmp(&m, &m), 0);
}

static void tells_group_and_local_apart(void **state)
{
	(void)state;
	assert_true(og_mac_is_group(0x01005e000001));
	assert_false(og_mac_is_local(0x01005e000001));
	assert_true(og_mac_is_local(0x020000000001));
	assert_false(og_mac_is_group(0x020000000001));
	assert_false(og_mac_is_group(0xb0b353600000) || og_mac_is_local(0xb0b353600000));
}

static void tells_what_devices_send_from(void **state)
{
	static const struct {
		struct og_mac_prefix prefix;
		bool source;
	} cases[] = {
		{{0x4419b6000000, 24}, true},
		{{0xb0b353600000, 28}, true},
		{{0x021100000000, 24}, false},
		{{0x010000000000, 36}, false},
		{{0, 24}, true},
		{{0, 48}, false},
		{{1, 48}, true},
		{{0x021122334455, 48}, true},
		{{0x031122334455, 48}, false},
		{{0xffffffffffff, 48}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(og_mac_prefix_is_source(&cases[i].prefix), cases[i].source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_three_forms),
		cmocka_unit_test(refuses_other_addresses),
		cmocka_unit_test(reads_and_writes_prefixes),
		cmocka_unit_test(refuses_other_prefixes),
		cmocka_unit_test(covers_its_block_and_no_neighbour),
		cmocka_unit_test(orders_by_bits_then_length),
		cmocka_unit_test(tells_group_and_local_apart),
		cmocka_unit_test(tells_what_devices_send_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
