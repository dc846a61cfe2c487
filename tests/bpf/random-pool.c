// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/random-pool.h"

#include "tests/bpf/random.h"

static uint64_t number = 1;

void random_seed(uint64_t seed)
{
	number = seed * 2 + 1;
}

static uint64_t next(void)
{
	/* xorshift64* (Marsaglia, Vigna) */
	number ^= number >> 12;
	number ^= number << 25;
	number ^= number >> 27;
	return number * 0x2545f4914f6cdd1dULL;
}

uint32_t random_below(uint32_t limit)
{
	return (next() >> 33) % limit;
}

uint64_t pool_mac(void)
{
	static const uint64_t blocks[] = {0xac1203, 0xac1204, 0x0004f2, 0x70b3d5,
					  0x001122, 0x021122, 0x0180c2, 0x000000};
	uint64_t mac = blocks[random_below(8)] << 24;

	/* The digits that tell /28s and /36s apart, and the rest. */
	mac |= (uint64_t)random_below(3) << 20;
	mac |= (uint64_t)random_below(3) << 12;
	mac |= random_below(4);
	/* Any other address: most of real traffic. */
	if (random_below(3) == 0)
		mac = next() & (random_below(4) ? 0xfcffffffffffULL : 0xffffffffffffULL);
	return mac;
}

uint32_t pool_v4(void)
{
	static const uint32_t values[] = {
		0x0a000000, 0x0affffff, 0x0a010005, 0x0a0100ff, 0xc0a80001, 0xc0a800ff,
		0xc6336407, 0x08080808, 0xffffffff, 0xe0000001, 0xe0000100, 0xeffffffa,
		0xe1020304, 0xa9fe0001, 0x0b000000, 0x00000000, 0xc0a80101, 0x7f000001};

	return values[random_below(18)] + (random_below(4) ? 0 : random_below(3) - 1);
}

struct og_addr pool_v6(void)
{
	static const uint64_t his[] = {0x20010db800000000, 0x20010db800010000, 0xfd00000000000001,
				       0xfe80000000000000, 0xff02000000000000, 0xff05000000000000,
				       0xff0e000000000000, 0x2a00000000000000, 0xff00000000000000,
				       0x0000000000000000, 0xfec0000000000000};
	struct og_addr a = {his[random_below(11)], random_below(3)};
	uint64_t mac;

	if (random_below(2)) {
		mac = pool_mac();
		a.lo = ((mac >> 24) << 40 | 0xfffe000000 | (mac & 0xffffff)) ^ 0x0200000000000000;
	} else if (random_below(6) == 0) {
		a.lo = ~0ULL;
	}
	if (a.hi == 0 && random_below(2))
		a.lo = OG_V4_MAPPED | pool_v4();
	return a;
}

uint16_t pool_vlan(void)
{
	static const uint16_t vlans[] = {0, 0, 0, 5, 20, 30, 4094, 4095};

	return vlans[random_below(8)];
}

uint8_t pool_proto(void)
{
	static const uint8_t protos[] = {6,  6,	  17,  17, 17, 1, 58, 58,
					 33, 132, 136, 47, 50, 2, 41, 4};

	return protos[random_below(16)];
}

uint16_t pool_port(void)
{
	static const uint16_t ports[] = {53, 67, 68, 123, 443, 546, 547, 80, 0, 65535};

	return ports[random_below(10)];
}
