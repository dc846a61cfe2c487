// SPDX-License-Identifier: GPL-2.0
/* The BPF engine at interfaces: covering, restarting, keeping clear of others, going away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/engine/engine.h"
#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/rules.h"

#define PIN_PATH NETNS_BPFFS "/ouiguard"
#define OWN_PATH "/tmp/ouiguard-test-own"
#define INTERNET 0xc6336407 /* 198.51.100.7 */

/* One engine and one port; every test runs with the kernel's own choice of hook and with clsact. */
struct fixture {
	struct og_engine *engine;
	struct og_engine_port port;
	struct og_diags diags;
	struct og_engine_options options;
	enum og_engine_hook hook; /* to be expected */
};

static struct fixture fixture;

static void show_diags(void)
{
	size_t i;

	for (i = 0; i < fixture.diags.count; i++)
		print_message("# %s\n", fixture.diags.items[i].text);
}

static int diag_says(const char *text)
{
	size_t i;

	for (i = 0; i < fixture.diags.count; i++)
		if (strstr(fixture.diags.items[i].text, text))
			return 1;
	return 0;
}

static void open_engine(void)
{
	og_diags_free(&fixture.diags);
	if (og_engine_bpf.open(&fixture.options, &fixture.engine, &fixture.diags) != 0) {
		show_diags();
		fail();
	}
}

static void close_engine(void)
{
	og_engine_bpf.close(fixture.engine);
	fixture.engine = NULL;
}

static void apply(uint64_t generation)
{
	struct og_ruleset *rs = rules_block(fixture.port.ifindex, generation);
	int r;

	og_diags_free(&fixture.diags);
	r = og_engine_bpf.apply(fixture.engine, rs, &fixture.port, 1, &fixture.diags);
	og_ruleset_free(rs);
	if (r != 0)
		show_diags();
	assert_int_equal(r, 0);
}

static void send_from(uint64_t mac)
{
	uint8_t frame[128];

	netns_send("lan0", frame, rules_frame(frame, mac, INTERNET, 443));
}

static uint64_t drops(void)
{
	struct og_engine_counters counters;

	assert_int_equal(og_engine_bpf.read_counters(fixture.engine, &counters), 0);
	return counters.reasons[OG_R_EGRESS].packets;
}

static void assert_drops(int wanted)
{
	uint64_t before = drops();

	send_from(RULES_LISTED | 1);
	assert_int_equal(drops() - before, wanted);
}

static struct og_engine_port_status port_status(void)
{
	struct og_engine_port_status port = {};
	struct og_engine_status status;

	assert_int_equal(og_engine_bpf.status(fixture.engine, &status), 0);
	if (status.port_count)
		port = status.ports[0];
	og_engine_status_clear(&status);
	return port;
}

static int setup(int clsact)
{
	memset(&fixture, 0, sizeof(fixture));
	if (!bpf_kit_privileged())
		return 0;
	netns_enter();
	strcpy(fixture.port.name, "lan0");
	fixture.port.ifindex = netns_veth("lan0");
	fixture.options.pin_path = PIN_PATH;
	fixture.options.force_clsact = clsact;
	fixture.hook = clsact || !has_tcx(fixture.port.ifindex) ? OG_HOOK_CLSACT : OG_HOOK_TCX;
	return 0;
}

static int setup_tcx(void **state)
{
	(void)state;
	return setup(0);
}

static int setup_clsact(void **state)
{
	(void)state;
	return setup(1);
}

static int teardown(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	close_engine();
	og_diags_free(&fixture.diags);
	netns_leave();
	return 0;
}

static void test_covers(void **state)
{
	struct foreign after;

	(void)state;
	bpf_kit_need_root();
	assert_int_equal(og_engine_bpf.probe(&fixture.options, &fixture.diags), 0);
	open_engine();
	apply(7);
	assert_int_equal(port_status().hook, fixture.hook);
	assert_int_equal(port_status().ahead, 0);
	foreign_load(&after);
	if (fixture.hook == OG_HOOK_TCX)
		assert_int_equal(foreign_tcx(&after, fixture.port.ifindex, FOREIGN_AFTER), 0);
	else
		foreign_clsact(&after, fixture.port.ifindex, 1, 2, 0);
	assert_drops(1);
	assert_int_equal(foreign_count(&after), 0);
	send_from(RULES_UNLISTED);
	assert_int_equal(foreign_count(&after), 1);
	foreign_close(&after);
}

static void test_foreign_ahead(void **state)
{
	struct foreign first;

	(void)state;
	bpf_kit_need_root();
	foreign_load(&first);
	if (fixture.hook == OG_HOOK_TCX) {
		assert_int_equal(foreign_tcx(&first, fixture.port.ifindex, 0), 0);
		open_engine();
		apply(1);
		/* We took the head of the list. */
		assert_int_equal(port_status().ahead, 0);
		assert_drops(1);
		assert_int_equal(foreign_count(&first), 0);
		close(first.link);
		assert_int_equal(foreign_tcx(&first, fixture.port.ifindex, FOREIGN_BEFORE), 0);
	} else {
		netns_do("tc qdisc add dev lan0 clsact");
		open_engine();
		apply(1);
		foreign_clsact(&first, fixture.port.ifindex, 1, 1, 0);
	}
	assert_drops(1);
	assert_int_equal(port_status().ahead, foreign_count(&first) ? first.id : 0);
	send_from(RULES_UNLISTED);
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
	foreign_clsact(&other, fixture.port.ifindex, 7, 9, 0);
	foreign_clsact(&egress, fixture.port.ifindex, 7, 9, 1);
	open_engine();
	apply(1);
	assert_int_equal(port_status().hook, fixture.hook);
	if (fixture.hook == OG_HOOK_CLSACT)
		assert_int_not_equal(port_status().ahead, 0);
	assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	send_from(RULES_LISTED | 1);
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
	open_engine();
	apply(1);
	foreign_load(&egress);
	if (fixture.hook == OG_HOOK_TCX)
		netns_do("tc qdisc add dev lan0 clsact");
	foreign_clsact(&egress, fixture.port.ifindex, 7, 9, 1);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	assert_int_equal(netns_try("tc filter show dev lan0 egress | grep -q foreign"), 0);
	foreign_close(&egress);
}

static void test_restart(void **state)
{
	struct og_engine_status status;
	uint64_t before;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(41);
	assert_drops(1);
	before = drops();
	close_engine();
	send_from(RULES_LISTED | 2);
	open_engine();
	assert_int_equal(fixture.diags.count, 0);
	assert_int_equal(drops(), before + 1);
	assert_int_equal(og_engine_bpf.status(fixture.engine, &status), 0);
	assert_int_equal(status.generation, 41);
	assert_int_equal(status.devices_fresh, 2);
	assert_int_equal(status.port_count, 1);
	assert_string_equal(status.ports[0].port.name, "lan0");
	assert_int_equal(status.ports[0].hook, fixture.hook);
	og_engine_status_clear(&status);
	apply(42);
	assert_drops(1);
}

/* Somebody removed our program: the next start puts it back and says so. */
static void test_repair(void **state)
{
	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	close_engine();
	if (fixture.hook == OG_HOOK_TCX)
		netns_do("rm -f " PIN_PATH "/v2/tcx-*");
	else
		netns_do("tc filter del dev lan0 ingress");
	open_engine();
	assert_true(diag_says("lan0: our program was gone, attached it again"));
	assert_drops(1);
}

static void test_interface_vanishes(void **state)
{
	struct og_engine_counters counters;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	netns_do("ip link del lan0");
	assert_int_equal(port_status().hook, OG_HOOK_NONE);
	close_engine();
	open_engine();
	assert_true(diag_says("lan0: the interface is gone"));
	assert_int_equal(port_status().port.ifindex, 0);
	/* It comes back, as another one. */
	fixture.port.ifindex = netns_veth("lan0");
	apply(2);
	assert_drops(1);
	/* An index that no interface has. */
	fixture.port.ifindex = 4242;
	struct og_ruleset *rs = rules_block(4242, 3);

	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, &fixture.port, 1, &fixture.diags),
			 1);
	og_ruleset_free(rs);
	assert_true(diag_says("NOT COVERED"));
	assert_int_equal(port_status().hook, OG_HOOK_NONE);
	assert_int_not_equal(port_status().error, 0);
	assert_int_equal(og_engine_bpf.read_counters(fixture.engine, &counters), 0);
}

/* An interface that goes just before it is covered again leaves no pin behind. */
static void test_interface_vanishes_meanwhile(void **state)
{
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	rs = rules_block(fixture.port.ifindex, 2);
	netns_do("ip link del lan0");
	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, &fixture.port, 1, &fixture.diags),
			 1);
	og_ruleset_free(rs);
	assert_int_equal(fixture.diags.errors, 0);
	assert_true(diag_says("NOT COVERED, the interface has gone"));
	assert_int_not_equal(netns_try("ls " PIN_PATH "/v2/tcx-*"), 0);
}

/* What is attached stays while the engine is open, whatever becomes of its pins. */
static void test_pins_removed(void **state)
{
	struct og_engine *old;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	netns_do("rm -rf " PIN_PATH "/v2");
	assert_drops(1);
	if (fixture.hook == OG_HOOK_TCX)
		assert_int_equal(port_status().hook, OG_HOOK_NONE);
	/* As the manager does: a new one beside it, then the old one goes. */
	old = fixture.engine;
	open_engine();
	apply(1);
	og_engine_bpf.close(old);
	assert_drops(1);
	assert_int_equal(port_status().hook, fixture.hook);
	close_engine();
	open_engine();
	assert_int_equal(fixture.diags.count, 0);
	assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	assert_drops(0);
}

static void test_failed_apply(void **state)
{
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(5);
	rs = rules_block(fixture.port.ifindex, 6);
	rs->header.layout = OG_LAYOUT + 1;
	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, &fixture.port, 1, &fixture.diags),
			 -22);
	og_ruleset_free(rs);
	assert_true(diag_says("compile it anew"));
	assert_drops(1);
}

static void test_ports_come_and_go(void **state)
{
	struct og_engine_port both[2];
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	both[0] = fixture.port;
	strcpy(both[1].name, "lan1");
	both[1].ifindex = netns_veth("lan1");
	rs = rules_block(both[1].ifindex, 2);
	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, both, 2, &fixture.diags), 0);
	assert_drops(0); /* covered, but of no site now */
	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, &both[1], 1, &fixture.diags), 0);
	og_ruleset_free(rs);
	assert_int_equal(port_status().port.ifindex, both[1].ifindex);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

static void test_detach_leaves_nothing(void **state)
{
	(void)state;
	bpf_kit_need_root();
	open_engine();
	apply(1);
	assert_drops(1);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	assert_drops(0);
	close_engine();
	assert_int_not_equal(netns_try("test -e " PIN_PATH "/v2"), 0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

/* In a child, where a failed assertion would go on with the next test: an exit status instead. */
static int with_service_rights(void)
{
	struct og_ruleset *rs = rules_block(fixture.port.ifindex, 1);

	bpf_kit_limit_rights();
	if (og_engine_bpf.probe(&fixture.options, &fixture.diags) != 0)
		return 2;
	if (og_engine_bpf.open(&fixture.options, &fixture.engine, &fixture.diags) != 0)
		return 3;
	if (og_engine_bpf.apply(fixture.engine, rs, &fixture.port, 1, &fixture.diags) != 0)
		return 4;
	return port_status().hook == fixture.hook ? 0 : 5;
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
	open_engine();
	assert_drops(1);
}

static uint32_t pinned_program(void)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);
	int fd = bpf_obj_get(PIN_PATH "/v2/prog");

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
	fixture.options.pin_path = OWN_PATH;
	open_engine();
	apply(1);
	assert_drops(1);
	assert_int_equal(netns_try("grep -q ' " OWN_PATH " bpf ' /proc/self/mounts"), 0);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
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
	open_engine();
	apply(1);
	assert_drops(1);
	close_engine();
	before = pinned_program();
	fd = bpf_obj_get(PIN_PATH "/v2/og_meta");
	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &meta), 0);
	meta.object++;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &meta, BPF_ANY), 0);
	close(fd);
	netns_do("mkdir " PIN_PATH "/v0");
	open_engine();
	assert_int_equal(drops(), 1);
	assert_drops(1);
	apply(2);
	assert_drops(1);
	assert_int_equal(port_status().hook, fixture.hook);
	assert_int_not_equal(pinned_program(), before);
	assert_int_not_equal(netns_try("test -e " PIN_PATH "/v0"), 0);
}

static struct og_engine_status engine_status(void)
{
	struct og_engine_status status, counts;

	assert_int_equal(og_engine_bpf.status(fixture.engine, &status), 0);
	counts = status;
	og_engine_status_clear(&status);
	return counts;
}

static void set_records(const char *pin, uint32_t records)
{
	struct og_bpf_meta meta;
	uint32_t zero = 0;
	int fd = bpf_obj_get(pin);

	assert_int_equal(bpf_map_lookup_elem(fd, &zero, &meta), 0);
	assert_int_equal(meta.records, OG_RECORDS);
	meta.records = records;
	assert_int_equal(bpf_map_update_elem(fd, &zero, &meta, BPF_ANY), 0);
	close(fd);
}

/* A version of another layout, older or newer, ran before: another directory, with its maps. */
static void be_another_version(void)
{
	open_engine();
	apply(1);
	assert_drops(1);
	assert_drops(1);
	assert_int_equal(og_engine_bpf.promote(fixture.engine, og_exact_key(RULES_LISTED | 1, 1)),
			 0);
	close_engine();
	netns_do("mv " PIN_PATH "/v2 " PIN_PATH "/v9");
}

static void test_other_layout(void **state)
{
	struct og_engine_status status;

	(void)state;
	bpf_kit_need_root();
	be_another_version();
	open_engine();
	assert_int_equal(fixture.diags.count, 0);
	status = engine_status();
	assert_int_equal(status.generation, 1);
	assert_int_equal(status.inherited, 1);
	assert_true(status.carried);
	assert_int_equal(status.devices_known, 1);
	assert_int_equal(drops(), 2);
	/* It is still the other's program that judges. */
	send_from(RULES_LISTED | 2);
	assert_int_equal(drops(), 2);
	apply(2);
	assert_int_equal(fixture.diags.count, 0);
	assert_int_equal(drops(), 3);
	assert_drops(1);
	assert_int_equal(engine_status().devices_fresh, 1);
	assert_int_equal(engine_status().devices_known, 1);
	assert_int_equal(port_status().hook, fixture.hook);
	assert_int_equal(port_status().ahead, 0);
	assert_int_not_equal(netns_try("test -e " PIN_PATH "/v9"), 0);
	/* Once: the next start has nothing to take over. */
	close_engine();
	open_engine();
	assert_int_equal(engine_status().inherited, 0);
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	assert_drops(0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

/* It counts otherwise, and has attached to a port that is none of ours. */
static void test_other_records(void **state)
{
	struct og_engine_port both[2];
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	both[0] = fixture.port;
	strcpy(both[1].name, "lan1");
	both[1].ifindex = netns_veth("lan1");
	open_engine();
	rs = rules_block(fixture.port.ifindex, 1);
	assert_int_equal(og_engine_bpf.apply(fixture.engine, rs, both, 2, &fixture.diags), 0);
	og_ruleset_free(rs);
	assert_drops(1);
	close_engine();
	set_records(PIN_PATH "/v2/og_meta", OG_RECORDS + 1);
	netns_do("mv " PIN_PATH "/v2 " PIN_PATH "/v1");
	open_engine();
	assert_int_equal(engine_status().inherited, 2);
	assert_false(engine_status().carried);
	assert_int_equal(drops(), 0);
	apply(2);
	assert_drops(1);
	assert_int_equal(engine_status().port_count, 1);
	assert_int_not_equal(netns_try("test -e " PIN_PATH "/v1"), 0);
	assert_int_not_equal(netns_try("tc filter show dev lan1 ingress | grep -q og_ingress"), 0);
}

/* What no version that is known leaves: longer values, another hook, directories, foreign maps. */
static void test_unknown_layout(void **state)
{
	uint8_t value[40] = {200};
	uint32_t ifindex = fixture.port.ifindex;
	int fd;

	(void)state;
	bpf_kit_need_root();
	open_engine();
	netns_do("mkdir -p " PIN_PATH "/v77/deep/deeper");
	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "og_attached", 4, sizeof(value), 16, NULL);
	assert_int_equal(bpf_map_update_elem(fd, &ifindex, value, BPF_ANY), 0);
	assert_int_equal(bpf_obj_pin(fd, PIN_PATH "/v77/og_attached"), 0);
	/* As long as it wants, where this version reads less. */
	assert_int_equal(bpf_obj_pin(fd, PIN_PATH "/v77/og_meta"), 0);
	assert_int_equal(bpf_obj_pin(fd, PIN_PATH "/v77/deep/og_known"), 0);
	close(fd);
	close_engine();
	open_engine();
	assert_int_equal(engine_status().inherited, 0);
	assert_int_equal(engine_status().port_count, 0);
	apply(1);
	assert_int_equal(fixture.diags.count, 0);
	assert_drops(1);
	assert_int_not_equal(netns_try("test -e " PIN_PATH "/v77"), 0);
}

/* The other version goes while ours has not begun: what it attached is ours to take down. */
static void test_other_layout_detach(void **state)
{
	(void)state;
	bpf_kit_need_root();
	be_another_version();
	open_engine();
	assert_int_equal(og_engine_bpf.detach(fixture.engine, &fixture.diags), 0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
	assert_int_equal(netns_try("test -z \"$(ls " PIN_PATH ")\""), 0);
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
	X(test_failed_apply)                 \
	X(test_ports_come_and_go)            \
	X(test_rights)                       \
	X(test_program_update)               \
	X(test_other_layout)                 \
	X(test_other_records)                \
	X(test_unknown_layout)               \
	X(test_other_layout_detach)          \
	X(test_own_mount)                    \
	X(test_detach_leaves_nothing)

#define CHOSEN(test) {#test " (kernel's choice)", test, setup_tcx, teardown, NULL},
#define CLSACT(test) {#test " (clsact)", test, setup_clsact, teardown, NULL},

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
