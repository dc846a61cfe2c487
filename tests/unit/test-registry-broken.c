// SPDX-License-Identifier: GPL-2.0
/*
 * test-registry-broken.c: broken registries, each with the message it must give
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/registry/registry.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HEADER	     "Registry,Assignment,Organization Name,Organization Address\r\n"
#define NAMED	     " ID_OUI_FROM_DATABASE="
#define NO_REGISTRY                                                                         \
	"this is not a registry of the IEEE: the header `Registry,Assignment,Organization " \
	"Name,Organization Address` is expected"
#define CUT	   "the file is cut off: its last line does not end with a line feed"
#define EMPTY	   "there is no assignment in it: the file is cut off, or not a registry"
#define NO_NAME	   "this entry has no ID_OUI_FROM_DATABASE line: the file is cut off or damaged"
#define DIGITS	   "6, 7 or 9 hexadecimal digits and `*` are expected after `OUI:`"
#define NO_HWDB	   "this is not an hwdb of MAC prefixes: `OUI:` and hexadecimal digits are expected"
#define TEXT(text) text, sizeof(text) - 1

static const struct broken {
	const char *path, *data;
	size_t length;
	const char *message;
} cases[] = {
	/* systemd's hwdb */
	{"x.hwdb", TEXT(""), "x.hwdb: " EMPTY},
	{"x.hwdb", TEXT("# only a comment\n\n"), "x.hwdb: " EMPTY},
	{"x.hwdb", TEXT("OUI:001122*\n"), "x.hwdb:1: " NO_NAME},
	{"x.hwdb", TEXT("#\nOUI:001122*\n\nOUI:001123*\n" NAMED "x\n"), "x.hwdb:2: " NO_NAME},
	{"x.hwdb", TEXT("OUI:001122*\n" NAMED "Cut o"), "x.hwdb:2: " CUT},
	{"x.hwdb", TEXT("OUI:001122*\n" NAMED "\n"), "x.hwdb:2: the organisation has no name"},
	{"x.hwdb", TEXT("OUI:001122*\n" NAMED "\xe2\x80\x8b \t\n"),
	 "x.hwdb:2: the organisation has no name"},
	{"x.hwdb", TEXT("OUI:001122*\n" NAMED "a\n" NAMED "b\n"),
	 "x.hwdb:3: this entry is named twice"},
	{"x.hwdb", TEXT("OUI:00112*\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT("OUI:00112233*\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT("OUI:0011223344*\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT("OUI:00112G*\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT("OUI:001122\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT("OUI:\n" NAMED "x\n"), "x.hwdb:1: " DIGITS},
	{"x.hwdb", TEXT(NAMED "x\n"), "x.hwdb:1: a property without a match line above it"},
	{"x.hwdb", TEXT("OUI:001122*\n NAME=x\n" NAMED "x\n"),
	 "x.hwdb:2: ` ID_OUI_FROM_DATABASE=NAME` is expected"},
	{"x.hwdb", TEXT("usb:v0001*\n ID_VENDOR_FROM_DATABASE=Fry's Electronics\n"),
	 "x.hwdb:1: " NO_HWDB},
	{"x.hwdb", TEXT(HEADER "MA-L,001122,x,\r\n"), "x.hwdb:1: " NO_HWDB},
	{"x.hwdb", TEXT("OUI:001122*\n" NAMED "a\0b\n"),
	 "x.hwdb:2: a NUL byte: this is not a text file"},
	/* csv of the IEEE */
	{"x.csv", TEXT(""), "x.csv:1: " NO_REGISTRY},
	{"x.csv", TEXT("Registry,Assignment"), "x.csv:1: " NO_REGISTRY},
	{"x.csv", TEXT("OUI:001122*\n" NAMED "x\n"), "x.csv:1: " NO_REGISTRY},
	{"x.csv", TEXT("mac,vendor\n00:11:22,x\n"), "x.csv:1: " NO_REGISTRY},
	{"x.csv", TEXT("\xff\xfeR\0e\0g\0i\0s\0t\0r\0y\0,\0\n\0"), "x.csv:1: " NO_REGISTRY},
	{"x.csv", TEXT(HEADER), "x.csv: " EMPTY},
	{"x.csv", TEXT(HEADER "MA-L,001122,Cut,Main str"), "x.csv:2: " CUT},
	{"x.csv", TEXT(HEADER "MA-L,001122,Cut,\"Main street\"\r"), "x.csv:2: " CUT},
	{"x.csv", TEXT(HEADER "MA-L,001122,Cut,\"two\r\nlines\"\r\nMA-L,001123,Cut,\"Main str"),
	 "x.csv:4: the quoted field that begins here is never closed: the file is cut off"},
	{"x.csv", TEXT(HEADER "MA-L,001122,\"a\"b,\r\n"),
	 "x.csv:2: a comma is expected after a closing quote"},
	{"x.csv", TEXT(HEADER "MA-L,001122,a \"b\",\r\n"),
	 "x.csv:2: a quote inside a field that does not begin with one"},
	{"x.csv", TEXT(HEADER "MA-L,001122,x\r\n"),
	 "x.csv:2: 4 fields are expected, not 3: the file is damaged, or not of the IEEE"},
	{"x.csv", TEXT(HEADER "MA-L,001122,x,y,z\r\n"),
	 "x.csv:2: 4 fields are expected, not 5: the file is damaged, or not of the IEEE"},
	{"x.csv", TEXT(HEADER "MA-L,001122,,y\r\n"), "x.csv:2: the organisation has no name"},
	{"x.csv", TEXT(HEADER "CID,0A1122,x,y\r\n"),
	 "x.csv:2: the registry is MA-L, MA-M, MA-S or IAB, not \"CID\""},
	{"x.csv", TEXT(HEADER "\r\nMA-L,0011223,x,y\r\n"),
	 "x.csv:3: an assignment of MA-L has 6 hexadecimal digits, not \"0011223\""},
	{"x.csv", TEXT(HEADER "MA-S,70B3D512X,x,y\r\n"),
	 "x.csv:2: an assignment of MA-S has 9 hexadecimal digits, not \"70B3D512X\""},
	{"x.csv", TEXT(HEADER "MA-M,,x,y\r\n"),
	 "x.csv:2: an assignment of MA-M has 7 hexadecimal digits, not \"\""},
	{"x.csv", TEXT(HEADER "\x1b[2J\xff,001122,x,y\r\n"),
	 "x.csv:2: the registry is MA-L, MA-M, MA-S or IAB, not \"?[2J?\""},
	{"x.csv", TEXT(HEADER "MA-L,001122,a\0b,\r\n"),
	 "x.csv:2: a NUL byte: this is not a text file"},
	{"x.csv", TEXT(HEADER "MA-L,001122,\"a\0b\",\r\n"),
	 "x.csv:2: a NUL byte: this is not a text file"},
	/* neither */
	{"oui.txt", TEXT("OUI/MA-L\n"), "oui.txt: a registry file's name ends with .hwdb or .csv"},
	{".csv", TEXT(HEADER), ".csv: a registry file's name ends with .hwdb or .csv"},
};

static int add(struct og_registry *registry, const struct broken *broken, struct og_diags *diags)
{
	char *data = malloc(broken->length ? broken->length : 1);
	int err;

	assert_non_null(data);
	memcpy(data, broken->data, broken->length);
	err = og_registry_add(registry, broken->path, data, broken->length, 0, diags);
	free(data);
	return err;
}

static void names_file_line_and_fault(void **state)
{
	static const struct broken good = {"y.hwdb", TEXT("OUI:001122*\n" NAMED "Good\n"), NULL};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_registry *registry = og_registry_new();
		struct og_diags diags = {0};
		char text[256];
		size_t sources;

		assert_int_equal(add(registry, &cases[i], &diags), -EINVAL);
		og_diag_text(&diags.items[0], text, sizeof(text));
		assert_string_equal(text, cases[i].message);
		assert_int_equal(diags.count, 1);

		/* Nothing of it was taken, and the next file is read as ever. */
		assert_int_equal(add(registry, &good, &diags), 0);
		assert_int_equal(og_registry_seal(registry), 0);
		og_registry_sources(registry, &sources);
		assert_int_equal(sources, 1);
		assert_int_equal(og_registry_count(registry, 24), 1);
		assert_int_equal(og_registry_count(registry, 28), 0);
		assert_int_equal(og_registry_count(registry, 36), 0);
		assert_string_equal(og_registry_lookup(registry, 0x001122000000)->name, "Good");
		og_registry_free(registry);
		og_diags_free(&diags);
	}
}

static void bounds_lines_names_fields_and_errors(void **state)
{
	static char text[200000];
	struct og_registry *registry = og_registry_new();
	struct broken broken = {"x.hwdb", text, 0, NULL};
	struct og_diags diags = {0};

	(void)state;
	/* A name of 255 bytes is taken, one of 256 is not. */
	memset(text, 'n', sizeof(text));
	memcpy(text, "OUI:001122*\n" NAMED, 34);
	text[34 + 255] = '\n';
	broken.length = 34 + 256;
	assert_int_equal(add(registry, &broken, &diags), 0);
	text[34 + 255] = 'n';
	text[34 + 256] = '\n';
	broken.length++;
	assert_int_equal(add(registry, &broken, &diags), -EINVAL);
	assert_string_equal(diags.items[0].text,
			    "the organisation's name is longer than 255 bytes");
	og_diags_free(&diags);

	text[34 + 256] = 'n';
	text[10000] = '\n';
	broken.length = 10001;
	assert_int_equal(add(registry, &broken, &diags), -EINVAL);
	assert_string_equal(diags.items[0].text,
			    "the line has 9988 bytes; at most 4096 are allowed");
	og_diags_free(&diags);

	broken.path = "x.csv";
	memset(text, 'n', sizeof(text));
	memcpy(text, HEADER "MA-L,001122,\"", sizeof(HEADER) + 12);
	text[9000] = '"';
	broken.length = 20000;
	assert_int_equal(add(registry, &broken, &diags), -EINVAL);
	assert_string_equal(diags.items[0].text,
			    "a field of 8927 bytes; at most 4096 are allowed: a "
			    "closing quote may be missing");
	og_diags_free(&diags);

	broken.path = "x.hwdb";
	for (size_t i = 0; i < sizeof(text); i += 4)
		memcpy(text + i, "x\n\n\n", 4);
	broken.length = sizeof(text);
	assert_int_equal(add(registry, &broken, &diags), -EINVAL);
	assert_int_equal(diags.errors, 9);
	assert_int_equal(diags.items[8].line, 22);
	assert_string_equal(diags.items[8].text,
			    "too many errors: the file is not read from here on");
	og_diags_free(&diags);
	og_registry_free(registry);
}

static void refuses_a_file_beyond_all_bounds(void **state)
{
	struct og_registry *registry = og_registry_new();
	struct og_diags diags = {0};

	(void)state;
	/* The length is refused before a byte is looked at. */
	assert_int_equal(og_registry_add(registry, "x.csv", "", OG_REGISTRY_BYTES + 1UL, 0, &diags),
			 -EINVAL);
	assert_string_equal(diags.items[0].text,
			    "the file has 67108865 bytes; at most 67108864 are allowed");
	og_diags_free(&diags);
	og_registry_free(registry);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_file_line_and_fault),
		cmocka_unit_test(bounds_lines_names_fields_and_errors),
		cmocka_unit_test(refuses_a_file_beyond_all_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
