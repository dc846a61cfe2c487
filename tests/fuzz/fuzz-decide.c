// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-decide.c: any frame, judged by a ruleset of which any record may be wrong
 *
 * The sanitizers watch that no index leaves its table. Beyond that: what lies behind the captured
 * bytes of a frame changes nothing, the same frame gets the same verdict twice, and every verdict
 * has a reason of its kind.
 */
#include <ouiguard/decide.h>

#include "tests/fuzz/fuzz.h"

/* A record of the ruleset that the input overwrites. */
struct patch {
	size_t offset;
	size_t length;
};

#define PATCHES 64

struct input {
	const uint8_t *data;
	size_t left;
};

#define TABLE(name)                                                                           \
	{                                                                                     \
		offsetof(struct og_ruleset, name), sizeof(((struct og_ruleset *)0)->name[0]), \
			sizeof(((struct og_ruleset *)0)->name)                                \
	}

static const struct {
	size_t offset, record, size;
} tables[] = {
	TABLE(level1),	 TABLE(leaf),	 TABLE(prefix_key),   TABLE(exact_key),	 TABLE(port_key),
	TABLE(class_of), TABLE(site),	 TABLE(class),	      TABLE(phase),	 TABLE(set),
	TABLE(range),	 TABLE(service), TABLE(prefix_value), TABLE(port_value),
};

static struct og_ruleset *ruleset;

/* take - the next @length bytes of the input, as a number; zeroes at its end. */
static uint64_t take(struct input *in, size_t length)
{
	uint64_t number = 0;

	if (length > in->left)
		length = in->left;
	memcpy(&number, in->data, length);
	in->data += length;
	in->left -= length;
	return number;
}

/*
 * Overwrite one record with bytes of the input, small values and indexes more often than not: they
 * are what leads from one table to the next.
 */
static struct patch overwrite(struct input *in)
{
	size_t table = take(in, 1) % (sizeof(tables) / sizeof(tables[0]));
	size_t records = tables[table].size / tables[table].record;
	size_t at = take(in, 1);
	struct patch p;

	if (at >= 0x80)
		at = (at << 16 | take(in, 2)) % records;
	p.offset = tables[table].offset + at % records * tables[table].record;
	p.length = tables[table].record < 48 ? tables[table].record : 48;
	if (p.length > in->left)
		p.length = in->left;
	memcpy((uint8_t *)ruleset + p.offset, in->data, p.length);
	in->data += p.length;
	in->left -= p.length;
	return p;
}

static void frame_of(struct input *in, struct og_frame *f)
{
	memset(f, 0, sizeof(*f));
	f->ifindex = take(in, 1);
	f->tag_tci = take(in, 2);
	if (f->tag_tci & 1)
		f->tag_proto = OG_ETH_8021Q;
	f->captured = in->left < OG_FRAME_BYTES ? in->left : OG_FRAME_BYTES;
	memcpy(f->bytes, in->data, f->captured);
}

static void parse(struct og_frame *f, struct og_facts *facts)
{
	struct og_facts again = {};

	memset(facts, 0, sizeof(*facts));
	og_parse(f, facts);
	memset(f->bytes + f->captured, 0xff, sizeof(f->bytes) - f->captured);
	og_parse(f, &again);
	check(!memcmp(facts, &again, sizeof(again)));
	check(facts->mac >> 48 == 0 && facts->dmac >> 48 == 0 && facts->eui64 >> 48 == 0);
	check(facts->vlan < 4096 && facts->tags <= 2);
}

static void judge(const struct og_facts *facts, int64_t now)
{
	struct og_verdict v[2] = {}, again[2] = {};
	int which = og_decide(ruleset, facts, now, &v[0], &v[1]);

	check(which == og_decide(ruleset, facts, now, &again[0], &again[1]));
	check(!memcmp(v, again, sizeof(v)));
	check(which == 0 || which == 1);
	check(v[which].reason < OG_R_COUNT);
	check(v[which].drop == (v[which].reason >= OG_DROP_FIRST));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct patch patches[PATCHES];
	struct og_frame frame;
	struct og_facts facts;
	size_t i, count;
	int64_t now;

	if (!ruleset)
		ruleset = calloc(1, sizeof(*ruleset));
	check(ruleset != NULL);
	count = take(&in, 1) % PATCHES;
	for (i = 0; i < count; i++)
		patches[i] = overwrite(&in);
	now = (int64_t)take(&in, 8);
	frame_of(&in, &frame);
	parse(&frame, &facts);
	judge(&facts, now);
	while (count--)
		memset((uint8_t *)ruleset + patches[count].offset, 0, patches[count].length);
	return 0;
}
