// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that really arrive: BPF_PROG_TEST_RUN leaves tags in the frame, has all of it in one piece and
 * refuses short ones; a received frame has its outer tag in metadata, and may be in pieces.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/engine/attach.h"
#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/model.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/random.h"
#include "tests/bpf/rules.h"

#define FRAMES	 5000
#define RULESETS 50
#define PIN	 NETNS_BPFFS "/tcx"

static struct kit kit;
static struct og_bpf_attached attached;
static uint32_t ifindex;
static int packet = -1; /* socket that sends from the other end */

static int setup(void **state)
{
	struct sockaddr_ll from = {.sll_family = AF_PACKET};
	int yes = 1;

	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	netns_enter();
	ifindex = netns_veth("lan0");
	netns_do("ip link set lan0 mtu 9000; ip link set lan0-p mtu 9000");
	bpf_kit_open(&kit);
	memset(&attached, 0, sizeof(attached));
	if (og_attach_tcx(kit.prog, ifindex, PIN) != 0)
		assert_int_equal(og_attach_clsact(kit.prog, ifindex, &attached), 0);
	packet = socket(AF_PACKET, SOCK_RAW, 0);
	assert_true(packet >= 0);
	from.sll_ifindex = if_nametoindex("lan0-p");
	assert_int_equal(bind(packet, (struct sockaddr *)&from, sizeof(from)), 0);
	assert_int_equal(setsockopt(packet, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	close(packet);
	unlink(PIN);
	bpf_kit_close(&kit);
	netns_leave();
	return 0;
}

/*
 * Send a frame whose first @linear bytes alone are in one piece (frames of more than a page only). The
 * other end receives it on this processor before sendmsg() returns.
 */
static void send_frame(const uint8_t *frame, size_t length, size_t linear)
{
	struct virtio_net_hdr header = {.hdr_len = linear};
	struct iovec parts[] = {{&header, sizeof(header)}, {(void *)frame, length}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

	assert_int_equal(sendmsg(packet, &message, 0), sizeof(header) + length);
}

static int is_tag(const uint8_t *frame)
{
	return (frame[12] == 0x81 && frame[13] == 0) || (frame[12] == 0x88 && frame[13] == 0xa8);
}

/* Random frames, against the model with the outer tag stripped. */
static void test_differential(void **state)
{
	unsigned int frames = getenv("OUIGUARD_VM") ? FRAMES / 5 : FRAMES, i, judged = 0,
		     tagged = 0;
	struct bpf_kit_answer answer;
	struct model_answer wanted;
	uint8_t frame[RANDOM_FRAME];
	struct og_ruleset *rs = NULL;
	size_t length;

	(void)state;
	bpf_kit_need_root();
	random_seed(7);
	bpf_kit_clock(&kit, RANDOM_NOW, 1000000000);
	for (i = 0; i < frames; i++) {
		if (i % (frames / RULESETS) == 0) {
			og_ruleset_free(rs);
			rs = random_ruleset(ifindex);
			bpf_kit_apply(&kit, rs);
		}
		length = random_frame(frame);
		/* The kernel itself drops what ends before the EtherType behind its outer tag. */
		if (is_tag(frame) && length < 20)
			continue;
		model_judge(rs, frame, length, ifindex, MODEL_STRIPPED, RANDOM_NOW, &wanted);
		send_frame(frame, length, 0);
		bpf_kit_answer_now(&kit, &answer);
		if (!model_agrees(&wanted, &answer)) {
			model_dump("frame", frame, length);
			fail_msg("frame %u is judged differently", i);
		}
		judged += answer.judged;
		tagged += answer.judged && answer.facts.tags;
	}
	printf("# %u frames, %u judged in full, %u of them tagged\n", frames, judged, tagged);
	assert_true(judged > frames / 3);
	assert_true(tagged > frames / 20);
	og_ruleset_free(rs);
}

/* A frame of 5000 bytes, of which @linear are in one piece: is the verdict that of the whole one? */
static void in_pieces(const uint8_t *head, size_t head_length, enum og_reason reason)
{
	static const size_t linear[] = {14, 18, 22, 37, 38, 54, 200};
	static uint8_t frame[5000];
	uint64_t before;
	size_t i;

	memset(frame, 0, sizeof(frame));
	memcpy(frame, head, head_length);
	for (i = 0; i < sizeof(linear) / sizeof(linear[0]); i++) {
		before = bpf_kit_reason(&kit, reason);
		send_frame(frame, sizeof(frame), linear[i]);
		if (bpf_kit_reason(&kit, reason) != before + 1)
			fail_msg("with %zu bytes in one piece: not counted", linear[i]);
	}
}

static void test_in_pieces(void **state)
{
	static const uint8_t behind[] = {0x02, 0,    0,	   0,	 0,    1,    0x00, 0x04, 0xf2, 0,
					 0,    1,    0x86, 0xdd, 0x60, 0,    0,	   0,	 0x13, 0x50,
					 17,   64,   0x20, 1,	 0x0d, 0xb8, 0,	   0,	 0,    0,
					 0xae, 0x12, 0x03, 0xff, 0xfe, 0,    0,	   5,	 0x20, 1};
	uint8_t frame[128], tagged[128];
	struct og_ruleset *rs;
	size_t length;

	(void)state;
	bpf_kit_need_root();
	rs = rules_block(ifindex, 1);
	rs->header.flags |= OG_RULESET_EUI64;
	rs->site[RULES_SITE].flags |= OG_SITE_EUI64;
	bpf_kit_apply(&kit, rs);
	og_ruleset_free(rs);
	length = rules_frame(frame, RULES_LISTED | 1, 0xc6336407, 443);
	in_pieces(frame, length, OG_R_EGRESS);
	/* Behind a router of another make; then priority-tagged. */
	in_pieces(behind, sizeof(behind), OG_R_EGRESS);
	memcpy(tagged, behind, 12);
	memcpy(tagged + 12, (const uint8_t[]){0x81, 0, 0, 0}, 4);
	memcpy(tagged + 16, behind + 12, sizeof(behind) - 12);
	in_pieces(tagged, sizeof(behind) + 4, OG_R_EGRESS);
	/* Two tags: one stripped, one left in the frame. */
	memmove(tagged + 16, tagged + 12, 110);
	in_pieces(tagged, sizeof(behind) + 8, OG_R_EGRESS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_differential), TEST(test_in_pieces)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
