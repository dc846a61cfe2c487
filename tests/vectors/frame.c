// SPDX-License-Identifier: GPL-2.0
/*
 * frame.c: frames from their description in words
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "policy/base/address.h"
#include "policy/base/mac.h"

#define WORDS 16

struct builder {
	struct vector *v;
	const char *(*meaning)(const char *name, void *user);
	void *user;
	uint32_t next;	/* where the number of the next layer goes */
	uint32_t width; /* its bytes: 2 EtherType, 1 protocol; 0: nowhere */
	uint32_t ip4;	/* where an IPv4 header with automatic length begins; 0: none */
	uint32_t cut;
	const char *words[WORDS];
	int count;
	const char *error;
};

static void put(struct builder *b, uint64_t value, int bytes)
{
	while (bytes--) {
		if (b->v->length == VECTOR_BYTES) {
			b->error = "the frame is too long";
			return;
		}
		b->v->bytes[b->v->length++] = (uint8_t)(value >> 8 * bytes);
	}
}

static void zeros(struct builder *b, uint32_t count)
{
	while (count--)
		put(b, 0, 1);
}

/* The number of this layer, into the header before it. */
static void announce(struct builder *b, uint32_t number)
{
	if (b->width == 2) {
		b->v->bytes[b->next] = number >> 8;
		b->v->bytes[b->next + 1] = (uint8_t)number;
	} else if (b->width == 1) {
		b->v->bytes[b->next] = (uint8_t)number;
	}
	b->width = 0;
}

static const char *word(struct builder *b, int i)
{
	const char *meant;

	if (i >= b->count) {
		b->error = "a word is missing";
		return "0";
	}
	meant = b->meaning(b->words[i], b->user);
	return meant ? meant : b->words[i];
}

static uint64_t number(struct builder *b, const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (!*text || *end)
		b->error = "a number is expected";
	return value;
}

/* `KEY=VALUE` among the words; otherwise @otherwise. */
static uint64_t option(struct builder *b, const char *key, uint64_t otherwise)
{
	size_t length = strlen(key);

	for (int i = 1; i < b->count; i++)
		if (!strncmp(b->words[i], key, length) && b->words[i][length] == '=')
			return number(b, b->words[i] + length + 1);
	return otherwise;
}

static uint64_t mac(struct builder *b, int i)
{
	uint64_t value = 0;

	if (og_mac_parse(word(b, i), &value))
		b->error = "a MAC address is expected";
	return value;
}

static struct og_addr address(struct builder *b, int i)
{
	struct og_addr addr = {0, 0};

	if (og_addr_parse(word(b, i), &addr))
		b->error = "an IP address is expected";
	return addr;
}

static void hex(struct builder *b, const char *text)
{
	for (; text[0] && text[1]; text += 2) {
		char digits[3] = {text[0], text[1], 0};
		char *end;

		put(b, strtoul(digits, &end, 16), 1);
		if (*end)
			b->error = "hex digits are expected";
	}
	if (*text)
		b->error = "an even count of hex digits is expected";
}

/* Layers ----------------------------------------------------------------------------------------*/

static void eth(struct builder *b)
{
	uint64_t source = mac(b, 1);

	put(b, mac(b, 2), 6);
	put(b, source, 6);
	b->next = b->v->length;
	b->width = 2;
	put(b, 0, 2);
}

static void tag(struct builder *b)
{
	announce(b, number(b, word(b, 1)));
	put(b, number(b, word(b, 2)), 2);
	b->next = b->v->length;
	b->width = 2;
	put(b, 0, 2);
}

static void meta(struct builder *b)
{
	b->v->tag_proto = number(b, word(b, 1));
	b->v->tag_tci = number(b, word(b, 2));
}

/* type NUMBER: an EtherType, or an 802.3 length, with nothing of its own behind it. */
static void type(struct builder *b)
{
	announce(b, number(b, word(b, 1)));
}

static void raw(struct builder *b)
{
	hex(b, word(b, 1));
}

static void cut(struct builder *b)
{
	b->cut = number(b, word(b, 1));
}

static void data(struct builder *b)
{
	zeros(b, number(b, word(b, 1)));
}

static void ip4(struct builder *b)
{
	struct og_addr src = address(b, 1), dst = address(b, 2);
	const char *options = "";
	uint32_t ihl;

	for (int i = 3; i < b->count; i++)
		if (!strncmp(b->words[i], "options=", 8))
			options = b->words[i] + 8;
	ihl = option(b, "ihl", 5 + (strlen(options) / 2 + 3) / 4);
	announce(b, OG_ETH_IPV4);
	if (!option(b, "total", 0))
		b->ip4 = b->v->length;
	put(b, option(b, "version", 4) << 4 | ihl, 1);
	put(b, 0, 1);
	put(b, option(b, "total", 0), 2);
	put(b, 0, 2);
	put(b, option(b, "more", 0) << 13 | option(b, "offset", 0), 2);
	put(b, option(b, "ttl", 64), 1);
	b->next = b->v->length;
	b->width = 1;
	put(b, 0, 3);
	put(b, src.lo & 0xffffffff, 4);
	put(b, dst.lo & 0xffffffff, 4);
	if (*options) {
		hex(b, options);
		zeros(b, (4 - strlen(options) / 2 % 4) % 4);
	}
}

static void ip6(struct builder *b)
{
	struct og_addr src = address(b, 1), dst = address(b, 2);

	announce(b, OG_ETH_IPV6);
	put(b, option(b, "version", 6) << 28, 4);
	put(b, 0, 2);
	b->next = b->v->length;
	b->width = 1;
	put(b, 0, 1);
	put(b, option(b, "hop", 64), 1);
	put(b, src.hi, 8);
	put(b, src.lo, 8);
	put(b, dst.hi, 8);
	put(b, dst.lo, 8);
}

/* ext NUMBER [units=N] [left=N] [offset=N]: an IPv6 extension header. */
static void ext(struct builder *b)
{
	uint64_t kind = number(b, word(b, 1)), units = option(b, "units", kind == 51 ? 4 : 0);
	uint32_t size = kind == 44 ? 8 : kind == 51 ? (units + 2) * 4 : (units + 1) * 8;

	announce(b, kind);
	b->next = b->v->length;
	b->width = 1;
	put(b, 0, 1);
	put(b, units, 1);
	if (kind == 44) {
		put(b, option(b, "offset", 0) << 3 | option(b, "more", 0), 2);
		zeros(b, 4);
		return;
	}
	put(b, 0, 1);
	put(b, option(b, "left", 0), 1);
	zeros(b, size - 4);
}

/* proto NUMBER: the number alone, with nothing of its own behind it. */
static void proto(struct builder *b)
{
	announce(b, number(b, word(b, 1)));
}

static void ports(struct builder *b, uint32_t protocol, uint32_t rest)
{
	announce(b, protocol);
	put(b, number(b, word(b, 1)), 2);
	put(b, number(b, word(b, 2)), 2);
	zeros(b, rest);
}

static void udp(struct builder *b)
{
	ports(b, OG_PROTO_UDP, 4);
}

static void sctp(struct builder *b)
{
	ports(b, OG_PROTO_SCTP, 8);
}

static void dccp(struct builder *b)
{
	ports(b, OG_PROTO_DCCP, 8);
}

static void udplite(struct builder *b)
{
	ports(b, OG_PROTO_UDPLITE, 4);
}

/* tcp SOURCE DESTINATION FLAGS, of S A F R P. */
static void tcp(struct builder *b)
{
	static const char letters[] = "FSRPA";
	uint32_t flags = 0;

	ports(b, OG_PROTO_TCP, 8);
	for (const char *p = word(b, 3); *p; p++) {
		const char *at = strchr(letters, *p);

		if (at)
			flags |= 1u << (at - letters);
		else if (*p != '-')
			b->error = "flags are of F S R P A, or `-`";
	}
	put(b, 5 << 4, 1);
	put(b, flags, 1);
	zeros(b, 6);
}

static void icmp(struct builder *b)
{
	announce(b, strcmp(b->words[0], "icmp6") ? OG_PROTO_ICMP : OG_PROTO_ICMPV6);
	put(b, number(b, word(b, 1)), 1);
	zeros(b, 23);
}

static void arp(struct builder *b)
{
	announce(b, OG_ETH_ARP);
	zeros(b, 46);
}

static void stp(struct builder *b)
{
	announce(b, 38);
	put(b, 0x424203, 3);
	zeros(b, 43);
}

static const struct {
	const char *name;
	void (*build)(struct builder *b);
} layers[] = {
	{"eth", eth},	  {"tag", tag},	   {"meta", meta}, {"type", type},	 {"hex", raw},
	{"cut", cut},	  {"data", data},  {"ip4", ip4},   {"ip6", ip6},	 {"ext", ext},
	{"proto", proto}, {"udp", udp},	   {"sctp", sctp}, {"udplite", udplite}, {"tcp", tcp},
	{"icmp", icmp},	  {"icmp6", icmp}, {"arp", arp},   {"stp", stp},	 {"dccp", dccp},
};

static void layer(struct builder *b, char *text)
{
	char *save = NULL;

	b->count = 0;
	for (char *w = strtok_r(text, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		if (b->count == WORDS) {
			b->error = "too many words";
			return;
		}
		b->words[b->count++] = w;
	}
	if (!b->count) {
		b->error = "an empty layer";
		return;
	}
	for (size_t i = 0; i < sizeof(layers) / sizeof(*layers); i++) {
		if (!strcmp(layers[i].name, b->words[0])) {
			layers[i].build(b);
			return;
		}
	}
	b->error = "an unknown layer";
}

const char *frame_build(char *text, const char *(*meaning)(const char *name, void *user),
			void *user, struct vector *vector)
{
	struct builder b = {.v = vector, .meaning = meaning, .user = user};
	char *save = NULL;

	for (char *l = strtok_r(text, "/", &save); l && !b.error; l = strtok_r(NULL, "/", &save))
		layer(&b, l);
	if (b.ip4 && !b.error) {
		vector->bytes[b.ip4 + 2] = (vector->length - b.ip4) >> 8;
		vector->bytes[b.ip4 + 3] = (uint8_t)(vector->length - b.ip4);
	}
	if (b.cut && b.cut < vector->length)
		vector->length = b.cut;
	return b.error;
}
