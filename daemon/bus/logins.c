// SPDX-License-Identifier: GPL-2.0
/*
 * logins.c: from which login a process comes, also where /proc shows no process of others
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/login.skel.h"
#include "daemon/bus/logins.h"
#include "daemon/cleanup.h"
#include "ipc/login.h"

struct og_logins {
	struct login_bpf *skel; /* NULL: not needed yet */
};

struct og_logins *og_logins_new(void)
{
	return calloc(1, sizeof(struct og_logins));
}

void og_logins_free(struct og_logins *logins)
{
	if (!logins)
		return;
	login_bpf__destroy(logins->skel);
	free(logins);
}

/* A descriptor of a process polls readable from its end on. */
static bool has_ended(int process)
{
	struct pollfd poll_fd = {.fd = process, .events = POLLIN};

	return poll(&poll_fd, 1, 0) != 0;
}

static int load(struct og_logins *logins)
{
	if (logins->skel)
		return 0;
	/* Why is said by whoever calls. */
	libbpf_set_print(NULL);
	logins->skel = login_bpf__open_and_load();
	if (!logins->skel)
		return errno ? -errno : -EINVAL;
	return 0;
}

static int read_by_program(struct og_logins *logins, int process, uid_t *ret_uid)
{
	union bpf_iter_link_info which = {.task = {.pid_fd = process}};
	LIBBPF_OPTS(bpf_link_create_opts, options, .iter_info = &which,
		    .iter_info_len = sizeof(which));
	OG_CLEANUP(og_closep) int link = -1, iterator = -1;
	uint32_t uid;
	int err = load(logins);

	if (err)
		return err;
	link = bpf_link_create(bpf_program__fd(logins->skel->progs.og_login), 0, BPF_TRACE_ITER,
			       &options);
	if (link < 0)
		return -errno;
	iterator = bpf_iter_create(link);
	if (iterator < 0)
		return -errno;
	/* All threads have the same; none is left of a process that has ended. */
	if (read(iterator, &uid, sizeof(uid)) != sizeof(uid))
		return -ESRCH;
	*ret_uid = uid;
	return 0;
}

int og_logins_read(struct og_logins *logins, pid_t pid, int process, uid_t *ret_uid)
{
	OG_CLEANUP(og_closep) int directory = -1;
	char path[32];
	uid_t uid;
	int err;

	snprintf(path, sizeof(path), "/proc/%" PRIiMAX, (intmax_t)pid);
	/* Not O_PATH, which opens hidden ones too. */
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		err = read_by_program(logins, process, &uid);
	else
		err = og_login_uid(directory, &uid) ? 0 : -ENODATA;
	/* Its number was its own until now. */
	if (has_ended(process))
		return -ESRCH;
	if (!err && uid == OG_LOGIN_NONE)
		return -ENODATA;
	if (!err)
		*ret_uid = uid;
	return err;
}
