// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-kmod.c: what the kernel module answers and tells (include/ouiguard/netlink.h), as the engine
 * that asks it reads it
 */
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/engine/engine-kmod.h"
#include "tests/fuzz/netlink.h"

static uint64_t seen;

static void touch(const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	while (size--)
		seen += at[size];
}

static int each_device(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	(void)userdata;
	touch(device, sizeof(*device));
	seen += key + known;
	return 0;
}

static void each_event(void *userdata, const struct og_event *event)
{
	(void)userdata;
	touch(event, sizeof(*event));
}

static void read_status(struct og_engine *engine)
{
	struct og_engine_status status;
	size_t i;

	if (og_engine_kmod.status(engine, &status))
		return;
	for (i = 0; i < status.port_count; i++) {
		const struct og_engine_port *port = &status.ports[i].port;

		check(memchr(port->name, 0, sizeof(port->name)) != NULL);
	}
	free(status.ports);
}

/* Each of them takes answers until one ends it. */
static void ask(struct og_engine *engine, int what)
{
	struct og_engine_counters counters;
	struct og_device device;

	switch (what) {
	case 0:
		if (!og_engine_kmod.read_counters(engine, &counters))
			touch(&counters, sizeof(counters));
		break;
	case 1:
		og_engine_kmod.each_device(engine, each_device, NULL);
		break;
	case 2:
		if (!og_engine_kmod.read_device(engine, 1, &device))
			touch(&device, sizeof(device));
		break;
	case 3:
		read_status(engine);
		break;
	case 4:
		og_engine_kmod.promote(engine, 1);
		break;
	case 5:
		og_engine_kmod.next_events(engine, each_event, NULL);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kmod_engine e = {.engine.ops = &og_engine_kmod, .poll_fd = -1};
	size_t before;
	int what;

	if (!size)
		return 0;
	what = data[0] % 6;
	e.events.sock = netlink_of(data + 1, size - 1);
	kmod_engine_listen(&e);
	e.control.sock = netlink_of(data + 1, size - 1);
	e.waiting_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	check(e.waiting_fd >= 0);
	do {
		before = heard_left;
		ask(&e.engine, what);
		check(memchr(e.control.message, 0, sizeof(e.control.message)) != NULL);
	} while (heard_left < before);
	close(e.waiting_fd);
	nl_socket_free(e.control.sock);
	nl_socket_free(e.events.sock);
	return 0;
}
