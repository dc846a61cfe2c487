// SPDX-License-Identifier: GPL-2.0
/*
 * test-address.c: IP addresses and prefixes as text, and services
 */
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/address.h"
#include "policy/base/service.h"

static void reads_addresses(void **state)
{
	static const char *const good[] = {
		"0.0.0.0",	     "10.1.0.254", "255.255.255.255", "::", "::1", "fe80::1",
		"2001:db8::1:0:0:1", "::2:0:0",	   "::fffe:ffff:ffff"};
	static const char *const bad[] = {"",
					  "10.1.0",
					  "10.1.0.256",
					  "010.1.0.1",
					  "10.1.0.1 ",
					  "10.1.0.0/16",
					  "::ffff:10.1.0.1",
					  "::ffff:a01:1",
					  "fe80::1%eth0",
					  "1::2::3",
					  "example.org"};
	struct og_addr addr = {1, 2};
	char text[OG_ADDR_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_addr_parse(bad[i], &addr) != -EINVAL)
			fail_msg("`%s` is taken for an address", bad[i]);
	assert_true(addr.hi == 1 && addr.lo == 2);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(og_addr_parse(good[i], &addr), 0);
		assert_string_equal(og_addr_format(&addr, text), good[i]);
	}
	assert_int_equal(og_addr_parse("10.1.0.254", &addr), 0);
	assert_true(addr.hi == 0 && addr.lo == 0x0000ffff0a0100feULL);
	assert_int_equal(og_addr_parse("2001:DB8::1:0:0:1", &addr), 0);
	assert_true(addr.hi == 0x20010db800000000ULL && addr.lo == 0x0001000000000001ULL);
}

static const struct {
	const char *text;
	struct og_addr lo, hi;
} prefixes[] = {
	{"10.1.0.0/16", {0, 0xffff0a010000}, {0, 0xffff0a01ffff}},
	{"0.0.0.0/0", {0, 0xffff00000000}, {0, 0xffffffffffff}},
	{"192.0.2.53", {0, 0xffffc0000235}, {0, 0xffffc0000235}},
	{"::/0", {0, 0}, {UINT64_MAX, UINT64_MAX}},
	{"fe80::/10", {0xfe80ULL << 48, 0}, {0xfebfffffffffffffULL, UINT64_MAX}},
	{"2001:db8::/64", {0x20010db8ULL << 32, 0}, {0x20010db8ULL << 32, UINT64_MAX}},
	{"2001:db8::/65", {0x20010db8ULL << 32, 0}, {0x20010db8ULL << 32, UINT64_MAX >> 1}},
	{"2001:db8::1", {0x20010db8ULL << 32, 1}, {0x20010db8ULL << 32, 1}},
};

static void reads_prefixes(void **state)
{
	char text[OG_PREFIX_TEXT];
	struct og_addr lo, hi;

	(void)state;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
		assert_int_equal(og_prefix_parse(prefixes[i].text, &lo, &hi), 0);
		if (og_addr_cmp(&lo, &prefixes[i].lo) || og_addr_cmp(&hi, &prefixes[i].hi))
			fail_msg("%s", prefixes[i].text);
		assert_string_equal(og_prefix_format(&lo, &hi, text), prefixes[i].text);
	}
	/* A length of the whole address says no more than the address. */
	assert_int_equal(og_prefix_parse("192.0.2.53/32", &lo, &hi), 0);
	assert_string_equal(og_prefix_format(&lo, &hi, text), "192.0.2.53");
	hi.lo++;
	assert_string_equal(og_prefix_format(&lo, &hi, text), "192.0.2.53-192.0.2.54");
}

static void refuses_prefixes(void **state)
{
	static const char *const bad[] = {
		"",	  "/8",		 "10.0.0.0/",	 "10.0.0.0/33", "10.0.0.0/08",
		"::/129", "10.0.0.0/-1", "10.0.0.0/8/8", "10/8",	"::ffff:10.0.0.0/104"};
	struct og_addr lo = {1, 1}, hi = {2, 2};
	char text[OG_PREFIX_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_prefix_parse(bad[i], &lo, &hi) != -EINVAL)
			fail_msg("`%s` is taken for a prefix", bad[i]);
	assert_true(lo.hi == 1 && hi.lo == 2);
	/* With host bits it is an error, but one that says what was probably meant. */
	assert_int_equal(og_prefix_parse("10.1.2.3/16", &lo, &hi), -ERANGE);
	assert_string_equal(og_prefix_format(&lo, &hi, text), "10.1.0.0/16");
}

static void keeps_the_families_apart(void **state)
{
	struct og_addr lo, hi, lo2, hi2;
	char text[OG_PREFIX_TEXT];

	(void)state;
	assert_int_equal(og_prefix_parse("::/0", &lo, &hi), 0);
	assert_true(og_prefix_without_v4(&lo, &hi, &lo2, &hi2));
	assert_string_equal(og_prefix_format(&lo, &hi, text), "::-::fffe:ffff:ffff");
	assert_string_equal(og_prefix_format(&lo2, &hi2, text),
			    "::1:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_int_equal(og_prefix_parse("fe80::/10", &lo, &hi), 0);
	assert_false(og_prefix_without_v4(&lo, &hi, &lo2, &hi2));
	assert_int_equal(og_prefix_parse("0.0.0.0/0", &lo, &hi), 0);
	assert_false(og_prefix_without_v4(&lo, &hi, &lo2, &hi2));
}

static void reads_services(void **state)
{
	static const struct {
		const char *text;
		struct og_service service;
	} good[] = {
		{"123/udp", {IPPROTO_UDP, 123, 123}},
		{"1-65535/tcp", {IPPROTO_TCP, 1, 65535}},
		{"8000-8010/tcp", {IPPROTO_TCP, 8000, 8010}},
		{"5060/sctp", {IPPROTO_SCTP, 5060, 5060}},
		{"tcp", {IPPROTO_TCP, 0, 65535}},
		{"icmp", {IPPROTO_ICMP, 0, 65535}},
		{"icmpv6", {IPPROTO_ICMPV6, 0, 65535}},
		{"esp", {IPPROTO_ESP, 0, 65535}},
	};
	static const char *const bad[] = {"",	       "123",	    "123/",	"/udp",
					  "0/udp",     "65536/udp", "0123/udp", "123/UDP",
					  "20-10/tcp", "20-/tcp",   "-20/tcp",	"20-30-40/tcp",
					  "1/icmp",    "123/udp ",  "1.5/tcp",	"http"};
	struct og_service service = {1, 2, 3};
	char text[OG_SERVICE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (og_service_parse(bad[i], &service) != -EINVAL)
			fail_msg("`%s` is taken for a service", bad[i]);
	assert_int_equal(service.port_hi, 3);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		assert_int_equal(og_service_parse(good[i].text, &service), 0);
		assert_int_equal(service.proto, good[i].service.proto);
		assert_int_equal(service.port_lo, good[i].service.port_lo);
		assert_int_equal(service.port_hi, good[i].service.port_hi);
		assert_string_equal(og_service_format(&service, text), good[i].text);
	}
	service = (struct og_service){0, 0, 65535};
	assert_string_equal(og_service_format(&service, text), "any");
	service = (struct og_service){89, 0, 65535};
	assert_string_equal(og_service_format(&service, text), "89");
}

static void knows_well_known_services(void **state)
{
	struct og_service services[OG_SERVICE_NAMED];

	(void)state;
	assert_int_equal(og_service_named("dhcp", services), 2);
	assert_int_equal(services[0].port_lo, 67);
	assert_int_equal(services[1].port_lo, 547);
	assert_int_equal(og_service_named("dns", services), 2);
	assert_int_equal(services[0].proto, IPPROTO_UDP);
	assert_int_equal(services[1].proto, IPPROTO_TCP);
	assert_int_equal(og_service_named("ntp", services), 1);
	assert_int_equal(services[0].port_hi, 123);
	assert_int_equal(og_service_named("161/udp", services), 1);
	assert_int_equal(og_service_named("snmp", services), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_addresses),  cmocka_unit_test(reads_prefixes),
		cmocka_unit_test(refuses_prefixes), cmocka_unit_test(keeps_the_families_apart),
		cmocka_unit_test(reads_services),   cmocka_unit_test(knows_well_known_services),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
