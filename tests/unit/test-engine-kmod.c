// SPDX-License-Identifier: GPL-2.0
/*
 * test-engine-kmod.c: what the engine of the kernel module makes of its answers, right and wrong ones
 * (daemon/engine/engine-kmod*.c, kmod-link.c). The module itself is tested with it by tests/kmod.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>

#include "daemon/engine/engine-kmod.h"
#include "policy/compile/table.h"
#include "tests/fuzz/netlink.h"

#define FAMILY 32

/* What the module will have said: datagrams, each behind its length. */
static struct {
	uint8_t bytes[65536];
	size_t size;
} played;

static struct kmod_engine e;
static const struct og_engine_ops *const ops = &og_engine_kmod;

static int set_up(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	memset(&played, 0, sizeof(played));
	e.engine.ops = ops;
	e.poll_fd = -1;
	e.waiting_fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	e.control.sock = netlink_of(played.bytes, 0);
	e.events.sock = netlink_of(played.bytes, 0);
	kmod_engine_listen(&e);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(e.waiting_fd);
	nl_socket_free(e.control.sock);
	nl_socket_free(e.events.sock);
	return 0;
}

static void put_datagram(const void *bytes, size_t size)
{
	assert_true(played.size + 2 + size <= sizeof(played.bytes));
	played.bytes[played.size++] = size;
	played.bytes[played.size++] = size >> 8;
	memcpy(played.bytes + played.size, bytes, size);
	played.size += size;
	heard = played.bytes;
	heard_left = played.size;
}

static void put_message(struct nl_msg *msg)
{
	put_datagram(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len);
	nlmsg_free(msg);
}

static struct nl_msg *answer(enum og_command command)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 0, 0, FAMILY, 0, 0, command, OG_GENL_VERSION));
	return msg;
}

/* The kernel's word that a request is done, or why not; @text NULL: no more than the number. */
static void put_end(int error, const char *text)
{
	struct nlmsgerr body = {.error = error, .msg = {.nlmsg_len = 60000}};
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, NLM_F_CAPPED);

	assert_int_equal(nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO), 0);
	if (text) {
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK_TLVS;
		assert_int_equal(nla_put_string(msg, NLMSGERR_ATTR_MSG, text), 0);
	}
	put_message(msg);
}

static void put_done(void)
{
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_DONE, NLM_F_MULTI);
	int zero = 0;

	assert_int_equal(nlmsg_append(msg, &zero, sizeof(zero), NLMSG_ALIGNTO), 0);
	put_message(msg);
}

static void put_status(uint64_t generation, uint32_t layout)
{
	struct nl_msg *msg = answer(OG_CMD_GET_STATUS);

	nla_put_u64(msg, OG_A_GENERATION, generation);
	nla_put_u32(msg, OG_A_LAYOUT, layout);
	nla_put_u32(msg, OG_A_SIZE, sizeof(struct og_ruleset));
	nla_put_u32(msg, OG_A_KNOWN, 7);
	nla_put_u32(msg, OG_A_KNOWN_MAX, 16384);
	/* A number of another size is none. */
	nla_put_u64(msg, OG_A_FRESH, 9);
	put_message(msg);
	put_end(0, NULL);
}

static void put_port(uint32_t ifindex, const char *name, size_t size, int32_t error)
{
	struct nl_msg *msg = answer(OG_CMD_GET_PORTS);

	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_MULTI;
	nla_put_u32(msg, OG_A_PORT, ifindex);
	if (name)
		nla_put(msg, OG_A_NAME, size, name);
	nla_put_u32(msg, OG_A_ERROR, error);
	put_message(msg);
}

static void test_status(void **state)
{
	struct og_engine_status status;

	(void)state;
	put_status(5, OG_LAYOUT);
	put_port(3, "lan0", 5, 0);
	put_port(4, NULL, 0, -ENODEV);
	/* A name without an end. */
	put_port(5, "abcdefghijklmnopqrstuvwxyz", 26, 0);
	put_done();
	assert_int_equal(ops->status(&e.engine, &status), 0);
	assert_string_equal(status.name, "kmod");
	assert_true(status.generation == 5);
	assert_int_equal(status.devices_known, 7);
	assert_int_equal(status.devices_known_max, 16384);
	assert_int_equal(status.devices_fresh, 0);
	assert_int_equal(status.port_count, 3);
	assert_string_equal(status.ports[0].port.name, "lan0");
	assert_int_equal(status.ports[0].hook, OG_HOOK_NETFILTER);
	assert_int_equal(status.ports[1].error, -ENODEV);
	assert_int_equal(status.ports[1].hook, OG_HOOK_NONE);
	assert_string_equal(status.ports[2].port.name, "abcdefghijklmno");
	og_engine_status_clear(&status);
}

static void test_counters(void **state)
{
	struct og_counter reasons[OG_R_COUNT] = {[OG_R_EGRESS] = {12, 720}};
	struct og_engine_counters counters = {.overflow = 99};
	struct nl_msg *msg = answer(OG_CMD_GET_COUNTERS);

	(void)state;
	nla_put(msg, OG_A_REASONS, sizeof(reasons), reasons);
	nla_put_u64(msg, OG_A_EVENTS_LOST, 3);
	put_message(msg);
	put_end(0, NULL);
	assert_int_equal(ops->read_counters(&e.engine, &counters), 0);
	assert_true(counters.reasons[OG_R_EGRESS].packets == 12);
	assert_true(counters.reasons[OG_R_EGRESS].bytes == 720);
	assert_true(counters.events_lost == 3 && counters.overflow == 0);
	played.size = 0;
	/* Those of a module with fewer reasons are refused; what was there stays. */
	msg = answer(OG_CMD_GET_COUNTERS);
	nla_put(msg, OG_A_REASONS, sizeof(reasons) - 16, reasons);
	put_message(msg);
	put_end(0, NULL);
	counters.overflow = 99;
	assert_true(ops->read_counters(&e.engine, &counters) < 0);
	assert_true(counters.overflow == 99);
}

static int count_devices(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	uint64_t *sum = userdata;

	*sum += key * 1000 + device->packets * 10 + known;
	return 0;
}

static void test_devices(void **state)
{
	struct og_device device = {.packets = 4};
	struct nl_msg *msg = answer(OG_CMD_GET_DEVICES);
	uint64_t sum = 0;

	(void)state;
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_MULTI;
	nla_put_u64(msg, OG_A_KEY, 2);
	nla_put(msg, OG_A_DEVICE, sizeof(device), &device);
	nla_put_flag(msg, OG_A_PROMOTED);
	put_message(msg);
	put_done();
	assert_int_equal(ops->each_device(&e.engine, count_devices, &sum), 0);
	assert_int_equal(sum, 2041);
}

static void test_requests_about_one_device(void **state)
{
	struct og_device device = {.packets = 4}, read = {0};
	struct nl_msg *msg = answer(OG_CMD_GET_DEVICE);

	(void)state;
	nla_put(msg, OG_A_DEVICE, sizeof(device), &device);
	put_message(msg);
	put_end(0, NULL);
	put_end(0, NULL);
	put_end(-ENOSPC, NULL);
	assert_int_equal(ops->read_device(&e.engine, 1, &read), 0);
	assert_true(read.packets == 4);
	assert_int_equal(ops->forget(&e.engine, 1), 0);
	assert_int_equal(ops->promote(&e.engine, 1), -ENOSPC);
	/* Nothing more comes. */
	assert_true(ops->promote(&e.engine, 1) < 0);
}

/* What the kernel says is passed on, and only that. */
static void test_refusals(void **state)
{
	struct og_diags diags = {0};
	struct nlmsgerr body = {.error = -EINVAL, .msg = {.nlmsg_len = 0xfffffff0}};
	struct nl_msg *msg = nlmsg_alloc_simple(NLMSG_ERROR, NLM_F_ACK_TLVS);

	(void)state;
	put_end(-EINVAL, "the ports are being changed");
	/* Quotes a request that is longer than the message. */
	nlmsg_append(msg, &body, sizeof(body), NLMSG_ALIGNTO);
	put_message(msg);
	put_end(-EPERM, NULL);
	assert_int_equal(ops->detach(&e.engine, &diags), -EINVAL);
	assert_non_null(strstr(diags.items[0].text, "the ports are being changed"));
	assert_int_equal(ops->detach(&e.engine, &diags), -EINVAL);
	assert_non_null(strstr(diags.items[1].text, strerror(EINVAL)));
	assert_int_equal(ops->detach(&e.engine, &diags), -EPERM);
	assert_non_null(strstr(diags.items[2].text, "CAP_NET_ADMIN"));
	og_diags_free(&diags);
}

static void note_event(void *userdata, const struct og_event *event)
{
	uint64_t *sum = userdata;

	*sum = *sum * 10 + event->mac;
}

static void put_events(enum og_command command, int first, int count)
{
	struct nl_msg *msg = answer(command);
	struct og_event event = {0};

	for (; count; count--) {
		event.mac = first++;
		nla_put(msg, OG_A_EVENT, sizeof(event), &event);
	}
	put_message(msg);
}

static void test_events(void **state)
{
	static const struct nlmsghdr bare = {.nlmsg_len = sizeof(bare), .nlmsg_type = FAMILY};
	struct nl_msg *msg = answer(OG_CMD_EVENT);
	uint64_t sum = 0;

	(void)state;
	/* What waits, twice and then nothing; then what comes, with a short one and none between. */
	put_events(OG_CMD_TAKE_EVENTS, 1, 2);
	put_end(0, NULL);
	put_events(OG_CMD_TAKE_EVENTS, 3, 1);
	put_end(0, NULL);
	put_events(OG_CMD_TAKE_EVENTS, 0, 0);
	put_end(0, NULL);
	put_events(OG_CMD_EVENT, 4, 1);
	nla_put(msg, OG_A_EVENT, 8, "too short");
	put_message(msg);
	put_datagram(&bare, sizeof(bare));
	put_events(OG_CMD_GET_STATUS, 7, 1);
	put_events(OG_CMD_EVENT, 5, 1);
	assert_int_equal(ops->next_events(&e.engine, note_event, &sum), 5);
	assert_int_equal(sum, 12345);
	/* Nothing waits any more. */
	assert_int_equal(ops->next_events(&e.engine, note_event, &sum), 0);
}

/* A module that answers what it is asked; it refuses to commit while @refuses. */
static struct {
	unsigned int chunks, commits;
	bool refuses;
} module;

static void play_ports(void)
{
	put_port(3, "lan0", 5, 0);
	put_port(4, "ppp0", 5, -EPFNOSUPPORT);
	put_done();
}

static int play_module(struct nl_sock *sock, struct nl_msg *msg)
{
	const struct genlmsghdr *header = genlmsg_hdr(nlmsg_hdr(msg));

	(void)sock;
	played.size = 0;
	if (header->cmd == OG_CMD_GET_STATUS)
		put_status(5, OG_LAYOUT);
	else if (header->cmd == OG_CMD_GET_PORTS)
		play_ports();
	else if (header->cmd == OG_CMD_COMMIT && module.refuses)
		put_end(-EBADMSG, "the checksum is another one");
	else
		put_end(0, NULL);
	module.chunks += header->cmd == OG_CMD_CHUNK;
	module.commits += header->cmd == OG_CMD_COMMIT;
	return 0;
}

static void test_apply(void **state)
{
	const struct og_engine_port ports[] = {{.name = "lan0", .ifindex = 3},
					       {.name = "ppp0", .ifindex = 4}};
	struct nl_cb *callbacks = nl_socket_get_cb(e.control.sock);
	struct og_diags diags = {0};
	struct og_ruleset *rs;

	(void)state;
	nl_cb_overwrite_send(callbacks, play_module);
	nl_cb_put(callbacks);
	assert_int_equal(og_table_finish(og_table_new(), 0, &rs), 0);
	rs->header.generation = 6;
	module.refuses = true;
	assert_int_equal(ops->apply(&e.engine, rs, ports, 2, &diags), -EBADMSG);
	assert_non_null(strstr(diags.items[0].text, "the old one stays"));
	module.refuses = false;
	assert_int_equal(ops->apply(&e.engine, rs, ports, 2, &diags), 1);
	assert_non_null(strstr(diags.items[1].text, "ppp0: NOT COVERED: it has no Ethernet"));
	assert_true(module.chunks > 0);
	assert_int_equal(module.commits, 2);
	/* Another layout is not even sent. */
	rs->header.layout++;
	assert_int_equal(ops->apply(&e.engine, rs, ports, 2, &diags), -EINVAL);
	assert_int_equal(module.commits, 2);
	og_diags_free(&diags);
	og_ruleset_free(rs);
}

/* There is none in the namespaces of a test, or on most machines at all. */
static void test_no_module(void **state)
{
	const struct og_engine_options options = {0};
	struct og_diags diags = {0};
	struct og_engine *engine;

	(void)state;
	if (ops->probe(&options, &diags) == 0) {
		print_message("the module is loaded here\n");
		og_diags_free(&diags);
		skip();
	}
	assert_non_null(strstr(diags.items[0].text, "the kernel module"));
	assert_true(ops->open(&options, &engine, &diags) < 0);
	og_diags_free(&diags);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_status),   TEST(test_counters),
		TEST(test_devices),  TEST(test_requests_about_one_device),
		TEST(test_refusals), TEST(test_events),
		TEST(test_apply),    cmocka_unit_test(test_no_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
