/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cleanup.h: variables that free what they hold when they go out of scope
 */
#ifndef OUIGUARD_DAEMON_CLEANUP_H
#define OUIGUARD_DAEMON_CLEANUP_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define OG_CLEANUP(function) __attribute__((cleanup(function)))

static inline void og_freep(void *pointer)
{
	free(*(void **)pointer);
}

static inline void og_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void og_fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void og_json_decrefp(json_t **json)
{
	json_decref(*json);
}

#endif
