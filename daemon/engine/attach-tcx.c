// SPDX-License-Identifier: GPL-2.0
/*
 * attach-tcx.c: tcx links. libbpf 1.1 has no call for them, but its bpf_link_create() passes any
 * attach type on.
 */
#include "daemon/engine/attach.h"

#include <errno.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "daemon/engine/attach-ahead.h"

/* linux/bpf.h of 6.6 and later. */
#define TCX_INGRESS 46
#define TCX_BEFORE  (1U << 3)

#define MAX_PROGRAMS 64

int og_attach_tcx(int prog_fd, uint32_t ifindex, const char *pin)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = TCX_BEFORE);
	int fd, r = 0;

	fd = bpf_link_create(prog_fd, ifindex, (enum bpf_attach_type)TCX_INGRESS, &opts);
	if (fd == -EINVAL || fd == -ENOTSUP)
		return -EOPNOTSUPP;
	if (fd < 0)
		return fd;
	/* A left-over of a link that nobody holds any more. */
	if (unlink(pin) < 0 && errno != ENOENT)
		r = -errno;
	if (r == 0)
		r = bpf_obj_pin(fd, pin);
	close(fd); /* without a pin this detaches */
	return r;
}

/* The id of the program of the pinned link, if it is at @ifindex; 0 if not. */
static uint32_t link_program(const char *pin, uint32_t ifindex)
{
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);
	int fd, r;

	fd = bpf_obj_get(pin);
	if (fd < 0)
		return 0;
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	close(fd);
	/* info.tcx.ifindex stands where info.xdp.ifindex does; 0 once the interface is gone. */
	if (r < 0 || info.xdp.ifindex != ifindex)
		return 0;
	return info.prog_id;
}

bool og_attach_tcx_alive(const char *pin, uint32_t ifindex)
{
	return link_program(pin, ifindex) != 0;
}

int og_attach_tcx_update(const char *pin, int prog_fd)
{
	int fd, r;

	fd = bpf_obj_get(pin);
	if (fd < 0)
		return fd;
	r = bpf_link_update(fd, prog_fd, NULL);
	close(fd);
	return r;
}

int og_detach_tcx(const char *pin)
{
	int fd = bpf_obj_get(pin);

	/* Removing the pin alone would do, but some time after unlink() has returned. */
	if (fd >= 0) {
		bpf_link_detach(fd); /* -ENOLINK: the interface is gone */
		close(fd);
	}
	return unlink(pin) < 0 && errno != ENOENT ? -errno : 0;
}

uint32_t og_tcx_ahead(uint32_t ifindex, const char *pin)
{
	uint32_t ids[MAX_PROGRAMS] = {}, count = MAX_PROGRAMS;
	uint32_t ours = link_program(pin, ifindex);
	int r;

	/* A longer list is cut, with -ENOSPC; its head is what matters. */
	r = bpf_prog_query(ifindex, (enum bpf_attach_type)TCX_INGRESS, 0, NULL, ids, &count);
	if ((r < 0 && r != -ENOSPC) || !ours || ids[0] == ours)
		return 0;
	return ids[0];
}
