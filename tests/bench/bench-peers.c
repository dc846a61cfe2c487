// SPDX-License-Identifier: GPL-2.0
/*
 * bench-peers.c: the tc program beside nftables' netdev hook, on frames that are really received
 *
 * An XDP program run on live frames redirects them into a veth pair; its other end is the gateway's
 * port, which drops them or forwards them to a second pair. The figures hold the generator and the
 * forwarding too: compare them with "none", and only within one run.
 */
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/engine/attach.h"
#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/rules.h"

#define PREFIXES    2500
#define FRAME_WORDS 15
#define FRAMES	    200000
#define ROUNDS	    11
#define PIN	    NETNS_BPFFS "/tcx"
#define NFT_FILE    NETNS_BPFFS "-nft"

/* <linux/bpf.h> of Debian 12 has it; the name is long. */
#define LIVE BPF_F_TEST_XDP_LIVE_FRAMES

struct bench {
	uint32_t lan, generator_port;
	uint64_t lan_mac;
	struct kit kit;
	struct og_bpf_attached attached;
	struct og_mac_prefix prefixes[PREFIXES];
};

static struct bench bench;

static void need(int condition, const char *what)
{
	if (condition)
		return;
	fprintf(stderr, "bench-peers: %s\n", what);
	exit(EXIT_FAILURE);
}

static uint64_t number_in(const char *path)
{
	unsigned long long number = 0;
	FILE *file = fopen(path, "r");

	need(file && fscanf(file, "%llu", &number) == 1, path);
	fclose(file);
	return number;
}

static uint64_t mac_of(const char *interface)
{
	unsigned int b[6] = {};
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/address", interface);
	file = fopen(path, "r");
	need(file && fscanf(file, "%x:%x:%x:%x:%x:%x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) ==
			     6,
	     path);
	fclose(file);
	return (uint64_t)b[0] << 40 | (uint64_t)b[1] << 32 | (uint64_t)b[2] << 24 | b[3] << 16 |
	       b[4] << 8 | b[5];
}

/*
 * XDP: every frame goes out of @ifindex. It is written anew each time: the buffers come back as the
 * gateway has left them, with other addresses and a lower time to live.
 */
static int load_generator(uint32_t ifindex, const uint8_t *frame)
{
	struct bpf_insn code[FRAME_WORDS + 10] = {
		{.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = 0},
		{.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 3, .src_reg = 1, .off = 4},
		{.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 4, .src_reg = 2},
		{.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 4, .imm = FRAME_WORDS * 4},
		{.code = BPF_JMP | BPF_JGT | BPF_X, .dst_reg = 4, .src_reg = 3, .off = FRAME_WORDS},
	};
	const struct bpf_insn end[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1, .imm = ifindex},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 0},
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect},
		{.code = BPF_JMP | BPF_EXIT},
	};
	int fd, i;

	for (i = 0; i < FRAME_WORDS; i++) {
		code[5 + i].code = BPF_ST | BPF_MEM | BPF_W;
		code[5 + i].dst_reg = 2;
		code[5 + i].off = 4 * i;
		memcpy(&code[5 + i].imm, frame + 4 * i, 4);
	}
	memcpy(&code[5 + FRAME_WORDS], end, sizeof(end));
	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "generator", "GPL", code, FRAME_WORDS + 9, NULL);
	need(fd >= 0, "the generator does not load");
	return fd;
}

/* A frame of @mac to the gateway's port, with a header checksum that is right. */
static void make_frame(uint8_t *frame, uint64_t mac)
{
	uint32_t sum = 0;
	int i;

	rules_frame(frame, mac, 0xc6336407, 443);
	for (i = 0; i < 6; i++)
		frame[i] = bench.lan_mac >> (40 - 8 * i);
	memset(frame + 24, 0, 2);
	for (i = 14; i < 34; i += 2)
		sum += frame[i] << 8 | frame[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	frame[24] = sum >> 8;
	frame[25] = sum;
}

static void make_gateway(void)
{
	netns_enter();
	/* So that /sys/class/net is this namespace's. */
	netns_do("mount -t sysfs sysfs /sys");
	bench.lan = netns_veth("lan0");
	netns_veth("wan0");
	/* Without it a veth does not receive what is redirected. */
	netns_do("ethtool -K lan0 gro on >/dev/null");
	netns_do("ip addr add 10.0.0.1/24 dev lan0; ip addr add 192.0.2.1/24 dev wan0");
	netns_do("ip route add default via 192.0.2.2");
	netns_do("ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:99 dev wan0");
	netns_do("sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 "
		 "net.ipv4.conf.lan0.rp_filter=0");
	bench.generator_port = if_nametoindex("lan0-p");
	bench.lan_mac = mac_of("lan0");
}

static void make_prefixes(void)
{
	int i;

	srand(20);
	for (i = 0; i < PREFIXES; i++) {
		bench.prefixes[i].length = 24;
		bench.prefixes[i].bits = i ? (0x100000 + (uint64_t)i * 0x101) << 24 & 0xfcffff000000
					   : RULES_LISTED;
	}
}

/* ns per frame of @mac; checks that they are forwarded, or not. */
static double run(uint64_t mac, int forwarded)
{
	struct xdp_md context = {.data_end = FRAME_WORDS * 4};
	uint8_t frame[128];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME_WORDS * 4,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = FRAMES,
		    .flags = LIVE);
	uint64_t before = number_in("/sys/class/net/wan0/statistics/tx_packets"), sent;
	struct timespec a, b;
	int generator;

	make_frame(frame, mac);
	generator = load_generator(bench.generator_port, frame);
	clock_gettime(CLOCK_MONOTONIC, &a);
	need(bpf_prog_test_run_opts(generator, &opts) == 0, "live frames do not run");
	clock_gettime(CLOCK_MONOTONIC, &b);
	close(generator);
	usleep(20000);
	sent = number_in("/sys/class/net/wan0/statistics/tx_packets") - before;
	if (forwarded ? sent < FRAMES * 99ULL / 100 : sent > 100) {
		fprintf(stderr, "bench-peers: %llu of %d frames were forwarded\n",
			(unsigned long long)sent, FRAMES);
		exit(EXIT_FAILURE);
	}
	return ((b.tv_sec - a.tv_sec) * 1e9 + (b.tv_nsec - a.tv_nsec)) / FRAMES;
}

static void nft_begin(int intervals)
{
	FILE *file = fopen(NFT_FILE, "w");
	uint64_t p;
	int i;

	need(file != NULL, NFT_FILE);
	fprintf(file, "table netdev t {\n set s { type ether_addr; %s elements = {\n",
		intervals ? "flags interval;" : "");
	for (i = 0; i < PREFIXES; i++) {
		p = bench.prefixes[i].bits;
		fprintf(file, "%02x:%02x:%02x:00:00:00", (int)(p >> 40), (int)(p >> 32 & 255),
			(int)(p >> 24 & 255));
		if (intervals)
			fprintf(file, "-%02x:%02x:%02x:ff:ff:ff", (int)(p >> 40),
				(int)(p >> 32 & 255), (int)(p >> 24 & 255));
		fprintf(file, ",\n");
	}
	fprintf(file,
		"} }\n chain c { type filter hook ingress device lan0 priority 0; %s @s drop\n"
		" }\n}\n",
		intervals ? "ether saddr" : "ether saddr & ff:ff:ff:00:00:00");
	fclose(file);
	netns_do("nft -f " NFT_FILE);
	unlink(NFT_FILE);
}

static void nft_hash_begin(void)
{
	nft_begin(0);
}

static void nft_interval_begin(void)
{
	nft_begin(1);
}

static void nft_end(void)
{
	netns_do("nft delete table netdev t");
}

static void tc_begin(void)
{
	if (og_attach_tcx(bench.kit.prog, bench.lan, PIN) != 0)
		need(og_attach_clsact(bench.kit.prog, bench.lan, &bench.attached) == 0,
		     "attaching");
}

static void tc_end(void)
{
	if (bench.attached.priority)
		og_detach_clsact(bench.lan, &bench.attached);
	unlink(PIN);
}

static void nothing(void)
{
}

static struct og_ruleset *make_ruleset(void)
{
	const struct og_phase block = {.from = 1, .action = OG_BLOCK};
	struct og_table *table = og_table_new();
	const struct og_class class = {};
	struct og_ruleset *rs;
	uint16_t number;
	int i;

	for (i = 0; i < PREFIXES; i++)
		need(og_table_prefix(table, &bench.prefixes[i], OG_GROUP_FIRST) == 0, "prefix");
	need(og_table_port(table, bench.lan, 0, RULES_SITE) == 0, "port");
	need(og_table_class(table, &class, &block, 1, &number) == 0, "class");
	og_table_ruleset(table)->class_of[RULES_SITE][OG_GROUP_FIRST] = number;
	need(og_table_finish(table, 0, &rs) == 0, "ruleset");
	return rs;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

int main(void)
{
	static struct {
		const char *name;
		void (*begin)(void);
		void (*end)(void);
		int drops;
		double pass, drop;
	} peers[] = {
		{"none", nothing, nothing, 0, 1e9, 1e9},
		{"nft netdev, mask and hash set", nft_hash_begin, nft_end, 1, 1e9, 1e9},
		{"nft netdev, interval set", nft_interval_begin, nft_end, 1, 1e9, 1e9},
		{"ouiguard, tc, with counters", tc_begin, tc_end, 1, 1e9, 1e9},
	};
	size_t count = sizeof(peers) / sizeof(peers[0]), i, round;
	struct og_ruleset *rs;

	need(bpf_kit_privileged(), "needs root");
	make_prefixes();
	make_gateway();
	bpf_kit_open(&bench.kit);
	rs = make_ruleset();
	bpf_kit_apply(&bench.kit, rs);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < count; i++) {
			peers[i].begin();
			peers[i].pass = least(peers[i].pass, run(RULES_UNLISTED, 1));
			if (peers[i].drops)
				peers[i].drop = least(peers[i].drop, run(RULES_LISTED, 0));
			peers[i].end();
		}
	}
	printf("%-32s %16s %16s\n", "ns per frame, generator included", "unlisted passes",
	       "listed dropped");
	for (i = 0; i < count; i++) {
		printf("%-32s %9.0f (%4.2f)", peers[i].name, peers[i].pass,
		       peers[i].pass / peers[0].pass);
		if (peers[i].drops)
			printf(" %9.0f (%4.2f)", peers[i].drop, peers[i].drop / peers[0].pass);
		putchar('\n');
	}
	og_ruleset_free(rs);
	bpf_kit_close(&bench.kit);
	netns_leave();
	return EXIT_SUCCESS;
}
