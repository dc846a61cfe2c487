/* SPDX-License-Identifier: GPL-2.0 */
/*
 * addresses-write.h: the insides of struct og_addresses, for addresses*.c alone
 */
#ifndef OUIGUARD_DAEMON_ADDRESSES_WRITE_H
#define OUIGUARD_DAEMON_ADDRESSES_WRITE_H

#include "daemon/addresses.h"
#include "daemon/inventory/blind.h"
#include "daemon/inventory/lease-files.h"
#include "daemon/inventory/sightings.h"
#include "daemon/inventory/switch-ports.h"
#include "daemon/loaded.h"

struct og_addresses {
	struct og_sightings *sightings;
	struct og_lease_files *leases;
	struct og_switch_ports *ports; /* of @ports_of; NULL: not made yet */
	struct og_loaded *ports_of;
	struct og_blind blind;
	uint64_t blind_written; /* how many of the day are in the store */
	int64_t blind_day;
	bool leases_read;     /* what is in the lease files has been told since the start */
	uint64_t sites;	      /* a hash of their names in the order of their numbers */
	int neighbours_error; /* -errno of the last reading */
};

#endif
