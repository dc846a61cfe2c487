// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/random.h"

#include <string.h>

#include "tests/bpf/random-pool.h"

struct out {
	uint8_t *frame;
	size_t at;
};

static void put(struct out *o, uint64_t value, int bytes)
{
	while (bytes-- > 0 && o->at < RANDOM_FRAME)
		o->frame[o->at++] = bytes < 8 ? value >> 8 * bytes : 0;
}

static void put_v6(struct out *o)
{
	struct og_addr a = pool_v6();

	put(o, a.hi, 8);
	put(o, a.lo, 8);
}

static void put_transport(struct out *o)
{
	static const uint8_t types[] = {8, 0, 133, 134, 135, 136, 137, 143, 128};

	if (random_below(3) == 0) {
		put(o, types[random_below(9)], 1);
		put(o, random_below(4), 1);
	} else {
		put(o, pool_port(), 2);
	}
	put(o, pool_port(), 2);
	put(o, random_below(65536), 2);
	put(o, random_below(65536), 2);
	put(o, 0, 4);
	put(o, 0x50, 1);
	put(o, random_below(256), 1);
	put(o, 0, 6);
}

static void put_options(struct out *o, uint32_t words)
{
	static const uint8_t types[] = {0, 1, 7, 68, 131, 137, 148};
	size_t end = o->at + 4 * words;
	uint8_t type;

	while (o->at < end) {
		type = random_below(8) ? types[random_below(7)] : random_below(256);
		put(o, type, 1);
		if (type > 1 && o->at < end)
			put(o, random_below(8) ? 2 + random_below(6) : random_below(256), 1);
		while (random_below(3) && o->at < end)
			put(o, random_below(2), 1);
	}
	o->at = end;
}

static void put_ipv4(struct out *o)
{
	uint32_t options = random_below(4) ? 0 : random_below(11);
	static const uint16_t fragments[] = {0, 0, 0, 0, 0x4000, 0x2000, 0x0001, 0x2010, 0x1fff};

	put(o, random_below(40) ? 0x45 + options : random_below(256), 1);
	put(o, 0, 1);
	put(o, random_below(20) ? 20 + 4 * options + 20 : random_below(30), 2);
	put(o, 0, 2);
	put(o, fragments[random_below(9)], 2);
	put(o, random_below(2) ? 255 : 64, 1);
	put(o, pool_proto(), 1);
	put(o, 0, 2);
	put(o, pool_v4(), 4);
	put(o, pool_v4(), 4);
	put_options(o, options);
	put_transport(o);
}

static uint8_t next_header(uint32_t left)
{
	static const uint8_t headers[] = {0, 43, 44, 51, 60, 135, 139, 140, 50, 59};

	return left ? headers[random_below(10)] : pool_proto();
}

static void put_ipv6(struct out *o)
{
	uint32_t extensions = random_below(3) ? 0 : random_below(11);
	uint8_t header = next_header(extensions), length;

	put(o, random_below(60) ? 0x60 : random_below(256), 1);
	put(o, 0, 3);
	put(o, 100, 2);
	put(o, header, 1);
	put(o, random_below(3) ? 255 : 64, 1);
	put_v6(o);
	put_v6(o);
	while (extensions--) {
		length = random_below(6) ? 0 : random_below(3);
		if (random_below(50) == 0)
			length = random_below(256);
		put(o, next_header(extensions), 1);
		put(o, length, 1);
		/* Routing type and segments left, or fragment offset. */
		put(o, random_below(2), 1);
		put(o, random_below(4) ? 0 : random_below(20), 1);
		put(o, 0, 4);
		o->at += 8 * length;
		if (o->at > RANDOM_FRAME)
			o->at = RANDOM_FRAME;
	}
	put_transport(o);
}

static void put_type_and_rest(struct out *o)
{
	static const uint16_t others[] = {0x0806, 0x888e, 0x88cc, 0x0026, 0x0800,
					  0x86dd, 0x0600, 0x05ff, 0x9000};

	switch (random_below(8)) {
	case 0 ... 2:
		put(o, 0x0800, 2);
		put_ipv4(o);
		break;
	case 3 ... 6:
		put(o, 0x86dd, 2);
		put_ipv6(o);
		break;
	default:
		put(o, others[random_below(9)], 2);
		put(o, random_below(2) ? 0x4242 : random_below(65536), 2);
		put(o, 0, 44);
	}
}

size_t random_frame(uint8_t *frame)
{
	static const uint64_t groups[] = {0x0180c2000000, 0x0180c2000003, 0x0180c200000e,
					  0x0180c2000010, 0xffffffffffff, 0x333300000001};
	struct out o = {.frame = frame};
	uint32_t tags = random_below(3) ? 0 : random_below(4);
	uint32_t flips = random_below(6) ? 0 : random_below(6);

	memset(frame, 0, RANDOM_FRAME);
	put(&o, random_below(3) ? pool_mac() : groups[random_below(6)], 6);
	put(&o, pool_mac(), 6);
	while (tags--) {
		put(&o, random_below(3) ? 0x8100 : 0x88a8, 2);
		put(&o, random_below(8) << 13 | pool_vlan(), 2);
	}
	put_type_and_rest(&o);
	if (random_below(10) == 0)
		o.at = RANDOM_FRAME - random_below(300);
	if (random_below(6) == 0)
		o.at = 14 + random_below(o.at > 14 ? o.at - 14 : 1);
	while (flips--)
		frame[12 + random_below(o.at > 12 ? o.at - 12 : 1)] = random_below(256);
	return o.at < 14 ? 14 : o.at;
}
