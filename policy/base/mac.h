/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mac.h: MAC addresses and MAC prefixes as text
 *
 * An address is a number of 48 bits: its first octet on the wire is the most significant one. A
 * prefix is left-aligned in the same 48 bits, and the bits beyond its length are zero.
 */
#ifndef OUIGUARD_POLICY_MAC_H
#define OUIGUARD_POLICY_MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A MAC prefix of @length bits (24, 28, 36; 48 for a whole address), left-aligned in 48 bits. */
struct og_mac_prefix {
	uint64_t bits;
	uint8_t length;
};

/* Bytes for any formatted address or prefix, with the terminator. */
#define OG_MAC_TEXT	   18
#define OG_MAC_PREFIX_TEXT 21

/*
 * og_mac_parse - read `aa:bb:cc:dd:ee:ff`, `AA-BB-CC-DD-EE-FF` or `aabb.ccdd.eeff` (either case,
 * every digit written). Returns 0, or -EINVAL with the output untouched.
 */
int og_mac_parse(const char *text, uint64_t *ret_mac);

/* og_mac_format - @mac as `aa:bb:cc:dd:ee:ff` into @buffer. Returns @buffer. */
char *og_mac_format(uint64_t mac, char buffer[OG_MAC_TEXT]);

/*
 * og_mac_prefix_parse - read `OCTETS/LENGTH`: three to six octets joined by `:` or by `-`, at least
 * as many as LENGTH (24, 28, 36 or 48) needs, with no bit set beyond it; so `b0:b3:53:60/28` and
 * `b0:b3:53:60:00:00/28` are the same prefix. Returns 0; -ERANGE when bits beyond the length are
 * set; -EINVAL for everything else. The output is untouched on failure.
 */
int og_mac_prefix_parse(const char *text, struct og_mac_prefix *ret_prefix);

/*
 * og_mac_prefix_format - the one canonical form into @buffer: as many octets as the length needs,
 * lower case, colons: `aa:bb:cc/24`, `aa:bb:cc:d0/28`, `aa:bb:cc:dd:e0/36`. Returns @buffer.
 */
char *og_mac_prefix_format(const struct og_mac_prefix *prefix, char buffer[OG_MAC_PREFIX_TEXT]);

/*
 * og_mac_prefix_is_source - whether a device can send from @prefix: it is no group address, a block of
 * 24 to 36 bits is not locally administered (a single address may be: it was made up, and listed by
 * hand), and it is not the address 00:00:00:00:00:00, which no device has.
 */
bool og_mac_prefix_is_source(const struct og_mac_prefix *prefix);

/* og_mac_prefix_mask - the bits of the 48 that a prefix of @length bits (0 to 48) fixes. */
uint64_t og_mac_prefix_mask(unsigned int length);

/* og_mac_prefix_covers - whether @mac lies in @prefix. */
bool og_mac_prefix_covers(const struct og_mac_prefix *prefix, uint64_t mac);

/* og_mac_prefix_cmp - order by bits, then by length (the wider block first). */
int og_mac_prefix_cmp(const struct og_mac_prefix *a, const struct og_mac_prefix *b);

/*
 * og_mac_is_group - the group (multicast) bit of an address or of a prefix's bits is set.
 * og_mac_is_local - the locally administered bit is set. No vendor's prefix ever matches such an
 * address as a source.
 */
bool og_mac_is_group(uint64_t mac);
bool og_mac_is_local(uint64_t mac);

#endif
