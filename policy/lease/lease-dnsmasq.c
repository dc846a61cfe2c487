// SPDX-License-Identifier: GPL-2.0
/*
 * lease-dnsmasq.c: a line of dnsmasq.leases
 */
#include <string.h>

#include "policy/lease/lease-read.h"

const char *og_lease_dnsmasq(struct og_span line, bool ipv6, struct og_lease_line *ret_line)
{
	struct og_span expiry = og_span_take(&line, ' ');
	struct og_span who = og_span_take(&line, ' ');
	struct og_span addr = og_span_take(&line, ' ');
	struct og_span host = og_span_take(&line, ' ');
	struct og_lease lease = {0};

	if (og_span_number(expiry, &lease.until))
		return "expected the second at which the lease ends";
	if (og_span_addr(addr, &lease.addr))
		return "expected an IP address as the third word";
	/* Of a network other than Ethernet the kind comes first, as in "06-aa:bb:...": no MAC of ours. */
	if (ipv6)
		lease.mac = og_span_duid(line);
	else
		og_span_mac(who, &lease.mac);
	if (!lease.until)
		lease.until = INT64_MAX;
	og_span_host(host, &lease);
	*ret_line = (struct og_lease_line){.lease = lease};
	return NULL;
}
