// SPDX-License-Identifier: GPL-2.0
/*
 * The module at work: real traffic while rulesets change, devices and namespaces that come and go,
 * records and events, floods
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <ouiguard/account.h>
#include "policy/compile/table.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/rules.h"
#include "tests/kmod/kit.h"

#define OUTSIDE 0xc6336407 /* 198.51.100.7, which the gateway itself answers for */
#define PORT	4433
#define LISTED	(RULES_LISTED | 1)
#define HOST	(RULES_UNLISTED | 1)
#define PAYLOAD 42 /* its offset in a frame; the first byte says who sent it */

enum sender { FROM_NOBODY, FROM_HOST, FROM_LISTED, SENDERS };

static struct kmod_kit kit;
static uint32_t ifindex;
static int packet, udp;

static int setup(void **state)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};

	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	ifindex = netns_veth("lan0");
	netns_do("ip link set lan0 address 02:00:00:00:00:01; ip addr add 198.51.100.7/32 dev lan0;"
		 "ip route add 10.0.0.0/8 dev lan0; sysctl -qw net.ipv4.conf.all.rp_filter=0 "
		 "net.ipv4.conf.lan0.rp_filter=0");
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	assert_true(packet >= 0 && udp >= 0);
	here.sin_addr.s_addr = htonl(OUTSIDE);
	assert_int_equal(bind(udp, (struct sockaddr *)&here, sizeof(here)), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(packet);
	close(udp);
	kmod_kit_close(&kit);
	netns_leave();
	return 0;
}

static void finish_header(uint8_t *ip)
{
	uint32_t sum = 0, i;

	for (i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = ~(sum + (sum >> 16));
	ip[10] = sum >> 8;
	ip[11] = sum;
}

/* One frame into lan0. */
static void post_from(uint64_t mac)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	uint8_t frame[128];
	size_t length = rules_frame(frame, mac, OUTSIDE, PORT);

	frame[PAYLOAD] = mac == HOST ? FROM_HOST : FROM_LISTED;
	finish_header(frame + 14);
	to.sll_ifindex = if_nametoindex("lan0-p");
	assert_int_equal(sendto(packet, frame, length, 0, (struct sockaddr *)&to, sizeof(to)),
			 length);
}

/* The same; it has arrived, or been dropped, when this returns. */
static void send_from(uint64_t mac)
{
	post_from(mac);
	kmod_kit_settle(&kit);
}

/* Count the datagrams that have come through, by who sent them. */
static void receive(unsigned int *counts)
{
	uint8_t bytes[64];

	while (recv(udp, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		if (bytes[0] < SENDERS)
			counts[bytes[0]]++;
}

static void block(void)
{
	struct og_ruleset *rs = rules_block(ifindex, 1);

	kmod_kit_apply(&kit, rs, ifindex);
	og_ruleset_free(rs);
}

static int passes(uint64_t mac)
{
	unsigned int counts[SENDERS] = {};

	receive(counts);
	memset(counts, 0, sizeof(counts));
	send_from(mac);
	receive(counts);
	return counts[mac == HOST ? FROM_HOST : FROM_LISTED] == 1;
}

static void test_blocks(void **state)
{
	(void)state;
	assert_true(passes(LISTED));
	block();
	assert_false(passes(LISTED));
	assert_true(passes(HOST));
	assert_int_equal(kmod_kit_reason(&kit, OG_R_EGRESS), 1);
}

/* What the other process of test_swaps has counted. */
struct traffic {
	volatile unsigned int rounds, stop;
	unsigned int received[SENDERS];
};

static void send_until_stopped(struct traffic *traffic)
{
	while (!traffic->stop) {
		post_from(HOST);
		post_from(LISTED);
		receive(traffic->received);
		traffic->rounds++;
	}
	kmod_kit_settle(&kit);
	receive(traffic->received);
	_exit(0);
}

/* Generations change while another process sends: nothing listed comes through, nothing else is lost. */
static void test_swaps(void **state)
{
	unsigned int swaps = getenv("OUIGUARD_LONG") ? 1000 : 100, i, rounds;
	struct traffic *traffic = mmap(NULL, sizeof(*traffic), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct og_ruleset *rs = rules_block(ifindex, 1);
	pid_t child;

	(void)state;
	assert_ptr_not_equal(traffic, MAP_FAILED);
	kmod_kit_apply(&kit, rs, ifindex);
	child = fork();
	if (child == 0)
		send_until_stopped(traffic);
	assert_true(child > 0);
	for (i = 0; i < swaps; i++) {
		rounds = traffic->rounds;
		kmod_kit_apply(&kit, rs, ifindex);
		while (traffic->rounds == rounds)
			usleep(1000);
	}
	traffic->stop = 1;
	assert_int_equal(waitpid(child, NULL, 0), child);
	printf("# %u swaps, %u frames of each kind; came through: %u unlisted, %u listed\n", swaps,
	       traffic->rounds, traffic->received[FROM_HOST], traffic->received[FROM_LISTED]);
	assert_true(traffic->rounds >= swaps);
	assert_int_equal(traffic->received[FROM_HOST], traffic->rounds);
	assert_int_equal(traffic->received[FROM_LISTED], 0);
	munmap(traffic, sizeof(*traffic));
	og_ruleset_free(rs);
}

/* A device that is renamed, moves to another namespace and back, and goes for good. */
static void test_devices(void **state)
{
	int error = 0;

	(void)state;
	block();
	netns_do("ip link set lan0 down && ip link set lan0 name lan7 && ip link set lan7 up");
	assert_int_equal(kmod_kit_port(&kit, ifindex, NULL), OG_HOOK_NETFILTER);
	netns_do("ip link set lan7 down && ip link set lan7 name lan0 && ip link set lan0 up && "
		 "ip route replace 10.0.0.0/8 dev lan0");
	assert_false(passes(LISTED));

	netns_do("ip netns add og-away && ip link set lan0 netns og-away");
	assert_int_equal(kmod_kit_port(&kit, ifindex, &error), OG_HOOK_NONE);
	assert_int_equal(error, -ENODEV);
	netns_do("ip -n og-away link set lan0 netns %d && ip netns del og-away", getpid());
	assert_int_equal(if_nametoindex("lan0"), ifindex);
	assert_int_equal(kmod_kit_port(&kit, ifindex, NULL), OG_HOOK_NETFILTER);
	netns_do("ip link set lan0 up && ip addr replace 198.51.100.7/32 dev lan0 && "
		 "ip route replace 10.0.0.0/8 dev lan0");
	assert_true(passes(HOST));
	assert_false(passes(LISTED));

	netns_do("ip link del lan0");
	assert_int_equal(kmod_kit_port(&kit, ifindex, NULL), OG_HOOK_NONE);
}

static void test_kinds_of_device(void **state)
{
	static const char *const names[] = {"lan0.20", "br0"};
	struct og_engine_port ports[2] = {};
	struct og_diags diags = {};
	struct og_ruleset *rs;
	int error = 0, i;

	(void)state;
	netns_do(
		"ip link add link lan0 name lan0.20 type vlan id 20 && ip link add br0 type bridge "
		"&& { modprobe -q tun; ip tuntap add mode tun name tun1; }");
	for (i = 0; i < 2; i++) {
		rs = rules_block(ports[i].ifindex = if_nametoindex(names[i]), 1);
		kmod_kit_apply(&kit, rs, ports[i].ifindex);
		assert_int_equal(kmod_kit_port(&kit, ports[i].ifindex, NULL), OG_HOOK_NETFILTER);
		og_ruleset_free(rs);
	}
	ports[0].ifindex = if_nametoindex("tun1");
	rs = rules_block(ports[0].ifindex, 77);
	assert_int_equal(og_engine_kmod.apply(kit.engine, rs, ports, 1, &diags), 1);
	assert_int_equal(diags.count, 1);
	assert_int_equal(kmod_kit_port(&kit, ports[0].ifindex, &error), OG_HOOK_NONE);
	assert_int_equal(error, -EPFNOSUPPORT);
	og_diags_free(&diags);
	og_ruleset_free(rs);
}

/* A namespace that dies with a policy, and the module that cannot be unloaded before. */
static void test_namespace_dies(void **state)
{
	int ready[2], status;
	pid_t child;
	char byte;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWNET) < 0)
			_exit(1);
		netns_do("ip link set lo up");
		kmod_kit_open(&kit);
		kmod_kit_apply(&kit, rules_block(1, 1), 1);
		_exit(write(ready[1], "x", 1) != 1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(ready[0]);
	close(ready[1]);
	block();
	assert_int_not_equal(netns_try("rmmod ouiguard"), 0);
	assert_false(passes(LISTED));
}

/* Ports without a ruleset, which is what the first step of a start leaves, go with their namespace too. */
static void test_ports_alone(void **state)
{
	struct nl_msg *message;
	struct nlattr *list;
	int status;
	pid_t child;

	(void)state;
	child = fork();
	if (child == 0) {
		if (unshare(CLONE_NEWNET) < 0)
			_exit(1);
		netns_do("ip link set lo up");
		kmod_kit_open(&kit);
		ifindex = netns_veth("lan0");
		message = kmod_link_request(&kit.link, OG_CMD_SET_PORTS, 0);
		list = nla_nest_start(message, OG_A_PORTS);
		nla_put_u32(message, OG_A_PORT, ifindex);
		nla_put_u32(message, OG_A_PORT, 1);
		nla_nest_end(message, list);
		if (kmod_link_call(&kit.link, message, NULL, NULL) < 0)
			_exit(2);
		_exit(kmod_kit_port(&kit, ifindex, NULL) != OG_HOOK_NETFILTER);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* The namespace is taken down behind the process. */
	sleep(1);
	assert_int_equal(netns_try("test $(cat /sys/module/ouiguard/refcnt) = 0"), 0);
	block();
	assert_false(passes(LISTED));
}

static int count_devices(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	unsigned int *counts = userdata;

	(void)key;
	(void)device;
	counts[known]++;
	return 0;
}

static unsigned int events_seen[OG_EVENT_SUMMARY + 1];

static void on_event(void *userdata, const struct og_event *event)
{
	(void)userdata;
	assert_in_range(event->kind, 0, OG_EVENT_SUMMARY);
	events_seen[event->kind]++;
	assert_int_equal(event->generation, kit.generation);
}

/* The daemon's side of it: records, promotion, events with and without somebody to hear them. */
static void test_records(void **state)
{
	uint64_t key = og_exact_key(LISTED, RULES_SITE);
	struct og_engine_options options = {};
	struct og_diags diags = {};
	struct og_device device;
	unsigned int counts[2] = {};

	(void)state;
	block();
	memset(events_seen, 0, sizeof(events_seen));
	send_from(LISTED);
	send_from(LISTED);
	assert_int_equal(og_engine_kmod.next_events(kit.engine, on_event, NULL), 2);
	assert_int_equal(events_seen[OG_EVENT_NEW], 1);
	assert_int_equal(events_seen[OG_EVENT_DROP], 1);
	assert_int_equal(og_engine_kmod.read_device(kit.engine, key, &device), 0);
	assert_int_equal(device.packets, 2);
	assert_int_equal(device.dropped, 2);
	assert_int_equal(device.bytes, 120);
	assert_int_equal(device.ifindex, ifindex);
	assert_int_equal(device.srcs[0].lo, og_addr_v4(0x0a000009).lo);
	assert_int_equal(device.srcs[1].lo, 0);
	assert_int_equal(device.src_bits, og_src_bit(&device.srcs[0]));
	assert_int_equal(og_engine_kmod.promote(kit.engine, key), 0);
	assert_int_equal(og_engine_kmod.promote(kit.engine, key), 0);
	assert_int_equal(og_engine_kmod.promote(kit.engine, og_exact_key(LISTED + 1, 1)), 0);
	assert_int_equal(og_engine_kmod.each_device(kit.engine, count_devices, counts), 0);
	assert_int_equal(counts[0], 0);
	assert_int_equal(counts[1], 2);
	/* While the daemon is away events wait. */
	og_engine_kmod.close(kit.engine);
	send_from(LISTED + 2);
	assert_int_equal(og_engine_kmod.open(&options, &kit.engine, &diags), 0);
	assert_int_equal(og_engine_kmod.next_events(kit.engine, on_event, NULL), 2);
	assert_int_equal(og_engine_kmod.next_events(kit.engine, on_event, NULL), 0);
	assert_int_equal(events_seen[OG_EVENT_NEW], 2);
	assert_int_equal(og_engine_kmod.forget(kit.engine, key), 0);
	assert_int_equal(og_engine_kmod.read_device(kit.engine, key, &device), -ENOENT);
}

/* Made-up addresses in the listed prefix, far more than there can be records. */
static void test_flood(void **state)
{
	uint32_t frames = getenv("OUIGUARD_LONG") ? 1000000 : 40000, i;
	struct og_engine_counters counters;
	struct og_engine_status status;
	struct og_device device;

	(void)state;
	block();
	for (i = 0; i < 100; i++)
		assert_int_equal(
			og_engine_kmod.promote(
				kit.engine, og_exact_key(RULES_LISTED | 0xf00000 | i, RULES_SITE)),
			0);
	for (i = 0; i < frames; i++) {
		/* Sixteen of them a quarter second apart: most are refused, the others turn over. */
		if (i % 16 == 0) {
			kmod_kit_settle(&kit);
			kmod_kit_clock(&kit, 1700000000, (i + 1) * (OG_ADMIT_COST / 4));
		}
		post_from(RULES_LISTED | (i * 7919 & 0x7fffff));
	}
	kmod_kit_settle(&kit);
	kmod_kit_clock(&kit, 0, 0);
	assert_int_equal(og_engine_kmod.status(kit.engine, &status), 0);
	assert_int_equal(og_engine_kmod.read_counters(kit.engine, &counters), 0);
	printf("# %u frames: %u known, %u fresh, %llu without a record\n", frames,
	       status.devices_known, status.devices_fresh, (unsigned long long)counters.overflow);
	assert_int_equal(status.devices_known, 100);
	assert_in_range(status.devices_fresh, 1000, OG_FRESH_MAX);
	assert_int_equal(counters.reasons[OG_R_EGRESS].packets, frames);
	assert_true(counters.overflow > 0);
	assert_true(counters.overflow < frames);
	og_engine_status_clear(&status);
	for (i = 0; i < 100; i++)
		assert_int_equal(og_engine_kmod.read_device(
					 kit.engine,
					 og_exact_key(RULES_LISTED | 0xf00000 | i, RULES_SITE),
					 &device),
				 0);
	assert_false(passes(LISTED));
	assert_true(passes(HOST));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_blocks),	      TEST(test_swaps),
					   TEST(test_devices),	      TEST(test_kinds_of_device),
					   TEST(test_namespace_dies), TEST(test_ports_alone),
					   TEST(test_records),	      TEST(test_flood)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
