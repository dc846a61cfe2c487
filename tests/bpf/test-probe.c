// SPDX-License-Identifier: GPL-2.0
/*
 * With no more rights than the service has, and none to a packet socket: a probe leaves by one port as it
 * was built, and an answer is found in the neighbour table, where nothing but the expected one enters.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/network/neighbour-expect.h"
#include "daemon/network/neighbours.h"
#include "daemon/network/probe-send.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"

#define CAMERA	0x4419b6abcdef
#define GATEWAY 0x0a010001

static uint32_t ifindex;
static int packet = -1; /* at the other end */

static int setup(void **state)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	const struct timeval patience = {.tv_sec = 10};

	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	netns_enter();
	/* Its bpffs is not needed, and could not be unmounted later. */
	netns_leave();
	ifindex = netns_veth("lan0");
	netns_do("ip addr add 10.1.0.1/24 dev lan0; ip link set lan0 address 02:00:00:00:00:01");
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	at.sll_ifindex = if_nametoindex("lan0-p");
	assert_int_equal(bind(packet, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(packet, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	bpf_kit_limit_rights();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (packet >= 0)
		close(packet);
	return 0;
}

/* The next ARP frame that arrives at the other end. */
static ssize_t receive(uint8_t *frame, size_t room)
{
	ssize_t size;

	do {
		size = recv(packet, frame, room, 0);
		if (size < 0)
			fail_msg("no frame came: %s", strerror(errno));
	} while (size < 14 || frame[12] != 0x08 || frame[13] != 0x06);
	return size;
}

static void test_send(void **state)
{
	struct og_probe probe = {.mac = 0x020000000001,
				 .from = og_addr_v4(GATEWAY),
				 .target = og_addr_v4(0x0a010063)};
	uint8_t wanted[OG_PROBE_BYTES], got[OG_PROBE_BYTES];
	struct og_prober *prober = NULL;
	size_t size;

	(void)state;
	bpf_kit_need_root();
	assert_int_equal(socket(AF_PACKET, SOCK_RAW, 0), -1);
	assert_int_equal(og_prober_open(&prober), 0);
	size = og_probe_build(&probe, wanted);
	assert_int_equal(og_prober_send(prober, ifindex, &probe), 0);
	assert_int_equal(receive(got, sizeof(got)), size);
	assert_memory_equal(got, wanted, size);
	assert_true(og_prober_send(prober, 4711, &probe) < 0);
	netns_do("ip link set lan0 down");
	assert_true(og_prober_send(prober, ifindex, &probe) < 0);
	netns_do("ip link set lan0 up");
	og_prober_free(prober);
}

struct found {
	struct og_addr addr;
	uint64_t mac;
	uint32_t confirmed;
};

static int look(void *userdata, const struct og_neighbour *neighbour)
{
	struct found *found = userdata;

	if (og_addr_cmp(&found->addr, &neighbour->addr))
		return 0;
	found->mac = neighbour->mac;
	found->confirmed = neighbour->confirmed;
	return 1;
}

static uint64_t mac_of(uint32_t address)
{
	struct found found = {.addr = og_addr_v4(address)};

	assert_true(og_neighbours_read(look, &found) >= 0);
	return found.mac;
}

/* A frame between two ends is there when send() returns, or nearly so. */
static void check_answered(uint32_t address)
{
	struct found found = {.addr = og_addr_v4(address)};
	int turns;

	for (turns = 0; !found.mac && turns < 1000; turns++) {
		assert_true(og_neighbours_read(look, &found) >= 0);
		usleep(10000);
	}
	assert_true(found.mac == CAMERA);
	assert_in_range(found.confirmed, 0, 20);
}

/* CAMERA answers the gateway that it has @address. */
static void answer(uint32_t address)
{
	struct og_probe reply = {
		.mac = CAMERA, .from = og_addr_v4(address), .target = og_addr_v4(GATEWAY)};
	uint8_t frame[OG_PROBE_BYTES];
	size_t size = og_probe_build(&reply, frame);

	memcpy(frame, "\2\0\0\0\0\1", 6);
	memcpy(frame + 32, "\2\0\0\0\0\1", 6);
	frame[21] = 2;
	assert_int_equal(send(packet, frame, size, 0), size);
}

static void test_expect(void **state)
{
	const struct og_addr addr = og_addr_v4(0x0a010063), written = og_addr_v4(0x0a010064),
			     failed = og_addr_v4(0x0a010065);

	(void)state;
	bpf_kit_need_root();
	answer(0x0a010063);
	assert_int_equal(mac_of(0x0a010063), 0);
	assert_int_equal(og_neighbour_expect(ifindex, &addr), 0);
	assert_int_equal(og_neighbour_expect(ifindex, &addr), -EEXIST);
	assert_int_equal(mac_of(0x0a010063), 0);
	answer(0x0a010066);
	answer(0x0a010063);
	check_answered(0x0a010063);
	assert_int_equal(mac_of(0x0a010066), 0);
	assert_int_equal(og_neighbour_expect(ifindex, &addr), -EEXIST);
	og_neighbour_unexpect(ifindex, &addr);
	assert_int_equal(mac_of(0x0a010063), 0);

	netns_do("ip neigh add 10.1.0.100 lladdr 02:00:00:00:00:09 dev lan0 nud permanent");
	assert_int_equal(og_neighbour_expect(ifindex, &written), -EBUSY);
	netns_do("ip neigh add 10.1.0.101 dev lan0 nud failed");
	assert_int_equal(og_neighbour_expect(ifindex, &failed), 0);
	answer(0x0a010065);
	check_answered(0x0a010065);
	assert_true(og_neighbour_expect(4711, &addr) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_expect),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
