/* SPDX-License-Identifier: GPL-2.0 */
/*
 * login.h: which login a process belongs to
 */
#ifndef OUIGUARD_IPC_LOGIN_H
#define OUIGUARD_IPC_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define OG_LOGIN_NAME 256	 /* bytes for a user's name */
#define OG_LOGIN_NONE UINT32_MAX /* what the kernel says for processes of no login */

/*
 * og_login_uid - the login uid of the kernel's audit (proc_pid_loginuid(5)), which a process keeps
 * whatever it becomes (sudo, su). @process: a descriptor of the directory /proc/PID; it stays that
 * process's, so that nothing is ever read of another one that got its number. Returns whether there
 * is one: there is none for what the system started, nor where the kernel has no audit.
 */
bool og_login_uid(int process, uid_t *ret_uid);

/* og_login_name - the user's name, or `uid N`, into @buffer. Returns @buffer. */
char *og_login_name(uid_t uid, char *buffer, size_t size);

#endif
