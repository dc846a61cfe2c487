/* SPDX-License-Identifier: GPL-2.0 */
/*
 * address.h: IP addresses and prefixes as text
 *
 * struct og_addr holds both families in 128 bits, IPv4 in its mapped form. A prefix is a range of
 * such numbers; that an IPv6 prefix never reaches the mapped IPv4 addresses is for whoever reads
 * one to see to, with og_prefix_without_v4().
 */
#ifndef OUIGUARD_POLICY_ADDRESS_H
#define OUIGUARD_POLICY_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <ouiguard/types.h>

/* Bytes for any formatted address or prefix, with the terminator. */
#define OG_ADDR_TEXT   46
#define OG_PREFIX_TEXT 94 /* a range that is no prefix is written as `LO-HI` */

/*
 * og_addr_parse - read an IPv4 address in four decimal parts or an IPv6 address (RFC 4291). IPv4
 * written in its mapped form is refused: it would be IPv4 here and IPv6 elsewhere. Returns 0 or
 * -EINVAL with the output untouched.
 */
int og_addr_parse(const char *text, struct og_addr *ret_addr);

/* og_addr_format - as above (IPv6 after RFC 5952) into @buffer. Returns @buffer. */
char *og_addr_format(const struct og_addr *addr, char buffer[OG_ADDR_TEXT]);

/*
 * og_prefix_parse - read `ADDRESS/LENGTH`, or an address alone, as the range it covers. Returns 0;
 * -ERANGE when bits beyond the length are set (the outputs then hold the prefix that has them
 * cleared, for a message); -EINVAL with the outputs untouched.
 */
int og_prefix_parse(const char *text, struct og_addr *ret_lo, struct og_addr *ret_hi);

/*
 * og_prefix_without_v4 - cut the mapped IPv4 addresses out of an IPv6 range that reaches over them
 * (`::/0`): it becomes *@lo..*@hi below and *@ret_lo..*@ret_hi above them, and true is returned. A
 * range that needs no cut is left alone, with false.
 */
bool og_prefix_without_v4(struct og_addr *lo, struct og_addr *hi, struct og_addr *ret_lo,
			  struct og_addr *ret_hi);

/* og_prefix_format - a range as `10.1.0.0/16`, an address alone, or `LO-HI`. Returns @buffer. */
char *og_prefix_format(const struct og_addr *lo, const struct og_addr *hi,
		       char buffer[OG_PREFIX_TEXT]);

#endif
