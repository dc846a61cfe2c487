// SPDX-License-Identifier: GPL-2.0
/* What is kept and told about devices: counters, destinations, events and their budgets, floods. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "daemon/engine/engine-bpf.h"
#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/random.h"
#include "tests/bpf/rules.h"

#define LOOPBACK 1
#define WALL	 1700000000
#define MONO	 (1000 * OG_NS_SECOND)
#define INTERNET 0xc6336407 /* 198.51.100.7 */
#define MAX_SEEN 8192

static struct kit kit;
static struct bpf_engine engine; /* around the kit's maps, without pins */
static struct og_event seen[MAX_SEEN];
static size_t seen_count;

static void keep_event(void *userdata, const struct og_event *event)
{
	(void)userdata;
	assert_in_range(seen_count, 0, MAX_SEEN - 1);
	seen[seen_count++] = *event;
}

/* Fetch the events that came since the last call into seen[]. */
static size_t fetch(void)
{
	seen_count = 0;
	assert_true(bpf_engine_next_events(&engine.engine, keep_event, NULL) >= 0);
	return seen_count;
}

static void use_phase(const struct og_phase *phase)
{
	struct og_ruleset *rs = rules_at(LOOPBACK, phase, 77);

	bpf_kit_apply(&kit, rs);
	og_ruleset_free(rs);
}

static void use_action(enum og_action action, int log)
{
	const struct og_phase phase = {
		.from = 1, .action = action, .flags = log ? OG_PHASE_LOG : 0};

	use_phase(&phase);
}

/* One frame; returns whether it was dropped. */
static int send_to(uint64_t mac, uint32_t dst, uint16_t port)
{
	struct bpf_kit_answer answer;
	uint8_t frame[128];

	assert_int_equal(bpf_kit_run(&kit, frame, rules_frame(frame, mac, dst, port), 0, &answer),
			 0);
	return answer.drop;
}

static uint64_t device_mac(uint32_t number)
{
	return RULES_LISTED | number;
}

static uint64_t key_of(uint32_t number)
{
	return og_exact_key(device_mac(number), RULES_SITE);
}

static struct og_device device_of(uint32_t number)
{
	struct og_device device;

	assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(number), &device), 0);
	return device;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * OG_NS_SECOND + now.tv_nsec;
}

static int setup(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	bpf_kit_open(&kit);
	memset(&engine, 0, sizeof(engine));
	engine.skel = kit.skel;
	assert_int_equal(bpf_engine_open_events(&engine), 0);
	bpf_kit_clock(&kit, WALL, MONO);
	use_action(OG_BLOCK, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	bpf_engine_close_events(&engine);
	bpf_kit_close(&kit);
	return 0;
}

static void test_counters(void **state)
{
	struct og_engine_counters counters;
	struct og_device d;

	(void)state;
	bpf_kit_need_root();
	assert_true(send_to(device_mac(1), INTERNET, 443));
	bpf_kit_clock(&kit, WALL + 5, MONO + 5 * OG_NS_SECOND);
	assert_true(send_to(device_mac(1), INTERNET, 443));
	assert_false(send_to(device_mac(1), 0x0a000001, 443));
	d = device_of(1);
	assert_int_equal(d.packets, 3);
	assert_int_equal(d.bytes, 180);
	assert_int_equal(d.passed, 1);
	assert_int_equal(d.dropped, 2);
	assert_int_equal(d.dropped_bytes, 120);
	assert_int_equal(d.egress, 2);
	assert_int_equal(d.first_seen, WALL);
	assert_int_equal(d.last_seen, WALL + 5);
	assert_int_equal(d.ifindex, LOOPBACK);
	assert_int_equal(d.group, OG_GROUP_FIRST);
	assert_int_equal(d.reason, OG_R_INTERNAL);
	assert_int_equal(d.action, OG_BLOCK);
	assert_int_equal(bpf_engine_read_counters(&engine.engine, &counters), 0);
	assert_int_equal(counters.reasons[OG_R_EGRESS].packets, 2);
	assert_int_equal(counters.reasons[OG_R_EGRESS].bytes, 120);
	assert_int_equal(counters.reasons[OG_R_INTERNAL].packets, 1);
	assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(2), &d), -ENOENT);
}

/* A packet that the kernel merged counts as what was on the wire. */
static void test_merged_packets(void **state)
{
	struct __sk_buff context = {.gso_segs = 45, .gso_size = 20};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &context, .ctx_size_in = sizeof(context),
		    .repeat = 1);
	uint8_t frame[128];

	(void)state;
	bpf_kit_need_root();
	opts.data_in = frame;
	opts.data_size_in = rules_frame(frame, device_mac(1), INTERNET, 443);
	assert_int_equal(bpf_prog_test_run_opts(kit.prog, &opts), 0);
	assert_int_equal(device_of(1).packets, 45);
	assert_int_equal(device_of(1).bytes, 60);
	assert_int_equal(bpf_kit_reason(&kit, OG_R_EGRESS), 45);
}

static void test_destinations(void **state)
{
	struct og_device d;
	int i, found = 0;

	(void)state;
	bpf_kit_need_root();
	for (i = 0; i < 11; i++)
		send_to(device_mac(1), INTERNET + i, 443);
	send_to(device_mac(1), INTERNET + 10, 443);
	send_to(device_mac(1), 0x0a000001, 443); /* not egress: not kept */
	d = device_of(1);
	for (i = 0; i < OG_DESTS; i++) {
		assert_int_equal(d.dests[i].addr.hi, 0);
		assert_in_range(d.dests[i].addr.lo, OG_V4_MAPPED | (INTERNET + 3),
				OG_V4_MAPPED | (INTERNET + 10));
		assert_int_equal(d.dests[i].port, 443);
		assert_int_equal(d.dests[i].proto, OG_PROTO_UDP);
		assert_int_equal(d.dests[i].reason, OG_R_EGRESS);
		if (d.dests[i].packets == 2)
			found++;
	}
	assert_int_equal(found, 1);
}

/* Sources: in the kernel as by the same code here. */
static void test_sources(void **state)
{
	static const uint32_t from[] = {0x0a000009, 0x0a000009, 0,	    0x0a00000a, 0xa9fe0101,
					0x0a000009, 0x0a00000b, 0x0a00000c, 0x0a00000a, 0x0a00000d};
	struct og_device d, here = {};
	struct bpf_kit_answer answer;
	struct og_facts facts = {};
	uint8_t frame[128];
	size_t i, size;
	int k;

	(void)state;
	bpf_kit_need_root();
	for (i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		size = rules_frame(frame, device_mac(1), INTERNET, 443);
		for (k = 0; k < 4; k++)
			frame[26 + k] = from[i] >> (24 - 8 * k);
		assert_int_equal(bpf_kit_run(&kit, frame, size, 0, &answer), 0);
		facts.src = og_addr_v4(from[i]);
		og_src_note(&facts, &here);
	}
	d = device_of(1);
	assert_memory_equal(d.srcs, here.srcs, sizeof(d.srcs));
	assert_int_equal(d.src_bits, here.src_bits);
	assert_int_equal(d.src_last, here.src_last);
	assert_int_equal(d.src_next, here.src_next);
	assert_int_equal(d.srcs[d.src_last].lo, OG_V4_MAPPED | 0x0a00000d);
}

static void test_event_kinds(void **state)
{
	(void)state;
	bpf_kit_need_root();
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(fetch(), 2);
	assert_int_equal(seen[0].kind, OG_EVENT_NEW);
	assert_int_equal(seen[1].kind, OG_EVENT_DROP);
	assert_int_equal(seen[1].mac, device_mac(1));
	assert_int_equal(seen[1].site, RULES_SITE);
	assert_int_equal(seen[1].at, WALL);
	assert_int_equal(seen[1].generation, 77);
	assert_int_equal(seen[1].dst.lo, OG_V4_MAPPED | INTERNET);
	assert_int_equal(seen[1].dport, 443);
	assert_int_equal(seen[1].proto, OG_PROTO_UDP);
	assert_int_equal(seen[1].reason, OG_R_EGRESS);
	assert_int_equal(seen[1].drop, 1);
	assert_int_equal(seen[1].packets, 1);
	/* Once per destination; a port is another destination. */
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(fetch(), 0);
	send_to(device_mac(1), INTERNET, 80);
	assert_int_equal(fetch(), 1);
	assert_int_equal(seen[0].kind, OG_EVENT_DROP);
	assert_int_equal(seen[0].dport, 80);
	/* What was dropped and is now only logged is news. */
	use_action(OG_LOG, 1);
	send_to(device_mac(1), INTERNET, 80);
	send_to(device_mac(1), INTERNET, 80);
	assert_int_equal(fetch(), 1);
	assert_int_equal(seen[0].kind, OG_EVENT_LOG);
	assert_int_equal(seen[0].reason, OG_R_LOGGED);
	/* Observed egress is not. */
	use_action(OG_OBSERVE, 0);
	send_to(device_mac(1), INTERNET + 1, 80);
	assert_int_equal(fetch(), 0);
}

static void test_summaries(void **state)
{
	static const uint64_t seconds[] = {1, 60, 600, 3600, 3600, 3600};
	uint64_t now = 0;
	size_t i;

	(void)state;
	bpf_kit_need_root();
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(fetch(), 2);
	for (i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++) {
		now += seconds[i];
		bpf_kit_clock(&kit, WALL + now, MONO + now * OG_NS_SECOND - 1);
		send_to(device_mac(1), INTERNET, 443);
		assert_int_equal(fetch(), 0);
		bpf_kit_clock(&kit, WALL + now, MONO + now * OG_NS_SECOND);
		send_to(device_mac(1), INTERNET, 443);
		send_to(device_mac(1), INTERNET, 443);
		assert_int_equal(fetch(), 1);
		assert_int_equal(seen[0].kind, OG_EVENT_SUMMARY);
		assert_int_equal(seen[0].dropped, 3 + 3 * i);
	}
	/* After long silence: what was pending, then a new row. */
	now += 3600 + 3601;
	bpf_kit_clock(&kit, WALL + now, MONO + now * OG_NS_SECOND);
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(fetch(), 1);
	now += 1;
	bpf_kit_clock(&kit, WALL + now, MONO + now * OG_NS_SECOND);
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(fetch(), 1);
	assert_int_equal(seen[0].kind, OG_EVENT_SUMMARY);
}

static void test_device_event_budget(void **state)
{
	const uint32_t burst = OG_DEVICE_EVENT_BURST / OG_DEVICE_EVENT_COST + 1;
	struct og_engine_counters counters;
	uint32_t i;

	(void)state;
	bpf_kit_need_root();
	for (i = 0; i < 1000; i++)
		send_to(device_mac(1), INTERNET + i, 443);
	assert_int_equal(fetch(), burst);
	assert_int_equal(device_of(1).events_lost, 1001 - burst);
	assert_int_equal(bpf_engine_read_counters(&engine.engine, &counters), 0);
	assert_int_equal(counters.events_lost, 1001 - burst);
	/* Another device is not the poorer for it. */
	send_to(device_mac(2), INTERNET, 443);
	assert_int_equal(fetch(), 2);
	/* One more comes when its time has; it is the summary, which was due by then. */
	bpf_kit_clock(&kit, WALL, MONO + OG_DEVICE_EVENT_COST);
	send_to(device_mac(1), INTERNET + 5000, 443);
	assert_int_equal(fetch(), 1);
}

static void test_port_event_budget(void **state)
{
	const uint32_t burst = OG_PORT_EVENT_BURST / OG_PORT_EVENT_COST + 1, own = 2;
	struct og_port_state port;
	uint32_t i, key = LOOPBACK;

	(void)state;
	bpf_kit_need_root();
	/* A hundred devices, ten destinations each: all of the port's budget, and each device's own. */
	for (i = 0; i < 100; i++)
		assert_int_equal(bpf_engine_promote(&engine.engine, key_of(i)), 0);
	for (i = 0; i < 1000; i++)
		send_to(device_mac(i % 100), INTERNET + i / 100, 443);
	assert_int_equal(fetch(), burst + 100 * own);
	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(kit.skel->maps.og_ports), &key, &port), 0);
	assert_int_equal(port.events_lost, 1000 - burst - 100 * own);
	/* Nobody can hide another device behind that. */
	assert_int_equal(bpf_engine_promote(&engine.engine, key_of(200)), 0);
	for (i = 0; i < 5; i++)
		send_to(device_mac(200), INTERNET + i, 443);
	assert_int_equal(fetch(), own);
	assert_int_equal(seen[0].mac, device_mac(200));
	assert_int_equal(seen[0].kind, OG_EVENT_DROP);
	bpf_kit_clock(&kit, WALL, MONO + 3 * OG_PORT_EVENT_COST);
	for (i = 0; i < 1000; i++)
		send_to(device_mac(i % 100), INTERNET + 10 + i / 100, 443);
	assert_int_equal(fetch(), 3);
	/* Half an hour later it has one more, whatever others do at that moment. */
	bpf_kit_clock(&kit, WALL, MONO + (1ULL << 30) * (OG_OWN_EVENT_COST + 1));
	for (i = 0; i < 1000; i++)
		send_to(device_mac(i % 100), INTERNET + 20 + i / 100, 443);
	fetch();
	send_to(device_mac(200), INTERNET + 5, 443);
	assert_int_equal(fetch(), 1);
}

/* A daemon that does not read: what finds no room is counted. */
static void test_full_buffer(void **state)
{
	struct og_engine_counters counters;
	size_t got;
	uint32_t i;

	(void)state;
	bpf_kit_need_root();
	for (i = 0; i < 6000; i++) {
		bpf_kit_clock(&kit, WALL, MONO + i * OG_PORT_EVENT_COST);
		assert_int_equal(bpf_engine_promote(&engine.engine, key_of(i)), 0);
		assert_true(send_to(device_mac(i), INTERNET, 443));
	}
	got = fetch();
	assert_in_range(got, 4000, 5999);
	assert_int_equal(bpf_engine_read_counters(&engine.engine, &counters), 0);
	assert_int_equal(got + counters.events_lost, 6000);
}

static void test_promote_and_forget(void **state)
{
	struct og_device d;

	(void)state;
	bpf_kit_need_root();
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(bpf_engine_promote(&engine.engine, key_of(1)), 0);
	assert_int_equal(bpf_engine_promote(&engine.engine, key_of(1)), 0);
	send_to(device_mac(1), INTERNET, 443);
	assert_int_equal(device_of(1).packets, 2);
	assert_int_equal(bpf_map_lookup_elem(bpf_map__fd(kit.skel->maps.og_fresh),
					     &(uint64_t){key_of(1)}, &d),
			 -ENOENT);
	assert_int_equal(bpf_engine_forget(&engine.engine, key_of(1)), 0);
	assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(1), &d), -ENOENT);
}

static void test_admission_quota(void **state)
{
	const uint32_t burst = OG_ADMIT_BURST / OG_ADMIT_COST + 1;
	struct og_engine_counters counters;
	struct og_overflow overflow;
	struct og_device d;
	uint32_t i, class = 1;

	(void)state;
	bpf_kit_need_root();
	for (i = 0; i < 200; i++)
		assert_true(send_to(device_mac(i), INTERNET, 443));
	for (i = 0; i < 200; i++)
		assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(i), &d),
				 i < burst ? 0 : -ENOENT);
	assert_int_equal(bpf_engine_read_counters(&engine.engine, &counters), 0);
	assert_int_equal(counters.overflow, 200 - burst);
	assert_int_equal(counters.reasons[OG_R_EGRESS].packets, 200);
	assert_int_equal(
		bpf_map_lookup_elem(bpf_map__fd(kit.skel->maps.og_overflow), &class, &overflow), 0);
	assert_int_equal(overflow.packets, 200 - burst);
	assert_int_equal(overflow.dropped, 200 - burst);
	bpf_kit_clock(&kit, WALL, MONO + OG_ADMIT_COST);
	send_to(device_mac(300), INTERNET, 443);
	send_to(device_mac(301), INTERNET, 443);
	assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(300), &d), 0);
	assert_int_equal(bpf_engine_read_device(&engine.engine, key_of(301), &d), -ENOENT);
}

struct census {
	uint32_t known, fresh;
};

static int count(void *userdata, uint64_t key, const struct og_device *device, bool known)
{
	struct census *census = userdata;

	assert_int_equal(key & 0xffff, RULES_SITE);
	assert_true(device->packets > 0);
	*(known ? &census->known : &census->fresh) += 1;
	return 0;
}

/* A million made-up sources of a listed prefix. */
static void test_flood(void **state)
{
	uint32_t frames = getenv("OUIGUARD_VM") ? 50000 : 1000000, i;
	struct census census = {};

	(void)state;
	bpf_kit_need_root();
	random_seed(3);
	for (i = 0; i < 100; i++) {
		assert_int_equal(bpf_engine_promote(&engine.engine, key_of(i)), 0);
		send_to(device_mac(i), INTERNET, 443);
	}
	for (i = 0; i < frames; i++) {
		/* Slow enough for the quota to admit more than `fresh` holds. */
		if (i % 16 == 0)
			bpf_kit_clock(&kit, WALL, MONO + i * (OG_ADMIT_COST / 16));
		assert_true(send_to(device_mac(0x1000 + random_below(0xffefff)), INTERNET, 443));
	}
	for (i = 0; i < 100; i++) {
		assert_int_equal(device_of(i).packets, 1);
		send_to(device_mac(i), INTERNET, 443);
		assert_int_equal(device_of(i).packets, 2);
	}
	assert_int_equal(bpf_engine_each_device(&engine.engine, count, &census), 0);
	printf("# %u frames: %u known, %u fresh\n", frames, census.known, census.fresh);
	assert_int_equal(census.known, 100);
	assert_in_range(census.fresh, 500, OG_FRESH_MAX);
	assert_int_equal(bpf_kit_reason(&kit, OG_R_EGRESS), frames + 200);
}

/* 64 kbit/s and 16 kB of burst: what passes is exact to a frame, however often it is tried. */
static void test_rate(void **state)
{
	const struct og_phase phase = {.from = 1,
				       .action = OG_LIMIT,
				       .ns_per_kib = 128 * OG_NS_MS,
				       .burst_ns = 2000 * OG_NS_MS};
	uint64_t passed = 0, over = 0, expected;
	uint32_t ms;

	(void)state;
	bpf_kit_need_root();
	use_phase(&phase);
	for (ms = 0; ms < 60000; ms += 2) {
		bpf_kit_clock(&kit, WALL, MONO + ms * OG_NS_MS);
		if (send_to(device_mac(1), INTERNET, 443))
			over++;
		else
			passed++;
	}
	/* Bytes that fit into burst and minute, in frames of 60. */
	expected = (phase.burst_ns + 60000 * OG_NS_MS) / (60 * phase.ns_per_kib / 1024 + 1);
	assert_in_range(passed, expected - 1, expected + 1);
	assert_int_equal(bpf_kit_reason(&kit, OG_R_LIMITED), passed);
	assert_int_equal(bpf_kit_reason(&kit, OG_R_OVER_RATE), over);
	assert_int_equal(device_of(1).dropped, over);
	/* Internal traffic is not limited. */
	assert_false(send_to(device_mac(1), 0x0a000001, 443));
}

/* Devices without a record share one bucket, so that a flood is not a way round the rate. */
static void test_rate_of_overflow(void **state)
{
	const struct og_phase phase = {.from = 1,
				       .action = OG_LIMIT,
				       .ns_per_kib = 128 * OG_NS_MS,
				       .burst_ns = 2000 * OG_NS_MS};
	uint64_t passed = 0, expected;
	uint32_t i;

	(void)state;
	bpf_kit_need_root();
	use_phase(&phase);
	for (i = 0; i < 64; i++)
		send_to(device_mac(i), INTERNET, 443);
	for (; i < 2000; i++)
		passed += !send_to(device_mac(i), INTERNET, 443);
	expected = phase.burst_ns / (60 * phase.ns_per_kib / 1024 + 1) + 1;
	assert_int_equal(passed, expected);
}

/* One of two processors that try to send far more than the rate allows. */
struct hasty {
	pthread_t thread;
	int cpu;
	unsigned int tried;
	int error;
};

static void *send_hastily(void *data)
{
	struct hasty *hasty = data;
	uint8_t frame[128];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .repeat = 1000);
	uint64_t end = now_ns() + OG_NS_SECOND;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(hasty->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	opts.data_size_in = rules_frame(frame, device_mac(1), INTERNET, 443);
	while (now_ns() < end) {
		hasty->error = bpf_prog_test_run_opts(kit.prog, &opts);
		if (hasty->error)
			return NULL;
		hasty->tried += 1000;
	}
	return NULL;
}

/*
 * Two processors on one bucket, by the real clock: compare-and-swap loses nothing that matters. The rate
 * is one that a slow machine exceeds, too, and the burst longer than a busy one keeps anybody waiting.
 */
static void test_rate_on_two_cpus(void **state)
{
	const struct og_phase phase = {
		.from = 1, .action = OG_LIMIT, .ns_per_kib = 800000, .burst_ns = OG_NS_SECOND};
	struct hasty hasty[2] = {{.cpu = 0}, {.cpu = 1}};
	uint64_t start, cost = 60 * phase.ns_per_kib / 1024 + 1, most, passed;
	struct og_engine_counters counters;
	int i;

	(void)state;
	bpf_kit_need_root();
	if (libbpf_num_possible_cpus() < 2) {
		print_message("needs two processors\n");
		skip();
	}
	use_phase(&phase);
	bpf_kit_clock(&kit, 0, 0);
	start = now_ns();
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&hasty[i].thread, NULL, send_hastily, &hasty[i]),
				 0);
	for (i = 0; i < 2; i++)
		assert_int_equal(pthread_join(hasty[i].thread, NULL), 0);
	assert_int_equal(hasty[0].error, 0);
	assert_int_equal(hasty[1].error, 0);
	most = (now_ns() - start + phase.burst_ns) / cost + 1;
	assert_int_equal(bpf_engine_read_counters(&engine.engine, &counters), 0);
	passed = counters.reasons[OG_R_LIMITED].packets;
	printf("# %u and %u frames tried, %llu passed, %llu in conflict, at most %llu by the "
	       "rate\n",
	       hasty[0].tried, hasty[1].tried, (unsigned long long)passed,
	       (unsigned long long)counters.rate_conflict, (unsigned long long)most);
	assert_true(hasty[0].tried + hasty[1].tried > 2 * most);
	assert_in_range(passed, most - most / 20, most);
	assert_int_equal(passed + counters.reasons[OG_R_OVER_RATE].packets,
			 hasty[0].tried + hasty[1].tried);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_counters),
		TEST(test_merged_packets),
		TEST(test_destinations),
		TEST(test_sources),
		TEST(test_event_kinds),
		TEST(test_summaries),
		TEST(test_device_event_budget),
		TEST(test_port_event_budget),
		TEST(test_full_buffer),
		TEST(test_promote_and_forget),
		TEST(test_admission_quota),
		TEST(test_flood),
		TEST(test_rate),
		TEST(test_rate_of_overflow),
		TEST(test_rate_on_two_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
