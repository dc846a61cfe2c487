// SPDX-License-Identifier: GPL-2.0
/*
 * What the module costs beside nftables with the same prefixes, in one machine and one run: forwarding a
 * frame of somebody else, and dropping a listed one. nft: netdev ingress, source address masked to 24
 * bits and looked up in a hash set; and an interval set. Rounds take turns; the fastest of each counts.
 */
#include <linux/if_packet.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
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
#define FRAMES	 4000
#define ROUNDS	 9
#define OUTSIDE	 0xc6336407 /* 198.51.100.7 */
#define SCRIPT	 "/run/bench.nft"

enum filter { NONE, MASK_AND_HASH, INTERVALS, MODULE, FILTERS };
enum source { UNLISTED, LISTED, SOURCES };

static const char *const names[] = {"no filter", "nft, mask and hash set", "nft, interval set",
				    "the module"};

static struct kmod_kit kit;
static struct og_ruleset *rs;
static struct og_engine_port port = {.name = "lan0"};
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

static void make_ruleset(void)
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
	assert_int_equal(og_table_port(table, port.ifindex, 0, RULES_SITE), 0);
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
	fprintf(file, "table netdev bench {\n set s { type ether_addr; %s elements = {",
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
		"} }\n chain c { type filter hook ingress device lan0 priority -500; "
		"ether saddr %s @s counter drop\n }\n}\n",
		filter == INTERVALS ? "" : "& ff:ff:ff:00:00:00");
	fclose(file);
	netns_do("nft -f " SCRIPT);
}

static void use(enum filter filter)
{
	struct og_diags diags = {};

	netns_try("nft delete table netdev bench");
	if (filter == MASK_AND_HASH || filter == INTERVALS)
		use_nft(filter);
	assert_int_equal(og_engine_kmod.apply(kit.engine, rs, &port, filter == MODULE, &diags), 0);
	og_diags_free(&diags);
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

/* Nanoseconds per frame, sending included. */
static double measure(int packet, uint64_t mac)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET};
	struct timespec start, end;
	uint8_t frame[128];
	size_t length = rules_frame(frame, mac, OUTSIDE, 443);
	int i;

	finish_header(frame + 14);
	to.sll_ifindex = if_nametoindex("lan0-p");
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < FRAMES; i++)
		sendto(packet, frame, length, 0, (struct sockaddr *)&to, sizeof(to));
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((end.tv_sec - start.tv_sec) * 1e9 + end.tv_nsec - start.tv_nsec) / FRAMES;
}

static void bench(void **state)
{
	static const uint64_t macs[] = {RULES_UNLISTED | 1, RULES_LISTED | 1};
	double best[FILTERS][SOURCES] = {}, now;
	int packet, round, filter, source;

	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	port.ifindex = netns_veth("lan0");
	netns_veth("wan0");
	netns_do("ip link set lan0 address 02:00:00:00:00:01; sysctl -qw net.ipv4.ip_forward=1 "
		 "net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lan0.rp_filter=0; "
		 "ip addr add 192.0.2.1/24 dev wan0; ip route add 10.0.0.0/8 dev lan0; "
		 "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev wan0; "
		 "ip route add 198.51.100.0/24 via 192.0.2.2");
	make_prefixes();
	make_ruleset();
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	for (round = 0; round < ROUNDS; round++) {
		for (filter = 0; filter < FILTERS; filter++) {
			use(filter);
			for (source = 0; source < SOURCES; source++) {
				now = measure(packet, macs[source]);
				if (!round || now < best[filter][source])
					best[filter][source] = now;
			}
		}
	}
	printf("# ns per frame, sending included   unlisted is forwarded   listed is dropped\n");
	for (filter = 0; filter < FILTERS; filter++)
		printf("# %-30s %15.0f (%+6.0f) %20.0f\n", names[filter], best[filter][UNLISTED],
		       best[filter][UNLISTED] - best[NONE][UNLISTED], best[filter][LISTED]);
	close(packet);
	kmod_kit_close(&kit);
	og_ruleset_free(rs);
	netns_leave();
	assert_true(best[MODULE][UNLISTED] < best[MASK_AND_HASH][UNLISTED]);
	assert_true(best[MODULE][LISTED] < best[MASK_AND_HASH][LISTED]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(bench)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
