// SPDX-License-Identifier: GPL-2.0
/* The BPF engine at interfaces: covering, restarting, keeping clear of others, going away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/port.h"
#include "tests/bpf/rules.h"

#define OWN_PATH "/tmp/ouiguard-test-own"

static void test_covers(void **state)
{
	struct foreign after;

	(void)state;
	bpf_kit_need_root();
	assert_int_equal(og_engine_bpf.probe(&port_kit.options, &port_kit.diags), 0);
	port_open();
	port_apply(7);
	assert_int_equal(port_status().hook, port_kit.hook);
	assert_int_equal(port_status().ahead, 0);
	foreign_load(&after);
	if (port_kit.hook == OG_HOOK_TCX)
		assert_int_equal(foreign_tcx(&after, port_kit.port.ifindex, FOREIGN_AFTER), 0);
	else
		foreign_clsact(&after, port_kit.port.ifindex, 1, 2, 0);
	port_assert_drops(1);
	assert_int_equal(foreign_count(&after), 0);
	port_send(RULES_UNLISTED);
	assert_int_equal(foreign_count(&after), 1);
	foreign_close(&after);
}

static void test_foreign_ahead(void **state)
{
	struct foreign first;

	(void)state;
	bpf_kit_need_root();
	foreign_load(&first);
	if (port_kit.hook == OG_HOOK_TCX) {
		assert_int_equal(foreign_tcx(&first, port_kit.port.ifindex, 0), 0);
		port_open();
		port_apply(1);
		/* We took the head of the list. */
		assert_int_equal(port_status().ahead, 0);
		port_assert_drops(1);
		assert_int_equal(foreign_count(&first), 0);
		close(first.link);
		assert_int_equal(foreign_tcx(&first, port_kit.port.ifindex, FOREIGN_BEFORE), 0);
	} else {
		netns_do("tc qdisc add dev lan0 clsact");
		port_open();
		port_apply(1);
		foreign_clsact(&first, port_kit.port.ifindex, 1, 1, 0);
	}
	port_assert_drops(1);
	assert_int_equal(port_status().ahead, foreign_count(&first) ? first.id : 0);
	port_send(RULES_UNLISTED);
	assert_true(foreign_count(&first) > 0);
	foreign_close(&first);
}

static void test_foreign_kept(void **state)
{
	struct foreign other, egress;

	(void)state;
	bpf_kit_need_root();
	netns_do("tc qdisc add dev lan0 clsact");
	foreign_load(&other);
	foreign_load(&egress);
	/* The priority that we would take, held by another kind of filter. */
	netns_do("tc filter add dev lan0 ingress prio 1 protocol all u32 match u32 0 0");
	foreign_clsact(&other, port_kit.port.ifindex, 7, 9, 0);
	foreign_clsact(&egress, port_kit.port.ifindex, 7, 9, 1);
	port_open();
	port_apply(1);
	assert_int_equal(port_status().hook, port_kit.hook);
	if (port_kit.hook == OG_HOOK_CLSACT)
		assert_int_not_equal(port_status().ahead, 0);
	port_assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	port_send(RULES_LISTED | 1);
	assert_int_equal(foreign_count(&other), 1);
	assert_int_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
	assert_int_equal(netns_try("tc filter show dev lan0 ingress | grep -q u32"), 0);
	assert_int_equal(netns_try("tc filter show dev lan0 egress | grep -q foreign"), 0);
	foreign_close(&other);
	foreign_close(&egress);
}

/* A qdisc of ours stays for as long as somebody else's filter is on it. */
static void test_shared_qdisc(void **state)
{
	struct foreign egress;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	foreign_load(&egress);
	if (port_kit.hook == OG_HOOK_TCX)
		netns_do("tc qdisc add dev lan0 clsact");
	foreign_clsact(&egress, port_kit.port.ifindex, 7, 9, 1);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	assert_int_equal(netns_try("tc filter show dev lan0 egress | grep -q foreign"), 0);
	foreign_close(&egress);
}

static void test_restart(void **state)
{
	struct og_engine_status status;
	uint64_t before;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(41);
	port_assert_drops(1);
	before = port_drops();
	port_close();
	port_send(RULES_LISTED | 2);
	port_open();
	assert_int_equal(port_kit.diags.count, 0);
	assert_int_equal(port_drops(), before + 1);
	assert_int_equal(og_engine_bpf.status(port_kit.engine, &status), 0);
	assert_int_equal(status.generation, 41);
	assert_int_equal(status.devices_fresh, 2);
	assert_int_equal(status.port_count, 1);
	assert_string_equal(status.ports[0].port.name, "lan0");
	assert_int_equal(status.ports[0].hook, port_kit.hook);
	og_engine_status_clear(&status);
	port_apply(42);
	port_assert_drops(1);
}

/* Somebody removed our program: the next start puts it back and says so. */
static void test_repair(void **state)
{
	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	port_close();
	if (port_kit.hook == OG_HOOK_TCX)
		netns_do("rm -f " PORT_PINS "/v2/tcx-*");
	else
		netns_do("tc filter del dev lan0 ingress");
	port_open();
	assert_true(port_says("lan0: our program was gone, attached it again"));
	port_assert_drops(1);
}

static void test_interface_vanishes(void **state)
{
	struct og_engine_counters counters;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	netns_do("ip link del lan0");
	assert_int_equal(port_status().hook, OG_HOOK_NONE);
	port_close();
	port_open();
	assert_true(port_says("lan0: the interface is gone"));
	assert_int_equal(port_status().port.ifindex, 0);
	/* It comes back, as another one. */
	port_kit.port.ifindex = netns_veth("lan0");
	port_apply(2);
	port_assert_drops(1);
	/* An index that no interface has. */
	port_kit.port.ifindex = 4242;
	struct og_ruleset *rs = rules_block(4242, 3);

	assert_int_equal(
		og_engine_bpf.apply(port_kit.engine, rs, &port_kit.port, 1, &port_kit.diags), 1);
	og_ruleset_free(rs);
	assert_true(port_says("NOT COVERED"));
	assert_int_equal(port_status().hook, OG_HOOK_NONE);
	assert_int_not_equal(port_status().error, 0);
	assert_int_equal(og_engine_bpf.read_counters(port_kit.engine, &counters), 0);
}

/* An interface that goes just before it is covered again leaves no pin behind. */
static void test_interface_vanishes_meanwhile(void **state)
{
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	rs = rules_block(port_kit.port.ifindex, 2);
	netns_do("ip link del lan0");
	assert_int_equal(
		og_engine_bpf.apply(port_kit.engine, rs, &port_kit.port, 1, &port_kit.diags), 1);
	og_ruleset_free(rs);
	assert_int_equal(port_kit.diags.errors, 0);
	assert_true(port_says("NOT COVERED, the interface has gone"));
	assert_int_not_equal(netns_try("ls " PORT_PINS "/v2/tcx-*"), 0);
}

/* What is attached stays while the engine is open, whatever becomes of its pins. */
static void test_pins_removed(void **state)
{
	struct og_engine *old;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	netns_do("rm -rf " PORT_PINS "/v2");
	port_assert_drops(1);
	if (port_kit.hook == OG_HOOK_TCX)
		assert_int_equal(port_status().hook, OG_HOOK_NONE);
	/* As the manager does: a new one beside it, then the old one goes. */
	old = port_kit.engine;
	port_open();
	port_apply(1);
	og_engine_bpf.close(old);
	port_assert_drops(1);
	assert_int_equal(port_status().hook, port_kit.hook);
	port_close();
	port_open();
	assert_int_equal(port_kit.diags.count, 0);
	port_assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	port_assert_drops(0);
}

/* Attaching to many ports takes longer than the watchdog waits: it is told that it goes on. */
static void test_many_ports(void **state)
{
	enum { PORTS = 40 };
	const struct sockaddr_un manager = {.sun_family = AF_UNIX, .sun_path = "\0og-test-attach"};
	struct og_engine_port ports[PORTS];
	struct og_ruleset *rs;
	char word[64] = "";
	int i, fd;

	(void)state;
	bpf_kit_need_root();
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(fd, (const struct sockaddr *)&manager,
			      offsetof(struct sockaddr_un, sun_path) + 15),
			 0);
	port_open();
	for (i = 0; i < PORTS; i++) {
		snprintf(ports[i].name, sizeof(ports[i].name), "none%d", i);
		ports[i].ifindex = 4242 + i;
	}
	rs = rules_block(4242, 1);
	setenv("NOTIFY_SOCKET", "@og-test-attach", 1);
	assert_int_equal(og_engine_bpf.apply(port_kit.engine, rs, ports, PORTS, &port_kit.diags),
			 PORTS);
	unsetenv("NOTIFY_SOCKET");
	og_ruleset_free(rs);
	assert_true(recv(fd, word, sizeof(word) - 1, 0) > 0);
	assert_non_null(strstr(word, "WATCHDOG=1"));
	close(fd);
}

static void test_failed_apply(void **state)
{
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(5);
	rs = rules_block(port_kit.port.ifindex, 6);
	rs->header.layout = OG_LAYOUT + 1;
	assert_int_equal(
		og_engine_bpf.apply(port_kit.engine, rs, &port_kit.port, 1, &port_kit.diags), -22);
	og_ruleset_free(rs);
	assert_true(port_says("compile it anew"));
	port_assert_drops(1);
}

static void test_ports_come_and_go(void **state)
{
	struct og_engine_port both[2];
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	both[0] = port_kit.port;
	strcpy(both[1].name, "lan1");
	both[1].ifindex = netns_veth("lan1");
	rs = rules_block(both[1].ifindex, 2);
	assert_int_equal(og_engine_bpf.apply(port_kit.engine, rs, both, 2, &port_kit.diags), 0);
	port_assert_drops(0); /* covered, but of no site now */
	assert_int_equal(og_engine_bpf.apply(port_kit.engine, rs, &both[1], 1, &port_kit.diags), 0);
	og_ruleset_free(rs);
	assert_int_equal(port_status().port.ifindex, both[1].ifindex);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

static void test_detach_leaves_nothing(void **state)
{
	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	port_assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	port_assert_drops(0);
	port_close();
	assert_int_not_equal(netns_try("test -e " PORT_PINS "/v2"), 0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

/* In a child, where a failed assertion would go on with the next test: an exit status instead. */
static int with_service_rights(void)
{
	struct og_ruleset *rs = rules_block(port_kit.port.ifindex, 1);

	bpf_kit_limit_rights();
	if (og_engine_bpf.probe(&port_kit.options, &port_kit.diags) != 0)
		return 2;
	if (og_engine_bpf.open(&port_kit.options, &port_kit.engine, &port_kit.diags) != 0)
		return 3;
	if (og_engine_bpf.apply(port_kit.engine, rs, &port_kit.port, 1, &port_kit.diags) != 0)
		return 4;
	return port_status().hook == port_kit.hook ? 0 : 5;
}

/* All of it with no more rights than the service has. */
static void test_rights(void **state)
{
	int status = 0;
	pid_t child;

	(void)state;
	bpf_kit_need_root();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(with_service_rights());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* The child is gone; what it set up is not. */
	port_open();
	port_assert_drops(1);
}

static uint32_t pinned_program(void)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	int fd = bpf_obj_get(PORT_PINS "/v2/prog");

	assert_true(fd >= 0);
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	close(fd);
	return info.id;
}

/* Where no bpffs is mounted, one is, and goes with the rest. */
static void test_own_mount(void **state)
{
	(void)state;
	bpf_kit_need_root();
	netns_do("mkdir -p " OWN_PATH);
	port_kit.options.pin_path = OWN_PATH;
	port_open();
	port_apply(1);
	port_assert_drops(1);
	assert_int_equal(netns_try("grep -q ' " OWN_PATH " bpf ' /proc/self/mounts"), 0);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	assert_int_not_equal(netns_try("grep -q ' " OWN_PATH " ' /proc/self/mounts"), 0);
	netns_do("rmdir " OWN_PATH);
}

/* Another version of the program: put in place under way, with the counters kept. */
static void test_program_update(void **state)
{
	struct og_bpf_meta meta;
	uint32_t zero = 0, before;
	int fd;

	(void)state;
	bpf_kit_need_root();
	port_open();
	port_apply(1);
	port_assert_drops(1);
	port_close();
	before = pinned_program();
	fd = bpf_obj_get(PORT_PINS "/v2/og_meta");
	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &meta), 0);
	meta.object++;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &meta, BPF_ANY), 0);
	close(fd);
	netns_do("mkdir " PORT_PINS "/v0");
	port_open();
	assert_int_equal(port_drops(), 1);
	port_assert_drops(1);
	port_apply(2);
	port_assert_drops(1);
	assert_int_equal(port_status().hook, port_kit.hook);
	assert_int_not_equal(pinned_program(), before);
	assert_int_not_equal(netns_try("test -e " PORT_PINS "/v0"), 0);
}

#define TESTS(X)                             \
	X(test_covers)                       \
	X(test_foreign_ahead)                \
	X(test_foreign_kept)                 \
	X(test_shared_qdisc)                 \
	X(test_restart)                      \
	X(test_repair)                       \
	X(test_interface_vanishes)           \
	X(test_interface_vanishes_meanwhile) \
	X(test_pins_removed)                 \
	X(test_many_ports)                   \
	X(test_failed_apply)                 \
	X(test_ports_come_and_go)            \
	X(test_rights)                       \
	X(test_program_update)               \
	X(test_own_mount)                    \
	X(test_detach_leaves_nothing)

#define CHOSEN(test) {#test " (kernel's choice)", test, port_setup, port_teardown, NULL},
#define CLSACT(test) {#test " (clsact)", test, port_setup_clsact, port_teardown, NULL},

int main(void)
{
	const struct CMUnitTest chosen[] = {TESTS(CHOSEN)};
	const struct CMUnitTest clsact[] = {TESTS(CLSACT)};
	int failed;

	failed = cmocka_run_group_tests(chosen, NULL, NULL);
	/* Without tcx the kernel's choice was clsact. */
	if (bpf_kit_privileged() && has_tcx(1))
		failed += cmocka_run_group_tests(clsact, NULL, NULL);
	return failed;
}
