/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records-address.h: addresses, host names and replacements as records
 */
#ifndef OUIGUARD_DAEMON_RECORDS_ADDRESS_H
#define OUIGUARD_DAEMON_RECORDS_ADDRESS_H

#include <jansson.h>

#include "daemon/inventory/inventory.h"
#include "daemon/inventory/store-addresses.h"

struct og_manager;

/* og_record_vendor - the listed vendor of @mac by prefixes.lock, or NULL. */
const char *og_record_vendor(const struct og_manager *m, uint64_t mac);

/* og_set_addresses - the members of a device @record about its addresses and host names. */
void og_set_addresses(json_t *record, struct og_manager *m, const struct og_inv_device *device);

/* og_record_replacement - one; of the signal Replacement, and for reports. */
json_t *og_record_replacement(const struct og_manager *m, const struct og_replacement *replacement);

#endif
