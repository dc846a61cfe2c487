// SPDX-License-Identifier: GPL-2.0
/*
 * lease-kea.c: the column names and the rows of kea-leases4.csv and kea-leases6.csv
 *
 * Values hold no commas and no quotes: Kea writes a comma in one as "&#x2c".
 */
#include <errno.h>
#include <string.h>

#include "policy/lease/lease-read.h"

#define TYPE_NA 0 /* of kea-leases6.csv: an address; others are prefixes and temporary ones */

static const char *const names[OG_KEA_COLUMNS] = {
	[OG_KEA_ADDRESS] = "address", [OG_KEA_HWADDR] = "hwaddr",
	[OG_KEA_DUID] = "duid",	      [OG_KEA_LIFETIME] = "valid_lifetime",
	[OG_KEA_EXPIRE] = "expire",   [OG_KEA_HOST] = "hostname",
	[OG_KEA_STATE] = "state",     [OG_KEA_TYPE] = "lease_type",
};

int og_lease_kea_header(struct og_span line, struct og_kea_header *ret_header)
{
	struct og_kea_header header;
	struct og_span name;
	int at, i;

	for (i = 0; i < OG_KEA_COLUMNS; i++)
		header.at[i] = -1;
	for (at = 0; line.length && at < 64; at++) {
		name = og_span_take(&line, ',');
		for (i = 0; i < OG_KEA_COLUMNS; i++)
			if (og_span_is(name, names[i]))
				header.at[i] = at;
	}
	if (header.at[OG_KEA_ADDRESS] || header.at[OG_KEA_EXPIRE] < 0 ||
	    header.at[OG_KEA_LIFETIME] < 0 ||
	    (header.at[OG_KEA_HWADDR] < 0 && header.at[OG_KEA_DUID] < 0))
		return -EINVAL;
	*ret_header = header;
	return 0;
}

static void split(struct og_span line, const struct og_kea_header *header,
		  struct og_span fields[OG_KEA_COLUMNS])
{
	struct og_span field;
	int at, i;

	memset(fields, 0, OG_KEA_COLUMNS * sizeof(*fields));
	for (at = 0; line.length; at++) {
		field = og_span_take(&line, ',');
		for (i = 0; i < OG_KEA_COLUMNS; i++)
			if (header->at[i] == at)
				fields[i] = field;
	}
}

const char *og_lease_kea(struct og_span line, const struct og_kea_header *header,
			 struct og_lease_line *ret_line)
{
	struct og_span fields[OG_KEA_COLUMNS];
	int64_t lifetime, state = 0, type = TYPE_NA;
	struct og_lease lease = {0};

	split(line, header, fields);
	if (og_span_addr(fields[OG_KEA_ADDRESS], &lease.addr))
		return "expected an IP address in the column address";
	if (og_span_number(fields[OG_KEA_EXPIRE], &lease.until) ||
	    og_span_number(fields[OG_KEA_LIFETIME], &lifetime))
		return "expected numbers in the columns expire and valid_lifetime";
	if ((fields[OG_KEA_STATE].length && og_span_number(fields[OG_KEA_STATE], &state)) ||
	    (fields[OG_KEA_TYPE].length && og_span_number(fields[OG_KEA_TYPE], &type)))
		return "expected numbers in the columns state and lease_type";
	if (og_span_mac(fields[OG_KEA_HWADDR], &lease.mac))
		lease.mac = og_span_duid(fields[OG_KEA_DUID]);
	/* Of all ones is for ever (RFC 2131, 3.3). */
	if (lifetime == UINT32_MAX)
		lease.until = INT64_MAX;
	og_span_host(fields[OG_KEA_HOST], &lease);
	*ret_line = (struct og_lease_line){.lease = lease,
					   .gone = !lifetime || state || type != TYPE_NA};
	return NULL;
}
