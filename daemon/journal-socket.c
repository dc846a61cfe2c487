// SPDX-License-Identifier: GPL-2.0
/*
 * journal-socket.c: datagrams to the journal
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/journal-socket.h"

static int journal = -1;
static bool stuck; /* the last one was waited for in vain */

static int open_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	journal = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (journal < 0)
		return -errno;
	if (connect(journal, (struct sockaddr *)&address, sizeof(address)) == 0)
		return 0;
	err = -errno;
	close(journal);
	journal = -1;
	return err;
}

static int send_entry(const struct msghdr *entry)
{
	struct pollfd room = {.fd = journal, .events = POLLOUT};

	for (;;) {
		if (sendmsg(journal, entry, MSG_NOSIGNAL) >= 0) {
			stuck = false;
			return 0;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return -errno;
		if (stuck || poll(&room, 1, OG_JOURNAL_PATIENCE_MS) <= 0) {
			stuck = true;
			return -EAGAIN;
		}
	}
}

int og_journal_send(const char *path, struct iovec *parts, size_t count)
{
	const struct msghdr entry = {.msg_iov = parts, .msg_iovlen = count};
	int err;

	err = journal < 0 ? -ENOTCONN : send_entry(&entry);
	if (!err || err == -EAGAIN)
		return err;
	if (journal >= 0)
		close(journal);
	journal = -1;
	err = open_socket(path);
	return err ? err : send_entry(&entry);
}
