/* SPDX-License-Identifier: GPL-2.0 */
/*
 * user.h: who gives the command
 */
#ifndef OUIGUARD_CLI_USER_H
#define OUIGUARD_CLI_USER_H

#include <stddef.h>

/*
 * og_user - the name of the person who logged in, whatever they have become since (sudo, su): by the
 * login uid of the kernel's audit, else SUDO_USER, else the real user. Returns @buffer.
 */
char *og_user(char *buffer, size_t size);

#endif
