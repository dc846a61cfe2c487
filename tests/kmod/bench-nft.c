// SPDX-License-Identifier: GPL-2.0
/*
 * What the module costs beside nftables with the same prefixes, in one machine and one run: forwarding a
 * frame of somebody else, and dropping a listed one. nft: netdev ingress, source address masked to 24
 * bits and looked up in a hash set, with a counter as the module counts, and without; and an interval
 * set. Each has a port of its own, and they take turns slice by slice: whatever else the machine does
 * happens to all of them. The slice counts that a tenth of them beat: not the fastest, which may have
 * got away with frames that the kernel put off, nor those that were interrupted.
 *
 * Where the machine's clock counts instructions (VM_COUNT of tests/vm/run) the figures are the same every
 * time, and the module has to be ahead. On the wall's clock who else is at work decides: those are shown.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/random.h"
#include "tests/bpf/rules.h"
#include "tests/kmod/kit.h"

#define PREFIXES 1773
#define FRAMES	 64 /* of a slice: it shall fit between two interruptions of the machine */
#define WARM	 16 /* frames before the clock starts: another port had its turn */
#define SLICES	 500
#define OUTSIDE	 0xc6336407 /* 198.51.100.7 */
#define SCRIPT	 "/run/bench.nft"

enum filter { NONE, MASK_AND_HASH, UNCOUNTED, INTERVALS, MODULE, FILTERS };
enum source { UNLISTED, LISTED, SOURCES };

static const char *const names[] = {"no filter", "nft, mask and hash set",
				    "nft, the same, no counter", "nft, interval set", "the module"};

static struct kmod_kit kit;
static struct og_ruleset *rs;
static uint32_t listed[PREFIXES];

static void make_prefixes(void)
{
	uint32_t i, j;

	listed[0] = RULES_LISTED >> 24;
	for (i = 1; i < PREFIXES; i++) {
		do {
			listed[i] = random_below(1 << 24) & 0xfcffff;
			for (j = 0; j < i && listed[j] != listed[i]; j++)
				;
		} while (j < i || listed[i] == RULES_UNLISTED >> 24);
	}
}

static void make_ruleset(uint32_t ifindex)
{
	const struct og_range internal = {.lo = og_addr_v4(0x0a000000),
					  .hi = og_addr_v4(0x0affffff)};
	const struct og_phase block = {.from = 1, .action = OG_BLOCK};
	struct og_table *table = og_table_new();
	const struct og_class class = {};
	struct og_mac_prefix prefix = {.length = 24};
	uint16_t number;
	uint32_t set, i;

	assert_non_null(table);
	for (i = 0; i < PREFIXES; i++) {
		prefix.bits = (uint64_t)listed[i] << 24;
		assert_int_equal(og_table_prefix(table, &prefix, OG_GROUP_FIRST), 0);
	}
	assert_int_equal(og_table_port(table, ifindex, 0, RULES_SITE), 0);
	assert_int_equal(og_table_class(table, &class, &block, 1, &number), 0);
	assert_int_equal(og_table_set(table, &internal, 1, &set), 0);
	og_table_ruleset(table)->site[RULES_SITE].internal = set;
	og_table_ruleset(table)->class_of[RULES_SITE][OG_GROUP_FIRST] = number;
	assert_int_equal(og_table_finish(table, 0, &rs), 0);
	rs->header.generation = 1;
}

static void print_mac(FILE *file, uint32_t oui, uint32_t rest)
{
	fprintf(file, "%02x:%02x:%02x:%02x:%02x:%02x", oui >> 16, oui >> 8 & 0xff, oui & 0xff, rest,
		rest, rest);
}

static void use_nft(enum filter filter)
{
	FILE *file = fopen(SCRIPT, "w");
	uint32_t i;

	assert_non_null(file);
	fprintf(file, "table netdev bench%d {\n set s { type ether_addr; %s elements = {", filter,
		filter == INTERVALS ? "flags interval;" : "");
	for (i = 0; i < PREFIXES; i++) {
		fputs(i ? ", " : "", file);
		print_mac(file, listed[i], 0);
		if (filter == INTERVALS) {
			fputs("-", file);
			print_mac(file, listed[i], 0xff);
		}
	}
	fprintf(file,
		"} }\n chain c { type filter hook ingress device lan%d priority -500; "
		"ether saddr %s @s %s drop\n }\n}\n",
		filter, filter == INTERVALS ? "" : "& ff:ff:ff:00:00:00",
		filter == UNCOUNTED ? "" : "counter");
	fclose(file);
	netns_do("nft -f " SCRIPT);
}

/* The filter at its port, lan0 and so on. */
static void use(enum filter filter)
{
	struct og_engine_port port = {};
	struct og_diags diags = {};

	snprintf(port.name, sizeof(port.name), "lan%d", filter);
	port.ifindex = netns_veth(port.name);
	netns_do("ip link set %s address 02:00:00:00:00:01; "
		 "sysctl -qw net.ipv4.conf.%s.rp_filter=0",
		 port.name, port.name);
	if (filter == MODULE) {
		make_ruleset(port.ifindex);
		assert_int_equal(og_engine_kmod.apply(kit.engine, rs, &port, 1, &diags), 0);
		og_diags_free(&diags);
	} else if (filter != NONE) {
		use_nft(filter);
	}
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

/* How many frames the kernel has received. */
static unsigned long received(void)
{
	FILE *file = fopen("/proc/net/softnet_stat", "r");
	unsigned long sum = 0, frames;

	assert_non_null(file);
	while (fscanf(file, "%lx%*[^\n]", &frames) == 1)
		sum += frames;
	fclose(file);
	return sum;
}

/*
 * Nanoseconds per frame, sending included; 0 when the kernel put off the reception of some. A frame that
 * passes is received twice: here, and at the other end of the way out.
 */
static double measure(int packet, enum filter filter, enum source source)
{
	uint64_t mac = (source == LISTED ? RULES_LISTED : RULES_UNLISTED) | 1;
	unsigned int passes = source == UNLISTED || filter == NONE, i;
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct timespec start, end;
	uint8_t frame[128];
	size_t length = rules_frame(frame, mac, OUTSIDE, 443);
	char name[IFNAMSIZ];
	unsigned long before;

	finish_header(frame + 14);
	snprintf(name, sizeof(name), "lan%d-p", filter);
	to.sll_ifindex = if_nametoindex(name);
	before = received();
	for (i = 0; i < WARM + FRAMES; i++) {
		if (i == WARM)
			clock_gettime(CLOCK_MONOTONIC, &start);
		sendto(packet, frame, length, 0, (struct sockaddr *)&to, sizeof(to));
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (received() - before != (1 + passes) * (WARM + FRAMES)) {
		usleep(20000);
		return 0;
	}
	return ((end.tv_sec - start.tv_sec) * 1e9 + end.tv_nsec - start.tv_nsec) / FRAMES;
}

static int compare(const void *a, const void *b)
{
	const double *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

static void measure_all(double answer[FILTERS][SOURCES])
{
	static double slices[FILTERS][SOURCES][SLICES];
	int packet = socket(AF_PACKET, SOCK_RAW, 0), counts[FILTERS][SOURCES] = {}, i, f, s;
	double now;

	assert_true(packet >= 0);
	for (i = 0; i < SLICES * FILTERS * SOURCES; i++) {
		s = i % SOURCES;
		f = i / SOURCES % FILTERS;
		now = measure(packet, f, s);
		if (now > 0)
			slices[f][s][counts[f][s]++] = now;
	}
	close(packet);
	for (f = 0; f < FILTERS; f++) {
		for (s = 0; s < SOURCES; s++) {
			assert_true(counts[f][s] > SLICES / 2);
			qsort(slices[f][s], counts[f][s], sizeof(now), compare);
			answer[f][s] = slices[f][s][counts[f][s] / 10];
		}
	}
}

static void bench(void **state)
{
	double ns[FILTERS][SOURCES];
	int filter;

	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	make_prefixes();
	for (filter = 0; filter < FILTERS; filter++)
		use(filter);
	netns_veth("wan0");
	netns_do("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0; "
		 "ip addr add 192.0.2.1/24 dev wan0; ip route add 10.0.0.0/8 dev lan0; "
		 "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev wan0; "
		 "ip route add 198.51.100.0/24 via 192.0.2.2");
	measure_all(ns);
	printf("# ns per frame, sending included   unlisted is forwarded   listed is dropped\n");
	for (filter = 0; filter < FILTERS; filter++)
		printf("# %-30s %15.0f (%+6.0f) %20.0f\n", names[filter], ns[filter][UNLISTED],
		       ns[filter][UNLISTED] - ns[NONE][UNLISTED], ns[filter][LISTED]);
	kmod_kit_close(&kit);
	og_ruleset_free(rs);
	netns_leave();
	for (filter = MASK_AND_HASH; filter <= INTERVALS && getenv("OUIGUARD_COUNT"); filter++) {
		assert_true(ns[MODULE][UNLISTED] < ns[filter][UNLISTED]);
		assert_true(ns[MODULE][LISTED] < ns[filter][LISTED]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(bench)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
