// SPDX-License-Identifier: GPL-2.0
/* The BPF engine where a version with another layout of its tables ran before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <cmocka.h>

#include "bpf/state.h"
#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/port.h"
#include "tests/bpf/rules.h"

static struct og_engine_status engine_status(void)
{
	struct og_engine_status status, counts;

	assert_int_equal(og_engine_bpf.status(port_kit.engine, &status), 0);
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
	port_open();
	port_apply(1);
	port_assert_drops(1);
	port_assert_drops(1);
	assert_int_equal(og_engine_bpf.promote(port_kit.engine, og_exact_key(RULES_LISTED | 1, 1)),
			 0);
	port_close();
	netns_do("mv " PORT_PINS "/v2 " PORT_PINS "/v9");
}

static void test_other_layout(void **state)
{
	struct og_engine_status status;

	(void)state;
	bpf_kit_need_root();
	be_another_version();
	port_open();
	assert_int_equal(port_kit.diags.count, 0);
	status = engine_status();
	assert_int_equal(status.generation, 1);
	assert_int_equal(status.inherited, 1);
	assert_true(status.carried);
	assert_int_equal(status.devices_known, 1);
	assert_int_equal(port_drops(), 2);
	/* It is still the other's program that judges. */
	port_send(RULES_LISTED | 2);
	assert_int_equal(port_drops(), 2);
	port_apply(2);
	assert_int_equal(port_kit.diags.count, 0);
	assert_int_equal(port_drops(), 3);
	port_assert_drops(1);
	assert_int_equal(engine_status().devices_fresh, 1);
	assert_int_equal(engine_status().devices_known, 1);
	assert_int_equal(port_status().hook, port_kit.hook);
	assert_int_equal(port_status().ahead, 0);
	assert_int_not_equal(netns_try("test -e " PORT_PINS "/v9"), 0);
	/* Once: the next start has nothing to take over. */
	port_close();
	port_open();
	assert_int_equal(engine_status().inherited, 0);
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	port_assert_drops(0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
}

/* It counts otherwise, and has attached to a port that is none of ours. */
static void test_other_records(void **state)
{
	struct og_engine_port both[2];
	struct og_ruleset *rs;

	(void)state;
	bpf_kit_need_root();
	both[0] = port_kit.port;
	strcpy(both[1].name, "lan1");
	both[1].ifindex = netns_veth("lan1");
	port_open();
	rs = rules_block(port_kit.port.ifindex, 1);
	assert_int_equal(og_engine_bpf.apply(port_kit.engine, rs, both, 2, &port_kit.diags), 0);
	og_ruleset_free(rs);
	port_assert_drops(1);
	port_close();
	set_records(PORT_PINS "/v2/og_meta", OG_RECORDS + 1);
	netns_do("mv " PORT_PINS "/v2 " PORT_PINS "/v1");
	port_open();
	assert_int_equal(engine_status().inherited, 2);
	assert_false(engine_status().carried);
	assert_int_equal(port_drops(), 0);
	port_apply(2);
	port_assert_drops(1);
	assert_int_equal(engine_status().port_count, 1);
	assert_int_not_equal(netns_try("test -e " PORT_PINS "/v1"), 0);
	assert_int_not_equal(netns_try("tc filter show dev lan1 ingress | grep -q og_ingress"), 0);
}

/* What no version that is known leaves: longer values, another hook, directories, foreign maps. */
static void test_unknown_layout(void **state)
{
	uint8_t value[40] = {200};
	uint32_t ifindex = port_kit.port.ifindex;
	int fd;

	(void)state;
	bpf_kit_need_root();
	port_open();
	netns_do("mkdir -p " PORT_PINS "/v77/deep/deeper");
	fd = bpf_map_create(BPF_MAP_TYPE_HASH, "og_attached", 4, sizeof(value), 16, NULL);
	assert_int_equal(bpf_map_update_elem(fd, &ifindex, value, BPF_ANY), 0);
	assert_int_equal(bpf_obj_pin(fd, PORT_PINS "/v77/og_attached"), 0);
	/* As long as it wants, where this version reads less. */
	assert_int_equal(bpf_obj_pin(fd, PORT_PINS "/v77/og_meta"), 0);
	assert_int_equal(bpf_obj_pin(fd, PORT_PINS "/v77/deep/og_known"), 0);
	close(fd);
	port_close();
	port_open();
	assert_int_equal(engine_status().inherited, 0);
	assert_int_equal(engine_status().port_count, 0);
	port_apply(1);
	assert_int_equal(port_kit.diags.count, 0);
	port_assert_drops(1);
	assert_int_not_equal(netns_try("test -e " PORT_PINS "/v77"), 0);
}

/* The other version goes while ours has not begun: what it attached is ours to take down. */
static void test_other_layout_detach(void **state)
{
	(void)state;
	bpf_kit_need_root();
	be_another_version();
	port_open();
	assert_int_equal(og_engine_bpf.detach(port_kit.engine, &port_kit.diags), 0);
	assert_int_not_equal(netns_try("tc qdisc show dev lan0 | grep -q clsact"), 0);
	assert_int_equal(netns_try("test -z \"$(ls " PORT_PINS ")\""), 0);
}

#define TESTS(X)               \
	X(test_other_layout)   \
	X(test_other_records)  \
	X(test_unknown_layout) \
	X(test_other_layout_detach)

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
