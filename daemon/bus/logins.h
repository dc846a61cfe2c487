/* SPDX-License-Identifier: GPL-2.0 */
/*
 * logins.h: from which login a process comes, also where /proc shows no process of others
 *
 * The kernel's audit knows (proc_pid_loginuid(5)). The unit hides other processes from the daemon
 * (ProtectProc=invisible); then a BPF program reads that one number.
 */
#ifndef OUIGUARD_DAEMON_LOGINS_H
#define OUIGUARD_DAEMON_LOGINS_H

#include <sys/types.h>

struct og_logins;

/* og_logins_new - or NULL. Loads nothing yet. og_logins_free - NULL is allowed. */
struct og_logins *og_logins_new(void);
void og_logins_free(struct og_logins *logins);

/*
 * og_logins_read - the login uid of the process @pid; @process is a descriptor of it (pidfd_open(2)), so
 * that nothing is ever read of another one that got its number. Returns 0; -ENODATA when it comes from
 * no login, as what the system started, or where the kernel has no audit; -ESRCH when it has ended; or
 * -errno when nobody can tell: it is hidden, and this kernel (before 6.1, or without BTF) or the rights of
 * the daemon (CAP_BPF, CAP_PERFMON) do not do for the program.
 */
int og_logins_read(struct og_logins *logins, pid_t pid, int process, uid_t *ret_uid);

#endif
