// SPDX-License-Identifier: GPL-2.0
/*
 * test-lock.c: reading, refusing and writing prefixes.lock (policy/registry/lock.c, policy/registry/lock-diff.c)
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/registry/lock.h"
#include "policy/registry/lock-diff.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char whole[] = "# a comment\n"
			    "\n"
			    "hikvision 04:03:12/24 20-OUI.hwdb \"Hangzhou Hikvision\"\n"
			    "acme 70:b3:d5/24 oui.csv \"A \\\"quoted\\\" back\\\\slash\"\n"
			    "dahua 70:b3:d5:12:30/36 manual \"found on a label\"\n"
			    "hikvision b0:b3:53:60/28 20-OUI.hwdb \"Hangzhou Hikrobot\"\n";

static struct og_arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = og_arena_new();
	return arena ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	og_arena_free(arena);
	return 0;
}

/* A copy of exactly @length bytes, so that the sanitizer sees a read beyond them. */
static int parse(const char *text, size_t length, struct og_lock *ret_lock, struct og_diags *diags)
{
	char *data = malloc(length ? length : 1);
	int err;

	assert_non_null(data);
	memcpy(data, text, length);
	err = og_lock_parse(data, length, "prefixes.lock", arena, ret_lock, diags);
	free(data);
	return err;
}

static char *written(const struct og_lock *lock)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(og_lock_write(lock, out), 0);
	fclose(out);
	return text;
}

static void reads_every_field(void **state)
{
	struct og_diags diags = {0};
	struct og_lock lock = {0};

	(void)state;
	assert_int_equal(parse(whole, strlen(whole), &lock, &diags), 0);
	assert_int_equal(diags.count, 0);
	assert_true(lock.present);
	assert_int_equal(lock.count, 4);
	assert_string_equal(lock.entries[0].vendor, "hikvision");
	assert_true(lock.entries[0].prefix.bits == 0x040312000000);
	assert_int_equal(lock.entries[0].prefix.length, 24);
	assert_string_equal(lock.entries[0].registry, "20-OUI.hwdb");
	assert_string_equal(lock.entries[0].name, "Hangzhou Hikvision");
	assert_int_equal(lock.entries[0].mark.line, 3);
	assert_int_equal(lock.entries[0].mark.column, 1);
	assert_string_equal(lock.entries[0].mark.file, "prefixes.lock");
	assert_string_equal(lock.entries[1].name, "A \"quoted\" back\\slash");
	assert_true(lock.entries[2].prefix.bits == 0x70b3d5123000);
	assert_int_equal(lock.entries[2].prefix.length, 36);
	assert_string_equal(lock.entries[2].registry, "manual");
	assert_int_equal(lock.entries[3].prefix.length, 28);
}

static void reads_an_empty_file(void **state)
{
	struct og_diags diags = {0};
	struct og_lock lock = {0};

	(void)state;
	assert_int_equal(parse("", 0, &lock, &diags), 0);
	assert_true(lock.present);
	assert_int_equal(lock.count, 0);
}

#define EXPECTED                                                                                   \
	"`vendor prefix/len registry \"name\"` is expected, with the vendor's name of at most 63 " \
	"letters, digits, `.`, `_` and `-`"
#define SHORT_NAME "the registry file's short name, of at most 63 bytes, is expected"
#define A_PREFIX   "a prefix of 24, 28, 36 or 48 bits is expected, as in aa:bb:cc/24"

static void names_the_place_of_every_mistake(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"x 04:03:12/24 r \"n\"", "prefixes.lock:1:20: the file is cut off: its last line "
					  "does not end with a line feed"},
		{"x\n", "prefixes.lock:1:1: " EXPECTED},
		{"-x 04:03:12/24 r \"n\"\n", "prefixes.lock:1:1: " EXPECTED},
		{"a/b 04:03:12/24 r \"n\"\n", "prefixes.lock:1:1: " EXPECTED},
		{"x 04:03:12 r \"n\"\n", "prefixes.lock:1:3: " A_PREFIX},
		{"x 04:03:12:00:00/40 r \"n\"\n", "prefixes.lock:1:3: " A_PREFIX},
		{"x 04:03:12:00:00:00/48 r \"n\"\n",
		 "prefixes.lock:1:24: no registry lists a single device; `manual` is expected for "
		 "a prefix of 48 bits"},
		{"x 01:03:12:00:00:00/48 manual \"n\"\n",
		 "prefixes.lock:1:3: 01:03:12:00:00:00/48 is an address that no device has"},
		{"x 00:00:00:00:00:00/48 manual \"n\"\n",
		 "prefixes.lock:1:3: 00:00:00:00:00:00/48 is an address that no device has"},
		{"x 04:03:12:00:00:00:00:00:00/24 r \"n\"\n", "prefixes.lock:1:3: " A_PREFIX},
		{"x 04:03:12:10/24 r \"n\"\n",
		 "prefixes.lock:1:3: 04:03:12:10/24 has bits set beyond its length"},
		{"x 01:03:12/24 r \"n\"\n", "prefixes.lock:1:3: 01:03:12/24 is a group or locally "
					    "administered block, which no "
					    "vendor has"},
		{"x 02:03:12/24 r \"n\"\n", "prefixes.lock:1:3: 02:03:12/24 is a group or locally "
					    "administered block, which no "
					    "vendor has"},
		{"x 04:03:12/24 \"n\"\n", "prefixes.lock:1:15: " SHORT_NAME},
		{"x 04:03:12/24 r\n", "prefixes.lock:1:15: " SHORT_NAME},
		{"x 04:03:12/24 r n\n",
		 "prefixes.lock:1:17: the registered name in double quotes is expected"},
		{"x 04:03:12/24 r \"n\n",
		 "prefixes.lock:1:19: the registered name has no closing quote"},
		{"x 04:03:12/24 r \"n\\\"\n",
		 "prefixes.lock:1:21: the registered name has no closing quote"},
		{"x 04:03:12/24 r \"n\\x\"\n",
		 "prefixes.lock:1:19: only \\\" and \\\\ are known after a backslash"},
		{"x 04:03:12/24 r \"n\\\n",
		 "prefixes.lock:1:19: only \\\" and \\\\ are known after a backslash"},
		{"x 04:03:12/24 r \"n\" more\n",
		 "prefixes.lock:1:21: nothing is expected after the registered name"},
		{"x 04:03:12/24 r \"n\"\r\n",
		 "prefixes.lock:1:20: a control character (U+000D) is not allowed"},
		{"x 04:03:12/24 r \"\xff\"\n", "prefixes.lock:1:18: this is not UTF-8 text"},
		{"#\nx 04:03:12/24 r \"n\"\ny 04:03:12:00/24 r \"n\"\n",
		 "prefixes.lock:3:1: 04:03:12/24 is listed twice, first for x in line 2"},
		{"x 04:03:12/24 r \"n\"\ny 04:03:11/24 r \"n\"\n",
		 "prefixes.lock:2:1: 04:03:11/24 is out of order: it belongs before 04:03:12/24 of "
		 "line "
		 "1; `ouiguard registry accept` writes the file in order"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_lock lock = {.count = 42};
		struct og_diags diags = {0};
		char text[512];

		assert_int_equal(parse(cases[i].text, strlen(cases[i].text), &lock, &diags),
				 -EINVAL);
		assert_int_equal(diags.count, 1);
		og_diag_text(&diags.items[0], text, sizeof(text));
		assert_string_equal(text, cases[i].message);
		assert_int_equal(lock.count, 42);
		og_diags_free(&diags);
	}
}

static void refuses_a_nul_and_long_lines(void **state)
{
	struct og_diags diags = {0};
	char text[3000], message[256];
	struct og_lock lock = {0};

	(void)state;
	assert_int_equal(parse("x\0y\n", 4, &lock, &diags), -EINVAL);
	og_diag_text(&diags.items[0], message, sizeof(message));
	assert_string_equal(message,
			    "prefixes.lock:1:2: a control character (U+0000) is not allowed");
	og_diags_free(&diags);

	memset(text, '#', sizeof(text));
	text[1024] = '\n';
	assert_int_equal(parse(text, 1025, &lock, &diags), 0);
	text[1024] = '#';
	text[1025] = '\n';
	assert_int_equal(parse(text, 1026, &lock, &diags), -EINVAL);
	og_diag_text(&diags.items[0], message, sizeof(message));
	assert_string_equal(
		message, "prefixes.lock:1:1025: the line has 1025 bytes; at most 1024 are allowed");
	og_diags_free(&diags);

	memset(text, 'n', 700);
	memcpy(text, "x 04:03:12/24 r \"", 17);
	memcpy(text + 700, "\"\n", 2);
	assert_int_equal(parse(text, 702, &lock, &diags), -EINVAL);
	og_diag_text(&diags.items[0], message, sizeof(message));
	assert_string_equal(message,
			    "prefixes.lock:1:529: the registered name is longer than 511 bytes");
	og_diags_free(&diags);
}

static void stops_after_many_errors(void **state)
{
	struct og_diags diags = {0};
	struct og_lock lock = {0};
	char text[100], message[256];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "x\n", 2);
	assert_int_equal(parse(text, sizeof(text), &lock, &diags), -EINVAL);
	assert_int_equal(diags.errors, 21);
	og_diag_text(&diags.items[20], message, sizeof(message));
	assert_string_equal(
		message, "prefixes.lock:21:1: too many errors: the file is not read from here on");
	og_diags_free(&diags);
}

/* Cut anywhere, the file is either refused or holds exactly the lines that are whole. */
static void never_takes_half_a_line(void **state)
{
	(void)state;
	for (size_t length = 0; length < strlen(whole); length++) {
		struct og_diags diags = {0};
		struct og_lock lock = {0};
		int err = parse(whole, length, &lock, &diags);

		if (length && whole[length - 1] != '\n')
			assert_int_equal(err, -EINVAL);
		else
			assert_int_equal(err, 0);
		assert_int_equal(diags.errors, err ? 1 : 0);
		og_diags_free(&diags);
	}
}

static void writes_what_it_reads(void **state)
{
	struct og_lock first = {0}, second = {0};
	struct og_diags diags = {0};
	char *text, *again;

	(void)state;
	assert_int_equal(parse(whole, strlen(whole), &first, &diags), 0);
	text = written(&first);
	assert_non_null(
		strstr(text, "\nacme 70:b3:d5/24 oui.csv \"A \\\"quoted\\\" back\\\\slash\"\n"));
	assert_non_null(
		strstr(text, "\nhikvision b0:b3:53:60/28 20-OUI.hwdb \"Hangzhou Hikrobot\"\n"));
	assert_int_equal(parse(text, strlen(text), &second, &diags), 0);
	again = written(&second);
	assert_string_equal(text, again);
	assert_int_equal(second.count, 4);
	free(text);
	free(again);
}

static void writes_the_longest_line_it_reads(void **state)
{
	struct og_diags diags = {0};
	struct og_lock lock = {0};
	char text[1100] = "vendor 04:03:12/24 registry \"", *again;
	size_t used = strlen(text);

	(void)state;
	/* Escaped quotes, until the line has its 1024 bytes. */
	while (used < 1022) {
		memcpy(text + used, "\\\"", 2);
		used += 2;
	}
	if (used == 1022)
		text[used++] = 'x';
	memcpy(text + used, "\"\n", 2);
	assert_int_equal(used + 1, 1024);
	assert_int_equal(parse(text, used + 2, &lock, &diags), 0);
	again = written(&lock);
	assert_non_null(strstr(again, text));
	free(again);
}

static void writes_nothing_it_could_not_read(void **state)
{
	static const struct og_lock_entry good = {.vendor = (char *)"x",
						  .prefix = {0x040312000000, 24},
						  .registry = (char *)"r",
						  .name = (char *)"n"};
	struct og_lock_entry bad[] = {good, good, good, good, good, good,
				      good, good, good, good, good};
	char long_name[600], quotes[512];

	(void)state;
	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	bad[0].vendor = (char *)"";
	bad[1].vendor = (char *)"a b";
	bad[2].registry = (char *)"a\"b";
	bad[3].registry = (char *)"";
	bad[4].name = (char *)"two\nlines";
	bad[5].name = long_name;
	bad[6].prefix.length = 48; /* and not manual */
	bad[7].prefix.bits |= 1;
	bad[8].prefix.bits = 0x020000000000;
	/* Short enough as a name, too long as a line. */
	memset(quotes, '"', sizeof(quotes));
	quotes[sizeof(quotes) - 1] = '\0';
	bad[9].name = quotes;
	bad[10].prefix = (struct og_mac_prefix){0x010312345678, 48};
	bad[10].registry = (char *)"manual";
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct og_lock lock = {.entries = &bad[i], .count = 1};

		assert_int_equal(og_lock_write(&lock, stdout), -EINVAL);
	}
	bad[0] = bad[1] = good;
	assert_int_equal(og_lock_write(&(struct og_lock){.entries = bad, .count = 2}, stdout),
			 -EINVAL);
}

static void reports_a_full_disk(void **state)
{
	struct og_lock_entry entry = {.vendor = (char *)"x",
				      .prefix = {0x040312000000, 24},
				      .registry = (char *)"r",
				      .name = (char *)"n"};
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	assert_int_equal(og_lock_write(&(struct og_lock){.entries = &entry, .count = 1}, out),
			 -EIO);
	fclose(out);
}

static void sorts_by_prefix_then_length(void **state)
{
	struct og_lock_entry entries[] = {
		{.vendor = (char *)"d", .prefix = {0x70b3d5000000, 28}},
		{.vendor = (char *)"b", .prefix = {0x040312000000, 24}},
		{.vendor = (char *)"c", .prefix = {0x70b3d5000000, 24}},
		{.vendor = (char *)"a", .prefix = {0x040312000000, 24}},
	};
	struct og_lock lock = {.entries = entries, .count = COUNT(entries)};

	(void)state;
	assert_int_equal(og_lock_sort(&lock), 0);
	assert_string_equal(entries[0].vendor, "b");
	assert_string_equal(entries[1].vendor, "a");
	assert_string_equal(entries[2].vendor, "c");
	assert_string_equal(entries[3].vendor, "d");
}

static void tells_what_changed(void **state)
{
	static const char before[] = "a 04:03:11/24 r \"same\"\n"
				     "a 04:03:12/24 r \"goes\"\n"
				     "a 04:03:13/24 r \"sold\"\n"
				     "a 04:03:14/24 r \"old name\"\n"
				     "a 04:03:15/24 r \"file\"\n";
	static const char after[] = "a 04:03:11/24 r \"same\"\n"
				    "a 04:03:12:00/28 r \"comes\"\n"
				    "b 04:03:13/24 r \"sold\"\n"
				    "a 04:03:14/24 r \"new name\"\n"
				    "a 04:03:15/24 s \"file\"\n"
				    "a 04:03:16/24 r \"comes too\"\n";
	static const enum og_lock_change_kind kinds[] = {OG_LOCK_REMOVED, OG_LOCK_ADDED,
							 OG_LOCK_VENDOR,  OG_LOCK_TEXT,
							 OG_LOCK_TEXT,	  OG_LOCK_ADDED};
	struct og_lock old = {0}, new = {0}, none = {0};
	struct og_lock_changes changes = {0};
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(parse(before, strlen(before), &old, &diags), 0);
	assert_int_equal(parse(after, strlen(after), &new, &diags), 0);
	assert_int_equal(og_lock_diff(&old, &new, &changes), 0);
	assert_int_equal(changes.count, COUNT(kinds));
	for (size_t i = 0; i < COUNT(kinds); i++) {
		assert_int_equal(changes.items[i].kind, kinds[i]);
		assert_int_equal(!changes.items[i].before, kinds[i] == OG_LOCK_ADDED);
		assert_int_equal(!changes.items[i].after, kinds[i] == OG_LOCK_REMOVED);
	}
	assert_string_equal(changes.items[2].after->vendor, "b");
	assert_int_equal(changes.by_kind[OG_LOCK_ADDED], 2);
	assert_int_equal(changes.by_kind[OG_LOCK_REMOVED], 1);
	assert_int_equal(changes.by_kind[OG_LOCK_VENDOR], 1);
	assert_int_equal(changes.by_kind[OG_LOCK_TEXT], 2);
	og_lock_changes_free(&changes);

	assert_int_equal(og_lock_diff(&none, &none, &changes), 0);
	assert_int_equal(changes.count, 0);
	og_lock_changes_free(&changes);
	assert_int_equal(og_lock_diff(&none, &new, &changes), 0);
	assert_int_equal(changes.by_kind[OG_LOCK_ADDED], 6);
	og_lock_changes_free(&changes);
}

/* A block inside an accepted one is the accepted one's, of whatever vendor; a wider one is not. */
static void tells_what_nobody_accepted(void **state)
{
	static const char accepted[] = "a 04:03:11/24 r \"x\"\n"
				       "a 04:03:12:30/28 r \"x\"\n"
				       "a 70:b3:d5:12:30/36 r \"x\"\n";
	static const char present[] = "a 02:03:11:00:00:01/48 manual \"label\"\n"
				      "a 04:03:11:10/28 r \"inside\"\n"
				      "b 04:03:12/24 r \"around\"\n"
				      "b 04:03:12:30/28 r \"same\"\n"
				      "a 04:03:12:30:10/36 r \"inside\"\n"
				      "a 04:03:13/24 r \"new\"\n"
				      "a 70:b3:d5:12:30:01/48 manual \"inside\"\n"
				      "a 70:b3:d5:12:40/36 r \"new\"\n";
	static const uint64_t wanted[] = {0x020311000001, 0x040312000000, 0x040313000000,
					  0x70b3d5124000};
	struct og_lock old = {0}, new = {0}, left = {0};
	struct og_diags diags = {0};

	(void)state;
	assert_int_equal(parse(accepted, strlen(accepted), &old, &diags), 0);
	assert_int_equal(parse(present, strlen(present), &new, &diags), 0);
	assert_int_equal(og_lock_unaccepted(&old, &new, arena, &left), 0);
	assert_int_equal(left.count, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++)
		assert_true(left.entries[i].prefix.bits == wanted[i]);
	assert_string_equal(left.entries[1].vendor, "b");
	assert_int_equal(og_lock_unaccepted(&new, &new, arena, &left), 0);
	assert_int_equal(left.count, 0);
	/* What nobody has accepted at all is all unaccepted. */
	assert_int_equal(og_lock_unaccepted(&(struct og_lock){0}, &new, arena, &left), 0);
	assert_int_equal(left.count, new.count);
}

static void finds_the_longest_prefix(void **state)
{
	static const char text[] = "b 02:03:11:00:00:01/48 manual \"made up\"\n"
				   "a 04:03:11/24 r \"x\"\n"
				   "b 04:03:11:10/28 r \"x\"\n"
				   "c 04:03:11:10:20/36 r \"x\"\n"
				   "d 04:03:11:10:20:07/48 manual \"x\"\n";
	static const struct {
		uint64_t mac;
		const char *vendor;
	} cases[] = {
		{0x040311000000, "a"}, {0x04031110ffff, "b"},  {0x040311102006, "c"},
		{0x040311102007, "d"}, {0x040310ffffff, NULL}, {0x040312000000, NULL},
		{0x020311000001, "b"}, {0x020311000002, NULL}, {0x060311000000, NULL},
	};
	struct og_lock lock = {0};
	struct og_diags diags = {0};

	(void)state;
	assert_null(og_lock_find(&lock, 0x040311000000));
	assert_int_equal(parse(text, strlen(text), &lock, &diags), 0);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct og_lock_entry *found = og_lock_find(&lock, cases[i].mac);

		assert_int_equal(!found, !cases[i].vendor);
		if (found)
			assert_string_equal(found->vendor, cases[i].vendor);
	}
}

static void keeps_the_day_of_the_registry(void **state)
{
	static const struct {
		const char *line;
		int64_t date;
	} cases[] = {
		{"# newest registry: 2026-01-31\n", 1769817600},
		{" # newest registry: 2026-01-31\n", 1769817600},
		{"# newest registry: 2026-02-31\n", 0},
		{"# newest registry: 2026-01-31 \n", 0},
		{"# newest registry: \n", 0},
		{"# the newest registry: 2026-01-31\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct og_diags diags = {0};
		struct og_lock lock = {0};
		char *text;

		assert_int_equal(parse(cases[i].line, strlen(cases[i].line), &lock, &diags), 0);
		assert_true(lock.date == cases[i].date);
		assert_int_equal(diags.count, 0);
		text = written(&lock);
		assert_int_equal(!strstr(text, "# newest registry: 2026-01-31\n"), !lock.date);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(reads_an_empty_file),
		cmocka_unit_test(names_the_place_of_every_mistake),
		cmocka_unit_test(refuses_a_nul_and_long_lines),
		cmocka_unit_test(stops_after_many_errors),
		cmocka_unit_test(never_takes_half_a_line),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(writes_the_longest_line_it_reads),
		cmocka_unit_test(writes_nothing_it_could_not_read),
		cmocka_unit_test(reports_a_full_disk),
		cmocka_unit_test(sorts_by_prefix_then_length),
		cmocka_unit_test(tells_what_changed),
		cmocka_unit_test(tells_what_nobody_accepted),
		cmocka_unit_test(finds_the_longest_prefix),
		cmocka_unit_test(keeps_the_day_of_the_registry),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
