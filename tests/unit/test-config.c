// SPDX-License-Identifier: GPL-2.0
/*
 * test-config.c: directories of files: what is found, what is passed over, what is wrong with the whole
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <cmocka.h>

#include "config-kit.h"

static const struct kit_case main_cases[] = {
	{"an unknown engine",
	 {{"ouiguard.yaml", "engine: fast\n"}},
	 {"ouiguard.yaml:1:9: `engine` is `fast`; expected auto, bpf, kmod or dry"}},
	{"a hook that is a list",
	 {{"ouiguard.yaml", "hook: [tc]\n"}},
	 {"ouiguard.yaml:1:7: `hook` is a list; expected auto, tc or xdp"}},
	{"a relative registry",
	 {{"ouiguard.yaml", "registry: [oui.csv]\n"}},
	 {"ouiguard.yaml:1:12: `registry` has `oui.csv`; expected a path that starts with `/`"}},
	{"a relative lease file",
	 {{"ouiguard.yaml", "leases: [/a, dnsmasq.leases]\n"}},
	 {"ouiguard.yaml:1:14: `leases` has `dnsmasq.leases`; expected a path that starts with "
	  "`/`"}},
	{"retention without its unit",
	 {{"ouiguard.yaml", "retention: {events: 5, sightings: 800, destinations: 2d}\n"}},
	 {"ouiguard.yaml:1:21: `events` is `5`; expected a number from 1000 to 10000000",
	  "ouiguard.yaml:1:35: `sightings` is `800`; expected days such as 800d, at least 30d",
	  "ouiguard.yaml:1:54: `destinations` is `2d`; expected days such as 400d, at least 30d"}},
	{"retention that forgets what absence needs",
	 {{"ouiguard.yaml", "retention: {sightings: 40d}\nabsence: {days: 60, silent: 0}\n"}},
	 {"ouiguard.yaml:1:1: `retention` keeps sightings for 40 days, but `absence` wants 60 "
	  "watched ones: no absence could be verified",
	  "ouiguard.yaml:2:29: `silent` is `0`; expected a number of watched days from 1 to 365"}},
};

static const struct kit_case cases[] = {
	{"directories and files by other names",
	 {{"policy/cams.yaml", "x"},
	  {"site/north.yaml", "x"},
	  {"ouiguard.yml", "x"},
	  {"extra/x", "x"},
	  {"README.md", "x"},
	  {"sites.yaml~", "x"}},
	 {"extra: warning: ignored, for nothing reads it",
	  "ouiguard.yml: warning: ignored; did you mean `ouiguard.yaml`?",
	  "policy: warning: ignored; did you mean `policies`?",
	  "site: warning: ignored; did you mean `sites`?"}},
	{"neither site nor policy",
	 {{"sites/north.yaml", NULL}, {"policies/cams.yaml", NULL}},
	 {"warning: there is no site, so nothing is covered; expected a file sites/NAME.yaml "
	  "(`ouiguard init` writes a first one)",
	  "warning: there is no policy, so nothing is done about any device; expected a file "
	  "policies/NAME.yaml (`ouiguard init` writes a first one)"}},

	{"a lock without the vendor",
	 {{"prefixes.lock", "zeta 00:11:33/24 hwdb \"Zeta Inc.\"\n"}},
	 {"policies/cams.yaml:1:1: warning: vendor `acme` has no prefix in prefixes.lock, so none "
	  "of its devices is found; run `ouiguard registry accept`"}},
	{"a lock of a vendor that went",
	 {{"prefixes.lock", "acme 00:11:22/24 hwdb \"Acme Ltd.\"\nzeta 00:11:33/24 hwdb \"Zeta "
			    "Inc.\"\nzoo 00:11:44/24 hwdb \"Zoo\"\n"
			    "yak 00:11:55/24 hwdb \"Yak\"\nzoo 00:11:66/24 hwdb \"Zoo\"\n"}},
	 {"prefixes.lock:3:1: warning: there is no vendor `zoo`, so its prefixes list nothing; run "
	  "`ouiguard registry accept`",
	  "prefixes.lock:4:1: warning: there is no vendor `yak`, so its prefixes list nothing; run "
	  "`ouiguard registry accept`"}},
	{"a file name with a space",
	 {{"sites/my site.yaml", "ports: [{name: lan9}]\n"}},
	 {"sites/my site.yaml: the file's name is not usable; expected NAME.yaml, with a NAME of "
	  "a-z, 0-9, `.`, `_`, `-` that starts with a letter or digit and has 63 bytes at most"}},
	{"a file of another kind",
	 {{"sites/south.yml", "ports: [{name: lan9}]\n"}},
	 {"sites/south.yml: warning: ignored; expected only files named NAME.yaml here"}},
	{"several errors in several files",
	 {{"ouiguard.yaml", "engine: fast\nhok: tc\n"},
	  {"sites/north.yaml", "timezone: Mars\nports: [{name: lan0, vlans: [0]}, {nam: lan1}]\n"},
	  {"policies/cams.yaml", "programme: nope\nphases:\n  - {from: 2027-13-01, action: log}\n  "
				 "- {from: 2027-01-01, action: limit, allow: [x]}\n"},
	  {"exceptions/x.yaml", "policy: nope\nuntil: soon\n"},
	  {"assets/north.csv", "mac,role\nx,y\n"},
	  {"sites/south.yaml", "ports: [{name: lan1}\n"}},
	 {"assets/north.csv:2:1: `mac` is `x`; expected the address of a device such as "
	  "a4:14:37:00:12:34",
	  "assets/north.csv:2:3: `role` is `y`; expected camera, recorder, router, phone, "
	  "life-safety, other or unknown",
	  "exceptions/x.yaml:1:1: `owner` is missing; expected who needs the exception",
	  "exceptions/x.yaml:1:1: `reason` is missing; expected why it is needed",
	  "exceptions/x.yaml:1:1: `approver` is missing; expected who answers for it",
	  "exceptions/x.yaml:1:1: `author` is missing; expected the login name of who wrote it",
	  "exceptions/x.yaml:1:9: there is no policy `nope`; expected a file policies/nope.yaml",
	  "exceptions/x.yaml:2:8: `until` is `soon`; expected a date such as 2027-06-07; every "
	  "exception has an end",
	  "ouiguard.yaml:1:9: `engine` is `fast`; expected auto, bpf, kmod or dry",
	  "ouiguard.yaml:2:1: unknown key `hok`; did you mean `hook`?",
	  "policies/cams.yaml:1:12: there is no programme `nope`; expected a file "
	  "programmes/nope.yaml",
	  "policies/cams.yaml:3:12: `from` is `2027-13-01`; expected a date such as 2027-06-07 or "
	  "2027-06-07T10:00",
	  "policies/cams.yaml:4:5: `action: limit` needs `rate`; add one such as `rate: 64kbit`",
	  "policies/cams.yaml:4:46: `allow` goes with `action: restrict`, not with `limit`; remove "
	  "one",
	  "policies/cams.yaml:4:47: `allow` is `x`; expected a list such as [{to: 10.1.0.0/16}, "
	  "{to: 192.0.2.123, port: 123/udp}]",
	  "sites/north.yaml:1:11: `timezone` is `Mars`; expected a name of the zone database such "
	  "as Europe/London",
	  "sites/north.yaml:2:30: `vlans` is `0`; expected VLAN ids from 1 to 4094 such as [20, "
	  "30-39], or all",
	  "sites/north.yaml:2:35: `name` is missing; expected the name of an interface, 15 bytes "
	  "at most",
	  "sites/north.yaml:2:36: unknown key `nam`; did you mean `name`?",
	  "sites/south.yaml:2:1: not YAML: did not find expected ',' or ']' while parsing a flow "
	  "sequence"}},
};

static void says_what_is_wrong(void **state)
{
	(void)state;
	kit_run(main_cases, sizeof(main_cases) / sizeof(*main_cases));
	kit_run(cases, sizeof(cases) / sizeof(*cases));
}

static struct og_config *load(const char *dir, const char *datadir)
{
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	if (og_config_load(dir, datadir, &config, &diags) || diags.count)
		fail_msg("%s", diags.count ? diags.items[0].text : "no memory");
	og_diags_free(&diags);
	return config;
}

static void holds_defaults(void **state)
{
	char *dir = kit_make(NULL);
	struct og_config *config = load(dir, NULL);
	const struct og_conf_site *site = &config->sites[0];

	(void)state;
	assert_int_equal(config->engine, OG_ENGINE_AUTO);
	assert_int_equal(config->hook, OG_HOOK_AUTO);
	assert_int_equal(config->registry.count, 2);
	assert_string_equal(config->registry.names[0], "/usr/lib/udev/hwdb.d/20-OUI.hwdb");
	assert_true(site->internal_connected);
	assert_false(site->match_eui64);
	assert_false(site->enforce_routers);
	assert_true(site->probe);
	assert_int_equal(config->leases.count, 0);
	/* dhcp (4 and 6), ntp, icmp, icmpv6 */
	assert_int_equal(site->gateway_service_count, 5);
	assert_int_equal(config->policies[0].roles,
			 0x7f & ~(1 << OG_ROLE_PHONE) & ~(1 << OG_ROLE_LIFE_SAFETY));
	assert_false(config->policies[0].roles_given);
	og_config_free(config);
	kit_remove(dir);
}

/* Whatever order a file system gives directory entries in. */
static void sorts_by_name(void **state)
{
	static const char *const names[] = {"m", "b", "z", "a-1", "a", "10", "9"};
	static const char *const sorted[] = {"10", "9", "a", "a-1", "b", "m", "north", "z"};
	char *dir = kit_make(NULL), path[64], text[64];
	struct og_config *config;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "sites/%s.yaml", names[i]);
		snprintf(text, sizeof(text), "ports: [{name: eth-%s}]\n", names[i]);
		kit_write(dir, path, text, strlen(text));
	}
	config = load(dir, NULL);
	assert_int_equal(config->site_count, 8);
	for (size_t i = 0; i < 8; i++) {
		assert_string_equal(config->sites[i].name, sorted[i]);
		assert_ptr_equal(og_config_site(config, sorted[i]), &config->sites[i]);
	}
	og_config_free(config);
	kit_remove(dir);
}

/* What a directory may hold beside the files that are meant. */
static void passes_over_leftovers(void **state)
{
	static const char *const names[] = {"sites/north.yaml~",	 "sites/.north.yaml.swp",
					    "sites/#north.yaml#",	 "sites/north.yaml.bak",
					    "sites/south.yaml.dpkg-old", "sites/.hidden.yaml",
					    "policies/x.yaml.ucf-dist",	 "assets/north.csv.orig"};
	char *dir = kit_make(NULL);
	struct og_config *config;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		kit_write(dir, names[i], "not: [yaml", 10);
	config = load(dir, NULL);
	assert_int_equal(config->site_count, 1);
	assert_int_equal(config->policy_count, 1);
	og_config_free(config);
	kit_remove(dir);
}

static void own_files_come_before_shipped_ones(void **state)
{
	static const struct kit_file mine[] = {
		{"vendors/acme.yaml", "title: My Acme\nnames: [Acme Ltd.]\n"},
		{"vendors/zeta.yaml", NULL},
		{0}};
	char *dir = kit_make(mine), *datadir = kit_make(NULL);
	struct og_config *config = load(dir, datadir);

	(void)state;
	assert_int_equal(config->vendor_count, 2);
	assert_string_equal(og_config_vendor(config, "acme")->title, "My Acme");
	assert_string_equal(og_config_vendor(config, "zeta")->title, "Zeta");
	assert_string_equal(config->vendors[0].name, "acme");
	/* Sites and policies are never shipped. */
	assert_int_equal(config->site_count, 1);
	assert_null(og_config_vendor(config, "acm"));
	assert_null(og_config_site(config, ""));
	og_config_free(config);
	kit_remove(dir);
	kit_remove(datadir);
}

static void expect_one(const char *dir, const char *message)
{
	struct og_config *config = NULL;
	struct og_diags diags = {0};
	char *text;

	assert_int_equal(og_config_load(dir, NULL, &config, &diags), -EINVAL);
	assert_null(config);
	assert_int_equal(diags.count, 1);
	text = kit_text(&diags.items[0], dir);
	assert_string_equal(text, message);
	free(text);
	og_diags_free(&diags);
}

static void refuses_what_is_no_file(void **state)
{
	char *dir = kit_make(NULL), path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/sites/pipe.yaml", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_one(dir, "sites/pipe.yaml: cannot be read: not a regular file");
	remove(path);
	snprintf(path, sizeof(path), "%s/ouiguard.yaml", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	expect_one(dir, "ouiguard.yaml: cannot be read: not a regular file");
	kit_remove(dir);
	expect_one("/nonexistent/ouiguard",
		   ": no such directory; `ouiguard init` writes a first configuration");
}

/* Append @count numbered lines to @text. */
static void append(char *text, size_t size, const char *format, int count)
{
	size_t used = strlen(text);

	for (int i = 0; i < count; i++)
		used += (size_t)snprintf(text + used, size - used, format, i, i);
	assert_true(used < size);
}

static void has_bounds(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size), *dir = kit_make(NULL);

	(void)state;
	strcpy(text, "programme: cleanup\nphases:\n");
	append(text, size, "  - {from: 20%02d-01-01, action: log, mark: %d}\n", 33);
	kit_write(dir, "policies/cams.yaml", text, strlen(text));
	expect_one(dir, "policies/cams.yaml:3:3: `phases` has 33 items; expected 32 at most");
	strcpy(text, "vendors: [acme]\nphases: [{from: 2027-01-04, action: log}]\n");
	kit_write(dir, "policies/cams.yaml", text, strlen(text));
	strcpy(text, "ports:\n");
	append(text, size, "  - {name: lan%d}\n", 4097);
	kit_write(dir, "sites/north.yaml", text, strlen(text));
	expect_one(dir, "sites/north.yaml:2:3: `ports` has 4097 items; expected 4096 at most");
	strcpy(text, "ports:\n");
	append(text, size, "  - {name: lan%d}\n", 4000);
	kit_write(dir, "sites/north.yaml", text, strlen(text));
	strcpy(text, "ports:\n");
	append(text, size, "  - {name: wlan%d}\n", 97);
	kit_write(dir, "sites/south.yaml", text, strlen(text));
	expect_one(dir, "4097 ports in all sites together; expected 4096 at most");
	strcpy(text, "ports: [{name: lan0}]\nowner: ");
	memset(text + strlen(text), 'x', 5000);
	text[30 + 4097] = '\0';
	kit_write(dir, "sites/north.yaml", text, strlen(text));
	expect_one(dir, "sites/north.yaml:2:8: `owner` is longer than 4096 bytes; expected who "
			"answers for the site");
	free(text);
	kit_remove(dir);
}

/* A foreign file must not bury the errors of all others under its own. */
static void stops_after_many_errors(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size), *dir = kit_make(NULL), *last;
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	(void)state;
	strcpy(text, "mac\n");
	append(text, size, "%d %d\n", 1000);
	kit_write(dir, "assets/north.csv", text, strlen(text));
	*text = '\0';
	append(text, size, "key%d: %d\n", 1000);
	kit_write(dir, "sites/north.yaml", text, strlen(text));
	assert_int_equal(og_config_load(dir, NULL, &config, &diags), -EINVAL);
	assert_int_equal(diags.errors, 2 * 201);
	/* Sorted by line, what concerns the whole file comes first. */
	last = kit_text(&diags.items[201], dir);
	assert_string_equal(last, "sites/north.yaml: more than 199 errors, so the rest of the file "
				  "is left unread");
	free(last);
	og_diags_free(&diags);
	free(text);
	kit_remove(dir);
}

static void is_quick_with_many_ports(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size), *dir = kit_make(NULL);
	struct timespec start, end;
	struct og_config *config;
	double ms;

	(void)state;
	strcpy(text, "ports:\n");
	append(text, size, "  - {name: lan%d, vlans: [20, 30-39]}\n", 4000);
	kit_write(dir, "sites/north.yaml", text, strlen(text));
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
	config = load(dir, NULL);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
	ms = (double)(end.tv_sec - start.tv_sec) * 1e3 +
	     (double)(end.tv_nsec - start.tv_nsec) / 1e6;
	assert_int_equal(config->sites[0].port_count, 4000);
	/* About 20 ms; sanitizers and a busy machine get ten times as much. */
	if (ms > 1000)
		fail_msg("4000 ports take %.0f ms", ms);
	og_config_free(config);
	free(text);
	kit_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(holds_defaults),
		cmocka_unit_test(sorts_by_name),
		cmocka_unit_test(passes_over_leftovers),
		cmocka_unit_test(own_files_come_before_shipped_ones),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(has_bounds),
		cmocka_unit_test(stops_after_many_errors),
		cmocka_unit_test(is_quick_with_many_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
