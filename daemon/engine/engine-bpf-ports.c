// SPDX-License-Identifier: GPL-2.0
/*
 * engine-bpf-ports.c: which ports are covered
 *
 * og_attached, a pinned map, says where we are. An entry is written before the port is attached and
 * removed after it is detached, so that whatever a crash leaves is found again.
 *
 * A tcx link is pinned for the time without a process, and held open while there is one: so it stays
 * also when somebody removes the pin, or unmounts the bpffs.
 */
#include "daemon/engine/engine-bpf.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bpf/tc.skel.h"
#include "daemon/alive.h"
#include "daemon/engine/attach.h"

#define PORTS_AT_ONCE 16 /* each may wait for the kernel, up to some 50 ms */

static int attached_fd(const struct bpf_engine *e)
{
	return bpf_map__fd(e->skel->maps.og_attached);
}

static void link_pin(const struct bpf_engine *e, uint32_t ifindex, char ret_pin[PATH_MAX])
{
	snprintf(ret_pin, PATH_MAX, "%s/tcx-%u", e->dir, ifindex);
}

static struct bpf_held *find_held(const struct bpf_engine *e, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < e->held_count; i++)
		if (e->held[i].ifindex == ifindex)
			return &e->held[i];
	return NULL;
}

/* Hold the pinned link of @ifindex, in place of an earlier one. Without memory the pin has to do. */
static void hold(struct bpf_engine *e, uint32_t ifindex)
{
	struct bpf_held *held = find_held(e, ifindex), *more;
	char pin[PATH_MAX];
	int fd;

	link_pin(e, ifindex, pin);
	fd = bpf_obj_get(pin);
	if (fd < 0)
		return;
	if (held) {
		close(held->fd);
		held->fd = fd;
		return;
	}
	more = reallocarray(e->held, e->held_count + 1, sizeof(*more));
	if (!more) {
		close(fd);
		return;
	}
	e->held = more;
	e->held[e->held_count++] = (struct bpf_held){.ifindex = ifindex, .fd = fd};
}

/* Take down the link that is held of @ifindex, whether or not it is still pinned. */
static void release(struct bpf_engine *e, uint32_t ifindex)
{
	struct bpf_held *held = find_held(e, ifindex);

	if (!held)
		return;
	bpf_link_detach(held->fd); /* -ENOLINK: the interface is gone */
	close(held->fd);
	*held = e->held[--e->held_count];
}

static uint32_t link_id(int fd)
{
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) < 0 ? 0 : info.id;
}

/* Whether what is pinned for @held is what is held. */
static bool is_pinned(const struct bpf_engine *e, const struct bpf_held *held)
{
	char pin[PATH_MAX];
	uint32_t id;
	int fd;

	link_pin(e, held->ifindex, pin);
	fd = bpf_obj_get(pin);
	id = link_id(fd);
	if (fd >= 0)
		close(fd);
	return id && id == link_id(held->fd);
}

void bpf_engine_let_go(struct bpf_engine *e)
{
	struct bpf_held *held;

	while (e->held_count) {
		held = &e->held[--e->held_count];
		/* Not only closed: a container may have a copy of a bpffs that was unmounted here. */
		if (!is_pinned(e, held))
			bpf_link_detach(held->fd);
		close(held->fd);
	}
	free(e->held);
	e->held = NULL;
}

static bool is_alive(const struct bpf_engine *e, uint32_t ifindex, const struct og_bpf_attached *a)
{
	char pin[PATH_MAX];

	if (a->hook == OG_HOOK_CLSACT)
		return og_attach_clsact_alive(ifindex, a);
	link_pin(e, ifindex, pin);
	return og_attach_tcx_alive(pin, ifindex);
}

static int detach(struct bpf_engine *e, uint32_t ifindex, const struct og_bpf_attached *a)
{
	char pin[PATH_MAX];
	int r = 0;

	if (a->hook == OG_HOOK_CLSACT) {
		r = og_detach_clsact(ifindex, a);
	} else {
		release(e, ifindex);
		link_pin(e, ifindex, pin);
		r = og_detach_tcx(pin);
	}
	if (r < 0)
		return r;
	bpf_map_delete_elem(attached_fd(e), &ifindex);
	bpf_map_delete_elem(bpf_map__fd(e->skel->maps.og_ports), &ifindex);
	return 0;
}

static int attach(struct bpf_engine *e, uint32_t ifindex, struct og_bpf_attached *a)
{
	char pin[PATH_MAX];
	int r;

	link_pin(e, ifindex, pin);
	if (!e->force_clsact && !e->no_tcx) {
		a->hook = OG_HOOK_TCX;
		r = bpf_map_update_elem(attached_fd(e), &ifindex, a, BPF_ANY);
		if (r == 0)
			r = og_attach_tcx(e->prog_fd, ifindex, pin);
		if (r == 0)
			hold(e, ifindex);
		if (r != -EOPNOTSUPP)
			goto out;
		e->no_tcx = true;
	}
	a->hook = OG_HOOK_CLSACT;
	r = bpf_map_update_elem(attached_fd(e), &ifindex, a, BPF_ANY);
	if (r == 0)
		r = og_attach_clsact(e->prog_fd, ifindex, a);
	if (r == 0)
		r = bpf_map_update_elem(attached_fd(e), &ifindex, a, BPF_ANY);
out:
	/* What an interface that has gone leaves is removed; what holds elsewhere stays. */
	if (r == -ENODEV)
		detach(e, ifindex, a);
	else if (r < 0)
		bpf_map_delete_elem(attached_fd(e), &ifindex);
	return r;
}

/* Put our program in the place of another version of it. */
static int update(struct bpf_engine *e, uint32_t ifindex, struct og_bpf_attached *a)
{
	char pin[PATH_MAX];

	if (a->hook == OG_HOOK_CLSACT)
		return og_attach_clsact(e->prog_fd, ifindex, a);
	link_pin(e, ifindex, pin);
	return og_attach_tcx_update(pin, e->prog_fd);
}

/* All entries of og_attached. @ret_indexes is malloced. */
static int list_attached(struct bpf_engine *e, uint32_t **ret_indexes, size_t *ret_count)
{
	uint32_t *indexes = calloc(OG_PORTS_MAX, sizeof(*indexes));
	size_t count = 0;

	if (!indexes)
		return -ENOMEM;
	while (count < OG_PORTS_MAX &&
	       bpf_map_get_next_key(attached_fd(e), count ? &indexes[count - 1] : NULL,
				    &indexes[count]) == 0)
		count++;
	*ret_indexes = indexes;
	*ret_count = count;
	return 0;
}

static int reattach(struct bpf_engine *e, uint32_t ifindex, struct og_bpf_attached *a,
		    struct og_diags *diags)
{
	int r = attach(e, ifindex, a);

	if (r < 0 && r != -ENODEV)
		og_error(diags, NULL, "%s: our program was gone and attaching it failed: %s",
			 a->name, strerror(-r));
	else if (r == 0)
		og_warn(diags, NULL, "%s: our program was gone, attached it again", a->name);
	return r;
}

int bpf_engine_reconcile(struct bpf_engine *e, struct og_diags *diags)
{
	struct og_bpf_attached a;
	char name[IF_NAMESIZE];
	uint32_t *indexes;
	size_t count, i;
	int r;

	r = list_attached(e, &indexes, &count);
	if (r < 0)
		return r;
	for (i = 0; i < count; i++) {
		if (i % PORTS_AT_ONCE == PORTS_AT_ONCE - 1)
			og_alive();
		if (bpf_map_lookup_elem(attached_fd(e), &indexes[i], &a) < 0 ||
		    is_alive(e, indexes[i], &a))
			continue;
		if (!if_indextoname(indexes[i], name)) {
			og_warn(diags, NULL,
				"%s: the interface is gone, dropped what was left of it", a.name);
			detach(e, indexes[i], &a);
		} else if (e->ruleset_fd >= 0 && strcmp(name, a.name) == 0) {
			reattach(e, indexes[i], &a, diags);
		} else {
			detach(e, indexes[i], &a);
		}
	}
	free(indexes);
	return 0;
}

/* Make sure that a port is covered by the present program. */
static int cover(struct bpf_engine *e, const struct og_engine_port *port, struct og_diags *diags)
{
	static const struct og_port_state none;
	struct og_bpf_attached a = {};
	uint32_t ifindex = port->ifindex;
	bool entered = bpf_map_lookup_elem(attached_fd(e), &ifindex, &a) == 0;

	memset(a.name, 0, sizeof(a.name));
	memcpy(a.name, port->name, strnlen(port->name, sizeof(a.name) - 1));
	bpf_map_update_elem(bpf_map__fd(e->skel->maps.og_ports), &ifindex, &none, BPF_NOEXIST);
	if (!entered)
		return attach(e, ifindex, &a);
	if (!is_alive(e, ifindex, &a))
		return reattach(e, ifindex, &a, diags);
	bpf_map_update_elem(attached_fd(e), &ifindex, &a, BPF_ANY);
	if (a.hook == OG_HOOK_TCX && !find_held(e, ifindex))
		hold(e, ifindex);
	return e->replace ? update(e, ifindex, &a) : 0;
}

static bool is_wanted(uint32_t ifindex, const struct og_engine_port *ports, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (ports[i].ifindex == ifindex)
			return true;
	return false;
}

/* Detach from every port that is not among @ports. */
static int uncover_others(struct bpf_engine *e, const struct og_engine_port *ports, size_t count,
			  struct og_diags *diags)
{
	struct og_bpf_attached a;
	size_t attached, i;
	uint32_t *indexes;
	int r, failed = 0;

	r = list_attached(e, &indexes, &attached);
	if (r < 0)
		return r;
	for (i = 0; i < attached; i++) {
		if (i % PORTS_AT_ONCE == PORTS_AT_ONCE - 1)
			og_alive();
		if (is_wanted(indexes[i], ports, count) ||
		    bpf_map_lookup_elem(attached_fd(e), &indexes[i], &a) < 0)
			continue;
		r = detach(e, indexes[i], &a);
		if (r < 0) {
			og_error(diags, NULL, "%s: detaching failed: %s", a.name, strerror(-r));
			failed = r;
		}
	}
	free(indexes);
	return failed;
}

int bpf_engine_cover(struct bpf_engine *e, const struct og_engine_port *ports, size_t count,
		     struct og_diags *diags)
{
	struct og_engine_port_status *failed = calloc(count + 1, sizeof(*failed));
	size_t i, n = 0;
	int r;

	if (!failed)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		if (i % PORTS_AT_ONCE == PORTS_AT_ONCE - 1)
			og_alive();
		r = cover(e, &ports[i], diags);
		if (r == 0)
			continue;
		/* Netlink tells next that it is no port any more. */
		if (r == -ENODEV)
			og_warn(diags, NULL, "%s: NOT COVERED, the interface has gone",
				ports[i].name);
		else
			og_error(diags, NULL, "%s: NOT COVERED, attaching failed: %s",
				 ports[i].name, strerror(-r));
		failed[n].port = ports[i];
		failed[n].error = r;
		n++;
	}
	free(e->failed);
	e->failed = failed;
	e->failed_count = n;
	uncover_others(e, ports, count, diags);
	return n;
}

int bpf_engine_ports(struct bpf_engine *e, struct og_engine_port_status **ret_ports,
		     size_t *ret_count)
{
	struct og_engine_port_status *ports;
	struct og_bpf_attached a;
	size_t attached, i, n = 0;
	char pin[PATH_MAX];
	uint32_t *indexes;
	int r;

	r = list_attached(e, &indexes, &attached);
	if (r < 0)
		return r;
	ports = calloc(attached + e->failed_count + 1, sizeof(*ports));
	if (!ports) {
		free(indexes);
		return -ENOMEM;
	}
	for (i = 0; i < attached; i++) {
		if (bpf_map_lookup_elem(attached_fd(e), &indexes[i], &a) < 0)
			continue;
		ports[n].port.ifindex = indexes[i];
		memcpy(ports[n].port.name, a.name, sizeof(a.name));
		if (is_alive(e, indexes[i], &a)) {
			link_pin(e, indexes[i], pin);
			ports[n].hook = a.hook;
			ports[n].ahead = og_attach_ahead(indexes[i], &a, pin);
		} else {
			ports[n].error = -ENOENT;
		}
		n++;
	}
	if (e->failed_count)
		memcpy(&ports[n], e->failed, e->failed_count * sizeof(*ports));
	free(indexes);
	*ret_ports = ports;
	*ret_count = n + e->failed_count;
	return 0;
}

int bpf_engine_uncover(struct bpf_engine *e, struct og_diags *diags)
{
	free(e->failed);
	e->failed = NULL;
	e->failed_count = 0;
	return uncover_others(e, NULL, 0, diags);
}
