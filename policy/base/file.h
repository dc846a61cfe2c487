/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file.h: whole files, read with a bound and written so that nobody ever sees half of one
 */
#ifndef OUIGUARD_POLICY_FILE_H
#define OUIGUARD_POLICY_FILE_H

#include <stdbool.h>
#include <stddef.h>

struct stat;

/*
 * og_file_open - open the regular file @path to read it, never waiting for anybody; *@ret_stat, unless
 * it is NULL, is what fstat() says of it. Returns a file descriptor that the caller closes, -EISDIR or
 * -EINVAL for what is no regular file (a pipe, socket or device), or what open() says.
 */
int og_file_open(const char *path, struct stat *ret_stat);

/*
 * og_file_read - read the regular file @path, of @limit bytes at most, into memory that the caller
 * frees. One zero byte that is not counted in @ret_size follows the content.
 *
 * Returns 0, -EFBIG above the limit, -EISDIR or -EINVAL for what is no regular file (a directory; a
 * pipe, socket or device, which is never waited for), or what open() and read() say.
 */
int og_file_read(const char *path, size_t limit, char **ret_data, size_t *ret_size);

/*
 * og_file_write - write @size bytes to @path with permissions @mode, through a temporary file in
 * the same directory that is synced and renamed: after a crash @path is the old file or the new
 * one, and a reader never sees a part. With @replace false an existing @path is left alone.
 *
 * Returns 0, -EEXIST (only without @replace), or what the system says; nothing is left behind then.
 */
int og_file_write(const char *path, const void *data, size_t size, unsigned int mode, bool replace);

#endif
