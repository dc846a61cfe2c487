// SPDX-License-Identifier: GPL-2.0
/*
 * digest.c: SHA-256 (FIPS 180-4) of bytes and of files, and its text
 */
#include "policy/base/digest.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <nettle/sha2.h>

#include "policy/base/file.h"

_Static_assert(OG_DIGEST_BYTES == SHA256_DIGEST_SIZE, "a digest is one of SHA-256");

static void add(struct sha256_ctx *context, const void *data, size_t size)
{
	if (size)
		sha256_update(context, size, data);
}

void og_digest_pair(const void *a, size_t a_size, const void *b, size_t b_size,
		    struct og_digest *ret_digest)
{
	struct sha256_ctx context;

	sha256_init(&context);
	add(&context, a, a_size);
	add(&context, b, b_size);
	sha256_digest(&context, sizeof(ret_digest->bytes), ret_digest->bytes);
}

void og_digest_data(const void *data, size_t size, struct og_digest *ret_digest)
{
	og_digest_pair(data, size, NULL, 0, ret_digest);
}

int og_digest_file(const char *path, struct og_digest *ret_digest)
{
	struct sha256_ctx context;
	uint8_t piece[16384];
	ssize_t n;
	int fd;

	fd = og_file_open(path, NULL);
	if (fd < 0)
		return fd;
	sha256_init(&context);
	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			sha256_update(&context, (size_t)n, piece);
	}
	n = n < 0 ? -errno : 0;
	close(fd);
	if (!n)
		sha256_digest(&context, sizeof(ret_digest->bytes), ret_digest->bytes);
	return (int)n;
}

char *og_digest_format(const struct og_digest *digest, char buffer[OG_DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < OG_DIGEST_BYTES; i++) {
		buffer[2 * i] = digits[digest->bytes[i] >> 4];
		buffer[2 * i + 1] = digits[digest->bytes[i] & 15];
	}
	buffer[2 * i] = '\0';
	return buffer;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int og_digest_parse(const char *text, struct og_digest *ret_digest)
{
	struct og_digest digest;
	size_t i;

	if (strlen(text) != OG_DIGEST_TEXT - 1)
		return -EINVAL;
	for (i = 0; i < OG_DIGEST_BYTES; i++) {
		int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return -EINVAL;
		digest.bytes[i] = (unsigned char)(high << 4 | low);
	}
	*ret_digest = digest;
	return 0;
}

bool og_digest_equal(const struct og_digest *a, const struct og_digest *b)
{
	return memcmp(a->bytes, b->bytes, OG_DIGEST_BYTES) == 0;
}
