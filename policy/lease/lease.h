/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lease.h: which device has which address, as a DHCP server wrote it down
 *
 * Two formats, told apart by the first line:
 *
 *   dnsmasq   one lease per line, `EXPIRY MAC ADDRESS HOST CLIENT-ID`; after a line `duid ...` those of
 *             DHCPv6, `EXPIRY IAID ADDRESS HOST DUID` (dnsmasq's lease.c)
 *   Kea       the memfile back end's CSV with a line of column names. It is a log: of the rows of one
 *             address the last one counts, and one with lifetime 0 or a state other than 0 gives it up
 *             (Kea's administrator reference manual, "Memfile - Basic Storage for Leases")
 *
 * DHCPv6 knows a client by its DUID; one of the kinds LLT and LL holds a MAC address (RFC 8415,
 * 11.2 and 11.4). What devices sent stands in these files: every byte is untrusted.
 */
#ifndef OUIGUARD_POLICY_LEASE_H
#define OUIGUARD_POLICY_LEASE_H

#include <stddef.h>
#include <stdint.h>

#include <ouiguard/types.h>
#include "policy/base/diag.h"

#define OG_LEASES_BYTES (16 * 1024 * 1024) /* of one file */
#define OG_LEASES_MAX	262144		   /* lines of one file */
#define OG_HOST_TEXT	254		   /* bytes of a host name with its terminator (RFC 1035) */

struct og_lease {
	uint64_t mac;
	struct og_addr addr;
	int64_t until;	  /* the second it ends; INT64_MAX: never */
	const char *host; /* in the data that was read, not terminated; NULL: none that is one */
	size_t host_length;
};

struct og_leases {
	struct og_lease *items; /* ascending by address */
	size_t count;
};

/*
 * og_leases_parse - read the @size bytes at @data, of which the hosts of the result are a part; @file
 * names them in diagnostics. A lease of no known MAC address is left out, and so is one that was given
 * up. A last line without a line feed is still being written: it is not looked at.
 *
 * What cannot be read is a warning with its place, the first few of them; the rest is taken. Returns 0;
 * -EINVAL, with an error, for a file that is none of these; -E2BIG, with an error, above OG_LEASES_MAX lines;
 * -ENOMEM. Free @ret_leases with og_leases_clear().
 */
int og_leases_parse(const char *data, size_t size, const char *file, struct og_leases *ret_leases,
		    struct og_diags *diags);
void og_leases_clear(struct og_leases *leases);

/*
 * og_host_parse - the host name of @length bytes at @text as it is kept: letters in lower case, digits,
 * `-`, `_` and `.`, without a dot at its end. Returns 0 or -EINVAL for what is no such name.
 */
int og_host_parse(const char *text, size_t length, char ret_host[OG_HOST_TEXT]);

#endif
