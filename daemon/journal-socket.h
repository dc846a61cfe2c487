/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal-socket.h: the way to the journal, which is never waited for long
 *
 * sd_journal_send() waits for a journal that does not read, for ever. A daemon that is watched, and that
 * others ask, must not.
 */
#ifndef OUIGUARD_DAEMON_JOURNAL_SOCKET_H
#define OUIGUARD_DAEMON_JOURNAL_SOCKET_H

#include <stddef.h>
#include <sys/uio.h>

#define OG_JOURNAL_SOCKET "/run/systemd/journal/socket"
#define OG_JOURNAL_PATIENCE_MS \
	200 /* for a journal that is slow, as in a flood; for a stuck one once */

/*
 * og_journal_send - hand an entry to the socket at @path: @count parts, each a line `NAME=value` with its
 * line feed and none in the value (systemd's "Journal Native Protocol"). Returns 0; -EAGAIN when nobody
 * reads there; other -errno when nobody can. Keeps the socket, and makes a new one for a journal that was
 * started anew.
 */
int og_journal_send(const char *path, struct iovec *parts, size_t count);

#endif
