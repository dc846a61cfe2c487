// SPDX-License-Identifier: GPL-2.0
/*
 * test-links.c: the gateway's facts, compared and read in a network namespace (daemon/network/links*.c,
 * daemon/network/facts.c)
 */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "daemon/network/facts.h"
#include "daemon/network/links.h"

static void test_order_means_nothing(void **state)
{
	struct og_gw_link a_links[] = {{.name = "b", .ifindex = 2}, {.name = "a", .ifindex = 1}};
	struct og_gw_link b_links[] = {{.name = "a", .ifindex = 1}, {.name = "b", .ifindex = 2}};
	struct og_gw_addr a_addrs[] = {{1, {0, 5}, 120}, {1, {0, 4}, 120}};
	struct og_gw_addr b_addrs[] = {{1, {0, 4}, 120}, {1, {0, 5}, 120}};
	struct og_gateway a = {a_links, 2, a_addrs, 2, NULL, 0};
	struct og_gateway b = {b_links, 2, b_addrs, 2, NULL, 0};

	(void)state;
	og_facts_sort(&a);
	og_facts_sort(&b);
	assert_true(og_facts_equal(&a, &b));
	b_links[0].up = true;
	assert_false(og_facts_equal(&a, &b));
	b_links[0].up = false;
	strcpy(b_links[1].name, "c");
	assert_false(og_facts_equal(&a, &b));
	strcpy(b_links[1].name, "b");
	b_addrs[1].length = 119;
	assert_false(og_facts_equal(&a, &b));
	b_addrs[1].length = 120;
	strcpy(b.host, "gw-b");
	assert_false(og_facts_equal(&a, &b));
}

static void test_a_silent_next_hop_keeps_its_mac(void **state)
{
	struct og_gw_nexthop before_hops[] = {{2, {0, 1}, 0xaabbccddeeff}, {3, {0, 1}, 0x1}};
	struct og_gw_nexthop now_hops[] = {{2, {0, 1}, 0}, {2, {0, 2}, 0}, {3, {0, 1}, 0x2}};
	struct og_gateway before = {.nexthops = before_hops, .nexthop_count = 2};
	struct og_gateway now = {.nexthops = now_hops, .nexthop_count = 3};

	(void)state;
	og_facts_carry(&now, &before);
	assert_true(now_hops[0].mac == 0xaabbccddeeff);
	/* Another address, and one that is resolved to something else, are no business of the old one. */
	assert_true(now_hops[1].mac == 0);
	assert_true(now_hops[2].mac == 0x2);
}

static void sh(const char *command)
{
	if (system(command)) {
		printf("failed: %s\n", command);
		_exit(99);
	}
}

#define EXPECT(condition)                                              \
	do {                                                           \
		if (!(condition)) {                                    \
			printf("line %d: %s\n", __LINE__, #condition); \
			fflush(stdout);                                \
			_exit(1);                                      \
		}                                                      \
	} while (0)

/* In a child with a network and a host name of its own, as root or as root of a user namespace. */
static int in_namespace(void (*body)(void))
{
	int status;
	pid_t child;

	fflush(stdout);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (unshare((geteuid() ? CLONE_NEWUSER : 0) | CLONE_NEWNET | CLONE_NEWUTS))
			_exit(77);
		body();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static const struct og_gw_addr *find_addr(const struct og_gateway *gw, struct og_addr addr)
{
	size_t i;

	for (i = 0; i < gw->addr_count; i++)
		if (!og_addr_cmp(&gw->addrs[i].addr, &addr))
			return &gw->addrs[i];
	return NULL;
}

static void make_gateway(void)
{
	sh("ip link set lo up; ip link add br0 type bridge; ip link add lan0 type veth peer lan1;"
	   "ip link set lan0 master br0 address 02:00:00:00:00:01 up; ip link set lan1 up;"
	   "ip link set br0 up;"
	   "ip addr add 10.1.0.1/24 dev br0; ip addr add fd00:1::1/64 dev br0 nodad;"
	   "ip addr add 10.9.0.1 peer 10.9.0.2/30 dev lan1;"
	   "ip route add 10.2.0.0/16 via 10.1.0.9;"
	   "ip route add 10.3.0.0/16 via 10.1.0.9;"
	   "ip route add 10.4.0.0/16 nexthop via 10.1.0.7 nexthop via 10.1.0.8;"
	   "ip -6 route add fd00:2::/64 via fd00:1::9 dev br0;"
	   "ip -6 route add default via fd00:1::66 dev br0 proto ra;"
	   "ip route add 10.5.0.0/16 via 10.1.0.66 proto redirect;"
	   "ip neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 dev br0 nud permanent;"
	   "ip neigh add 10.1.0.55 lladdr 02:00:00:00:00:55 dev br0 nud permanent");
}

static void read_body(void)
{
	struct og_gateway gw = {0};
	const struct og_gw_link *br, *lan0, *lan1, *vlan;
	/* Not every kernel has 8021q. */
	bool has_vlan;
	struct og_addr inner = {0xfd00000100000000, 1}, far = {0xfd00000100000000, 9};
	struct og_addr hop = og_addr_v4(0x0a010009), second = og_addr_v4(0x0a010008);

	make_gateway();
	has_vlan = !system("ip link add link lan1 name lan1.20 type vlan id 20 2>/dev/null");
	EXPECT(og_links_read(&gw) == 0);
	br = og_gateway_link(&gw, "br0");
	lan0 = og_gateway_link(&gw, "lan0");
	lan1 = og_gateway_link(&gw, "lan1");
	vlan = og_gateway_link(&gw, "lan1.20");
	EXPECT(br && lan0 && lan1 && has_vlan == !!vlan);
	EXPECT(!strcmp(br->kind, "bridge") && br->up && br->type == 1);
	EXPECT(lan0->master == br->ifindex && lan0->mac == 0x020000000001 && !lan0->link);
	EXPECT(!strcmp(lan0->kind, "veth"));
	EXPECT(!vlan || (vlan->vlan == 20 && vlan->link == lan1->ifindex && !vlan->up));
	EXPECT(og_gateway_link(&gw, "lo")->mac == 0);
	EXPECT(find_addr(&gw, og_addr_v4(0x0a010001))->length == 120);
	EXPECT(find_addr(&gw, og_addr_v4(0x0a010001))->ifindex == br->ifindex);
	EXPECT(find_addr(&gw, inner)->length == 64);
	/* Of a point-to-point pair only our end is ours. */
	EXPECT(find_addr(&gw, og_addr_v4(0x0a090001))->length == 128);
	EXPECT(!find_addr(&gw, og_addr_v4(0x0a090002)));
	EXPECT(gw.nexthop_count == 4);
	EXPECT(og_facts_nexthop(&gw, br->ifindex, &hop)->mac == 0x020000000099);
	EXPECT(og_facts_nexthop(&gw, br->ifindex, &second)->mac == 0);
	EXPECT(og_facts_nexthop(&gw, br->ifindex, &far));
	og_gateway_clear(&gw);
}

struct follow {
	sd_event *event;
	unsigned int changes;
};

static void on_changed(void *userdata)
{
	((struct follow *)userdata)->changes++;
}

static void on_broken(int error, void *userdata)
{
	(void)userdata;
	printf("broken: %s\n", strerror(-error));
	_exit(2);
}

/* Runs the loop until nothing has come for a third of a second. Returns how often it was told. */
static unsigned int settle(struct follow *follow)
{
	unsigned int before = follow->changes;

	while (sd_event_run(follow->event, 350000) > 0)
		;
	return follow->changes - before;
}

static void watch_body(void)
{
	struct follow follow = {0};
	struct og_links *links = NULL;
	const struct og_gateway *gw;
	struct og_addr hop = og_addr_v4(0x0a010009);

	make_gateway();
	EXPECT(sd_event_new(&follow.event) >= 0);
	EXPECT(og_links_watch(follow.event, on_changed, on_broken, &follow, &links) == 0);
	gw = og_links_gateway(links);
	settle(&follow);

	/* A late interface, a rename, another MAC for a next hop. */
	sh("ip link add late type veth peer late2");
	EXPECT(settle(&follow) >= 1 && og_gateway_link(gw, "late"));
	sh("ip link set late name later");
	EXPECT(settle(&follow) >= 1 && og_gateway_link(gw, "later") &&
	       !og_gateway_link(gw, "late"));
	sh("ip neigh replace 10.1.0.9 lladdr 02:00:00:00:00:98 dev br0 nud permanent");
	EXPECT(settle(&follow) == 1);
	EXPECT(og_facts_nexthop(gw, og_gateway_link(gw, "br0")->ifindex, &hop)->mac ==
	       0x020000000098);
	/* Neighbours that are no next hop, and the MAC of one that falls silent. */
	sh("ip neigh replace 10.1.0.55 lladdr 02:00:00:00:00:56 dev br0 nud permanent");
	EXPECT(settle(&follow) == 0);
	sh("ip neigh del 10.1.0.9 dev br0");
	EXPECT(settle(&follow) == 0);
	EXPECT(og_facts_nexthop(gw, og_gateway_link(gw, "br0")->ifindex, &hop)->mac ==
	       0x020000000098);
	/* Another route through a known next hop changes nothing; the last one's end does. */
	sh("ip route del 10.2.0.0/16");
	EXPECT(settle(&follow) == 0);
	sh("ip route del 10.3.0.0/16");
	EXPECT(settle(&follow) == 1);
	EXPECT(!og_facts_nexthop(gw, og_gateway_link(gw, "br0")->ifindex, &hop));
	sh("ip link set lan0 nomaster");
	EXPECT(settle(&follow) >= 1 && !og_gateway_link(gw, "lan0")->master);
	/* Many changes at once are few calls. */
	sh("for i in $(seq 1 100); do echo addr add 10.50.0.$i/24 dev later; done | ip -batch -");
	EXPECT(settle(&follow) <= 5 && find_addr(gw, og_addr_v4(0x0a320064)));
	/* Gone and back with the same index between two looks: its programs went with it. */
	sh("ip link add again index 4000 type veth peer name again2 index 4001");
	EXPECT(settle(&follow) >= 1);
	sh("ip link del again; ip link add again index 4000 type veth peer name again2 index 4001");
	EXPECT(settle(&follow) >= 1);
	og_links_tick(links);
	EXPECT(settle(&follow) == 0);
	EXPECT(sethostname("gw-b.example.org", 16) == 0);
	og_links_tick(links);
	EXPECT(settle(&follow) == 1 && !strcmp(gw->host, "gw-b.example.org"));
	og_links_free(links);
	sd_event_unref(follow.event);
}

/* A burst that no buffer holds is made good by reading again. */
static void overflow_body(void)
{
	struct follow follow = {0};
	struct og_links *links = NULL;
	const struct og_gateway *gw;

	sh("ip link set lo up; ip link add d0 type veth peer d1; ip link set d0 up; ip link set d1 "
	   "up");
	EXPECT(sd_event_new(&follow.event) >= 0);
	EXPECT(og_links_watch(follow.event, on_changed, on_broken, &follow, &links) == 0);
	gw = og_links_gateway(links);
	settle(&follow);
	sh("for i in $(seq 0 9999); do echo route add 10.$((i / 250)).$((i % 250)).0/24 dev d0; "
	   "done"
	   " | ip -batch -; ip link add last type veth peer last2; ip addr add 192.0.2.77/32 dev "
	   "d0");
	EXPECT(settle(&follow) >= 1);
	EXPECT(og_gateway_link(gw, "last"));
	EXPECT(find_addr(gw, og_addr_v4(0xc000024d)));
	og_links_free(links);
	sd_event_unref(follow.event);
}

static void run_body(void (*body)(void))
{
	int status = in_namespace(body);

	if (status == 77) {
		print_message("no network namespace can be made here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void test_reading(void **state)
{
	(void)state;
	run_body(read_body);
}

static void test_following(void **state)
{
	(void)state;
	run_body(watch_body);
}

static void test_overflow(void **state)
{
	(void)state;
	run_body(overflow_body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_means_nothing),
		cmocka_unit_test(test_a_silent_next_hop_keeps_its_mac),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_following),
		cmocka_unit_test(test_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
