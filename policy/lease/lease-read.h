/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lease-read.h: one line of a lease file, for lease*.c alone
 */
#ifndef OUIGUARD_POLICY_LEASE_READ_H
#define OUIGUARD_POLICY_LEASE_READ_H

#include <stdbool.h>

#include "policy/lease/lease.h"

#define OG_LEASE_FIELD 160 /* bytes of a field that means something, with its terminator */

/* A part of a line, not terminated. */
struct og_span {
	const char *text;
	size_t length;
};

/* The columns of a Kea file that mean something. */
enum og_kea_column {
	OG_KEA_ADDRESS,
	OG_KEA_HWADDR,
	OG_KEA_DUID,
	OG_KEA_LIFETIME,
	OG_KEA_EXPIRE,
	OG_KEA_HOST,
	OG_KEA_STATE,
	OG_KEA_TYPE,
	OG_KEA_COLUMNS,
};

/* Where each column is; -1: the file has none. */
struct og_kea_header {
	int at[OG_KEA_COLUMNS];
};

/*
 * What a line says. @gone: the address is nobody's any more. A lease whose @mac is 0 is somebody's of
 * whom no MAC address is known.
 */
struct og_lease_line {
	struct og_lease lease;
	bool gone;
};

/*
 * og_lease_dnsmasq - read a line of a dnsmasq file; @ipv6: it stands after the line of the server's
 * DUID. Returns NULL, or what is wrong with it, in words.
 */
const char *og_lease_dnsmasq(struct og_span line, bool ipv6, struct og_lease_line *ret_line);

/*
 * og_lease_kea_header - read the column names. Returns 0, or -EINVAL when it is no such line.
 * og_lease_kea - read a row. Returns NULL, or what is wrong with it, in words.
 */
int og_lease_kea_header(struct og_span line, struct og_kea_header *ret_header);
const char *og_lease_kea(struct og_span line, const struct og_kea_header *header,
			 struct og_lease_line *ret_line);

/* og_span_take - cut the next part off @rest, as far as @separator, which goes too. */
struct og_span og_span_take(struct og_span *rest, char separator);

/* og_span_is - whether it is @word. */
bool og_span_is(struct og_span span, const char *word);

/* og_span_number - a number of decimal digits. 0 or -EINVAL. */
int og_span_number(struct og_span span, int64_t *ret_number);

/* og_span_addr - an IP address. 0 or -EINVAL. */
int og_span_addr(struct og_span span, struct og_addr *ret_addr);

/* og_span_mac - `aa:bb:cc:dd:ee:ff`, of one station. 0 or -EINVAL. */
int og_span_mac(struct og_span span, uint64_t *ret_mac);

/* og_span_duid - the MAC address in a DUID, written as octets with colons; 0: none. */
uint64_t og_span_duid(struct og_span span);

/* og_span_host - note a host name, if it is one. */
void og_span_host(struct og_span span, struct og_lease *lease);

#endif
