/* SPDX-License-Identifier: GPL-2.0 */
/*
 * destination.h: an address or prefix with an optional port, as a user writes it
 */
#ifndef OUIGUARD_CLI_DESTINATION_H
#define OUIGUARD_CLI_DESTINATION_H

#define OG_DESTINATION_PART 64

struct og_destination {
	char address[OG_DESTINATION_PART]; /* what stands before the port, brackets taken off */
	char service[OG_DESTINATION_PART]; /* PORT/PROTO or PROTO as written; "" none */
};

/*
 * og_destination_split - `ADDR`, `ADDR:PORT/PROTO`, `[ADDR]:PORT/PROTO` (an IPv6 address with a port
 * needs the brackets), where ADDR may have a `/LENGTH` and PORT/PROTO may be a protocol alone. Only
 * the parts are found; whether they are right is not checked. Returns 0 or -EINVAL.
 */
int og_destination_split(const char *text, struct og_destination *ret_destination);

#endif
