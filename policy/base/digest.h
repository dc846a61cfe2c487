/* SPDX-License-Identifier: GPL-2.0 */
/*
 * digest.h: SHA-256 (FIPS 180-4) of bytes and of files, and its text
 */
#ifndef OUIGUARD_POLICY_DIGEST_H
#define OUIGUARD_POLICY_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define OG_DIGEST_BYTES 32
/* Bytes of a digest as text: 64 small hexadecimal digits, as sha256sum(1) writes them, and the end. */
#define OG_DIGEST_TEXT 65

struct og_digest {
	unsigned char bytes[OG_DIGEST_BYTES];
};

/* og_digest_data - the digest of @size bytes at @data, which may be NULL when @size is 0. */
void og_digest_data(const void *data, size_t size, struct og_digest *ret_digest);

/* og_digest_pair - the digest of the bytes at @a followed directly by those at @b. */
void og_digest_pair(const void *a, size_t a_size, const void *b, size_t b_size,
		    struct og_digest *ret_digest);

/*
 * og_digest_file - the digest of the regular file @path, of any size; it is read piece by piece.
 * Returns 0, -EISDIR or -EINVAL for what is no regular file, or what open() and read() say.
 */
int og_digest_file(const char *path, struct og_digest *ret_digest);

/* og_digest_format - the digest as text into @buffer. Returns @buffer. */
char *og_digest_format(const struct og_digest *digest, char buffer[OG_DIGEST_TEXT]);

/*
 * og_digest_parse - read what og_digest_format() writes, digits of either case. Returns 0, or
 * -EINVAL with the output untouched.
 */
int og_digest_parse(const char *text, struct og_digest *ret_digest);

/* og_digest_equal - whether two digests are the same. */
bool og_digest_equal(const struct og_digest *a, const struct og_digest *b);

#endif
