/* SPDX-License-Identifier: GPL-2.0 */
/*
 * addresses.h: who has which address and host name, who shares them, and who cannot be told
 *
 * Frames of listed devices, the gateway's neighbour tables and DHCP servers' lease files each tell a
 * part. What they tell of known devices is written to the store; a device whose address, host name or
 * switch port comes back under another MAC address is reported; sources of whom no MAC address tells
 * anything are counted by site and day. None of it decides a verdict.
 */
#ifndef OUIGUARD_DAEMON_ADDRESSES_H
#define OUIGUARD_DAEMON_ADDRESSES_H

#include <ouiguard/device.h>

#include "daemon/inventory/inventory.h"
#include "daemon/inventory/store-addresses.h"
#include "policy/base/diag.h"

#define OG_FRONTS 4 /* distinct sources from which on a device seems to pass on what others send */

struct og_addresses;
struct og_manager;

/* og_addresses_new - or NULL. og_addresses_free - NULL is allowed. */
struct og_addresses *og_addresses_new(void);
void og_addresses_free(struct og_addresses *addresses);

/* og_addresses_record - note what the engine's @record says of @device. */
void og_addresses_record(struct og_manager *m, struct og_inv_device *device,
			 const struct og_device *record);

/*
 * og_addresses_answer - note that @mac at @site answered a probe for @addr. It can be another device
 * than the one that was asked for.
 */
void og_addresses_answer(struct og_manager *m, const char *site, uint64_t mac,
			 const struct og_addr *addr);

/*
 * og_addresses_collect - read the neighbour tables and the lease files that have changed.
 * og_addresses_write - write what is new, and report replacements. Both log what is wrong.
 */
void og_addresses_collect(struct og_manager *m);
void og_addresses_write(struct og_manager *m);

/* og_addresses_blind - sources without an attributable address at @site (its number) today. */
uint32_t og_addresses_blind(const struct og_manager *m, unsigned int site);

/* og_addresses_trouble - what cannot be read at present, as warnings in @diags. */
void og_addresses_trouble(const struct og_manager *m, struct og_diags *diags);

#endif
