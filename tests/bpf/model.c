// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/model.h"

#include <stdio.h>
#include <string.h>

static void fill_frame(struct og_frame *frame, const uint8_t *bytes, size_t length,
		       enum model_tags tags)
{
	uint16_t type = bytes[12] << 8 | bytes[13];
	uint8_t copy[4096];

	if (tags == MODEL_STRIPPED && (type == OG_ETH_8021Q || type == OG_ETH_8021AD)) {
		frame->tag_proto = type;
		frame->tag_tci = bytes[14] << 8 | bytes[15];
		memcpy(copy, bytes, 12);
		memcpy(copy + 12, bytes + 16, length - 16);
		bytes = copy;
		length -= 4;
	}
	/* What lies behind the captured bytes must not matter. */
	memset(frame->bytes, 0xa5, sizeof(frame->bytes));
	frame->captured = length < OG_FRAME_BYTES ? length : OG_FRAME_BYTES;
	memcpy(frame->bytes, bytes, frame->captured);
}

void model_judge(const struct og_ruleset *rs, const uint8_t *bytes, size_t length, uint32_t ifindex,
		 enum model_tags tags, int64_t now, struct model_answer *ret_answer)
{
	struct og_frame frame = {.ifindex = ifindex};
	struct og_verdict other = {};

	fill_frame(&frame, bytes, length, tags);
	memset(ret_answer, 0, sizeof(*ret_answer));
	og_parse(&frame, &ret_answer->facts);
	if (og_decide(rs, &ret_answer->facts, now, &ret_answer->verdict, &other) > 0)
		ret_answer->verdict = other;
}

void model_dump(const char *what, const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;
	size_t i;

	printf("# %s:", what);
	for (i = 0; i < length; i++)
		printf("%s%02x", i % 32 ? "" : "\n#   ", byte[i]);
	putchar('\n');
}

int model_agrees(const struct model_answer *wanted, const struct bpf_kit_answer *answer)
{
	const struct og_verdict *v = &wanted->verdict;

	if (answer->judged ? memcmp(&answer->facts, &wanted->facts, sizeof(wanted->facts)) == 0 &&
				     memcmp(&answer->verdict, v, sizeof(*v)) == 0
			   : v->reason <= OG_R_UNATTRIBUTABLE)
		return 1;
	if (answer->judged) {
		model_dump("facts of BPF", &answer->facts, sizeof(answer->facts));
		model_dump("verdict of BPF", &answer->verdict, sizeof(answer->verdict));
	} else {
		printf("# BPF did not judge it in full\n");
	}
	model_dump("facts here", &wanted->facts, sizeof(wanted->facts));
	model_dump("verdict here", v, sizeof(*v));
	return 0;
}
