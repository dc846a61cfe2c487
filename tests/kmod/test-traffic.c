// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that come in other ways than one by one to a whole port: merged ones, those of a VLAN's
 * interface, and on several processors at once
 */
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/rules.h"
#include "tests/kmod/kit.h"

#define OUTSIDE	 0xc6336407 /* 198.51.100.7 */
#define LISTED	 (RULES_LISTED | 1)
#define SEGMENT	 1000
#define SEGMENTS 5
#define TCP_HEAD (14 + 20 + 20)
#define CPUS	 2    /* processes; of a machine with one processor both are there */
#define FRAMES	 6000 /* of each processor */
#define DEVICES	 40   /* that all processors send as */

static struct kmod_kit kit;
static uint32_t ifindex;
static int packet;

static int setup(void **state)
{
	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	ifindex = netns_veth("lan0");
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	close(packet);
	kmod_kit_close(&kit);
	netns_leave();
	return 0;
}

static void block(uint32_t at)
{
	struct og_ruleset *rs = rules_block(at, 1);

	kmod_kit_apply(&kit, rs, at);
	og_ruleset_free(rs);
}

static void send_frame(const void *frame, size_t length)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};

	to.sll_ifindex = if_nametoindex("lan0-p");
	assert_int_equal(sendto(packet, frame, length, 0, (struct sockaddr *)&to, sizeof(to)),
			 length);
}

/* How many times the module has judged a frame in full. */
static uint64_t judged(void)
{
	struct bpf_kit_answer answer;

	kmod_kit_answer(&kit, &answer);
	return kit.runs;
}

static void read_record(uint64_t mac, struct og_device *ret_device)
{
	assert_int_equal(
		og_engine_kmod.read_device(kit.engine, og_exact_key(mac, RULES_SITE), ret_device),
		0);
}

/* One TCP packet of several segments, of which only the headers are in one piece. */
static void send_merged(void)
{
	static uint8_t frame[TCP_HEAD + SEGMENTS * SEGMENT];
	struct virtio_net_hdr header = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
					.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
					.hdr_len = TCP_HEAD,
					.gso_size = SEGMENT,
					.csum_start = 34,
					.csum_offset = 16};
	struct iovec parts[] = {{&header, sizeof(header)}, {frame, sizeof(frame)}};
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct msghdr message = {
		.msg_iov = parts, .msg_iovlen = 2, .msg_name = &to, .msg_namelen = sizeof(to)};
	int yes = 1;

	rules_frame(frame, LISTED, OUTSIDE, 443);
	frame[16] = (sizeof(frame) - 14) >> 8;
	frame[17] = (sizeof(frame) - 14) & 0xff;
	frame[23] = 6;
	frame[46] = 5 << 4;
	frame[47] = 0x10;
	to.sll_protocol = __builtin_bswap16(0x0800);
	to.sll_ifindex = if_nametoindex("lan0-p");
	assert_int_equal(setsockopt(packet, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)), 0);
	assert_int_equal(sendmsg(packet, &message, 0), sizeof(header) + sizeof(frame));
}

/* It is judged once, and counted as the frames that it was on the wire. */
static void test_merged(void **state)
{
	struct og_device device;
	uint64_t before;

	(void)state;
	block(ifindex);
	before = judged();
	send_merged();
	assert_int_equal(judged() - before, 1);
	assert_int_equal(kmod_kit_reason(&kit, OG_R_EGRESS), SEGMENTS);
	read_record(LISTED, &device);
	assert_int_equal(device.packets, SEGMENTS);
	assert_int_equal(device.dropped, SEGMENTS);
	assert_int_equal(device.bytes, TCP_HEAD + SEGMENTS * SEGMENT);
	assert_int_equal(device.dests[0].packets, SEGMENTS);
}

/* Put a tag into a frame of @length bytes. */
static size_t tag(uint8_t *frame, size_t length, uint8_t vlan)
{
	const uint8_t header[] = {0x81, 0, 0, vlan};

	memmove(frame + 16, frame + 12, length - 12);
	memcpy(frame + 12, header, sizeof(header));
	return length + sizeof(header);
}

/* A port that is a VLAN's interface: only that VLAN is judged, and there the frames have no tag. */
static void test_subinterface(void **state)
{
	struct og_device device;
	uint8_t frame[128];
	uint32_t vlan;
	size_t length;

	(void)state;
	netns_do("ip link add link lan0 name lan0.20 type vlan id 20 && ip link set lan0.20 up");
	vlan = if_nametoindex("lan0.20");
	block(vlan);
	length = rules_frame(frame, LISTED, OUTSIDE, 443);
	send_frame(frame, length);
	length = tag(frame, length, 30);
	send_frame(frame, length);
	assert_int_equal(kmod_kit_reason(&kit, OG_R_EGRESS), 0);
	frame[15] = 20;
	send_frame(frame, length);
	assert_int_equal(kmod_kit_reason(&kit, OG_R_EGRESS), 1);
	read_record(LISTED, &device);
	assert_int_equal(device.dropped, 1);
	assert_int_equal(device.ifindex, vlan);
	assert_int_equal(device.vlan, 0);
	assert_int_equal(device.bytes, length - 4);
	/* The whole port covered instead: the same frame has its tag. */
	block(ifindex);
	send_frame(frame, length);
	assert_int_equal(kmod_kit_reason(&kit, OG_R_UNCOVERED), 1);
}

static void send_on(int cpu)
{
	uint8_t frame[128];
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	CPU_SET(cpu % sysconf(_SC_NPROCESSORS_ONLN), &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		_exit(1);
	for (i = 0; i < FRAMES; i++) {
		send_frame(frame, rules_frame(frame, LISTED + i % DEVICES, OUTSIDE, 443));
		/* More than a queue can hold must not wait for its reception. */
		if (i % 100 == 0)
			usleep(1000);
	}
	_exit(0);
}

struct sum {
	uint64_t devices, packets, dropped, bytes;
};

static int add(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	struct sum *sum = userdata;

	(void)key;
	(void)known;
	sum->devices++;
	sum->packets += device->packets;
	sum->dropped += device->dropped;
	sum->bytes += device->bytes;
	return 0;
}

/* Processors that send as the same devices, new ones at first, while rulesets change: every frame counts. */
static void test_processors(void **state)
{
	int cpu, status, running = CPUS;
	struct sum sum = {};
	pid_t child;

	(void)state;
	block(ifindex);
	for (cpu = 0; cpu < CPUS; cpu++) {
		child = fork();
		if (child == 0)
			send_on(cpu);
		assert_true(child > 0);
	}
	while (running) {
		block(ifindex);
		if (waitpid(-1, &status, WNOHANG) > 0) {
			assert_int_equal(status, 0);
			running--;
		}
	}
	usleep(100000);
	assert_int_equal(og_engine_kmod.each_device(kit.engine, add, &sum), 0);
	printf("# %u frames, %llu generations; of %llu devices %llu\n", CPUS * FRAMES,
	       (unsigned long long)kit.generation, (unsigned long long)sum.devices,
	       (unsigned long long)sum.packets);
	assert_int_equal(sum.devices, DEVICES);
	assert_int_equal(sum.packets, CPUS * FRAMES);
	assert_int_equal(sum.dropped, CPUS * FRAMES);
	assert_int_equal(sum.bytes, CPUS * FRAMES * 60);
	assert_int_equal(kmod_kit_reason(&kit, OG_R_EGRESS), CPUS * FRAMES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_merged), TEST(test_subinterface),
					   TEST(test_processors)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
