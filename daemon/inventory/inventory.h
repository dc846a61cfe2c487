/* SPDX-License-Identifier: GPL-2.0 */
/*
 * inventory.h: the devices seen, kept beyond the engine's records
 *
 * An engine's record can be pushed out, and is gone after a reboot; the inventory goes on counting.
 * A device is (site, MAC), the site by its name: its number in rulesets may change. Pure but for
 * memory: no log, no clock, no engine; the store reads and writes it (store.h).
 */
#ifndef OUIGUARD_DAEMON_INVENTORY_H
#define OUIGUARD_DAEMON_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/device.h>

#define OG_INV_DEVICES 100000 /* most devices; later ones are counted, not kept */
#define OG_INV_NAME    65     /* bytes of a site's or vendor's name with its terminator */
#define OG_INV_DESTS   16     /* recent destinations kept per device */
#define OG_INV_MINUTES 60     /* minutes for which drops are kept one by one */

/* What an engine counts. Packets are wire packets, bytes are of layer 2 (device.h). */
struct og_counts {
	uint64_t packets, bytes, passed, dropped, dropped_bytes, egress;
};

struct og_inv_dest {
	struct og_addr addr;
	uint64_t packets;
	uint64_t raw; /* the engine's count when it was last read */
	int64_t last_seen;
	uint16_t port;
	uint8_t proto;
	uint8_t reason;
};

/* Drops of the last hour: a ring by minute since 1970. */
struct og_inv_drops {
	int64_t minute[OG_INV_MINUTES];
	uint64_t packets[OG_INV_MINUTES];
};

struct og_inv_device {
	uint64_t mac;
	char site[OG_INV_NAME];
	char vendor[OG_INV_NAME]; /* "": of no listed vendor */
	char port[16];		  /* interface of the last frame; "": not known */
	uint16_t vlan;
	uint8_t role;	  /* enum og_role */
	uint8_t evidence; /* enum og_evidence */
	uint8_t action;	  /* at the last frame */
	uint8_t reason;
	int64_t first_seen; /* seconds since 1970 */
	int64_t last_seen;
	struct og_counts total;
	struct og_counts raw;	/* the engine's record when it was last read */
	int64_t raw_first_seen; /* tells one record of the engine from its successor; 0: none */
	struct og_inv_dest dests[OG_INV_DESTS];
	size_t dest_count;
	struct og_inv_drops *drops; /* NULL: none in the last hour */
	bool promoted;		    /* the engine keeps its record for good */
	bool dirty;		    /* the store does not have this yet */
	struct og_inv_device *next; /* of its hash chain */
};

/* What the ruleset says about a record: names in place of numbers. */
struct og_inv_names {
	const char *site;
	const char *vendor; /* NULL: none */
	const char *port;   /* NULL: not known */
	uint8_t role;
};

struct og_inventory;

/* og_inventory_new - an empty inventory, or NULL. og_inventory_free - NULL is allowed. */
struct og_inventory *og_inventory_new(void);
void og_inventory_free(struct og_inventory *inventory);

/* og_inventory_find - the device, or NULL. */
struct og_inv_device *og_inventory_find(const struct og_inventory *inventory, const char *site,
					uint64_t mac);

/*
 * og_inventory_add - the device, made with nothing counted when it is not there yet; @ret_new (may
 * be NULL) tells. Returns NULL without memory, or when there are OG_INV_DEVICES already.
 */
struct og_inv_device *og_inventory_add(struct og_inventory *inventory, const char *site,
				       uint64_t mac, bool *ret_new);

/*
 * og_inventory_take - account what the engine's @record of @device has counted since it was last
 * read. A record that is not the continuation of the last one (first seen at another second, or
 * counted backwards) counts whole. @now (second) dates the drops.
 */
void og_inventory_take(struct og_inv_device *device, const struct og_device *record,
		       const struct og_inv_names *names, int64_t now);

/*
 * og_inventory_drop - remove every device for which @gone returns true. Returns how many. Pointers to
 * the others stay valid.
 */
size_t og_inventory_drop(struct og_inventory *inventory,
			 bool (*gone)(void *userdata, const struct og_inv_device *device),
			 void *userdata);

/* og_inventory_rebase - forget what was read of the engine's records: the next ones count whole. */
void og_inventory_rebase(struct og_inventory *inventory);

/* og_inv_dropped - packets of @device dropped in the hour before @now. */
uint64_t og_inv_dropped(const struct og_inv_device *device, int64_t now);

/* og_inv_add_drops - note @packets dropped in @minute (since 1970). 0 or -ENOMEM. */
int og_inv_add_drops(struct og_inv_device *device, int64_t minute, uint64_t packets);

size_t og_inventory_count(const struct og_inventory *inventory);

/* og_inventory_refused - devices that found no room. */
uint64_t og_inventory_refused(const struct og_inventory *inventory);

/*
 * og_inventory_each - call @each for every device, in the order they were added, until it returns
 * other than 0, and return that.
 */
int og_inventory_each(const struct og_inventory *inventory,
		      int (*each)(void *userdata, struct og_inv_device *device), void *userdata);

#endif
