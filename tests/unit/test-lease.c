// SPDX-License-Identifier: GPL-2.0
/* Lease files of dnsmasq and Kea. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/base/address.h"
#include "policy/lease/lease.h"

#define KEA4                                                                 \
	"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd," \
	"fqdn_rev,hostname,state,user_context,pool_id\n"
#define KEA6                                                                  \
	"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,"         \
	"lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state," \
	"user_context,hwtype,hwaddr_source,pool_id\n"

static struct og_diags diags;
static struct og_leases leases;

static int parse(const char *text)
{
	og_diags_free(&diags);
	og_leases_clear(&leases);
	return og_leases_parse(text, strlen(text), "leases", &leases, &diags);
}

static void expect(size_t i, const char *addr, uint64_t mac, int64_t until, const char *host)
{
	char text[OG_ADDR_TEXT], name[OG_HOST_TEXT] = "";
	const struct og_lease *lease = &leases.items[i];

	assert_true(i < leases.count);
	assert_string_equal(og_addr_format(&lease->addr, text), addr);
	assert_true(lease->mac == mac);
	assert_true(lease->until == until);
	if (lease->host)
		assert_int_equal(og_host_parse(lease->host, lease->host_length, name), 0);
	assert_string_equal(name, host);
}

static int teardown(void **state)
{
	(void)state;
	og_diags_free(&diags);
	og_leases_clear(&leases);
	return 0;
}

static void reads_dnsmasq(void **state)
{
	(void)state;
	assert_int_equal(
		parse("1700003600 44:19:b6:00:00:02 10.1.0.151 * *\n"
		      "1700003600 44:19:b6:00:00:01 10.1.0.150 Cam1 01:44:19:b6:00:00:01\n"
		      "0 3c:22:fb:00:00:01 10.1.0.152 laptop ff:01\n"
		      "1700003600 06-aa:bb:cc:dd:ee:ff 10.1.0.153 token *\n"
		      "duid 00:01:00:01:2c:aa:bb:cc:02:00:00:00:00:01\n"
		      "1700007200 11927552 2001:db8:1::150 cam1 "
		      "00:01:00:01:2c:aa:bb:cc:44:19:b6:00:00:01\n"
		      "1700007200 T11927553 2001:db8:1::151 * 00:03:00:01:44:19:b6:00:00:02\n"
		      "1700007200 11927554 2001:db8:1::152 * 00:02:00:00:0d:e9:12:34:56:78\n"),
		0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(leases.count, 5);
	expect(0, "10.1.0.150", 0x4419b6000001, 1700003600, "cam1");
	expect(1, "10.1.0.151", 0x4419b6000002, 1700003600, "");
	expect(2, "10.1.0.152", 0x3c22fb000001, INT64_MAX, "laptop");
	expect(3, "2001:db8:1::150", 0x4419b6000001, 1700007200, "cam1");
	expect(4, "2001:db8:1::151", 0x4419b6000002, 1700007200, "");
}

static void reads_kea4(void **state)
{
	(void)state;
	assert_int_equal(parse(KEA4
			       "10.1.0.150,44:19:b6:00:00:01,,3600,1700003600,1,0,0,cam1,0,,0\n"
			       "10.1.0.151,44:19:b6:00:00:02,01:44,3600,1700003600,1,1,1,"
			       "cam2.example.org.,0,{ \"a\": \"b&#x2cc\" },0\n"
			       "10.1.0.152,44:19:b6:00:00:03,,3600,1700003600,1,0,0,cam3,0,,0\n"
			       "10.1.0.153,44:19:b6:00:00:04,,4294967295,1700003600,1,0,0,,0,,0\n"
			       "10.1.0.154,,,3600,1700003600,1,0,0,declined,1,,0\n"
			       "10.1.0.150,44:19:b6:00:00:01,,3600,1700007200,1,0,0,cam1,0,,0\n"
			       "10.1.0.152,44:19:b6:00:00:03,,0,1700003700,1,0,0,cam3,0,,0\n"),
			 0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(leases.count, 3);
	expect(0, "10.1.0.150", 0x4419b6000001, 1700007200, "cam1");
	expect(1, "10.1.0.151", 0x4419b6000002, 1700003600, "cam2.example.org");
	expect(2, "10.1.0.153", 0x4419b6000004, INT64_MAX, "");
}

static void reads_kea6(void **state)
{
	(void)state;
	assert_int_equal(
		parse(KEA6
		      "2001:db8:1::1,00:01:00:01:2a:b3:c4:d5:44:19:b6:00:00:02,4000,1700004000,1,"
		      "3000,0,1,128,0,0,cam2,,0,,,,0\n"
		      "2001:db8:1::2,00:02:00:00,4000,1700004000,1,3000,0,1,128,0,0,,"
		      "44:19:b6:00:00:03,0,,1,2,0\n"
		      "2001:db8:2::,00:03:00:01:44:19:b6:00:00:04,4000,1700004000,1,3000,2,1,56,0,"
		      "0,"
		      ",,0,,,,0\n"),
		0);
	assert_int_equal(diags.count, 0);
	assert_int_equal(leases.count, 2);
	expect(0, "2001:db8:1::1", 0x4419b6000002, 1700004000, "cam2");
	expect(1, "2001:db8:1::2", 0x4419b6000003, 1700004000, "");
}

/* What is wrong is told with its line, and the rest is taken. */
static void tells_what_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(parse("1700003600 44:19:b6:00:00:01 10.1.0.150 cam1 *\n"
			       "soon 44:19:b6:00:00:02 10.1.0.151 cam2 *\n"
			       "1700003600 44:19:b6:00:00:02 10.1.0.400 cam2 *\n"),
			 0);
	assert_int_equal(leases.count, 1);
	assert_int_equal(diags.count, 2);
	assert_int_equal(diags.items[0].line, 2);
	assert_int_equal(diags.items[1].line, 3);
	assert_int_equal(diags.errors, 0);
	assert_int_equal(parse("PK\x03\x04\n\x01\n\n"), -EINVAL);
	assert_int_equal(diags.errors, 1);
	assert_int_equal(parse("address,name\n10.1.0.150,x\n"), -EINVAL);
	assert_int_equal(diags.errors, 1);
	assert_int_equal(parse(KEA4
			       "10.1.0.150,44:19:b6:00:00:01,,soon,1700003600,1,0,0,cam1,0,,0\n"
			       "10.1.0.151,44:19:b6:00:00:02,,60,1700003600,1,0,0,cam2,0,,0\n"),
			 0);
	assert_int_equal(leases.count, 1);
	assert_int_equal(diags.items[0].line, 2);
}

/* A server may be writing while the file is read. */
static void leaves_half_a_line(void **state)
{
	(void)state;
	assert_int_equal(parse("1700003600 44:19:b6:00:00:01 10.1.0.150 cam1 *\n"
			       "1700003600 44:19:b6:00:00:02 10.1.0.15"),
			 0);
	assert_int_equal(leases.count, 1);
	assert_int_equal(diags.count, 0);
	assert_int_equal(parse(""), 0);
	assert_int_equal(leases.count, 0);
	assert_int_equal(parse("address,hwad"), 0);
	assert_int_equal(leases.count, 0);
}

static void keeps_no_made_up_names(void **state)
{
	static const char *const bad[] = {"",	      ".",	     "*",	"a b",
					  "<script>", "caf\xc3\xa9", "a\x1b[2J"};
	char host[OG_HOST_TEXT] = "as it was", long_one[OG_HOST_TEXT + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(og_host_parse(bad[i], strlen(bad[i]), host), -EINVAL);
	assert_int_equal(og_host_parse("a\0b", 3, host), -EINVAL);
	memset(long_one, 'x', sizeof(long_one));
	assert_int_equal(og_host_parse(long_one, OG_HOST_TEXT, host), -EINVAL);
	assert_string_equal(host, "as it was");
	assert_int_equal(og_host_parse(long_one, OG_HOST_TEXT - 1, host), 0);
	assert_int_equal(strlen(host), OG_HOST_TEXT - 1);
	assert_int_equal(parse("1700003600 44:19:b6:00:00:01 10.1.0.150 <b>cam</b> *\n"), 0);
	expect(0, "10.1.0.150", 0x4419b6000001, 1700003600, "");
	/* No station has these addresses. */
	assert_int_equal(parse("1700003600 00:00:00:00:00:00 10.1.0.150 a *\n"
			       "1700003600 01:19:b6:00:00:01 10.1.0.151 b *\n"),
			 0);
	assert_int_equal(leases.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(reads_dnsmasq, teardown),
		cmocka_unit_test_teardown(reads_kea4, teardown),
		cmocka_unit_test_teardown(reads_kea6, teardown),
		cmocka_unit_test_teardown(tells_what_is_wrong, teardown),
		cmocka_unit_test_teardown(leaves_half_a_line, teardown),
		cmocka_unit_test_teardown(keeps_no_made_up_names, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
