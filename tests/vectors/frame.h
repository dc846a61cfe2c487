/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame.h: frames from their description in words (README.md)
 */
#ifndef OUIGUARD_TESTS_VECTORS_FRAME_H
#define OUIGUARD_TESTS_VECTORS_FRAME_H

#include "vectors.h"

/*
 * frame_build - write the frame that @text describes into @vector (bytes, length, tag); @text is
 * changed. @meaning gives what a name stands for, or NULL. Returns NULL, or what is wrong.
 */
const char *frame_build(char *text, const char *(*meaning)(const char *name, void *user),
			void *user, struct vector *vector);

#endif
