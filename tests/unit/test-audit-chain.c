// SPDX-License-Identifier: GPL-2.0
/*
 * test-audit-chain.c: no entry of an audit log can be changed, removed, added or moved unseen
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

#include "ipc/audit-chain.h"
#include "ipc/audit-line.h"

#define ENTRIES 12

static struct og_audit_entry chain[ENTRIES];

static void make_chain(void)
{
	static const char *const actors[] = {"alice", "ouiguardd", "signal", ""};
	static const char *const texts[] = {"", "one line", "two\nlines\t\"quoted\" \\",
					    "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"};

	for (int i = 0; i < ENTRIES; i++) {
		chain[i] = (struct og_audit_entry){
			.id = i + 1,
			.at = 1790000000 + i / 2,
			.actor = actors[i % 4],
			.kind = i % 3 ? "file" : "state",
			.subject = "/etc/ouiguard/sites/a.yaml",
			.text = texts[i / 3],
			.previous = i ? chain[i - 1].hash : (struct og_digest){{0}},
		};
		assert_int_equal(og_audit_seal(&chain[i]), 0);
	}
}

static struct og_audit_check verify(const struct og_audit_entry *entries, size_t count,
				    const struct og_digest *wanted, enum og_audit_fault *ret_first)
{
	struct og_audit_check check = {.wants = wanted != NULL};
	enum og_audit_fault fault, first = OG_AUDIT_WELL;

	if (wanted)
		check.wanted = *wanted;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(og_audit_check_next(&check, &entries[i], &fault), 0);
		if (!first)
			first = fault;
	}
	if (ret_first)
		*ret_first = first;
	return check;
}

static size_t faults(const struct og_audit_entry *entries, size_t count)
{
	return verify(entries, count, NULL, NULL).faults;
}

/* As sha256sum says: printf '%064d {"id":1,...}' 0 | sha256sum */
static void is_what_the_manual_says(void **state)
{
	struct og_audit_entry entry = {.id = 1,
				       .at = 1790000000,
				       .actor = "alice",
				       .kind = "state",
				       .subject = "s",
				       .text = "a\n\"b\"\\\t\x01\x7f"};
	char *canonical = og_audit_canonical(&entry), hash[OG_DIGEST_TEXT];

	(void)state;
	assert_string_equal(canonical,
			    "{\"id\":1,\"at\":1790000000,\"actor\":\"alice\",\"kind\":\"state\","
			    "\"subject\":\"s\",\"text\":\"a\\n\\\"b\\\"\\\\\\t\\u0001\\u007f\"}");
	free(canonical);
	entry.text = "t";
	assert_int_equal(og_audit_seal(&entry), 0);
	assert_string_equal(og_digest_format(&entry.hash, hash),
			    "590c3f364f8e92c28f04d7068722471929bdb8b20bd0a2e8e336d42bbb3e6109");
}

static void an_untouched_chain_is_well(void **state)
{
	struct og_audit_check check;

	(void)state;
	make_chain();
	check = verify(chain, ENTRIES, &chain[ENTRIES - 1].hash, NULL);
	assert_int_equal(check.faults, 0);
	assert_int_equal(check.entries, ENTRIES);
	assert_int_equal(check.head_at, chain[ENTRIES - 1].at);
	assert_true(og_digest_equal(&check.head, &chain[ENTRIES - 1].hash));
	assert_true(og_audit_check_head(&check));
	/* A head that was noted earlier is still in it. */
	check = verify(chain, ENTRIES, &chain[3].hash, NULL);
	assert_true(og_audit_check_head(&check));
	check = verify(NULL, 0, NULL, NULL);
	assert_true(og_audit_check_head(&check) && !check.faults);
}

/* A text with one byte changed, removed or added. */
static char *mutated(const char *text)
{
	size_t size = strlen(text), at = rand() % (size + 1);
	char *copy = calloc(1, size + 2);

	memcpy(copy, text, size);
	if (at == size || rand() % 3 == 0) {
		memmove(copy + at + 1, copy + at, size - at);
		copy[at] = 'x';
	} else if (rand() % 2) {
		memmove(copy + at, copy + at + 1, size - at);
	} else {
		copy[at] ^= 1 + rand() % 31;
		if (!copy[at])
			copy[at] = '!';
	}
	assert_string_not_equal(copy, text);
	return copy;
}

static void any_changed_field_is_found(void **state)
{
	struct og_audit_entry entries[ENTRIES];

	(void)state;
	make_chain();
	srand(1);
	for (int round = 0; round < 4000; round++) {
		int field = round % 8, at = rand() % ENTRIES;
		struct og_audit_entry *entry = &entries[at];
		const char **text = NULL;
		char *changed = NULL;

		memcpy(entries, chain, sizeof(chain));
		if (field == 0)
			entry->id += 1 + rand() % 5 * (rand() % 2 ? 1 : -1) * 2;
		else if (field == 1)
			entry->at += 1 + rand() % 100;
		else if (field == 2)
			entry->previous.bytes[rand() % 32] ^= 1 << rand() % 8;
		else if (field == 3)
			entry->hash.bytes[rand() % 32] ^= 1 << rand() % 8;
		else
			text = field == 4   ? &entry->actor
			       : field == 5 ? &entry->kind
			       : field == 6 ? &entry->subject
					    : &entry->text;
		if (text)
			*text = changed = mutated(*text);
		assert_true(faults(entries, ENTRIES) > 0);
		/* Whoever mends the entry's own hash too breaks the link of the next one. */
		if (field != 3 && at < ENTRIES - 1) {
			assert_int_equal(og_audit_seal(entry), 0);
			assert_true(faults(entries, ENTRIES) > 0);
		}
		free(changed);
	}
}

/* What moves from the end of one text to the beginning of the next changes the hash too. */
static void texts_do_not_run_into_each_other(void **state)
{
	struct og_audit_entry entry;

	(void)state;
	make_chain();
	entry = chain[0];
	entry.actor = "";
	entry.kind = "alicestate";
	assert_int_equal(og_audit_seal(&entry), 0);
	assert_false(og_digest_equal(&entry.hash, &chain[0].hash));
	entry.actor = "alice\",\"kind\":\"state";
	entry.kind = "";
	assert_int_equal(og_audit_seal(&entry), 0);
	assert_false(og_digest_equal(&entry.hash, &chain[0].hash));
}

static void removing_adding_and_moving_is_found(void **state)
{
	struct og_audit_entry entries[ENTRIES + 1];
	enum og_audit_fault first;

	(void)state;
	make_chain();
	for (int at = 0; at < ENTRIES - 1; at++) {
		memcpy(entries, chain, sizeof(chain));
		memmove(&entries[at], &entries[at + 1], (ENTRIES - 1 - at) * sizeof(entries[0]));
		verify(entries, ENTRIES - 1, NULL, &first);
		assert_int_equal(first, OG_AUDIT_MISPLACED);
		/* Numbers mended, and hashes with them: the link is still to what was removed. */
		for (int i = at; i < ENTRIES - 1; i++)
			entries[i].id--;
		assert_int_equal(og_audit_seal(&entries[at]), 0);
		verify(entries, ENTRIES - 1, NULL, &first);
		assert_int_equal(first, OG_AUDIT_UNLINKED);
	}
	for (int at = 0; at < ENTRIES; at++) {
		memcpy(entries, chain, sizeof(chain));
		memmove(&entries[at + 1], &entries[at], (ENTRIES - at) * sizeof(entries[0]));
		assert_true(faults(entries, ENTRIES + 1) > 0);
	}
	for (int a = 0; a < ENTRIES; a++)
		for (int b = a + 1; b < ENTRIES; b++) {
			memcpy(entries, chain, sizeof(chain));
			entries[a] = chain[b];
			entries[b] = chain[a];
			assert_true(faults(entries, ENTRIES) > 0);
		}
}

/* What is cut off the end leaves a good chain: only a head that was noted tells. */
static void truncation_is_found_with_a_head(void **state)
{
	struct og_audit_check check;

	(void)state;
	make_chain();
	for (size_t count = 0; count < ENTRIES; count++) {
		check = verify(chain, count, &chain[ENTRIES - 1].hash, NULL);
		assert_int_equal(check.faults, 0);
		assert_false(og_audit_check_head(&check));
	}
	/* So does a chain that was written anew. */
	chain[0].at--;
	for (int i = 0; i < ENTRIES; i++) {
		struct og_digest old = chain[i].hash;

		if (i)
			chain[i].previous = chain[i - 1].hash;
		assert_int_equal(og_audit_seal(&chain[i]), 0);
		check = verify(chain, i + 1, &old, NULL);
		assert_int_equal(check.faults, 0);
		assert_false(og_audit_check_head(&check));
	}
}

/* An entry that tells of a gap is as it was written; the log is not whole all the same. */
static void gaps_are_told(void **state)
{
	enum og_audit_fault first;

	(void)state;
	make_chain();
	chain[0].kind = OG_AUDIT_LOG;
	chain[0].subject = OG_AUDIT_ANEW;
	assert_int_equal(og_audit_seal(&chain[0]), 0);
	verify(chain, 1, NULL, &first);
	assert_int_equal(first, OG_AUDIT_GAP);
	chain[0].subject = OG_AUDIT_CUT;
	verify(chain, 1, NULL, &first);
	assert_int_equal(first, OG_AUDIT_EDITED);
	assert_int_equal(og_audit_seal(&chain[0]), 0);
	verify(chain, 1, NULL, &first);
	assert_int_equal(first, OG_AUDIT_GAP);
	chain[0].subject = "begin";
	assert_int_equal(og_audit_seal(&chain[0]), 0);
	verify(chain, 1, NULL, &first);
	assert_int_equal(first, OG_AUDIT_WELL);
}

static void texts_are_tidied(void **state)
{
	char *text = og_audit_tidy("a\x01\n\t\xff\xc3\xa4\x7f", 100);

	(void)state;
	assert_string_equal(text, "a\xef\xbf\xbd\n\t\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd");
	free(text);
	text = og_audit_tidy("abc", 3);
	assert_string_equal(text, "abc");
	free(text);
	/* Never within a character. */
	text = og_audit_tidy("ab\xc3\xa4"
			     "cd",
			     3);
	assert_string_equal(text, "ab\n(4 bytes more are cut)");
	free(text);
}

/* Exported lines ----------------------------------------------------------------------------- */

struct found {
	int64_t first;
	size_t count;
	char words[128];
};

static void note_fault(void *userdata, int64_t line, const char *words)
{
	struct found *found = userdata;

	if (!found->count++) {
		found->first = line;
		snprintf(found->words, sizeof(found->words), "%s", words);
	}
}

static char *exported(size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	make_chain();
	for (int i = 0; i < ENTRIES; i++)
		assert_int_equal(og_audit_line_write(&chain[i], out), 0);
	fclose(out);
	return text;
}

static struct og_audit_check check_text(const char *text, size_t size,
					const struct og_digest *wanted, struct found *found)
{
	struct og_audit_check check = {.wants = wanted != NULL};
	FILE *in = size ? fmemopen((char *)text, size, "r") : fopen("/dev/null", "r");

	if (wanted)
		check.wanted = *wanted;
	memset(found, 0, sizeof(*found));
	assert_non_null(in);
	assert_int_equal(og_audit_lines_check(in, &check, note_fault, found), 0);
	fclose(in);
	assert_int_equal(check.faults, found->count);
	return check;
}

static void lines_are_verified(void **state)
{
	struct og_audit_check check;
	struct found found;
	size_t size, last;
	char *text = exported(&size);

	(void)state;
	check = check_text(text, size, &chain[ENTRIES - 1].hash, &found);
	assert_int_equal(found.count, 0);
	assert_int_equal(check.entries, ENTRIES);
	assert_true(og_audit_check_head(&check));

	/* Every byte, changed in one bit or removed. */
	for (size_t at = 0; at < size; at++) {
		char old = text[at];

		text[at] ^= 1 << at % 8;
		check_text(text, size, NULL, &found);
		assert_true(found.count > 0);
		text[at] = old;
	}
	last = size - 1;
	while (text[last - 1] != '\n')
		last--;
	check = check_text(text, last, &chain[ENTRIES - 1].hash, &found);
	assert_int_equal(found.count, 0);
	assert_false(og_audit_check_head(&check));
	check_text(text, size - 1, NULL, &found);
	assert_int_equal(found.first, ENTRIES);
	assert_string_equal(found.words, "is not whole: the file was cut");
	check = check_text(text, 0, NULL, &found);
	assert_int_equal(check.entries + found.count, 0);
	free(text);
}

static void lines_have_one_form(void **state)
{
	static const char spaced[] =
		"590c3f364f8e92c28f04d7068722471929bdb8b20bd0a2e8e336d42bbb3e6109 "
		"{\"id\":1, \"at\":1790000000,\"actor\":\"alice\",\"kind\":\"state\","
		"\"subject\":\"s\",\"text\":\"t\"}";
	static const char escaped[] =
		"590c3f364f8e92c28f04d7068722471929bdb8b20bd0a2e8e336d42bbb3e6109 "
		"{\"id\":1,\"at\":1790000000,\"actor\":\"alice\",\"kind\":\"state\","
		"\"subject\":\"s\",\"text\":\"\\u0074\"}";
	static const char good[] =
		"590c3f364f8e92c28f04d7068722471929bdb8b20bd0a2e8e336d42bbb3e6109 "
		"{\"id\":1,\"at\":1790000000,\"actor\":\"alice\",\"kind\":\"state\","
		"\"subject\":\"s\",\"text\":\"t\"}";
	static char long_line[OG_AUDIT_LINE + 2];
	struct og_audit_line line;
	struct found found;

	(void)state;
	assert_int_equal(og_audit_line_read(good, strlen(good), &line), 0);
	assert_string_equal(line.entry.actor, "alice");
	og_audit_line_clear(&line);
	assert_int_equal(og_audit_line_read(spaced, strlen(spaced), &line), -EINVAL);
	assert_int_equal(og_audit_line_read(escaped, strlen(escaped), &line), -EINVAL);
	assert_int_equal(og_audit_line_read(good, 64, &line), -EINVAL);
	assert_int_equal(og_audit_line_read("", 0, &line), -EINVAL);
	memset(long_line, 'x', sizeof(long_line) - 1);
	long_line[sizeof(long_line) - 1] = '\n';
	check_text(long_line, sizeof(long_line), NULL, &found);
	assert_string_equal(found.words, "is longer than any entry can be");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_what_the_manual_says),
		cmocka_unit_test(an_untouched_chain_is_well),
		cmocka_unit_test(any_changed_field_is_found),
		cmocka_unit_test(texts_do_not_run_into_each_other),
		cmocka_unit_test(removing_adding_and_moving_is_found),
		cmocka_unit_test(truncation_is_found_with_a_head),
		cmocka_unit_test(gaps_are_told),
		cmocka_unit_test(texts_are_tidied),
		cmocka_unit_test(lines_are_verified),
		cmocka_unit_test(lines_have_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
