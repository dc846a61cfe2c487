// SPDX-License-Identifier: GPL-2.0
/*
 * test-digest.c: SHA-256 against the examples that NIST publishes for FIPS 180-4, and its text
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
#include <cmocka.h>

#include "config-kit.h"
#include "policy/base/digest.h"

static const struct {
	const char *text;
	const char *digest;
} vectors[] = {
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrl"
	 "m"
	 "nopqrsmnopqrstnopqrstu",
	 "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

/* A million times the letter a. */
#define MILLION	       1000000
#define MILLION_DIGEST "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"

static void assert_digest(const struct og_digest *digest, const char *wanted)
{
	char text[OG_DIGEST_TEXT];

	assert_string_equal(og_digest_format(digest, text), wanted);
}

static void digests_bytes(void **state)
{
	struct og_digest digest;
	size_t i, cut;

	(void)state;
	for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t size = strlen(vectors[i].text);

		og_digest_data(vectors[i].text, size, &digest);
		assert_digest(&digest, vectors[i].digest);
		for (cut = 0; cut <= size; cut++) {
			og_digest_pair(vectors[i].text, cut, vectors[i].text + cut, size - cut,
				       &digest);
			assert_digest(&digest, vectors[i].digest);
		}
	}
	og_digest_data(NULL, 0, &digest);
	assert_digest(&digest, vectors[0].digest);
}

static void digests_files(void **state)
{
	char *dir = kit_make(NULL), *letters = malloc(MILLION), path[256];
	struct og_digest digest;

	(void)state;
	assert_non_null(letters);
	memset(letters, 'a', MILLION);
	og_digest_data(letters, MILLION, &digest);
	assert_digest(&digest, MILLION_DIGEST);
	kit_write(dir, "million", letters, MILLION);
	snprintf(path, sizeof(path), "%s/million", dir);
	memset(&digest, 0, sizeof(digest));
	assert_int_equal(og_digest_file(path, &digest), 0);
	assert_digest(&digest, MILLION_DIGEST);
	kit_write(dir, "million", "", 0);
	assert_int_equal(og_digest_file(path, &digest), 0);
	assert_digest(&digest, vectors[0].digest);

	/* What cannot be read leaves the output alone. */
	assert_int_equal(og_digest_file(dir, &digest), -EISDIR);
	snprintf(path, sizeof(path), "%s/none", dir);
	assert_int_equal(og_digest_file(path, &digest), -ENOENT);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(og_digest_file(path, &digest), -EINVAL);
	assert_digest(&digest, vectors[0].digest);
	free(letters);
	kit_remove(dir);
}

static void reads_its_text(void **state)
{
	static const char capitals[] =
		"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
	static const char *const wrong[] = {
		"",
		"ba78",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag",
		"-a7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		" ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
	};
	struct og_digest digest, abc;
	size_t i;

	(void)state;
	og_digest_data("abc", 3, &abc);
	assert_int_equal(og_digest_parse(vectors[1].digest, &digest), 0);
	assert_true(og_digest_equal(&digest, &abc));
	memset(&digest, 0, sizeof(digest));
	assert_false(og_digest_equal(&digest, &abc));
	assert_int_equal(og_digest_parse(capitals, &digest), 0);
	assert_true(og_digest_equal(&digest, &abc));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(og_digest_parse(wrong[i], &digest), -EINVAL);
	assert_true(og_digest_equal(&digest, &abc));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_bytes),
		cmocka_unit_test(digests_files),
		cmocka_unit_test(reads_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
